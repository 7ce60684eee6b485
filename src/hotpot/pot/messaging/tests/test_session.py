"""One connection's state without a socket: time is a number, the line is two calls."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import msgspec
import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.session import (
    LOGIN_S,
    Answered,
    Asked,
    Bound,
    Carried,
    Closed,
    LoggingIn,
    Session,
    State,
    Unanswered,
)
from hotpot.pot.messaging.talk import Answer, Counted, Deliver, Found, Report, Submit, Verdict
from hotpot.pot.messaging.tests.frames import Maker
from hotpot.pot.messaging.tests.linking import every_protocol
from hotpot.pot.messaging.text import Alphabet, Part

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
CLOCK = SettableClock(NOW)
PHONE = "+8613800138000"
SUBMIT = Submit("10690000", (PHONE,), Part(b"hi", Alphabet.ASCII), receipt=True)
FUZZED = 2_000
MANY = 200_000
probing = pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3", "smgp", "smpp"])


def account(protocol: Protocol, **given: object) -> Account:
    usual = Account(name="A", protocol=protocol, login="901234", password="secret", port=1)
    return msgspec.structs.replace(usual, **given)


def pair(protocol: Protocol, **given: object) -> tuple[Session, Session]:
    """A client and a server, bound at 0 s."""
    ours = account(protocol, **given)
    client = Session(speak(ours, CLOCK, client=True), 0.0)
    server = Session(speak(account(protocol), CLOCK, client=False), 0.0)
    client.log_in(0.0)
    server.receive(client.take_output(), 0.0)
    assert isinstance(server.events.popleft(), LoggingIn)
    server.admit(ours, 0.0)
    client.receive(server.take_output(), 0.0)
    assert [*client.events] == [*server.events] == [Bound()]
    client.events.clear()
    server.events.clear()
    return client, server


@every_protocol
def test_a_request_and_its_answer_find_each_other(protocol: Protocol) -> None:
    client, server = pair(protocol, window=2)
    client.ask(SUBMIT, "one", 1.0)
    client.ask(SUBMIT, "two", 1.0)
    assert client.room == 0
    server.receive(client.take_output(), 1.0)
    first, second = server.events
    assert isinstance(first, Asked)
    assert isinstance(second, Asked)
    server.answer(second, Answer(Verdict.OK, "22"))
    server.answer(first, Answer(Verdict.OK, "11"))
    client.receive(server.take_output(), 1.1)
    assert [event.token for event in client.events if isinstance(event, Answered)] == ["two", "one"]
    assert client.room == 2


@every_protocol
def test_a_request_is_answered_once(protocol: Protocol) -> None:
    client, server = pair(protocol)
    client.ask(SUBMIT, "one", 1.0)
    server.receive(client.take_output(), 1.0)
    [asked] = server.events
    assert isinstance(asked, Asked)
    server.answer(asked, Answer(Verdict.OK, "11"))
    server.answer(asked, Answer(Verdict.THROTTLED))
    client.receive(server.take_output(), 1.1)
    assert [event.answer.verdict for event in client.events if isinstance(event, Answered)] == [Verdict.OK]
    server.answer(asked, Answer(Verdict.OK, "12"))
    assert server.take_output() == b""


@every_protocol
def test_the_same_frame_again_is_asked_once(protocol: Protocol) -> None:
    client, server = pair(protocol)
    client.ask(SUBMIT, "one", 1.0)
    frame = client.take_output()
    server.receive(frame + frame, 1.0)
    [asked] = server.events
    assert isinstance(asked, Asked)


@every_protocol
def test_an_answer_that_comes_too_late_is_nobodys(protocol: Protocol) -> None:
    client, server = pair(protocol, answer_s=5.0)
    client.ask(SUBMIT, "one", 1.0)
    server.receive(client.take_output(), 1.0)
    [asked] = server.events
    assert isinstance(asked, Asked)
    client.receive(b"", 4.0)  # Something was heard, so the line lives.
    client.tick(6.0)
    assert [*client.events] == [Unanswered("one")]
    client.events.clear()
    server.answer(asked, Answer(Verdict.OK, "11"))
    client.receive(server.take_output(), 7.0)
    assert not client.events
    assert client.state is State.BOUND


@every_protocol
def test_a_line_without_a_sound_is_closed_with_the_first_overdue_answer(protocol: Protocol) -> None:
    client, _ = pair(protocol, answer_s=5.0)
    client.ask(SUBMIT, "one", 1.0)
    client.ask(SUBMIT, "two", 3.0)
    client.tick(6.0)
    assert [*client.events] == [Unanswered("one"), Unanswered("two"), Closed("nothing was heard for 5 s")]


@probing
def test_heartbeats_come_in_silence_and_end_it(protocol: Protocol) -> None:
    client, server = pair(protocol, heartbeat_s=30.0, misses_max=2)
    client.tick(29.0)
    assert client.take_output() == b""
    client.tick(30.0)
    server.receive(client.take_output(), 30.0)
    client.receive(server.take_output(), 31.0)
    assert not client.events
    assert not server.events
    for now in (61.0, 91.0):
        client.tick(now)
        assert client.take_output()
        assert client.state is State.BOUND
    client.tick(121.0)
    assert [*client.events] == [Closed("nobody answered 2 times")]


@every_protocol
def test_goodbye_is_answered(protocol: Protocol) -> None:
    client, server = pair(protocol)
    client.leave()
    server.receive(client.take_output(), 1.0)
    assert [*server.events] == [Closed("the other end said goodbye")]
    client.receive(server.take_output(), 1.0)
    assert [*client.events] == [Closed("we said goodbye")]


@every_protocol
def test_who_never_logs_in_is_not_waited_for(protocol: Protocol) -> None:
    for client in (True, False):
        session = Session(speak(account(protocol), CLOCK, client=client), 0.0)
        session.tick(LOGIN_S + 0.1)
        assert isinstance(session.events.pop(), Closed)


@pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3", "smgp"])
def test_a_server_that_does_not_know_the_password_is_left(protocol: Protocol) -> None:
    client = Session(speak(account(protocol), CLOCK, client=True), 0.0)
    server = Session(speak(account(protocol), CLOCK, client=False), 0.0)
    client.log_in(0.0)
    server.receive(client.take_output(), 0.0)
    server.admit(account(protocol), 0.0)
    frame = bytearray(server.take_output())
    frame[-2] ^= 1  # the last byte of the proof
    client.receive(bytes(frame), 0.0)
    assert [*client.events] == [Closed("the other end doesn't know the password")]


@pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3", "smgp"])
def test_a_server_that_proves_nothing_is_borne(protocol: Protocol) -> None:
    client = Session(speak(account(protocol), CLOCK, client=True), 0.0)
    server = Session(speak(account(protocol), CLOCK, client=False), 0.0)
    client.log_in(0.0)
    server.receive(client.take_output(), 0.0)
    server.admit(account(protocol), 0.0)
    frame = server.take_output()
    client.receive(frame[:-17] + bytes(16) + frame[-1:], 0.0)
    assert [*client.events] == [Bound()]


def feed(protocol: Protocol, count: int, seed: int) -> int:
    """Whole frames of any content at a bound end, each answered; how often a session ended."""
    maker = Maker(random.Random(seed))
    ended = 0
    client, server = pair(protocol)
    for _ in range(count):
        end = maker.chance.choice((client, server))
        packet = maker.packet(end.dialect.codec)
        frame = end.dialect.codec.encode(packet)
        end.receive(frame if maker.chance.random() < 0.5 else maker.spoilt(frame), 1.0)
        while end.events:
            event = end.events.popleft()
            if isinstance(event, Asked):
                found = maker.chance.choice((None, Found("DELIVRD", NOW), Counted(given=9)))
                end.answer(event, Answer(maker.chance.choice([*Verdict]), "17", found=found))
        end.take_output()
        if State.CLOSED in (client.state, server.state):
            ended += 1
            client, server = pair(protocol)
    return ended


@every_protocol
def test_no_frame_stops_a_session_by_an_error(protocol: Protocol) -> None:
    assert 0 < feed(protocol, FUZZED, seed=3) < FUZZED


@pytest.mark.soak
@every_protocol
def test_no_frame_of_many_stops_a_session_by_an_error(protocol: Protocol) -> None:
    assert 0 < feed(protocol, MANY, seed=4) < MANY


@every_protocol
def test_what_is_said_is_heard(protocol: Protocol) -> None:
    """Each word through its frame and back, with all that every protocol can tell."""
    client, server = pair(protocol)
    ref = {"sgip": "77".zfill(24), "smgp": "77".zfill(20)}.get(protocol, "77")
    part = Part("好".encode("utf-16-be"), Alphabet.UCS2)
    words: list[Carried] = [
        SUBMIT,
        Deliver(PHONE, "10690000", part, ref),
        Report(ref, PHONE, "10690000", "DELIVRD", CLOCK.now()),
        Report(ref, PHONE, "10690000", "UNDELIV", CLOCK.now()),
    ]
    for word in words:
        client.ask(word, "", 1.0)
    server.receive(client.take_output(), 1.0)
    heard = [event.request for event in server.events if isinstance(event, Asked)]
    assert len(heard) == 4
    submit, deliver, *reports = heard
    assert isinstance(submit, Submit)
    assert (submit.numbers, submit.source, submit.receipt) == (SUBMIT.numbers, SUBMIT.source, True)
    assert submit.part.data == b"hi"
    assert isinstance(deliver, Deliver)
    assert (deliver.number, deliver.access_number, deliver.part) == (PHONE, "10690000", part)
    for said, report in zip(words[2:], reports, strict=True):
        assert isinstance(said, Report)
        assert isinstance(report, Report)
        assert (report.ref, report.number, report.stat) == (ref, PHONE, said.stat)
        assert report.at == CLOCK.now()
