"""Verbs of credit that companies pay in advance, and of what their messages cost.

Amounts are in 1/10000 of the currency, so that a part may cost 0.0350 CNY; the ledger's asset says so:
"CNY.e4".
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.ledger.models import Account as LedgerAccount
from hotpot.pot.ledger.rules import Entry, Posting
from hotpot.pot.messaging.models import Tariff
from hotpot.pot.messaging.switch.limits import account
from hotpot.pot.messaging.switch.may import require_operator
from hotpot.pot.party.models import Party

E4 = 10_000


def asset_of(currency: str) -> str:
    return f"{currency}.e4"


def e4(amount: Decimal) -> int:
    """In 1/10000 of the currency. Raises Invalid for what is finer."""
    scaled = amount * E4
    if scaled != scaled.to_integral_value():
        raise Invalid(_("An amount has four decimals at most."))
    return int(scaled)


def amount_of(scaled: int) -> Decimal:
    """Of 1/10000 of the currency, with all four decimals."""
    return Decimal(scaled).scaleb(-4)


def add_credit(
    actor: Actor, *, operator_id: int, customer_id: int, amount: Decimal, key: str, now: datetime
) -> None:
    """A company paid the operator for messages to come. The same `key` again adds nothing. Raises Invalid."""
    require_operator(actor, customer_id, now=now)
    if actor.party_id not in (None, operator_id):
        raise Invalid(_("Credit is given by the operator that acts."))
    if amount <= 0:
        raise Invalid(_("Give an amount above zero."))
    operator = Party.objects.get(id=operator_id)
    accounts, asset = account(operator_id, customer_id), asset_of(operator.currency)
    own = {"party_id": operator_id, "counterparty_id": customer_id}
    issued = f"messages:{operator_id}:issued"
    with transaction.atomic(), as_system():
        ledger.open_accounts(
            [
                NewAccount(accounts.credit, asset, **own, least=0),
                NewAccount(accounts.held, asset, **own, least=0),
                NewAccount(accounts.income, asset, party_id=operator_id),
                NewAccount(issued, asset, party_id=operator_id),
            ],
            now=now,
        )
        postings = (Posting(accounts.credit, e4(amount), asset), Posting(issued, -e4(amount), asset))
        booked = ledger.book([Entry(f"messages:credit:{key}", "Credit for messages", now, postings)])
        if booked[0].fresh:
            told = {"amount": str(amount), "currency": operator.currency}
            fact = Fact("message_credit.added", f"party/{customer_id}", [operator_id, customer_id], told)
            record(actor, fact, now=now)


def balance(operator_id: int, customer_id: int) -> tuple[Decimal, Decimal]:
    """What is left, and what is under way, in the operator's currency."""
    accounts = account(operator_id, customer_id)
    with as_system():
        found = dict(
            LedgerAccount.objects.filter(code__in=(accounts.credit, accounts.held)).values_list(
                "code", "balance"
            )
        )
    return amount_of(found.get(accounts.credit, 0)), amount_of(found.get(accounts.held, 0))


def set_tariff(
    actor: Actor,
    *,
    seller_id: int,
    customer_id: int | None = None,
    home_id: int | None = None,
    prefix: str = "",
    price: Decimal,
    now: datetime,
) -> None:
    """What a part costs who pays that operator in advance: one company or all, to one network or all.

    Raises Invalid, Forbidden.
    """
    require_operator(actor, customer_id, now=now)
    if actor.party_id not in (None, seller_id):
        raise Forbidden(_("An operator sets its own prices only."))
    if price < 0:
        raise Invalid(_("A price is not below zero."))
    if prefix and not (prefix.startswith("+") and prefix[1:].isdecimal()):
        raise Invalid(_("A prefix begins with + and the country code, like +86138."))
    with transaction.atomic(), as_system():
        Tariff.objects.update_or_create(
            seller_id=seller_id,
            customer_id=customer_id,
            operator_id=home_id,
            prefix=prefix,
            defaults={"price_e4": e4(price), "changed_at": now},
        )
        fact = Fact("message_price.set", "prices", [seller_id, customer_id], {"price": str(price)})
        record(actor, fact, now=now)
