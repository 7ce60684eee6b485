"""The desk: one for all that comes in. It knows the interfaces, gathers what they send, and commits together.

An answer is given after the commit that made it true. Where too much waits a caller is told to come again, so
that memory stays what it is. asyncio, no Django.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused as RefusedByUs
from hotpot.kernel.vault import Unreadable, Vault
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.events.steps import Steps, perform
from hotpot.pot.messaging import door
from hotpot.pot.messaging.accounts import INTERFACE_PURPOSE
from hotpot.pot.messaging.engine import AWAY, BACK_OFF_MAX_S, CONNECT_S, POISON, Engine, open_pool
from hotpot.pot.messaging.gateway import guard
from hotpot.pot.messaging.gateway.guard import Patience, Unknown, WrongAddress
from hotpot.pot.messaging.gateway.outward import OUTSIDE_ONLY, Outward
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Refused

CHANNEL = "hotpot_interfaces"  # PostgreSQL NOTIFY: an interface was opened or changed
GROUP = 2_000  # messages in one transaction; one call may have more
CONNECTIONS = 4  # one writes, the others look and serve the courier
WAITING_MAX = 40_000  # messages
WAITING_OF_ONE_MAX = WAITING_MAX // 2  # of one interface, so that it leaves room for others
TOKEN_CHARACTERS_MIN = 24  # a password that long may come alone, as a bearer token
LOOK_S = 10.0  # also without a NOTIFY
BEAT_S = 1.0

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Busy(RefusedByUs):
    """Nothing was taken; again in a moment."""

    code = "busy"
    status = 503


class TooFast(Busy):
    """This interface has too much under way."""

    code = "too_fast"
    status = 429


class Unsure(Busy):
    """It may have been taken or not. The same key makes another try harmless."""

    code = "away"


class Failed(RefusedByUs):
    """It can't be kept, whatever the reason: it would fail again."""

    code = "failed"
    status = 500


@dataclass(frozen=True, slots=True)
class Guest:
    """An interface and its password, as a protocol's own proof needs it."""

    interface: Interface
    password: str
    sealed: bytes

    def __repr__(self) -> str:
        return f"Guest({self.interface.login!r})"


@dataclass(frozen=True, slots=True)
class Guests:
    """All interfaces, as of the last look."""

    by_login: Mapping[str, Guest] = field(default_factory=dict)
    by_id: Mapping[int, Guest] = field(default_factory=dict)
    by_token: Mapping[bytes, Guest | None] = field(default_factory=dict)  # None: several have it


@dataclass(slots=True)
class Figures:
    """Since the process began."""

    accepted: int = 0
    known: int = 0
    refused: int = 0
    told: int = 0
    commits: int = 0
    busy: int = 0


@dataclass(slots=True)
class _Call:
    interface: Interface
    given: Sequence[Given]
    done: asyncio.Future[list[Accepted | Refused]]
    receipts_tell: bool


class Desk:
    """`take` and `check` are called in the loop that `run` runs in."""

    def __init__(
        self, database_url: str, secret_key: str, clock: Clock, outward: Outward = OUTSIDE_ONLY
    ) -> None:
        """`outward` is how faces and tellers reach enterprises' addresses."""
        self.outward = outward
        self.engine: Engine | None = None  # where messages go straight on to their carriers
        self._url = database_url
        self._vault = Vault(secret_key, INTERFACE_PURPOSE)
        self.clock = clock
        self.guests = Guests()
        self.figures = Figures()
        self._patience = Patience()
        self._pool: asyncpg.Pool | None = None
        self._calls: deque[_Call] = deque()
        self._waiting = 0
        self._waiting_of: Counter[int] = Counter()
        self._woken = asyncio.Event()
        self._look = asyncio.Event()
        self.looked: list[Callable[[], None]] = []  # called after each look at the interfaces
        self.came: list[Callable[[int], None]] = []  # called when an interface's other end connects

    # Who comes in.

    @property
    def ready(self) -> bool:
        return self._pool is not None

    @property
    def waiting(self) -> int:
        """Messages that wait to be committed."""
        return self._waiting

    def check(self, login: str, password: str, address: str) -> Interface:
        """Raises Unknown, WrongAddress, TooMany after wrong passwords, Busy while nothing is known."""
        now = self._time()
        self._patience.check(login, address, now)
        guest = self.guests.by_login.get(login)
        if not guard.same(password, guest.password if guest else "") or guest is None:
            self._patience.failed(login, address, now)
            raise Unknown("Give an interface's login and password.")
        return self._let_in(guest, address)

    def check_token(self, token: str, address: str) -> Interface:
        """By a password alone, if it is too long to be guessed and one interface's. Raises as `check`."""
        self._time()
        guest = self.guests.by_token.get(_digest(token))
        if guest is None:
            raise Unknown(
                f"Give an interface's password of {TOKEN_CHARACTERS_MIN} characters or more as a bearer "
                "token, or its login and password as “Authorization: Basic …”."
            )
        return self._let_in(guest, address)

    def guest(self, login: str, address: str) -> Guest | None:
        """For protocols that prove passwords themselves: `failed` is to be told. Raises as `check`."""
        self._patience.check(login, address, self._time())
        guest = self.guests.by_login.get(login)
        if guest is None:
            self.failed(login, address)
        elif not guard.is_near(address, guest.interface.addresses):
            raise _wrong_address(address)
        return guest

    def failed(self, login: str, address: str) -> None:
        """A wrong password came."""
        self._patience.failed(login, address, self._time())

    def came_back(self, interface_id: int) -> None:
        """Its other end has connected: what waits for it can be told."""
        for tell in self.came:
            tell(interface_id)

    def _time(self) -> float:
        if not self.ready:
            raise self._busy(Busy("The gateway has no database now. Try again in a moment."))
        return asyncio.get_running_loop().time()

    def _let_in(self, guest: Guest, address: str) -> Interface:
        if not guard.is_near(address, guest.interface.addresses):
            raise _wrong_address(address)
        self._patience.succeeded(guest.interface.login, address)
        return guest.interface

    # What they send.

    async def take(
        self, interface: Interface, given: Sequence[Given], *, receipts_tell: bool = False
    ) -> list[Accepted | Refused]:
        """One answer for each in the order given, after the commit.

        `receipts_tell`: where only some are taken, each of the others gets a receipt that it failed, in the
        same commit; where none is, the caller's answer says so.
        Raises Busy or TooFast where nothing was taken, Unsure where that can't be said.
        """
        self._make_room(interface, len(given))
        call = _Call(interface, given, asyncio.get_running_loop().create_future(), receipts_tell)
        self._calls.append(call)
        self._woken.set()
        try:
            return await call.done
        finally:
            self._waiting -= len(given)
            self._waiting_of[interface.id] -= len(given)

    def _make_room(self, interface: Interface, count: int) -> None:
        if not self.ready or self._waiting + count > WAITING_MAX:
            raise self._busy(Busy("Too much waits to be written. Send it again in a moment."))
        if self._waiting_of[interface.id] + count > WAITING_OF_ONE_MAX:
            raise self._busy(TooFast("You send faster than is written. Send it again in a moment."))
        self._waiting += count
        self._waiting_of[interface.id] += count

    def _busy(self, busy: Busy) -> Busy:
        self.figures.busy += 1
        return busy

    async def perform(self, verb: Steps[T]) -> T:
        """Any verb, in a transaction of its own. Raises Busy where no database is there, Unsure."""
        if self._pool is None:
            raise Busy("The gateway has no database now. Try again in a moment.")
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                return await perform(connection, verb)
        except AWAY as error:
            if isinstance(error, POISON):
                raise
            log.warning("a question waits", reason=str(error))
            raise Unsure("The database went away. Ask again in a moment.") from error

    # Its life.

    async def run(self, beat: Callable[[], None]) -> NoReturn:
        """Until cancelled. A database that goes away is tried again; whoever waits learns that it did."""
        failures = 0
        while True:
            beat()
            try:
                async with open_pool(self._url, CONNECTIONS) as pool:
                    await self._work(pool, beat)
            except* AWAY as errors:
                failures = 0 if self.ready else failures + 1
                log.warning("the desk is closed", reason=str(errors.exceptions[0]))
            finally:
                self._pool = None
                self._give_up()
            await asyncio.sleep(min(0.1 * 2 ** min(failures, 10), BACK_OFF_MAX_S))

    async def _work(self, pool: asyncpg.Pool, beat: Callable[[], None]) -> None:
        ear = await asyncpg.connect(self._url, timeout=CONNECT_S)
        try:
            await ear.add_listener(CHANNEL, lambda *_: self._look.set())
            await self._meet(pool)
            self._pool = pool
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_meeting(pool))
                group.create_task(_keep_beating(ear, beat))
                group.create_task(self._keep_writing(pool))
        finally:
            ear.terminate()

    async def _keep_meeting(self, pool: asyncpg.Pool) -> NoReturn:
        while True:
            await is_set_within(self._look, LOOK_S)
            await self._meet(pool)

    async def _meet(self, pool: asyncpg.Pool) -> None:
        """Learns who may come in."""
        self._look.clear()
        async with pool.acquire() as connection, connection.transaction():
            rows = await perform(connection, door.everybody())
        guests = [guest for interface, sealed in rows if (guest := self._guest(interface, sealed))]
        self.guests = Guests(
            {guest.interface.login: guest for guest in guests},
            {guest.interface.id: guest for guest in guests},
            _by_token(guests),
        )
        for tell in self.looked:
            tell()

    def _guest(self, interface: Interface, sealed: bytes) -> Guest | None:
        known = self.guests.by_id.get(interface.id)
        try:
            same = known is not None and known.sealed == sealed
            return Guest(interface, known.password if known and same else self._vault.open(sealed), sealed)
        except Unreadable as error:
            log.error("an interface's password can't be read", interface=interface.name, reason=str(error))
            return None

    async def _keep_writing(self, pool: asyncpg.Pool) -> NoReturn:
        """By one writer: what comes during its commit goes with its next; a second would halve the groups."""
        while True:
            if group := self._next_group():
                await self._write(pool, group)
            else:
                self._woken.clear()
                await self._woken.wait()

    def _next_group(self) -> list[_Call]:
        group: list[_Call] = []
        count = 0
        while self._calls and (not group or count + len(self._calls[0].given) <= GROUP):
            call = self._calls.popleft()
            if not call.done.done():  # else its caller has gone
                group.append(call)
                count += len(call.given)
        return group

    async def _write(self, pool: asyncpg.Pool, group: Sequence[_Call]) -> None:
        try:
            await self._commit_at_last(pool, group)
        except BaseException as error:
            if not isinstance(error, Exception) or (
                isinstance(error, AWAY) and not isinstance(error, POISON)
            ):
                _fail(group, Unsure("It could not be written, or that isn't known. Send it again."))
                raise
            await self._write_apart(pool, group)

    async def _commit_at_last(self, pool: asyncpg.Pool, group: Sequence[_Call]) -> None:
        """Who waits in a ring with others (a writer of another process) was turned back, and has
        written nothing: the others are through now."""
        while True:
            try:
                return await self._commit(pool, group)
            except asyncpg.DeadlockDetectedError:
                log.info("a group begins again: it waited in a ring with others")

    async def _write_apart(self, pool: asyncpg.Pool, group: Sequence[_Call]) -> None:
        """Called while the error is handled: one call's content must not spoil the others'."""
        if len(group) > 1:
            for call in group:
                await self._write(pool, [call])
            return
        log.exception("what an interface sent can't be kept", interface=group[0].interface.name)
        _fail(group, Failed("This could not be kept. The operator finds the reason in the gateway's log."))

    async def _commit(self, pool: asyncpg.Pool, group: Sequence[_Call]) -> None:
        answers: list[tuple[_Call, list[Accepted | Refused]]] = []
        now = self.clock.now()
        handing = self.engine.handing() if self.engine else None
        async with pool.acquire() as connection, connection.transaction():
            for calls in _by_interface(group):
                given = [one for call in calls for one in call.given]
                verb = door.accept(self._newest(calls[0]), given, now=now, handing=handing)
                said = iter(await perform(connection, verb))
                for call in calls:
                    answers.append((call, [next(said) for _ in call.given]))
                    if refused := _to_tell(*answers[-1]):
                        await perform(connection, door.tell_refused(call.interface, refused, now=now))
        if self.engine and handing:
            self.engine.take(handing)
        self.figures.commits += 1
        for call, of_call in answers:
            self._count(of_call)
            if not call.done.done():
                call.done.set_result(of_call)

    def _newest(self, call: _Call) -> Interface:
        """As it is now: it may have been suspended since it came in."""
        guest = self.guests.by_id.get(call.interface.id)
        return guest.interface if guest else call.interface

    def _count(self, answers: Sequence[Accepted | Refused]) -> None:
        refused = sum(isinstance(one, Refused) for one in answers)
        known = sum(isinstance(one, Accepted) and one.known for one in answers)
        self.figures.refused += refused
        self.figures.known += known
        self.figures.accepted += len(answers) - refused - known

    def _give_up(self) -> None:
        _fail(list(self._calls), Busy("The gateway has no database now. Send it again in a moment."))
        self._calls.clear()


async def _keep_beating(ear: asyncpg.Connection, beat: Callable[[], None]) -> NoReturn:
    """Also notices that the ear is deaf: then changes of interfaces would not be heard."""
    while True:
        beat()
        if ear.is_closed():
            raise ConnectionError("the connection that listens was lost")
        await asyncio.sleep(BEAT_S)


def _by_interface(group: Sequence[_Call]) -> list[list[_Call]]:
    """In one order for all writers: what a batch uses up stays locked until the commit, and two companies'
    locked in turns would be a ring."""
    found: dict[tuple[int, int], list[_Call]] = {}
    for call in group:
        found.setdefault((call.interface.customer_id, call.interface.id), []).append(call)
    return [found[key] for key in sorted(found)]


def _to_tell(call: _Call, answers: Sequence[Accepted | Refused]) -> list[tuple[Given, Refused]]:
    """The refused ones that its answer says nothing of."""
    if not call.receipts_tell:
        return []
    pairs = zip(call.given, answers, strict=True)
    refused = [(one, said) for one, said in pairs if isinstance(said, Refused)]
    return refused if len(refused) < len(answers) else []


def _fail(calls: Sequence[_Call], error: Exception) -> None:
    for call in calls:
        if not call.done.done():
            call.done.set_exception(error)


def _by_token(guests: Sequence[Guest]) -> dict[bytes, Guest | None]:
    found: dict[bytes, Guest | None] = {}
    for guest in guests:
        if len(guest.password) >= TOKEN_CHARACTERS_MIN:
            token = _digest(guest.password)
            found[token] = None if token in found else guest
    return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _wrong_address(address: str) -> WrongAddress:
    return WrongAddress(f"This interface may not be used from {address}. Add the address to its list.")
