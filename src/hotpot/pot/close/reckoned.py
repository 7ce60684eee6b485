"""One operator's month, reckoned: everything that a close books, before anything is booked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pyarrow as pa
import pyarrow.compute as pc

from hotpot.pot.billing import plans as billing
from hotpot.pot.billing import plans_tax as tax
from hotpot.pot.close import plans
from hotpot.pot.close.rules import Step, Sums, merged
from hotpot.pot.close.scope import Scope
from hotpot.pot.rating.engines import Engine
from hotpot.pot.rating.inputs import days_since_epoch
from hotpot.pot.rating.running import charge
from hotpot.pot.settlement import plans as settlement
from hotpot.pot.settlement import sharing
from hotpot.pot.settlement.plans_shares import without_terms

Tell = Callable[[Step], None]
Reserve = Callable[[str, int], int]  # table, how many -> the first id


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What an engine keeps of a reckoned month; the largest tables are fetched when they are written."""

    engine: Engine
    scope: Scope
    bills: pa.Table
    statements: pa.Table
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not any(self.counts.values())


def reckon(engine: Engine, scope: Scope, *, reserve: Reserve, tell: Tell) -> Reckoned:
    """Runs the plans over what inputs.read put into the engine."""
    tell(Step.CHARGING)
    engine.keep("due", plans.due)
    charge(engine)
    counts = {"new_charges": engine.keep("new_charges", plans.new_charges)}
    tell(Step.BILLING)
    counts["bill_lines"] = _bill(engine, reserve)
    tell(Step.SHARING)
    counts["new_shares"] = _share(engine, scope)
    counts["statement_lines"] = _state(engine, reserve)
    return Reckoned(engine, scope, engine.table("bills"), engine.table("statements"), counts)


def _bill(engine: Engine, reserve: Reserve) -> int:
    lines = engine.keep("lines", billing.lines)
    engine.keep("taxed", tax.taxed)
    _reserve(engine, "first_bill", "billing_bill", lines, reserve)
    engine.keep("bills", billing.bills)
    _reserve(engine, "first_line", "billing_billline", lines, reserve)
    return engine.keep("bill_lines", billing.bill_lines)


def _share(engine: Engine, scope: Scope) -> int:
    """Minima and caps of a month are known when the whole month is: not of one company, nor of the month
    ahead, of which only what is paid in advance is there."""
    engine.keep("families", plans.families)
    engine.keep("past", plans.past)
    _owed, adjustments = sharing.reckon(engine)
    shares = engine.keep("new_shares", plans.new_shares)
    over = scope.shared_months if scope.customer_id is None else []
    days = [days_since_epoch(month.first_day) for month in over if month != scope.ahead]
    known = pa.array(days, pa.int64())
    engine.put("adjustments", adjustments.filter(pc.is_in(adjustments["period"], known)))
    engine.keep("new_adjustments", plans.new_adjustments)
    engine.keep("without_terms", without_terms)
    return shares


def _state(engine: Engine, reserve: Reserve) -> int:
    lines = engine.keep("stated", settlement.stated)
    _reserve(engine, "first_statement", "settlement_statement", lines, reserve)
    engine.keep("statements", settlement.statements)
    _reserve(engine, "first_statement_line", "settlement_statementline", lines, reserve)
    return engine.keep("statement_lines", settlement.statement_lines)


def _reserve(engine: Engine, name: str, table: str, rows: int, reserve: Reserve) -> None:
    """Ids for so many rows at most; what isn't used leaves a gap, which ids may have."""
    first = reserve(table, rows) if rows else 0
    engine.put(name, pa.table({"first": [first]}))


def reserve_nothing() -> Reserve:
    """Ids for a dry run, which draws none from the database."""
    drawn = count(1 << 62, 1 << 40)
    return lambda _table, _count: next(drawn)


def sums(reckoned: Reckoned) -> tuple[Sums, ...]:
    """What this run books, a currency each."""
    return merged(Sums(**row) for row in reckoned.engine.run(plans.totals).to_pylist())
