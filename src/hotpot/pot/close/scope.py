"""Which months of which subscriptions a close looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from hotpot.kernel.period import Month
from hotpot.pot.close import sources, tables
from hotpot.pot.close.queries import closed_months
from hotpot.pot.rating.inputs import days_since_epoch


@dataclass(frozen=True, slots=True)
class Scope:
    """The month that is closed, and earlier closed months of what was touched since.

    `whole`: the month isn't closed yet, so every subscription is due. `ahead`: the month after it, of which
    what is paid in advance is due; None where that is closed itself. `reshared`: months whose shares are
    reckoned anew though no charge of them need be. `consumed`: the touches that this close answers.
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
    """Reads which months are closed and what was touched since."""
    closed = set(closed_months(operator_id))
    columns = pa.schema([("id", pa.int64()), ("subscription", pa.int64()), ("since", pa.int64())])
    touched = tables.fetch(sources.TOUCHED, {"operator": operator_id}, columns)
    known = [known for known in closed if known <= month]
    ahead = month.next()
    return Scope(
        operator_id=operator_id,
        customer_id=customer_id,
        month=month,
        whole=month not in closed,
        ahead=None if ahead in closed else ahead,
        earlier=tuple(_since(known, touched.filter(touched["subscription"].is_valid()))),
        touched=touched.filter(touched["subscription"].is_valid()).select(["subscription", "since"]),
        reshared=tuple(_since(known, touched.filter(touched["subscription"].is_null()))),
        # A later month that is closed needs them as well; so do all others of a close of one customer.
        consumed=()
        if customer_id is not None or any(later > month for later in closed)
        else tuple(touched["id"].to_pylist()),
    )


def _since(months: Iterable[Month], touched: pa.Table) -> Iterator[Month]:
    if touched.num_rows:
        earliest = min(touched["since"].to_pylist())
        yield from (one for one in months if days_since_epoch(one.next().first_day) > earliest)
