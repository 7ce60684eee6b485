"""Days and instants: when a customer's day begins, in microseconds UTC."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from hotpot.pot.rating.arithmetic import DAY_US


def midnights(days: Iterable[tuple[ir.Table, str]], zones: ir.Table) -> ir.Table:
    """`zone`, `day`, `at_us` for each day in these columns of tables that have a `zone`.

    A day begins at the first instant whose local time has reached its midnight: where clocks jump over
    midnight, the day begins at the jump.
    """
    wanted = ibis.union(*(table.select("zone", day=table[name]) for table, name in days), distinct=True)
    met = wanted.inner_join(zones, "zone")
    met = met.mutate(at_us=ibis.greatest(met.from_us, met.day * DAY_US - met.offset_us))
    met = met.filter(met.at_us < met.to_us)
    return met.group_by("zone", "day").agg(at_us=met.at_us.min())


def at(table: ir.Table, column: str, known: ir.Table) -> ir.Table:
    """With `<column>_us`: when the day of `column` begins in the row's zone."""
    other = known.select("zone", **{column: known.day, f"{column}_us": known.at_us})
    return table.inner_join(other, ["zone", column])
