"""What an operator pays its partners: terms by date, and what they would split."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog.models import App
from hotpot.pot.catalog.queries import listed_apps, offers_of_operator
from hotpot.pot.close.models_trials import TermsTrial
from hotpot.pot.close.trials import ask_trial, results
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import choice
from hotpot.pot.console.parts import Action, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.passing_on import tried_section
from hotpot.pot.console.shared.terms_form import TermsForm
from hotpot.pot.party import actions
from hotpot.pot.party.models import PARTNERS, Agreement, AgreementVersion, Party
from hotpot.pot.party.queries import agreements_of, terms_in_force
from hotpot.pot.party.rules import Right
from hotpot.pot.party.terms import Model
from hotpot.pot.settlement.queries import held as held_of
from hotpot.pot.settlement.rules import terms_in_words
from hotpot.pot.settlement.rules_shares import Family, Held, parts
from hotpot.pot.web.shown import day
from hotpot.pot.web.tables import Column, Empty, Table


class SignForm(TermsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Party.objects.filter(kind__in=PARTNERS).order_by("kind", "name")
        self.fields["partner"] = choice(_("Partner"), partners, empty_label=_("Choose a partner"))
        self.fields["app"] = choice(_("App"), listed_apps(), required=False, empty_label=_("All apps"))
        self.fields["customer"] = choice(
            _("Company"), Party.objects.filter(kind="customer").order_by("name"), required=False,
            empty_label=_("All companies"),
        )  # fmt: skip
        self.order_fields(["partner", "app", "customer"])


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
            named("payer", _("Payer")),
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
    )
    return page(
        request,
        name_of(held.partner),
        _("What it is paid, and from which day on. Months that are over keep their terms."),
        crumbs=[(_("Agreements"), reverse("console:operator:agreements"))],
        actions=[change] if request.may(Right.RUN) and held.payer_id == request.party.id else [],
        sections=[
            Section(
                facts=[
                    (_("Partner"), name_of(held.partner)),
                    (_("Payer"), name_of(held.payer)),
                    (_("App"), _app_word(held)),
                    (_("Company"), name_of(held.customer) if held.customer else _("All companies")),
                    (_("Signed"), day(held.signed_at)),
                ]
            ),
            Section(_("Terms"), table=versions, id="versions"),
        ],
    )


@area("operator", look=Right.RUN)
def sign(request: ConsoleRequest) -> HttpResponseBase:
    form = SignForm(request.POST or None, currency=request.party.currency, day=request.today.replace(day=1))

    def verb(valid: SignForm) -> None:
        data = valid.cleaned_data
        actions.sign_agreement(
            request.actor, operator=request.party, partner=data["partner"], customer=data["customer"],
            app_id=data["app"].id if data["app"] else None, terms=valid.terms(),
            starts_on=data["starts_on"], now=request.clock.now(),
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
    form = TermsForm(request.POST or None, currency=request.party.currency, day=request.today)

    def verb(valid: TermsForm) -> None:
        actions.add_terms(
            request.actor, agreement=held, terms=valid.terms(),
            starts_on=valid.cleaned_data["starts_on"], now=request.clock.now(),
        )  # fmt: skip

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
    form = TermsForm(request.GET, currency=request.party.currency, day=request.today)
    partner_id, app_id, _customer_id = _whom(request, request.GET)
    rows: list[dict[str, Any]] = []
    past = ""
    if form.is_valid() and partner_id:
        offered = offers_of_operator(request.party.id, request.today)
        past = reverse("console:operator:try_terms")
        past += f"?agreement={request.GET['agreement']}" if request.GET.get("agreement") else ""
        rows = [
            _row(request, offer, partner_id, form.terms(), form.cleaned_data["starts_on"])
            for offer in (offered.filter(app_id=app_id) if app_id else offered)
            if offer.fee_minor is not None
        ]
    return render(request, "console/operator/split.html", {"rows": rows, "past": past})


def _whom(request: ConsoleRequest, sent: QueryDict) -> tuple[int | None, str | None, int | None]:
    """The partner, and the app and company that the terms are for: an agreement's, or what is being typed."""
    if held_id := request.GET.get("agreement"):
        held = _ours(request, int(held_id)) if held_id.isdecimal() else None
        return (held.partner_id, held.app_id, held.customer_id) if held else (None, None, None)
    partner, customer = (sent.get(name, "") for name in ("partner", "customer"))
    return (
        int(partner) if partner.isdecimal() else None,
        sent.get("app") or None,
        int(customer) if customer.isdecimal() else None,
    )


def _row(request: ConsoleRequest, offer: Any, partner_id: int, terms: Model, day: date) -> dict[str, Any]:
    """One fee: what this partner gets, what the app's own developer gets, what is left."""
    fee, developer_id = Money(offer.fee_minor, offer.currency), offer.app.developer_id
    month = Month.of(day)
    seat = Family(
        0, 0, "fee", month, day, offer.app_id, 0, request.party.id, partner_id, developer_id, 1, 1,
        fee.minor, 0, 0, fee.currency,
    )  # fmt: skip
    ours = request.party.id
    tried = Held(0, 0, ours, ours, partner_id, None, None, date.min, terms, request.party.currency)
    others = terms_in_force(ours, developer_id, offer.app_id, day) if developer_id != partner_id else None
    versions = [tried, *([replace(held_of(others), starts_on=date.min)] if others else [])]
    given = {part.held.partner: part.given_minor for part in parts([seat], [], versions)}
    part, theirs = (Money(given.get(one, 0), fee.currency) for one in (partner_id, developer_id))
    if developer_id == partner_id:
        theirs = fee.zero()
    return {
        "offer": f"{name_of(offer.app)} · {name_of(offer)}",
        "fee": fee,
        "part": part,
        "others": theirs,
        "left": fee - part - theirs,
    }


@require_POST
@area("operator", act=Right.RUN)
def try_terms(request: ConsoleRequest) -> HttpResponseBase:
    """Has a job reckon what the terms being typed would have paid in the last months that are closed."""
    form = checked(TermsForm(request.POST, currency=request.party.currency, day=request.today))
    partner_id, app_id, customer_id = _whom(request, request.POST)
    partner = get_object_or_404(Party.objects.filter(kind__in=PARTNERS), id=partner_id)
    if app_id is not None:
        get_object_or_404(listed_apps(), id=app_id)
    if customer_id is not None:
        get_object_or_404(Party.objects.filter(kind=Party.Kind.CUSTOMER), id=customer_id)
    trial = ask_trial(
        request.actor, operator=request.party, partner_id=partner.id, terms=form.terms(), app_id=app_id,
        customer_id=customer_id, now=request.clock.now(),
    )  # fmt: skip
    return redirect("console:operator:tried", trial.id)


@area("operator", look=Right.RUN)
def tried(request: ConsoleRequest, terms_trial_id: int) -> HttpResponseBase:
    """How far it is, then what came of it."""
    trial = get_object_or_404(TermsTrial, id=terms_trial_id, operator=request.party)
    params = dict(trial.terms)
    said = terms_in_words(
        AgreementVersion(model=params.pop("model"), params=params, currency=request.party.currency)
    )
    progress = {
        "trial": trial, "percent": trial.done_bp // 100,
        "here": reverse("console:operator:tried", args=[trial.id]),
    }  # fmt: skip
    done_well = trial.state == TermsTrial.State.DONE
    return page(
        request,
        _("What these terms would have paid"),
        f"{name_of(trial.partner)} · {said}",
        crumbs=[(_("Agreements"), reverse("console:operator:agreements"))],
        sections=[
            tried_section(results(trial))
            if done_well
            else Section(template="console/operator/price_trial.html", data=progress)
        ],
    )


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
