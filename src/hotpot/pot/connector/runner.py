"""Looks at enterprises' systems again and again: writes decisions back, takes what is new.

First into our store, then acknowledged to theirs. A crash between the two repeats the second, which
their row's key and the write-back's guard make harmless.
"""

from __future__ import annotations

import random
import select
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils.translation import gettext_noop as _

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused
from hotpot.pot.connector import actions, queries
from hotpot.pot.connector.directory import bring_in
from hotpot.pot.connector.enterprise import BATCH_ROWS, Enterprise
from hotpot.pot.connector.models import Connector
from hotpot.pot.connector.rules import ReadRow, Unreadable, json_safe, read_row
from hotpot.pot.connector.tables.poller import TablePoller
from hotpot.pot.connector.trouble import Broken, Trouble
from hotpot.pot.connector.wire import Config, PollResult, Rows, read_config
from hotpot.pot.web.sentences import Sentence

RETRY_UNREADABLE = timedelta(seconds=30)
DIRECTORY_EVERY = timedelta(minutes=10)
WRITE_BACK_BATCH = 500
WRITE_BACK_WITHIN_S = 1.0
LOCK_CLASS = 0x686F74  # One poller a connector, in all processes: pg_advisory_lock(this, connector id)

log = structlog.get_logger("hotpot.connector")


@dataclass(slots=True)
class Poller:
    """One connector's connection to their system, kept open between two looks."""

    connector: Connector
    config: Config
    enterprise: Enterprise
    result: PollResult = field(default_factory=PollResult)

    @classmethod
    def open(cls, connector: Connector, config: Config) -> Poller:
        """Raises ConfigError, or Refused if the address can't be unsealed."""
        return cls(connector, config, Enterprise(actions.address_of(connector), config.encoding))

    def close(self) -> None:
        self.enterprise.close()

    def poll(self, now: datetime, *, read: bool = True) -> PollResult:
        """Writes back, then looks for what is new unless `read` is off. Raises Trouble."""
        self.result = PollResult()
        if self.config.rows is not None:
            self._write_back(self.config.rows, now)
        if read and self.config.directory is not None and self._directory_is_due(now):
            bring_in(self.connector, self.enterprise, self.config.directory, now)
        if read and self.config.rows is not None:
            unreadable = queries.unreadable_rows(self.connector.id)
            self._retry_unreadable(self.config.rows, unreadable, now)
            self._take(self.config.rows, unreadable, now)
        return self.result

    def _directory_is_due(self, now: datetime) -> bool:
        last = self.connector.directory_at
        return last is None or now - last >= DIRECTORY_EVERY

    # --- decisions go back --------------------------------------------------------------------------

    def _write_back(self, rows: Rows, now: datetime) -> None:
        while waiting := queries.waiting_write_backs(self.connector.id, WRITE_BACK_BATCH):
            decisions = actions.parameters(self.config, waiting)
            written = self.enterprise.write(rows, decisions)
            refused = actions.write_backs_done(self.connector, waiting, written, now)
            self._count(written_back=len(waiting) - refused, refused=refused)
            if len(waiting) < WRITE_BACK_BATCH:
                return

    # --- rows come in -------------------------------------------------------------------------------

    def _take(self, rows: Rows, unreadable: Mapping[str, datetime], now: datetime) -> None:
        held = queries.unsettled_tasks(self.connector.id)
        seen: set[str] | None = None
        for page in self.enterprise.candidates(rows, self.connector.watermark):
            # What isn't held is new, or it was over and is open again.
            fresh = [key for key in dict.fromkeys(page.keys) if key not in held and key not in unreadable]
            taken = self._take_keys(rows, fresh, now)
            if rows.notice.kind == "claim":
                self._claim(rows, [key for key in page.keys if key in taken or key in held])
            if page.watermark is not None and page.watermark != self.connector.watermark:
                actions.keep_watermark(self.connector, page.watermark)
            seen = set(page.keys) if page.complete else None
        self._see_what_left(rows, held, seen, now)

    def _take_keys(self, rows: Rows, keys: Sequence[str], now: datetime) -> Mapping[str, int]:
        taken: dict[str, int] = {}
        for start in range(0, len(keys), BATCH_ROWS):
            taken |= self._take_batch(rows, keys[start : start + BATCH_ROWS], now)
        return taken

    def _take_batch(self, rows: Rows, keys: Sequence[str], now: datetime) -> Mapping[str, int]:
        fetched = self.enterprise.fetch(rows, [key for key in keys if key])
        content = {key: json_safe(row) for key, row in fetched.rows.items()}
        problems = {key: (why, content.get(key, {})) for key, why in fetched.failures.items()}
        if "" in keys:
            problems[""] = (Sentence(_("Rows without a key can't be told apart. Fill the key column.")), {})
        readable: list[ReadRow] = []
        for key, row in fetched.rows.items():
            if key in problems:
                continue
            try:
                readable.append(self._read(row, now))
            except Unreadable as why:
                problems[key] = (why.sentence, content[key])
        taken = actions.take_rows(self.connector, readable, now) if readable else actions.Taken({}, {})
        problems |= {key: (why, content[key]) for key, why in taken.nobody.items()}
        actions.keep_unreadable(self.connector, problems, now)
        self._count(taken=len(taken.task_ids), unreadable=len(problems))
        return taken.task_ids

    def _read(self, row: Mapping[str, Any], now: datetime) -> ReadRow:
        customer = self.connector.customer
        return read_row(row, self.config, currency=customer.currency, country=customer.country, now=now)

    def _claim(self, rows: Rows, keys: Sequence[str]) -> None:
        if keys:
            self.enterprise.claim(rows, keys)

    def _retry_unreadable(self, rows: Rows, unreadable: Mapping[str, datetime], now: datetime) -> None:
        due = [key for key, tried_at in unreadable.items() if now - tried_at >= RETRY_UNREADABLE]
        if not due:
            return
        still = self.enterprise.still_open(rows, [key for key in due if key])
        actions.forget_unreadable(self.connector.id, [key for key in due if key not in still])
        taken = self._take_keys(rows, sorted(still), now)
        if rows.notice.kind == "claim":
            self._claim(rows, list(taken))

    def _see_what_left(
        self, rows: Rows, held: Mapping[str, int], seen: set[str] | None, now: datetime
    ) -> None:
        """`seen` are all open keys, where the look was complete; else they are asked for."""
        if seen is None:
            seen = self.enterprise.still_open(rows, list(held))
        gone = [task_id for key, task_id in held.items() if key not in seen]
        if gone:
            self._count(withdrawn=actions.rows_left(self.connector, gone, now))

    def _count(self, **more: int) -> None:
        counted = {name: getattr(self.result, name) + number for name, number in more.items()}
        self.result = replace(self.result, **counted)


# --- one look ------------------------------------------------------------------------------------------

_pollers = threading.local()


def poll_once(
    connector_id: int,
    now: datetime,
    *,
    read: bool = True,
    jitter: Callable[[], float] = random.random,
) -> PollResult:
    """One look, with all that may go wrong turned into the connector's state.

    Does nothing while it is paused, waits for `retry_at`, or another process looks. `read=False` only
    writes decisions back. The connection is kept for the thread's next look.
    """
    connector = Connector.objects.select_related("customer").get(pk=connector_id)
    if connector.state in (Connector.State.DRAFT, Connector.State.PAUSED):
        return PollResult()
    if connector.retry_at is not None and connector.retry_at > now:
        return PollResult(problem=connector.problem)
    # Only a whole look tells whether trouble is over.
    read = read or connector.state != Connector.State.RUNNING
    with _alone(connector_id) as alone:
        return _poll(connector, now, read, jitter) if alone else PollResult()


def _poll(connector: Connector, now: datetime, read: bool, jitter: Callable[[], float]) -> PollResult:
    try:
        result = _poller(connector).poll(now, read=read)
    except (Trouble, Refused) as trouble:
        forget(connector.id)
        told = trouble if isinstance(trouble, Trouble) else Broken(Sentence(str(trouble)))
        actions.fell_into_trouble(connector, told, now=now, jitter=jitter())
        return PollResult(problem=str(trouble))
    if read:
        actions.went_well(connector, now=now)
    return result


def _poller(connector: Connector) -> Poller | TablePoller:
    """The thread's own, opened anew once the configuration changed."""
    kept: dict[int, Poller | TablePoller] = _pollers.__dict__.setdefault("kept", {})
    poller = kept.get(connector.id)
    if poller is None or poller.connector.changed_at != connector.changed_at:
        forget(connector.id)
        poller = kept[connector.id] = _opened(connector)
    poller.connector = connector
    return poller


def _opened(connector: Connector) -> Poller | TablePoller:
    config = read_config(connector.config)
    kind = Poller if config.tables is None else TablePoller
    return kind.open(connector, config)


def forget(connector_id: int) -> None:
    """Closes this thread's connection to their system."""
    poller = _pollers.__dict__.setdefault("kept", {}).pop(connector_id, None)
    if poller is not None:
        poller.close()


@contextmanager
def _alone(connector_id: int) -> Iterator[bool]:
    """A lock of the session: it ends with its process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, connector_id])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, connector_id])


# --- for ever ------------------------------------------------------------------------------------------


class Runner:
    """A thread for each connector that is neither a draft nor paused."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.stopping = threading.Event()
        self._wakes: dict[int, threading.Event] = {}
        self._threads: dict[int, threading.Thread] = {}

    def run(self, beat: Callable[[], object]) -> None:
        """Until `stop`. `beat` is called at least each second."""
        try:
            while not self.stopping.is_set():
                beat()
                self._look_round()
        finally:
            self.stop()
            for thread in self._threads.values():
                thread.join(timeout=10)

    def stop(self) -> None:
        self.stopping.set()
        for wake in self._wakes.values():
            wake.set()

    def _look_round(self) -> None:
        try:
            self._serve_new_ones()
            self._listen()
        except (OperationalError, InterfaceError) as error:
            log.warning("database_away", error=str(error))
            connection.close()
            self.stopping.wait(1)

    def _serve_new_ones(self) -> None:
        for connector_id in queries.active_connectors().values_list("id", flat=True):
            thread = self._threads.get(connector_id)
            if thread is None or not thread.is_alive():
                self._wakes[connector_id] = threading.Event()
                thread = threading.Thread(
                    target=self._serve, args=[connector_id], name=f"connector-{connector_id}", daemon=True
                )
                self._threads[connector_id] = thread
                thread.start()

    def _listen(self) -> None:
        """Waits a second for a wake; a decision is on its way at once."""
        connection.ensure_connection()
        raw = connection.connection
        raw.execute(f"LISTEN {actions.WAKE_CHANNEL}")
        select.select([raw.fileno()], [], [], 1)
        for notice in raw.notifies(timeout=0):
            wake = self._wakes.get(int(notice.payload))
            if wake is not None:
                wake.set()

    def _serve(self, connector_id: int) -> None:
        wake = self._wakes[connector_id]
        read_at = self.clock.now()
        try:
            while not self.stopping.is_set():
                now = self.clock.now()
                read = now >= read_at
                state = self._look(connector_id, now, read)
                if state is None:
                    return
                if read:
                    read_at = now + timedelta(seconds=state)
                wake.wait(max(0.05, min(WRITE_BACK_WITHIN_S, (read_at - self.clock.now()).total_seconds())))
                wake.clear()
        finally:
            forget(connector_id)
            connection.close()

    def _look(self, connector_id: int, now: datetime, read: bool) -> float | None:
        """Seconds between two looks; None once there is nothing to serve."""
        close_old_connections()
        try:
            connector = queries.active_connectors().filter(id=connector_id).first()
            if connector is None:
                return None
            result = poll_once(connector_id, now, read=read)
            if result != PollResult():
                log.info("polled", connector=connector_id, **_told(result))
            return float(connector.config.get("poll_s", 2.0))
        except (OperationalError, InterfaceError) as error:
            log.warning("database_away", connector=connector_id, error=str(error))
            connection.close()
            self.stopping.wait(1)
            return 1.0
        except Exception:
            log.exception("poll_failed", connector=connector_id)
            self.stopping.wait(5)
            return 5.0


def _told(result: PollResult) -> dict[str, Any]:
    return {name: value for name, value in asdict(result).items() if value}


def run_forever(beat: Callable[[], object], clock: Clock) -> None:
    """The process `hotpot run connectors`."""
    Runner(clock).run(beat)
