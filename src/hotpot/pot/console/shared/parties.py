"""What several areas show of a party: rows of subscriptions, agreements, bills."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from hotpot.pot.party.models import Agreement


def agreement_href(row: Any) -> str:
    return reverse("console:operator:agreement", args=[row.pk if isinstance(row, Agreement) else row["id"]])
