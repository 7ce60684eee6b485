"""A carrier of ours and a server of ours, connected over loopback, in any protocol."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.link import Link
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.server import Server
from hotpot.pot.messaging.session import Asked
from hotpot.pot.messaging.talk import Answer, Question, Submit, Verdict
from hotpot.pot.messaging.text import join
from hotpot.pot.messaging.wire import Arrivals, Inbound, Receipt, Submission, Submitted

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
PHONE = "+8613800138000"
LONG = "尊敬的客户，您的订单已发货，请注意查收。" * 12
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)
every_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)


@dataclass
class ADesk:
    """Answers every Submit at once, unless a test says otherwise."""

    account_of: dict[str, Account] = field(default_factory=dict)
    taken: list[Submit] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)  # to the next ones; then OK
    silent: bool = False
    waiting: list[tuple[Link, Asked]] = field(default_factory=list)

    async def account(self, login: str, address: str) -> Account | None:
        return self.account_of.get(login)

    def denied(self, login: str, address: str) -> None:
        """A password was wrong."""

    def came(self, account: Account) -> None:
        """Somebody listens."""

    def submitted(self, link: Link, asked: Asked, submit: Submit) -> None:
        if self.silent:
            self.waiting.append((link, asked))
            return
        verdict = self.verdicts.pop(0) if self.verdicts else Verdict.OK
        if verdict is Verdict.OK:
            self.taken.append(submit)
        link.answer(asked, Answer(verdict, str(7_000_000 + len(self.taken))))

    def inquired(self, link: Link, asked: Asked, question: Question) -> None:
        raise AssertionError("we ask no carrier")

    def texts(self) -> list[str]:
        return [join([one.part]) for one in self.taken]


@dataclass
class World:
    desk: ADesk
    server: Server
    account: Account
    carrier: LinkedCarrier

    async def connect(self) -> None:
        await self.carrier.connect()

    async def arrive(self, count: int) -> Arrivals:
        return await arrive(self.carrier, count)


async def arrive(carrier: LinkedCarrier, count: int) -> Arrivals:
    """All of `count` arrivals, acknowledged."""
    receipts: list[Receipt] = []
    inbounds: list[Inbound] = []
    answers: list[Submitted] = []
    async with asyncio.timeout(10):
        while len(receipts) + len(inbounds) + len(answers) < count:
            arrivals = await carrier.arrivals(1)
            await carrier.acknowledge(arrivals)
            receipts += arrivals.receipts
            inbounds += arrivals.inbounds
            answers += arrivals.answers
    return Arrivals(tuple(receipts), tuple(inbounds), answers=tuple(answers))


@contextlib.asynccontextmanager
async def a_world(protocol: Protocol, **given: object) -> AsyncIterator[World]:
    desk = ADesk()
    clock = SettableClock(NOW)
    server = Server(protocol, desk, clock)
    port = await server.listen("127.0.0.1", 0)
    account = msgspec.structs.replace(
        Account(
            name="Carrier",
            protocol=protocol,
            login="901234",
            password="secret",
            port=port,
            answer_s=2.0,
            listen_port=free_port() if protocol == "sgip" else 0,
        ),
        **given,
    )
    theirs = msgspec.structs.replace(account, name="Enterprise", port=account.listen_port, connections=10)
    desk.account_of[account.login] = theirs
    carrier = LinkedCarrier(account, clock, chance=random.Random(1))
    try:
        yield World(desk, server, account, carrier)
    finally:
        await carrier.close()
        await server.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def submission(message_id: int, text: str = "您的验证码是123456", number: str = PHONE) -> Submission:
    return Submission(message_id, number, "106900001234", text, 1, NOW + timedelta(hours=48))


def enterprise(world: World) -> Account:
    return world.desk.account_of[world.account.login]


async def submit(world: World, count: int) -> list[Submitted]:
    return await answered(world.carrier, [submission(n) for n in range(1, count + 1)])


async def answered(carrier: LinkedCarrier, batch: Sequence[Submission]) -> list[Submitted]:
    """What the carrier answered, in the order given. Nothing else may arrive meanwhile."""
    await carrier.submit(batch)
    found: dict[int, Submitted] = {}
    async with asyncio.timeout(15):
        while len(found) < len(batch):
            arrivals = await carrier.arrivals(1)
            assert not arrivals.marks
            found |= {one.message_id: one for one in arrivals.answers}
    return [found[one.message_id] for one in batch]


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)
