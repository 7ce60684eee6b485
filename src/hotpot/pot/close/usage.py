"""Usage for the plans, as metering keeps it: of the months that may be due, up to what has come by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hotpot.kernel.period import Month
from hotpot.pot.close.engines import shape
from hotpot.pot.metering import usage as metering
from hotpot.pot.metering.usage import Window
from hotpot.pot.rating.engines import Engine
from hotpot.pot.rating.inputs import days_since_epoch

if TYPE_CHECKING:
    from hotpot.pot.close.scope import Scope

DAY_US = 86_400 * 1_000_000


def read(engine: Engine, scope: Scope, *, until: int) -> None:
    """Puts `usage` into the engine; nothing is read where no item counts any."""
    items = engine.table("items")
    if not pc.any(items["meter"].is_valid()).as_py():
        engine.put("usage", shape("usage").empty_table())
        return
    window = _window(scope.months[0], scope.months[-1], until=until)
    engine.put_batches("usage", metering.usage_batches(window))


def late_subjects(first: Month, last: Month, after: int, until: int) -> dict[str, list[Any]]:
    """Whose usage of these months came after `after`: each subject and app, with its first day.

    A day early: the customer's day may have begun before UTC's.
    """
    if after >= until:
        return {"subjects": [], "apps": [], "days": []}
    batches = metering.usage_batches(_window(first, last, after=after, until=until))
    tables = [_firsts(pa.Table.from_batches([batch])) for batch in batches]
    found = _firsts(pa.concat_tables(tables)) if tables else metering.USAGE.empty_table()
    days = [us // DAY_US - 1 for us in found["time_us"].to_pylist()]
    return {"subjects": found["subject"].to_pylist(), "apps": found["app"].to_pylist(), "days": days}


def _firsts(rows: pa.Table) -> pa.Table:
    rows = rows.select(["subject", "app", "time_us"])
    rows = rows.set_column(1, "app", rows["app"].cast(pa.string()))
    firsts = rows.group_by(["subject", "app"]).aggregate([("time_us", "min")])
    return firsts.rename_columns(["subject", "app", "time_us"])


def _window(first: Month, last: Month, *, after: int = 0, until: int) -> Window:
    """Wherever on earth the customers are, their months lie within a day of UTC's."""
    start = days_since_epoch(first.first_day) - 1
    end = days_since_epoch(last.next().first_day) + 1
    return Window(start * DAY_US, end * DAY_US, after, until)
