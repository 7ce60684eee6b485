"""Sessions on sockets: connections, and what waits to be sent over them. asyncio; it decides nothing."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import NoReturn, Protocol, cast

import msgspec
import structlog

from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.flow import BackOff, Throttle
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.secure import context_for, distrust, reason_of
from hotpot.pot.messaging.session import (
    GOODBYE,
    Answered,
    Asked,
    Bound,
    Carried,
    Closed,
    Event,
    LoggingIn,
    Session,
    State,
    Unanswered,
)
from hotpot.pot.messaging.talk import Answer, Verdict

TICK_S = 0.25
CONNECT_S = 4.0
GOODBYE_S = 1.0
NO_CONNECTION = "no connection"
NO_ROOM = "the other end is too slow"

log = structlog.get_logger(__name__)


Done = Callable[[Answer | None], None]


class _Item(msgspec.Struct):
    request: Carried
    done: Done
    give_up_at: float


class Outbox:
    """Requests to one other end, sent over whichever of its links has room."""

    def __init__(self, patience_s: float) -> None:
        """`patience_s`: how long a request waits to be sent, also again after it was told "too fast"."""
        self._patience_s = patience_s
        self._items: deque[_Item] = deque()
        self._pumping = False
        self.links: list[Link] = []

    def put(self, request: Carried, done: Done) -> None:
        """`done` gets the answer, or None where none came: then nobody knows whether the request was taken.

        What is put at once is sent at once.
        """
        loop = asyncio.get_running_loop()
        self._items.append(_Item(request, done, loop.time() + self._patience_s))
        if not self._pumping:
            self._pumping = True
            loop.call_soon(self.pump)

    def put_back(self, item: _Item) -> None:
        self._items.appendleft(item)

    def take(self, now: float) -> _Item | None:
        """The next one; who waited too long learns that it wasn't sent."""
        while self._items:
            item = self._items.popleft()
            if item.give_up_at <= now:
                item.done(Answer(Verdict.BUSY, reason=NO_ROOM))
            else:
                return item
        return None

    def __len__(self) -> int:
        return len(self._items)

    def pump(self) -> None:
        self._pumping = False
        for link in list(self.links):
            if not self._items:
                return
            link.pump()

    def drop(self) -> None:
        """Nothing will be sent any more: whatever waits learns that it wasn't."""
        while self._items:
            self._items.popleft().done(Answer(Verdict.BUSY, reason=NO_CONNECTION))


class Owner(Protocol):
    """Who a link tells what happens on it."""

    def logging_in(self, link: Link, login: LoggingIn) -> None: ...

    def bound(self, link: Link) -> None: ...

    def asked(self, link: Link, asked: Asked) -> None: ...

    def closed(self, link: Link, reason: str) -> None: ...


class Link(asyncio.Protocol):
    """One connection. Its requests come from `outbox`, if it has one."""

    def __init__(self, session: Session, owner: Owner) -> None:
        self.session = session
        self.outbox: Outbox | None = None
        self.was_bound = False
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._throttle = Throttle(session.account.per_second_max)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._writable = True
        self.gone: asyncio.Future[str] = self._loop.create_future()

    def take(self, outbox: Outbox) -> None:
        """From now on it sends what is in `outbox`."""
        self._throttle = Throttle(self.session.account.per_second_max)
        self.outbox = outbox
        outbox.links.append(self)
        self.pump()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if (opened := transport.get_extra_info("socket")) is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if self.session.dialect.client:
            if reason := distrust(transport, self.session.account):
                self.end(reason)
                return
            self.session.log_in(self._loop.time())
        self._tick()

    def data_received(self, data: bytes) -> None:
        self.session.receive(data, self._loop.time())
        self.step()

    def connection_lost(self, exc: Exception | None) -> None:
        self.session.close(f"the connection was lost{f': {exc}' if exc else ''}")
        self.step()

    def pause_writing(self) -> None:
        """Who doesn't read our answers isn't read either, so that they don't pile up here."""
        self._writable = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._writable = True
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
        self.pump()

    def _tick(self) -> None:
        self.session.tick(self._loop.time())
        self.step()
        if self.session.state is not State.CLOSED:
            self._timer = self._loop.call_later(TICK_S, self._tick)

    def step(self) -> None:
        """Tells what happened, sends what is to be sent. To be called after whatever touched the session."""
        while self.session.events:
            self._happened(self.session.events.popleft())
        self.pump()

    def pump(self) -> None:
        """Asks as much as window and throttle allow; writes what waits."""
        while self.outbox and self._writable and self.session.room > 0 and not self._must_wait():
            if (item := self.outbox.take(self._loop.time())) is not None:
                self._ask(item)
        if (out := self.session.take_output()) and self._transport is not None:
            self._transport.write(out)

    def _must_wait(self) -> bool:
        wait_s = self._throttle.wait_s(self._loop.time())
        if wait_s > 0 and self._alarm is None:
            self._alarm = self._loop.call_later(wait_s, self._wake)
        return wait_s > 0

    def _wake(self) -> None:
        self._alarm = None
        self.pump()

    def _ask(self, item: _Item) -> None:
        now = self._loop.time()
        try:
            self.session.ask(item.request, item, now)
        except Unfit as error:
            item.done(Answer(Verdict.REFUSED, reason=str(error)))
        else:
            self._throttle.took(now)

    @property
    def address(self) -> str:
        """Of the other end; "" where there is none yet."""
        peer = self._transport.get_extra_info("peername") if self._transport else None
        return str(peer[0]) if peer else ""

    def answer(self, asked: Asked, answer: Answer) -> None:
        """To one request. It goes with the next `pump`, so that many share one write."""
        self.session.answer(asked, answer)

    def leave(self) -> None:
        self.session.leave()
        self.step()

    def end(self, reason: str) -> None:
        self.session.close(reason)
        self.step()

    def _happened(self, event: Event) -> None:
        match event:
            case Answered(token, answer):
                self._answered(token, answer)
            case Unanswered(token):
                token.done(None)
            case Asked():
                self._owner.asked(self, event)
            case Bound():
                self.was_bound = True
                self._owner.bound(self)
            case LoggingIn():
                self._owner.logging_in(self, event)
            case Closed(reason):
                self._closed(reason)

    def _answered(self, item: _Item, answer: Answer) -> None:
        now = self._loop.time()
        if answer.verdict is not Verdict.THROTTLED:
            self._throttle.accepted()
            item.done(answer)
            return
        self._throttle.too_fast(now)
        if self.outbox is None or item.give_up_at <= now:
            item.done(answer)
        else:
            self.outbox.put_back(item)

    def _closed(self, reason: str) -> None:
        for timer in (self._timer, self._alarm):
            if timer is not None:
                timer.cancel()
        if self.outbox is not None:
            self.outbox.links.remove(self)
        if self._transport is not None:
            self._transport.write(self.session.take_output())
            self._transport.close()
        self._owner.closed(self, reason)
        if not self.gone.done():
            self.gone.set_result(reason)


async def leave_all(links: list[Link]) -> None:
    """Says goodbye on all, and waits a moment for those of the other ends."""
    for link in links:
        link.leave()
    if links:
        await asyncio.wait([link.gone for link in links], timeout=GOODBYE_S)
    for link in links:
        link.end(GOODBYE)


async def keep_connected(account: Account, make: Callable[[], Link], back_off: BackOff) -> NoReturn:
    """One connection after the other, ever more slowly while they fail. Until cancelled."""
    while True:
        link = make()
        reason = await _live(account, link)
        if link.was_bound:
            back_off.succeeded()
        pause_s = back_off.failed()
        if reason != GOODBYE:
            log.warning("a link is down", account=account.name, reason=reason, pause_s=round(pause_s, 1))
        await asyncio.sleep(pause_s)


async def _live(account: Account, link: Link) -> str:
    """The whole life of one connection; why it ended."""
    try:
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().create_connection(
                lambda: link, account.host, account.port, ssl=context_for(account)
            )
        return await link.gone
    except (OSError, TimeoutError) as error:
        nothing = f"no connection to {account.host}:{account.port} within {CONNECT_S:g} s"
        link.end(reason_of(error, account) or nothing)
        return link.gone.result()
    finally:
        link.end("we stopped")
