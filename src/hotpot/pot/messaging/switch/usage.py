"""How much of its quotas a company has used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.messaging.models import CustomerLimit, DroppedNotices, Interface, Notice, Tally
from hotpot.pot.messaging.switch.limits import Cap, caps
from hotpot.pot.messaging.switch.policy import PerNumber, checked, numbers_loaded
from hotpot.pot.messaging.wire import Refusal
from hotpot.pot.party.models import Party


@dataclass(frozen=True, slots=True)
class Used:
    """`of_company`: over all its interfaces."""

    of_company: bool
    by_month: bool
    used: int
    most: int


def usage(interface: Interface, *, now: datetime) -> Sequence[Used]:
    """Of the interface's and its company's quotas by day and month; rates are over too soon to tell."""
    with as_system():
        zone = ZoneInfo(Party.objects.values_list("time_zone", flat=True).get(id=interface.customer_id))
        limit = CustomerLimit.objects.filter(customer_id=interface.customer_id).first()
        own = list(caps(f"i{interface.pk}", "", checked(interface.policy), zone, now))
        company = list(caps(f"c{interface.customer_id}", "", limit, zone, now)) if limit else []
        keys = [cap.key for cap in [*own, *company]]
        counts = dict(Tally.objects.filter(key__in=keys).values_list("key", "used"))
    return [_used(cap, counts, False) for cap in own if cap.code is Refusal.QUOTA] + [
        _used(cap, counts, True) for cap in company if cap.code is Refusal.QUOTA
    ]


def number_limit(customer_id: int, *, now: datetime) -> PerNumber:
    """How many messages one number gets from the company today: by its own word or its operators'."""
    with as_system():
        zone = ZoneInfo(Party.objects.values_list("time_zone", flat=True).get(id=customer_id))
        return perform(numbers_loaded()).of(customer_id, now.astimezone(zone).date())


def _used(cap: Cap, counts: dict[str, int], of_company: bool) -> Used:
    by_month = cap.key.count("-") == 1
    return Used(of_company, by_month, counts.get(cap.key, 0), cap.most)


@dataclass(frozen=True, slots=True)
class Unfetched:
    """What an interface's other end was not told: what waits, and what waited too long."""

    waiting: int
    dropped: int
    dropped_since: datetime | None


def unfetched(interface_id: int) -> Unfetched:
    with as_system():
        waiting = Notice.objects.filter(interface_id=interface_id).count()
        held = DroppedNotices.objects.filter(interface_id=interface_id).first()
    return Unfetched(waiting, held.dropped if held else 0, held.since if held else None)
