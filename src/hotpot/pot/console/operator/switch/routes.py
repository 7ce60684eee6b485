"""Which carrier takes what: the table of routes, its editor, and why a number goes where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import MsisdnField, choice
from hotpot.pot.console.operator.switch.frame import carrier_word, served, served_ids, tabs
from hotpot.pot.console.parts import Action, Section, carried_out, form_page, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.messaging.models import CarrierAccount, CarrierHealth, Interface, Route
from hotpot.pot.messaging.switch import routes as verbs
from hotpot.pot.messaging.switch.credit import amount_of, e4
from hotpot.pot.messaging.switch.routing import SIMULATED, Weighed
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

CLASSES = (
    ("", gettext_lazy("All")),
    ("notice", gettext_lazy("Notices")),
    ("marketing", gettext_lazy("Marketing")),
    ("code", gettext_lazy("Sign-in codes")),
)
DAYS = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip
MIDNIGHT = 24 * 60


class RouteForm(forms.Form):
    """What is left empty fits all."""

    folded = ("message_class", "days", "opens", "closes", "parts_max", "weight")
    folded_word = gettext_lazy("Time, share and length")

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"), initial=0, min_value=-99, max_value=99,
        help_text=gettext_lazy("Less goes first; of equals the more specific route does."),
    )  # fmt: skip
    price = forms.DecimalField(
        label=gettext_lazy("Cost of a part"), initial=0, min_value=0, max_value=1000, decimal_places=4,
        help_text=gettext_lazy("What the carrier asks: of equal routes the cheapest goes first."),
    )  # fmt: skip
    begins = forms.CharField(
        label=gettext_lazy("Numbers that begin with"), max_length=16, required=False,
        help_text=gettext_lazy("Like +86138."),
    )  # fmt: skip
    message_class = forms.ChoiceField(label=gettext_lazy("Messages"), choices=CLASSES, required=False)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days"), choices=[(str(bit), day) for bit, day in enumerate(DAYS)], required=False,
        help_text=gettext_lazy("None chosen: all."),
    )  # fmt: skip
    opens = forms.TimeField(label=gettext_lazy("From (where the number is)"), required=False)
    closes = forms.TimeField(label=pgettext_lazy("time of day", "Until"), required=False)
    parts_max = forms.IntegerField(
        label=gettext_lazy("Parts at most"), initial=255, min_value=1, max_value=255
    )
    weight = forms.IntegerField(
        label=gettext_lazy("Share of the traffic"), required=False, min_value=0, max_value=1000,
        help_text=gettext_lazy("Routes of one rank with a share divide the numbers by it, before price."),
    )  # fmt: skip
    is_on = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, request: ConsoleRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(one, carrier_word(one)) for one in carriers() or [SIMULATED]]
        self.fields["carrier"] = forms.ChoiceField(label=_("Carrier"), choices=names)
        operators = Party.objects.filter(kind=Party.Kind.OPERATOR).order_by("name")
        every = {"required": False, "empty_label": _("All")}
        self.fields["operator"] = choice(_("Network of the number"), operators, **every)
        self.fields["customer"] = choice(_("Company"), served(request), **every)
        ours = Interface.objects.filter(customer__in=served(request)).order_by("name")
        self.fields["interface"] = choice(_("Interface"), ours, **every)
        self.order_fields(
            ["name", "carrier", "operator", "prefix", "customer", "interface", "priority", "price"]
        )

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        opens, closes = given["opens"], given["closes"]
        return {
            "name": given["name"].strip(),
            "carrier": given["carrier"],
            "priority": given["priority"],
            "operator_id": given["operator"].pk if given["operator"] else None,
            "prefix": given["begins"].strip(),
            "customer_id": given["customer"].pk if given["customer"] else None,
            "interface_id": given["interface"].pk if given["interface"] else None,
            "message_class": given["message_class"],
            "days": sum(1 << int(bit) for bit in given["days"]) or 127,
            "from_minute": opens.hour * 60 + opens.minute if opens else 0,
            "to_minute": (closes.hour * 60 + closes.minute if closes else 0) or MIDNIGHT,
            "parts_max": given["parts_max"],
            "weight": given["weight"],
            "price_e4": e4(given["price"]),
            "is_on": given["is_on"],
        }


def initial_of(route: Route) -> dict[str, Any]:
    return {
        "name": route.name,
        "carrier": route.carrier,
        "priority": route.priority,
        "operator": route.operator_id,
        "begins": route.prefix,
        "customer": route.customer_id,
        "interface": route.interface_id,
        "message_class": route.message_class,
        "days": [str(bit) for bit in range(7) if route.days >> bit & 1] if route.days != 127 else [],
        "opens": clock_of(route.from_minute) if route.from_minute else None,
        "closes": clock_of(route.to_minute) if route.to_minute != MIDNIGHT else None,
        "parts_max": route.parts_max,
        "weight": route.weight,
        "price": amount_of(route.price_e4),
        "is_on": route.is_on,
    }


def clock_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def carriers() -> list[str]:
    with as_system():
        return list(CarrierAccount.objects.order_by("id").values_list("name", flat=True))


class ExplainForm(forms.Form):
    def __init__(self, *args: Any, request: ConsoleRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"] = MsisdnField(region=request.party.country)
        ours = Interface.objects.filter(customer__in=served(request)).order_by("name")
        self.fields["interface"] = choice(_("Interface"), ours, required=False, empty_label=_("None: an app"))


@area("operator")
def routes(request: ConsoleRequest) -> HttpResponseBase:
    with as_system():
        health = {one.name: one for one in CarrierHealth.objects.all()}
        accounts = [
            {
                "name": one.name,
                "protocol": one.protocol,
                "state": "up" if one.name not in health or health[one.name].is_up else "down",
                "since": health[one.name].since if one.name in health else None,
                "reason": health[one.name].reason if one.name in health else "",
            }
            for one in CarrierAccount.objects.order_by("id")
        ]
        rows = list(
            _own(request).select_related("operator", "customer", "interface").order_by("priority", "id")
        )
        runs = request.may(Right.RUN)
        add = Action(_("Add a route"), reverse("console:operator:add_route"), icon="plus", tone="primary")
        return page(
            request,
            _("Routes"),
            _("Which carrier takes which messages. Without a route the first carrier takes all."),
            tabs=tabs(request, "routes"),
            actions=[
                Action(_("Why does a number go there?"), reverse("console:operator:explain_route")),
                *([add] if runs else []),
            ],
            sections=[
                Section(_("Carriers"), table=carriers_table(accounts), id="carriers"),
                Section(_("Routes"), table=routes_table(rows, runs), id="routes"),
            ],
        )


def _own(request: ConsoleRequest) -> QuerySet[Route]:
    """Routes for all, and for companies that the operator serves; those of others are not its business."""
    return Route.objects.filter(Q(customer=None) | Q(customer_id__in=served_ids(request)))


def carriers_table(accounts: Sequence[dict[str, Any]]) -> Table:
    return Table(
        list(accounts),
        [
            Column("name", _("Carrier")),
            Column("protocol", _("Protocol")),
            Column("state", _("State"), "chip"),
            Column("since", _("Since"), "time"),
            Column("reason", _("Reason")),
        ],
        Empty(
            "cable",
            _("No carrier yet"),
            _("All messages go to the simulated network. Set one up with “hotpot carrier”."),
        ),
        name="carriers",
    )


def routes_table(rows: Sequence[Route], runs: bool) -> Table:
    return Table(
        [
            {
                "id": one.pk,
                "name": one.name,
                "carrier": carrier_word(one.carrier),
                "for": _whom(one),
                "when": _when(one),
                "priority": one.priority,
                "weight": one.weight,
                "price": amount_of(one.price_e4),
                "on": one.is_on,
            }
            for one in rows
        ],
        [
            Column("name", _("Route"), sortable=True, filterable=True),
            Column("carrier", _("Carrier"), sortable=True, filterable=True),
            Column("for", _("For"), filterable=True),
            Column("when", _("When")),
            Column("priority", _("Priority"), "number", sortable=True),
            Column("weight", _("Share"), "number"),
            Column("price", _("Cost of a part"), "number", sortable=True),
            Column("on", _("In use"), "chip"),
        ],
        Empty("link", _("No route yet"), _("The first carrier that is up takes all messages.")),
        name="routes",
        unique="id",
        href=(lambda row: reverse("console:operator:route", args=[row["id"]])) if runs else None,
    )


def _whom(route: Route) -> str:
    parts = [
        route.interface.name if route.interface else "",
        name_of(route.customer) if route.customer else "",
        name_of(route.operator) if route.operator else "",
        f"{route.prefix}…" if route.prefix else "",
        str(dict(CLASSES)[route.message_class]) if route.message_class else "",
    ]
    return " · ".join(part for part in parts if part) or _("All")


def _when(route: Route) -> str:
    days = [str(day) for bit, day in enumerate(DAYS) if route.days >> bit & 1] if route.days != 127 else []
    whole = (route.from_minute, route.to_minute) == (0, MIDNIGHT)
    hours = "" if whole else f"{clock_of(route.from_minute)}–{clock_of(route.to_minute)}"
    return " ".join(part for part in (", ".join(days), hours) if part) or _("Always")


@area("operator", look=Right.RUN)
def add_route(request: ConsoleRequest) -> HttpResponseBase:
    form = RouteForm(request.POST or None, request=request)
    here = reverse("console:operator:routes")
    now = request.clock.now()
    if carried_out(form, lambda valid: verbs.save_route(request.actor, valid.values(), now=now)):
        return done(request, _("The route is in use from the next message on."), here)
    return form_page(
        request, _("Add a route"), _("What you leave empty fits all."), form, label=_("Add it"), back=here,
        crumbs=[(_("Routes"), here)],
    )  # fmt: skip


@area("operator", look=Right.RUN)
def route(request: ConsoleRequest, route_id: int) -> HttpResponseBase:
    with as_system():
        held = _own(request).filter(id=route_id).first()
    if held is None:
        raise Http404
    here = reverse("console:operator:routes")
    form = RouteForm(request.POST or None, request=request, initial=initial_of(held))
    now = request.clock.now()
    if carried_out(
        form, lambda valid: verbs.save_route(request.actor, valid.values(), route_id=route_id, now=now)
    ):
        return done(request, _("The route was changed."), here)
    remove = Section(
        _("Remove it"),
        _("Messages that it would take go by the next route that fits."),
        template="console/operator/remove.html",
        data={"url": reverse("console:operator:remove_route", args=[route_id])},
    )
    return form_page(
        request, held.name, _("What you leave empty fits all."), form, label=_("Save"), back=here,
        crumbs=[(_("Routes"), here)], aside=[remove],
    )  # fmt: skip


@area("operator")
@require_POST
def remove_route(request: ConsoleRequest, route_id: int) -> HttpResponseBase:
    verbs.remove_route(request.actor, route_id=route_id, now=request.clock.now())
    return done(request, _("The route is gone."), reverse("console:operator:routes"))


@area("operator")
def explain_route(request: ConsoleRequest) -> HttpResponseBase:
    """By GET: an explanation is something to link to."""
    asked = "number" in request.GET
    form = ExplainForm(request.GET if asked else None, request=request)
    sections = [
        Section(template="console/operator/explain_route.html", data={"form": form, "url": request.path})
    ]
    if form.is_valid():
        number = form.cleaned_data["number"].e164
        interface = form.cleaned_data["interface"]
        told, home, _snapshot = verbs.explain(
            number, interface_id=interface.pk if interface else None, now=request.clock.now()
        )
        with as_system():
            own = set(_own(request).values_list("id", flat=True))
        told = [one for one in told if one.route.id <= 0 or one.route.id in own]
        first = [carrier_word(one.route.carrier) for one in told if one.place == 1]
        owner = Party.objects.filter(id=home).first() if home else None
        sections += [
            Section(
                facts=[
                    (_("Network of the number today"), name_of(owner) if owner else _("Unknown")),
                    (_("Carrier"), first[0] if first else _("None")),
                ]
            ),
            Section(_("Routes in their order"), table=explained_table(told), id="explained"),
        ]
    here = reverse("console:operator:routes")
    return page(
        request,
        _("Why does a number go there?"),
        _("All routes, in the order in which they would be tried, and what speaks against the others."),
        crumbs=[(_("Routes"), here)],
        sections=sections,
    )


REASONS = {
    "": gettext_lazy("Serves"),
    "down": gettext_lazy("Serves, though its carrier is down"),
    "carrier": gettext_lazy("Its carrier isn't set up"),
    "tried": gettext_lazy("Its carrier had the message already"),
    "operator": gettext_lazy("For numbers of another network"),
    "prefix": gettext_lazy("For other numbers"),
    "customer": gettext_lazy("For another company"),
    "interface": gettext_lazy("For another interface"),
    "class": gettext_lazy("For another kind of messages"),
    "parts": gettext_lazy("Takes no message of so many parts"),
    "time": gettext_lazy("Not at this time"),
    "same_carrier": gettext_lazy("Its carrier serves by a better route"),
}


def explained_table(told: Sequence[Weighed]) -> Table:
    return Table(
        [
            {
                "id": one.route.id,
                "place": one.place,
                "name": carrier_word(one.route.name),
                "carrier": carrier_word(one.route.carrier),
                "reason": str(REASONS[one.reason]),
            }
            for one in told
        ],
        [
            Column("place", _("Order"), "number"),
            Column("name", _("Route")),
            Column("carrier", _("Carrier")),
            Column("reason", _("Why")),
        ],
        Empty("link", _("No route fits"), _("Add one that does.")),
        name="explained",
        unique="id",
    )
