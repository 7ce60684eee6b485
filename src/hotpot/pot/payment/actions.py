"""A customer pays: asked for, received or declined, booked, and divided among its bills.

Each verb is one transaction; its key, the provider's event or the bank's line makes a retry harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.money import Money
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts, references
from hotpot.pot.billing.models import Bill
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.ledger.rules import Entry, Posting
from hotpot.pot.party.models import Engagement
from hotpot.pot.party.queries import role_in
from hotpot.pot.party.rules import Right, may
from hotpot.pot.payment import owed, rules
from hotpot.pot.payment.models import Callback, Clearing, Payment
from hotpot.pot.payment.owed import Sides
from hotpot.pot.payment.providers import Provider, provider
from hotpot.pot.payment.wire import CHARGED_BACK, DECLINED, PENDING, RECEIVED, Answer, Ask, Notice

SERIAL = "SELECT nextval(pg_get_serial_sequence('payment_payment', 'id'))"


@transaction.atomic
def pay(
    *,
    actor: Actor,
    operator_id: int,
    customer_id: int,
    amount: Money,
    by: str,
    key: str,
    now: datetime,
    bills: Sequence[int] = (),
    purpose: str = Payment.Purpose.BILLS,
) -> Payment:
    """Asks a provider for the customer's money: for these bills first, then the oldest, the rest to its
    wallet; or all to the wallet (a top-up). The same key again answers the first payment.

    A provider elsewhere is asked after the commit, by a job; a wallet pays at once. Raises Forbidden,
    Invalid, NotFound, Conflict where the wallet holds less.
    """
    # Here, because the job needs the verbs.
    from hotpot.pot.payment.jobs import start_payment

    sides = Sides(operator_id, customer_id, amount.currency)
    require_money(actor, sides)
    way = provider(by)
    _check(sides, amount, way, purpose, bills, key)
    owed.lock(sides)
    with as_system():
        if (known := Payment.objects.filter(key=key).first()) is not None:
            return _same(known, sides, amount, by)
        if way.name == "wallet":
            _require_held(sides, amount)
        made = _made(actor, sides, amount, way, key, now, bills, purpose)
        told = {"amount_minor": amount.minor, "currency": amount.currency, "provider": by}
        record(actor, Fact("payment.asked", f"payment/{made.id}", sides.parties, told), now=now)
        if way.name == "wallet":
            _conclude(actor, made, way.start(ask_of(made)), now)
        else:
            start_payment.defer(payment_id=made.id)
    return made


@transaction.atomic
def start(payment_id: int, *, now: datetime) -> Payment:
    """Asks the provider, or asks it again: it knows the reference. One that has ended stays as it is."""
    with as_system():
        made = locked(payment_id)
        if made.state == Payment.State.PENDING:
            way = provider(made.provider)
            answer = way.state_of(ask_of(made)) if made.provider_reference else way.start(ask_of(made))
            _conclude(Actor(way="job"), made, answer, now)
    return made


@transaction.atomic
def take_callback(name: str, body: bytes, signature: str, *, now: datetime) -> bool:
    """What a provider tells by itself, each event once, in whatever order; True where it changed something.

    Raises Forbidden for a wrong signature; NotFound for a payment that isn't ours, and Conflict where one is
    taken back of which we don't know yet that it was received, so that it is sent again.
    """
    told = provider(name).notice(body, signature)
    with as_system():
        found = Payment.objects.filter(provider=name, reference=told.reference).first()
        if found is None:
            raise NotFound(_("There is no payment with that reference."))
        made = locked(found.id)
        if Callback.objects.filter(provider=name, event=told.event).exists():
            return False
        taken = _take_notice(Actor(way="api"), made, told, now)
        Callback.objects.create(
            provider=name, event=told.event, payment=made, state=told.state, taken=taken, at=now
        )
    return taken


@transaction.atomic
def record_receipt(
    *,
    actor: Actor,
    sides: Sides,
    amount_minor: int,
    key: str,
    now: datetime,
    source: NewAccount | None = None,
    bills: Sequence[int] = (),
    waiting: Payment | None = None,
) -> Payment:
    """Money that is here already, by bank transfer: for the operator's clerk, and for the bank's file.

    `source` is the account that it is taken from where it isn't the bank's (money unmatched until now);
    `waiting` a payment that was announced and has now come, in whatever amount.
    """
    require_money(actor, sides, of_operator=True)
    amount = sides.money(amount_minor)
    way = provider("offline")
    _check(sides, amount, way, Payment.Purpose.BILLS, bills, key)
    owed.lock(sides)
    with as_system():
        if (known := Payment.objects.filter(key=key).first()) is not None:
            return _same(known, sides, amount, way.name)
        purpose, first = Payment.Purpose.BILLS, list(bills)
        if waiting is not None:
            purpose, first = Payment.Purpose(waiting.purpose), waiting.bills
        made = _made(actor, sides, amount, way, key, now, first, purpose)
        _receive(actor, made, Answer(RECEIVED), now, source or way.account(ask_of(made)))
        if waiting is not None and waiting.state == Payment.State.PENDING:
            _decline(actor, waiting, Answer(DECLINED, problem=_("It came as another payment.")), now)
    return made


# --- what the verbs are made of -------------------------------------------------------------------


def require_money(actor: Actor, sides: Sides, *, of_operator: bool = False) -> None:
    """A person handles money for the customer, or for the operator; for some verbs for the operator only."""
    if actor.person_id is None:
        return
    parties = [sides.operator_id] if of_operator else sides.parties
    if actor.party_id not in parties or not may(role_in(actor.person_id, actor.party_id), Right.MONEY):
        raise Forbidden(_("Your role can't do this. Ask an owner to give you the finance role."))


def locked(payment_id: int) -> Payment:
    """The two sides first, as every verb here does, then the payment as it is by then."""
    made = Payment.objects.filter(id=payment_id).first()
    if made is None:
        raise NotFound(_("There is no such payment."))
    owed.lock(Sides(made.operator_id, made.customer_id, made.currency))
    return Payment.objects.select_for_update().get(id=payment_id)


def ask_of(made: Payment) -> Ask:
    amount = Money(made.amount_minor, made.currency)
    return Ask(made.reference, amount, made.operator_id, made.customer_id)


def _check(sides: Sides, amount: Money, way: Provider, purpose: str, bills: Sequence[int], key: str) -> None:
    if not key:
        raise Invalid(_("A payment needs a key, so that a retry is not a second payment."))
    if amount.minor <= 0:
        raise Invalid(_("An amount to pay is greater than zero."))
    if purpose not in Payment.Purpose.values or (purpose == Payment.Purpose.TOP_UP and bills):
        raise Invalid(_("Pay bills, or top up the wallet."))
    if purpose == Payment.Purpose.TOP_UP and way.name == "wallet":
        raise Invalid(_("A wallet can't top itself up. Choose another way to pay."))
    with as_system():
        known = Engagement.objects.filter(operator_id=sides.operator_id, customer_id=sides.customer_id)
        theirs = Bill.objects.filter(
            id__in=bills,
            operator_id=sides.operator_id,
            customer_id=sides.customer_id,
            currency=sides.currency,
        )
        if not known.exists() or theirs.count() != len(set(bills)):
            raise NotFound(_("There is no such bill between these two."))


def _require_held(sides: Sides, amount: Money) -> None:
    held = owed.in_wallet(sides)
    if held < amount.minor:
        sentence = _("The wallet holds %(held)s. Top it up, or pay less from it.")
        raise Conflict(sentence % {"held": sides.money(held)}, code="not_enough")


def _made(
    actor: Actor, sides: Sides, amount: Money, way: Provider, key: str, now: datetime,
    bills: Sequence[int], purpose: str,
) -> Payment:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SERIAL)
        (serial,) = cursor.fetchone()
    return Payment.objects.create(
        id=serial, key=key, operator_id=sides.operator_id, customer_id=sides.customer_id,
        currency=sides.currency, amount_minor=amount.minor, provider=way.name, purpose=purpose,
        reference=references.payment_reference(serial), bills=list(bills), made_at=now,
        made_by_id=actor.person_id,
    )  # fmt: skip


def _same(known: Payment, sides: Sides, amount: Money, by: str) -> Payment:
    content = (known.operator_id, known.customer_id, known.currency, known.amount_minor, known.provider)
    if content != (sides.operator_id, sides.customer_id, sides.currency, amount.minor, by):
        raise Conflict(_("Another payment has that key. Choose a new key for a new payment."))
    return known


def _take_notice(actor: Actor, made: Payment, told: Notice, now: datetime) -> bool:
    # Here, because it opens bills that the verbs here settled.
    from hotpot.pot.payment.chargebacks import take_back

    if told.state == CHARGED_BACK:
        key, amount_minor = f"{made.provider}:{told.event}", told.amount_minor
        return take_back(actor, made, told.problem, key=key, amount_minor=amount_minor, now=now) is not None
    answer = Answer(told.state, told.provider_reference or made.provider_reference, told.problem)
    return _conclude(actor, made, answer, now)


def _conclude(actor: Actor, made: Payment, answer: Answer, now: datetime) -> bool:
    """Moves it as the answer says; True where that changed something.

    Received is the end, unless it is taken back: what else comes later was sent earlier. Declined is not:
    the provider may have tried again, and money that came is money that came.
    """
    if made.state == Payment.State.RECEIVED or answer.state == made.state == DECLINED:
        return False
    if answer.state == RECEIVED:
        made.provider_reference = answer.provider_reference or made.provider_reference
        _receive(actor, made, answer, now, provider(made.provider).account(ask_of(made)))
        return True
    if made.state == PENDING and answer.state == DECLINED:
        _decline(actor, made, answer, now)
        return True
    changed = made.state == PENDING and not made.provider_reference
    if changed:
        made.provider_reference, made.instruction = answer.provider_reference, answer.instruction
        made.save(update_fields=["provider_reference", "instruction"])
    return changed


def _decline(actor: Actor, made: Payment, answer: Answer, now: datetime) -> None:
    made.state, made.problem, made.ended_at = Payment.State.DECLINED, answer.problem, now
    made.provider_reference = answer.provider_reference or made.provider_reference
    made.save(update_fields=["state", "problem", "ended_at", "provider_reference"])
    told = {"problem": answer.problem, "amount_minor": made.amount_minor, "currency": made.currency}
    _tell(actor, "payment.declined", made, told, now)


def _receive(actor: Actor, made: Payment, answer: Answer, now: datetime, source: NewAccount) -> None:
    """Booked and divided: bills first, what is left to the wallet."""
    # Here, because both react to money that comes in.
    from hotpot.pot.payment.dunning import lift
    from hotpot.pot.payment.wallets import watch_wallet

    sides = Sides(made.operator_id, made.customer_id, made.currency)
    to_bills = made.purpose == Payment.Purpose.BILLS
    bills = owed.owed_bills(sides, first=made.bills) if to_bills else []
    parts, rest = rules.cleared_by(made.amount_minor, [(bill.pk, bill.open_minor) for bill in bills])
    receivable = accounts.receivable(sides.operator_id, sides.customer_id, sides.currency)
    wallet = accounts.wallet(sides.operator_id, sides.customer_id, sides.currency)
    entry = book(
        f"payment:{made.id}",
        f"Payment {made.reference}",
        [(source, made.amount_minor), (receivable, rest - made.amount_minor), (wallet, -rest)],
        now,
    )
    made.state, made.ended_at, made.entry_id = Payment.State.RECEIVED, now, entry
    made.problem = made.instruction = ""
    made.save()
    owed.clear(
        (Clearing(bill_id=part.bill, amount_minor=part.amount_minor, payment=made) for part in parts), now=now
    )
    told = {
        "amount_minor": made.amount_minor, "currency": made.currency, "provider": made.provider,
        "to_bills_minor": made.amount_minor - rest, "to_wallet_minor": rest,
    }  # fmt: skip
    _tell(actor, "payment.received", made, told, now)
    lift(actor, sides, now=now)
    watch_wallet(actor, sides, now=now)


def book(key: str, memo: str, moves: Sequence[tuple[NewAccount, int]], now: datetime) -> int:
    """One entry of amounts by account: a debit is positive. What cancels out on one account is left out;
    the entry's id. Raises Conflict where nothing would move."""
    sums: dict[str, int] = {}
    for account, amount in moves:
        sums[account.code] = sums.get(account.code, 0) + amount
    known = {account.code: account for account, _amount in moves}
    postings = [Posting(code, amount, known[code].asset) for code, amount in sums.items() if amount]
    if not postings:
        raise Conflict(_("There is nothing to pay with that: the money would stay where it is."))
    ledger.open_accounts([known[one.account] for one in postings], now=now)
    return ledger.book([Entry(key, memo, now, tuple(postings))])[0].id


def _tell(actor: Actor, type: str, made: Payment, told: dict[str, Any], now: datetime) -> None:
    parties = [made.operator_id, made.customer_id]
    record(actor, Fact(type, f"payment/{made.id}", parties, told), now=now)
