"""The price editor of an offer: items of any kind, a preview as one types, and a past month tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid, Refused
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog import actions
from hotpot.pot.catalog.coupons import with_promised
from hotpot.pot.catalog.pricing import MICRO, Pricing
from hotpot.pot.catalog.queries import offers_of_operator, price_in_force
from hotpot.pot.catalog.queries import pricing_of as stored_pricing
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayField
from hotpot.pot.console.operator.price_forms import KIND_WORDS, ItemForm, item_forms, pricing_of
from hotpot.pot.console.parts import Figure, Section, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.party.rules import Right
from hotpot.pot.rating.models import Trial
from hotpot.pot.rating.rules import Held, Seat, Step, Use, Version
from hotpot.pot.rating.rules_sums import charges
from hotpot.pot.rating.sentences import rounding_point, said
from hotpot.pot.rating.trials import ask_trial
from hotpot.pot.web.tables import Column, Empty, Table

SEATS_MAX = 1_000
SIMULATED = {
    "new_minor": gettext_lazy("With this price"),
    "booked_minor": pgettext_lazy("amount", "Booked"),
    "difference_minor": gettext_lazy("Difference"),
}


class StartForm(forms.Form):
    def __init__(self, *args: Any, day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"] = DayField(label=_("From"), initial=day)


class ExampleForm(forms.Form):
    """What the preview reckons with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seats"] = forms.IntegerField(
            label=_("Seats"), min_value=0, max_value=SEATS_MAX, initial=10, required=False
        )
        self.fields["quantity"] = forms.DecimalField(
            label=_("Units of each meter"), min_value=Decimal(0), max_value=Decimal(10**9), decimal_places=6,
            initial=500, required=False,
        )  # fmt: skip


@area("operator", look=Right.RUN)
def price(request: ConsoleRequest, offer_id: int) -> HttpResponseBase:
    """Adds a version of the price. Kinds in `add` get an empty item each."""
    held = _ours(request, offer_id)
    currency = held.currency or request.party.currency
    start = StartForm(request.POST or None, day=Month.of(request.today).next().first_day)
    found = _forms(request, held, currency)
    back = reverse("console:operator:offer", args=[held.id])
    problem = ""
    if request.method == "POST":
        try:
            actions.set_price(
                actor=request.actor, offer_id=held.id, price=_pricing(found, currency),
                starts_on=_day(start), now=request.clock.now(),
            )  # fmt: skip
            return done(request, _("The price is set."), back)
        except Refused as refusal:
            problem = refusal.sentence
    context = {
        "title": _("Set a new price"),
        "intro": _("Of items that add up. What is charged already keeps its price."),
        "crumbs": [
            {"label": _("Catalogue"), "url": reverse("console:operator:catalogue")},
            {"label": name_of(held), "url": back},
        ],
        "offer": held, "currency": currency, "start": start, "forms": found, "problem": problem,
        "example": ExampleForm(), "kinds": KIND_WORDS.items(), "back": back,
        "chosen": request.GET.getlist("add"), "month": Month.of(request.today).previous(),
    }  # fmt: skip
    return render(request, "console/operator/price.html", context, status=422 if problem else 200)


@area("operator", look=Right.RUN)
def preview(request: ConsoleRequest, offer_id: int) -> HttpResponse:
    """What the price that is being typed comes to for an example: a piece of the editor."""
    held = _ours(request, offer_id)
    currency = held.currency or request.party.currency
    example = ExampleForm(request.GET)
    context: dict[str, Any] = {}
    try:
        if not example.is_valid():
            raise Invalid(_("Give the example up to 1000 seats and a quantity."))
        pricing = _pricing(_forms(request, held, currency), currency)
        context = _example(pricing, example.cleaned_data, Month.of(request.today).next())
    except Refused as refusal:
        context["problem"] = refusal.sentence
    return render(request, "console/operator/price_preview.html", context)


@require_POST
@area("operator", act=Right.RUN)
def simulation(request: ConsoleRequest, offer_id: int) -> HttpResponse:
    """Has a job reckon what the price that is being typed would have brought last month: a piece of the
    editor, which looks at it until it is done."""
    held = _ours(request, offer_id)
    currency = held.currency or request.party.currency
    try:
        trial = ask_trial(
            request.actor, offer=held, price=_promising(request, held, currency),
            month=Month.of(request.today).previous(), now=request.clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        return render(request, "console/operator/price_simulation.html", {"problem": refusal.sentence})
    return render(request, "console/operator/price_simulation.html", _tried(trial))


@area("operator", look=Right.RUN)
def simulated(request: ConsoleRequest, offer_id: int, trial_id: int) -> HttpResponseBase:
    """What that price would have brought, by customer, beside what was booked: the piece of the editor, or
    a page of its own for who left the editor meanwhile."""
    held = _ours(request, offer_id)
    trial = get_object_or_404(Trial, id=trial_id, offer=held)
    shown = _tried(trial)
    if request.headers.get("HX-Target") == "simulation":
        return render(request, "console/operator/price_simulation.html", shown)
    month = Month.of(trial.period)
    return page(
        request,
        _("What this price would have brought in %(month)s") % {"month": month},
        _("Beside what was booked, by company. Nothing is booked by it."),
        crumbs=[
            (_("Catalogue"), reverse("console:operator:catalogue")),
            (name_of(held), reverse("console:operator:offer", args=[held.id])),
        ],
        figures=[Figure(label, amount) for label, amount in shown["total"]],
        sections=[
            Section(table=shown["simulated"])
            if trial.state == Trial.State.DONE
            else Section(template="console/operator/price_trial.html", data=shown)
        ],
    )


def _tried(trial: Trial) -> dict[str, Any]:
    sums = trial.sums.aggregate(**{name: Sum(name) for name in ("new_minor", "booked_minor")})
    found = {name: sums[name] or 0 for name in sums}
    found["difference_minor"] = found["new_minor"] - found["booked_minor"]
    currency = trial.pricing.currency
    return {
        "trial": trial,
        "percent": trial.done_bp // 100,
        "here": reverse("console:operator:price_simulated", args=[trial.offer_id, trial.id]),
        "simulated": _simulated(trial),
        "total": [(label, Money(found[name], currency)) for name, label in SIMULATED.items()]
        if trial.state == Trial.State.DONE
        else [],
    }


def _simulated(trial: Trial) -> Table:
    month = Month.of(trial.period)
    return Table(
        trial.sums.select_related("customer").annotate(difference_minor=F("new_minor") - F("booked_minor")),
        [
            named("customer", _("Company")),
            *(Column(name, label, "money", sortable=True) for name, label in SIMULATED.items()),
        ],
        Empty(
            "coins",
            _("Nobody had this offer in %(month)s") % {"month": month},
            _("Choose an offer that somebody had, to see what another price would have brought."),
        ),
        name="simulation",
        order="customer__name",
        caption=_("What this price would have brought in %(month)s") % {"month": month},
    )  # fmt: skip


def _forms(request: ConsoleRequest, held: Any, currency: str) -> list[ItemForm]:
    sent: Mapping[str, Any] = request.POST if request.method == "POST" else request.GET
    now = price_in_force(held.id, request.today)
    items = stored_pricing(now).items if now else ()
    return item_forms(sent, currency, items=items, kinds=request.GET.getlist("add"))


def _pricing(found: list[ItemForm], currency: str) -> Pricing:
    """Raises Invalid with the first thing that is wrong."""
    for form in found:
        if not form.is_bound:
            raise Invalid(_("Fill in the price first."))
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            raise Invalid(
                _("%(item)s, %(field)s: %(problem)s"),
                item=form.title, field=form.fields[name].label or name, problem=errors[0],
            )  # fmt: skip
    try:
        return pricing_of(found, currency)
    except ValidationError as error:
        raise Invalid(error.messages[0]) from None


def _promising(request: ConsoleRequest, held: Any, currency: str) -> Pricing:
    """What is being typed, with the coupons that go on beside it."""
    now = price_in_force(held.id, request.today)
    typed = _pricing(_forms(request, held, currency), currency)
    return with_promised(typed, stored_pricing(now) if now else None, request.today)


def _day(start: StartForm) -> Any:
    if not start.is_valid():
        raise Invalid(_("Give the day from which the price holds."))
    return start.cleaned_data["starts_on"]


def _example(pricing: Pricing, asked: Mapping[str, Any], month: Month) -> dict[str, Any]:
    """A subscription that begins with the month, used evenly by so many events of one unit's seat."""
    items = dict(enumerate(pricing.items, 1))
    seats = tuple(
        Seat(place, f"+{place:011d}", month.first_day) for place in range(1, (asked["seats"] or 0) + 1)
    )
    noon = datetime(month.year, month.month, 1, 12, tzinfo=UTC) + timedelta(days=1)
    quantity = int((asked["quantity"] or 0) * MICRO)
    meters = {item.meter for item in pricing.items if item.meter}
    held = Held(
        id=1, zone=ZoneInfo("UTC"), starts=month.first_day, ends=None,
        versions=(Version(month.first_day, pricing.currency, items),), seats=seats,
    )  # fmt: skip
    held = replace(
        held, uses=tuple(Use(0, "subscription:1", meter, noon, quantity) for meter in sorted(meters))
    )
    rows = charges(held, month)
    told = []
    for id, item in items.items():
        theirs = [row for row in rows if row.item == id]
        amount = Money(sum(row.amount_minor for row in theirs), pricing.currency)
        steps = [said(_of_each(step), pricing.currency) for row in theirs[:1] for step in row.steps]
        told.append((item.label or item.code, len(theirs), amount, steps, rounding_point(item.kind)))
    total = Money(sum(row.amount_minor for row in rows), pricing.currency)
    return {"told": told, "total": total, "month": month}


def _of_each(step: Step) -> Step:
    """The numbers of an example are nobody's."""
    each = {"number": _("each number")} if step.values.get("number") else {}
    return replace(step, values={**step.values, **each})


def _ours(request: ConsoleRequest, offer_id: int) -> Any:
    return get_object_or_404(offers_of_operator(request.party.id, request.today), id=offer_id)
