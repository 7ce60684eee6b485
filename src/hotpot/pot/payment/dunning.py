"""When bills are due, and what follows where they aren't paid: reminders, suspension, resumption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import references
from hotpot.pot.billing.models import Bill
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.party.invoicing import details_in_force
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import require_right, today
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import owed, rules
from hotpot.pot.payment.models import Dunning, DunningSuspension, Policy
from hotpot.pot.payment.owed import Sides, sides_of
from hotpot.pot.payment.rules import Step
from hotpot.pot.payment.telling import tell
from hotpot.pot.subscription import actions as subscriptions
from hotpot.pot.subscription.models import Subscription
from hotpot.pot.subscription.queries import on_day


@transaction.atomic
def set_policy(
    *,
    actor: Actor,
    operator: Party,
    days_to_pay: int,
    steps: Sequence[Mapping[str, object]],
    now: datetime,
    customer: Party | None = None,
) -> Policy:
    """For all customers of the operator, or for one. Bills that are issued keep the day they are due."""
    require_right(actor, Right.MONEY, operator.id)
    if not 0 <= days_to_pay <= rules.AFTER_DAYS_MAX:
        raise Invalid(_("Give from 0 to %(days)s days to pay.") % {"days": rules.AFTER_DAYS_MAX})
    ordered = [{"after_days": one.after_days, "act": one.act} for one in rules.steps_of(steps)]
    with as_system():
        made = Policy.objects.create(
            operator=operator, customer=customer, days_to_pay=days_to_pay, steps=ordered,
            written_by_id=actor.person_id, written_at=now,
        )  # fmt: skip
    parties = [operator.id, customer.id if customer else None]
    told = {"days_to_pay": days_to_pay, "steps": len(ordered)}
    record(actor, Fact("payment.policy.set", f"operator/{operator.id}", parties, told), now=now)
    return made


def policy_of(operator_id: int, customer_id: int | None) -> Policy:
    """The newest for that customer, else for all; without any, 30 days and no steps (unsaved)."""
    with as_system():
        found = (
            Policy.objects.filter(operator_id=operator_id, customer_id=customer_id).order_by("-id").first()
            or Policy.objects.filter(operator_id=operator_id, customer_id=None).order_by("-id").first()
        )
    return found or Policy(operator_id=operator_id, days_to_pay=rules.DAYS_TO_PAY, steps=[])


# The day it is where each customer is, and the days to pay of its own newest policy or of the one for all.
DUE = """
WITH policies AS (
    SELECT DISTINCT ON (customer_id) customer_id, days_to_pay FROM payment_policy
     WHERE operator_id = %(operator)s ORDER BY customer_id, id DESC
)
SELECT customer.id, (%(now)s::timestamptz AT TIME ZONE customer.time_zone)::date
       + coalesce(own.days_to_pay, usual.days_to_pay, %(otherwise)s)
  FROM party_party AS customer
  LEFT JOIN policies AS own ON own.customer_id = customer.id
  LEFT JOIN policies AS usual ON usual.customer_id IS NULL
 WHERE customer.id = ANY (%(customers)s)
"""


def due_days(operator_id: int, customer_ids: Sequence[int], *, now: datetime) -> list[date]:
    """When bills that are issued now are due, one a customer id, in their order."""
    values: dict[str, Any] = {
        "operator": operator_id, "customers": list(customer_ids), "now": now, "otherwise": rules.DAYS_TO_PAY,
    }  # fmt: skip
    with as_system(), connection.cursor() as cursor:
        cursor.execute(DUE, values)
        days = dict(cursor.fetchall())
    return [days[customer] for customer in customer_ids]


def dun(bill_id: int, *, now: datetime) -> list[Dunning]:
    """Takes the steps that have come for a bill, each once; of several reminders the last one is sent."""
    with transaction.atomic(), as_system():
        bill = Bill.objects.select_related("customer", "operator").get(id=bill_id)
        sides = sides_of(bill)
        owed.lock(sides)
        open_minor = owed.open_minor(bill.id)
        if open_minor <= 0:
            return []
        day = today(bill.customer, now)
        steps = rules.steps_of(policy_of(bill.operator_id, bill.customer_id).steps)
        taken = [Step(one.after_days, one.act) for one in Dunning.objects.filter(bill=bill)]
        due = rules.steps_due(steps, taken, bill.due_on, day)
        return [_take(bill, sides, step, open_minor, now) for step in due]


def lift(actor: Actor, sides: Sides, *, now: datetime) -> int:
    """Resumes what dunning suspended once no bill that led to it is open; how many subscriptions."""
    waiting = DunningSuspension.objects.filter(
        lifted_at=None,
        dunning__bill__operator_id=sides.operator_id,
        dunning__bill__customer_id=sides.customer_id,
    ).select_related("suspension__subscription__customer")
    with as_system():
        found = list(waiting.order_by("id"))
        if not found or _suspended_for(sides):
            return 0
        for one in found:
            _resume(one, now)
        told = {"subscriptions": len(found)}
        subject = f"party/{sides.customer_id}"
        record(actor, Fact("payment.dunning.lifted", subject, sides.parties, told), now=now)
    return len(found)


# --- what the verbs are made of -------------------------------------------------------------------


def _suspended_for(sides: Sides) -> bool:
    """A bill that led to a suspension is still open."""
    bills = Bill.objects.filter(
        operator_id=sides.operator_id, customer_id=sides.customer_id, dunnings__act=Dunning.Act.SUSPEND
    )
    return owed.with_open(bills).filter(open_minor__gt=0).exists()


def _take(bill: Bill, sides: Sides, step: Step, open_minor: int, now: datetime) -> Dunning:
    def sentence() -> str:
        values = {
            "operator": bill.operator, "number": bill.number, "open": sides.money(open_minor),
            "day": bill.due_on.isoformat(),
            "reference": references.bill_reference(bill.operator_id, bill.number),
        }  # fmt: skip
        if step.act == rules.SUSPEND:
            words = _(
                "%(operator)s: bill %(number)s was due on %(day)s and %(open)s is open. Your apps are "
                "suspended until it is paid. Reference: %(reference)s"
            )
        elif step.after_days <= 0:
            words = _(
                "%(operator)s: bill %(number)s over %(open)s is due on %(day)s. Reference: %(reference)s"
            )
        else:
            words = _(
                "%(operator)s: bill %(number)s was due on %(day)s and %(open)s is open. Please pay it. "
                "Reference: %(reference)s"
            )
        return words % values

    with override(details_in_force(bill.customer, now).language):
        text = sentence()
    numbers = tell(bill.customer_id, sentence, key=f"dunning:{bill.id}:{step.act}:{step.after_days}", now=now)
    made = Dunning.objects.create(
        bill=bill, after_days=step.after_days, act=step.act, text=text, numbers=numbers, at=now
    )
    told = {"act": step.act, "after_days": step.after_days, "number": bill.number}
    record(SYSTEM_ACTOR, Fact("payment.dunned", f"bill/{bill.id}", sides.parties, told), now=now)
    if step.act == rules.SUSPEND:
        _suspend(made, bill, text, now)
    return made


def _suspend(dunning: Dunning, bill: Bill, reason: str, now: datetime) -> None:
    """All that runs for the customer with this operator; what is suspended already stays as it is."""
    day = today(bill.customer, now)
    running = Subscription.objects.filter(
        on_day(day), operator_id=bill.operator_id, customer_id=bill.customer_id
    ).exclude(ends_on=F("starts_on"))
    for subscription in running.order_by("id"):
        try:
            made = subscriptions.suspend(
                actor=SYSTEM_ACTOR, subscription_id=subscription.id, starts_on=day, reason=reason, now=now
            )
        except Conflict:
            continue
        DunningSuspension.objects.create(dunning=dunning, suspension=made)


def _resume(one: DunningSuspension, now: datetime) -> None:
    """Where somebody has resumed it already, or it has ended, there is nothing left to do."""
    subscription = one.suspension.subscription
    day = today(subscription.customer, now)
    if one.suspension.ends_on is None or one.suspension.ends_on > day:
        subscriptions.resume(actor=SYSTEM_ACTOR, subscription_id=subscription.id, resumes_on=day, now=now)
    one.lifted_at = now
    one.save(update_fields=["lifted_at"])
