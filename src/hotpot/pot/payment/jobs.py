"""What happens by itself: providers are asked; at night credit is used, wallets pay, dunning runs."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from hotpot.kernel.errors import Refused
from hotpot.pot.billing.models import Bill
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.payment import actions, credits, dunning, owed, wallets
from hotpot.pot.payment.models import Payment, WalletRule
from hotpot.pot.payment.owed import sides_of

ASK_AGAIN_AFTER = timedelta(minutes=10)


@app.task(name="payment.start", queue="payments", retry=5)
def start_payment(payment_id: int) -> None:
    """Asks the provider, after the payment itself was committed."""
    actions.start(payment_id, now=settings.HOTPOT_CLOCK.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="payment.ask_again", queue="payments", queueing_lock="payment.ask_again")
def ask_again(timestamp: int) -> None:
    """Payments that wait for a callback that may have been lost."""
    now = settings.HOTPOT_CLOCK.now()
    waiting = Payment.objects.filter(state=Payment.State.PENDING, made_at__lte=now - ASK_AGAIN_AFTER).exclude(
        provider="offline"
    )
    for payment_id in waiting.values_list("id", flat=True).order_by("id"):
        actions.start(payment_id, now=now)


@app.periodic(cron="0 4 * * *")
@app.task(name="payment.night", queue="night", queueing_lock="payment.night")
def night(timestamp: int) -> None:
    """Running it twice does nothing twice."""
    settle_and_dun()


def settle_and_dun() -> None:
    """First what the customer has already given: credit notes, then the wallet; then steps for what is left.

    One customer's trouble doesn't keep the others waiting: each is a transaction of its own.
    """
    now = settings.HOTPOT_CLOCK.now()
    waiting = owed.with_open(Bill.objects.all()).filter(open_minor__lt=0)
    for sides in sorted({sides_of(note) for note in waiting}, key=str):
        with transaction.atomic():
            owed.lock(sides)
            credits.use_credits(SYSTEM_ACTOR, sides, now=now)
    for rule in WalletRule.objects.filter(pays_bills=True).order_by("id"):
        try:
            wallets.pay_due_bills(actor=SYSTEM_ACTOR, rule=rule, now=now)
        except Refused:
            continue
    unpaid = owed.with_open(Bill.objects.all()).filter(open_minor__gt=0).order_by("due_on", "id")
    for bill_id in unpaid.values_list("id", flat=True):
        dunning.dun(bill_id, now=now)
