"""Each check of the books can fail: a row is corrupted while the database's guards are off, and it speaks."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hotpot.conftest import make_agreement
from hotpot.entry.commands import books as command
from hotpot.kernel.period import Month
from hotpot.pot.close import books as proofs
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import CHECKS, Check, check_books
from hotpot.pot.close.tests.trade import LONG_AGO, make_bare_market, make_offer, make_subscription
from hotpot.pot.ledger.actions import hold
from hotpot.pot.payment import checks as payment_checks

NOW = datetime(2026, 11, 2, tzinfo=UTC)
A_PARTNER_SHARE = "(SELECT id FROM settlement_share WHERE terms_id IS NOT NULL ORDER BY id LIMIT 1)"

# What is done to the rows -> the check that must find it.
CORRUPTIONS = {
    "UPDATE ledger_posting SET amount = amount + 1 WHERE amount > 0": "entries_balance",
    "DELETE FROM ledger_posting": "entries_have_postings",
    "UPDATE ledger_account SET balance = balance + 1": "balances_follow",
    "UPDATE ledger_account SET held = held + 1": "holds_follow",
    "UPDATE ledger_hold SET amount = amount + 1": "holds_follow",
    "UPDATE ledger_hold SET state = 'posted', posted = amount, ended_at = made_at": "holds_posted",
    "UPDATE ledger_entry SET key = 'payout:' || key WHERE key LIKE 'statement:%'": "payouts_agree",
    "UPDATE rating_charge SET customer_id = operator_id": "charges_billed",
    "UPDATE rating_charge SET line_id = line_id + 1": "charges_billed",
    "UPDATE rating_charge SET amount_minor = amount_minor - 1": "lines_follow",
    "DELETE FROM rating_charge": "lines_follow",
    "UPDATE billing_billline SET quantity = quantity + 1": "lines_follow",
    "UPDATE billing_billline SET tax_rate_bp = 100": "tax_follows",
    "UPDATE billing_bill SET net_minor = net_minor + 1, total_minor = total_minor + 1": "bills_follow",
    "UPDATE billing_bill SET number = number + 1": "numbers_have_no_gap",
    "UPDATE settlement_statement SET number = number + 10": "numbers_have_no_gap",
    "UPDATE ledger_entry SET key = key || 'x'": "bills_posted",
    "UPDATE settlement_share SET amount_minor = amount_minor + 1": "families_shared",
    "DELETE FROM settlement_share WHERE terms_id IS NULL": "families_shared",
    "UPDATE settlement_statement SET partner_id = operator_id": "shares_stated",
    f"DELETE FROM settlement_share WHERE id = {A_PARTNER_SHARE}": "statement_lines_follow",
    "UPDATE settlement_statementline SET kind = 'cap'": "statement_lines_follow",
    "UPDATE settlement_statement SET total_minor = total_minor - 1": "statements_follow",
    "UPDATE ledger_entry SET key = replace(key, 'statement', 'paper')": "statements_posted",
    "DELETE FROM settlement_statement": "accounts_agree",
    "UPDATE ledger_account SET counterparty_id = party_id": "accounts_agree",
    "UPDATE billing_billline SET charged_minor = charged_minor + 1": "months_agree",
    "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_key_key;"
    " INSERT INTO ledger_entry (key, memo, time) SELECT key, memo, time FROM ledger_entry": "keys_are_single",
}


@pytest.fixture
def closed(db: None) -> None:
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_agreement(market.operator, market.developer, share_bp=1000, starts_on=LONG_AGO)
    offer = make_offer(market, prices={LONG_AGO: 1500})
    make_subscription(market, offer, seats=[(LONG_AGO, None), (date(2026, 10, 9), None)])
    (figures,) = close_month(Month(2026, 10), operator_ids=[market.operator.id], now=NOW)
    assert figures.problem == ""
    operator = f"operator:{market.operator.id}"
    hold(
        key="kept back", source=f"{operator}:payable:{market.integrator.id}:CNY",
        target=f"{operator}:revenue:CNY", amount=5, memo="dispute", now=NOW,
    )  # fmt: skip
    assert check_books().findings == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextlib.contextmanager
def corrupted(statement: str) -> Iterator[None]:
    """The owner of a table may switch its guards off; here for as long as the block."""
    table = re.search(r"(?:UPDATE|FROM|TABLE) (\w+)", statement)
    assert table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table[1]} DISABLE TRIGGER USER")
        # Keys to other tables would be checked at the end, which never comes.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement)
        assert cursor.rowcount
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(("statement", "name"), CORRUPTIONS.items(), ids=CORRUPTIONS.keys())
def test_what_is_corrupted_is_found(statement: str, name: str) -> None:
    with corrupted(statement):
        books = check_books()
    found = {finding.check.name: finding for finding in books.findings}
    assert name in found
    assert found[name].count == len(found[name].rows) > 0


def test_every_check_is_seen_to_fail() -> None:
    payments = {name for name, _rule, _query in payment_checks.CHECKS}  # seen to fail in payment's own tests
    assert {check.name for check in CHECKS} - payments == set(CORRUPTIONS.values())


@pytest.mark.usefixtures("closed")
def test_the_books_are_asked_once_however_many_checks_there_are() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        check_books()
    assert len(asked) == 5  # two of them the savepoint's


@pytest.mark.usefixtures("db")
def test_all_rows_are_counted_and_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Check("many", "", "SELECT n, 'x' AS a FROM generate_series(1, 30) AS n")
    monkeypatch.setattr(proofs, "CHECKS", (many,))
    (finding,) = check_books().findings
    assert finding.count == 30
    assert [list(row.items()) for row in finding.rows] == [[("n", n), ("a", "x")] for n in range(1, 21)]


@pytest.mark.usefixtures("closed")
def test_the_command_exits_with_1_and_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "platform", contextlib.nullcontext)
    right = CliRunner().invoke(command.books, ["check"])
    assert (right.exit_code, "The books are right" in right.output) == (0, True)
    assert "15.00" not in right.output
    assert "26.13" in right.output  # 15.00 + 23 of 31 days
    with corrupted("UPDATE billing_bill SET net_minor = net_minor + 1, total_minor = total_minor + 1"):
        wrong = CliRunner().invoke(command.books, ["check"])
        said = json.loads(CliRunner().invoke(command.books, ["check", "--json"]).output)
    assert (wrong.exit_code, "The books are wrong" in wrong.output) == (1, True)
    assert said["right"] is False
    assert "bills_follow" in [finding["check"] for finding in said["findings"]]
    assert said["findings"][0]["rows"]
