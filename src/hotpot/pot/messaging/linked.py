"""A carrier reached by its own protocol: the engine's interface over one or many connections."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import secrets
from collections import deque
from collections.abc import Sequence

from hotpot.kernel.clock import Clock
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.flow import BackOff
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.link import Link, Outbox, keep_connected, leave_all
from hotpot.pot.messaging.session import GOODBYE, Asked, LoggingIn, Session
from hotpot.pot.messaging.talk import Answer, Deliver, Report, Submit, Verdict, Way
from hotpot.pot.messaging.text import join
from hotpot.pot.messaging.wire import Arrivals, Inbound, Receipt, Submission, Submitted

BATCH = 500
THROTTLED_S = 10  # how much of a slow carrier's time is claimed from the queue at once
BREAK_S = 5.0  # of all links, that doesn't disturb the engine
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 -- gateways reach us from outside, and log in
NO_ANSWER = "the carrier gave no answer; it may have taken the message or not"


class LinkedCarrier:
    """`chance` spreads the pauses between tries to connect."""

    def __init__(self, account: Account, clock: Clock, *, chance: random.Random | None = None) -> None:
        self._account = account
        self._clock = clock
        self._chance = chance or random.Random()
        self._dialect = speak(account, clock, client=True)
        self._stopped()

    def _stopped(self) -> None:
        self._outbox = Outbox(self._account.answer_s)
        self._links: list[Link] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._listener: asyncio.Server | None = None
        self._arrived: deque[tuple[Link, Asked]] = deque()
        self._stirred = asyncio.Event()
        self._linked = asyncio.Event()
        self._failures = 0
        self._reason = "not connected"
        self._first: asyncio.Future[None] | None = None
        self._nonce = secrets.token_hex(6)
        self._unnamed = itertools.count(1)

    @property
    def name(self) -> str:
        return self._account.name

    @property
    def window(self) -> int:
        account = self._account
        window = account.connections * account.window
        if account.per_second_max:
            window = min(window, max(1, int(account.connections * account.per_second_max * THROTTLED_S)))
        return window

    async def connect(self) -> None:
        """Returns with the first link; the others come when they can. Raises CarrierAway where none does."""
        await self.close()
        self._first = asyncio.get_running_loop().create_future()
        try:
            await self._listen()
            for way in self._ways():
                self._tasks.append(asyncio.create_task(self._keep(way)))
            await self._first
        except OSError as error:
            await self.close()
            raise CarrierAway(str(error)) from error
        except (CarrierAway, asyncio.CancelledError):
            await self.close()
            raise

    def _ways(self) -> list[Way]:
        ways = {"sgip": [Way.OUT], "smpp": [Way.OUT, Way.IN] if self._account.bind == "pair" else [Way.BOTH]}
        return ways.get(self._account.protocol, [Way.BOTH]) * self._account.connections

    async def _keep(self, way: Way) -> None:
        account = self._account
        back_off = BackOff(chance=self._chance)
        await keep_connected(account.name, account.host, account.port, lambda: self._link(way), back_off)

    async def _listen(self) -> None:
        """SGIP's gateways come to us with what they have."""
        if self._account.protocol == "sgip" and self._account.listen_port:
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(self._callee, ANY_ADDRESS, self._account.listen_port)

    def _callee(self) -> Link:
        return self._link(Way.OUT, client=False)

    def _link(self, way: Way, *, client: bool = True) -> Link:
        dialect = speak(self._account, self._clock, client=client)
        link = Link(Session(dialect, asyncio.get_running_loop().time(), way=way), self)
        self._links.append(link)
        return link

    async def close(self) -> None:
        links = [link for link in self._links if link.was_bound]
        await leave_all(links)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listener is not None:
            self._listener.close()
        for link in list(self._links):
            link.end(GOODBYE)
        self._outbox.drop()
        self._stopped()

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Submitted]:
        await self._some_link()
        return await asyncio.gather(*(self._submit(one) for one in batch))

    async def _some_link(self) -> None:
        """A short break of all links is sat out: the queue's batches stay where they are."""
        if self._outbox.links:
            return
        if self._tasks:
            self._linked.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._linked.wait(), BREAK_S)
        if not self._outbox.links:
            raise CarrierAway(self._reason)

    async def _submit(self, submission: Submission) -> Submitted:
        """The last part's receipt stands for all: phones show a message when it is whole."""
        try:
            parts = self._dialect.parts(submission.text, submission.message_id)
        except Unfit as error:
            return Submitted(submission.message_id, error=str(error))
        waiting = [
            self._outbox.put(
                Submit(
                    source=submission.access_number,
                    numbers=(submission.number,),
                    part=part,
                    receipt=place == len(parts),
                    expires_at=submission.expires_at,
                )
            )
            for place, part in enumerate(parts, 1)
        ]
        return _submitted(submission.message_id, await asyncio.gather(*waiting))

    async def arrivals(self, wait_s: float) -> Arrivals:
        if not self._arrived and wait_s > 0:
            self._stirred.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), wait_s)
        taken = [self._arrived.popleft() for _ in range(min(BATCH, len(self._arrived)))]
        receipts = [self._receipt(asked.request) for _, asked in taken if isinstance(asked.request, Report)]
        inbounds = [self._inbound(asked.request) for _, asked in taken if isinstance(asked.request, Deliver)]
        return Arrivals(tuple(receipts), tuple(inbounds), tuple(taken))

    def _receipt(self, report: Report) -> Receipt:
        error = "" if report.delivered else f"{report.stat} {report.error}".strip()
        return Receipt(self.name, report.ref, report.delivered, report.at, error)

    def _inbound(self, deliver: Deliver) -> Inbound:
        """Where a carrier gives no id, we do. Some give one id to all parts of a message."""
        concat = deliver.part.concat
        ref = deliver.ref or f"{self._nonce}-{next(self._unnamed)}"
        return Inbound(
            self.name,
            f"{ref}/{concat.place}" if concat else ref,
            deliver.number,
            deliver.access_number,
            join([deliver.part]),
            self._clock.now(),
            deliver.part if concat else None,
        )

    async def acknowledge(self, arrivals: Arrivals) -> None:
        for link, asked in arrivals.marks:
            link.answer(asked, Answer(Verdict.OK))
        for link in {link for link, _ in arrivals.marks}:
            link.pump()

    # What links tell.

    def logging_in(self, link: Link, login: LoggingIn) -> None:
        """An SGIP gateway, which knows us by what we know it by."""
        if login.name == self._account.login:
            link.session.admit(self._account, asyncio.get_running_loop().time())
        else:
            link.session.deny(Answer(Verdict.REFUSED))

    def bound(self, link: Link) -> None:
        if link.session.may_ask:
            link.take(self._outbox)
            self._linked.set()
            if self._first is not None and not self._first.done():
                self._first.set_result(None)

    def asked(self, link: Link, asked: Asked) -> None:
        match asked.request:
            case Submit():
                link.answer(asked, Answer(Verdict.UNSUPPORTED))
            case Report(final=False):
                link.answer(asked, Answer(Verdict.OK))
            case _:
                self._arrived.append((link, asked))
                self._stirred.set()

    def closed(self, link: Link, reason: str) -> None:
        self._links.remove(link)
        self._reason = reason
        if not self._outbox.links:
            self._outbox.drop()
        if link.was_bound or not link.session.dialect.client:
            return
        self._failures += 1
        if self._failures >= len(self._tasks) and self._first is not None and not self._first.done():
            self._first.set_exception(CarrierAway(reason))


def _submitted(message_id: int, answers: Sequence[Answer | None]) -> Submitted:
    """A message is taken when all its parts are, and refused when one is. Else the same parts go again."""
    given = [answer for answer in answers if answer is not None]
    troubles = [answer for answer in given if answer.verdict is not Verdict.OK]
    for answer in sorted(troubles, key=lambda answer: answer.verdict.temporary):
        return Submitted(message_id, error=answer.reason, temporary=answer.verdict.temporary)
    if len(given) < len(answers):
        return Submitted(message_id, error=NO_ANSWER, temporary=True)
    return Submitted(message_id, ref=given[-1].ref)
