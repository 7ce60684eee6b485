"""Our carriers and our server over real sockets, in every protocol: what passes when all goes well."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.layout import Packet
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.session import Asked
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.talk import Answer, CallOff, Count, Deliver, Query, Report, Submit, Verdict
from hotpot.pot.messaging.tests.linking import (
    LONG,
    NOW,
    PHONE,
    a_world,
    answered,
    enterprise,
    every_protocol,
    submission,
    submit,
    until,
)
from hotpot.pot.messaging.text import Alphabet, Part, join, split


@every_protocol
async def test_messages_go_out_and_are_told_of(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        answers = await answered(world.carrier, [submission(1), submission(2, "Hello {world}")])
        assert [answer.error for answer in answers] == ["", ""]
        assert [(one.numbers, one.source) for one in world.desk.taken] == [((PHONE,), "106900001234")] * 2
        assert world.desk.texts() == ["您的验证码是123456", "Hello {world}"]
        assert all(one.receipt and one.expires_at == NOW + timedelta(hours=48) for one in world.desk.taken)
        for answer, stat in zip(answers, ("DELIVRD", "UNDELIV"), strict=True):
            ref = answer.ref
            told = world.server.send(
                enterprise(world), Report(ref, PHONE, "106900001234", stat, NOW + timedelta(minutes=1))
            )
            arrivals = await world.arrive(1)
            [receipt] = arrivals.receipts
            assert (receipt.ref, receipt.delivered) == (ref, stat == "DELIVRD")
            assert receipt.error == ("" if stat == "DELIVRD" else "UNDELIV")
            answer_to_report = await told
            assert answer_to_report is not None
            assert answer_to_report.verdict is Verdict.OK


@every_protocol
async def test_phones_are_heard(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        for place, text in enumerate(("1 同意", "yes [ok]")):
            alphabet = Alphabet.UCS2 if place == 0 else world.carrier._dialect.alphabets[0]
            [part] = split(text, alphabet, ref=1)
            ref = (
                ""
                if protocol in ("smpp", "sgip")
                else f"{9_000 + place:020}"
                if protocol == "smgp"
                else "9000"
            )
            told = world.server.send(enterprise(world), Deliver(PHONE, "106900001234", part, ref))
            [inbound] = (await world.arrive(1)).inbounds
            assert (inbound.number, inbound.access_number, inbound.text) == (PHONE, "106900001234", text)
            assert inbound.ref
            assert await told == Answer(Verdict.OK)


@every_protocol
async def test_long_messages_go_in_parts_and_come_in_parts(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        [answer] = await answered(world.carrier, [submission(300, LONG)])
        assert (answer.ref, answer.error, answer.total) == ("", "", 4)
        assert len(world.desk.taken) == 4
        assert join([one.part for one in world.desk.taken]) == LONG
        assert {one.part.concat.ref for one in world.desk.taken if one.part.concat} == {300 & 0xFF}
        assert all(one.receipt for one in world.desk.taken)
        assert [part.place for part in answer.parts] == [1, 2, 3, 4]
        parts = split(LONG, Alphabet.UCS2, ref=77)
        for place, part in enumerate(parts):
            world.server.send(enterprise(world), Deliver(PHONE, "10690000", part, str(place + 1)))
        inbounds = (await world.arrive(4)).inbounds
        assert join([one.part for one in inbounds if one.part]) == LONG


@every_protocol
async def test_one_window_is_never_overrun(protocol: Protocol) -> None:
    async with a_world(protocol, window=3, connections=2) as world:
        await world.connect()
        await until(lambda: len(world.carrier._outbox.links) == 2)
        world.desk.silent = True
        sending = asyncio.create_task(submit(world, 20))
        await until(lambda: len(world.desk.waiting) == 6)
        await asyncio.sleep(0.05)
        assert len(world.desk.waiting) == 6
        world.desk.silent = False
        for link, asked in world.desk.waiting:
            assert isinstance(asked.request, Submit)
            world.desk.submitted(link, asked, asked.request)
            link.pump()
        answers = await sending
        assert len({answer.ref for answer in answers}) == 20
        assert not any(answer.error for answer in answers)


@every_protocol
async def test_messages_without_an_id_stay_apart(protocol: Protocol) -> None:
    async with a_world(protocol, connections=2) as world:
        await world.connect()
        await until(lambda: len(world.carrier._outbox.links) == 2)
        for text in ("1", "1", "2"):
            part = Part(text.encode(), world.carrier._dialect.alphabets[0])
            world.server.send(enterprise(world), Deliver(PHONE, "1069", part, "0"))
        inbounds = (await world.arrive(3)).inbounds
        assert len({one.ref for one in inbounds}) == 3


async def test_parts_under_one_id_stay_apart() -> None:
    async with a_world("cmpp2") as world:
        await world.connect()
        for part in split(LONG, Alphabet.UCS2, ref=1):
            world.server.send(enterprise(world), Deliver(PHONE, "1069", part, "17"))
        assert {one.ref for one in (await world.arrive(4)).inbounds} == {"17/1", "17/2", "17/3", "17/4"}


@pytest.mark.parametrize(
    ("verdicts", "temporary"),
    [
        ([Verdict.OK, Verdict.REFUSED, Verdict.BUSY], False),
        ([Verdict.OK, Verdict.OK, Verdict.BUSY], True),
    ],
)
async def test_a_message_is_as_good_as_its_worst_part(verdicts: list[Verdict], temporary: bool) -> None:
    async with a_world("sgip") as world:
        world.desk.verdicts = verdicts
        await world.connect()
        [answer] = await answered(world.carrier, [submission(1, LONG)])
        assert answer.error
        assert answer.temporary is temporary


async def test_connections_each_way_of_their_own() -> None:
    async with a_world("smpp", bind="pair") as world:
        await world.connect()
        await until(lambda: world.server.links_of(enterprise(world)) == 1)
        [answer] = await answered(world.carrier, [submission(1)])
        world.server.send(enterprise(world), Report(answer.ref, PHONE, "1069", "DELIVRD", NOW))
        assert (await world.arrive(1)).receipts[0].ref == answer.ref


@pytest.mark.parametrize("long", ["sar", "payload"])
async def test_smpp_carries_long_messages_in_other_ways(long: str) -> None:
    async with a_world("smpp", long=long) as world:
        await world.connect()
        await answered(world.carrier, [submission(9, LONG)])
        assert len(world.desk.taken) == (4 if long == "sar" else 1)
        assert join([one.part for one in world.desk.taken]) == LONG


async def test_smpp_ids_are_one_whether_hexadecimal_or_decimal() -> None:
    async with a_world("smpp", answer_ids="decimal", receipt_ids="hex") as world:
        await world.connect()
        [answer] = await answered(world.carrier, [submission(1)])
        assert answer.ref == "7000001"
        world.server.send(enterprise(world), Report("006ACFC1", PHONE, "1069", "DELIVRD", NOW))
        assert (await world.arrive(1)).receipts[0].ref == answer.ref


@every_protocol
async def test_flash_binary_and_gbk_arrive_as_they_were_sent(protocol: Protocol) -> None:
    parts = [
        Part("急".encode("utf-16-be"), Alphabet.UCS2, flash=True),
        Part(bytes(range(100, 240)), Alphabet.BINARY),
        Part(b"wap", Alphabet.BINARY, elements=bytes([5, 4, 0x0B, 0x84, 0x23, 0xF0])),
    ]
    if protocol != "smpp":
        parts.append(Part("短信".encode("gbk"), Alphabet.GBK))
    async with a_world(protocol) as world:
        await world.connect()
        said: list[Answer | None] = []
        for part in parts:
            world.carrier._outbox.put(Submit("1069", (PHONE,), part), said.append)
        await until(lambda: len(said) == len(parts))
        assert [one.part for one in world.desk.taken] == parts


@every_protocol
async def test_what_is_on_its_way_is_no_receipt(protocol: Protocol) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        report = Report("12".zfill(20), PHONE, "1069", "ENROUTE", NOW, final=False)
        answer = await world.server.send(enterprise(world), report)
        assert answer is not None
        assert answer.verdict is Verdict.OK
        assert not await world.carrier.arrivals(0)


async def test_a_server_speaks_both_versions_of_cmpp_at_one_port() -> None:
    async with a_world("cmpp3") as world:
        account = msgspec.structs.replace(world.account, protocol="cmpp2")
        old = LinkedCarrier(account, SettableClock(NOW))
        await world.connect()
        await old.connect()
        assert [one.error for one in await answered(old, [submission(1)])] == [""]
        assert [one.error for one in await answered(world.carrier, [submission(2)])] == [""]
        await old.close()


async def test_nothing_is_repeated_while_answers_wait_to_be_written() -> None:
    async with a_world("smpp", uncertain_s=0.2) as world:
        await world.connect()
        await until(lambda: world.carrier.may_repeat)
        await world.carrier.submit([submission(1)])
        waiting = await world.carrier.arrivals(1)
        await until(lambda: not world.carrier.may_repeat)  # the database is away for too long
        await world.carrier.submit([submission(2)])
        await until(lambda: len(world.carrier._answers) == 1)
        await world.carrier.acknowledge(waiting)
        await until(lambda: not world.carrier.may_repeat)  # the second one waits since then
        await world.carrier.acknowledge(await world.carrier.arrivals(1))
        assert world.carrier.may_repeat


BRACKETS = "Sum: [10] {50%} ~^|\\ " * 12  # each twice as wide in GSM 03.38
EURO = "€9.90 " * 40


@pytest.mark.parametrize(
    ("text", "asked", "in_smpp", "in_others"),
    [
        (BRACKETS, "", Alphabet.GSM7, Alphabet.ASCII),
        (EURO, "", Alphabet.GSM7, Alphabet.UCS2),
        (bytes(range(256)).hex() * 2, "binary", Alphabet.BINARY, Alphabet.BINARY),
    ],
    ids=["brackets", "euro", "binary"],
)
@every_protocol
async def test_long_messages_of_every_alphabet_go_both_ways(
    protocol: Protocol, text: str, asked: str, in_smpp: Alphabet, in_others: Alphabet
) -> None:
    async with a_world(protocol) as world:
        await world.connect()
        [answer] = await answered(
            world.carrier, [msgspec.structs.replace(submission(5, text), alphabet=asked)]
        )
        assert (answer.error, answer.total) == ("", len(world.desk.taken))
        assert answer.total > 1
        assert {one.part.alphabet for one in world.desk.taken} == {
            in_smpp if protocol == "smpp" else in_others
        }
        assert join([one.part for one in world.desk.taken]) == text
        for place, part in enumerate(world.carrier._dialect.parts(text, 77, alphabet=asked), 1):
            world.server.send(enterprise(world), Deliver(PHONE, "10690000", part, str(place)))
        inbounds = (await world.arrive(answer.total)).inbounds
        assert join([one.part for one in inbounds if one.part]) == text


@every_protocol
async def test_a_link_is_never_faster_than_agreed(protocol: Protocol) -> None:
    async with a_world(protocol, per_second_max=40.0) as world:
        await world.connect()
        began = asyncio.get_running_loop().time()
        await submit(world, 9)
        assert asyncio.get_running_loop().time() - began >= 8 / 40


class Ear:
    """A link that remembers what was answered on it."""

    said: Answer | None = None

    def answer(self, asked: Asked, answer: Answer) -> None:
        self.said = answer


@pytest.mark.parametrize(
    "request_",
    [Query("7"), CallOff("7"), Count(NOW, NOW), Submit("1069", (PHONE,), Part(b"x", Alphabet.ASCII))],
    ids=["query", "call off", "count", "submit"],
)
def test_a_carrier_asks_us_nothing(request_: Query | CallOff | Count | Submit) -> None:
    account = Account(name="A", protocol="smpp", login="x", password="y", port=1)
    ear = Ear()
    asked = Asked(request_, Packet(1, smpp.QuerySm(message_id="7")))
    LinkedCarrier(account, SettableClock(NOW)).asked(ear, asked)  # type: ignore[arg-type]
    assert ear.said == Answer(Verdict.UNSUPPORTED)
    answer = speak(account, SettableClock(NOW), client=True).answer(asked.packet, ear.said)
    assert answer is not None
    assert answer.status == smpp.ESME_RQUERYFAIL
