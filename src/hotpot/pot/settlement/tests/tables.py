"""Rules' values as tables, and what the plans make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from hotpot.pot.rating.engines import Shapes, duckdb_engine
from hotpot.pot.settlement import terms as tables
from hotpot.pot.settlement.plans_shares import SHAPES
from hotpot.pot.settlement.rules_shares import Family, Held
from hotpot.pot.settlement.sharing import reckon
from hotpot.pot.settlement.terms import day_number

SHAPES_OF_SHARES = Shapes(SHAPES)


def reckoned(
    families: Sequence[Family], past: Sequence[Family], held: Sequence[Held]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the plans say: shares and adjustments, as tuples of their columns."""
    months = sorted({family.month for family in families})
    with duckdb_engine(SHAPES_OF_SHARES) as engine:
        engine.put("families", family_table(families))
        engine.put("past", family_table(past))
        for name, table in tables.tables(held, months).items():
            engine.put(name, table)
        owed, adjustments = reckon(engine)
    return [tuple(row.values()) for row in owed.to_pylist()], [
        tuple(row.values()) for row in adjustments.to_pylist()
    ]


def family_table(families: Sequence[Family]) -> pa.Table:
    rows = [
        {
            "subscription": one.subscription, "item": one.item, "kind": one.kind,
            "period": day_number(one.month.first_day), "starts": day_number(one.starts_on), "app": one.app,
            "customer": one.customer, "operator": one.operator, "integrator": one.integrator,
            "developer": one.developer, "seats": 0, "quantity": one.quantity, "basis": one.basis,
            "amount_minor": one.amount_minor, "credited_minor": one.credited_minor,
            "written_off_minor": one.written_off_minor, "currency": one.currency,
        }
        for one in families
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SHAPES_OF_SHARES.schema("families"))
