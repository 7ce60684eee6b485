"""The engine on a real database: beside Django's verbs, beside another engine, when connections are lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TypeVar

import asyncpg
import pytest
from django.db import connection

from hotpot.conftest import NOW, make_party
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Invalid, NotFound, TooMany
from hotpot.pot.close.books import check_books
from hotpot.pot.ledger import actions, engine, queries
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.ledger.engine import Engine, Unavailable
from hotpot.pot.ledger.models import Hold as HoldRow
from hotpot.pot.ledger.models import Transfer as TransferRow
from hotpot.pot.ledger.reader import Reader
from hotpot.pot.ledger.rules import Entry, NotEnough, Posting
from hotpot.pot.ledger.wire import (
    COMMANDS_MAX,
    Answer,
    AnyCommand,
    Done,
    Hold,
    Line,
    Post,
    Refusal,
    Transfer,
    Void,
)

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


@pytest.fixture
def books(transactional_db: None) -> int:
    """The id of the party that has the accounts bank, wallet and shop."""
    party = make_party("operator")
    actions.open_accounts(
        [
            NewAccount("bank", "CNY", party.id),
            NewAccount("wallet", "CNY", party.id, least=0),
            NewAccount("shop", "CNY", party.id, least=0),
        ],
        now=NOW,
    )
    return int(party.id)


@asynccontextmanager
async def running(url: str, clock: SettableClock | None = None) -> AsyncIterator[Engine]:
    one = Engine(url, clock or SettableClock(NOW))
    work = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        one.close()
        await work


async def asked(question: Callable[[], T]) -> T:
    """Django's side, in a thread of its own, whose connection ends with it."""

    def ask() -> T:
        try:
            return question()
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


def move(key: str, source: str = "bank", target: str = "wallet", amount: int = 1, memo: str = "") -> Transfer:
    return Transfer(key=key, source=source, target=target, amount=amount, asset="CNY", memo=memo)


def hold(key: str, amount: int = 1, expires_in_s: int | None = None) -> Hold:
    return Hold(
        key=key, source="wallet", target="shop", amount=amount, asset="CNY", expires_in_s=expires_in_s
    )


def codes(answers: Sequence[Answer]) -> list[str]:
    return [answer.code if isinstance(answer, Refusal) else "done" for answer in answers]


async def test_an_overdraft_is_kept_by_two_engines_and_the_database(books: int, database_url: str) -> None:
    """Both take from one account at once: never more than its limit, whoever was first."""
    await asked(lambda: actions.open_accounts([NewAccount("credit", "CNY", books, least=-30)], now=NOW))
    async with running(database_url) as one, running(database_url) as other:
        takes = [
            (one if number % 2 else other).submit([move(f"t{number}", "credit", "shop", amount=7)])
            for number in range(10)
        ]
        answered = [codes(answers)[0] for answers in await asyncio.gather(*takes)]
    assert Counter(answered) == {"done": 4, "not_enough": 6}
    balance = await asked(lambda: queries.balance("credit"))
    assert (balance.balance, balance.available) == (-28, 2)


async def test_what_is_answered_is_there_once(books: int, database_url: str) -> None:
    commands: list[AnyCommand] = [
        move("a", amount=100),
        hold("h", 60),
        Post(hold="h", amount=50),
        Void(hold="x"),
    ]
    async with running(database_url) as one:
        first = await one.submit(commands)
        again = await one.submit(commands)
    assert codes(first) == codes(again) == ["done", "done", "done", "unknown_hold"]
    assert [a.fresh for a in again if isinstance(a, Done)] == [False] * 3
    async with running(database_url) as other:
        assert await other.submit(commands) == again
    found = await asked(lambda: queries.statement_of_account("wallet"))
    assert sorted((line.key, line.amount) for line in found.lines) == [("a", 100), ("hold:h", -50)]
    assert found.closing == 50


async def test_the_order_within_a_batch_counts_not_that_of_the_tables(books: int, database_url: str) -> None:
    """A balance may pass through a transfer, a hold and a post in any order; the database sees the end."""
    async with running(database_url) as one:
        assert codes(
            await one.submit(
                [
                    move("in", amount=10),
                    hold("h1", 10),
                    Post(hold="h1"),
                    move("back", "shop", "wallet", 10),
                    hold("h2", 10),
                    Void(hold="h2"),
                    move("out", "wallet", "shop", 10),
                    move("over", "wallet", "shop", 1),
                ]
            )
        ) == ["done"] * 7 + ["not_enough"]
    assert (await asked(check_books)).right


async def test_many_callers_share_a_commit(books: int, database_url: str) -> None:
    async with running(database_url) as one:
        answers = await asyncio.gather(*(one.submit([move(f"k{n % 150}")]) for n in range(300)))
        assert one.counts.batches < 20
    assert sum(answer.fresh for [answer] in answers if isinstance(answer, Done)) == 150
    assert (await asked(lambda: queries.balance("wallet"))).balance == 150


async def test_two_engines_and_djangos_verbs_share_the_accounts(books: int, database_url: str) -> None:
    def by_django(part: int) -> int:
        """How many of its bookings found enough."""
        done = 0
        for n in range(15):
            moved = Posting("shop", -1, "CNY"), Posting("bank", 1, "CNY")
            try:
                actions.book([Entry(f"d{part}-{n}", "", NOW, moved)])
                done += 1
            except NotEnough:
                pass
            actions.hold(key=f"dh{n}", source="wallet", target="shop", amount=1, memo="", now=NOW)
            actions.post_hold(f"dh{n}", now=NOW)
        return done

    async with running(database_url) as one, running(database_url) as two:
        await one.submit([move("fund", amount=1000)])
        batches: list[list[AnyCommand]] = [
            [
                *(move(f"k{n}-{m}", "wallet", "shop", 1) for m in range(20)),
                hold(f"h{n}"),
                hold(f"dh{n}"),
                Post(hold=f"dh{n}"),
            ]
            for n in range(15)
        ]
        verbs = [asyncio.create_task(asked(partial(by_django, part))) for part in range(2)]
        answers = await asyncio.gather(*(e.submit(batch) for batch in batches for e in (one, two, one)))
        await asyncio.gather(*verbs)
    assert {code for some in answers for code in codes(some)} == {"done"}
    assert await asked(TransferRow.objects.count) == 1 + 15 * 20 + 15
    assert await asked(HoldRow.objects.filter(state="posted").count) == 15
    assert (await asked(check_books)).right


async def test_what_cannot_be_kept_is_refused_alone(books: int, database_url: str) -> None:
    async with running(database_url) as one:
        results = await asyncio.gather(
            *(one.submit([move(f"k{n}", memo="\ud800" if n == 7 else "")]) for n in range(20)),
            return_exceptions=True,
        )
    assert [isinstance(result, Invalid) for result in results] == [n == 7 for n in range(20)]
    assert await asked(TransferRow.objects.count) == 19


async def test_a_hold_is_free_again_when_its_time_has_come(
    books: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SWEEP_EVERY_S", 0.02)
    clock = SettableClock(NOW)
    async with running(database_url, clock) as one:
        await one.submit([move("in", amount=10), hold("h", 10, expires_in_s=60)])
        assert codes(await one.submit([move("out", "wallet", "shop", 10)])) == ["not_enough"]
        clock.move_to(NOW + timedelta(seconds=60))
        async with asyncio.timeout(10):
            while not one.counts.expired:
                await asyncio.sleep(0.02)
        assert codes(await one.submit([Post(hold="h"), move("out", "wallet", "shop", 10)])) == [
            "hold_expired",
            "done",
        ]
    assert (await asked(check_books)).right


async def test_a_lost_connection_loses_and_doubles_nothing(books: int, database_url: str) -> None:
    async def insist(one: Engine, key: str) -> int:
        for tries in range(100):
            try:
                await one.submit([move(key)])
            except Unavailable:
                await asyncio.sleep(0.02)
            else:
                return tries
        raise AssertionError(key)

    link = await asyncpg.connect(database_url)
    async with running(database_url) as one:
        for part in range(4):
            asking = [asyncio.create_task(insist(one, f"k{part}-{n}")) for n in range(100)]
            await asyncio.sleep(0.005 * part)
            await link.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'hotpot ledger'"
            )
            await asyncio.gather(*asking)
    await link.close()
    assert await asked(TransferRow.objects.count) == 400
    assert (await asked(lambda: queries.balance("wallet"))).balance == 400


async def test_an_engine_that_is_behind_or_stops_says_so(
    books: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Engine(database_url, SettableClock(NOW))
    monkeypatch.setattr(engine, "WAITING_MAX", 2)
    waiting = asyncio.create_task(one.submit([move("a"), move("b")]))
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await one.submit([move("c")])
    work = asyncio.create_task(one.run())
    assert codes(await waiting) == ["done", "done"]
    with pytest.raises(Invalid):
        await one.submit([move("x")] * (COMMANDS_MAX + 1))
    one.close()
    with pytest.raises(Unavailable):
        await one.submit([move("d")])
    await work


async def test_a_statement_comes_in_pages(books: int, database_url: str) -> None:
    clock = SettableClock(NOW)
    async with running(database_url, clock) as one:
        for n in range(5):
            await one.submit([move(f"k{n}", amount=n + 1), move(f"t{n}", "wallet", "shop", 1)], books)
            clock.move_to(clock.now() + timedelta(hours=1))
    await asked(
        lambda: actions.book([Entry("e", "", NOW, (Posting("bank", -1, "CNY"), Posting("wallet", 1, "CNY")))])
    )
    async with asyncpg.create_pool(database_url, min_size=0, max_size=1) as pool:
        reader = Reader(pool)
        whole = await reader.statement("wallet", books)
        assert (whole.opening, whole.closing, whole.next, len(whole.lines)) == (0, 11, None, 11)
        assert {line.key for line in whole.lines} == {"e", *(f"{k}{n}" for k in "kt" for n in range(5))}
        assert [line.balance for line in whole.lines][-1] == (await reader.balance("wallet", books)).balance
        lines: list[Line] = []
        after, opening = "", 0
        while True:
            page = await reader.statement("wallet", books, after=after, limit=3)
            assert page.opening == opening
            lines += page.lines
            opening, after = page.closing, page.next or ""
            if not after:
                break
        assert lines == whole.lines
        part = await reader.statement(
            "wallet", books, since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3)
        )
        assert (part.opening, [line.amount for line in part.lines]) == (1, [2, -1, 3, -1])
        for bad in ("x", "1-2-3", "9" * 30 + "-1"):
            with pytest.raises(Invalid):
                await reader.statement("wallet", books, after=bad)
        with pytest.raises(NotFound):
            await reader.balance("wallet", books + 1)
