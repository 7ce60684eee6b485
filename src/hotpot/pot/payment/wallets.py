"""Money that customers leave with an operator: rules, alerts, and bills that it pays by itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.payment import owed
from hotpot.pot.payment.actions import pay, require_money
from hotpot.pot.payment.models import Payment, WalletRule
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.telling import tell


@transaction.atomic
def set_wallet_rule(
    *, actor: Actor, sides: Sides, low_minor: int | None, pays_bills: bool, now: datetime
) -> WalletRule:
    """Below `low_minor` its people are told, once until it is above again; `pays_bills` lets it pay what
    falls due."""
    require_money(actor, sides)
    if low_minor is not None and low_minor < 0:
        raise Invalid(_("A limit can't be negative."))
    owed.lock(sides)
    with as_system():
        made, _new = WalletRule.objects.update_or_create(
            operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
            defaults={"low_minor": low_minor, "pays_bills": pays_bills, "told_low_at": None},
        )  # fmt: skip
        told = {"low_minor": low_minor, "currency": sides.currency, "pays_bills": pays_bills}
        subject = f"party/{sides.customer_id}"
        record(actor, Fact("payment.wallet.ruled", subject, sides.parties, told), now=now)
        watch_wallet(actor, sides, now=now)
    return made


def watch_wallet(actor: Actor, sides: Sides, *, now: datetime) -> None:
    """Tells when it has become low, and forgets that it was when it isn't any more."""
    with as_system():
        rule = WalletRule.objects.filter(
            operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency
        ).first()
        if rule is None or rule.low_minor is None:
            return
        held = owed.in_wallet(sides)
        if held >= rule.low_minor:
            if rule.told_low_at is not None:
                rule.told_low_at = None
                rule.save(update_fields=["told_low_at"])
            return
        if rule.told_low_at is not None:
            return
        rule.told_low_at = now
        rule.save(update_fields=["told_low_at"])

        def sentence() -> str:
            return _("Your wallet holds %(held)s. Top it up so that bills are paid in time.") % {
                "held": sides.money(held)
            }

        tell(sides.customer_id, sentence, key=f"wallet:{rule.id}:{now.isoformat()}", now=now)
        told = {"held_minor": held, "currency": sides.currency}
        record(actor, Fact("payment.wallet.low", f"party/{sides.customer_id}", sides.parties, told), now=now)


def pay_due_bills(*, actor: Actor, rule: WalletRule, now: datetime) -> Payment | None:
    """A wallet that pays bills pays what is open, as far as it reaches; the job calls it daily."""
    sides = Sides(rule.operator_id, rule.customer_id, rule.currency)
    with transaction.atomic():
        owed.lock(sides)
        bills = owed.owed_bills(sides)
        amount = min(owed.in_wallet(sides), sum(bill.open_minor for bill in bills))
        if not rule.pays_bills or amount <= 0:
            return None
        newest = max(bill.pk for bill in bills)
        return pay(
            actor=actor, operator_id=sides.operator_id, customer_id=sides.customer_id,
            amount=sides.money(amount), by="wallet", now=now,
            key=f"wallet:{sides.operator_id}:{sides.customer_id}:{newest}:{now.isoformat()}",
        )  # fmt: skip
