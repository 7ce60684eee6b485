"""The intake over HTTP on a real database: what is taken, told, kept and counted."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from hotpot.kernel.clock import SettableClock
from hotpot.pot.identity import actions as identity
from hotpot.pot.metering import actions, bodies, engine, queries, statements, usage
from hotpot.pot.metering.models import Refusal, Segment, Submission, Tally
from hotpot.pot.metering.tests.market import Metered, make_metered, taking
from hotpot.pot.metering.tests.samples import NOW, event
from hotpot.pot.metering.usage import Window
from hotpot.pot.metering.wire import Event

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
ALL = Window(0, 2**60)


@pytest.fixture
def metered(transactional_db: None) -> Metered:
    return make_metered()


async def asked(question: Callable[[], T]) -> T:
    """In a thread of its own, whose connection ends with it."""

    def ask() -> T:
        try:
            return question()
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


async def rows(window: Window = ALL) -> list[dict[str, Any]]:
    return await asked(lambda: [row for batch in usage.usage_batches(window) for row in batch.to_pylist()])


async def test_what_is_acknowledged_is_kept_once_and_counted(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        sent = [event("1"), event("2", type="call.ended", data={"ms": 1500}), event("3", subject="x")]
        first = await taker.send(*sent, token=metered.token)
        again = await taker.send(*sent, token=metered.token)
    assert (first.status, first.said["accepted"], first.said["duplicates"]) == (200, 2, 0)
    assert [(one["position"], one["code"], one["id"]) for one in first.said["refused"]] == [
        (2, "subject", "3")
    ]
    assert (again.said["accepted"], again.said["duplicates"]) == (0, 2)
    kept = await rows()
    assert [(row["event"], row["app"], row["meter"], row["quantity"]) for row in kept] == [
        (1, "mail", "sent", 1_000_000),
        (2, "mail", "called", 1_500_000),
    ]
    assert await asked(queries.watermark) == 2
    tallies = await asked(lambda: list(Tally.objects.order_by("meter").values_list("events", "quantity")))
    assert tallies == [(1, Decimal(1_000_000)), (1, Decimal(1_500_000))]
    [refusal] = await asked(lambda: list(Refusal.objects.all()))
    assert (refusal.party_id, refusal.code, refusal.events, refusal.last_event) == (
        metered.developer.id, "subject", 2, "3",
    )  # fmt: skip


async def test_every_form_is_taken(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        head = {"Authorization": f"Bearer {metered.token}"}
        single = await taker.send(event("1"), token=metered.token, kind=bodies.SINGLE)
        lines = await taker.ask(
            "POST",
            "/v1/events",
            json.dumps(event("2")).encode(),
            head | {"Content-Type": "application/x-ndjson"},
        )
        packed = await taker.ask(
            "POST", "/v1/events", gzip.compress(json.dumps([event("3")]).encode()),
            head | {"Content-Type": bodies.BATCH, "Content-Encoding": "gzip"},
        )  # fmt: skip
        attributes = {f"ce-{name}": value for name, value in event("4").items()}
        binary = await taker.ask(
            "POST", "/v1/events", b"", head | attributes | {"Content-Type": "application/json"}
        )
    assert [answer.said["accepted"] for answer in (single, lines, packed, binary)] == [1] * 4


async def test_what_cannot_be_taken_is_told_why(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        head = {"Authorization": f"Bearer {metered.token}", "Content-Type": bodies.BATCH}
        unknown = await taker.send(event(), token="hp_other")
        refused = await taker.send(event(subject="x"), token=metered.token, kind=bodies.SINGLE)
        other = await taker.send(event(source="https://other.example"), token=metered.token)
        broken = await taker.ask("POST", "/v1/events", b"[", head)
        nowhere = await taker.ask("GET", "/v1/events", b"", head)
        large = await taker.ask(
            "POST", "/v1/events", b"", head | {"Content-Length": str(bodies.BODY_BYTES_MAX + 1)}
        )
        figures = await taker.ask("GET", "/metrics")
    assert [answer.status for answer in (unknown, refused, other, broken, nowhere, large)] == [
        401, 422, 422, 400, 404, 413,
    ]  # fmt: skip
    assert unknown.headers["www-authenticate"] == "Bearer"
    assert b'hotpot_usage_events_total{what="refused"} 2.0' in figures.said


async def test_a_full_queue_says_when_to_come_again(
    metered: Metered, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with taking(database_url) as taker:
        monkeypatch.setattr(engine, "WAITING_BYTES_OF_ONE", 10)
        too_fast = await taker.send(event(), token=metered.token)
        monkeypatch.setattr(engine, "WAITING_BYTES_MAX", 10)
        full = await taker.send(event(), token=metered.token)
    assert [(answer.status, answer.said["code"]) for answer in (too_fast, full)] == [
        (429, "too_fast"),
        (503, "full"),
    ]
    assert [answer.headers["retry-after"] for answer in (too_fast, full)] == ["1", "1"]
    assert await rows() == []


async def test_a_token_ends_with_its_revocation(metered: Metered, database_url: str) -> None:
    clock = SettableClock(NOW)

    def revoke() -> None:
        token = metered.owner.accesstoken_set.get()
        identity.revoke_token(metered.actor, token_id=token.id, now=NOW)

    async with taking(database_url, clock) as taker:
        assert (await taker.send(event("1"), token=metered.token)).status == 200
        await asked(revoke)
        await asyncio.sleep(2 * engine.REFRESH_S)
        assert (await taker.send(event("2"), token=metered.token)).status == 401


async def test_a_token_that_has_expired_is_unknown(metered: Metered, database_url: str) -> None:
    async with taking(database_url, SettableClock(NOW + timedelta(days=31))) as taker:
        assert (await taker.send(event("1"), token=metered.token)).status == 401


async def test_a_new_process_knows_what_the_last_one_took(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        await taker.send(*(event(str(n)) for n in range(5)), token=metered.token)
    async with taking(database_url) as taker:
        answer = await taker.send(*(event(str(n)) for n in range(7)), token=metered.token)
    assert (answer.said["accepted"], answer.said["duplicates"]) == (2, 5)
    assert [row["event"] for row in await rows()] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_lost_connection_loses_and_doubles_nothing(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        await taker.send(event("1"), token=metered.token)
        link = await asyncpg.connect(database_url)
        await link.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
        await link.close()
        async with asyncio.timeout(10):
            while (answer := await taker.send(event("1"), event("2"), token=metered.token)).status != 200:
                assert answer.status == 503
                assert answer.headers["retry-after"]
                await asyncio.sleep(0.05)
    assert (answer.said["accepted"], answer.said["duplicates"]) == (1, 1)
    assert len(await rows()) == 2


async def test_a_second_intake_waits_for_the_first(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        await taker.send(event("1"), token=metered.token)
        link = await asyncpg.connect(database_url)
        assert not await link.fetchval(statements.BE_THE_ONLY_ONE)
        await link.close()


async def test_many_small_requests_become_few_segments(metered: Metered, database_url: str) -> None:
    async with taking(database_url) as taker:
        for n in range(20):
            await taker.send(event(str(n)), token=metered.token)
        again = await taker.send(*(event(str(n)) for n in range(20)), token=metered.token)
    assert again.said["duplicates"] == 20
    assert await asked(Segment.objects.count) == 2 + 4
    assert [row["event"] for row in await rows()] == list(range(1, 21))
    assert [row["event"] for row in await rows(Window(0, 2**60, after=5, until=11))] == list(range(6, 12))


async def test_an_app_of_this_pot_records_usage_in_its_own_transaction(
    metered: Metered, database_url: str
) -> None:
    def record(id: str, *, fails: bool = False) -> None:
        given = Event("1.0", id, "/apps/mail", "mail.sent", "+8613800138000")
        try:
            with transaction.atomic():
                actions.submit(app_id="mail", events=[given], now=NOW)
                if fails:
                    raise ValueError(id)
        except ValueError:
            pass

    async with taking(database_url):
        await asked(partial(record, "1"))
        await asked(partial(record, "1"))
        await asked(partial(record, "2", fails=True))
        async with asyncio.timeout(5):
            while await asked(Submission.objects.exists) or not await rows():
                await asyncio.sleep(0.05)
    assert [row["meter"] for row in await rows()] == ["sent"]


async def test_the_export_holds_a_window(metered: Metered, database_url: str, tmp_path: Path) -> None:
    async with taking(database_url) as taker:
        times = ("2026-10-13T23:59:59.999999Z", "2026-10-14T00:00:00Z", "2026-10-15T00:00:00Z")
        await taker.send(*(event(str(n), time=time) for n, time in enumerate(times)), token=metered.token)
    day = 20740 * 86_400_000_000  # 2026-10-14

    window = Window(day, day + 86_400_000_000)
    table = pq.read_table(await asked(lambda: usage.export_usage(tmp_path, window)))
    assert [row["time_us"] for row in table.to_pylist()] == [day]
    assert table.schema.names == usage.USAGE.names
    assert await asked(lambda: usage.meters_table().to_pylist()) == [
        {"app": "mail", "meter": "sent", "aggregation": "count", "unit": "mail"},
        {"app": "mail", "meter": "called", "aggregation": "sum", "unit": "s"},
    ]
