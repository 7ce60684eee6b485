"""A carrier reached by its own protocol: the engine's interface over one or many connections."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import msgspec

from hotpot.kernel.clock import Clock
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.flow import BackOff
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.link import Link, Outbox, keep_connected, leave_all
from hotpot.pot.messaging.session import GOODBYE, Asked, LoggingIn, Session
from hotpot.pot.messaging.talk import Answer, Deliver, Report, Submit, Verdict, Way
from hotpot.pot.messaging.text import Part, join
from hotpot.pot.messaging.wire import Arrivals, Inbound, Receipt, Submission, Submitted, TakenPart

BATCH = 2_000  # arrivals in one transaction
BUSY = 50  # so many at once, and it pays to gather more
GATHER_S = 0.02
AT_HAND = 500  # submissions that wait here for their turn
THROTTLED_S = 5  # how much of a slow carrier's time is claimed from the queue at once
BREAK_S = 5.0  # of all links, that disturbs nobody
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 -- gateways reach us from outside, and log in
NO_ANSWER = "the carrier gave no answer; it may have taken the message or not"


class LinkedCarrier:
    """`chance` spreads the pauses between tries to connect."""

    def __init__(self, account: Account, clock: Clock, *, chance: random.Random | None = None) -> None:
        self._account = account
        self._clock = clock
        self._chance = chance or random.Random()
        self._dialect = speak(account, clock, client=True)
        self._capacity = _capacity(account)
        self._open = 0  # submissions without an answer
        self._answers: list[Submitted] = []
        self._taking = False  # what arrived isn't known to be written down
        self._fetched_at = self._written_up_to = time.monotonic()
        self._stopped()

    def _stopped(self) -> None:
        self._outbox = Outbox(self._account.answer_s)
        self._links: list[Link] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._listener: asyncio.Server | None = None
        self._arrived: deque[tuple[Link, Asked]] = deque()
        self._is_busy = False
        self._alone_since = self._linked_since = time.monotonic()
        self._stirred = asyncio.Event()
        self._failures = 0
        self._reason = "not connected"
        self._first: asyncio.Future[None] | None = None
        self._nonce = secrets.token_hex(6)
        self._unnamed = itertools.count(1)

    @property
    def name(self) -> str:
        return self._account.name

    @property
    def room(self) -> int:
        return max(0, self._capacity - self._open) if self._outbox.links else 0

    @property
    def away(self) -> str:
        """Why it can't be reached, for longer than a short break; empty while it can."""
        if self._outbox.links or time.monotonic() - self._alone_since < BREAK_S:
            return ""
        return self._reason

    @property
    def answers_within(self) -> timedelta:
        return timedelta(seconds=2 * self._account.answer_s + 1)

    @property
    def uncertain_for(self) -> timedelta:
        return timedelta(seconds=self._account.uncertain_s)

    @property
    def may_repeat(self) -> bool:
        """Not while an answer waits that a message without one would need: a database may be long away."""
        now, wait_s = time.monotonic(), self._account.uncertain_s
        waits = self._taking or self._answers or self._arrived
        is_behind = waits and now - self._written_up_to >= wait_s
        return not is_behind and now - self._linked_since >= wait_s

    def parts_of(self, text: str, alphabet: str) -> int:
        try:
            return len(self._dialect.parts(text, 0, alphabet=alphabet))
        except Unfit:
            return 1

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
        await keep_connected(self._account, lambda: self._link(way), BackOff(chance=self._chance))

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

    async def submit(self, batch: Sequence[Submission]) -> None:
        if not self._outbox.links:
            raise CarrierAway(self._reason)
        for submission in batch:
            self._open += 1
            self._submit(submission)

    def _submit(self, submission: Submission) -> None:
        """A receipt is asked for each part. Parts that the carrier has are not sent again."""
        try:
            parts = self._dialect.parts(
                submission.text, submission.message_id, alphabet=submission.alphabet, flash=submission.flash
            )
        except Unfit as error:
            self._answer(Submitted(submission.message_id, error=str(error)))
            return
        if len(parts) == 1:
            self._outbox.put(_request(submission, parts[0]), partial(self._answered, submission.message_id))
            return
        long = _Long(submission.message_id, len(parts), len(parts) - len(submission.taken), {}, self._answer)
        for place, part in enumerate(parts, 1):
            if place not in submission.taken:
                self._outbox.put(_request(submission, part), partial(long.answered, place))
        if not long.left:
            long.end()

    def _answered(self, message_id: int, answer: Answer | None) -> None:
        if answer is not None and answer.verdict is Verdict.OK:
            self._answer(Submitted(message_id, answer.ref))
        else:
            self._answer(_refused(message_id, answer))

    def _answer(self, answer: Submitted) -> None:
        self._open -= 1
        self._answers.append(answer)
        self._stirred.set()

    async def arrivals(self, wait_s: float) -> Arrivals:
        if not self._arrived and not self._answers and wait_s > 0:
            self._stirred.clear()
            await is_set_within(self._stirred, wait_s)
        if self._is_busy:
            await asyncio.sleep(GATHER_S)
        answers = tuple(self._answers)
        self._answers.clear()
        taken = [self._arrived.popleft() for _ in range(min(BATCH, len(self._arrived)))]
        self._is_busy = wait_s > 0 and len(answers) + len(taken) >= BUSY
        self._fetched_at = time.monotonic()
        self._taking = bool(answers or taken)
        receipts = [self._receipt(asked.request) for _, asked in taken if isinstance(asked.request, Report)]
        inbounds = [self._inbound(asked.request) for _, asked in taken if isinstance(asked.request, Deliver)]
        return Arrivals(tuple(receipts), tuple(inbounds), tuple(taken), answers)

    def _receipt(self, report: Report) -> Receipt:
        error = "" if report.delivered else f"{report.stat} {report.error}".strip()
        return Receipt(
            self.name,
            report.ref,
            report.delivered,
            report.at,
            error,
            report.number,
            report.access_number,
            report.submitted_at,
        )

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
        self._taking = False
        self._written_up_to = self._fetched_at
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
            if not self._outbox.links:
                self._linked_since = time.monotonic()
            link.take(self._outbox)
            if self._first is not None and not self._first.done():
                self._first.set_result(None)

    def asked(self, link: Link, asked: Asked) -> None:
        match asked.request:
            case Report(final=False):
                link.answer(asked, Answer(Verdict.OK))
            case Report() | Deliver():
                self._arrived.append((link, asked))
                self._stirred.set()
            case _:
                link.answer(asked, Answer(Verdict.UNSUPPORTED))

    def closed(self, link: Link, reason: str) -> None:
        self._links.remove(link)
        self._reason = reason
        if not self._outbox.links:
            self._outbox.drop()
            if link.was_bound:
                self._alone_since = time.monotonic()
        if link.was_bound or not link.session.dialect.client:
            return
        self._failures += 1
        if self._failures >= len(self._tasks) and self._first is not None and not self._first.done():
            self._first.set_exception(CarrierAway(reason))


def _capacity(account: Account) -> int:
    """Its windows and as much again, to be at hand; of a slow carrier what it takes in a few seconds."""
    most = 2 * account.connections * account.window + AT_HAND
    if account.per_second_max:
        return min(most, max(1, int(account.connections * account.per_second_max * THROTTLED_S)))
    return most


@dataclass(slots=True)
class _Long:
    """A message of several parts, until all have their answers. It is as good as its worst part."""

    message_id: int
    total: int
    left: int
    answers: dict[int, Answer | None]
    done: Callable[[Submitted], None]

    def answered(self, place: int, answer: Answer | None) -> None:
        self.answers[place] = answer
        self.left -= 1
        if not self.left:
            self.end()

    def end(self) -> None:
        parts = tuple(
            TakenPart(place, one.ref)
            for place, one in sorted(self.answers.items())
            if one is not None and one.verdict is Verdict.OK
        )
        troubles = sorted((one for one in self.answers.values() if not _is_ok(one)), key=_badness)
        whole = _refused(self.message_id, troubles[0]) if troubles else Submitted(self.message_id)
        self.done(msgspec.structs.replace(whole, total=self.total, parts=parts))


def _is_ok(answer: Answer | None) -> bool:
    return answer is not None and answer.verdict is Verdict.OK


def _badness(answer: Answer | None) -> int:
    """A part that is refused decides for all; then one of which nobody knows; else they go again."""
    if answer is None:
        return 1
    return 2 if answer.verdict.temporary else 0


def _refused(message_id: int, answer: Answer | None) -> Submitted:
    if answer is None:
        return Submitted(message_id, error=NO_ANSWER, uncertain=True)
    verdict = answer.verdict
    return Submitted(
        message_id,
        error=answer.reason or verdict.value,
        temporary=verdict.temporary,
        elsewhere=verdict is Verdict.UNSERVED,
    )


def _request(submission: Submission, part: Part) -> Submit:
    return Submit(
        source=submission.access_number,
        numbers=(submission.number,),
        part=part,
        receipt=True,
        expires_at=submission.expires_at,
        priority=submission.priority,
    )
