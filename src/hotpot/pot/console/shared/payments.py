"""Payments, as both sides see them; what a provider took back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.bill import KeyedForm
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.payment import queries
from hotpot.pot.payment.chargebacks import charge_back as take_back
from hotpot.pot.payment.models import Payment
from hotpot.pot.payment.providers import provider
from hotpot.pot.web.shown import chip
from hotpot.pot.web.tables import Column, Empty, Table


@area("customer", "operator")
def payment(request: ConsoleRequest, payment_id: int) -> HttpResponseBase:
    """What became of it; asks again by itself while it is pending."""
    side = "customer" if request.party.kind == Party.Kind.CUSTOMER else "operator"
    made = queries.payments_of(id=payment_id, **{side: request.party}).first()
    if made is None:
        raise Http404
    facts: list[tuple[str, object]] = [
        (_("Amount"), Money(made.amount_minor, made.currency)),
        (_("How"), _way(made)),
        (_("Reference"), made.reference),
        (pgettext("payer", "From"), name_of(made.customer)),
        (pgettext("payee", "To"), name_of(made.operator)),
    ]
    if made.provider_reference:
        facts.append((_("The provider's reference"), made.provider_reference))
    if made.taken_back_minor:
        facts.append((_("Taken back"), Money(made.taken_back_minor, made.currency)))
    dialogs = _dialogs(request, made)
    parts = Table(
        made.clearings.select_related("bill"),
        [
            Column("bill__number", _("Bill"), "number"),
            Column(
                "amount_minor", _("Amount"), "money", show=lambda row: Money(row.amount_minor, made.currency)
            ),
        ],
        Empty("receipt", _("No bill was paid with it"), _("What is left of a payment goes to the wallet.")),
        name="parts",
        order="pk",
        href=lambda row: reverse("billing:bill", args=[row.bill_id]),
    )
    return page(
        request,
        _("Payment %(reference)s") % {"reference": made.reference},
        crumbs=[above(request)],
        state=queries.state_of_payment(made),
        actions=[Action(_("Record a chargeback"), dialog="charge-back", tone="quiet")] if dialogs else [],
        sections=[
            Section(
                note=made.instruction or made.problem,
                note_tone="warn" if made.problem else "",
                facts=facts,
                id="payment",
                live="books",
            ),
            Section(_("Bills"), table=parts, id="parts"),
            *_taken_back(made),
        ],
        dialogs=dialogs,
    )


@require_POST
@area("operator", act=Right.MONEY)
def charge_back(request: ConsoleRequest, payment_id: int) -> HttpResponseBase:
    """The provider said so by letter: what the payment cleared is open again."""
    made = queries.payments_of(id=payment_id, operator=request.party).first()
    if made is None:
        raise Http404
    form = checked(KeyedForm(request.POST, most=_left(made)))
    take_back(
        actor=request.actor, payment_id=payment_id, reason=form.cleaned_data["reason"],
        amount_minor=form.cleaned_data["amount"].minor, key=f"clerk:{form.cleaned_data['key']}",
        now=request.clock.now(),
    )  # fmt: skip
    return done(
        request,
        _("The money was taken back. What it paid is open again."),
        reverse("console:payment", args=[payment_id]),
    )


def payments_table(**filters: Any) -> Table:
    other = named("customer", _("Company")) if "operator_id" in filters else named("operator", _("Operator"))
    return Table(
        queries.payments_of(**filters),
        [
            Column("made_at", _("When"), "time", sortable=True),
            other,
            Column("reference", _("Reference"), filterable=True),
            Column("provider", _("How"), show=_way),
            Column(
                "state",
                _("State"),
                "chip",
                sortable=True,
                show=lambda row: chip(queries.state_of_payment(row)),
            ),
            Column("amount_minor", _("Amount"), "money", sortable=True),
        ],
        Empty("credit-card", _("No payment yet"), _("Payments appear here when one is begun.")),
        name="payments",
        order="-made_at",
        href=lambda row: reverse("console:payment", args=[row.pk]),
        filter_hint=_("Filter by reference or name"),
    )


def above(request: ConsoleRequest) -> tuple[str, str]:
    if request.party.kind == Party.Kind.OPERATOR:
        return _("Receivables"), reverse("console:operator:receivables")
    return _("Wallet and limits"), reverse("console:customer:money")


def _way(row: Payment) -> str:
    return provider(row.provider).label


def _left(made: Any) -> Money:
    return Money(made.amount_minor - made.taken_back_minor, made.currency)


def _taken_back(made: Any) -> list[Section]:
    """Each time that the provider took something back, where it did."""
    if not made.taken_back_minor:
        return []
    table = Table(
        made.chargebacks.all(),
        [
            Column("at", _("When"), "time"),
            Column("reason", _("Reason")),
            Column("wallet_minor", pgettext("chargeback", "From the wallet"), "money"),
            Column("lost_minor", pgettext("chargeback", "Lost"), "money"),
            Column("amount_minor", _("Amount"), "money"),
        ],
        Empty("undo-2", _("Nothing was taken back")),
        name="chargebacks",
        order="pk",
    )
    return [Section(_("Taken back"), table=table, id="chargebacks")]


def _dialogs(request: ConsoleRequest, made: Any) -> list[Dialog]:
    """For the clerk, where a provider may take it back and hasn't wholly."""
    ours = request.party.kind == Party.Kind.OPERATOR and request.may(Right.MONEY)
    received = made.state == Payment.State.RECEIVED and _left(made).minor
    if not (ours and received and provider(made.provider).takes_back):
        return []
    text = _("At most %(amount)s goes back to the payer. The bills that it paid are open again.")
    return [
        Dialog(
            "charge-back", _("Taken back by the provider"), text % {"amount": _left(made)},
            reverse("console:charge_back", args=[made.id]), _("Take it back"), KeyedForm(most=_left(made)),
            danger=True,
        )
    ]  # fmt: skip
