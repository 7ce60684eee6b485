"""The ledger's verbs and the database's own guards under them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.kernel.errors import Conflict, Invalid, NotFound, Refused
from hotpot.pot.ledger import models
from hotpot.pot.ledger.actions import (
    NewAccount,
    book,
    expire_holds,
    hold,
    open_account,
    open_accounts,
    post_hold,
    reverse,
    void_hold,
)
from hotpot.pot.ledger.queries import balance, statement_of_account
from hotpot.pot.ledger.rules import Entry, KeyTaken, NotEnough, Posting, Unbalanced

NOW = datetime(2026, 10, 15, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def move(key: str, source: str, target: str, amount: int, asset: str = "CNY", memo: str = "moved") -> Entry:
    return Entry(key, memo, NOW, (Posting(source, -amount, asset), Posting(target, amount, asset)))


def balances() -> dict[str, int]:
    return dict(models.Account.objects.values_list("code", "balance"))


def follow() -> bool:
    """What the triggers keep equals what the rows say."""
    return all(
        (account.balance, account.held)
        == (
            sum(account.postings.values_list("amount", flat=True)),
            sum(models.Hold.objects.filter(source=account, state="open").values_list("amount", flat=True)),
        )
        for account in models.Account.objects.all()
    )


@pytest.fixture
def accounts(db: None) -> None:
    open_accounts(
        [
            NewAccount("bank", "CNY"),
            NewAccount("wallet", "CNY", least=0),
            NewAccount("shop", "CNY"),
            NewAccount("data", "bytes"),
            NewAccount("used", "bytes"),
        ],
        now=NOW,
    )


pytestmark = pytest.mark.usefixtures("accounts")


def test_an_entry_moves_balances_and_can_be_read() -> None:
    (booked,) = book([move("a", "bank", "wallet", 700)])
    assert booked.fresh
    assert balances() == {"bank": -700, "wallet": 700, "shop": 0, "data": 0, "used": 0}
    assert balance("wallet").available == 700
    book([move("b", "wallet", "shop", 200)])
    statement = statement_of_account("wallet")
    assert [(line.key, line.amount, line.balance) for line in statement.lines] == [
        ("a", 700, 700),
        ("b", -200, 500),
    ]
    assert statement_of_account("wallet", since=LATER).opening == 500


def test_assets_balance_each_for_itself() -> None:
    with pytest.raises(Unbalanced, match="off by"):
        Entry("x", "", NOW, (Posting("bank", -5, "CNY"), Posting("data", 5, "bytes")))
    mixed = move("x", "bank", "shop", 5).postings + move("x", "used", "data", 9, "bytes").postings
    book([Entry("x", "bundle", NOW, mixed)])
    assert balances() == {"bank": -5, "shop": 5, "used": -9, "data": 9, "wallet": 0}


def test_a_retry_answers_the_first_result() -> None:
    first = book([move("a", "bank", "shop", 5)])
    again = book([move("a", "bank", "shop", 5), move("b", "bank", "shop", 1)])
    assert [(one.id, one.fresh) for one in again] == [(first[0].id, False), (again[1].id, True)]
    assert balances()["shop"] == 6


@pytest.mark.parametrize(
    "other",
    [
        move("a", "bank", "shop", 6),
        move("a", "shop", "bank", 5),
        move("a", "bank", "shop", 5, memo="other"),
    ],
)
def test_a_key_used_for_something_else_is_refused(other: Entry) -> None:
    book([move("a", "bank", "shop", 5)])
    with pytest.raises(KeyTaken):
        book([move("new", "bank", "shop", 1), other])
    with pytest.raises(KeyTaken):
        book([move("twice", "bank", "shop", 1), move("twice", "bank", "shop", 2)])
    assert balances()["shop"] == 5


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (move("x", "bank", "nowhere", 5), NotFound),
        (move("x", "bank", "data", 5), Invalid),
        (move("x", "wallet", "shop", 1), NotEnough),
    ],
)
def test_a_batch_is_refused_whole(entry: Entry, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        book([move("fine", "bank", "shop", 1), entry])
    assert set(balances().values()) == {0}
    assert models.Entry.objects.count() == 0


def test_an_account_is_opened_once() -> None:
    assert open_account(NewAccount("bank", "CNY"), now=NOW) == open_account(
        NewAccount("bank", "CNY"), now=LATER
    )
    with pytest.raises(Conflict):
        open_account(NewAccount("bank", "bytes"), now=NOW)


def test_an_entry_is_reversed_once() -> None:
    book([move("a", "bank", "shop", 5)])
    first = reverse("a", memo="wrong shop", time=LATER)
    assert reverse("a", memo="wrong shop", time=LATER) == type(first)(first.id, first.key, fresh=False)
    with pytest.raises(KeyTaken):
        reverse("a", memo="another reason", time=LATER)
    assert set(balances().values()) == {0}
    assert models.Entry.objects.get(key="a").reversal.key == "reversal:a"


def test_a_hold_is_posted_in_part_and_the_rest_is_free() -> None:
    book([move("in", "bank", "wallet", 100)])
    for _ in range(2):
        hold(key="h", source="wallet", target="shop", amount=80, memo="ride", now=NOW)
    assert balance("wallet").available == 20
    with pytest.raises(NotEnough):
        hold(key="h2", source="wallet", target="shop", amount=21, memo="ride", now=NOW)
    with pytest.raises(NotEnough):
        book([move("out", "wallet", "shop", 21)])
    first = post_hold("h", amount=50, now=LATER)
    assert post_hold("h", amount=50, now=LATER) == type(first)(first.id, first.key, fresh=False)
    with pytest.raises(KeyTaken):
        post_hold("h", amount=51, now=LATER)
    assert (balance("wallet").available, balances()["shop"]) == (50, 50)
    with pytest.raises(Conflict):
        void_hold("h", now=LATER)


def test_all_that_an_account_has_can_be_held_and_posted() -> None:
    book([move("in", "bank", "wallet", 100)])
    hold(key="h", source="wallet", target="shop", amount=100, memo="all", now=NOW)
    post_hold("h", now=LATER)
    assert (balances()["wallet"], balances()["shop"]) == (0, 100)


def test_a_hold_is_voided_or_expires() -> None:
    book([move("in", "bank", "wallet", 100)])
    hold(key="v", source="wallet", target="shop", amount=10, memo="", now=NOW)
    hold(key="e", source="wallet", target="shop", amount=20, memo="", now=NOW, expires_at=LATER)
    void_hold("v", now=NOW)
    void_hold("v", now=LATER)
    with pytest.raises(Conflict, match="voided"):
        post_hold("v", now=NOW)
    with pytest.raises(Conflict, match="expired"):
        post_hold("e", now=LATER)
    assert expire_holds(now=NOW) == 0
    assert expire_holds(now=LATER) == 1
    assert balance("wallet").available == 100


@pytest.mark.parametrize(
    "bad",
    [
        {"amount": 0},
        {"source": "data"},
        {"target": "nowhere"},
        {"expires_at": NOW},
    ],
)
def test_a_hold_that_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    wanted: dict[str, Any] = {
        "key": "h",
        "source": "bank",
        "target": "shop",
        "amount": 5,
        "memo": "",
        "now": NOW,
    } | bad
    with pytest.raises(Refused):
        hold(**wanted)


TRANSFER = (
    "INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)"
    " SELECT 'x', source.id, target.id, 1, '', now() FROM ledger_account AS source, ledger_account AS target"
    " WHERE source.code = '{}' AND target.code = '{}'"
)
# What the database refuses, whoever writes.
GUARDED = {
    "a balance": "UPDATE ledger_account SET balance = balance + 1",
    "what is held": "UPDATE ledger_account SET held = 1 WHERE code = 'shop'",
    "an account's asset": "UPDATE ledger_account SET asset = 'USD'",
    "a full new account": "INSERT INTO ledger_account (code, asset, balance, held) VALUES ('x', 'CNY', 5, 0)",
    "an entry": "UPDATE ledger_entry SET memo = ''",
    "a posting": "UPDATE ledger_posting SET amount = 1",
    "a posting taken away": "DELETE FROM ledger_posting",
    "one side only": "INSERT INTO ledger_posting (entry_id, account_id, amount)"
    " SELECT entry_id, account_id, 1 FROM ledger_posting LIMIT 1",
    "an entry posted again": "INSERT INTO ledger_posting (entry_id, account_id, amount)"
    " SELECT entry_id, account_id, amount FROM ledger_posting",
    "an entry without postings": "INSERT INTO ledger_entry (key, memo, time) VALUES ('x', '', now());"
    " SET CONSTRAINTS ALL IMMEDIATE",
    "a hold's amount": "UPDATE ledger_hold SET amount = 1",
    "a hold taken away": "DELETE FROM ledger_hold",
    "a hold opened again": "UPDATE ledger_hold SET state = 'open', ended_at = NULL WHERE state = 'voided'",
    "a transfer": "UPDATE ledger_transfer SET amount = 1",
    "a transfer taken away": "DELETE FROM ledger_transfer",
    "an account taken away": "DELETE FROM ledger_account WHERE code = 'used'",
    "a transfer of two assets": TRANSFER.format("bank", "data"),
    "a transfer to nowhere": "INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)"
    " SELECT 'x', id, -1, 1, '', now() FROM ledger_account WHERE code = 'bank'",
    "a transfer to itself": TRANSFER.format("bank", "bank"),
    "a transfer of what isn't there": TRANSFER.format("wallet", "shop"),
    "an overdraft put off to the end": "SET CONSTRAINTS not_below_least DEFERRED; "
    + TRANSFER.format("wallet", "shop")
    + "; SET CONSTRAINTS ALL IMMEDIATE",
    "a hold's memo": "UPDATE ledger_hold SET memo = 'other', state = 'voided', ended_at = now()"
    " WHERE state = 'open'",
    "a hold posted beyond its amount": "UPDATE ledger_hold SET state = 'posted', posted = 6, ended_at = now()"
    " WHERE state = 'open'",
    "a posted hold without amount": "UPDATE ledger_hold SET state = 'posted', ended_at = now()"
    " WHERE state = 'open'",
}


@pytest.mark.parametrize("statement", GUARDED.values(), ids=GUARDED.keys())
def test_the_database_refuses(statement: str) -> None:
    book([move("a", "bank", "shop", 5)])
    hold(key="open", source="bank", target="shop", amount=5, memo="", now=NOW)
    hold(key="voided", source="bank", target="shop", amount=5, memo="", now=NOW)
    void_hold("voided", now=NOW)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert follow()


moves = st.builds(
    move,
    key=st.sampled_from("abcdef"),
    source=st.sampled_from(["bank", "wallet"]),
    target=st.sampled_from(["shop", "wallet"]),
    amount=st.integers(1, 50),
).filter(lambda entry: entry.postings[0].account != entry.postings[1].account)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(moves, max_size=6, unique_by=lambda entry: entry.key),
    retries=st.lists(st.integers(0, 5), max_size=12),
    seed=st.integers(0, 999),
)
def test_any_order_of_retries_gives_the_same_books(
    entries: list[Entry], retries: list[int], seed: int
) -> None:
    """Batches are cut, mixed and repeated; each entry counts once, and nothing is made or lost."""
    with transaction.atomic():
        book([move("fund", "bank", "wallet", 10_000)])
        calls = entries + [entries[at] for at in retries if at < len(entries)]
        random.Random(seed).shuffle(calls)
        cut = len(calls) // 2
        for batch in (calls[:cut], calls[cut:], entries):
            book(batch)
        expected: Counter[str] = Counter({"bank": -10_000, "wallet": 10_000})
        for entry in entries:
            for posting in entry.postings:
                expected[posting.account] += posting.amount
        assert {code: value for code, value in balances().items() if value} == {
            code: value for code, value in expected.items() if value
        }
        assert sum(balances().values()) == 0
        assert follow()
        transaction.set_rollback(True)


def _at_once(jobs: Iterable[Any]) -> list[Any]:
    """Each job on a connection of its own, all let go together. What they raise is told."""
    results: list[Any] = []
    jobs = list(jobs)
    gate = threading.Barrier(len(jobs))

    def run(job: Any) -> None:
        try:
            gate.wait()
            results.append(job())
        except Refused as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_connections_book_the_same_keys_once() -> None:
    batch = [move(f"k{number}", "bank", "shop", 1) for number in range(50)]
    other = [*reversed(batch), move("other", "shop", "bank", 1)]
    results = _at_once([lambda: book(batch), lambda: book(other), lambda: book(batch)])
    fresh = Counter(one.key for result in results for one in result if one.fresh)
    assert fresh == Counter({f"k{number}": 1 for number in range(50)} | {"other": 1})
    assert balances()["shop"] == 49
    assert follow()


@pytest.mark.django_db(transaction=True)
def test_two_connections_cannot_spend_the_same_money() -> None:
    book([move("in", "bank", "wallet", 100)])
    results = _at_once(
        [
            lambda: book([move("a", "wallet", "shop", 60)]),
            lambda: hold(key="b", source="wallet", target="shop", amount=60, memo="", now=NOW),
        ]
    )
    assert sum(isinstance(result, NotEnough) for result in results) == 1
    assert balance("wallet").available == 40
    assert follow()
