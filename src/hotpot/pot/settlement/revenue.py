"""What an operator earns with what: by month, app and integrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.queries import app_names, named
from hotpot.pot.party.models import Party
from hotpot.pot.settlement.models import Share


@dataclass(frozen=True, slots=True)
class Revenue:
    """charged = kept + shared, without tax."""

    month: Month
    app: str
    integrator: str
    charged: Money
    kept: Money
    shared: Money


def revenue(operator_id: int, since: date) -> Sequence[Revenue]:
    """One row a month, app, integrator and currency, the newest month first."""
    rows = (
        Share.objects.filter(operator_id=operator_id, period__gte=since)
        .values("period", "currency", app=F("subscription__app_id"), by=F("subscription__integrator_id"))
        .annotate(charged=Sum("amount_minor"), kept=Sum("amount_minor", filter=Q(terms=None)))
        .order_by("-period", "app", "by", "currency")
    )
    apps = app_names(row["app"] for row in rows)
    parties = Party.objects.in_bulk({row["by"] for row in rows if row["by"]})
    return [
        Revenue(
            Month.of(row["period"]),
            apps[row["app"]],
            named(parties[row["by"]]) if row["by"] in parties else _("Directly"),
            Money(row["charged"], row["currency"]),
            Money(row["kept"] or 0, row["currency"]),
            Money(row["charged"] - (row["kept"] or 0), row["currency"]),
        )
        for row in rows
    ]
