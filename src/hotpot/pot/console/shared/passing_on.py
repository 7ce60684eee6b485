"""A partner's agreements: what it is paid, and what it passes on of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.catalog.models import App
from hotpot.pot.catalog.queries import listed_apps
from hotpot.pot.close.rules_trials import Tried
from hotpot.pot.console import charts
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import choice
from hotpot.pot.console.parts import Action, Section, carried_out, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.terms_form import TermsForm
from hotpot.pot.party import actions
from hotpot.pot.party.models import PARTNERS, Agreement, AgreementVersion, Party
from hotpot.pot.party.queries import agreements_of, customers_of
from hotpot.pot.party.rules import Right
from hotpot.pot.settlement.rules import terms_in_words
from hotpot.pot.web.tables import Column, Empty, Table


class PassForm(TermsForm):
    """With whom a partner shares its share, of which operator's business."""

    def __init__(self, *args: Any, party: Party, operators: Any, customers: Any, **kwargs: Any) -> None:
        super().__init__(*args, passed_on=True, **kwargs)
        partners = Party.objects.filter(kind__in=PARTNERS).exclude(id=party.id).order_by("name")
        self.fields["operator"] = choice(_("Of the business of"), operators, empty_label=None)
        self.fields["partner"] = choice(_("Partner"), partners, empty_label=_("Choose a partner"))
        self.fields["app"] = choice(_("App"), listed_apps(), required=False, empty_label=_("All apps"))
        self.fields["customer"] = choice(
            _("Company"), customers, required=False, empty_label=_("All companies")
        )
        self.order_fields(["operator", "partner", "customer", "app"])


@area(*PARTNERS)
def agreements(request: ConsoleRequest) -> HttpResponseBase:
    rows = agreements_of(request.party.id)
    pass_on = Action(_("Pass a share on"), reverse("console:pass_on"), icon="plus", tone="primary")
    paid = rows.filter(partner=request.party)
    return page(
        request,
        _("Agreements"),
        _("What you are paid of what operators bill, and what you pass on of it."),
        actions=[pass_on] if request.may(Right.RUN) and paid.exists() else [],
        sections=[
            Section(_("You are paid"), table=_table(paid, "paid", named("payer", _("Payer")))),
            Section(
                _("You pass on"),
                table=_table(rows.filter(payer=request.party), "passed", named("partner", _("Partner"))),
            ),
        ],
    )


def _table(rows: Any, name: str, other: Column) -> Table:
    return Table(
        rows,
        [
            other,
            named("operator", _("Operator")),
            Column("app_id", _("App"), show=app_word),
            Column("customer", _("Company"), show=customer_word),
            Column("pk", _("Newest terms"), show=_newest),
        ],
        Empty("handshake", _("No agreement yet"), _("Operators sign with you; you may pass a part on.")),
        name=name,
        order="pk",
        href=lambda row: reverse("console:agreement", args=[row.pk]),
    )


def _newest(row: Agreement) -> str:
    version = row.versions.order_by("-starts_on").first()
    return terms_in_words(version) if version else "–"


def app_word(row: Agreement) -> str:
    if row.app_id is None:
        return _("All apps")
    app = App.objects.filter(id=row.app_id).first()
    return name_of(app) if app else row.app_id


def customer_word(row: Agreement) -> str:
    return name_of(row.customer) if row.customer else _("All companies")


@area(*PARTNERS)
def agreement(request: ConsoleRequest, agreement_id: int) -> HttpResponseBase:
    held = get_object_or_404(agreements_of(request.party.id), id=agreement_id)
    ours = held.payer_id == request.party.id
    change = Action(
        _("New terms"), reverse("console:pass_on_terms", args=[held.id]), icon="plus", tone="primary"
    )
    return page(
        request,
        name_of(held.partner if ours else held.payer),
        _("You pass on") if ours else _("You are paid"),
        crumbs=[(_("Agreements"), reverse("console:agreements"))],
        actions=[change] if ours and request.may(Right.RUN) else [],
        sections=[
            Section(
                facts=[
                    (_("Operator"), name_of(held.operator)),
                    (_("App"), app_word(held)),
                    (_("Company"), customer_word(held)),
                ]
            ),
            Section(_("Terms"), table=versions_table(held), id="versions"),
        ],
    )


def versions_table(held: Agreement) -> Table:
    return Table(
        AgreementVersion.objects.filter(agreement=held).select_related("written_by"),
        [
            Column("starts_on", _("From"), "day", sortable=True),
            Column("model", _("Terms"), show=terms_in_words),
            Column("written_by__name", _("Written by")),
            Column("written_at", _("Written"), "time"),
        ],
        Empty("file-text", _("No terms yet")),
        name="versions",
        order="-starts_on",
    )


@area(*PARTNERS, look=Right.RUN)
def pass_on(request: ConsoleRequest) -> HttpResponseBase:
    payers = agreements_of(request.party.id).filter(partner=request.party).values("operator")
    form = PassForm(
        request.POST or None,
        party=request.party,
        operators=Party.objects.filter(id__in=payers).order_by("name"),
        customers=customers_of(request.party.id, day=request.today),
        currency=request.party.currency,
        day=request.today.replace(day=1),
    )

    def verb(valid: PassForm) -> None:
        data = valid.cleaned_data
        actions.sign_agreement(
            request.actor, operator=data["operator"], payer=request.party, partner=data["partner"],
            app_id=data["app"].id if data["app"] else None, customer=data["customer"], terms=valid.terms(),
            starts_on=data["starts_on"], currency=request.party.currency, now=request.clock.now(),
        )  # fmt: skip

    here = reverse("console:agreements")
    if carried_out(form, verb):
        return done(request, _("Signed. It counts from the next close on."), here)
    return form_page(
        request,
        _("Pass a share on"),
        _("The operator pays your partner directly, and you so much less."),
        form,
        label=_("Sign it"),
        back=here,
        crumbs=[(_("Agreements"), here)],
    )


@area(*PARTNERS, look=Right.RUN)
def pass_on_terms(request: ConsoleRequest, agreement_id: int) -> HttpResponseBase:
    held = get_object_or_404(agreements_of(request.party.id), id=agreement_id, payer=request.party)
    form = TermsForm(request.POST or None, currency=request.party.currency, day=request.today, passed_on=True)

    def verb(valid: TermsForm) -> None:
        actions.add_terms(
            request.actor, agreement=held, terms=valid.terms(), currency=request.party.currency,
            starts_on=valid.cleaned_data["starts_on"], now=request.clock.now(),
        )  # fmt: skip

    back = reverse("console:agreement", args=[held.id])
    if carried_out(form, verb):
        return done(request, _("New terms are written."), back)
    return form_page(
        request,
        _("New terms for %(partner)s") % {"partner": name_of(held.partner)},
        _("They hold from a day on, for %(app)s.") % {"app": app_word(held)},
        form,
        label=_("Write them"),
        back=back,
        crumbs=[(_("Agreements"), reverse("console:agreements")), (name_of(held.partner), back)],
    )


def tried_section(found: Sequence[Tried]) -> Section:
    """Each party over all months as bars, of the first currency; month by month in the table."""
    rows = [
        {
            "month": str(one.month), "party": one.party, "currency": one.currency,
            "was_minor": one.was_minor, "would_minor": one.would_minor, "more_minor": one.more_minor,
        }
        for one in found
    ]  # fmt: skip
    return Section(
        note="" if found else _("No month is closed yet, so there is nothing to try it on."),
        chart=_tried_chart(found) if found else None,
        caption=_("What each party was given, and would have been, in %(currency)s")
        % {"currency": found[0].currency}
        if found
        else "",
        table=None
        if not found
        else Table(
            rows,
            [
                Column("month", _("Month"), sortable=True),
                Column("party", _("Party"), sortable=True),
                Column("was_minor", _("Was"), "money"),
                Column("would_minor", _("Would have been"), "money"),
                Column("more_minor", _("More"), "money"),
            ],
            Empty("handshake", _("Nothing to tell")),
            name="tried",
            order="month",
        ),
    )


def _tried_chart(found: Sequence[Tried]) -> dict[str, Any]:
    currency = found[0].currency
    was: Counter[int] = Counter()
    would: Counter[int] = Counter()
    for one in found:
        if one.currency == currency:
            was[one.party_id] += one.was_minor
            would[one.party_id] += one.would_minor
    names = {one.party_id: one.party for one in found}
    series = {_("Was"): list(was.values()), _("Would have been"): [would[id] for id in was]}
    return charts.compared([names[id] for id in was], series, currency)
