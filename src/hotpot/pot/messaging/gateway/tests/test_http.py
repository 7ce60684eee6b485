"""The HTTP API as an enterprise's system sees it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection

from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.gateway.http.openapi import DOCUMENT
from hotpot.pot.messaging.gateway.tests.serving import (
    ACCESS_NUMBER,
    NOW,
    NUMBER,
    PASSWORD,
    Enterprise,
    delivered,
    open_interface,
    packed,
    replied,
    serving,
)
from hotpot.pot.messaging.models import Interface, Message, Notice
from hotpot.pot.messaging.switch import interfaces

SNAPSHOT = Path(__file__).resolve().parents[6] / "openapi" / "messages.json"
HELLO = {"to": NUMBER, "text": "您好"}
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


async def aside(call: Callable[..., T], *given: Any, **more: Any) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            return call(*given, **more)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


def messages() -> list[Message]:
    return list(Message.objects.order_by("id"))


def test_the_snapshot_is_current() -> None:
    """HOTPOT_WRITE_SNAPSHOTS=1 writes it anew, so that a change of the API shows as a diff."""
    text = json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("HOTPOT_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "run this test with HOTPOT_WRITE_SNAPSHOTS=1 and read the diff"


async def test_one_message_and_what_became_of_it(database_url: str, settings: Any) -> None:
    await aside(open_interface)
    async with serving(database_url, settings.SECRET_KEY) as oa:
        message = {**HELLO, "ref": "41", "extension": "88", "priority": "first", "flash": True}
        status, taken = await oa.send(message, Idempotency_Key="a")
        assert (status, list(taken)) == (202, ["id"])
        assert await oa.send(message, Idempotency_Key="a") == (202, {**taken, "known": True})
        [kept] = await aside(messages)
        assert (kept.text, kept.access_number, kept.client_ref) == ("您好", ACCESS_NUMBER + "88", "41")
        assert (kept.priority, kept.flash, kept.wants_receipt) == (1, True, True)
        await aside(delivered, kept.pk)
        status, shown = await oa.ask("GET", f"/v1/messages/{taken['id']}")
        assert (status, shown["state"], shown["to"]) == (200, "delivered", NUMBER)
        assert await oa.ask("GET", "/v1/messages?key=a") == (200, shown)
        assert (await oa.ask("GET", "/v1/messages/999999"))[0] == 404


async def test_many_at_once_are_answered_one_by_one(database_url: str, settings: Any) -> None:
    await aside(open_interface)
    async with serving(database_url, settings.SECRET_KEY) as oa:
        many = [HELLO, {"to": "12", "text": "x"}, {"to": NUMBER, "txt": "x"}, {**HELLO, "key": "k"}]
        status, said = await oa.send(*many, Idempotency_Key="b")
        assert status == 200
        good, number, field, keyed = said["messages"]
        assert (number["code"], number["field"]) == ("bad_number", "to")
        assert (field["code"], field["field"]) == ("invalid", "txt")
        assert {(one.key or "").partition("/")[2] for one in await aside(messages)} == {"b/0", "k"}
        again = await oa.ask(
            "POST", "/v1/messages", packed(many), Content_Encoding="gzip", Idempotency_Key="b"
        )
        assert again[1]["messages"] == [{**good, "known": True}, number, field, {**keyed, "known": True}]
        lines = b"\n".join(json.dumps(one).encode() for one in (HELLO, {"to": 5}))
        status, said = await oa.ask("POST", "/v1/messages", lines, Content_Type="application/x-ndjson")
        assert [sorted(one) for one in said["messages"]] == [["id"], ["code", "field", "message"]]


async def test_a_refusal_names_the_field(database_url: str, settings: Any) -> None:
    bad: list[tuple[Any, str | None]] = [
        (b"{", None),
        (b"[]", None),
        ({"to": NUMBER}, "text"),
        ({**HELLO, "priority": "soon"}, "priority"),
        ({**HELLO, "send_at": "2026-01-01T00:00:00"}, "send_at"),
        ({"to": "12", "text": "x"}, "to"),
        ({"to": NUMBER, "text": " "}, "text"),
        ({**HELLO, "ref": "a\0b"}, "ref"),
        ({**HELLO, "key": "a\0b"}, "key"),
        ({**HELLO, "signature": "a\0b"}, "signature"),
        ([HELLO] * 1001, None),
    ]
    await aside(open_interface)
    async with serving(database_url, settings.SECRET_KEY) as oa:
        for body, field in bad:
            status, problem = await oa.ask("POST", "/v1/messages", body)
            assert (status, problem.get("field")) == (422, field), body
            assert problem["message"].endswith(".")
        for words in ("number=%00", "key=%00", "state=%00", "after=9223372036854775808", "after=-1"):
            assert (await oa.ask("GET", f"/v1/messages?{words}"))[0] == 422, words
    assert await aside(messages) == []


def one_a_day(interface_id: int) -> None:
    policy = {"per_number_day_max": 1}
    interfaces.set_policy(SYSTEM_ACTOR, interface_id=interface_id, policy=policy, now=NOW)


async def test_a_number_that_had_enough_is_refused_by_its_own_code(database_url: str, settings: Any) -> None:
    await aside(one_a_day, await aside(open_interface))
    async with serving(database_url, settings.SECRET_KEY) as oa:
        assert (await oa.send(HELLO))[0] == 202
        status, problem = await oa.ask("POST", "/v1/messages", HELLO)
        assert (status, problem["code"], problem["field"]) == (429, "too_often", "to")
        status, said = await oa.send(HELLO, {**HELLO, "to": "+8613900139000"})
        assert [one.get("code") for one in said["messages"]] == ["too_often", None]


async def test_search_and_calling_off(database_url: str, settings: Any) -> None:
    await aside(open_interface)
    await aside(open_interface, login="other", access_number="1065713")
    async with serving(database_url, settings.SECRET_KEY) as oa:
        other = Enterprise(oa.port, "other")
        many = [{**HELLO, "text": str(n)} for n in range(5)]
        ids = [one["id"] for one in (await oa.send(*many))[1]["messages"]]
        await other.send(HELLO)
        status, page = await oa.ask("GET", "/v1/messages?limit=3")
        assert (status, [one["id"] for one in page["messages"]]) == (200, ids[:1:-1])
        page = (await oa.ask("GET", f"/v1/messages?limit=3&after={page['next']}"))[1]
        assert ([one["id"] for one in page["messages"]], "next" in page) == (ids[1::-1], False)
        found = await oa.ask(
            "GET", "/v1/messages?number=%2B8613800138000&state=queued&since=2026-10-05T08:00:00Z"
        )
        assert len(found[1]["messages"]) == 5
        assert (await oa.ask("GET", "/v1/messages?colour=red"))[1]["field"] == "colour"
        assert (await oa.ask("DELETE", f"/v1/messages/{ids[0]}"))[0] == 202
        called_off = await aside(Message.objects.get, pk=ids[0])
        assert (called_off.due_at, called_off.expires_at) == (NOW, NOW)
        assert (await other.ask("DELETE", f"/v1/messages/{ids[1]}"))[0] == 404
        await aside(delivered, int(ids[1]))
        assert (await oa.ask("DELETE", f"/v1/messages/{ids[1]}"))[0] == 409


async def test_notices_are_fetched_until_they_are_told(database_url: str, settings: Any) -> None:
    await aside(open_interface)
    async with serving(database_url, settings.SECRET_KEY) as oa:
        taken = (await oa.send({**HELLO, "ref": "41"}))[1]
        await aside(delivered, int(taken["id"]), delivered=False)
        await aside(replied, "收到", ACCESS_NUMBER + "88")
        receipt, reply = (await oa.ask("GET", "/v1/notices"))[1]["notices"]
        assert (receipt["type"], receipt["ref"], receipt["state"]) == ("receipt", "41", "failed")
        assert receipt["error"] == "UNDELIV"
        assert (reply["type"], reply["from"], reply["text"]) == ("reply", NUMBER, "收到")
        assert (await oa.ask("POST", "/v1/notices/told", {"ids": [receipt["id"]]}))[1] == {"told": 1}
        assert (await oa.ask("GET", "/v1/notices"))[1] == {"notices": [reply]}
        assert await aside(Notice.objects.count) == 1


async def test_only_who_knows_the_password_comes_in(database_url: str, settings: Any) -> None:
    await aside(open_interface)
    await aside(open_interface, "smpp", "links", "1065713")
    async with serving(database_url, settings.SECRET_KEY) as oa:
        token = {"authorization": f"Bearer {PASSWORD}"}
        assert (await oa.ask("GET", "/v1/notices", **token))[0] == 401  # two interfaces have it
        assert (await Enterprise(oa.port, "links").ask("GET", "/v1/notices"))[0] == 403
        thief = Enterprise(oa.port, password="guess")
        assert [(await thief.ask("GET", "/v1/notices"))[0] for _ in range(6)] == [401] * 5 + [429]
        await aside(Interface.objects.filter(login="links").delete)
        interface = await aside(Interface.objects.get, login="oa")
        interface.settings = {"addresses": ["192.0.2.0/24"]}
        await aside(interface.save)
        async with asyncio.timeout(20):
            while (await oa.ask("GET", "/v1/notices", **token))[0] != 403:
                await asyncio.sleep(0.02)


async def test_many_callers_share_commits_until_they_are_suspended(database_url: str, settings: Any) -> None:
    interface_id = await aside(open_interface)
    async with serving(database_url, settings.SECRET_KEY) as oa:
        answers = await asyncio.gather(*(oa.send({**HELLO, "text": str(n)}) for n in range(40)))
        assert {status for status, _ in answers} == {202}
        assert len({said["id"] for _, said in answers}) == 40 == await aside(Message.objects.count)
        await aside(Interface.objects.filter(pk=interface_id).update, state="suspended")
        async with asyncio.timeout(20):
            while (answer := await oa.send(HELLO))[0] != 403:
                await asyncio.sleep(0.02)
        assert answer[1]["code"] == "suspended"
        assert (await oa.ask("GET", "/v1/notices"))[0] == 200


async def test_who_stands_there_unknown(database_url: str, settings: Any) -> None:
    async with serving(database_url, settings.SECRET_KEY) as oa:
        assert (await oa.ask("GET", "/v1/nothing"))[0] == 404
        assert (await oa.ask("PUT", "/v1/messages", {}))[0] == 405
        assert (await oa.ask("GET", "/v1/openapi.json"))[1]["openapi"] == "3.1.0"
        assert "hotpot_gateway_messages_total" in (await oa.ask("GET", "/metrics"))[1]
