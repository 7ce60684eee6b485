"""Writes a reckoned month: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Max, Model

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.close import rules, tables
from hotpot.pot.close.reckoned import Reckoned, sums
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.party.models import Party
from hotpot.pot.settlement.models import Statement

PARTIES = ("customer", "operator", "integrator", "developer")


@transaction.atomic
def book(plan: Reckoned, *, operator: Party, month: Month, actor: Actor, now: datetime) -> None:
    """Charges, shares, bills, their entries, statements, and the events that tell of them.

    The caller holds the operator's lock, so that bills and statements are numbered without gaps.
    """
    if plan.empty:
        return
    period, issued = month.first_day.isoformat(), now.isoformat()
    _store_charges(plan, period)
    bills = tables.numbered(plan.bills, "number", _next_number(Bill, operator))
    _store_bills(plan, bills, operator, period, issued)
    _book_entries(plan, bills.to_pylist(), operator, now)
    statements = tables.numbered(plan.statements, "number", _next_number(Statement, operator))
    _store_statements(plan, statements, operator, period, issued)
    facts = [
        _closed(plan, operator, month),
        *(_bill_issued(row, operator, month) for row in bills.to_pylist()),
        *(_statement_issued(row, operator, month) for row in statements.to_pylist()),
    ]
    record_all(actor, facts, now=now)


def _store_charges(plan: Reckoned, period: str) -> None:
    charges = plan.new_charges.drop_columns(["app"])
    _store("rating_charge", charges, _ids("subscription", "seat", "price", *PARTIES), period=period)
    shares = tables.filled(plan.new_shares, operator_id=plan.operator_id)
    _store("settlement_share", shares, _ids("charge", "party", "terms"), period=period)


def _store_bills(plan: Reckoned, bills: pa.Table, operator: Party, period: str, issued: str) -> None:
    _store(
        "billing_bill", bills, _ids("customer"),
        operator_id=operator.id, period=period, issued_at=issued,
    )  # fmt: skip
    _store("billing_billline", plan.bill_lines, _ids("bill", "subscription", "price"))
    _store("billing_billedcharge", plan.billed_charges, _ids("charge", "line"))


def _store_statements(
    plan: Reckoned, statements: pa.Table, operator: Party, period: str, issued: str
) -> None:
    _store(
        "settlement_statement", statements, _ids("partner"),
        operator_id=operator.id, period=period, issued_at=issued,
    )  # fmt: skip
    lines = _ids("statement", "customer", "app", "terms")
    _store("settlement_statementline", plan.statement_lines, lines)
    _store("settlement_statedshare", plan.stated_shares, _ids("share", "line"))


def _book_entries(plan: Reckoned, bills: list[dict[str, Any]], operator: Party, now: datetime) -> None:
    """One entry a bill. A bill of nothing moves nothing."""
    parts: dict[int, dict[int, int]] = defaultdict(dict)
    for row in plan.parts_of_bills.to_pylist():
        parts[row["bill"]][row["party"]] = row["amount_minor"]
    owed = [bill for bill in bills if bill["total_minor"]]
    ledger.open_accounts(_accounts(owed, parts, operator.id), now=now)
    ledger.book(
        rules.bill_entry(
            operator_id=operator.id,
            customer_id=bill["customer"],
            number=bill["number"],
            total=Money(bill["total_minor"], bill["currency"]),
            parts=parts[bill["id"]],
            time=now,
        )
        for bill in owed
    )


def _accounts(
    bills: list[dict[str, Any]], parts: dict[int, dict[int, int]], operator_id: int
) -> list[NewAccount]:
    """Each account that a bill's entry touches. The partner and the customer may look at their own."""
    found: dict[str, NewAccount] = {}
    for bill in bills:
        currency, customer = bill["currency"], bill["customer"]
        wanted = [
            (rules.receivable(operator_id, customer, currency), customer),
            (rules.revenue(operator_id, currency), None),
        ]
        partners = parts[bill["id"]].keys() - {operator_id}
        wanted += [(rules.payable(operator_id, partner, currency), partner) for partner in partners]
        for code, other in wanted:
            found[code] = NewAccount(code, currency, operator_id, other)
    return list(found.values())


def _next_number(model: type[Model], operator: Party) -> int:
    newest = model._default_manager.filter(operator=operator).aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


def _ids(*names: str) -> dict[str, str]:
    return {name: f"{name}_id" for name in names}


def _store(name: str, table: pa.Table, columns: dict[str, str], **values: str | int) -> None:
    """`columns` renames plans' columns to the table's; `values` fill further ones."""
    names = [columns.get(column, column) for column in table.column_names]
    tables.store(name, tables.filled(table.rename_columns(names), **values))


def _closed(plan: Reckoned, operator: Party, month: Month) -> Fact:
    found = [
        {"currency": one.currency, "charged_minor": one.charged_minor, "bills": one.bills}
        for one in sums(plan)
    ]
    subject = f"operator/{operator.id}/month/{month}"
    return Fact("close.month.closed", subject, [operator.id], {"month": str(month), "sums": found})


def _bill_issued(row: dict[str, Any], operator: Party, month: Month) -> Fact:
    parties = [operator.id, row["customer"]]
    return Fact("billing.bill.issued", f"bill/{row['id']}", parties, _told(row, month))


def _statement_issued(row: dict[str, Any], operator: Party, month: Month) -> Fact:
    parties = [operator.id, row["partner"]]
    return Fact("settlement.statement.issued", f"statement/{row['id']}", parties, _told(row, month))


def _told(row: dict[str, Any], month: Month) -> dict[str, Any]:
    return {
        "number": row["number"],
        "month": str(month),
        "total_minor": row["total_minor"],
        "currency": row["currency"],
    }
