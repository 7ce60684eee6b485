"""The web process of a replay: the real one, on the replay's clock and a port of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hotpot.kernel.errors import Refused

START_TIMEOUT_S = 30.0
WORKERS = 2  # While approvers call, the replay itself waits: they may have both cores.


@contextmanager
def web_process(clock_file: Path, log: Path) -> Iterator[Callable[[], int]]:
    """Begins to start, and ends with the block. What it yields waits until it answers; its port."""
    port = _free_port()
    environment = {
        **os.environ,
        "HOTPOT_ROLE": "web",
        "HOTPOT_PORT": str(port),
        "HOTPOT_CLOCK_FILE": str(clock_file),
        "HOTPOT_WEB_WORKERS": str(WORKERS),
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hotpot.entry.cli", "run", "web"],
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield lambda: _answering(process, port, log)
    finally:
        process.terminate()
        process.wait(15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answering(process: subprocess.Popen[bytes], port: int, log: Path) -> int:
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/sw.js")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return port
        finally:
            connection.close()
    raise Refused(f"The web process did not start; its log is {log}.")
