"""How much memory processes hold together while something is measured."""

from __future__ import annotations

import threading
from pathlib import Path

SAMPLE_S = 0.25


class Memory(threading.Thread):
    """The greatest sum of what the processes and their children hold, sampled.

    `peak` is in bytes, of proportional set sizes: pages that processes share count once.
    """

    def __init__(self, roots: list[int]) -> None:
        super().__init__(daemon=True)
        self.roots = roots
        self.peak = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(SAMPLE_S):
            self.peak = max(self.peak, sum(_held(pid) for root in self.roots for pid in _family(root)))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _held(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(text.partition("Pss:")[2].split()[0]) * 1024
