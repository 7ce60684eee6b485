"""`hotpot up`: starts every part in order, keeps it running, stops all in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import psycopg
import structlog

from hotpot.entry import database, health, logs, prepared
from hotpot.entry.children import Launch, rotate
from hotpot.entry.config import Config
from hotpot.entry.embedded import Nats, Postgres, folder_sentence, is_embedded, lay_out, sole_use
from hotpot.entry.heartbeat import HUNG_AFTER_S, beat, beat_at, beat_file
from hotpot.entry.parts import Part, delay_s, ending, failures_in_a_row, is_hung
from hotpot.entry.ports import check_port
from hotpot.entry.processes import GATEWAY, INTAKE, LEDGER, LETTERBOX, PROCESSES, WEB, Process, running
from hotpot.kernel.errors import Refused

READY_TIMEOUT_S = 30.0
TRIES_AT_START = 4
READY_POLL_S = 0.05
WATCH_INTERVAL_S = 2.0
ROTATE_INTERVAL_S = 60.0

MIGRATE = (sys.executable, "-m", "hotpot.entry.cli", "migrate")


class Supervisor:
    """Keeps the parts of one data folder running until it is told to stop."""

    def __init__(
        self,
        config: Config,
        *,
        host: str = "127.0.0.1",
        processes: Sequence[Process] = PROCESSES,
        migrate: Sequence[str] = MIGRATE,
        say: Callable[[str], None] = click.echo,
    ) -> None:
        self.config = config
        self.host = host
        self.processes = processes
        self.migrate = tuple(migrate)
        self.say = say
        self.parts: list[Part] = []
        self.log = structlog.get_logger("hotpot.supervisor")
        self._stopping = asyncio.Event()
        self._keepers: list[asyncio.Task[None]] = []
        self._firsts: dict[str, asyncio.Future[None]] = {}

    async def run(self) -> None:
        """Returns after an orderly stop. Raises Refused where a part cannot start at all."""
        loop = asyncio.get_running_loop()
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sent, self._stopping.set)
        work = asyncio.ensure_future(self._work())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            stopping.cancel()
            await _cancel([work, *self._keepers])
            await self._stop_all()

    async def _work(self) -> None:
        await asyncio.gather(self._start_postgres(), self._start_nats())
        await self._migrate()
        await self._start_processes()
        for protocol, port in self.config.gateway_listen.items():
            self.say(f"Enterprises may log in by {protocol.upper()} on port {port}")
        if any(process.name == LETTERBOX for process in self.processes):
            self.say(f"Mails come in on port {self.config.smtp_port}, files in {self.config.drop}")
        self.say(f"Hotpot is ready: {self.config.base_url}/")
        self.log.info("ready", url=self.config.base_url)
        await self._look_after()

    # Each step in the order of the start.

    async def _start_postgres(self) -> None:
        if not is_embedded(self.config):
            await asyncio.to_thread(database.prepare, self.config)
            self.say(f"PostgreSQL {database.MAJOR} reached at {database.shown(self.config.database_url)}")
            return
        server = Postgres(self.config.data)
        await self._keep_first(
            Part(
                name="postgres",
                title=f"PostgreSQL {database.MAJOR}",
                log=server.log,
                prepare=server.prepare,
                launch=server.launch,
                is_ready=lambda: asyncio.to_thread(server.is_ready),
                settle=server.make_database,
                stop_timeout_s=30.0,
            ),
            why=server.failure,
        )

    async def _start_nats(self) -> None:
        if outside := os.environ.get("HOTPOT_NATS_URL"):
            if not await health.nats(outside):
                raise Refused(
                    f"No NATS could be reached at {database.shown(outside)}; "
                    "check HOTPOT_NATS_URL and that the server runs."
                )
            self.say(f"NATS reached at {database.shown(outside)}")
            return
        server = Nats.on(self.config.data, self.config.secret_key)
        self.config = replace(self.config, nats_url=server.url)
        await self._keep_first(
            Part(
                name="nats",
                title="NATS",
                log=server.log,
                prepare=server.prepare,
                launch=server.launch,
                is_ready=lambda: health.nats(server.url),
            )
        )

    async def _migrate(self) -> None:
        began = time.monotonic()
        if await asyncio.to_thread(prepared.is_prepared, self.config):
            self.say(f"Database up to date ({_seconds(began)})")
            return
        part = Part(
            name="migrate",
            title="Migrations",
            log=self._log_of("migrate"),
            launch=lambda: Launch(self.migrate, self._env()),
            is_ready=_at_once,
        )
        child = await part.spawn()
        try:
            code = await child.wait()
        finally:
            await part.stop()
        if code:
            raise Refused(f"The database could not be migrated ({part.last_words()}); see {part.log}.")
        self.say(f"Database up to date ({_seconds(began)})")

    async def _start_processes(self) -> None:
        await asyncio.gather(*(self._keep_first(self._part_of(process)) for process in self.processes))

    def _part_of(self, process: Process) -> Part:
        data = self.config.data
        beat_file(data, process.name).unlink(missing_ok=True)
        asked: dict[str, Callable[[], Awaitable[bool]]] = {
            WEB: self._web_is_ready,
            INTAKE: lambda: self._answers(self.config.usage_port),
            LEDGER: lambda: self._answers(self.config.ledger_port),
            GATEWAY: lambda: self._answers(self.config.gateway_port),
        }
        part = Part(
            name=process.name,
            title=process.title,
            log=self._log_of(process.name),
            launch=lambda: process.launch(self._env()),
            is_ready=asked.get(process.name) or (lambda: _has_beaten(data, part)),
            beats=True,
        )
        return part

    async def _web_is_ready(self) -> bool:
        return await self._web_status() == 200

    async def _answers(self, port: int) -> bool:
        return await health.web(self._probed_host(), port) == 200

    async def _web_status(self) -> int | None:
        return await health.web(self._probed_host(), self.config.port)

    def _probed_host(self) -> str:
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  (read, not bound)

    def _env(self) -> Mapping[str, str]:
        config = self.config
        return {
            "HOTPOT_DATA": str(config.data),
            "HOTPOT_PORT": str(config.port),
            "HOTPOT_USAGE_PORT": str(config.usage_port),
            "HOTPOT_LEDGER_PORT": str(config.ledger_port),
            "HOTPOT_GATEWAY_PORT": str(config.gateway_port),
            "HOTPOT_SMTP_PORT": str(config.smtp_port),
            "HOTPOT_MAIL_DOMAIN": config.mail_domain,
            "HOTPOT_DROP": str(config.drop),
            "HOTPOT_HOST": self.host,
            "HOTPOT_DATABASE_URL": config.database_url,
            "HOTPOT_WEB_DATABASE_URL": config.web_database_url,
            "HOTPOT_NATS_URL": config.nats_url,
            "HOTPOT_BASE_URL": config.base_url,
            "HOTPOT_DEMO": "1" if config.demo else "",
        }

    def _log_of(self, name: str) -> Path:
        return self.config.data / "logs" / f"{name}.log"

    # Keeping one part running.

    async def _keep_first(self, part: Part, why: Callable[[], Refused] | None = None) -> None:
        """Starts keeping it, and waits until it is ready for the first time."""
        began = time.monotonic()
        self.parts.append(part)
        first = self._firsts[part.name] = asyncio.get_running_loop().create_future()
        keeper = asyncio.create_task(self._keep(part, why))
        self._keepers.append(keeper)
        await asyncio.wait({first, keeper}, return_when=asyncio.FIRST_COMPLETED)
        if not first.done():
            keeper.result()
        first.result()
        self.say(f"{part.title} ready ({_seconds(began)})")

    async def _keep(self, part: Part, why: Callable[[], Refused] | None) -> None:
        first = self._firsts[part.name]
        while True:
            try:
                reason = ending(await self._run_once(part))
            except (Refused, OSError) as error:
                if not first.done():
                    first.set_exception(error)
                    return
                reason = str(error)
            part.failures = failures_in_a_row(part.failures, time.time() - part.started)
            self._change(part, "restarting", restarts=part.state.restarts + 1, pid=None, last_exit=reason)
            if not first.done() and part.failures >= TRIES_AT_START:
                first.set_exception(why() if why else self._could_not_start(part, reason))
                return
            self._report(part, reason)
            await asyncio.sleep(delay_s(part.failures))

    async def _run_once(self, part: Part) -> int:
        """From start to end; gives the return code."""
        self._change(part, "starting")
        child = await part.spawn()
        self._change(part, "starting", pid=child.pid)
        guard = asyncio.create_task(self._guard(part))
        ended = asyncio.create_task(child.wait())
        try:
            await asyncio.wait({guard, ended}, return_when=asyncio.FIRST_COMPLETED)
            if guard.done():
                guard.result()
            code = await ended
        except (Refused, OSError):
            await part.stop()
            raise
        finally:
            await _cancel([guard, ended])
        await part.sweep()
        return code

    async def _guard(self, part: Part) -> None:
        """Waits until the part is ready, then watches that it goes on beating; a silent one is killed."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not await part.is_ready():
            if time.monotonic() > deadline:
                self._end_hung(part, f"was not ready after {READY_TIMEOUT_S:.0f} s")
                return
            await asyncio.sleep(READY_POLL_S)
        await self._settle(part)
        self._change(part, "ready")
        if (first := self._firsts[part.name]).done():
            self.say(f"{part.title} is back")
        else:
            first.set_result(None)
        while part.beats:
            await asyncio.sleep(WATCH_INTERVAL_S)
            if part.name == WEB and await self._web_status() is not None:
                beat(WEB, self.config.data)  # A bad answer is a sign of life too; `hotpot status` tells it.
            if is_hung(now=time.time(), started=part.started, last_beat=beat_at(self.config.data, part.name)):
                self._end_hung(part, f"gave no sign of life for {HUNG_AFTER_S:.0f} s")
                return

    async def _settle(self, part: Part) -> None:
        try:
            await asyncio.to_thread(part.settle)
        except psycopg.Error as error:
            raise Refused(f"{part.title} runs but could not be set up ({error}); see {part.log}.") from None

    def _end_hung(self, part: Part, reason: str) -> None:
        self.say(f"{part.title} {reason}; it is stopped and started again")
        self.log.error("hung", part=part.name, reason=reason)
        if part.child is not None:
            with contextlib.suppress(ProcessLookupError):
                part.child.kill()

    def _report(self, part: Part, reason: str) -> None:
        wait = delay_s(part.failures)
        self.say(f"{part.title} ended ({reason}); starting it again in {wait:.1f} s, see {part.log}")
        self.log.error("ended", part=part.name, reason=reason, restarts=part.state.restarts, delay_s=wait)

    def _could_not_start(self, part: Part, reason: str) -> Refused:
        return Refused(f"{part.title} could not start ({reason}): {part.last_words()}. See {part.log}.")

    # The rest of its life.

    async def _look_after(self) -> None:
        """Fails with the keeper that fails; meanwhile keeps the logs small."""
        while True:
            for log in (self.config.data / "logs").glob("*.log"):
                with contextlib.suppress(OSError):  # On a full disk the parts matter more than their logs.
                    await asyncio.to_thread(rotate, log)
            ended, _ = await asyncio.wait(
                self._keepers, timeout=ROTATE_INTERVAL_S, return_when=asyncio.FIRST_COMPLETED
            )
            for keeper in ended:
                keeper.result()

    async def _stop_all(self) -> None:
        for part in reversed(self.parts):
            if part.child is not None:
                began = time.monotonic()
                await part.stop()
                self._change(part, "stopped", pid=None)
                self.say(f"{part.title} stopped ({_seconds(began)})")

    def _change(self, part: Part, state: str, **more: object) -> None:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        part.state = replace(part.state, state=state, since=since, **more)  # type: ignore[arg-type]
        self.log.info("state", part=part.name, state=state, pid=part.state.pid)
        self._publish()

    def _publish(self) -> None:
        """For `hotpot status`; a full disk must not take the supervisor down with it."""
        path = self.config.data / "run" / "status.json"
        told = {
            "pid": os.getpid(),
            "url": self.config.base_url,
            "host": self._probed_host(),
            "port": self.config.port,
            "usage_port": self.config.usage_port,
            "ledger_port": self.config.ledger_port,
            "gateway_port": self.config.gateway_port,
            "smtp_port": self.config.smtp_port,
            "parts": [asdict(part.state) for part in self.parts],
        }
        with contextlib.suppress(OSError):
            aside = path.with_suffix(".new")
            aside.write_text(json.dumps(told, indent=1))
            aside.replace(path)


async def _at_once() -> bool:
    return True


async def _has_beaten(data: Path, part: Part) -> bool:
    return (beat_at(data, part.name) or 0.0) >= part.started


async def _cancel(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _seconds(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"


def up(config: Config, *, host: str = "127.0.0.1") -> None:
    """Runs until Ctrl-C or SIGTERM. Raises Refused, with nothing left running, where it cannot."""
    lay_out(config.data)
    with sole_use(config.data, "hotpot up"), (config.data / "logs" / "supervisor.log").open("a") as log:
        ours = (config.port, config.usage_port, config.ledger_port, config.gateway_port, config.smtp_port)
        for port in (*ours, *config.gateway_listen.values()):
            check_port(host, port)
        logs.configure("supervisor", log)
        try:
            asyncio.run(_supervise(config, host))
        except OSError as error:
            raise Refused(folder_sentence(config.data, error)) from None


async def _supervise(config: Config, host: str) -> None:
    await Supervisor(config, host=host, processes=running(demo=config.demo)).run()
