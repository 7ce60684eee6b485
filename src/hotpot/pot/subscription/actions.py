"""Order, change and end what a company uses; give seats to phone numbers.

Each verb locks its subscription, so that two of them never meet, and leaves seats, entitlements and the
record in step. Days are the customer's. Locking needs the right to change the row: what belongs to others
is not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.queries import price_in_force
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.queries import is_certified, require_right, today
from hotpot.pot.party.rules import Right
from hotpot.pot.subscription import seats
from hotpot.pot.subscription.entitlements import follow
from hotpot.pot.subscription.models import Order, Seat, SeatImport, Subscription, Suspension
from hotpot.pot.subscription.queries import numbers_of_department, on_day, parties_of
from hotpot.pot.subscription.wire import Assigned, decode, lines_of
from hotpot.pot.web.shown import name_of

IMPORT_BYTES_MAX = 64 * 1024 * 1024


@transaction.atomic
def place_order(
    *,
    actor: Actor,
    customer_id: int,
    offer_id: int,
    starts_on: date,
    key: str,
    now: datetime,
    integrator_id: int | None = None,
) -> Subscription:
    """A company subscribes, by itself or through its integrator. The same key again gives the first one."""
    _require_one_of(actor, [customer_id, integrator_id])
    _one_at_a_time(customer_id)
    if (placed := _placed(key)) is not None:
        return _same_order(placed, customer_id, offer_id, starts_on)
    customer = Party.objects.filter(id=customer_id, kind=Party.Kind.CUSTOMER).first()
    offer = Offer.objects.select_related("app", "operator").filter(id=offer_id).first()
    if customer is None or offer is None:
        raise NotFound(_("There is no such company or offer."))
    _check_day(starts_on, customer, now)
    _check_offer(offer, starts_on)
    _check_engagement(customer, offer, integrator_id, starts_on)
    clash = _of_app(customer_id, offer.app_id).filter(Q(ends_on=None) | Q(ends_on__gt=starts_on)).first()
    if clash is not None:
        raise Conflict(
            _("%(customer)s subscribes to %(app)s on that day already. End that first, or change its offer.")
            % {"customer": customer, "app": name_of(offer.app)}
        )
    subscription = _subscribe(actor, customer, offer, integrator_id, starts_on, key, now)
    _tell(actor, "subscription.ordered", subscription, now, {"starts_on": starts_on.isoformat()})
    return subscription


@transaction.atomic
def assign_seats(
    *,
    actor: Actor,
    subscription_id: int,
    starts_on: date,
    now: datetime,
    numbers: Iterable[str] = (),
    member_ids: Iterable[int] = (),
) -> Assigned:
    """From that day on, each number has a seat. An end that lies ahead is taken back."""
    subscription = locked(actor, subscription_id)
    _check_day(starts_on, subscription.customer, now)
    require_runs(subscription, starts_on)
    wanted = seats.e164(numbers) | seats.numbers_of_members(subscription.customer_id, member_ids)
    return seats.give(actor, subscription, sorted(wanted), max(starts_on, subscription.starts_on), now)


def assign_department(
    *, actor: Actor, subscription_id: int, department_id: int, starts_on: date, now: datetime
) -> Assigned:
    """A seat for each who works in a department, or one below it, on that day."""
    with transaction.atomic():
        subscription = locked(actor, subscription_id)
        with as_system():
            numbers = numbers_of_department(subscription.customer_id, department_id, starts_on)
        if not numbers:
            raise Invalid(_("Nobody works in that department on that day."))
        return assign_seats(
            actor=actor, subscription_id=subscription_id, numbers=numbers, starts_on=starts_on, now=now
        )


@transaction.atomic
def end_seats(
    *,
    actor: Actor,
    subscription_id: int,
    ends_on: date,
    now: datetime,
    numbers: Iterable[str] = (),
    seat_ids: Iterable[int] = (),
) -> int:
    """These numbers have no seat from that day on. Gives how many seats that changed."""
    subscription = locked(actor, subscription_id)
    _check_day(ends_on, subscription.customer, now)
    chosen = Q(number__in=seats.e164(numbers)) | Q(id__in=list(seat_ids))
    return len(seats.end(actor, subscription, subscription.seats.filter(chosen), ends_on, now))


@transaction.atomic
def suspend(
    *,
    actor: Actor,
    subscription_id: int,
    starts_on: date,
    reason: str,
    now: datetime,
    ends_on: date | None = None,
) -> Suspension:
    """No use and no fee from that day on; until `ends_on` where it is known already."""
    subscription = locked(actor, subscription_id)
    _check_day(starts_on, subscription.customer, now)
    require_runs(subscription, starts_on)
    if ends_on is not None and ends_on <= starts_on:
        raise Invalid(_("A suspension must end after it begins."))
    if not reason.strip():
        raise Invalid(_("Say why it is suspended: the customer reads it."))
    clash = subscription.suspensions.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on))
    clash = clash.exclude(ends_on=F("starts_on"))
    if ends_on is not None:
        clash = clash.filter(starts_on__lt=ends_on)
    if (other := clash.first()) is not None:
        raise Conflict(
            _("It is suspended from %(day)s on already. Resume that first.")
            % {"day": other.starts_on.isoformat()}
        )
    suspension = Suspension.objects.create(
        subscription=subscription,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        suspended_by_id=actor.person_id,
        suspended_at=now,
    )
    follow(subscription)
    told = {"starts_on": starts_on.isoformat(), "ends_on": _iso(ends_on), "reason": suspension.reason}
    _tell(actor, "subscription.suspended", subscription, now, told)
    return suspension


@transaction.atomic
def resume(*, actor: Actor, subscription_id: int, resumes_on: date, now: datetime) -> None:
    """It may be used again from that day on; suspensions that were to begin later don't."""
    subscription = locked(actor, subscription_id)
    _check_day(resumes_on, subscription.customer, now)
    ahead = subscription.suspensions.filter(Q(ends_on=None) | Q(ends_on__gt=resumes_on))
    changed = ahead.filter(starts_on__lt=resumes_on).update(ends_on=resumes_on)
    changed += (
        ahead.filter(starts_on__gte=resumes_on).exclude(ends_on=F("starts_on")).update(ends_on=F("starts_on"))
    )
    if not changed:
        raise Conflict(_("It is not suspended from that day on."))
    follow(subscription)
    _tell(actor, "subscription.resumed", subscription, now, {"resumes_on": resumes_on.isoformat()})


@transaction.atomic
def change_offer(
    *, actor: Actor, subscription_id: int, offer_id: int, starts_on: date, key: str, now: datetime
) -> Subscription:
    """Another offer of the same app from that day on: a new subscription takes over seats and suspensions.

    Gives the new one; the same key again answers the first result.
    """
    old = locked(actor, subscription_id)
    if (placed := _placed(key)) is not None:
        return _same_order(placed, old.customer_id, offer_id, starts_on)
    offer = Offer.objects.select_related("app", "operator").filter(id=offer_id).first()
    if offer is None or offer.app_id != old.app_id:
        raise NotFound(_("There is no such offer of this app."))
    if offer.id == old.offer_id:
        raise Conflict(_("It runs on that offer already. Choose another."))
    _check_day(starts_on, old.customer, now)
    require_runs(old, starts_on)
    _check_offer(offer, starts_on)
    _check_engagement(old.customer, offer, old.integrator_id, starts_on)
    if _of_app(old.customer_id, old.app_id).exclude(id=old.id).filter(starts_on__gt=old.starts_on).exists():
        raise Conflict(_("Another subscription follows this one already. Change that."))
    starts_on = max(starts_on, old.starts_on)
    ended_on, old.ends_on = old.ends_on, starts_on
    old.save(update_fields=["ends_on"])
    new = _subscribe(actor, old.customer, offer, old.integrator_id, starts_on, key, now)
    if ended_on is not None:
        new.ends_on = ended_on
        new.save(update_fields=["ends_on"])
    _take_over(old, new, starts_on)
    follow(old)
    follow(new)
    told = {"offer_id": offer.id, "follows": old.id, "starts_on": starts_on.isoformat()}
    _tell(actor, "subscription.changed", new, now, told)
    return new


@transaction.atomic
def cancel(*, actor: Actor, subscription_id: int, ends_on: date, now: datetime) -> Subscription:
    """It ends on that day, and its seats with it. A second call may only bring the end nearer."""
    subscription = locked(actor, subscription_id)
    _check_day(ends_on, subscription.customer, now)
    ends_on = max(ends_on, subscription.starts_on)
    if subscription.ends_on is not None and subscription.ends_on <= ends_on:
        return subscription
    subscription.ends_on = ends_on
    subscription.save(update_fields=["ends_on"])
    ended = seats.end(actor, subscription, subscription.seats.all(), ends_on, now)
    follow(subscription)
    told = {"ends_on": ends_on.isoformat(), "seats": len(ended)}
    _tell(actor, "subscription.cancelled", subscription, now, told)
    return subscription


@transaction.atomic
def start_import(
    *, actor: Actor, subscription_id: int, content: bytes, starts_on: date, now: datetime
) -> SeatImport:
    """Takes a CSV (number, name, department) and has it worked through; its row tells how far it is.

    A short file is done when this returns, a long one by the worker.
    """
    # Here, because jobs need the verbs.
    from hotpot.pot.subscription.jobs import LINES_AT_ONCE, take_lines, work_through

    if len(content) > IMPORT_BYTES_MAX:
        raise Invalid(_("The file is larger than 64 MB. Split it."))
    subscription = locked(actor, subscription_id)
    _check_day(starts_on, subscription.customer, now)
    require_runs(subscription, starts_on)
    text = decode(content)
    lines = sum(1 for _line in lines_of(text))
    if not lines:
        raise Invalid(_("The file has no line with a number."))
    seat_import = SeatImport.objects.create(
        subscription=subscription,
        customer=subscription.customer,
        starts_on=starts_on,
        content=text,
        started_by_id=actor.person_id,
        started_at=now,
        lines=lines,
    )
    if lines <= LINES_AT_ONCE:
        take_lines(seat_import, actor, now)
    else:
        work_through.defer(
            import_id=seat_import.id, person_id=actor.person_id, party_id=actor.party_id, way=actor.way
        )
    return seat_import


@transaction.atomic
def follow_manifest(app_id: str) -> None:
    """After an app's functions changed: seats entitle to the new ones."""
    with as_system():
        for subscription in (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("customer", "app")
            .filter(app_id=app_id)
            .order_by("id")
        ):
            follow(subscription)


# --- what the verbs are made of -------------------------------------------------------------------


def _take_over(old: Subscription, new: Subscription, day: date) -> None:
    """What goes on after that day goes on in the new subscription."""
    with as_system():
        Suspension.objects.bulk_create(_moved(old.suspensions, new, day))
        Seat.objects.bulk_create(_moved(old.seats, new, day))


def _moved(rows: Any, new: Subscription, day: date) -> list[Any]:
    """Ends the old one's rows on that day; gives those that take their place."""
    moved = list(rows.filter(Q(ends_on=None) | Q(ends_on__gt=day)).exclude(ends_on=F("starts_on")))
    ids = [row.id for row in moved]
    rows.filter(id__in=ids, starts_on__gte=day).update(ends_on=F("starts_on"))
    rows.filter(id__in=ids, starts_on__lt=day).update(ends_on=day)
    for row in moved:
        row.pk, row.subscription, row.starts_on = None, new, max(row.starts_on, day)
    return moved


def _subscribe(
    actor: Actor,
    customer: Party,
    offer: Offer,
    integrator_id: int | None,
    starts_on: date,
    key: str,
    now: datetime,
) -> Subscription:
    order = Order.objects.create(
        customer=customer,
        offer=offer,
        placed_by_party_id=actor.party_id or integrator_id or customer.id,
        placed_by_id=actor.person_id,
        placed_at=now,
        starts_on=starts_on,
        key=key,
    )
    return Subscription.objects.create(
        order=order,
        app=offer.app,
        offer=offer,
        customer=customer,
        operator=offer.operator,
        integrator_id=integrator_id,
        developer_id=offer.app.developer_id,
        starts_on=starts_on,
    )


def locked(actor: Actor, subscription_id: int) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("customer", "app")
    if (subscription := rows.filter(id=subscription_id).first()) is None:
        raise NotFound(_("There is no such subscription among yours."))
    _require_one_of(actor, parties_of(subscription)[:3])
    return subscription


def _require_one_of(actor: Actor, party_ids: Sequence[int | None]) -> None:
    """A person acts in the name of one of them, and runs its daily business."""
    if actor.person_id is None:
        return
    if actor.party_id is None or actor.party_id not in party_ids:
        raise Forbidden(_("Act in the name of the company, its integrator or its operator."))
    require_right(actor, Right.RUN, actor.party_id)


def _one_at_a_time(customer_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('subscription.order'), %s::int)", [customer_id])


def _placed(key: str) -> Subscription | None:
    if not key:
        raise Invalid(_("An order needs a key, so that a retry is not a second order."))
    with as_system():
        return Subscription.objects.select_related("order", "customer", "app").filter(order__key=key).first()


def _same_order(placed: Subscription, customer_id: int, offer_id: int, starts_on: date) -> Subscription:
    order = placed.order
    if (order.customer_id, order.offer_id) != (customer_id, offer_id):
        raise Conflict(_("Another order has that key. Choose a new key for a new order."))
    return placed


def _of_app(customer_id: int, app_id: str) -> Any:
    running = Subscription.objects.filter(customer_id=customer_id, app_id=app_id)
    return running.exclude(ends_on=F("starts_on"))


def _check_day(day: date, customer: Party, now: datetime) -> None:
    if day < today(customer, now):
        raise Invalid(_("Choose today or a later day: days gone by stay as they were."))


def require_runs(subscription: Subscription, day: date) -> None:
    if subscription.ends_on is not None and subscription.ends_on <= day:
        raise Conflict(
            _("The subscription ends on %(day)s. Order again first.")
            % {"day": subscription.ends_on.isoformat()}
        )


def _check_offer(offer: Offer, day: date) -> None:
    if offer.withdrawn_on is not None and offer.withdrawn_on <= day:
        raise Conflict(_("That offer takes no new orders any more. Choose another."))
    if price_in_force(offer, day) is None:
        raise Conflict(_("That offer has no price on that day yet. Choose a later day."))


def _check_engagement(customer: Party, offer: Offer, integrator_id: int | None, day: date) -> None:
    served = Engagement.objects.filter(
        on_day(day), customer=customer, operator=offer.operator, integrator_id=integrator_id
    )
    if not served.exists():
        raise Forbidden(
            _("%(operator)s does not serve %(customer)s that way. An engagement between them comes first.")
            % {"operator": offer.operator, "customer": customer}
        )
    if integrator_id is not None and not is_certified(offer.operator_id, integrator_id):
        raise Forbidden(
            _("%(operator)s has not certified this integrator. It may order once it is.")
            % {"operator": offer.operator}
        )


def _tell(
    actor: Actor, type: str, subscription: Subscription, now: datetime, data: Mapping[str, Any]
) -> None:
    told = {"app_id": subscription.app_id, "customer_id": subscription.customer_id, **data}
    fact = Fact(type, f"subscription/{subscription.id}", parties_of(subscription), told)
    record(actor, fact, now=now)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
