"""What the operators of the demo offer, their tax, and the account on their papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from hotpot.entry.demo.cast import OperatorSpec, Plan
from hotpot.entry.demo.usage import MESSAGE_SENT, METER
from hotpot.kernel.money import Money
from hotpot.pot.billing.tax_rates import set_tax_rate
from hotpot.pot.catalog.pricing import MICRO, Fee, Graduated, Item, Pricing, Tier
from hotpot.pot.events.wire import Actor
from hotpot.pot.metering import actions as metering
from hotpot.pot.metering.rules import hosted_source
from hotpot.pot.party.invoicing import Details, write_invoice_details
from hotpot.pot.party.models import Party

FREE_PER_SEAT = 10
# Up to so many messages each costs so many minor units, the more the less.
TIERS = ((500, 10), (1_500, 8), (None, 5))


def plans(operator: OperatorSpec) -> Iterator[tuple[Plan, str, str, Pricing]]:
    """Each with its name, English and Chinese."""
    yield "standard", "Approvals", "移动审批", Pricing.monthly(operator.standard)
    yield "team", "Approvals for teams", "移动审批团队版", Pricing.monthly(operator.team)
    yield "messages", "Approvals with messages", "移动审批短信版", by_message(operator.team)


def by_message(fee: Money) -> Pricing:
    """A lower fee a seat; some messages are included for each, all others cost by tiers."""
    tiers = tuple(
        Tier(up_to=None if up_to is None else up_to * MICRO, price_micro=minor * MICRO)
        for up_to, minor in TIERS
    )
    messages = Graduated(included=FREE_PER_SEAT * MICRO, included_per="seat", tiers=tiers)
    return Pricing(
        fee.currency,
        (
            Item("seats", Fee(amount_minor=fee.minor), label="Seats", label_zh="席位"),
            Item("messages", messages, meter=METER, label="Messages", label_zh="短信"),
        ),
    )


def offer_messages(*, actor: Actor, app_id: str, now: datetime) -> None:
    """By the app's developer: from now on the app's own events of messages count."""
    metering.add_source(actor=actor, app_id=app_id, uri=hosted_source(app_id), now=now)
    metering.make_meter(
        actor=actor, app_id=app_id, code=METER, event_type=MESSAGE_SENT, aggregation="count", unit="message",
        now=now,
    )  # fmt: skip


def set_papers(actor: Actor, operator: Party, spec: OperatorSpec, starts_on: date, now: datetime) -> None:
    """By the operator's finance: whose papers they are, what it pays from, and the tax on its prices."""
    name = spec.name if spec.english else spec.name_zh
    write_invoice_details(
        actor=actor, party=operator, now=now,
        details=Details(name, bank_name=name, bank_account=spec.account, bank_bic=spec.bic),
    )  # fmt: skip
    set_tax_rate(
        actor=actor, operator=operator, place=spec.country, tax_class="standard", starts_on=starts_on,
        rate_bp=spec.tax_bp, inclusive=False, now=now,
    )  # fmt: skip
