"""Where enterprises and other gateways log in, and what they submit comes to a desk. asyncio, no Django."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from functools import partial
from typing import Protocol

import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused
from hotpot.pot.messaging import accounts
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.flow import BackOff
from hotpot.pot.messaging.link import Link, Outbox, keep_connected, leave_all
from hotpot.pot.messaging.session import Asked, LoggingIn, Session, State
from hotpot.pot.messaging.talk import Answer, Deliver, Question, Report, Submit, Verdict, Way

log = structlog.get_logger(__name__)


class Desk(Protocol):
    """Takes what comes in."""

    async def account(self, login: str, address: str) -> Account | None:
        """Who may log in under this name from there; its password is checked by the protocol's own rule.

        Raises kernel.errors.Refused where nobody may now.
        """
        ...

    def denied(self, login: str, address: str) -> None:
        """Its password was wrong."""
        ...

    def came(self, account: Account) -> None:
        """A connection that takes what there is for it."""
        ...

    def submitted(self, link: Link, asked: Asked, submit: Submit) -> None:
        """To be answered by `link.answer(asked, ...)` and `link.pump()` once it is in the database.

        The answer's `ref` is ours for it: digits, at most nineteen, that every protocol can carry; SGIP's
        `submit.ref` can't be chosen.
        """
        ...

    def inquired(self, link: Link, asked: Asked, question: Question) -> None:
        """To be answered as `submitted` is. Only the asker's own messages are spoken of."""
        ...


class Server:
    """One protocol, on one port or several. CMPP serves both versions."""

    def __init__(self, protocol: accounts.Protocol, desk: Desk, clock: Clock) -> None:
        self._stranger = Account(name="", protocol=protocol, login="", password="", port=0)
        self._desk = desk
        self._clock = clock
        self._links: list[Link] = []
        self._outboxes: dict[str, Outbox] = {}
        self._dialling: dict[str, asyncio.Task[None]] = {}
        self._logins: set[asyncio.Task[None]] = set()
        self._listeners: list[asyncio.Server] = []

    async def listen(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> int:
        """The port, which the system chose where 0 was given."""
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(self._accept, host, port, ssl=tls)
        self._listeners.append(listener)
        chosen: int = listener.sockets[0].getsockname()[1]
        return chosen

    async def close(self) -> None:
        for listener in self._listeners:
            listener.close()
        await leave_all(list(self._links))
        tasks = [*self._dialling.values(), *self._logins]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for outbox in self._outboxes.values():
            outbox.drop()

    def send(self, account: Account, request: Deliver | Report) -> asyncio.Future[Answer | None]:
        """To an enterprise, over whichever of its links takes it. BUSY where none is there, or none has room.

        The future gets None where the answer never came: then it is to be sent again, as after BUSY.
        """
        outbox = self._outbox(account)
        if account.protocol == "sgip" and account.name not in self._dialling:
            self._dialling[account.name] = asyncio.create_task(self._dial(account))
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        outbox.put(request, partial(_resolve, answer))
        if account.name not in self._dialling and not outbox.links:
            outbox.drop()
        return answer

    def links_of(self, account: Account) -> int:
        """How many connections may bring it something now."""
        return len(self._outbox(account).links)

    def _outbox(self, account: Account) -> Outbox:
        return self._outboxes.setdefault(account.name, Outbox(account.answer_s))

    async def _dial(self, account: Account) -> None:
        """SGIP's enterprises listen for what gateways bring."""

        def link() -> Link:
            dialect = speak(account, self._clock, client=True, to_enterprise=True)
            return self._new(Session(dialect, asyncio.get_running_loop().time(), way=Way.OUT))

        await keep_connected(account, link, BackOff())

    def _accept(self) -> Link:
        dialect = speak(self._stranger, self._clock, client=False)
        return self._new(Session(dialect, asyncio.get_running_loop().time()))

    def _new(self, session: Session) -> Link:
        link = Link(session, self)
        self._links.append(link)
        return link

    # What links tell.

    def logging_in(self, link: Link, login: LoggingIn) -> None:
        task = asyncio.create_task(self._admit(link, login))
        self._logins.add(task)
        task.add_done_callback(self._logins.discard)

    async def _admit(self, link: Link, login: LoggingIn) -> None:
        try:
            account = await self._desk.account(login.name, link.address)
        except Refused:
            account = None
        except Exception:
            log.exception("a login can't be looked up", login=login.name)
            link.session.deny(Answer(Verdict.BUSY))
            link.step()
            return
        if account is None:
            link.session.deny(Answer(Verdict.REFUSED))
        elif self._connections()[account.name] >= account.connections:
            link.session.deny(Answer(Verdict.BUSY))
        else:
            link.session.admit(account, asyncio.get_running_loop().time())
            if link.session.state is not State.BOUND:
                self._desk.denied(login.name, link.address)
        link.step()

    def _connections(self) -> Counter[str]:
        """Of those who logged in; we ourselves dial some."""
        guests = [link.session for link in self._links if link.was_bound]
        return Counter(one.account.name for one in guests if not one.dialect.client)

    def bound(self, link: Link) -> None:
        if link.session.may_ask:
            link.take(self._outbox(link.session.account))
            self._desk.came(link.session.account)

    def asked(self, link: Link, asked: Asked) -> None:
        match asked.request:
            case Submit() as submit:
                self._desk.submitted(link, asked, submit)
            case Deliver() | Report():
                link.answer(asked, Answer(Verdict.UNSUPPORTED))
            case question:
                self._desk.inquired(link, asked, question)

    def closed(self, link: Link, reason: str) -> None:
        self._links.remove(link)
        outbox = self._outboxes.get(link.session.account.name)
        if outbox is not None and not outbox.links:
            outbox.drop()


def _resolve(waiting: asyncio.Future[Answer | None], answer: Answer | None) -> None:
    if not waiting.done():
        waiting.set_result(answer)
