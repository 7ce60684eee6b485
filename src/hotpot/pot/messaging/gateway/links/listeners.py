"""Listeners of the carriers' protocols: submits go to the desk, reports and replies go back.

Each protocol has one port. A submit is answered once it is kept; many that come together are taken together.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from ssl import SSLContext
from typing import NoReturn

import structlog

from hotpot.kernel.errors import Invalid
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.accounts import Account, Protocol, checked
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.gateway.desk import Busy, Desk, Guest, Unsure
from hotpot.pot.messaging.gateway.links.inquiries import answered
from hotpot.pot.messaging.gateway.links.longs import REFS_APART, GivenPart, gathered, kept, new_refs
from hotpot.pot.messaging.gateway.links.reports import stat_of
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.link import Link
from hotpot.pot.messaging.server import Server
from hotpot.pot.messaging.session import Asked
from hotpot.pot.messaging.talk import Answer, Count, Deliver, Question, Report, Submit, Verdict
from hotpot.pot.messaging.text import Alphabet, join
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Notice, Refusal, Refused

PROTOCOLS: Mapping[str, Protocol] = {"cmpp": "cmpp3", "sgip": "sgip", "smgp": "smgp", "smpp": "smpp"}
CONNECTIONS = 4  # of one interface, where it says nothing else
GATHER_S = 5.0  # between looks for parts whose others don't come
NOT_SETTINGS = {"name", "protocol", "login", "password"}

BUSY = Answer(Verdict.THROTTLED)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A submit that waits for its answer."""

    link: Link
    asked: Asked
    submit: Submit

    @property
    def is_part(self) -> bool:
        concat = self.submit.part.concat
        return concat is not None and concat.total > 1

    def answer(self, answer: Answer) -> None:
        self.link.answer(self.asked, answer)


class Listener:
    """One protocol: a `server.Desk` for who comes in, and a `face.Teller` for what goes back."""

    def __init__(self, kind: str, desk: Desk) -> None:
        self.kind = kind
        self._desk = desk
        self._server = Server(PROTOCOLS[kind], self, desk.clock)
        self._heard: dict[str, list[_Heard]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()
        self._joining: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._accounts: dict[int, tuple[Guest, Account]] = {}
        self._asking: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._counting = asyncio.Lock()  # a count may read all messages of a day

    async def listen(self, host: str, port: int, tls: SSLContext | None = None) -> int:
        return await self._server.listen(host, port, tls=tls)

    async def close(self) -> None:
        """Says goodbye; what was taken before is answered first."""
        if self._tasks:
            await asyncio.wait(list(self._tasks))
        await self._server.close()

    # server.Desk

    async def account(self, login: str, address: str) -> Account | None:
        guest = self._desk.guest(login, address)
        return self._account(guest) if guest and guest.interface.kind == self.kind else None

    def denied(self, login: str, address: str) -> None:
        self._desk.failed(login, address)

    def came(self, account: Account) -> None:
        if (guest := self._desk.guests.by_login.get(account.login)) is not None:
            self._desk.came_back(guest.interface.id)

    def submitted(self, link: Link, asked: Asked, submit: Submit) -> None:
        """What comes in one piece of the network's is taken together."""
        login = link.session.account.login
        self._heard[login].append(_Heard(link, asked, submit))
        if len(self._heard[login]) == 1:
            asyncio.get_running_loop().call_soon(self._take_soon, login)

    def inquired(self, link: Link, asked: Asked, question: Question) -> None:
        self._begin(self._inquire(link, asked, question))

    def _account(self, guest: Guest) -> Account:
        """Raises Invalid where the interface's settings can't be used."""
        known = self._accounts.get(guest.interface.id)
        if known is not None and known[0] == guest:
            return known[1]
        interface = guest.interface
        names = {*Account.__struct_fields__} - NOT_SETTINGS
        given = {name: value for name, value in interface.settings.items() if name in names}
        account = checked(
            {
                "connections": CONNECTIONS,
                "port": 0,
                **given,
                "name": interface.login,
                "protocol": PROTOCOLS[self.kind],
                "login": interface.login,
                "password": guest.password,
            }
        )
        self._accounts[interface.id] = (guest, account)
        return account

    # Taking what they submit.

    def _take_soon(self, login: str) -> None:
        self._begin(self._take(login, self._heard.pop(login)))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, login: str, heard: Sequence[_Heard]) -> None:
        guest = self._desk.guests.by_login.get(login)
        try:
            if guest is None:
                raise Busy("This interface was closed.")
            await self._take_all(guest.interface, heard)
        except Unsure as error:
            _leave_open(heard, str(error))
        except Busy:
            _answer_all(heard, BUSY)
        except Exception:
            log.exception("what an interface submitted can't be taken", interface=login)
            _answer_all(heard, Answer(Verdict.BUSY))
        for link in {one.link for one in heard}:
            link.pump()

    async def _take_all(self, interface: Interface, heard: Sequence[_Heard]) -> None:
        fit = [one for one in heard if self._is_fit(interface, one)]
        whole = [one for one in fit if not one.is_part]
        parts = [one for one in fit if one.is_part]
        if whole:
            await self._take_whole(interface, whole)
        if parts:
            await self._take_parts(interface, parts)

    def _is_fit(self, interface: Interface, one: _Heard) -> bool:
        """Answers those that aren't."""
        part = one.submit.part
        if not one.submit.source.startswith(interface.access_number) and one.submit.source:
            one.answer(Answer(Verdict.REFUSED, refusal=Refusal.BAD_EXTENSION))
        elif part.elements:
            one.answer(Answer(Verdict.REFUSED, refusal=Refusal.BAD_CONTENT))
        else:
            return True
        return False

    async def _take_whole(self, interface: Interface, heard: Sequence[_Heard]) -> None:
        several = [one for one in heard if len(one.submit.numbers) > 1 and not one.submit.ref]
        refs = iter(await self._desk.perform(new_refs(len(several)))) if several else iter(())
        named = [(one, one.submit.ref or (next(refs) if one in several else "")) for one in heard]
        given = [given for one, ref in named for given in _given(interface, one.submit, ref)]
        answers = iter(await self._desk.take(interface, given))
        for one, ref in named:
            self._answer(one, ref, [next(answers) for _ in one.submit.numbers])

    def _answer(self, one: _Heard, ref: str, said: Sequence[Accepted | Refused]) -> None:
        """Refused where all are; some of several numbers are reported instead."""
        refused = [answer for answer in said if isinstance(answer, Refused)]
        if len(refused) == len(said):
            one.answer(_refusal(refused[0]))
            return
        own = next(str(answer.message_id) for answer in said if isinstance(answer, Accepted))
        one.answer(Answer(Verdict.OK, ref or own))
        if refused and one.submit.receipt:
            account = one.link.session.account
            at = self._desk.clock.now()
            for number, answer in zip(one.submit.numbers, said, strict=True):
                if isinstance(answer, Refused):
                    self._server.send(account, Report(ref, number, one.submit.source, "REJECTD", at))

    async def _take_parts(self, interface: Interface, heard: Sequence[_Heard]) -> None:
        """Of one interface one after the other: who comes second must see what the first left."""
        async with self._joining[interface.id]:
            unnamed = [one for one in heard if not one.submit.ref]
            refs = iter(await self._desk.perform(new_refs(len(unnamed))))
            parts = [
                GivenPart(one.submit, _extension(interface, one.submit), one.submit.ref or next(refs))
                for one in heard
            ]
            now = self._desk.clock.now()
            refused = await self._desk.perform(kept(interface, parts, now=now))
        for one, part, answer in zip(heard, parts, refused, strict=True):
            one.answer(_refusal(answer) if answer else Answer(Verdict.OK, part.ref))

    # What they ask.

    async def _inquire(self, link: Link, asked: Asked, question: Question) -> None:
        account = link.session.account
        guest = self._desk.guests.by_login.get(account.login)
        answer = BUSY
        try:
            if guest is not None:
                async with self._turn(guest.interface, question):
                    verb = answered(
                        guest.interface, question, service=account.service, now=self._desk.clock.now()
                    )
                    answer = await self._desk.perform(verb)
        except Busy:
            pass  # The database is away: the same answer, and a question asked twice harms nobody.
        except Exception:
            log.exception("what an interface asks can't be answered", interface=account.login)
            answer = Answer(Verdict.BUSY)
        link.answer(asked, answer)
        link.pump()

    def _turn(self, interface: Interface, question: Question) -> asyncio.Lock:
        """One question of an interface at a time, one count of all: they share connections with others."""
        return self._counting if isinstance(question, Count) else self._asking[interface.id]

    async def keep_gathering(self) -> NoReturn:
        """Long messages of which parts are missing for too long go out with their gaps shown."""
        while True:
            await asyncio.sleep(GATHER_S)
            with contextlib.suppress(Busy):
                for interface_id in await self._desk.perform(_with_parts()):
                    guest = self._desk.guests.by_id.get(interface_id)
                    if guest is not None and guest.interface.kind == self.kind:
                        async with self._joining[interface_id]:
                            now = self._desk.clock.now()
                            await self._desk.perform(gathered(guest.interface, now=now))

    # face.Teller

    def listens(self, interface: Interface) -> bool:
        guest = self._desk.guests.by_id.get(interface.id)
        if guest is None:
            return False
        with contextlib.suppress(Invalid):
            account = self._account(guest)
            return self._server.links_of(account) > 0 or (account.protocol == "sgip" and account.port > 0)
        return False

    async def tell(self, interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        """Those of which all was taken, or refused for good: it would be refused again."""
        account = self._account(self._desk.guests.by_id[interface.id])
        said = [
            (notice.id, self._server.send(account, one))
            for notice in notices
            for one in self._said(account, notice)
        ]
        answers = await asyncio.gather(*(answer for _, answer in said))
        again = {
            notice_id
            for (notice_id, _), answer in zip(said, answers, strict=True)
            if answer is None or answer.verdict.temporary
        }
        return [notice.id for notice in notices if notice.id not in again]

    def _said(self, account: Account, notice: Notice) -> Sequence[Report | Deliver]:
        if notice.kind == "receipt":
            refs = notice.client_ref.split(REFS_APART) if notice.client_ref else [str(notice.message_id)]
            return [_report(notice, ref) for ref in refs]
        try:
            parts = speak(account, self._desk.clock, client=False).parts(notice.text, notice.message_id)
        except Unfit as error:
            log.error("a reply can't be said", interface=account.login, reason=str(error))
            return []
        ref = str(notice.message_id)
        return [Deliver(notice.number, notice.access_number, part, ref) for part in parts]


def _answer_all(heard: Sequence[_Heard], answer: Answer) -> None:
    for one in heard:
        one.answer(answer)


def _leave_open(heard: Sequence[_Heard], reason: str) -> None:
    """Any answer might be wrong: "not now" would have it sent again. So the connections end without one."""
    for link in {one.link for one in heard}:
        link.end(reason)


def _refusal(refused: Refused) -> Answer:
    verdict = Verdict.THROTTLED if refused.code is Refusal.THROTTLED else Verdict.REFUSED
    return Answer(verdict, reason=refused.reason, refusal=refused.code)


def _extension(interface: Interface, submit: Submit) -> str:
    return submit.source.removeprefix(interface.access_number)


def _given(interface: Interface, submit: Submit, ref: str) -> list[Given]:
    part = submit.part
    binary = part.alphabet is Alphabet.BINARY
    text = join([part])
    extension = _extension(interface, submit)
    return [
        Given(
            number=number,
            text=text,
            client_ref=ref,
            extension=extension,
            due_at=submit.due_at,
            expires_at=submit.expires_at,
            priority=submit.priority,
            flash=part.flash,
            alphabet=Alphabet.BINARY.value if binary else "",
            receipt=submit.receipt,
        )
        for number in submit.numbers
    ]


def _report(notice: Notice, ref: str) -> Report:
    stat, error = stat_of(notice.state, notice.error)
    return Report(ref, notice.number, notice.access_number, stat, notice.at, error=error)


def _with_parts() -> Steps[list[int]]:
    rows = yield Call(statements.WITH_PARTS)
    return [row[0] for row in rows]
