"""Money that a provider takes back: its payer disputed the payment, or the bank returned the debit.

All of a payment, or a part of it, several times, up to what it brought. First goes what of it still is in
the wallet. Then the bills that it cleared are open again, the last first; then those that the wallet has paid
with it since, the newest first. What was even paid out of the wallet is the operator's loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce
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
    """Where the money that is taken back comes from. `spent` are bills that the wallet had paid."""

    cleared: tuple[Part, ...]
    spent: tuple[Part, ...]
    wallet_minor: int
    lost_minor: int

    @property
    def reopened_minor(self) -> int:
        return sum(part.amount_minor for part in (*self.cleared, *self.spent))


@transaction.atomic
def charge_back(
    *, actor: Actor, payment_id: int, reason: str, key: str, now: datetime, amount_minor: int | None = None
) -> Chargeback:
    """By the operator's clerk, where a provider says so by letter and not by a callback; without an amount
    all that is left. The same key again answers the first one. Raises Conflict where nothing was received,
    where nothing is left, and for a key of another one; Invalid for more than is left."""
    if not reason.strip():
        raise Invalid(_("Say why: the customer reads it, and so does the auditor."))
    if not key:
        raise Invalid(_("A chargeback needs a key, so that a retry is not a second one."))
    with as_system():
        made = locked(payment_id)
        require_money(actor, _sides(made), of_operator=True)
        if (known := Chargeback.objects.filter(key=key).first()) is not None:
            if known.payment_id != made.id or amount_minor not in (None, known.amount_minor):
                raise Conflict(_("Another chargeback has that key. Open the payment again."))
            return known
        kept = take_back(actor, made, reason.strip(), key=key, amount_minor=amount_minor, now=now)
    if kept is None:
        raise Conflict(_("Nothing is left of this payment: it was taken back wholly."))
    return kept


def take_back(
    actor: Actor, made: Payment, reason: str, *, key: str, amount_minor: int | None, now: datetime
) -> Chargeback | None:
    """Of a payment that the caller has locked, as the system; without an amount all that is left. None where
    all was taken back already."""
    way = provider(made.provider)
    if not way.takes_back:
        raise Invalid(_("Only what a provider collected can be taken back by it. Make a refund instead."))
    if made.state != Payment.State.RECEIVED:
        raise Conflict(_("This payment has not been received, so it can't be taken back."))
    before = made.chargebacks.aggregate(sum=Coalesce(Sum("amount_minor"), 0), count=Count("id"))
    left = made.amount_minor - before["sum"]
    if left == 0 and amount_minor is None:
        return None
    sides, amount = _sides(made), left if amount_minor is None else amount_minor
    if not 0 < amount <= left:
        sentence = _("%(left)s is left of this payment. Take back some of that, at most all.")
        raise Invalid(sentence % {"left": sides.money(left)})
    found = _found(made, sides, amount)
    name = f"chargeback:{made.id}:{before['count'] + 1}"
    kept = Chargeback.objects.create(
        key=key, payment=made, operator_id=sides.operator_id, customer_id=sides.customer_id,
        currency=sides.currency, amount_minor=amount, reason=reason, wallet_minor=found.wallet_minor,
        lost_minor=found.lost_minor, entry_id=_book(name, made, reason, found, amount, now),
        written_by_id=actor.person_id, at=now,
    )  # fmt: skip
    owed.clear(_reopened(kept, found), now=now)
    _tell(actor, made, kept, name, now)
    watch_wallet(actor, sides, now=now)
    return kept


def _book(name: str, made: Payment, reason: str, found: _Found, amount: int, now: datetime) -> int:
    sides = _sides(made)
    return book(
        name,
        f"Payment {made.reference} taken back: {reason}",
        [
            (
                accounts.receivable(sides.operator_id, sides.customer_id, sides.currency),
                found.reopened_minor,
            ),
            (accounts.wallet(sides.operator_id, sides.customer_id, sides.currency), found.wallet_minor),
            (accounts.chargeback_loss(sides.operator_id, sides.currency), found.lost_minor),
            (provider(made.provider).account(ask_of(made)), -amount),
        ],
        now,
    )


def _reopened(kept: Chargeback, found: _Found) -> Iterator[Clearing]:
    """One a bill."""
    spent = {part.bill: part.amount_minor for part in found.spent}
    cleared = {part.bill: part.amount_minor for part in found.cleared}
    for bill in cleared | spent:
        from_wallet = spent.get(bill, 0)
        yield Clearing(
            bill_id=bill, amount_minor=-cleared.get(bill, 0) - from_wallet, chargeback=kept,
            from_wallet_minor=from_wallet,
        )  # fmt: skip


def _found(made: Payment, sides: Sides, amount: int) -> _Found:
    """Of what the payment cleared and of what went to the wallet, only what wasn't taken back before."""
    back = Clearing.objects.filter(chargeback__payment=made)
    opened = {
        bill: -minor - wallet
        for bill, minor, wallet in back.values_list("bill").annotate(
            minor=Sum("amount_minor"), wallet=Sum("from_wallet_minor")
        )
    }
    paid = list(made.clearings.order_by("-id").values_list("bill", "amount_minor"))
    to_bills = sum(minor for _bill, minor in paid)
    before = made.chargebacks.aggregate(sum=Coalesce(Sum("amount_minor"), 0))["sum"]
    to_wallet_left = made.amount_minor - to_bills - (before - sum(opened.values()))
    wallet = min(amount, to_wallet_left, owed.in_wallet(sides))
    of_bills = [(bill, minor - opened.get(bill, 0)) for bill, minor in paid]
    cleared, rest = cleared_by(amount - wallet, of_bills)
    spent, lost = cleared_by(rest, _paid_from_wallet(sides))
    return _Found(tuple(cleared), tuple(spent), wallet, lost)


def _paid_from_wallet(sides: Sides) -> Iterator[tuple[int, int]]:
    """What the wallet has paid of each bill and what of it wasn't opened again, the newest first."""
    rows = (
        Clearing.objects.filter(
            Q(payment__provider="wallet") | Q(from_wallet_minor__gt=0),
            bill__operator_id=sides.operator_id,
            bill__customer_id=sides.customer_id,
            bill__currency=sides.currency,
        )
        .values_list("bill")
        .annotate(
            left=Coalesce(Sum("amount_minor", filter=Q(payment__isnull=False)), 0) - Sum("from_wallet_minor"),
            newest=Max("id"),
        )
        .filter(left__gt=0)
        .order_by("-newest")
    )
    for bill, left, _newest in rows:
        yield bill, left


def _sides(made: Payment) -> Sides:
    return Sides(made.operator_id, made.customer_id, made.currency)


def _tell(actor: Actor, made: Payment, kept: Chargeback, name: str, now: datetime) -> None:
    sides = _sides(made)

    def sentence() -> str:
        words = {"reference": made.reference, "amount": sides.money(kept.amount_minor)}
        if kept.amount_minor == made.amount_minor:
            return (
                _("Your payment %(reference)s of %(amount)s was taken back. What it paid is open again.")
                % words
            )
        return (
            _("%(amount)s of your payment %(reference)s was taken back. What that paid is open again.")
            % words
        )

    tell(sides.customer_id, sentence, key=name, now=now)
    told = {
        "amount_minor": kept.amount_minor, "currency": sides.currency, "provider": made.provider,
        "reason": kept.reason, "from_wallet_minor": kept.wallet_minor, "lost_minor": kept.lost_minor,
    }  # fmt: skip
    record(actor, Fact("payment.charged_back", f"payment/{made.id}", sides.parties, told), now=now)
