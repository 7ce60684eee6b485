"""One look at an enterprise's tables: what they are to be told goes back, what is to be sent comes in.

First into our store, then out of theirs. Which rows were stored is in our store with them, and which notices
were told is in theirs with them: whoever dies between the two finds it, and does nothing twice.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hotpot.pot.connector import queries
from hotpot.pot.connector.actions import address_of, forget_unreadable, keep_unreadable
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.models import Connector
from hotpot.pot.connector.tables import actions
from hotpot.pot.connector.tables.profiles import profile_of
from hotpot.pot.connector.tables.theirs import Theirs
from hotpot.pot.connector.tables.wire import Bad, Failure, Key, Profile, Reading, Row, Write, local
from hotpot.pot.connector.trouble import Trouble
from hotpot.pot.connector.wire import Config, PollResult
from hotpot.pot.messaging.wire import Interface, Notice

NOTICES_AT_ONCE = 1000
MESSAGES_AT_ONCE = 10_000  # of one transaction of ours: a row may name thousands of numbers
LOOK_S = 10.0  # then the look ends and the next begins, so that its state is told
RETRY_UNREADABLE = timedelta(seconds=30)


@dataclass(slots=True)
class TablePoller:
    """One connector's connection to their tables, kept open between two looks."""

    connector: Connector
    config: Config
    enterprise: Enterprise
    theirs: Theirs
    interface: Interface
    result: PollResult = field(default_factory=PollResult)
    shown: bool | None = None  # whether their clients were told that we run
    settled: bool = False  # all notices that their tables have are told in ours

    @classmethod
    def open(cls, connector: Connector, config: Config) -> TablePoller:
        """Raises Trouble, or Refused if the address can't be unsealed."""
        assert config.tables is not None
        interface = actions.interface_of(connector)
        enterprise = Enterprise(address_of(connector), config.encoding)
        try:
            profile = profile_of(config.tables, interface.access_number)
            theirs = Theirs(enterprise, profile, f"connector/{connector.id}")
        except BaseException:
            enterprise.close()
            raise
        return cls(connector, config, enterprise, theirs, interface)

    def close(self) -> None:
        if self.shown is not None:
            with contextlib.suppress(Trouble):  # It is away: nobody there looks at it.
                self.theirs.show_state(connected=False, running=self.interface.running)
        self.enterprise.close()

    def poll(self, now: datetime, *, read: bool = True) -> PollResult:
        """Tells, and takes unless `read` is off. Raises Trouble."""
        self.result = PollResult()
        self.interface = actions.interface_of(self.connector)
        until = time.monotonic() + LOOK_S
        self._finish(self.connector.taken, now)
        more = True
        while more and time.monotonic() < until:
            more = self._tell(now)
            if read and self.interface.running:
                more = self._take(now) or more
        if self.shown is not self.interface.running:
            self.theirs.show_state(connected=True, running=self.interface.running)
            self.shown = self.interface.running
        return self.result

    @property
    def profile(self) -> Profile:
        return self.theirs.profile

    # --- rows come in -------------------------------------------------------------------------------

    def _take(self, now: datetime) -> bool:
        """One batch; whether there may be more."""
        known = queries.unreadable_rows(self.connector.id)
        waiting = [key for key, tried_at in known.items() if now - tried_at < RETRY_UNREADABLE]
        rows, failures = self.theirs.rows(local(now, self.config.zone), waiting)
        self._note_unreadable(failures, known.keys() - set(waiting), now)
        took = False
        for batch in _batches([(key, self._read(key, row)) for key, row in rows]):
            stored = actions.take(self.connector, self.interface, batch, now=now)
            self._count(taken=stored.messages, refused=len(stored.taken.get("failures", [])))
            self._finish(stored.taken, now)
            took = took or bool(stored.taken)
            if stored.stopped:
                return False
        return took

    def _read(self, key: Key, row: Row) -> Reading | Failure:
        try:
            return self.profile.read(row)
        except Bad as bad:
            ref, number = self.profile.ref_of(row), self.profile.number_of(row)
            return Failure(key, ref, number, bad.code, bad.reason)

    def _finish(self, taken: actions.Taken, now: datetime) -> None:
        """Rows that are in our store leave theirs; what wasn't accepted is told in its place."""
        if not taken:
            return
        at = local(now, self.config.zone)
        failed: dict[Key, list[Write]] = {}
        for failure in (Failure(*one) for one in taken["failures"]):
            failed.setdefault(failure.key, []).extend(self.profile.failed(failure, at))
        self.theirs.finish(taken["keys"], self.profile.archive(at), failed)
        actions.finished(self.connector)

    def _note_unreadable(self, failures: Mapping[Key, str], tried: AbstractSet[str], now: datetime) -> None:
        """Rows that their driver can't give stay there, and are tried again."""
        problems: dict[str, tuple[str, Mapping[str, str]]] = {
            str(key): (why, {}) for key, why in failures.items()
        }
        keep_unreadable(self.connector, problems, now)
        self._count(unreadable=len(failures))
        if mended := tried - problems.keys():
            forget_unreadable(self.connector.id, sorted(mended))

    # --- notices go back ----------------------------------------------------------------------------

    def _tell(self, now: datetime) -> bool:
        """One batch; whether there may be more."""
        if not self.settled:
            actions.told(self.interface, self.theirs.marked(), {}, now=now)
            self.settled = True
        notices = actions.pending(self.interface, NOTICES_AT_ONCE)
        if not notices:
            return False
        self.settled = False
        refused = self.theirs.tell({one.id: self._writes(one) for one in notices})
        actions.told(self.interface, [one.id for one in notices], refused, now=now)
        self.settled = True
        self._count(written_back=len(notices) - len(refused), refused=len(refused))
        return len(notices) == NOTICES_AT_ONCE

    def _writes(self, notice: Notice) -> Sequence[Write]:
        at = local(notice.at, self.config.zone)
        if notice.kind == "receipt":
            return self.profile.receipt(notice, at)
        return self.profile.reply(notice, notice.access_number.removeprefix(self.interface.access_number), at)

    def _count(self, **more: int) -> None:
        counted = {name: getattr(self.result, name) + number for name, number in more.items()}
        self.result = replace(self.result, **counted)


Batch = list[tuple[Key, Reading | Failure]]


def _batches(rows: Sequence[tuple[Key, Reading | Failure]]) -> Iterator[Batch]:
    batch: Batch = []
    messages = 0
    for key, row in rows:
        numbers = len(row.given) if isinstance(row, Reading) else 1
        if batch and messages + numbers > MESSAGES_AT_ONCE:
            yield batch
            batch, messages = [], 0
        batch.append((key, row))
        messages += numbers
    if batch:
        yield batch
