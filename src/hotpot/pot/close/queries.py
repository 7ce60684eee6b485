"""Look at closes: which months, how far, with what result."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Min, QuerySet

from hotpot.kernel.period import Month
from hotpot.pot.close.models import CloseRun
from hotpot.pot.subscription.models import Subscription


def runs(operator_id: int, month: Month | None = None) -> QuerySet[CloseRun]:
    """Closes, newest first; dry runs are not among them."""
    found = CloseRun.objects.filter(operator_id=operator_id, dry_run=False)
    found = found.select_related("started_by").order_by("-id")
    return found if month is None else found.filter(period=month.first_day)


def dry_run(operator_id: int, month: Month) -> CloseRun | None:
    """The newest of the month; older ones are gone."""
    found = CloseRun.objects.filter(operator_id=operator_id, period=month.first_day, dry_run=True)
    return found.order_by("-id").first()


def running(operator_id: int) -> CloseRun | None:
    """The close that runs now, with how far it has come."""
    return runs(operator_id).filter(state=CloseRun.State.RUNNING).first()


def closed_months(operator_id: int) -> list[Month]:
    """Months that a whole close has booked, newest first."""
    runs = CloseRun.objects.filter(
        operator_id=operator_id, state=CloseRun.State.DONE, dry_run=False, customer=None
    )
    return [Month.of(day) for day in runs.values_list("period", flat=True).distinct().order_by("-period")]


def newest_received(operator_id: int) -> int:
    """Usage that was received above this came after the newest whole close."""
    runs = CloseRun.objects.filter(operator_id=operator_id, state=CloseRun.State.DONE, dry_run=False)
    return runs.aggregate(newest=Max("received"))["newest"] or 0


def months_to_close(operator_id: int, today: date) -> list[Month]:
    """Months that have ended by `today`, since the first subscription, and aren't closed."""
    began = Subscription.objects.filter(operator_id=operator_id).aggregate(day=Min("starts_on"))["day"]
    if began is None:
        return []
    closed = closed_months(operator_id)
    month = min(closed, default=Month.of(began))
    found = []
    while month < Month.of(today):
        if month not in closed:
            found.append(month)
        month = month.next()
    return found
