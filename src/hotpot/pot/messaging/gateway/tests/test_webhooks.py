"""What enterprises are told, by webhooks: signed, in order, again until it was heard."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.gateway.courier import PARKED_AFTER, Silent, silent_again
from hotpot.pot.messaging.gateway.outward import BadAddress, Outward
from hotpot.pot.messaging.gateway.tests.serving import (
    ACCESS_NUMBER,
    NOW,
    PASSWORD,
    a_listener,
    open_interface,
    replied,
    serving,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import HELLO, aside
from hotpot.pot.messaging.models import Notice, Silence


async def gone(rows: type[Notice | Silence]) -> None:
    """All of them, soon."""
    async with asyncio.timeout(30):
        while await aside(rows.objects.exists):
            await asyncio.sleep(0.02)


@pytest.mark.django_db(transaction=True)
async def test_notices_come_signed_and_in_order(database_url: str, settings: Any) -> None:
    with a_listener() as listener:
        await aside(open_interface, webhook=listener.url)
        async with serving(database_url, settings.SECRET_KEY):
            for n in range(3):
                await aside(replied, str(n), ref=str(n))
            await until(lambda: len(listener.notices) == 3)
            await gone(Notice)
    assert [one["text"] for one in listener.notices] == ["0", "1", "2"]
    headers, body = listener.heard[0]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.digest(PASSWORD.encode(), content, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert int(headers["webhook-timestamp"]) == NOW.timestamp()
    assert json.loads(body)["type"] == "notices"


@pytest.mark.django_db(transaction=True)
async def test_who_does_not_hear_is_told_again_and_slows_nobody(database_url: str, settings: Any) -> None:
    clock = SettableClock(NOW)
    with a_listener() as deaf, a_listener() as well:
        deaf.statuses = [500, 500]
        await aside(open_interface, webhook=deaf.url)
        await aside(open_interface, login="well", access_number="1065713", webhook=well.url)
        async with serving(database_url, settings.SECRET_KEY, clock=clock):
            await aside(replied, "a")
            await until(lambda: len(deaf.statuses) == 1)
            await aside(replied, "b", "1065713", "2")
            await until(lambda: len(well.notices) == 1)
            assert deaf.heard == []
            clock.move_to(NOW + timedelta(seconds=1))
            await until(lambda: not deaf.statuses)
            async with asyncio.timeout(30):
                while not (silence := await aside(Silence.objects.filter(tries=2).first)):
                    await asyncio.sleep(0.02)
            assert (silence.since, silence.reason) == (NOW, "the webhook answered 500")
            clock.move_to(NOW + timedelta(seconds=3))
            await until(lambda: len(deaf.notices) == 1)
            await gone(Silence)


@pytest.mark.django_db(transaction=True)
async def test_after_a_day_it_is_left_alone_until_somebody_says_otherwise(
    database_url: str, settings: Any
) -> None:
    with a_listener() as listener:
        interface_id = await aside(open_interface, webhook=listener.url)
        parked = Silence(interface_id=interface_id, since=NOW, tries=90, reason="500", parked_at=NOW)
        await aside(parked.save)
        async with serving(database_url, settings.SECRET_KEY) as oa:
            await aside(replied, "a")
            await oa.send(HELLO)
            assert listener.heard == []
            await aside(Silence.objects.all().delete)
            await until(lambda: len(listener.notices) == 1)
            assert listener.notices[0]["to"] == ACCESS_NUMBER


def test_pauses_grow_and_end_after_a_day() -> None:
    silent, now, pauses = None, NOW, []
    while silent is None or silent.parked_at is None:
        silent = silent_again(silent, "x" * 999, now)
        pauses.append(silent.next_at and silent.next_at - now)
        now = silent.next_at or now
    assert pauses[:4] == [timedelta(seconds=1 << n) for n in range(4)]
    assert now - NOW >= PARKED_AFTER
    assert (silent.next_at, len(silent.reason)) == (None, 500)
    assert Silent(NOW, 1, "", NOW).lasts(NOW) is False


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "https://",
        "https://user:secret@example.com/",
        "https://example.com/a b",
        "https://example.com:0/",
        "https://[::1/",
        f"https://{'a' * 64}.example/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        Outward().check(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:10.0.0.8]", "localhost", "0"]
)
async def test_nothing_is_sent_into_this_network(host: str) -> None:
    with pytest.raises(BadAddress, match="private"):
        await Outward().post(f"http://{host}/", b"", {})
