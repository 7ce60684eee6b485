"""Our SMPP against another's: the package `smpp` for Node, as a message centre and as an enterprise."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.talk import Deliver, Report
from hotpot.pot.messaging.tests.linking import (
    LONG,
    NOW,
    PHONE,
    a_world,
    arrive,
    enterprise,
    submission,
    until,
)
from hotpot.pot.messaging.text import Alphabet, Part, join

PEER = Path(__file__).parent / "smpp_peer.mjs"
INSTALLED = Path(__file__).parents[5] / "node_modules/smpp"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(not shutil.which("node"), reason="needs Node"),
    pytest.mark.skipif(not INSTALLED.exists(), reason="needs the npm package smpp: npm ci"),
]


@contextlib.asynccontextmanager
async def a_peer(*arguments: str) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        "node", str(PEER), *arguments, stdout=asyncio.subprocess.PIPE, cwd=PEER.parent
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def said(peer: asyncio.StreamReader) -> dict[str, Any]:
    line = await asyncio.wait_for(peer.readline(), 10)
    found: dict[str, Any] = json.loads(line)
    return found


async def test_a_centre_of_others_takes_our_messages_and_we_its() -> None:
    async with a_peer("centre") as peer:
        account = Account(
            name="npm",
            protocol="smpp",
            login="901234",
            password="secret",
            port=(await said(peer))["port"],
            national=False,
            zone="UTC",
            answer_ids="hex",
            receipt_ids="hex",
        )
        carrier = LinkedCarrier(account, SettableClock(NOW))
        await carrier.connect()
        try:
            await carrier.submit([submission(1, "Hello {€}"), submission(2, LONG)])
            arrivals = await arrive(carrier, 12)
            assert [answer.error for answer in arrivals.answers] == ["", ""]
            heard = [await said(peer) for _ in range(5)]
            assert {(one["source"], one["number"]) for one in heard} == {("106900001234", PHONE[1:])}
            assert heard[0]["text"] == "Hello {€}"
            assert "".join(one["text"] for one in heard[1:]) == LONG
            assert [one["udh"] for one in heard[1:]] == [[f"00030204{place:02}"] for place in range(1, 5)]
            refs = {one.ref for answer in arrivals.answers for one in answer.parts or (answer,)}
            assert {one.ref for one in arrivals.receipts} == refs
            assert all(one.delivered for one in arrivals.receipts)
            assert [(one.number, one.text) for one in arrivals.inbounds] == [(PHONE, "收到 ok")] * 5
        finally:
            await carrier.close()


async def test_an_enterprise_of_others_sends_through_our_server() -> None:
    async with (
        a_world("smpp", national=False) as world,
        a_peer("enterprise", str(world.account.port)) as peer,
    ):
        assert await said(peer) == {"bound": 0}
        ids = [(await said(peer))["id"], (await said(peer))["id"]]
        assert ids == ["7000001", "7000002"]
        assert world.desk.texts() == ["您好, from npm", "长" * 300]
        assert {one.numbers for one in world.desk.taken} == {(PHONE,)}
        await until(lambda: world.server.links_of(enterprise(world)) == 1)
        world.server.send(enterprise(world), Report(ids[0], PHONE, "10690000", "DELIVRD", NOW))
        told = await said(peer)
        assert (told["receipt"], told["id"], told["source"]) == (True, "7000001", PHONE[1:])
        assert "stat:DELIVRD" in told["text"]
        part = Part("回复".encode("utf-16-be"), Alphabet.UCS2)
        answer = await world.server.send(enterprise(world), Deliver(PHONE, "10690000", part))
        assert answer is not None
        assert (await said(peer))["text"] == join([part])
