"""How the messages of an operator's companies fare. Their text is between the company and its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.charts import bars, states
from hotpot.pot.console.forms import MomentField
from hotpot.pot.console.operator.switch.frame import carrier_word, served_ids, tabs
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.messaging.models import Message, MessagePart
from hotpot.pot.messaging.switch.traffic import ENDED_BADLY, Traffic, resend
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.web.rules import label_of
from hotpot.pot.web.shown import chip, moment, phone
from hotpot.pot.web.tables import Column, Empty, Table

SHOWN = (
    "id",
    "number",
    "access_number",
    "app_id",
    "interface__name",
    "carrier",
    "customer__name",
    "customer__name_zh",
    "state",
    "error",
    "created_at",
    "ended_at",
)
FIRST = (
    Message.State.HELD,
    Message.State.QUEUED,
    Message.State.SENT,
    Message.State.DELIVERED,
    Message.State.FAILED,
    Message.State.RECEIVED,
)
REASONS_SHOWN = 10


class SpanForm(forms.Form):
    """Times are those of the viewer's zone; `until` is excluded."""

    since = MomentField(label=pgettext_lazy("times", "From"))
    until = MomentField(label=pgettext_lazy("times", "To"))

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since >= until:
            self.add_error("until", _("Give a time that is later than the first."))


def searched(request: ConsoleRequest, rows: QuerySet[Message]) -> tuple[QuerySet[Message], Section]:
    """The messages that were written between two times, where some are asked for, and where to ask."""
    asked = {name: value for name, value in request.GET.items() if name in SpanForm.base_fields and value}
    form = SpanForm(asked or None)
    if form.is_valid():
        bounds = {"since": "created_at__gte", "until": "created_at__lt"}
        rows = rows.filter(**{bounds[name]: at for name, at in form.cleaned_data.items() if at})
    kept = [
        (name, value)
        for name, value in request.GET.items()
        if name not in asked and not name.endswith(("after", "export"))
    ]
    data = {"form": form, "asked": bool(asked), "kept": kept, "url": request.path}
    return rows, Section(template="console/operator/message_span.html", data=data)


@area("operator")
def messages(request: ConsoleRequest) -> HttpResponseBase:
    # A message belongs to its company alone, so the database shows it to nobody else: this page asks
    # as the system, for the companies that the operator serves, and never for the text.
    customers = served_ids(request)
    now = request.clock.now()
    with as_system():
        rows = Message.objects.filter(customer_id__in=customers)
        since = now - timedelta(days=1)
        counts = dict(
            rows.filter(created_at__gte=since).values_list("state").annotate(n=Count("id")).order_by()
        )
        here = reverse("console:operator:messages")
        state = request.GET.get("state", "")
        one_state = state in FIRST
        found, search = searched(request, rows.filter(state=state) if one_state else rows)
        table = messages_table(found, "console:operator:message")
        if one_state:
            table = replace(table, empty=_none_in_state(here))
        return page(
            request,
            _("Messages"),
            _("Messages of the last day by state, and a search over all of them."),
            tabs=tabs(request, "messages"),
            live="messages",
            figures=[
                Figure(label_of(word_of(one)), counts.get(one, 0), f"{here}?state={one}#messages")
                for one in FIRST
            ],
            sections=[
                *charts(Traffic(customers, since=since, now=now)),
                search,
                Section(
                    label_of(word_of(state)) if one_state else "",
                    table=table,
                    actions=[Action(_("Show all"), here)] if one_state else [],
                    id="messages",
                ),
            ],
        )


def _none_in_state(here: str) -> Empty:
    return Empty("message-square", _("No message is in this state"), "", _("Show all"), here)


def word_of(state: str) -> str:
    """By which it is shown: what is held is in review."""
    return "reviewing" if state == Message.State.HELD else state


def _state(row: Mapping[str, Any]) -> object:
    return chip(word_of(row["state"]))


def _company(row: Mapping[str, Any]) -> str:
    return name_of(Party(name=row["customer__name"] or "", name_zh=row["customer__name_zh"] or ""))


def charts(traffic: Traffic) -> list[Section]:
    """Of the last day; none where nothing was sent."""
    if not traffic.by_carrier():
        return []
    hourly = {
        state.value: traffic.by_hour(state)
        for state in (Message.State.DELIVERED, Message.State.SENT, *ENDED_BADLY)
    }
    reasons = [(reason or _("Validity was over"), count) for reason, count in traffic.reasons()]
    sections = [
        _chart(_("By hour"), states([f"{timezone.localtime(hour):%H:%M}" for hour in traffic.hours], hourly)),
        _chart(_("By carrier"), _two(traffic.by_carrier, _("None yet"), carrier_word), half=True),
        _chart(_("By interface"), _two(traffic.by_interface, _("Apps")), half=True),
    ]
    if reasons:
        why = bars(_("Messages"), reasons[:REASONS_SHOWN])
        sections.append(_chart(_("Why messages failed"), why))
    return sections


def _chart(title: str, chart: Mapping[str, Any], *, half: bool = False) -> Section:
    return Section(title, chart=chart, caption=title, half=half)


def _two(by: Any, nameless: str, word: Callable[[str], str] = str) -> dict[str, Any]:
    """Delivered and failed, side by side, of each carrier or interface."""
    names = sorted(by(), key=str)
    good, bad = by(Message.State.DELIVERED), by(*ENDED_BADLY)
    return states(
        [word(name) if name else nameless for name in names],
        {
            Message.State.DELIVERED.value: [good.get(name, 0) for name in names],
            Message.State.FAILED.value: [bad.get(name, 0) for name in names],
        },
    )


def messages_table(rows: QuerySet[Message], to: str, *, company: bool = True) -> Table:
    """`to`: the page of one message."""
    return Table(
        rows.values(*SHOWN),
        [
            Column("number", _("Number"), "phone", filterable=True),
            *([named("customer", _("Company"), sortable=False, show=_company)] if company else []),
            Column("interface__name", _("Interface"), filterable=True),
            Column("app_id", _("App"), filterable=True, hidden=True),
            Column("carrier", _("Carrier"), filterable=True, show=_carrier),
            Column("state", _("State"), "chip", filterable=True, show=_state),
            Column("error", _("Error"), filterable=True),
            Column("created_at", _("Written"), "time"),
            Column("ended_at", _("Ended"), "time", hidden=True),
            Column("access_number", _("Access number"), hidden=True),
            Column("id", _("Id"), "number", sortable=True, hidden=True),
        ],
        Empty("message-square", _("No message yet"), _("Messages to and from people appear here.")),
        name="messages",
        order="-id",  # as they were written, by an index
        unique="id",
        href=lambda row: reverse(to, args=[row["id"]]),
        filter_hint=_("Number, interface, carrier or error"),
    )


@area("operator")
def message(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    with as_system():
        held = (
            Message.objects.select_related("interface", "customer")
            .filter(id=message_id, customer_id__in=served_ids(request))
            .first()
        )
        if held is None:
            raise Http404
        return message_page(
            request, held, back="console:operator:messages", again="console:operator:send_again"
        )


def message_page(
    request: ConsoleRequest, held: Message, *, back: str, again: str, text: bool = False
) -> HttpResponseBase:
    """One message, and each of its parts. The text is shown to its company alone."""
    here = reverse(back)
    facts = [
        (_("Number"), phone(held.number)),
        (_("Access number"), held.access_number),
        (_("Interface"), held.interface.name if held.interface else ""),
        (_("Its own id"), held.client_ref),
        (_("Carrier"), carrier_word(held.carrier)),
        (_("The carrier's id"), held.carrier_ref),
        (_("Error"), held.error),
        (_("Written"), moment(held.created_at)),
        (_("Sent"), moment(held.sent_at) if held.sent_at else ""),
        (_("Ended"), moment(held.ended_at) if held.ended_at else ""),
        (_("Text"), held.text if text and not held.secret else ""),
    ]
    parts = list(MessagePart.objects.filter(message_id=held.pk).order_by("carrier", "place").values())
    sections = [Section(facts=[(label, value) for label, value in facts if value])]
    if parts:
        sections.append(Section(_("Its parts"), table=parts_table(parts), id="parts"))
    repeat = Dialog(
        "again", _("Send it again"), _("The same text to the same number. It is counted and paid again."),
        reverse(again, args=[held.pk]), _("Send it again"),
    )  # fmt: skip
    may = request.may(Right.RUN) and held.interface_id is not None and held.state in ENDED_BADLY
    return page(
        request,
        _("Message %(id)s") % {"id": held.pk},
        crumbs=[(_("Messages"), here)],
        state=word_of(held.state),
        actions=[Action(repeat.label, dialog="again", icon="refresh-cw")] if may else [],
        sections=sections,
        dialogs=[repeat] if may else [],
    )


def _carrier(row: Mapping[str, Any]) -> str:
    return carrier_word(row["carrier"])


def parts_table(parts: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        list(parts),
        [
            Column("place", _("Part"), "number"),
            Column("carrier", _("Carrier"), show=_carrier),
            Column("carrier_ref", _("The carrier's id")),
            Column("state", _("State"), "chip"),
            Column("error", _("Error")),
            Column("ended_at", _("Ended"), "time"),
        ],
        Empty("message-square", _("No part yet")),
        name="parts",
        unique="id",
    )


@area("operator")
@require_POST
def send_again(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    new = resend(request.actor, message_id=message_id, now=request.clock.now())
    return done(request, _("It is on its way again."), reverse("console:operator:message", args=[new]))
