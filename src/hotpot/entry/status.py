"""The health of each part: what the supervisor wrote down, checked by asking the part itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotpot.entry import database, health
from hotpot.entry.config import Config
from hotpot.entry.heartbeat import HUNG_AFTER_S, beat_at
from hotpot.entry.processes import PROCESSES, WEB, Process


@dataclass(frozen=True, slots=True)
class Health:
    """`since` is ISO 8601 in UTC; `detail` says what was asked and what came back."""

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
    postgres, nats, status = await asyncio.gather(
        health.postgres(config.database_url),
        health.nats(config.nats_url) if config.nats_url else _no(),
        health.web(told.get("host", "127.0.0.1"), told.get("port", config.port)),
    )
    return [
        _health("postgres", f"PostgreSQL {database.MAJOR}", postgres, "SELECT 1", parts),
        _health("nats", "NATS", nats, "ping", parts),
        *(_process(process, config, status, parts) for process in PROCESSES),
    ]


async def _no() -> bool:
    return False


def _process(process: Process, config: Config, web_status: int | None, parts: Mapping[str, Any]) -> Health:
    if process.name == WEB:
        detail = f"/healthz answers {web_status}" if web_status else "/healthz does not answer"
        return _health(WEB, process.title, web_status == 200, detail, parts)
    age = beat_age_s(config, process.name, time.time())
    healthy = (
        age is not None
        and age <= HUNG_AFTER_S
        and parts.get(process.name, {}).get("state", "ready") == "ready"
    )
    detail = "no sign of life" if age is None else f"sign of life {age:.0f} s ago"
    return _health(process.name, process.title, healthy, detail, parts)


def _health(name: str, title: str, healthy: bool, detail: str, parts: Mapping[str, Any]) -> Health:
    told = parts.get(name, {})
    known = {key: told[key] for key in ("pid", "restarts", "since", "last_exit") if key in told}
    return Health(
        name,
        title,
        healthy,
        detail if healthy or detail.startswith(("no ", "/", "sign")) else f"no answer to {detail}",
        **known,
    )


def beat_age_s(config: Config, name: str, now: float) -> float | None:
    last = beat_at(config.data, name)
    return None if last is None else max(0.0, now - last)


def written_down(config: Config) -> dict[str, Any]:
    """The supervisor's status.json; empty where none ever ran here."""
    try:
        told: dict[str, Any] = json.loads((config.data / "run" / "status.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return told
