"""A sign of life in a file: its age tells a working process from one that only exists."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NoReturn

INTERVAL_S = 1.0
HUNG_AFTER_S = 30.0


def beat_file(data: Path, name: str) -> Path:
    return data / "run" / f"{name}.beat"


def beat(name: str, data: Path | None = None) -> None:
    """One sign of life, for a main loop that is not asyncio's. `data` is HOTPOT_DATA where not given."""
    path = beat_file(data or Path(os.environ.get("HOTPOT_DATA") or "data"), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


async def heartbeat(name: str, data: Path | None = None) -> NoReturn:
    """Beats each second until cancelled. A task of the main loop itself: a blocked loop stops it."""
    while True:
        beat(name, data)
        await asyncio.sleep(INTERVAL_S)


def together(alive: Callable[[], None], count: int) -> list[Callable[[], None]]:
    """For a process of several main loops: it beats once each of them gave a sign since the last beat."""
    silent = set(range(count))

    def sign(of: int) -> None:
        silent.discard(of)
        if not silent:
            silent.update(range(count))
            alive()

    return [partial(sign, of) for of in range(count)]


def beat_at(data: Path, name: str) -> float | None:
    """Seconds since the epoch of the last beat; None when there was none."""
    try:
        return beat_file(data, name).stat().st_mtime
    except FileNotFoundError:
        return None
