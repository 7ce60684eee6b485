"""What an operator pays its partners: terms by date, and what they would split."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.kernel.money import Money
from hotpot.pot.catalog.models import App
from hotpot.pot.catalog.queries import listed_apps, offers_of_operator
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayField, MoneyField, choice
from hotpot.pot.console.parts import Action, Section, carried_out, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.party import actions
from hotpot.pot.party.models import Agreement, AgreementVersion, Party
from hotpot.pot.party.queries import agreements_of, terms_in_force
from hotpot.pot.party.rules import Right
from hotpot.pot.party.terms import MICRO, Model, Percent, PerUnit
from hotpot.pot.settlement.rules import terms_in_words
from hotpot.pot.web.shown import day
from hotpot.pot.web.tables import Column, Empty, Table

WAYS = [
    ("share", gettext_lazy("A share of each charge")),
    ("fixed", gettext_lazy("A fixed amount a seat and month")),
]


class TermsForm(forms.Form):
    way = forms.ChoiceField(label=gettext_lazy("Paid by"), choices=WAYS)
    percent = forms.DecimalField(
        label=gettext_lazy("Share in %"), required=False, min_value=0, max_value=100, decimal_places=2,
    )  # fmt: skip

    def __init__(self, *args: Any, operator: Party, day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operator = operator
        self.fields["fixed"] = MoneyField(
            currency=operator.currency, required=False,
            label=_("Fixed amount in %(currency)s") % {"currency": operator.currency},
        )  # fmt: skip
        self.fields["starts_on"] = DayField(label=_("From"), initial=day)

    def terms(self) -> dict[str, Any]:
        """As the verbs take them: the way that was chosen counts, the other field is ignored."""
        data = self.cleaned_data
        share = data["way"] == "share"
        percent = data.get("percent")
        return {
            "terms": Percent(share_bp=int((percent or 0) * 100))
            if share
            else PerUnit.a_seat(data.get("fixed") or Money(0, self.operator.currency)),
            "starts_on": data["starts_on"],
        }


class SignForm(TermsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Party.objects.filter(kind__in=actions.PARTNERS).order_by("kind", "name")
        self.fields["partner"] = choice(_("Partner"), partners, empty_label=_("Choose a partner"))
        self.fields["app"] = choice(_("App"), listed_apps(), required=False, empty_label=_("All apps"))
        self.order_fields(["partner", "app"])


@area("operator")
def agreements(request: ConsoleRequest) -> HttpResponseBase:
    ours = agreements_of(request.party.id).filter(operator=request.party)
    sign = Action(_("Sign one"), reverse("console:operator:sign"), icon="plus", tone="primary")
    return page(
        request,
        _("Agreements"),
        _("What you pay integrators and developers of what you bill. The rest is yours."),
        actions=[sign] if request.may(Right.RUN) else [],
        sections=[Section(table=agreements_table(ours))],
    )


def agreements_table(rows: QuerySet[Agreement]) -> Table:
    newest = AgreementVersion.objects.filter(agreement=OuterRef("pk")).order_by("-starts_on")
    apps = dict(App.objects.values_list("id", "name"))
    return Table(
        rows.annotate(
            **{
                name: Subquery(newest.values(name)[:1])
                for name in ("model", "params", "currency", "starts_on")
            }
        ),
        [
            named("partner", _("Partner")),
            Column(
                "app_id",
                _("App"),
                show=lambda row: apps.get(row.app_id, row.app_id) if row.app_id else _("All apps"),
            ),
            Column("model", _("Newest terms"), show=_newest_word),
            Column("starts_on", _("From"), "day", sortable=True),
            Column("signed_at", _("Signed"), "time", sortable=True, hidden=True),
        ],
        Empty("handshake", _("No agreement yet"), _("Without one a partner is paid nothing.")),
        name="agreements",
        order="partner__name",
        href=lambda row: reverse("console:operator:agreement", args=[row.pk]),
    )


@area("operator")
def agreement(request: ConsoleRequest, agreement_id: int) -> HttpResponseBase:
    held = _ours(request, agreement_id)
    change = Action(
        _("New terms"), reverse("console:operator:terms", args=[held.id]), icon="plus", tone="primary"
    )
    versions = Table(
        held.versions.select_related("written_by"),
        [
            Column("starts_on", _("From"), "day", sortable=True),
            Column("model", _("Terms"), show=terms_in_words),
            Column("written_by__name", _("Written by")),
            Column("written_at", _("Written"), "time"),
        ],
        Empty("file-text", _("No terms yet")),
        name="versions",
        order="-starts_on",
        exportable=False,
    )
    return page(
        request,
        name_of(held.partner),
        _("What it is paid, and from which day on. Months that are over keep their terms."),
        crumbs=[(_("Agreements"), reverse("console:operator:agreements"))],
        actions=[change] if request.may(Right.RUN) else [],
        sections=[
            Section(
                facts=[
                    (_("Partner"), name_of(held.partner)),
                    (_("App"), _app_word(held)),
                    (_("Signed"), day(held.signed_at)),
                ]
            ),
            Section(_("Terms"), table=versions, id="versions"),
        ],
    )


@area("operator", look=Right.RUN)
def sign(request: ConsoleRequest) -> HttpResponseBase:
    form = SignForm(request.POST or None, operator=request.party, day=request.today.replace(day=1))

    def verb(valid: SignForm) -> None:
        app = valid.cleaned_data["app"]
        actions.sign_agreement(
            request.actor, operator=request.party, partner=valid.cleaned_data["partner"],
            app_id=app.id if app else None, now=request.clock.now(), **valid.terms(),
        )  # fmt: skip

    here = reverse("console:operator:agreements")
    if carried_out(form, verb):
        return done(request, _("Signed. It counts from the next close on."), here)
    return form_page(
        request,
        _("Sign an agreement"),
        _("One a partner, for all apps or for one app. The one for the app goes first."),
        form,
        label=_("Sign it"),
        back=here,
        crumbs=[(_("Agreements"), here)],
        preview=reverse("console:operator:split"),
    )


@area("operator", look=Right.RUN)
def terms(request: ConsoleRequest, agreement_id: int) -> HttpResponseBase:
    held = _ours(request, agreement_id)
    form = TermsForm(request.POST or None, operator=request.party, day=request.today)

    def verb(valid: TermsForm) -> None:
        actions.add_terms(request.actor, agreement=held, now=request.clock.now(), **valid.terms())

    back = reverse("console:operator:agreement", args=[held.id])
    if carried_out(form, verb):
        return done(request, _("New terms are written."), back)
    return form_page(
        request,
        _("New terms for %(partner)s") % {"partner": name_of(held.partner)},
        _("They hold from a day on, for %(app)s.") % {"app": _app_word(held)},
        form,
        label=_("Write them"),
        back=back,
        crumbs=[(_("Agreements"), reverse("console:operator:agreements")), (name_of(held.partner), back)],
        preview=reverse("console:operator:split") + f"?agreement={held.id}",
    )


@area("operator", look=Right.RUN)
def split(request: ConsoleRequest) -> HttpResponse:
    """What the terms being typed would split of each fee of today: a piece of the form's page."""
    form = TermsForm(request.GET, operator=request.party, day=request.today)
    partner_id, app_id = _whom(request)
    rows: list[dict[str, Any]] = []
    if form.is_valid() and partner_id:
        offered = offers_of_operator(request.party.id, request.today)
        rows = [
            _row(request, offer, partner_id, form.terms())
            for offer in (offered.filter(app_id=app_id) if app_id else offered)
            if offer.fee_minor is not None
        ]
    return render(request, "console/operator/split.html", {"rows": rows})


def _whom(request: ConsoleRequest) -> tuple[int | None, str | None]:
    if held_id := request.GET.get("agreement"):
        held = _ours(request, int(held_id)) if held_id.isdecimal() else None
        return (held.partner_id, held.app_id) if held else (None, None)
    partner = request.GET.get("partner", "")
    return (int(partner) if partner.isdecimal() else None), request.GET.get("app") or None


def _row(request: ConsoleRequest, offer: Any, partner_id: int, terms: dict[str, Any]) -> dict[str, Any]:
    """One fee: what this partner gets, what the app's own developer gets, what is left."""
    fee = Money(offer.fee_minor, offer.currency)
    part = _part(fee, terms["terms"])
    others = fee.zero()
    if offer.app.developer_id != partner_id:
        held = terms_in_force(request.party.id, offer.app.developer_id, offer.app_id, terms["starts_on"])
        others = _part(fee, held.terms) if held else fee.zero()
    return {
        "offer": f"{name_of(offer.app)} · {name_of(offer)}",
        "fee": fee,
        "part": part,
        "others": others,
        "left": fee - part - others,
    }


def _part(fee: Money, terms: Model) -> Money:
    if isinstance(terms, PerUnit):
        return min(Money(terms.unit_micro // MICRO, fee.currency), fee)
    return fee.part_floor(terms.highest_bp)


def _newest_word(row: Any) -> str:
    if row.model is None:
        return "–"
    return terms_in_words(AgreementVersion(model=row.model, params=row.params, currency=row.currency))


def _app_word(held: Agreement) -> str:
    if held.app_id is None:
        return _("All apps")
    app = App.objects.filter(id=held.app_id).first()
    return name_of(app) if app else held.app_id


def _ours(request: ConsoleRequest, agreement_id: int) -> Agreement:
    return get_object_or_404(agreements_of(request.party.id), id=agreement_id, operator=request.party)
