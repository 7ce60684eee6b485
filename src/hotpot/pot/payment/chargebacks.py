"""Money that a provider takes back: its payer disputed the payment, or the bank returned the debit.

The bills that it cleared are open again. What of it went to the wallet is taken from there; where the wallet
has paid bills with it since, these are open again, too, the newest first. What was even paid out of the
wallet is the operator's loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.payment import owed
from hotpot.pot.payment.actions import ask_of, book, locked, require_money
from hotpot.pot.payment.models import Chargeback, Clearing, Payment
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.providers import provider
from hotpot.pot.payment.rules import Part, cleared_by
from hotpot.pot.payment.telling import tell
from hotpot.pot.payment.wallets import watch_wallet


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the money that is taken back comes from."""

    reopened: tuple[Part, ...]
    wallet_minor: int
    lost_minor: int

    @property
    def reopened_minor(self) -> int:
        return sum(part.amount_minor for part in self.reopened)


@transaction.atomic
def charge_back(*, actor: Actor, payment_id: int, reason: str, now: datetime) -> Chargeback:
    """By the operator's clerk, where a provider says so by letter and not by a callback. Told again, it
    answers the first one. Raises Conflict where nothing was received."""
    if not reason.strip():
        raise Invalid(_("Say why: the customer reads it, and so does the auditor."))
    with as_system():
        made = locked(payment_id)
        require_money(actor, _sides(made), of_operator=True)
        take_back(actor, made, reason.strip(), now=now)
        return Chargeback.objects.get(payment=made)


def take_back(actor: Actor, made: Payment, reason: str, *, now: datetime) -> bool:
    """Of a payment that the caller has locked, as the system; False where it was taken back already."""
    if Chargeback.objects.filter(payment=made).exists():
        return False
    way = provider(made.provider)
    if not way.takes_back:
        raise Invalid(_("Only what a provider collected can be taken back by it. Make a refund instead."))
    if made.state != Payment.State.RECEIVED:
        raise Conflict(_("This payment has not been received, so it can't be taken back."))
    sides = _sides(made)
    found = _found(made, sides)
    receivable = accounts.receivable(sides.operator_id, sides.customer_id, sides.currency)
    wallet = accounts.wallet(sides.operator_id, sides.customer_id, sides.currency)
    entry = book(
        f"chargeback:{made.id}",
        f"Payment {made.reference} taken back: {reason}",
        [
            (receivable, found.reopened_minor),
            (wallet, found.wallet_minor),
            (accounts.chargeback_loss(sides.operator_id, sides.currency), found.lost_minor),
            (way.account(ask_of(made)), -made.amount_minor),
        ],
        now,
    )
    kept = Chargeback.objects.create(
        payment=made, operator_id=sides.operator_id, customer_id=sides.customer_id, currency=sides.currency,
        reason=reason, wallet_minor=found.wallet_minor, lost_minor=found.lost_minor, entry_id=entry,
        written_by_id=actor.person_id, at=now,
    )  # fmt: skip
    owed.clear(
        (
            Clearing(bill_id=part.bill, amount_minor=-part.amount_minor, chargeback=kept)
            for part in found.reopened
        ),
        now=now,
    )
    _tell(actor, made, kept, now)
    watch_wallet(actor, sides, now=now)
    return True


def _found(made: Payment, sides: Sides) -> _Found:
    cleared = [
        Part(bill, minor) for bill, minor in made.clearings.order_by("id").values_list("bill", "amount_minor")
    ]
    rest = made.amount_minor - sum(part.amount_minor for part in cleared)
    wallet = min(rest, owed.in_wallet(sides))
    spent, lost = cleared_by(rest - wallet, _paid_from_wallet(sides))
    return _Found(tuple(_merged([*cleared, *spent])), wallet, lost)


def _paid_from_wallet(sides: Sides) -> Iterator[tuple[int, int]]:
    """What the wallet has paid of each bill and what of it wasn't opened again, the newest first. Payments
    that were taken back, and what opened their bills, sum to zero."""
    rows = (
        Clearing.objects.filter(
            Q(payment__provider="wallet")
            | Q(payment__chargeback__isnull=False)
            | Q(chargeback__isnull=False),
            bill__operator_id=sides.operator_id,
            bill__customer_id=sides.customer_id,
            bill__currency=sides.currency,
        )
        .values_list("bill")
        .annotate(left=Sum("amount_minor"), newest=Max("id"))
        .filter(left__gt=0)
        .order_by("-newest")
    )
    for bill, left, _newest in rows:
        yield bill, left


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    """One a bill."""
    sums: dict[int, int] = {}
    for part in parts:
        sums[part.bill] = sums.get(part.bill, 0) + part.amount_minor
    yield from (Part(bill, minor) for bill, minor in sums.items())


def _sides(made: Payment) -> Sides:
    return Sides(made.operator_id, made.customer_id, made.currency)


def _tell(actor: Actor, made: Payment, kept: Chargeback, now: datetime) -> None:
    sides = _sides(made)

    def sentence() -> str:
        return _("Your payment %(reference)s of %(amount)s was taken back. What it paid is open again.") % {
            "reference": made.reference, "amount": sides.money(made.amount_minor),
        }  # fmt: skip

    tell(sides.customer_id, sentence, key=f"chargeback:{made.id}", now=now)
    told = {
        "amount_minor": made.amount_minor, "currency": sides.currency, "provider": made.provider,
        "reason": kept.reason, "from_wallet_minor": kept.wallet_minor, "lost_minor": kept.lost_minor,
    }  # fmt: skip
    record(actor, Fact("payment.charged_back", f"payment/{made.id}", sides.parties, told), now=now)
