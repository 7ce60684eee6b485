"""What arrives of a developer's apps: meters, their days, the last events, and what was refused and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.pot.catalog.queries import apps_of
from hotpot.pot.console import charts
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import choice
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, carried_out, checked, form_page, page
from hotpot.pot.identity.models import Person
from hotpot.pot.metering import actions, queries
from hotpot.pot.metering.models import Meter, Source, Tally
from hotpot.pot.metering.rules import EXPONENT_MAX, EXPONENT_MIN, hosted_source
from hotpot.pot.party.rules import Right
from hotpot.pot.web.shown import chip, masked
from hotpot.pot.web.tables import Column, Empty, Table

DAYS = 30
EVENTS_SHOWN = 50
TOKEN_DAYS = 365

AGGREGATIONS = [
    (Meter.Aggregation.COUNT, gettext_lazy("Count of events")),
    (Meter.Aggregation.SUM, gettext_lazy("Sum of a field")),
    (Meter.Aggregation.MAX, gettext_lazy("Greatest value of a field")),
    (Meter.Aggregation.LAST, gettext_lazy("Last value of a field")),
    (Meter.Aggregation.UNIQUE, gettext_lazy("Different values of a field")),
]
WORDS = dict(AGGREGATIONS)


class SourceForm(forms.Form):
    uri = forms.CharField(label=gettext_lazy("Source (a URI)"), max_length=200)

    def __init__(self, *args: Any, developer_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["app"] = choice(gettext_lazy("App"), apps_of(developer_id))
        self.order_fields(["app"])


class MeterForm(SourceForm):
    uri = None  # type: ignore[assignment]
    code = forms.SlugField(label=gettext_lazy("Code"))
    event_type = forms.CharField(label=gettext_lazy("Type of event"), max_length=100)
    aggregation = forms.ChoiceField(label=gettext_lazy("Counts"), choices=AGGREGATIONS)
    field = forms.CharField(label=gettext_lazy("Field of the data"), max_length=64, required=False)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40)
    exponent = forms.IntegerField(
        label=gettext_lazy("Power of ten from field to unit"),
        initial=0,
        min_value=EXPONENT_MIN,
        max_value=EXPONENT_MAX,
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What uses it"), max_length=80)

    def __init__(self, *args: Any, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"] = forms.ModelChoiceField(sources, label=gettext_lazy("Source"))
        self.fields["source"].label_from_instance = lambda row: row.uri  # type: ignore[attr-defined]


@area("developer")
def usage(request: ConsoleRequest) -> HttpResponseBase:
    today = request.clock.now().astimezone(UTC).date()
    since = today - timedelta(days=DAYS - 1)
    tallies = list(queries.tallies_since(since))
    refusals = queries.refusals_since(since)
    sums: dict[int, int] = defaultdict(int)
    for one in tallies:
        sums[one.meter_id] += one.events
    runs = request.may(Right.RUN)
    return page(
        request,
        _("Usage"),
        _("What your apps' events say was used. An event is here within two seconds."),
        actions=_actions(request) if runs else [],
        figures=[
            Figure(_("Counted today"), f"{sum(one.events for one in tallies if one.day == today):,}"),
            Figure(_("Counted in 30 days"), f"{sum(sums.values()):,}"),
            Figure(_("Refused in 30 days"), f"{sum(one.events for one in refusals):,}", "#refused"),
        ],
        sections=[
            Section(
                _("Events by day"),
                chart=charts.days_of_parts(_days(since, today), _by_meter(tallies)),
                caption=_("Events of each meter on each day of UTC"),
                id="days",
            ),
            Section(_("Meters"), table=_meters(request, sums), id="meters"),
            Section(_("Last events"), table=_last_events(request), id="events"),
            Section(
                _("Refused"),
                _("Nothing of these was counted. Mend the sender and send them again."),
                table=_refused(refusals),
                id="refused",
            ),
            Section(_("Sources"), table=_sources(request), id="sources"),
        ],
        dialogs=_dialogs(request) if runs else [],
    )


def _days(since: date, today: date) -> list[date]:
    return [since + timedelta(days=n) for n in range((today - since).days + 1)]


def _by_meter(tallies: Sequence[Tally]) -> dict[str, dict[date, int]]:
    parts: dict[str, dict[date, int]] = defaultdict(dict)
    for one in tallies:
        parts[f"{one.meter.app_id} {one.meter.code}"][one.day] = one.events
    return parts


def _meters(request: ConsoleRequest, sums: dict[int, int]) -> Table:
    return Table(
        queries.meters_of(developer_ids=[request.party.id]),
        [
            Column("app_id", _("App"), sortable=True, filterable=True),
            Column("code", _("Meter"), sortable=True, filterable=True),
            Column("event_type", _("Type of event"), filterable=True),
            Column("aggregation", _("Counts"), show=lambda row: WORDS[row.aggregation]),
            Column("field", _("Field of the data")),
            Column("unit", _("Unit"), show=_unit),
            Column("id", _("Events in 30 days"), "number", show=lambda row: sums.get(row.id, 0)),
            Column("ended_at", _("State"), "chip", show=_state),
        ],
        Empty("chart-line", _("No meter yet"), _("A meter says which events count, and how.")),
        name="meters",
        order="code",
    )


def _unit(row: Meter) -> str:
    return row.unit if not row.exponent else f"{row.unit} (10^{row.exponent})"


def _state(row: Meter) -> Any:
    if row.ended_at is not None:
        return chip("ended")
    return format_html(
        '<button class="button quiet" type="button" data-open="end-{}">{}</button>', row.id, _("End it")
    )


def _last_events(request: ConsoleRequest) -> Table:
    from hotpot.pot.metering.usage import last_events  # Arrow is for who looks, not for every process.

    uris = [one.uri for one in _own_sources(request)]
    uris += [hosted_source(app.pk) for app in apps_of(request.party.id)]
    events = last_events(uris, limit=EVENTS_SHOWN)
    return Table(
        [event | {"subject": _subject(event["subject"])} for event in events],
        [
            Column("received_at", _("Came"), "time"),
            Column("time", pgettext("event", "Happened"), "time"),
            Column("type", _("Type of event"), filterable=True),
            Column("subject", _("Subject")),
            Column("data", _("Data")),
            Column("source", _("Source"), filterable=True),
            Column("id", _("Id"), filterable=True),
        ],
        Empty("inbox", _("No event yet"), _("Make a token, and send one to POST /v1/events.")),
        name="events",
        order="-received_at",
        unique="event",
    )


def _subject(subject: str) -> str:
    """Masked in what is exported too."""
    return masked(subject) if subject.startswith("+") else subject


def _refused(refusals: Any) -> Table:
    return Table(
        refusals,
        [
            Column("day", _("Day"), "day", sortable=True),
            Column("code", _("Reason"), sortable=True, filterable=True),
            Column("events", _("Events"), "number", sortable=True),
            Column("last_at", _("Last"), "time", sortable=True),
            Column("last_message", _("What to do")),
            Column("last_type", _("Type of event"), filterable=True),
            Column("last_source", _("Source"), filterable=True),
            Column("last_event", _("Id"), filterable=True),
        ],
        Empty("circle-check", _("Nothing was refused")),
        name="refused",
        order="-day",
    )


def _sources(request: ConsoleRequest) -> Table:
    return Table(
        _own_sources(request),
        [
            Column("uri", _("Source"), sortable=True, filterable=True),
            Column("app_id", _("App"), sortable=True, filterable=True),
            Column("made_at", _("Since"), "time", sortable=True),
        ],
        Empty("plug", _("No source yet"), _("A source is what sends events: name it by a URI.")),
        name="sources",
        order="uri",
    )


def _own_sources(request: ConsoleRequest) -> Any:
    return Source.objects.filter(app__developer=request.party)


def _actions(request: ConsoleRequest) -> list[Action]:
    found = [
        Action(_("Add a meter"), dialog="add-meter", icon="plus", tone="primary"),
        Action(_("Add a source"), dialog="add-source", icon="plus"),
    ]
    if request.may(Right.ROLES) and _own_sources(request).exists():
        found.append(
            Action(_("Make a token"), reverse("console:developer:make_usage_token"), icon="key-round")
        )
    return found


def _dialogs(request: ConsoleRequest) -> list[Dialog]:
    developer = request.party.id
    return [
        Dialog(
            "add-meter", _("Add a meter"), _("It counts events that come from now on. Its meaning stays."),
            reverse("console:developer:add_meter"), _("Add it"),
            form=MeterForm(developer_id=developer, auto_id="meter-%s"),
        ),
        Dialog(
            "add-source", _("Add a source"), _("Events that bear this source are the app's from now on."),
            reverse("console:developer:add_source"), _("Add it"),
            form=SourceForm(developer_id=developer, auto_id="source-%s"),
        ),
        *(
            Dialog(
                f"end-{meter.id}", _("End this meter?"),
                _("“%(code)s” counts nothing more. What it counted stays.") % {"code": meter.code},
                reverse("console:developer:end_meter", args=[meter.id]), _("End it"), danger=True,
            )
            for meter in queries.meters_of(developer_ids=[developer]).filter(ended_at=None)
        ),
    ]  # fmt: skip


@area("developer")
@require_POST
def add_meter(request: ConsoleRequest) -> HttpResponseBase:
    data = checked(MeterForm(request.POST, developer_id=request.party.id)).cleaned_data
    app = data.pop("app")
    actions.make_meter(actor=request.actor, app_id=app.pk, now=request.clock.now(), **data)
    return done(request, _("The meter counts from now on."), reverse("console:developer:usage"))


@area("developer")
@require_POST
def end_meter(request: ConsoleRequest, meter_id: int) -> HttpResponseBase:
    meter = get_object_or_404(queries.meters_of(developer_ids=[request.party.id]), id=meter_id)
    actions.end_meter(actor=request.actor, meter_id=meter.id, now=request.clock.now())
    return done(request, _("The meter has ended."), reverse("console:developer:usage"))


@area("developer")
@require_POST
def add_source(request: ConsoleRequest) -> HttpResponseBase:
    data = checked(SourceForm(request.POST, developer_id=request.party.id)).cleaned_data
    actions.add_source(actor=request.actor, app_id=data["app"].pk, uri=data["uri"], now=request.clock.now())
    return done(request, _("The source is added."), reverse("console:developer:usage"))


@area("developer", look=Right.ROLES, act=Right.ROLES)
def make_token(request: ConsoleRequest) -> HttpResponseBase:
    """Asks what for, and then shows the token's text, this once."""
    form = TokenForm(request.POST or None, sources=_own_sources(request))
    texts: list[str] = []
    back = reverse("console:developer:usage")
    if carried_out(form, lambda valid: texts.append(_token(request, valid.cleaned_data))):
        shown = page(
            request,
            _("Your token"),
            _("Copy it now: it is shown this once. Whoever has it may send events of this source."),
            crumbs=[(_("Usage"), back)],
            sections=[Section(form.cleaned_data["source"].uri, code=texts[0])],
        )
        shown.headers["Cache-Control"] = "no-store"
        return shown
    return form_page(
        request,
        _("Make a token"),
        _("It may send events of this source for a year, and nothing else. It is shown once."),
        form,
        label=_("Make it"),
        back=back,
        crumbs=[(_("Usage"), back)],
    )


def _token(request: ConsoleRequest, data: dict[str, Any]) -> str:
    person, source = request.user, data["source"]
    assert isinstance(person, Person)
    _made, text = actions.make_token(
        actor=request.actor, person=person, app_id=source.app_id, sources=[source.uri], name=data["name"],
        days=TOKEN_DAYS, now=request.clock.now(),
    )  # fmt: skip
    return text
