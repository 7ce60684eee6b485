"""Links when the other end misbehaves: nothing is lost in silence, and the next try works."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NoReturn

import msgspec
import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging import link
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.layout import Packet
from hotpot.pot.messaging.linked import NO_ANSWER, LinkedCarrier
from hotpot.pot.messaging.session import Session
from hotpot.pot.messaging.talk import Report, Submit, Verdict, Way
from hotpot.pot.messaging.tests.linking import (
    NOW,
    PHONE,
    a_world,
    answered,
    enterprise,
    every_protocol,
    free_port,
    submission,
    submit,
    until,
)
from hotpot.pot.messaging.text import Alphabet, Part

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def a_peer(behave: Peer) -> AsyncIterator[int]:
    """A carrier of our making on some port."""
    server = await asyncio.start_server(behave, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture(autouse=True)
def _haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "TICK_S", 0.05)
    monkeypatch.setattr(link, "GOODBYE_S", 0.05)


def an_account(protocol: Protocol, port: int, **given: object) -> Account:
    account = Account(
        name="Carrier", protocol=protocol, login="901234", password="secret", port=port, answer_s=0.2
    )
    return msgspec.structs.replace(account, **given)


class Scripted:
    """A server that lets anybody in and then does as it is told with each later frame."""

    def __init__(self, protocol: Protocol, then: Callable[[int], bytes | None]) -> None:
        """`then` gets a count of frames: bytes are written, None hangs up, b"" says nothing."""
        self._protocol = protocol
        self._then = then
        self.frames = 0
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        account = an_account(self._protocol, 1)
        session = Session(speak(account, SettableClock(NOW), client=False), 0.0)
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4096):
                if session.state.name == "NEW":
                    session.receive(data, 0.0)
                    session.admit(account, 0.0)
                    writer.write(session.take_output())
                    continue
                self.frames += 1
                said = self._then(self.frames)
                if said is None:
                    break
                writer.write(said)
        writer.close()


@contextlib.asynccontextmanager
async def a_carrier(account: Account) -> AsyncIterator[LinkedCarrier]:
    carrier = LinkedCarrier(account, SettableClock(NOW), chance=random.Random(1))
    try:
        yield carrier
    finally:
        await carrier.close()


@every_protocol
async def test_a_wrong_password_is_refused_by_both(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        for spoilt in ({"password": "wrong"}, {"login": "nobody"}):
            account = msgspec.structs.replace(world.account, **spoilt, listen_port=0)
            async with a_carrier(account) as carrier:
                with pytest.raises(CarrierAway, match="the login was refused"):
                    await carrier.connect()


@every_protocol
async def test_more_connections_than_agreed_are_refused(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        world.desk.account_of[world.account.login] = msgspec.structs.replace(enterprise(world), connections=1)
        await world.connect()
        async with a_carrier(msgspec.structs.replace(world.account, listen_port=0)) as second:
            with pytest.raises(CarrierAway, match=r"the login was refused: .*(too many|bound already)"):
                await second.connect()


async def test_a_desk_in_trouble_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_world("smpp") as world:

        async def fail(login: str) -> None:
            raise OSError("the database is away")

        monkeypatch.setattr(world.desk, "account", fail)
        with pytest.raises(CarrierAway, match="bound already"):
            await world.connect()


async def test_nobody_there_is_said_so() -> None:
    async with a_carrier(an_account("cmpp2", free_port())) as carrier:
        with pytest.raises(CarrierAway, match="Connect call failed"):
            await carrier.connect()
        with pytest.raises(CarrierAway):
            await answered(carrier, [submission(1)])


@every_protocol
async def test_too_fast_is_sent_again(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        world.desk.verdicts = [Verdict.THROTTLED, Verdict.OK, Verdict.THROTTLED]
        await world.connect()
        answers = await submit(world, 5)
        assert not any(answer.error for answer in answers)
        assert len(world.desk.taken) == 5


@every_protocol
async def test_too_fast_for_ever_is_a_failure_that_may_pass(protocol: Protocol) -> None:
    async with a_world(protocol, answer_s=0.3) as world:
        world.desk.verdicts = [Verdict.THROTTLED] * 100
        await world.connect()
        [answer] = await answered(world.carrier, [submission(1)])
        assert answer.temporary
        assert answer.error


@every_protocol
async def test_a_refusal_is_told_with_its_reason(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        world.desk.verdicts = [Verdict.REFUSED, Verdict.OK]
        await world.connect()
        refused, taken = await submit(world, 2)
        assert refused.error.startswith(protocol[:4].upper())
        assert not refused.temporary
        assert not taken.error


@every_protocol
async def test_a_number_that_cannot_be_said_fails_alone(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        answers = await answered(world.carrier, [submission(1, number="+86" + "1" * 70), submission(2)])
        assert ["characters" in answer.error for answer in answers] == [True, False]
        assert not answers[0].temporary


@every_protocol
async def test_a_peer_that_drops_within_a_window_leaves_nothing_unsaid(protocol: Protocol) -> None:
    async with (
        a_peer(Scripted(protocol, lambda _: None)) as port,
        a_carrier(an_account(protocol, port)) as one,
    ):
        await one.connect()
        answers = await answered(one, [submission(n) for n in range(1, 31)])
        assert {answer.error for answer in answers} == {NO_ANSWER, "no connection"}
        assert all(answer.temporary != answer.uncertain for answer in answers)
        assert [answer.uncertain for answer in answers] == [answer.error == NO_ANSWER for answer in answers]


@every_protocol
async def test_a_peer_that_never_answers_is_left(protocol: Protocol) -> None:
    script = Scripted(protocol, lambda _: b"")
    async with a_peer(script) as port, a_carrier(an_account(protocol, port)) as carrier:
        await carrier.connect()
        answers = await answered(carrier, [submission(1)])
        assert [(answer.error, answer.uncertain) for answer in answers] == [(NO_ANSWER, True)]
        await until(lambda: script.connections == 2)


@every_protocol
async def test_garbage_ends_the_link_and_the_next_one_works(protocol: Protocol) -> None:
    script = Scripted(protocol, lambda count: b"HTTP/1.1 400 Bad Request\r\n\r\n" if count == 1 else b"")
    async with a_peer(script) as port, a_carrier(an_account(protocol, port)) as carrier:
        await carrier.connect()
        [answer] = await answered(carrier, [submission(1)])
        assert answer.error == NO_ANSWER
        await until(lambda: script.connections == 2)
        await until(lambda: bool(carrier._outbox.links))


@every_protocol
async def test_a_receipt_told_twice_comes_twice_and_both_are_acknowledged(protocol: Protocol) -> None:
    """The engine settles a message once, whatever number of receipts comes."""
    async with a_world(protocol) as world:
        await world.connect()
        [answer] = await answered(world.carrier, [submission(1)])
        report = Report(answer.ref, PHONE, "1069", "DELIVRD", NOW)
        told = [world.server.send(enterprise(world), report) for _ in range(2)]
        assert len({one.ref for one in (await world.arrive(2)).receipts}) == 1
        assert [one.verdict for one in await asyncio.gather(*told) if one] == [Verdict.OK] * 2


@pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3", "smgp", "smpp"])
async def test_silence_is_asked_about_and_then_left(protocol: Protocol) -> None:
    script = Scripted(protocol, lambda _: b"")
    account = msgspec.structs.replace(an_account(protocol, 1), heartbeat_s=0.1, misses_max=2)
    async with a_peer(script) as port, a_carrier(msgspec.structs.replace(account, port=port)) as carrier:
        await carrier.connect()
        await until(lambda: script.connections == 2)
        assert script.frames >= 2


@pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3", "smgp", "smpp"])
async def test_a_quiet_link_stays_while_heartbeats_are_answered(protocol: Protocol) -> None:
    async with a_world(protocol, heartbeat_s=0.1, misses_max=1) as world:
        await world.connect()
        links = list(world.carrier._outbox.links)
        await asyncio.sleep(0.5)
        assert world.carrier._outbox.links == links


@every_protocol
async def test_a_server_that_goes_away_is_found_again(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        [ours] = world.carrier._outbox.links
        ours.end("cut")
        await until(lambda: bool(world.carrier._outbox.links))
        [answer] = await answered(world.carrier, [submission(1)])
        assert not answer.error


@every_protocol
async def test_requests_before_a_login_end_the_link(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        dialect = speak(world.account, SettableClock(NOW), client=True)
        reader, writer = await asyncio.open_connection("127.0.0.1", world.account.port)
        request = Report("1".zfill(20), PHONE, "1069", "DELIVRD", NOW)
        writer.write(dialect.codec.encode(Packet(1, dialect.say(request))))
        async with asyncio.timeout(2):
            assert await reader.read() == b""
        writer.close()
        assert world.desk.taken == []


async def test_who_sends_and_never_reads_is_not_read_for_ever() -> None:
    """Its answers would pile up in our memory."""
    async with a_world("cmpp3") as world:
        dialect = speak(world.account, SettableClock(NOW), client=True)
        _reader, writer = await asyncio.open_connection("127.0.0.1", world.account.port, limit=2**10)
        writer.write(dialect.codec.encode(Packet(1, dialect.login(Way.BOTH))))
        await until(lambda: any(link.was_bound for link in world.server._links))
        [theirs] = [link for link in world.server._links if link.was_bound]
        request = Submit("1069", (PHONE,), Part(b"", Alphabet.ASCII))
        flood = dialect.codec.encode(Packet(2, dialect.say(request))) * 2000
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(write_for_ever(writer, flood), 1)
        assert theirs._transport is not None
        assert theirs._transport.get_write_buffer_size() < 2**20
        writer.close()


async def write_for_ever(writer: asyncio.StreamWriter, data: bytes) -> NoReturn:
    while True:
        writer.write(data)
        await writer.drain()


@every_protocol
async def test_a_flood_beyond_the_window_is_told_to_slow_down(protocol: Protocol) -> None:
    async with a_world(protocol, window=1, answer_s=0.3) as world:
        await world.connect()
        [theirs] = [link for link in world.server._links if link.was_bound]
        theirs.session.account = msgspec.structs.replace(theirs.session.account, window=1)
        world.desk.silent = True
        [ours] = world.carrier._outbox.links
        ours.session.account = msgspec.structs.replace(ours.session.account, window=1000)
        answers = await submit(world, 30)
        assert len(world.desk.waiting) >= 10
        assert sum(answer.temporary or answer.uncertain for answer in answers) == 30
