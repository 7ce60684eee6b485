"""What charges follow from, read for the rules: subscriptions with prices, seats and usage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import Price
from hotpot.pot.catalog.pricing import Item
from hotpot.pot.catalog.queries import item_of
from hotpot.pot.metering.models import Meter
from hotpot.pot.metering.usage import Window, usage_batches
from hotpot.pot.rating.rules import Charged, Held, Other, Use, Version, owner
from hotpot.pot.rating.rules import Seat as HeldSeat
from hotpot.pot.rating.rules_sums import charges
from hotpot.pot.rating.running import EPOCH, Tenant
from hotpot.pot.subscription.models import Redemption, Seat, Subscription, Suspension


@dataclass(frozen=True, slots=True)
class Explained:
    """One subscription's month as it should be charged, with the steps of each row."""

    held: Held
    month: Month
    items: dict[int, Item]
    rows: tuple[Charged, ...]


def explain(subscription: Subscription, month: Month) -> Explained:
    """Reckons the month anew. The caller has made sure that the reader may see the subscription."""
    (tenant,) = tenants(Subscription.objects.filter(id=subscription.id))
    with as_system():
        held = replace(tenant.held, uses=tuple(_uses(tenant, month)))
    items = {id: item for version in held.versions for id, item in version.items.items()}
    return Explained(held, month, items, tuple(charges(held, month)))


def tenants(subscriptions: QuerySet[Subscription]) -> list[Tenant]:
    """These subscriptions with all that their charges follow from, but usage."""
    with as_system():
        found = list(subscriptions.select_related("customer").order_by("id"))
        ids = [one.id for one in found]
        versions = _versions({one.offer_id for one in found})
        seats, suspensions = _seats(Seat.objects.filter(subscription_id__in=ids)), defaultdict(list)
        for pause in Suspension.objects.filter(subscription_id__in=ids):
            suspensions[pause.subscription_id].append((pause.starts_on, pause.ends_on))
        others = _others({one.customer_id for one in found})
        redeemed = _redeemed(ids)
        meters = _meters({one.app_id for one in found})
    return [
        Tenant(
            Held(
                id=one.id, zone=ZoneInfo(one.customer.time_zone), starts=one.starts_on, ends=one.ends_on,
                versions=versions[one.offer_id], seats=seats[one.id],
                suspensions=tuple(suspensions[one.id]),
                others=others[one.customer_id, one.operator_id], meters=meters[one.app_id],
                redeemed=redeemed[one.id],
            ),
            one.app_id,
            one.customer_id,
        )
        for one in found
    ]  # fmt: skip


def usage(apps: Collection[str], months: Sequence[Month]) -> pa.Table:
    """All events of these apps about these months, a day more at both ends for all time zones."""
    window = Window(
        _us(min(month.first_day for month in months) - timedelta(days=2)),
        _us(max(month.last_day for month in months) + timedelta(days=3)),
    )
    wanted = pa.array(sorted(apps), pa.string())
    batches = [
        batch.filter(pc.is_in(batch["app"].cast(pa.string()), wanted)) for batch in usage_batches(window)
    ]
    if not batches:
        return pa.table({name: pa.array([], type) for name, type in EMPTY.items()})
    return pa.Table.from_batches(batches)


EMPTY = {
    "event": pa.int64(), "subject": pa.string(), "app": pa.string(), "meter": pa.string(),
    "time_us": pa.int64(), "quantity": pa.int64(),
}  # fmt: skip


def _uses(tenant: Tenant, month: Month) -> Iterable[Use]:
    """The events of one subscription; seats of the same numbers elsewhere may have them instead."""
    if not any(item.meter for version in tenant.held.versions for item in version.items.values()):
        return
    numbers = {seat.number for seat in tenant.held.seats}
    rivals = Subscription.objects.filter(app_id=tenant.app, seats__number__in=numbers)
    everyone = [
        (tenant.app, one.held)
        for one in tenants(rivals.exclude(id=tenant.held.id).distinct())
    ]  # fmt: skip
    subjects = pa.array([*sorted(numbers), f"subscription:{tenant.held.id}"], pa.string())
    events = usage([tenant.app], [month])
    for row in events.filter(pc.is_in(events["subject"], subjects)).to_pylist():
        at = EPOCH + timedelta(microseconds=row["time_us"])
        use = Use(row["event"], row["subject"], row["meter"], at, row["quantity"])
        found = owner(use, tenant.app, [(tenant.app, tenant.held), *everyone])
        if found is not None and found[0].id == tenant.held.id:
            yield use


def _versions(offers: Collection[int]) -> dict[int, tuple[Version, ...]]:
    prices = Price.objects.filter(offer_id__in=offers).prefetch_related("items").order_by("starts_on")
    found: dict[int, tuple[Version, ...]] = defaultdict(tuple)
    for price in prices:
        items = {row.pk: item_of(row) for row in price.items.all()}
        found[price.offer_id] += (Version(price.starts_on, price.currency, items),)
    return found


def _seats(rows: QuerySet[Seat]) -> dict[int, tuple[HeldSeat, ...]]:
    found: dict[int, list[HeldSeat]] = defaultdict(list)
    for id, subscription, number, starts, ends, assigned in rows.order_by("id").values_list(
        "id", "subscription_id", "number", "starts_on", "ends_on", "assigned_at"
    ):
        found[subscription].append(HeldSeat(id, number, starts, ends, assigned))
    return defaultdict(tuple, {subscription: tuple(seats) for subscription, seats in found.items()})


def _others(customers: Collection[int]) -> dict[tuple[int, int], tuple[Other, ...]]:
    found: dict[tuple[int, int], tuple[Other, ...]] = defaultdict(tuple)
    for customer, operator, app, starts, ends in Subscription.objects.filter(
        customer_id__in=customers
    ).values_list("customer_id", "operator_id", "app_id", "starts_on", "ends_on"):
        found[customer, operator] += (Other(app, starts, ends),)
    return found


def _redeemed(ids: Collection[int]) -> dict[int, dict[str, date]]:
    found: dict[int, dict[str, date]] = defaultdict(dict)
    rows = Redemption.objects.filter(subscription_id__in=ids)
    for subscription, code, day in rows.values_list("subscription_id", "code", "starts_on"):
        found[subscription][code] = day
    return found


def _meters(apps: Collection[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for app, code, aggregation in Meter.objects.filter(app_id__in=apps).values_list(
        "app_id", "code", "aggregation"
    ):
        found[app][code] = aggregation
    return found


def _us(day: date) -> int:
    return (datetime(day.year, day.month, day.day, tzinfo=EPOCH.tzinfo) - EPOCH) // timedelta(microseconds=1)
