"""The intake's HTTP face: `POST /v1/events`, `GET /healthz`, `GET /metrics`. RSGI under granian."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from granian.constants import Interfaces
from granian.server.embed import Server
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from hotpot.kernel.clock import Clock
from hotpot.kernel.reach import comes_from_here
from hotpot.pot.metering import bodies
from hotpot.pot.metering.bodies import Unreadable
from hotpot.pot.metering.engine import Busy, Engine
from hotpot.pot.metering.intake import Request
from hotpot.pot.metering.openapi import DESCRIPTION, DOCUMENT, EVENTS
from hotpot.pot.metering.wire import Problem, Receipt, encode

BEARER = "Bearer "
JSON = ("content-type", "application/json")
UNKNOWN = Unreadable(401, "unknown", "Send a valid token for usage: “Authorization: Bearer hp_…”.")
NOT_FOUND = Problem(404, "not_found", "There is only POST /v1/events here; see /v1/openapi.json.")
LENGTH = Unreadable(411, "length", "Say how long the body is: Content-Length.")
TOO_LARGE = Unreadable(413, "too_large", f"Send at most {bodies.BODY_BYTES_MAX} bytes in a request.")

log = structlog.get_logger(__name__)


class Intake:
    """The RSGI application."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(_Figures(engine))

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(404)
        elif scope.method == "POST" and scope.path == EVENTS:
            await self._events(scope, protocol)
        elif scope.method == "GET" and scope.path == DESCRIPTION:
            _send(protocol, 200, DOCUMENT)
        elif scope.method == "GET" and scope.path == "/healthz":
            _send(protocol, 200 if self._engine.ready else 503, {"healthy": self._engine.ready})
        elif (
            scope.method == "GET"
            and scope.path == "/metrics"
            and comes_from_here(scope.client, scope.headers)
        ):
            text = generate_latest(self._registry)
            protocol.response_bytes(200, [("content-type", "text/plain; version=0.0.4")], text)
        else:
            _refuse(protocol, NOT_FOUND)

    async def _events(self, scope: Any, protocol: Any) -> None:
        """200 where anything was taken or known already, 422 where all was refused; both say which."""
        try:
            receipt = await self._receipt(scope.headers, protocol)
        except Unreadable as error:
            more = [("www-authenticate", "Bearer")] if error is UNKNOWN else []
            _refuse(protocol, Problem(error.status, error.code, error.message), *more)
        except Busy as error:
            again = ("retry-after", str(error.retry_after_s))
            _refuse(protocol, Problem(error.status, error.code, error.message), again)
        else:
            _send(protocol, _status(receipt), receipt)

    async def _receipt(self, headers: Any, protocol: Any) -> Receipt:
        bearer = self._engine.bearer(headers.get("authorization", "").removeprefix(BEARER))
        if bearer is None:
            raise UNKNOWN
        with self._engine.room(bearer, _length(headers)):
            sent = await protocol()
            kind, encoding = headers.get("content-type", ""), headers.get("content-encoding", "")
            body = bodies.read(kind, encoding, dict(headers.items()), sent)
            with self._engine.room(bearer, body.size - len(sent)):
                return await self._engine.take(Request(bearer, body))


def _length(headers: Any) -> int:
    length = headers.get("content-length", "")
    if not length.isdecimal():
        raise LENGTH
    if int(length) > bodies.BODY_BYTES_MAX:
        raise TOO_LARGE
    return int(length)


def _status(receipt: Receipt) -> int:
    return 422 if receipt.refused and not receipt.accepted and not receipt.duplicates else 200


def _refuse(protocol: Any, problem: Problem, *more: tuple[str, str]) -> None:
    _send(protocol, problem.status, problem, *more)


def _send(protocol: Any, status: int, answer: object, *more: tuple[str, str]) -> None:
    protocol.response_bytes(status, [JSON, *more], encode(answer))


class _Figures(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        figures = self._engine.figures
        events = CounterMetricFamily("hotpot_usage_events", "Events by what became of them", labels=["what"])
        events.add_metric(["accepted"], figures.accepted)
        events.add_metric(["duplicate"], figures.duplicates)
        events.add_metric(["refused"], figures.refused)
        yield events
        yield CounterMetricFamily("hotpot_usage_commits", "Groups of requests committed", figures.commits)
        yield CounterMetricFamily("hotpot_usage_busy", "Requests told to come again", figures.busy)
        yield GaugeMetricFamily(
            "hotpot_usage_waiting_bytes", "Bytes of requests that wait", self._engine.waiting_bytes
        )


async def run_forever(
    database_url: str, clock: Clock, *, host: str, port: int, beat: Callable[[], None]
) -> None:
    """Serves until cancelled; requests that wait are still answered then."""
    engine = Engine(database_url, clock)
    server = Server(
        Intake(engine),
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        log_enabled=False,
    )
    working = asyncio.create_task(engine.run_forever(beat=beat))
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.wait({working, serving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=5)
        working.cancel()
        await asyncio.wait({working, serving})
    for task in (working, serving):
        if not task.cancelled():
            task.result()
