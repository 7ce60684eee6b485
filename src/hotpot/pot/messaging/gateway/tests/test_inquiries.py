"""What enterprises ask of their messages in a carrier's protocol. They are frames by hand over a socket."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from hotpot.kernel.clock import SettableClock
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging import door
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.cmpp import codec as cmpp
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.gateway.links.inquiries import answered
from hotpot.pot.messaging.gateway.tests.serving import (
    ACCESS_NUMBER,
    NOW,
    NUMBER,
    PASSWORD,
    delivered,
    open_interface,
    replied,
    serving,
)
from hotpot.pot.messaging.gateway.tests.test_http import aside, messages
from hotpot.pot.messaging.gateway.tests.test_links import OTHER
from hotpot.pot.messaging.layout import Packet, Pdu
from hotpot.pot.messaging.models import Message, Notice
from hotpot.pot.messaging.smgp import codec as smgp
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.switch.models import Review
from hotpot.pot.messaging.talk import Answer, Count, Counted, Deliver, Submit, Verdict, Way
from hotpot.pot.messaging.tests.linking import LONG, free_port
from hotpot.pot.messaging.text import Alphabet, Part

STRANGER, STRANGERS_NUMBER = "crm", "1065713"

pytestmark = pytest.mark.django_db(transaction=True)


class Line:
    """A connection that asks one thing after the other."""

    def __init__(self, protocol: Protocol, login: str, port: int) -> None:
        account = Account(name="us", protocol=protocol, login=login, password=PASSWORD[:8], port=port)
        self.dialect = speak(account, SettableClock(NOW), client=True)
        self._frames = self.dialect.frames()
        self._heard: deque[Packet] = deque()

    async def __aenter__(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.dialect.account.port)
        welcome = await self.ask(self.dialect.login(Way.BOTH))
        assert not welcome.status
        assert not getattr(welcome.body, "status", 0)

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def ask(self, body: Pdu) -> Packet:
        """Its answer; what else comes is left alone."""
        sequence = self.say(body)
        async with asyncio.timeout(20):
            while True:
                packet = await self._next()
                if packet.sequence == sequence and "Resp" in type(packet.body).__name__:
                    return packet

    def say(self, body: Pdu) -> int:
        """Without waiting for an answer."""
        sequence = self.dialect.next_sequence()
        self._writer.write(self.dialect.codec.encode(Packet(sequence, body)))
        return sequence

    async def take_reply(self) -> None:
        """Acknowledges the next of a phone's replies that comes."""
        async with asyncio.timeout(20):
            while not isinstance(self.dialect.hear(packet := await self._next()), Deliver):
                pass
        answer = self.dialect.answer(packet, Answer(Verdict.OK))
        assert answer is not None
        self._writer.write(self.dialect.codec.encode(answer))

    async def _next(self) -> Packet:
        while not self._heard:
            data = await self._reader.read(4096)
            assert data, "it hung up"
            self._heard += [self.dialect.codec.decode(frame) for frame in self._frames.feed(data)]
        return self._heard.popleft()

    async def submit(self, *numbers: str, part: Part | None = None, source: str = ACCESS_NUMBER) -> Any:
        """The id under which it was taken."""
        part = part or Part("您好".encode("utf-16-be"), Alphabet.UCS2)
        said = self.dialect.say(Submit(source, numbers or (NUMBER,), part, receipt=True))
        answer: Any = (await self.ask(said)).body
        return getattr(answer, "message_id", None) or answer.msg_id


@asynccontextmanager
async def two_lines(
    protocol: Protocol, database_url: str, secret_key: str, **more: Any
) -> AsyncIterator[tuple[Line, Line]]:
    """Ours, and a stranger's. `more` goes to our interface's settings."""
    kind, port = protocol.rstrip("23"), free_port()
    await aside(open_interface, kind, password=PASSWORD[:8], **more)
    await aside(open_interface, kind, STRANGER, STRANGERS_NUMBER, PASSWORD[:8])
    async with serving(database_url, secret_key, listen={kind: port}):
        ours, theirs = Line(protocol, "oa", port), Line(protocol, STRANGER, port)
        async with ours, theirs:
            yield ours, theirs


def held(message_id: int) -> None:
    """As where somebody has to look at it first."""
    message = Message.objects.get(pk=message_id)
    Message.objects.filter(pk=message_id).update(state="held")
    Review.objects.create(
        message_id=message_id, customer_id=message.customer_id or 0, reason="sensitive", asked_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )  # fmt: skip


async def test_smpp_asks_what_became_of_its_own_messages(database_url: str, settings: Any) -> None:
    async with two_lines("smpp", database_url, settings.SECRET_KEY) as (ours, theirs):
        here, well, badly, late = [await ours.submit() for _ in range(4)]
        await aside(delivered, int(well))
        await aside(delivered, int(badly), delivered=False)
        await aside(Message.objects.filter(id=late).update, state="expired", ended_at=NOW, error="")
        done = "261005160000032+"  # NOW in Shanghai
        for message_id, state, final in (
            (here, 1, ""),
            (well, 2, done),
            (badly, 5, done),
            (late, 3, done),
        ):
            answer = await ours.ask(smpp.QuerySm(message_id=message_id, source_addr=ACCESS_NUMBER))
            assert answer.body == smpp.QuerySmResp(
                message_id=message_id, final_date=final, message_state=state
            ), state
            assert answer.status == smpp.ESME_ROK
        for line, asked in (
            (theirs, smpp.QuerySm(message_id=well)),
            (ours, smpp.QuerySm(message_id=well, source_addr="1065799")),
            (ours, smpp.QuerySm(message_id="999999999")),
            (ours, smpp.QuerySm(message_id="no id")),
            (ours, smpp.QuerySm(message_id="9" * 30)),
        ):
            assert (await line.ask(asked)).status == smpp.ESME_RINVMSGID, asked


async def test_smpp_asks_about_parts_by_their_ids(database_url: str, settings: Any) -> None:
    async with two_lines("smpp", database_url, settings.SECRET_KEY) as (ours, theirs):
        *before, last = ours.dialect.parts(LONG, 7)
        ids = [await ours.submit(part=part) for part in before]
        waiting = await ours.ask(smpp.QuerySm(message_id=ids[0]))
        assert getattr(waiting.body, "message_state", 0) == 1
        assert (await theirs.ask(smpp.QuerySm(message_id=ids[0]))).status == smpp.ESME_RINVMSGID
        ids.append(await ours.submit(part=last))
        [whole] = await aside(messages)
        assert (await theirs.ask(smpp.CancelSm(message_id=ids[1]))).status == smpp.ESME_RINVMSGID
        await aside(delivered, whole.pk)
        for one in ids:
            answer = await ours.ask(smpp.QuerySm(message_id=one))
            assert getattr(answer.body, "message_state", 0) == 2
        assert (await theirs.ask(smpp.QuerySm(message_id=ids[0]))).status == smpp.ESME_RINVMSGID


async def test_smpp_calls_off_what_still_waits(database_url: str, settings: Any) -> None:
    async with two_lines("smpp", database_url, settings.SECRET_KEY) as (ours, theirs):
        waits, gone = await ours.submit(), await ours.submit()
        await aside(delivered, int(gone))
        assert (await theirs.ask(smpp.CancelSm(message_id=waits))).status == smpp.ESME_RINVMSGID
        assert (await aside(Message.objects.get, pk=waits)).expires_at > NOW
        assert (await ours.ask(smpp.CancelSm(message_id=gone))).status == smpp.ESME_RCANCELFAIL
        assert (await ours.ask(smpp.CancelSm(message_id=waits))).status == smpp.ESME_ROK
        called_off = await aside(Message.objects.get, pk=waits)
        assert (called_off.due_at, called_off.expires_at) == (NOW, NOW)
        assert (await ours.ask(smpp.CancelSm(source_addr=ACCESS_NUMBER))).status == smpp.ESME_RINVMSGID
        replaced = await ours.ask(smpp.ReplaceSm(message_id=waits, short_message=b"other"))
        assert replaced.status == smpp.ESME_RREPLACEFAIL
        assert (await aside(Message.objects.get, pk=waits)).text == "您好"


async def test_smpp_calls_off_what_waits_for_its_review(database_url: str, settings: Any) -> None:
    async with two_lines("smpp", database_url, settings.SECRET_KEY) as (ours, theirs):
        waits = await ours.submit()
        await aside(held, int(waits))
        assert (await theirs.ask(smpp.CancelSm(message_id=waits))).status == smpp.ESME_RINVMSGID
        assert (await aside(Message.objects.get, pk=waits)).state == "held"
        assert (await ours.ask(smpp.CancelSm(message_id=waits))).status == smpp.ESME_ROK
        called_off = await aside(Message.objects.get, pk=waits)
        assert (called_off.state, called_off.error, called_off.ended_at) == ("expired", "called off", NOW)
        assert (await aside(Review.objects.get, message_id=waits)).state == "expired"
        assert await aside(Notice.objects.filter(message_id=waits, kind="receipt").count) == 1
        assert (await ours.ask(smpp.CancelSm(message_id=waits))).status == smpp.ESME_RCANCELFAIL


async def test_smpp_calls_off_parts_that_wait_for_their_others(database_url: str, settings: Any) -> None:
    async with two_lines("smpp", database_url, settings.SECRET_KEY) as (ours, theirs):
        first, second, *_ = ours.dialect.parts(LONG, 7)
        ids = [await ours.submit(part=part) for part in (first, second)]
        other = await ours.submit(part=ours.dialect.parts(LONG, 8)[0])
        assert (await theirs.ask(smpp.CancelSm(message_id=ids[0]))).status == smpp.ESME_RINVMSGID
        assert (await ours.ask(smpp.CancelSm(message_id=ids[1]))).status == smpp.ESME_ROK
        for one, status in ((ids[0], smpp.ESME_RINVMSGID), (other, smpp.ESME_ROK)):
            assert (await ours.ask(smpp.QuerySm(message_id=one))).status == status
        assert await aside(messages) == []


@pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3"])
async def test_cmpp_counts_a_day_and_calls_off(protocol: Protocol, database_url: str, settings: Any) -> None:
    async with two_lines(protocol, database_url, settings.SECRET_KEY) as (ours, theirs):
        long_ago, waits, gone = [await ours.submit() for _ in range(3)]
        both = await ours.submit(NUMBER, OTHER)
        await theirs.submit(source=STRANGERS_NUMBER)
        await aside(delivered, gone)
        yesterday = NOW - timedelta(days=1)
        await aside(Message.objects.filter(id=long_ago).update, created_at=yesterday)
        await aside(replied, "收到")
        for line, msg_id, failed in (
            (theirs, waits, 1),
            (ours, 999_999_999, 1),
            (ours, gone, 1),
            (ours, waits, 0),
            (ours, both, 0),
        ):
            assert (await line.ask(cmpp.Cancel(msg_id=msg_id))).body == cmpp.CancelResp(success_id=failed)
        assert await aside(Message.objects.filter(direction="out", expires_at=NOW).count) == 3
        counted = (await ours.ask(cmpp.Query(time="20261005"))).body
        assert isinstance(counted, cmpp.QueryResp)
        assert (counted.mt_tl_msg, counted.mt_scs, counted.mt_wt, counted.mt_fl) == (4, 1, 3, 0)
        assert counted.mo_scs + counted.mo_wt == 1
        theirs_counted: Any = (await theirs.ask(cmpp.Query(time="20261005"))).body
        assert (theirs_counted.mt_tl_msg, theirs_counted.mo_scs, theirs_counted.mo_wt) == (1, 0, 0)
        before = (await ours.ask(cmpp.Query(time="20261004", query_type=0))).body
        assert isinstance(before, cmpp.QueryResp)
        assert (before.time, before.mt_tl_msg) == ("20261004", 1)
        by_service: Any = (await ours.ask(cmpp.Query(time="20261005", query_type=1, query_code="NEWS"))).body
        assert (by_service.query_code, by_service.mt_tl_msg) == ("NEWS", 0)


async def asked_for_a_day(line: Line, day: str, service: str = "") -> tuple[int, ...]:
    """Messages in all, users, passed on, waiting, failed; replies told, untold, failed."""
    asked = smgp.Query(query_time=day, query_type=int(bool(service)), query_code=service)
    body = (await line.ask(asked)).body
    assert isinstance(body, smgp.QueryResp)
    assert (body.query_time, body.query_type, body.query_code) == (day, int(bool(service)), service)
    assert body.reserve == bytes(8)
    return (
        body.mt_tl_msg, body.mt_tl_usr, body.mt_scs, body.mt_wt, body.mt_fl,
        body.mo_scs, body.mo_wt, body.mo_fl,
    )  # fmt: skip


async def test_smgp_counts_a_day(database_url: str, settings: Any) -> None:
    async with two_lines("smgp", database_url, settings.SECRET_KEY, service="HELP") as (ours, theirs):
        before = int((await ours.submit()).hex())
        yesterday = NOW - timedelta(days=1)
        await aside(Message.objects.filter(id=before).update, created_at=yesterday)
        assert await asked_for_a_day(ours, "20261005") == (0,) * 8
        await aside(replied, "收到", ref="1")
        await ours.take_reply()
        async with asyncio.timeout(20):
            while await asked_for_a_day(ours, "20261005") != (0, 0, 0, 0, 0, 1, 0, 0):
                await asyncio.sleep(0.02)
        for ref in ("2", "3"):
            await aside(replied, "好", ref=ref)  # nobody acknowledges these
        there, underway, lost, waits = [int((await ours.submit()).hex()) for _ in range(4)]
        await ours.submit(NUMBER, OTHER)
        await theirs.submit(source=STRANGERS_NUMBER)
        await aside(delivered, there)
        await aside(delivered, lost, delivered=False)
        await aside(held, waits)
        await aside(Message.objects.filter(id=underway).update, state="sent", sent_at=NOW)
        today = (6, 6, 2, 3, 1, 1, 2, 0)
        assert await asked_for_a_day(ours, "20261005") == today
        assert await asked_for_a_day(ours, "20261005", "HELP") == today
        assert await asked_for_a_day(ours, "20261005", "NEWS") == (0,) * 8
        assert await asked_for_a_day(ours, "20261004") == (1, 1, 0, 1, 0, 0, 0, 0)
        assert await asked_for_a_day(theirs, "20261005") == (1, 1, 0, 1, 0, 0, 0, 0)
        ours.say(smgp.Query(query_time="today"))  # no day: nobody answers, and the talk goes on
        assert await asked_for_a_day(ours, "20261005") == today


def test_a_reply_that_comes_while_they_are_counted_is_told_or_not(db: None) -> None:
    """It once made one less than none told, which no field can hold."""
    interface_id = open_interface("smgp", password=PASSWORD[:8])

    def count(steps: Steps[Answer]) -> Answer:
        """A reply comes after each statement."""
        call = next(steps)
        try:
            while True:
                rows = perform(_one(call))
                replied("收到", ref="1")
                call = steps.send(rows)
        except StopIteration as end:
            answer: Answer = end.value
            return answer

    def _one(call: Call) -> Steps[Sequence[Row]]:
        return (yield call)

    with transaction.atomic(), as_system():
        interface = perform(door.by_id(interface_id))
        assert interface is not None
        day = Count(NOW, NOW + timedelta(days=1))
        asked = [answered(interface, day, service="", now=NOW) for _ in range(2)]
        assert [count(one).found for one in asked] == [Counted(), Counted(untold=1)]
