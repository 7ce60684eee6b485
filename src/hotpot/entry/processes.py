"""The Python processes that make up a running Hotpot, in the order they start."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotpot.entry.children import Launch
from hotpot.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Process:
    """`target` is "module:function", loaded only in the process itself. `role` becomes HOTPOT_ROLE."""

    name: str
    title: str
    target: str
    role: str = "system"

    def load(self) -> Callable[[], None]:
        module, _, function = self.target.partition(":")
        loaded: Callable[[], None] = getattr(importlib.import_module(module), function)
        return loaded

    def launch(self, env: Mapping[str, str]) -> Launch:
        more = {"HOTPOT_ROLE": self.role, "PYTHONUNBUFFERED": "1"}
        if self.role == "web":
            more["HOTPOT_DATABASE_URL"] = ""  # The owner's is not for a process that strangers talk to.
        return Launch(argv=(sys.executable, "-m", "hotpot.entry.cli", "run", self.name), env={**env, **more})


WEB = "web"
INTAKE = "intake"
LEDGER = "ledger"
GATEWAY = "gateway"
LETTERBOX = "letterbox"

PROCESSES = (
    Process(WEB, "Web", "hotpot.entry.server:serve", role="web"),
    Process("worker", "Worker", "hotpot.entry.run:worker"),
    Process("engines", "Engines", "hotpot.entry.run:engines"),
    Process(INTAKE, "Intake of usage", "hotpot.entry.run:intake"),
    Process(LEDGER, "Ledger", "hotpot.entry.run:ledger"),
    Process(GATEWAY, "Gateway of messages", "hotpot.entry.run:gateway"),
    Process(LETTERBOX, "Mails and files in", "hotpot.entry.run:letterbox"),
    Process("connectors", "Connectors", "hotpot.entry.run:connectors"),
    Process("dishes", "Dishes", "hotpot.entry.run:dishes"),
)

# The demo's companies go on working while one looks.
DEMO_PROCESSES = (Process("office", "Demo offices", "hotpot.entry.demo.open_offices:run"),)
ALL = (*PROCESSES, *DEMO_PROCESSES)


def running(*, demo: bool) -> tuple[Process, ...]:
    """Those that `hotpot up` keeps running."""
    return ALL if demo else PROCESSES


def named(name: str) -> Process:
    """Raises NotFound, with the names there are."""
    for process in ALL:
        if process.name == name:
            return process
    raise NotFound(f"There is no process {name!r}; choose one of: {', '.join(p.name for p in ALL)}.")


def run(name: str) -> None:
    """Becomes that process, until it is told to stop."""
    process = named(name)
    os.environ.setdefault("HOTPOT_ROLE", process.role)
    process.load()()
