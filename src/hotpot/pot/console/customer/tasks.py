"""The tasks that a company's own systems gave to its people: open, decided, and how long it took."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotpot.pot.connector.models import Task
from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Figure, Section, Tab, page
from hotpot.pot.web.tables import Column, Empty, Table

DAYS = 30


@area("customer")
def tasks(request: ConsoleRequest) -> HttpResponseBase:
    since = request.clock.now() - timedelta(days=DAYS)
    summary = queries.tasks_summary(request.party.id, since)
    show = request.GET.get("show", "open")
    here = reverse("console:customer:tasks")
    rows = Task.objects.filter(customer=request.party)
    rows = queries.open_tasks(request.party.id) if show == "open" else rows.exclude(state=Task.State.OPEN)
    return page(
        request,
        _("Tasks"),
        _("What your own systems ask your people to decide, and how long they take."),
        figures=[
            Figure(_("Open"), summary.open, f"{here}?show=open"),
            Figure(_("Decided in 30 days"), summary.decided, f"{here}?show=ended"),
            Figure(_("Usually takes"), duration(summary.median)),
            Figure(_("Nine of ten within"), duration(summary.ninetieth)),
        ],
        live="tasks",
        tabs=[
            Tab(_("Open"), f"{here}?show=open", show == "open", summary.open),
            Tab(pgettext("state", "Ended"), f"{here}?show=ended", show != "open"),
        ],
        sections=[Section(table=tasks_table(rows), id="tasks", live="tasks")],
    )


def tasks_table(rows: QuerySet[Task]) -> Table:
    return Table(
        rows.select_related("decision", "decision__person"),
        [
            Column("title", _("Task"), filterable=True, sortable=True),
            Column("applicant", _("Asked by"), filterable=True, sortable=True),
            Column("approver", _("Waits for"), filterable=True),
            Column("amount_minor", _("Amount"), "money", sortable=True),
            Column("state", _("State"), "chip"),
            Column("decision__verdict", _("Decision"), "chip"),
            Column("decision__person__name", _("By")),
            Column("decision__way", _("Way"), "chip", hidden=True),
            Column("appeared_at", _("Came"), "time", sortable=True),
            Column("ended_at", _("Ended"), "time", sortable=True),
        ],
        Empty(
            "list-checks",
            _("No task"),
            _("Tasks come from your own systems by a connector."),
            _("Connectors"),
            reverse("connectors:list"),
        ),
        name="tasks",
        order="-appeared_at",
    )


def duration(span: timedelta | None) -> str:
    if span is None:
        return "–"
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes < 48 * 60:
        return _("%(hours)s h") % {"hours": minutes // 60}
    return _("%(days)s days") % {"days": minutes // (24 * 60)}
