"""One operator's month, reckoned: everything that a close books, before anything is booked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hotpot.kernel.period import Month
from hotpot.pot.billing import plans as billing
from hotpot.pot.close import sources, tables
from hotpot.pot.close.reckoning import Reckoner, shape
from hotpot.pot.close.rules import Step, Sums, merged
from hotpot.pot.rating import plans_seats as rating
from hotpot.pot.settlement import plans as settlement

EPOCH = date(1970, 1, 1)
Tell = Callable[[Step], None]
Reserve = Callable[[str, int], int]  # table, how many -> the first id
Check = Callable[["Reckoner"], None]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Arrow tables in the shapes of the plans, ids included. `new_` ones are to be added as they are."""

    new_charges: pa.Table
    new_shares: pa.Table
    bills: pa.Table
    bill_lines: pa.Table
    billed_charges: pa.Table
    parts_of_bills: pa.Table
    statements: pa.Table
    statement_lines: pa.Table
    stated_shares: pa.Table
    without_terms: pa.Table
    operator_id: int

    @property
    def empty(self) -> bool:
        return not (self.new_charges.num_rows or self.bills.num_rows or self.statements.num_rows)


def read(reckoner: Reckoner, operator_id: int, month: Month) -> None:
    """Everything that the plans need, of one operator and month."""
    first = (month.first_day - EPOCH).days
    days = list(range(first, first + month.days))
    reckoner.put("calendar", pa.table({"day": pa.array(days, pa.int64())}))
    reckoner.put("period", pa.table({"first": [first], "ends": [first + month.days], "days": [month.days]}))
    params = {"operator": operator_id, "first": month.first_day, "ends": month.next().first_day}
    for name, query in {
        "seats": sources.SEATS,
        "subscriptions": sources.SUBSCRIPTIONS,
        "prices": sources.PRICES,
        "suspensions": sources.SUSPENSIONS,
        "charged": sources.CHARGED,
        "agreements": sources.AGREEMENTS,
        "unstated": sources.UNSTATED,
        "bill_parts": sources.UNBILLED_SHARES,
    }.items():
        reckoner.put(name, tables.fetch(query, params, shape(name)))
    columns = shape("unbilled").append(pa.field("shared", pa.bool_()))
    waiting = tables.fetch(sources.UNBILLED, params, columns)
    reckoner.put("unbilled", waiting)
    reckoner.put("unshared", waiting.filter(pc.invert(waiting["shared"])))


def reckon(reckoner: Reckoner, operator_id: int, *, reserve: Reserve, tell: Tell, check: Check) -> Reckoned:
    """The whole plan. `check` sees each partner's part and refuses what must not be booked."""
    tell(Step.CHARGING)
    new_charges = _charges(reckoner, reserve)
    tell(Step.SHARING)
    reckoner.put("parts", reckoner.run(settlement.partner_parts))
    check(reckoner)
    new_shares = _shares(reckoner, reserve)
    tell(Step.BILLING)
    return Reckoned(
        new_charges=new_charges,
        new_shares=new_shares,
        **_bills(reckoner, reserve),
        **_statements(reckoner, reserve),
        without_terms=reckoner.run(settlement.without_terms),
        operator_id=operator_id,
    )


def _charges(reckoner: Reckoner, reserve: Reserve) -> pa.Table:
    new = _identified(reckoner.run(rating.charges), "rating_charge", reserve)
    for name in ("unbilled", "unshared"):
        _extend(reckoner, name, new)
    return new


def _shares(reckoner: Reckoner, reserve: Reserve) -> pa.Table:
    new = _identified(reckoner.run(settlement.all_shares), "settlement_share", reserve)
    reckoner.put("shares", new)
    _extend(reckoner, "bill_parts", new)
    _extend(reckoner, "unstated", reckoner.run(settlement.new_unstated))
    return new


def _bills(reckoner: Reckoner, reserve: Reserve) -> dict[str, pa.Table]:
    reckoner.put("lines", _identified(reckoner.run(billing.bill_lines), "billing_billline", reserve))
    bills = reckoner.put("bills", _identified(reckoner.run(billing.bills), "billing_bill", reserve))
    lines = reckoner.run(billing.lines_of_bills)
    billed = reckoner.run(billing.billed_charges)
    bill_of_line = lines.select(["id", "bill"]).rename_columns(["line", "bill"])
    reckoner.put("lines_by_charge", billed.join(bill_of_line, "line"))
    parts = reckoner.run(settlement.parts_of_bills)
    return {"bills": bills, "bill_lines": lines, "billed_charges": billed, "parts_of_bills": parts}


def _statements(reckoner: Reckoner, reserve: Reserve) -> dict[str, pa.Table]:
    lines = reckoner.run(settlement.statement_lines)
    reckoner.put("statement_lines", _identified(lines, "settlement_statementline", reserve))
    statements = reckoner.run(settlement.statements)
    statements = reckoner.put("statements", _identified(statements, "settlement_statement", reserve))
    return {
        "statements": statements,
        "statement_lines": reckoner.run(settlement.lines_of_statements),
        "stated_shares": reckoner.run(settlement.stated_shares),
    }


def _identified(table: pa.Table, name: str, reserve: Reserve) -> pa.Table:
    first = reserve(name, table.num_rows) if table.num_rows else 0
    return tables.numbered(table, "id", first)


def _extend(reckoner: Reckoner, name: str, rows: pa.Table) -> None:
    wanted = shape(name)
    reckoner.put(name, pa.concat_tables([reckoner.table(name), rows.select(wanted.names).cast(wanted)]))


def reserve_nothing() -> Reserve:
    """Ids for a dry run, which draws none from the database."""
    drawn = count(1 << 62, 1 << 40)
    return lambda _table, _count: next(drawn)


def sums(reckoned: Reckoned) -> tuple[Sums, ...]:
    """What this run books, a currency each."""
    ours = pc.equal(reckoned.new_shares["party"], reckoned.operator_id)
    found = [
        *(
            Sums(currency, charges=rows, seats=seats, charged_minor=minor)
            for currency, minor, rows, seats in _grouped(
                reckoned.new_charges, [("amount_minor", "sum"), ("id", "count"), ("seat", "count_distinct")]
            )
        ),
        *(
            Sums(currency, bills=rows, billed_minor=minor)
            for currency, minor, rows in _grouped(reckoned.bills, [("total_minor", "sum"), ("id", "count")])
        ),
        *(
            Sums(currency, operator_minor=minor)
            for currency, minor in _grouped(reckoned.new_shares.filter(ours), [("amount_minor", "sum")])
        ),
        *(
            Sums(currency, partners_minor=minor)
            for currency, minor in _grouped(
                reckoned.new_shares.filter(pc.invert(ours)), [("amount_minor", "sum")]
            )
        ),
        *(
            Sums(currency, statements=rows, stated_minor=minor)
            for currency, minor, rows in _grouped(
                reckoned.statements, [("total_minor", "sum"), ("id", "count")]
            )
        ),
    ]
    return merged(found)


def _grouped(table: pa.Table, wanted: list[tuple[str, str]]) -> list[list[Any]]:
    """Per currency: the currency, then each wanted aggregate."""
    grouped = table.group_by("currency").aggregate(wanted)
    names = ["currency", *(f"{column}_{kind}" for column, kind in wanted)]
    return [[row[name] for name in names] for row in grouped.select(names).to_pylist()]
