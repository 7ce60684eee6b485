"""What a close may leave out, because nothing can come of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from hotpot.kernel.period import Month
from hotpot.pot.catalog.pricing import Fee, Item
from hotpot.pot.rating import plans, running
from hotpot.pot.rating.engines import duckdb_engine
from hotpot.pot.rating.rules import Held, Seat, Use, Version

FIRST, NUMBER = date(2026, 10, 1), "+8613800000001"


def test_where_nothing_is_metered_the_stages_of_usage_are_empty() -> None:
    fee = Version(FIRST, "CNY", {1: Item("seats", Fee(amount_minor=1_500))})
    held = Held(
        id=1, zone=ZoneInfo("Asia/Shanghai"), starts=FIRST, ends=None, versions=(fee,),
        seats=(Seat(1, NUMBER, FIRST),),
    )  # fmt: skip
    used = Use(1, NUMBER, "calls", datetime(2026, 10, 5, tzinfo=UTC), 60)
    rows = running.tables_of([running.Tenant(held, "app", 1)], [Month(2026, 10)])
    with duckdb_engine(running.shapes()) as engine:
        for name in plans.SHAPES:
            engine.put(name, pa.Table.from_pylist(rows[name], running.shapes().schema(name)))
        engine.put("usage", running.usage_table([("app", used)]))
        counts = {name: engine.keep(name, plan) for name, plan in plans.STAGES.items()}
    assert counts["fees"] == counts["charges"] == 1
    assert {name for name in plans.OF_METERED if counts[name]} == set()
    assert plans.STAGES.keys() > plans.OF_METERED
