"""The same subscriptions asked of the pure rules and of the plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotpot.kernel.period import Month
from hotpot.pot.rating import inputs
from hotpot.pot.rating.rules import Use, owner
from hotpot.pot.rating.rules_sums import charges
from hotpot.pot.rating.running import Row, Tenant, charged, usage_table

Uses = Iterable[tuple[str, Use]]


def by_plans(
    tenants: Sequence[Tenant], uses: Uses, months: Sequence[Month], advance: bool = False
) -> list[Row]:
    return sorted(charged(tenants, usage_table(uses), months, advance=advance), key=in_order)


def by_rules(
    tenants: Sequence[Tenant], uses: Uses, months: Sequence[Month], advance: bool = False
) -> list[Row]:
    everyone = [(tenant.app, tenant.held) for tenant in tenants]
    theirs: dict[int, tuple[Use, ...]] = {tenant.held.id: () for tenant in tenants}
    for app, use in uses:
        if (found := owner(use, app, everyone)) is not None:
            theirs[found[0].id] += (use,)
    rows = [
        (
            tenant.held.id, row.item, row.seat, inputs.days_since_epoch(row.period), row.quantity, row.basis,
            row.amount_minor, row.currency,
        )
        for tenant in tenants
        for month in months
        for row in charges(replace(tenant.held, uses=theirs[tenant.held.id]), month, advance=advance)
    ]  # fmt: skip
    return sorted(rows, key=in_order)


def in_order(row: Row) -> tuple[int, int, int, int]:
    return row[0], row[1], row[2] or 0, row[3]
