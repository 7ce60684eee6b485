"""Watches all mailboxes: one thread waits for all of them, a few hands do the work.

A mailbox that waits costs a socket and some memory, no thread and no database connection.
"""

from __future__ import annotations

import contextlib
import os
import queue
import resource
import selectors
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from hotpot.kernel.clock import Clock
from hotpot.pot.connector.mailbox import actions, keeping, queries
from hotpot.pot.connector.mailbox.turns import Watch, take_turn

MAILBOXES_MAX = 1000  # that one process holds; a further process takes those beyond
HANDS = 8
FIND_EVERY_S = 2.0
FORGET_EVERY = timedelta(hours=1)
AFTER_FAILURE_S = 5.0
LOCK_CLASS = 0x6D61696C  # One watcher a mailbox, in all processes: pg_advisory_lock(this, mailbox id)

log = structlog.get_logger("hotpot.mailbox")


class _Held:
    """A mailbox as the waiting thread knows it. While `busy`, a hand has the watch, and nobody else."""

    def __init__(self, mailbox_id: int, settings: datetime) -> None:
        self.watch = Watch(mailbox_id)
        self.settings = settings
        self.due_at = 0.0  # by the monotonic clock
        self.heard_at: int | None = None  # its line's number, while the selector listens
        self.busy = False
        self.woken = False  # while it was busy
        self.unwanted = False


class Watcher:
    def __init__(self, clock: Clock, *, mailboxes_max: int = MAILBOXES_MAX) -> None:
        self._clock = clock
        self._mailboxes_max = mailboxes_max
        self._held: dict[int, _Held] = {}
        self._to_do: queue.SimpleQueue[_Held | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[_Held] = queue.SimpleQueue()
        self._database: int | None = None  # its connection's number, once it is listened to
        self._wakes, self._waker = os.pipe()
        os.set_blocking(self._wakes, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wakes, selectors.EVENT_READ)
        self._stopping = threading.Event()
        self._find_at = 0.0
        self._forget_at: datetime | None = None

    def run(self, beat: Callable[[], object]) -> None:
        """Until `stop`. `beat` is called at least each second."""
        hands = [threading.Thread(target=self._lend_a_hand, name=f"mail-{n}") for n in range(HANDS)]
        for hand in hands:
            hand.start()
        try:
            while not self._stopping.is_set():
                beat()
                self._round()
        finally:
            for _hand in hands:
                self._to_do.put(None)
            for hand in hands:
                hand.join()
            self._let_go()

    def stop(self) -> None:
        self._stopping.set()
        os.write(self._waker, b"s")

    @property
    def holds(self) -> int:
        """How many mailboxes it watches."""
        return len(self._held)

    def _round(self) -> None:
        try:
            self._find()
            self._wait()
            self._forget()
        except (OperationalError, InterfaceError) as error:
            log.warning("database_away", error=str(error))
            self._lose_all()
        for held in list(self._held.values()):
            if not held.busy and held.due_at <= time.monotonic():
                self._hand_over(held)

    # --- which ones -----------------------------------------------------------------------------------

    def _find(self) -> None:
        """Mailboxes come and go with seats and with people's wishes. The locks belong to this thread's
        connection, so they end with the process, however that ends."""
        if time.monotonic() < self._find_at:
            return
        self._find_at = time.monotonic() + FIND_EVERY_S
        wanted = queries.watchable(self._clock.now())
        for mailbox_id in self._held.keys() - wanted.keys():
            self._drop(self._held[mailbox_id])
        for mailbox_id, settings in wanted.items():
            held = self._held.get(mailbox_id)
            if held is not None and held.settings != settings:
                held.settings = settings
                _wake(held)
            elif held is None and len(self._held) < self._mailboxes_max and _lock(mailbox_id):
                self._held[mailbox_id] = _Held(mailbox_id, settings)

    def _drop(self, held: _Held) -> None:
        held.unwanted = True
        if held.busy:
            return  # Its hand brings it back.
        self._stop_listening(held)
        held.watch.close()
        del self._held[held.watch.mailbox_id]
        _unlock(held.watch.mailbox_id)

    def _lose_all(self) -> None:
        """With the connection went the locks: others may have the mailboxes by now."""
        for held in self._held.values():
            held.unwanted = True
        for held in [one for one in self._held.values() if not one.busy]:
            self._stop_listening(held)
            held.watch.close()
            del self._held[held.watch.mailbox_id]
        self._listen_to_database(None)
        connection.close()
        self._find_at = 0.0
        self._stopping.wait(1)

    # --- waiting --------------------------------------------------------------------------------------

    def _wait(self) -> None:
        """At most a second, for what a server, the database or a hand has to tell."""
        connection.ensure_connection()
        raw = connection.connection
        if raw.fileno() != self._database:
            raw.execute(f"LISTEN {actions.WAKE_CHANNEL}")
            self._listen_to_database(raw.fileno())
        due = min((one.due_at for one in self._held.values() if not one.busy), default=float("inf"))
        for key, _events in self._selector.select(max(0.0, min(1.0, due - time.monotonic()))):
            if isinstance(key.data, _Held):
                key.data.watch.heard = True
                key.data.due_at = 0.0
        self._take_back()
        for notice in raw.notifies(timeout=0):
            self._find_at = 0.0
            if (held := self._held.get(int(notice.payload))) is not None:
                _wake(held)

    def _listen_to_database(self, number: int | None) -> None:
        if self._database is not None:
            self._selector.unregister(self._database)
        if number is not None:
            self._selector.register(number, selectors.EVENT_READ)
        self._database = number

    def _stop_listening(self, held: _Held) -> None:
        if held.heard_at is not None:
            self._selector.unregister(held.heard_at)
            held.heard_at = None

    # --- working --------------------------------------------------------------------------------------

    def _hand_over(self, held: _Held) -> None:
        self._stop_listening(held)
        if held.due_at:
            held.watch.heard = True  # Nobody woke it: its time has come to look anyway.
        held.busy, held.woken = True, False
        self._to_do.put(held)

    def _lend_a_hand(self) -> None:
        """A hand's own thread, with a database connection of its own."""
        while (held := self._to_do.get()) is not None:
            self._work(held)
        connection.close()

    def _work(self, held: _Held) -> None:
        watch = held.watch
        try:
            close_old_connections()
            take_turn(watch, self._clock.now())
        except (OperationalError, InterfaceError) as error:
            log.warning("database_away", mailbox=watch.mailbox_id, error=str(error))
            connection.close()
            watch.close()
            watch.wait_s = 1.0
        except Exception:
            log.exception("turn_failed", mailbox=watch.mailbox_id)
            watch.close()
            watch.wait_s = AFTER_FAILURE_S
        finally:
            self._done.put(held)
            os.write(self._waker, b"d")

    def _take_back(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wakes, 4096)
        while not self._done.empty():
            held = self._done.get()
            held.busy = False
            if held.unwanted:
                held.watch.close()
                if self._held.pop(held.watch.mailbox_id, None) is not None:
                    _unlock(held.watch.mailbox_id)
                continue
            held.due_at = 0.0 if held.woken else time.monotonic() + held.watch.wait_s
            line = held.watch.line
            if line is not None and line.idling:
                held.heard_at = line.fileno()
                self._selector.register(held.heard_at, selectors.EVENT_READ, held)

    def _forget(self) -> None:
        now = self._clock.now()
        if self._forget_at is None or now >= self._forget_at:
            self._forget_at = now + FORGET_EVERY
            keeping.forget_old(now)

    def _let_go(self) -> None:
        for held in self._held.values():
            held.watch.close()
        self._held.clear()
        self._selector.close()
        os.close(self._wakes)
        os.close(self._waker)
        connection.close()


def _wake(held: _Held) -> None:
    if held.busy:
        held.woken = True
    else:
        held.due_at = 0.0


def _lock(mailbox_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, mailbox_id])
        return bool(cursor.fetchone()[0])


def _unlock(mailbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, mailbox_id])


def run_forever(beat: Callable[[], object], clock: Clock) -> None:
    """A thread of the process `hotpot run connectors`."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # Usually 1,024 files at first: too few.
    Watcher(clock).run(beat)
