"""The health of each part: what the supervisor wrote down, checked by asking the part itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotpot.entry import database, health
from hotpot.entry.children import command_line
from hotpot.entry.config import Config
from hotpot.entry.heartbeat import HUNG_AFTER_S, beat_at
from hotpot.entry.processes import ALL, GATEWAY, INTAKE, LEDGER, PROCESSES, WEB


@dataclass(frozen=True, slots=True)
class Health:
    """`since` is ISO 8601 in UTC, `detail` says what was asked and what came back."""

    name: str
    title: str
    healthy: bool
    detail: str
    pid: int | None = None
    restarts: int = 0
    since: str = ""
    last_exit: str = ""


async def examine(config: Config) -> list[Health]:
    """All parts, in the order they start. Works with and without a supervisor on this machine."""
    told = written_down(config)
    parts = {part["name"]: part for part in told.get("parts", [])}
    host = told.get("host", "127.0.0.1")
    postgres, nats, web, intake, ledger, gateway = await asyncio.gather(
        health.postgres(config.database_url),
        health.nats(config.nats_url),
        health.web(host, told.get("port", config.port)),
        health.web(host, told.get("usage_port", config.usage_port)),
        health.web(host, told.get("ledger_port", config.ledger_port)),
        health.web(host, told.get("gateway_port", config.gateway_port)),
    )
    asked = {WEB: web, INTAKE: intake, LEDGER: ledger, GATEWAY: gateway}
    seen = [
        Health("postgres", f"PostgreSQL {database.MAJOR}", postgres, _answer("SELECT 1", postgres)),
        Health("nats", "NATS", nats, _answer("a ping", nats)),
        *(
            Health(process.name, process.title, asked[process.name] == 200, _answered(asked[process.name]))
            if process.name in asked
            else _beating(process.name, process.title, config, parts)
            for process in ALL
            if process in PROCESSES or process.name in parts
        ),
    ]
    return [_with_told(part, parts.get(part.name, {})) for part in seen]


def _answered(status: int | None) -> str:
    return _answer("/healthz", status)


def _answer(question: str, answer: bool | int | None) -> str:
    if answer is True:
        return f"{question} is answered"
    return f"{question} is answered with {answer}" if answer else f"{question} is not answered"


def _beating(name: str, title: str, config: Config, parts: Mapping[str, Any]) -> Health:
    """Its process lives, where one is known, and gave a sign of life lately."""
    last = beat_at(config.data, name)
    if last is None or (name in parts and not _lives(parts[name])):
        return Health(name, title, False, "not running")
    age_s = max(0.0, time.time() - last)
    return Health(name, title, age_s <= HUNG_AFTER_S, f"sign of life {age_s:.0f} s ago")


def _lives(told: Mapping[str, Any]) -> bool:
    return told["pid"] is not None and command_line(told["pid"]) != ""


def _with_told(part: Health, told: Mapping[str, Any]) -> Health:
    if not told:
        return part
    return Health(
        name=part.name,
        title=part.title,
        healthy=part.healthy,
        detail=part.detail,
        pid=told["pid"] if _lives(told) else None,
        restarts=told["restarts"],
        since=told["since"],
        last_exit=told["last_exit"],
    )


def written_down(config: Config) -> dict[str, Any]:
    """The supervisor's status.json; empty where none ever ran here."""
    try:
        told: dict[str, Any] = json.loads((config.data / "run" / "status.json").read_text())
    except FileNotFoundError:
        return {}
    return told
