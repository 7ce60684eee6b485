"""Writes a reckoned month: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from hotpot.kernel.period import Month
from hotpot.pot.billing import accounts
from hotpot.pot.billing import plans as billing
from hotpot.pot.billing.models import Bill
from hotpot.pot.billing.numbers import next_number
from hotpot.pot.close import rules, tables
from hotpot.pot.close.models import Touched
from hotpot.pot.close.reckoned import Reckoned, sums
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.party.models import Party
from hotpot.pot.payment.dunning import due_days
from hotpot.pot.settlement import plans as settlement
from hotpot.pot.settlement.accounts import payable
from hotpot.pot.settlement.models import Statement

# The guards of the tables join a million new rows with their parents: in memory, or ten times as long.
ROOM = "SET LOCAL work_mem = '256MB'"
FORGET = "DELETE FROM close_touched WHERE id = ANY (%(ids)s)"


@transaction.atomic
def book(plan: Reckoned, *, operator: Party, month: Month, actor: Actor, now: datetime) -> None:
    """Charges, shares, bills, statements, their entries, and the events that tell of them."""
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
    if not plan.empty:
        bills = _numbered_bills(plan, operator.id)
        _store_bills(plan, bills, operator, month, now)
        statements = tables.numbered(plan.statements, "number", next_number(Statement, operator.id))
        _store_statements(plan, statements, operator, month, now)
        _book_entries(bills.to_pylist(), statements.to_pylist(), operator, now)
        record_all(actor, list(_facts(plan, bills, statements, operator, month)), now=now)
        if plan.scope.later:  # Tiers of months that were closed before this one look back at it.
            Touched.objects.create(operator=operator, since=month.next().first_day)
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"ids": list(plan.scope.consumed)})


def _numbered_bills(plan: Reckoned, operator_id: int) -> pa.Table:
    """With kind and number: what comes to less than nothing is a credit note."""
    below = pc.less(plan.bills["total_minor"], 0)
    parts = [
        _of_kind(plan.bills.filter(pc.invert(below)), Bill.Kind.BILL, operator_id),
        _of_kind(plan.bills.filter(below), Bill.Kind.CREDIT_NOTE, operator_id),
    ]
    return pa.concat_tables(parts)


def _of_kind(bills: pa.Table, kind: Bill.Kind, operator_id: int) -> pa.Table:
    first = next_number(Bill, operator_id, kind=kind.value) if bills.num_rows else 1
    return tables.filled(tables.numbered(bills, "number", first), kind=kind.value)


def _store_bills(plan: Reckoned, bills: pa.Table, operator: Party, month: Month, now: datetime) -> None:
    due = due_days(operator.id, bills["customer"].to_pylist(), now=now)
    _store(
        "billing_bill",
        bills.append_column("due_on", pa.array(due, pa.date32())),
        _ids("customer"),
        **_issued(operator, month, now),
    )
    lines = plan.engine.table("bill_lines").drop_columns(["customer", "currency"])
    _store("billing_billline", _dated(lines), _ids("bill", "subscription", "item"))
    charges = _dated(plan.engine.run(billing.charges_of_lines))
    _store(
        "rating_charge", charges, _ids("line", "subscription", "item", "seat", "customer"),
        operator_id=operator.id, cause="rated",
    )  # fmt: skip


def _store_statements(
    plan: Reckoned, statements: pa.Table, operator: Party, month: Month, now: datetime
) -> None:
    _store("settlement_statement", statements, _ids("partner"), **_issued(operator, month, now))
    lines = plan.engine.table("statement_lines").drop_columns(["partner", "currency"])
    _store("settlement_statementline", _dated(lines), _ids("statement", "customer", "app", "terms"))
    shares = _dated(plan.engine.run(settlement.shares_of_lines))
    renamed = _ids("subscription", "item", "party", "terms", "statement_line")
    _store("settlement_share", shares, renamed, operator_id=operator.id)


def _issued(operator: Party, month: Month, now: datetime) -> dict[str, Any]:
    return {
        "operator_id": operator.id,
        "period": month.first_day.isoformat(),
        "issued_at": now.isoformat(),
    }


def _dated(table: pa.Table) -> pa.Table:
    """With `period` as a day, as the database keeps it."""
    days = table["period"].cast(pa.int32()).cast(pa.date32())
    return table.set_column(table.column_names.index("period"), "period", days)


def _book_entries(
    bills: list[dict[str, Any]], statements: list[dict[str, Any]], operator: Party, now: datetime
) -> None:
    """One entry a bill and a statement. A paper of nothing moves nothing."""
    bills = [bill for bill in bills if bill["total_minor"] or bill["tax_minor"]]
    statements = [paper for paper in statements if paper["total_minor"]]
    ledger.open_accounts(_accounts(operator.id, bills, statements), now=now)
    ledger.book([
        *(rules.bill_entry(operator.id, bill, now) for bill in bills),
        *(rules.statement_entry(operator.id, paper, now) for paper in statements),
    ])  # fmt: skip


def _accounts(
    operator_id: int, bills: list[dict[str, Any]], statements: list[dict[str, Any]]
) -> Iterable[NewAccount]:
    """Each account that an entry touches. The partner and the customer may look at their own."""
    found = {}
    for bill in bills:
        found[bill["customer"], bill["currency"]] = accounts.receivable(
            operator_id, bill["customer"], bill["currency"]
        )
    for paper in statements:
        found[paper["partner"], paper["currency"]] = payable(operator_id, paper["partner"], paper["currency"])
    for currency in {paper["currency"] for paper in (*bills, *statements)}:
        found["revenue", currency] = accounts.revenue(operator_id, currency)
    for currency in {bill["currency"] for bill in bills if bill["tax_minor"]}:
        found["tax", currency] = accounts.tax(operator_id, currency)
    return found.values()


def _ids(*names: str) -> dict[str, str]:
    return {name: f"{name}_id" for name in names}


def _store(name: str, table: pa.Table, columns: dict[str, str], **values: str | int) -> None:
    """`columns` renames plans' columns to the table's; `values` fill further ones."""
    names = [columns.get(column, column) for column in table.column_names]
    tables.store(name, tables.filled(table.rename_columns(names), **values))


def _facts(
    plan: Reckoned, bills: pa.Table, statements: pa.Table, operator: Party, month: Month
) -> Iterator[Fact]:
    found = [
        {"currency": one.currency, "charged_minor": one.charged_minor, "bills": one.bills}
        for one in sums(plan)
    ]
    subject = f"operator/{operator.id}/month/{month}"
    yield Fact("close.month.closed", subject, [operator.id], {"month": str(month), "sums": found})
    for row in bills.to_pylist():
        type = "billing.bill.issued" if row["kind"] == Bill.Kind.BILL else "billing.credit_note.issued"
        yield Fact(type, f"bill/{row['id']}", [operator.id, row["customer"]], _told(row, month))
    for row in statements.to_pylist():
        parties = [operator.id, row["partner"]]
        yield Fact("settlement.statement.issued", f"statement/{row['id']}", parties, _told(row, month))


def _told(row: dict[str, Any], month: Month) -> dict[str, Any]:
    return {
        "number": row["number"],
        "month": str(month),
        "total_minor": row["total_minor"],
        "currency": row["currency"],
    }
