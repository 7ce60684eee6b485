"""Look at closes: which months, how far, with what result."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Min, QuerySet

from hotpot.kernel.period import Month
from hotpot.pot.close.models import CloseRun
from hotpot.pot.rating.models import Charge
from hotpot.pot.subscription.models import Subscription


def runs(operator_id: int, month: Month | None = None) -> QuerySet[CloseRun]:
    """Newest first."""
    found = CloseRun.objects.filter(operator_id=operator_id).select_related("started_by").order_by("-id")
    return found if month is None else found.filter(period=month.first_day)


def running(operator_id: int) -> CloseRun | None:
    """The close that runs now, with how far it has come."""
    return runs(operator_id).filter(state=CloseRun.State.RUNNING).first()


def closed_months(operator_id: int) -> list[Month]:
    """Months with charges, newest first."""
    periods = Charge.objects.filter(operator_id=operator_id).values_list("period", flat=True)
    return [Month.of(period) for period in periods.distinct().order_by("-period")]


def months_to_close(operator_id: int, today: date) -> list[Month]:
    """Months that have ended by `today`, since the first subscription and after the newest charge."""
    began = Subscription.objects.filter(operator_id=operator_id).aggregate(day=Min("starts_on"))["day"]
    newest = Charge.objects.filter(operator_id=operator_id).aggregate(day=Max("period"))["day"]
    if began is None:
        return []
    month = Month.of(began) if newest is None else Month.of(newest).next()
    found = []
    while month < Month.of(today):
        found.append(month)
        month = month.next()
    return found
