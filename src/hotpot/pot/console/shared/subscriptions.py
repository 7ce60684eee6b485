"""What runs for a company: its seats, and the verbs on them. All who run it see the same."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog.queries import fee_in_force, offers_for_customer
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayForm, ReasonForm
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.console.shared.coupon_codes import guesses_counted
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.coupons import redeem
from hotpot.pot.subscription.models import Seat, Subscription
from hotpot.pot.subscription.queries import imports_of, seats_of, state_of
from hotpot.pot.subscription.queries import subscriptions as all_subscriptions
from hotpot.pot.web.shown import chip, day, phone
from hotpot.pot.web.tables import Column, Empty, Table

SIDES = {
    Party.Kind.OPERATOR: "operator_id",
    Party.Kind.INTEGRATOR: "integrator_id",
    Party.Kind.CUSTOMER: "customer_id",
}
KINDS = tuple(SIDES)


class SuspendForm(DayForm, ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["day", "reason"])


class CodeForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(label=_("Code of a coupon"), max_length=40)


class ChangeForm(DayForm):
    def __init__(self, *args: Any, offers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"] = forms.TypedChoiceField(label=_("Offer"), choices=offers, coerce=int)
        self.fields["key"] = forms.CharField(widget=forms.HiddenInput, max_length=80)
        self.order_fields(["offer", "day"])


def ours(request: ConsoleRequest) -> QuerySet[Subscription]:
    """The subscriptions in which the reader's party is operator, integrator or company."""
    return all_subscriptions(request.today).filter(
        **{SIDES[Party.Kind(request.party.kind)]: request.party.id}
    )


@area(*KINDS)
def subscriptions(request: ConsoleRequest) -> HttpResponseBase:
    side = SIDES[Party.Kind(request.party.kind)]
    return page(
        request,
        _("Subscriptions"),
        _("Which company uses which app, with how many seats."),
        sections=[Section(table=subscriptions_table(request, **{side: request.party.id}))],
    )


def subscriptions_table(request: ConsoleRequest, **filters: int) -> Table:
    return Table(
        all_subscriptions(request.today).filter(**filters),
        [
            *([] if "customer_id" in filters else [named("customer", _("Company"))]),
            named("app", _("App")),
            named("offer", _("Offer")),
            Column("seats_now", _("Seats"), "number", sortable=True),
            Column("id", _("State"), "chip", show=lambda row: _state_chip(row, request.today)),
            named("integrator", _("Integrator"), hidden=request.party.kind != "operator"),
            Column("starts_on", _("Since"), "day", sortable=True),
        ],
        Empty("layout-grid", _("No subscription yet"), _("A company subscribes when it orders an app.")),
        name="subscriptions",
        order="-starts_on",
        href=lambda row: reverse("console:subscription", args=[row.pk]),
    )


def _state_chip(row: Subscription, today: date) -> Any:
    return chip(state_of(row, today))


@area(*KINDS)
def subscription(request: ConsoleRequest, subscription_id: int) -> HttpResponseBase:
    held = get_object_or_404(ours(request), id=subscription_id)
    fee = fee_in_force(held.offer_id, request.today)
    seats = held.seats_now  # type: ignore[attr-defined]
    state = state_of(held, request.today)
    runs = request.may(Right.RUN) and state != "ended"
    dialogs = _dialogs(request, held, fee, seats, state) if runs else []
    return page(
        request,
        title_of(request, held),
        _("The seats of one company in one app."),
        crumbs=[_above(request)],
        state=state,
        actions=_actions(held, dialogs) if runs else [],
        figures=[
            Figure(_("Seats today"), seats, "#seats"),
            Figure(_("Fee, a seat and month"), fee),
            Figure(_("For a full month"), fee * seats if fee else None, "#seats"),
        ],
        sections=[_about(held), _seats(request, held, runs), _imports(held)],
        dialogs=dialogs,
    )


def title_of(request: ConsoleRequest, held: Subscription) -> str:
    """A company knows that it is its own."""
    if request.party.kind == Party.Kind.CUSTOMER:
        return name_of(held.app)
    return f"{name_of(held.app)} · {name_of(held.customer)}"


def _above(request: ConsoleRequest) -> tuple[str, str]:
    if request.party.kind == Party.Kind.CUSTOMER:
        return _("Apps"), reverse("console:customer:apps")
    return _("Subscriptions"), reverse("console:subscriptions")


def _actions(held: Subscription, dialogs: list[Dialog]) -> list[Action]:
    give = Action(_("Give seats"), reverse("console:give_seats", args=[held.id]), icon="plus", tone="primary")
    return [*(Action(one.label, dialog=one.id, tone="danger" if one.danger else "") for one in dialogs), give]


def _about(held: Subscription) -> Section:
    suspended = held.suspensions.order_by("-id").first()
    facts = [
        (_("Offer"), name_of(held.offer)),
        (_("Operator"), name_of(held.operator)),
        (_("Integrator"), name_of(held.integrator) if held.integrator else _("None: served directly")),
        (_("From"), day(held.starts_on)),
        (_("Until"), day(held.ends_on) if held.ends_on else _("No end")),
    ]
    codes = ", ".join(held.redemptions.order_by("id").values_list("code", flat=True))
    if codes:
        facts.append((_("Coupons"), codes))
    if suspended is not None and suspended.ends_on != suspended.starts_on:
        until = day(suspended.ends_on) if suspended.ends_on else _("until it is resumed")
        told = format_html("{} – {}: {}", day(suspended.starts_on), until, suspended.reason)
        facts.append((_("Suspended"), told))
    return Section(facts=facts)


def _seats(request: ConsoleRequest, held: Subscription, runs: bool) -> Section:
    columns = [
        Column("number", _("Number"), "phone", filterable=True, sortable=True),
        Column("member__name", _("Person"), filterable=True),
        Column("member__department__name", _("Department"), filterable=True),
        Column("starts_on", _("From"), "day", sortable=True),
        Column("ends_on", _("Until"), "day", sortable=True),
    ]
    if runs:
        columns.append(Column("id", "", show=partial(_end_link, held, request.today)))
    empty = Empty(
        "user-plus", _("No seat yet"), _("Give seats to the phone numbers that shall use the app."),
        _("Give seats") if runs else "", reverse("console:give_seats", args=[held.id]) if runs else "",
    )  # fmt: skip
    return Section(
        _("Seats"),
        table=Table(seats_of(held.id), columns, empty, name="seats", order="-starts_on"),
        id="seats",
    )


def _end_link(held: Subscription, today: date, seat: Seat) -> Any:
    if seat.ends_on is not None:
        return ""
    url = reverse("console:end_seat", args=[held.id, seat.id])
    return format_html('<a href="{}">{}</a>', url, _("End"))


def _imports(held: Subscription) -> Section:
    rows = imports_of(held.id)
    if not rows.exists():
        return Section()
    table = Table(
        rows,
        [
            Column("started_at", _("Begun"), "time", sortable=True),
            Column("lines", _("Lines"), "number"),
            Column("assigned", _("New seats"), "number"),
            Column("problems", _("Problems"), "number", show=lambda row: len(row.problems)),
            Column("finished_at", _("Finished"), "time"),
        ],
        Empty("upload", _("No file yet")),
        name="imports",
        order="-started_at",
        href=lambda row: reverse("console:seat_import", args=[held.id, row.pk]),
    )
    return Section(_("Files"), table=table, id="imports")


# Suspend, resume, change, cancel


def _dialogs(request: ConsoleRequest, held: Any, fee: Money | None, seats: int, state: str) -> list[Dialog]:
    """What can be done now, each with what it will do, in numbers."""
    amount = fee * seats if fee else "0"
    offers = _other_offers(request, held) if held.ends_on is None else []
    dialogs = [_change_dialog(request, held, offers, seats, amount)] if offers else []
    dialogs.append(
        _resume_dialog(request, held, seats, amount)
        if state == "suspended"
        else _suspend_dialog(request, held, seats, amount)
    )
    dialogs.append(_redeem_dialog(held))
    return dialogs if held.ends_on is not None else [*dialogs, _cancel_dialog(request, held, seats, amount)]


def _redeem_dialog(held: Subscription) -> Dialog:
    text = _("The coupon counts from this month on, on the fees of this subscription.")
    form = CodeForm(auto_id="redeem-%s")
    return Dialog("redeem", _("Redeem a code"), text, _verb_url(held.id, "redeem"), _("Redeem a code"), form)


def _change_dialog(
    request: ConsoleRequest, held: Subscription, offers: list[tuple[int, str]], seats: int, amount: object
) -> Dialog:
    text = ngettext(
        "%(seats)s seat goes over to the other offer. Today it costs %(amount)s for a full month.",
        "%(seats)s seats go over to the other offer. Today they cost %(amount)s for a full month.",
        seats,
    ) % {"seats": seats, "amount": amount}
    key = f"change:{held.id}:{request.clock.now().timestamp()}"
    form = ChangeForm(
        label=_("From"), day=request.today, offers=offers, initial={"key": key}, auto_id="change-%s"
    )
    url = _verb_url(held.id, "change")
    return Dialog("change", _("Change the offer"), text, url, _("Change the offer"), form)


def _resume_dialog(request: ConsoleRequest, held: Subscription, seats: int, amount: object) -> Dialog:
    text = ngettext(
        "%(seats)s person can use it again; %(amount)s more for a full month.",
        "%(seats)s people can use it again; %(amount)s more for a full month.",
        seats,
    ) % {"seats": seats, "amount": amount}
    form = DayForm(label=_("From"), day=request.today, auto_id="resume-%s")
    return Dialog("resume", _("Resume it?"), text, _verb_url(held.id, "resume"), _("Resume"), form)


def _suspend_dialog(request: ConsoleRequest, held: Subscription, seats: int, amount: object) -> Dialog:
    text = ngettext(
        "%(seats)s person can't use it from that day on; %(amount)s less for each full month.",
        "%(seats)s people can't use it from that day on; %(amount)s less for each full month.",
        seats,
    ) % {"seats": seats, "amount": amount}
    form = SuspendForm(label=_("From"), day=request.today, auto_id="suspend-%s")
    url = _verb_url(held.id, "suspend")
    return Dialog("suspend", _("Suspend it?"), text, url, _("Suspend"), form, danger=True)


def _cancel_dialog(request: ConsoleRequest, held: Subscription, seats: int, amount: object) -> Dialog:
    text = ngettext(
        "%(seats)s seat ends on that day; %(amount)s less for each full month.",
        "%(seats)s seats end on that day; %(amount)s less for each full month.",
        seats,
    ) % {"seats": seats, "amount": amount}
    next_month = Month.of(request.today).next().first_day
    form = DayForm(label=_("Ends on"), day=next_month, auto_id="cancel-%s")
    url = _verb_url(held.id, "cancel")
    return Dialog("cancel", _("Cancel it?"), text, url, _("Cancel it"), form, danger=True)


def _verb_url(subscription_id: int, verb: str) -> str:
    return reverse(f"console:subscription_{verb}", args=[subscription_id])


def _other_offers(request: ConsoleRequest, held: Subscription) -> list[tuple[int, str]]:
    offers = offers_for_customer(held.customer_id, request.today)
    return [
        (one.id, offer_word(one))
        for one in offers.filter(app=held.app, operator=held.operator)
        if one.id != held.offer_id
    ]


def offer_word(offer: Any) -> str:
    """An offer with its fee, as one chooses among several. Needs `fee_minor` and `currency`."""
    if offer.fee_minor is None:
        return f"{name_of(offer.app)} · {name_of(offer)}"
    return _("%(offer)s: %(fee)s a seat and month") % {
        "offer": f"{name_of(offer.app)} · {name_of(offer)}",
        "fee": Money(offer.fee_minor, offer.currency),
    }


@area(*KINDS)
@require_POST
def verb(request: ConsoleRequest, subscription_id: int, name: str) -> HttpResponseBase:
    held = get_object_or_404(ours(request), id=subscription_id)
    said, url = VERBS[name](request, held)
    return done(request, said, url or reverse("console:subscription", args=[held.id]))


def _suspend(request: ConsoleRequest, held: Subscription) -> tuple[str, str]:
    data = checked(SuspendForm(request.POST, label=_("From"), day=request.today)).cleaned_data
    actions.suspend(
        actor=request.actor, subscription_id=held.id, starts_on=data["day"], reason=data["reason"],
        now=request.clock.now(),
    )  # fmt: skip
    return _("Suspended."), ""


def _resume(request: ConsoleRequest, held: Subscription) -> tuple[str, str]:
    day = checked(DayForm(request.POST, label=_("From"), day=request.today)).cleaned_data["day"]
    actions.resume(actor=request.actor, subscription_id=held.id, resumes_on=day, now=request.clock.now())
    return _("It runs again."), ""


def _redeem(request: ConsoleRequest, held: Subscription) -> tuple[str, str]:
    code = checked(CodeForm(request.POST)).cleaned_data["code"]
    with guesses_counted(request, held.customer_id):
        redeem(actor=request.actor, subscription_id=held.id, code=code, now=request.clock.now())
    return _("The code is redeemed."), ""


def _cancel(request: ConsoleRequest, held: Subscription) -> tuple[str, str]:
    day = checked(DayForm(request.POST, label=_("Ends on"), day=request.today)).cleaned_data["day"]
    actions.cancel(actor=request.actor, subscription_id=held.id, ends_on=day, now=request.clock.now())
    return _("Cancelled."), ""


def _change(request: ConsoleRequest, held: Subscription) -> tuple[str, str]:
    form = ChangeForm(request.POST, label=_("From"), day=request.today, offers=_other_offers(request, held))
    data = checked(form).cleaned_data
    new = actions.change_offer(
        actor=request.actor, subscription_id=held.id, offer_id=data["offer"], starts_on=data["day"],
        key=data["key"], now=request.clock.now(),
    )  # fmt: skip
    return _("The offer is changed."), reverse("console:subscription", args=[new.id])


VERBS = {
    "suspend": _suspend,
    "resume": _resume,
    "cancel": _cancel,
    "change": _change,
    "redeem": _redeem,
}


# One seat


@area(*KINDS, look=Right.RUN)
def end_seat(request: ConsoleRequest, subscription_id: int, seat_id: int) -> HttpResponseBase:
    held = get_object_or_404(ours(request), id=subscription_id)
    seat = get_object_or_404(seats_of(held.id), id=seat_id)
    form = DayForm(request.POST or None, label=_("Ends on"), day=request.today)

    def end(valid: DayForm) -> None:
        actions.end_seats(
            actor=request.actor,
            subscription_id=held.id,
            seat_ids=[seat.id],
            ends_on=valid.cleaned_data["day"],
            now=request.clock.now(),
        )

    back = reverse("console:subscription", args=[held.id])
    if carried_out(form, end):
        return done(request, _("The seat ends."), back)
    fee = fee_in_force(held.offer_id, request.today)
    name = seat.member.name if seat.member else "–"
    return form_page(
        request,
        _("End this seat?"),
        _("1 seat ends on that day; %(fee)s less for each full month.") % {"fee": fee or "0"},
        form,
        label=_("End the seat"),
        back=back,
        crumbs=[_above(request), (title_of(request, held), back)],
        aside=[
            Section(
                facts=[
                    (_("Number"), phone(seat.number)),
                    (_("Person"), name),
                ]
            )
        ],
    )
