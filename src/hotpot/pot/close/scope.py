"""Which months of which subscriptions a close looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from django.db import connection

from hotpot.kernel.period import Month
from hotpot.pot.close import sources, tables, usage
from hotpot.pot.close.queries import closed_months, newest_received
from hotpot.pot.metering import queries as metering
from hotpot.pot.rating.inputs import days_since_epoch


@dataclass(frozen=True, slots=True)
class Scope:
    """The month that is closed, and earlier closed months of what was touched since.

    `whole`: the month isn't closed yet, so every subscription is due. `ahead`: the month after it, of which
    what is paid in advance is due; None where that is closed itself. `reshared`: months whose shares are
    reckoned anew though no charge of them need be. `consumed`: the touches that this close answers.
    `rivals`: subscriptions that aren't due, whose seats may have the usage of those that are. `received`:
    usage up to here is reckoned. `later`: a later month is closed already.
    """

    operator_id: int
    customer_id: int | None
    month: Month
    whole: bool
    ahead: Month | None
    earlier: tuple[Month, ...]
    touched: pa.Table
    reshared: tuple[Month, ...]
    consumed: tuple[int, ...]
    rivals: tuple[int, ...]
    received: int
    later: bool

    @property
    def months(self) -> list[Month]:
        """All that may be due, in order."""
        return sorted({*self.earlier, self.month, *([self.ahead] if self.ahead else [])})

    @property
    def shared_months(self) -> list[Month]:
        """All whose shares are reckoned."""
        return sorted({*self.months, *self.reshared})

    @property
    def params(self) -> dict[str, Any]:
        """Of sources.py."""
        months = self.months
        return {
            "operator": self.operator_id,
            "customer": self.customer_id,
            "whole": self.whole,
            "before": self.month.previous().first_day,
            "first": self.month.first_day,
            "from": months[0].first_day,
            "until": months[-1].next().first_day,
            "months": [month.first_day for month in months],
            "touched": self.touched["subscription"].to_pylist(),
            "rivals": list(self.rivals),
        }

    def calendar(self) -> pa.Table:
        """In the shape of close.plans."""
        whole = {self.month, self.ahead} if self.whole else set()
        return pa.table(
            {
                **spans(self.months),
                "whole": [month in whole for month in self.months],
                "ahead": [month == self.ahead for month in self.months],
            }
        )


def spans(months: Iterable[Month]) -> dict[str, list[int]]:
    """First day, and the day after the last, of each."""
    months = list(months)
    return {
        "period": [days_since_epoch(month.first_day) for month in months],
        "ends": [days_since_epoch(month.next().first_day) for month in months],
    }


def find_scope(operator_id: int, customer_id: int | None, month: Month) -> Scope:
    """Reads which months are closed, and what was touched and what usage came since."""
    closed = set(closed_months(operator_id))
    known = [one for one in closed if one <= month]
    later = any(one > month for one in closed)
    touches = tables.fetch(sources.TOUCHED, {"operator": operator_id}, _TOUCHES)
    touched = touches.filter(touches["subscription"].is_valid()).drop_columns(["id"])
    watermark = metering.watermark()
    if known:
        touched = pa.concat_tables([touched, late_usage(operator_id, known, watermark)])
        touched = pa.concat_tables([touched, _touched_rivals(operator_id, touched)])
    scope = Scope(
        operator_id=operator_id,
        customer_id=customer_id,
        month=month,
        whole=month not in closed,
        ahead=None if month.next() in closed else month.next(),
        earlier=tuple(_since(known, touched)),
        touched=touched,
        reshared=tuple(_since(known, touches.filter(touches["subscription"].is_null()))),
        # A later month that is closed needs them as well; so do all others of a close of one customer.
        consumed=() if customer_id is not None or later else tuple(touches["id"].to_pylist()),
        rivals=(),
        received=0 if customer_id is not None or later else watermark,
        later=later,
    )
    return replace(scope, rivals=_rivals(scope))


_TOUCHES = pa.schema([("id", pa.int64()), ("subscription", pa.int64()), ("since", pa.int64())])


def late_usage(operator_id: int, closed: list[Month], watermark: int) -> pa.Table:
    """Subscriptions with usage of closed months that came after these were closed, as touched since then."""
    after = newest_received(operator_id)
    late = usage.late_subjects(min(closed), max(closed), after, watermark)
    return tables.fetch(sources.LATE, late | {"operator": operator_id}, _TOUCHES.remove(0))


def _touched_rivals(operator_id: int, touched: pa.Table) -> pa.Table:
    params = {
        "operator": operator_id,
        "touched": touched["subscription"].to_pylist(),
        "since": touched["since"].to_pylist(),
    }
    return tables.fetch(sources.TOUCHED_RIVALS, params, _TOUCHES.remove(0))


def _rivals(scope: Scope) -> tuple[int, ...]:
    """Of all that are due where not every customer of every operator is; else of those that were touched,
    whose rivals may have ended before the month."""
    with connection.cursor() as cursor:
        of_all = scope.customer_id is not None
        if not of_all:
            cursor.execute(sources.OTHERS, scope.params)
            (of_all,) = cursor.fetchone()
        if not of_all and not scope.earlier:
            return ()
        cursor.execute(sources.RIVALS, scope.params | {"of_all": of_all})
        return tuple(id for (id,) in cursor.fetchall())


def _since(months: Iterable[Month], touched: pa.Table) -> Iterator[Month]:
    if touched.num_rows:
        earliest = min(touched["since"].to_pylist())
        yield from (one for one in months if days_since_epoch(one.next().first_day) > earliest)
