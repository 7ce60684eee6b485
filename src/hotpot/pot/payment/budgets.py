"""What a month may cost: alerts at the soft limit, an end to use at the hard one, at once and until it is
lifted or the next month begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.party.queries import today
from hotpot.pot.payment.actions import require_money
from hotpot.pot.payment.models import Budget, BudgetAlert
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.spending import spent_by_app
from hotpot.pot.payment.telling import tell
from hotpot.pot.subscription import stops
from hotpot.pot.web.shown import name_of

# Whose limit was reached when: what stops use, and what starts it again.
SOFT, HARD = BudgetAlert.Level.SOFT, BudgetAlert.Level.HARD


@transaction.atomic
def set_budget(
    *,
    actor: Actor,
    sides: Sides,
    app_id: str | None,
    soft_minor: int | None,
    hard_minor: int | None,
    now: datetime,
) -> Budget | None:
    """By the customer for itself, or by its operator as a limit of credit. Neither limit given takes it away.

    It counts at once: a hard limit below what is spent stops use, a higher one starts it again.
    """
    require_money(actor, sides)
    for limit in (soft_minor, hard_minor):
        if limit is not None and limit < 0:
            raise Invalid(_("A limit can't be negative."))
    if soft_minor is not None and hard_minor is not None and soft_minor > hard_minor:
        raise Invalid(_("The limit that stops use lies above the one that tells."))
    setter = actor.party_id or sides.operator_id
    with as_system():
        which: dict[str, Any] = {
            "operator_id": sides.operator_id, "customer_id": sides.customer_id, "currency": sides.currency,
            "app_id": app_id, "set_by_party_id": setter,
        }  # fmt: skip
        told = {
            "app_id": app_id, "soft_minor": soft_minor, "hard_minor": hard_minor, "currency": sides.currency,
        }  # fmt: skip
        record(actor, Fact("payment.budget.set", f"party/{sides.customer_id}", sides.parties, told), now=now)
        if soft_minor is None and hard_minor is None:
            for gone in Budget.objects.filter(**which):
                stops.lift(actor=SYSTEM_ACTOR, cause=_cause(gone), now=now)
                gone.delete()
            return None
        made, new = Budget.objects.update_or_create(
            **which,
            defaults={
                "soft_minor": soft_minor, "hard_minor": hard_minor, "set_at": now,
                "set_by_id": actor.person_id,
            },
        )  # fmt: skip
        if not new:
            made.alerts.all().delete()
        watch(made, now=now)
    return made


def watch_customer(sides: Sides, *, now: datetime) -> None:
    """All budgets of a customer with an operator, after something was spent."""
    with transaction.atomic(), as_system():
        budgets = list(
            Budget.objects.filter(
                operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency
            ).select_related("customer", "app")
        )
        if budgets:
            spent = spent_by_app(sides, _month(budgets[0], now))
            for budget in budgets:
                _judge(budget, spent, now)


def watch(budget: Budget, *, now: datetime) -> None:
    sides = Sides(budget.operator_id, budget.customer_id, budget.currency)
    _judge(budget, spent_by_app(sides, _month(budget, now)), now)


def _judge(budget: Budget, spent: Mapping[str, int], now: datetime) -> None:
    month = _month(budget, now)
    amount = sum(spent.values()) if budget.app_id is None else spent.get(budget.app_id, 0)
    if budget.hard_minor is not None and amount >= budget.hard_minor:
        stops.stop(
            actor=SYSTEM_ACTOR, customer_id=budget.customer_id, operator_id=budget.operator_id,
            app_id=budget.app_id, cause=_cause(budget), now=now,
        )  # fmt: skip
        _alert(budget, month, HARD, amount, now)
    else:
        stops.lift(actor=SYSTEM_ACTOR, cause=_cause(budget), now=now)
        if budget.soft_minor is not None and amount >= budget.soft_minor:
            _alert(budget, month, SOFT, amount, now)


def _alert(budget: Budget, month: Month, level: str, amount: int, now: datetime) -> None:
    """Once a month and level."""
    sides = Sides(budget.operator_id, budget.customer_id, budget.currency)
    _row, new = BudgetAlert.objects.get_or_create(
        budget=budget, period=month.first_day, level=level, defaults={"spent_minor": amount, "at": now}
    )
    if not new:
        return

    def sentence() -> str:
        values = {
            "app": name_of(budget.app) if budget.app else _("All apps"),
            "month": month, "spent": sides.money(amount),
        }  # fmt: skip
        if level == HARD:
            return (
                _("%(app)s: %(spent)s were spent in %(month)s. The limit is reached and use is stopped.")
                % values
            )
        return _("%(app)s: %(spent)s were spent in %(month)s.") % values

    tell(budget.customer_id, sentence, key=f"budget:{budget.id}:{month}:{level}:{now.isoformat()}", now=now)
    told = {"app_id": budget.app_id, "level": str(level), "spent_minor": amount, "currency": budget.currency}
    subject = f"party/{budget.customer_id}"
    record(SYSTEM_ACTOR, Fact("payment.budget.reached", subject, sides.parties, told), now=now)


def _month(budget: Budget, now: datetime) -> Month:
    return Month.of(today(budget.customer, now))


def _cause(budget: Budget) -> str:
    return f"budget:{budget.id}"
