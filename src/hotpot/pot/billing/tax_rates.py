"""Tax rates as rows: the verb that sets one, and what a close reads of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing.models import TaxRate
from hotpot.pot.billing.tax import Rate, Span, spans
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.invoicing import PLACE
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import require_right, today
from hotpot.pot.party.rules import Right


@transaction.atomic
def set_tax_rate(
    *, actor: Actor, operator: Party, place: str, tax_class: str, starts_on: date, rate_bp: int,
    inclusive: bool, now: datetime,
) -> TaxRate:  # fmt: skip
    """From that day on. The same again changes nothing.

    Raises Invalid, and Conflict for a day before today: months that are closed were taxed by what held then.
    """
    require_right(actor, Right.MONEY, operator.id)
    if not PLACE.fullmatch(place):
        raise Invalid(_("A place is a country like CN, or a part of one like ES-CN."))
    if not 0 <= rate_bp <= BP_PER_WHOLE:
        raise Invalid(_("A tax rate lies between 0 and 100 %."))
    known = TaxRate.objects.filter(
        operator=operator, place=place, tax_class=tax_class, starts_on=starts_on
    ).first()
    if known is not None:
        return _same(known, rate_bp, inclusive)
    if starts_on < today(operator, now) and TaxRate.objects.filter(operator=operator).exists():
        raise Conflict(_("Choose today or a later day: days gone by stay as they were taxed."))
    with as_system():
        made = TaxRate.objects.create(
            operator=operator, place=place, tax_class=tax_class, starts_on=starts_on, rate_bp=rate_bp,
            inclusive=inclusive, written_by_id=actor.person_id, written_at=now,
        )  # fmt: skip
    told = {
        "place": place, "tax_class": tax_class, "starts_on": starts_on.isoformat(), "rate_bp": rate_bp,
        "inclusive": inclusive,
    }  # fmt: skip
    record(actor, Fact("billing.tax_rate.set", f"operator/{operator.id}", [operator.id], told), now=now)
    return made


def spans_of(operator_id: int, places: Iterable[str]) -> list[Span]:
    """The rates of an operator, decided for these places: the table `tax_rates` of plans_tax."""
    rows = TaxRate.objects.filter(operator_id=operator_id)
    rates = [Rate(one.place, one.tax_class, one.starts_on, one.rate_bp, one.inclusive) for one in rows]
    return spans(rates, places)


# The newest details of each customer at a moment; who wrote none is taxed where its country is.
TAX_CUSTOMERS = """
SELECT party.id AS customer, coalesce(details.place, party.country) AS place,
       coalesce(details.tax_status, 'taxed') = 'taxed' AS liable
  FROM party_party AS party
  LEFT JOIN LATERAL (
       SELECT place, tax_status FROM party_invoicedetails
        WHERE party_id = party.id AND since <= %(moment)s
        ORDER BY since DESC, id DESC LIMIT 1) AS details ON true
 WHERE party.kind = 'customer'
"""


def _same(known: TaxRate, rate_bp: int, inclusive: bool) -> TaxRate:
    if (known.rate_bp, known.inclusive) != (rate_bp, inclusive):
        raise Conflict(_("Another rate is set for that day. Choose another day."))
    return known
