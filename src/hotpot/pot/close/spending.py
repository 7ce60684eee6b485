"""What a running month comes to: the close's own reckoning, before the month has ended, for budgets.

Seats count as they stand today to the end of the month, usage as far as it came in; before tax.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Sum

from hotpot.kernel.period import Month
from hotpot.pot.billing.models import BillLine
from hotpot.pot.close.rules import EngineName
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import today
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.spending import note_spending, watched
from hotpot.pot.rating.inputs import days_since_epoch
from hotpot.pot.subscription.models import Subscription


def count_spending(*, now: datetime) -> int:
    """Counts the month of every customer that has a budget, and judges its budgets; how many."""
    found = watched()
    customers = Party.objects.in_bulk({sides.customer_id for sides in found})
    for sides in found:
        month = Month.of(today(customers[sides.customer_id], now))
        note_spending(sides, month, running(sides, month, now=now), now=now)
    return len(found)


def running(sides: Sides, month: Month, *, now: datetime) -> dict[str, int]:
    """App id -> minor units before tax: what is billed of the month, and what a close would add to it."""
    # Arrow, Ibis and DuckDB are imported by the first close, not by every process.
    import pyarrow.compute as pc

    from hotpot.pot.close import inputs, reckoned
    from hotpot.pot.close.engines import open_engine
    from hotpot.pot.close.scope import find_scope

    with open_engine(EngineName.DUCKDB) as engine:
        scope = find_scope(sides.operator_id, sides.customer_id, month)
        inputs.read(engine, scope, now=now)
        reckoned.reckon(engine, scope, reserve=reckoned.reserve_nothing(), tell=lambda _step: None)
        lines = engine.table("bill_lines")
    ours = lines.filter(
        pc.and_(
            pc.equal(lines["period"], days_since_epoch(month.first_day)),
            pc.equal(lines["currency"], sides.currency),
        )
    )
    apps = dict(Subscription.objects.filter(customer_id=sides.customer_id).values_list("id", "app_id"))
    sums: Counter[str] = Counter(_billed(sides, month))
    for row in ours.select(["subscription", "net_minor"]).to_pylist():
        sums[apps[row["subscription"]]] += row["net_minor"]
    return dict(sums)


def _billed(sides: Sides, month: Month) -> dict[str, int]:
    rows = BillLine.objects.filter(
        bill__operator_id=sides.operator_id, bill__customer_id=sides.customer_id,
        bill__currency=sides.currency, period=month.first_day,
    )  # fmt: skip
    return dict(rows.values_list("subscription__app_id").annotate(sum=Sum("net_minor")).order_by())
