"""An old client against the gateway, over a real socket."""

from __future__ import annotations

import asyncio
import json

import pytest
from django.conf import settings

from hotpot.kernel.clock import SystemClock
from hotpot.pot.connector.cloud.face import Cloud, CloudPushes
from hotpot.pot.connector.cloud.tests.client import SMSClient, packed
from hotpot.pot.connector.models import Problem
from hotpot.pot.messaging.actions import receive
from hotpot.pot.messaging.gateway.tests.serving import (
    NOW,
    PASSWORD,
    a_listener,
    open_interface,
    serving,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import aside
from hotpot.pot.messaging.models import Message, Notice
from hotpot.pot.messaging.switch.models import ListedNumber
from hotpot.pot.messaging.wire import Inbound

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER, OTHER = "13800138000", "13900139000"


def ended() -> None:
    """As the engine leaves a message once its receipt came."""
    Message.objects.filter(direction="out").update(state="delivered", ended_at="2026-10-05T08:00:05Z")
    for one in Message.objects.filter(direction="out"):
        Notice.objects.create(interface_id=one.interface_id or 0, message_id=one.id, kind="receipt")


async def test_an_existing_client_works_by_changing_its_address(database_url: str) -> None:
    with a_listener() as reports, a_listener() as replies:
        addresses = {"report_url": reports.url, "reply_url": replies.url}
        await aside(open_interface, "cloud", login="cs1124", **addresses)
        async with serving(
            database_url,
            settings.SECRET_KEY,
            faces=[Cloud],
            tellers=[CloudPushes],
            clock=SystemClock(),  # The courier tries again after a pause.
        ) as enterprise:
            client = SMSClient(f"http://127.0.0.1:{enterprise.port}", "cs1124", PASSWORD, add_serial="88")
            said = await asyncio.to_thread(client.send_msg, f"{NUMBER},{OTHER}", "您好，移动")
            assert (said["rspcod"], said["success"]) == ("success", True)
            sent = await aside(lambda: list(Message.objects.order_by("id")))
            assert [(one.number, one.text, one.client_ref) for one in sent] == [
                (f"+86{NUMBER}", "您好，移动", said["msgGroup"]),
                (f"+86{OTHER}", "您好，移动", said["msgGroup"]),
            ]
            replies.statuses = [500]
            await aside(ended)
            reply = Inbound("acme", "1", f"+86{NUMBER}", sent[0].access_number, "收到", NOW)
            await aside(receive, [reply], now=NOW)
            await until(lambda: len(reports.heard) == 2 and len(replies.heard) == 1)
    pushed = sorted((json.loads(body) for _, body in reports.heard), key=lambda one: str(one["mobile"]))
    assert [(one["reportStatus"], one["mobile"], one["msgGroup"]) for one in pushed] == [
        ("DELIVRD", NUMBER, said["msgGroup"]),
        ("DELIVRD", OTHER, said["msgGroup"]),
    ]
    [pushed_reply] = [json.loads(body) for _, body in replies.heard]
    assert (pushed_reply["mobile"], pushed_reply["smsContent"], pushed_reply["addSerial"]) == (
        NUMBER,
        "收到",
        "106571288",
    )


async def test_numbers_refused_beside_others_get_reports_of_their_own(database_url: str) -> None:
    """The answer has one code for all numbers: a refused one must not hide behind its success."""
    await aside(ListedNumber.objects.create, kind="opt_out", number=f"+86{OTHER}", since=NOW)
    with a_listener() as reports:
        await aside(open_interface, "cloud", login="cs1124", report_url=reports.url)
        async with serving(
            database_url, settings.SECRET_KEY, faces=[Cloud], tellers=[CloudPushes]
        ) as enterprise:
            client = SMSClient(f"http://127.0.0.1:{enterprise.port}", "cs1124", PASSWORD)
            said = await asyncio.to_thread(client.send_msg, f"{NUMBER},{OTHER}", "x")
            assert (said["rspcod"], said["success"]) == ("success", True)
            await until(lambda: len(reports.heard) == 1)
            alone = await asyncio.to_thread(client.send_msg, OTHER, "x")
            assert (alone["rspcod"], alone["success"]) == ("InvalidMobile", False)
    [report] = [json.loads(body) for _, body in reports.heard]
    assert (report["mobile"], report["reportStatus"], report["errorCode"], report["msgGroup"]) == (
        OTHER,
        "REJECTD",
        "blocked",
        said["msgGroup"],
    )
    kept = await aside(lambda: list(Message.objects.order_by("id").values_list("number", "state", "error")))
    assert kept == [(f"+86{NUMBER}", "queued", ""), (f"+86{OTHER}", "failed", "blocked")]


async def test_bad_calls_get_its_own_codes(database_url: str) -> None:
    await aside(open_interface, "cloud", login="cs1124", ec_name="威海市城市开发投资有限公司")
    await aside(open_interface, "cloud", login="far", access_number="1065713", addresses=["203.0.113.0/24"])
    await aside(open_interface, "http", login="modern", access_number="1065714")
    async with serving(database_url, settings.SECRET_KEY, faces=[Cloud]) as enterprise:
        url = f"http://127.0.0.1:{enterprise.port}"
        client = SMSClient(url, "cs1124", PASSWORD)

        async def code(body: bytes) -> str:
            said = await asyncio.to_thread(client.post, "/sms/norsubmit", body)
            assert said["success"] is False
            return str(said["rspcod"])

        fields = client.fields(NUMBER, "x")
        assert await code(packed(fields | {"content": "y"})) == "IllegalMac"
        assert await code(packed(fields | {"secretKey": "wrong"})) == "InvalidUsrOrPwd"
        assert await code(b"\xff\x00") == "InvalidMessage"
        assert await code(packed(client.fields("12", "x"))) == "InvalidMobile"
        assert await code(packed(client.fields(NUMBER, ""))) == "InvalidMessage"
        many = ",".join(f"138{n:08}" for n in range(5001))
        assert await code(packed(client.fields(many, "x"))) == "TooManyMobiles"
        assert await code(packed(SMSClient(url, "far", PASSWORD).fields(NUMBER, "x"))) == "NOT_WHITE_IP"
        assert await code(packed(SMSClient(url, "modern", PASSWORD).fields(NUMBER, "x"))) == "InvalidUsrOrPwd"
        other = SMSClient(url, "cs1124", PASSWORD, ec_name="Another")
        assert await code(packed(other.fields(NUMBER, "x"))) == "InvalidUsrOrPwd"
        said = await asyncio.to_thread(client.send_template, NUMBER, "T1", '[""]')
        assert (said["rspcod"], said["success"]) == ("InvalidMessage", False)
    assert not await aside(Message.objects.exists)
    problems = await aside(lambda: {one.code: one.times for one in Problem.objects.all()})
    assert problems == {"IllegalMac": 1, "InvalidMobile": 1, "InvalidMessage": 2, "TooManyMobiles": 1}
