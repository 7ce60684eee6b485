"""Connectors at work: their state, what they took, what could not be read, what went back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.pot.connector import actions, queries
from hotpot.pot.connector.models import Connector, Task, UnreadableRow, WriteBack
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.connectors.wizard import OWNERS, connector_of, may_change
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, page
from hotpot.pot.console.rail import named
from hotpot.pot.party.rules import Right
from hotpot.pot.web.shown import moment
from hotpot.pot.web.tables import Column, Empty, Table

STATE = Connector.State
LIVE = Section(template="connectors/parts/live.html")
may_look = area(*OWNERS)

PAGE_ROWS = 25  # of each table: the page has three of them


@may_look
def listing(request: ConsoleRequest) -> HttpResponseBase:
    connectors = queries.with_figures(queries.of_party(request.party.id), request.clock.now())
    new = reverse("connectors:new") if request.may(Right.RUN) else ""
    table = Table(
        connectors,
        [
            Column("name", _("Connector"), sortable=True, filterable=True),
            named("customer", _("Company")),
            Column("state", _("State"), "chip", sortable=True),
            Column("tasks_last_day", _("Rows in a day"), "number"),
            Column("open_tasks", _("Open"), "number"),
            Column("waiting", _("To write back"), "number"),
            Column("unreadable", _("Can't be read"), "number"),
            Column("polled_at", _("Last look"), "time"),
            Column("problem", _("Problem")),
        ],
        Empty(
            "cable",
            _("No connector yet"),
            _("A connector reads open requests from the company's own system and writes decisions back."),
            _("Set one up") if new else "",
            new,
        ),
        name="connectors",
        order="name",
        href=lambda row: reverse("connectors:detail", args=[row.pk]),
    )
    return page(
        request,
        _("Connectors"),
        _("The companies' own systems, whose requests are decided on the phone."),
        actions=[Action(_("Set one up"), new, icon="plus", tone="primary")] if new else [],
        sections=[Section(table=table), LIVE],
    )


@may_look
def detail(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    connector_of(request, pk)
    shown = queries.with_figures(queries.of_party(request.party.id), request.clock.now())
    connector: Any = shown.get(pk=pk)
    return page(
        request,
        connector.name,
        _("Reads from %(company)s's own system.") % {"company": connector.customer},
        crumbs=[(_("Connectors"), reverse("connectors:list"))],
        state=connector.state,
        actions=_actions(connector) if request.may(Right.RUN) else [],
        figures=[
            Figure(_("Rows in a day"), connector.tasks_last_day, "#table-tasks"),
            Figure(_("Open"), connector.open_tasks, "#table-tasks"),
            Figure(_("To write back"), connector.waiting, "#table-write-backs"),
            Figure(_("Can't be read"), connector.unreadable, "#table-unreadable"),
        ],
        sections=[_about(connector, request), *_tables(connector), LIVE],
        dialogs=_dialogs(connector) if request.may(Right.RUN) else [],
    )


@require_POST
@may_change
def start(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    actions.start(request.actor, connector=connector_of(request, pk), now=request.clock.now())
    return done(request, _("It runs."), reverse("connectors:detail", args=[pk]))


@require_POST
@may_change
def pause(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    actions.pause(request.actor, connector=connector_of(request, pk), now=request.clock.now())
    return done(request, _("Paused."), reverse("connectors:detail", args=[pk]))


@require_POST
@may_change
def retry(request: ConsoleRequest, pk: int, write_back: int) -> HttpResponseBase:
    connector = connector_of(request, pk)
    one = get_object_or_404(WriteBack.objects.select_related("connector"), pk=write_back, connector=connector)
    actions.retry_write_back(request.actor, write_back=one, now=request.clock.now())
    return done(request, _("It is written again."), reverse("connectors:detail", args=[pk]))


def _actions(connector: Connector) -> Sequence[Action]:
    if connector.state in (STATE.RUNNING, STATE.BACKING_OFF):
        turn = Action(_("Pause"), dialog="pause", icon="pause")
    else:
        turn = Action(_("Start"), dialog="start", icon="play", tone="primary")
    return [turn]


def _dialogs(connector: Any) -> Sequence[Dialog]:
    pausing = _(
        "Nothing is read or written until it is started again. "
        "%(open)d open tasks stay; what is decided meanwhile waits."
    )
    return [
        Dialog(
            "pause",
            _("Pause this connector?"),
            pausing % {"open": connector.open_tasks},
            reverse("connectors:pause", args=[connector.pk]),
            _("Pause"),
        ),
        Dialog(
            "start",
            _("Start this connector?"),
            _("%(waiting)d decisions that wait are written back, then new rows are taken.")
            % {"waiting": connector.waiting},
            reverse("connectors:start", args=[connector.pk]),
            _("Start"),
        ),
    ]


def _about(connector: Any, request: ConsoleRequest) -> Section:
    facts: list[tuple[str, object]] = [(_("Database"), actions.shown_address(connector))]
    if connector.polled_at:
        facts.append((_("Last look"), moment(connector.polled_at)))
    if connector.retry_at and connector.problem:
        facts.append((_("Tried again"), moment(connector.retry_at)))
    if connector.directory_at:
        facts.append((_("People brought in"), moment(connector.directory_at)))
    steps = [
        (_("Database"), "connectors:address"),
        (_("Rows"), "connectors:source"),
        (_("Columns"), "connectors:columns"),
        (_("Write back"), "connectors:write-back"),
        (_("People"), "connectors:directory"),
    ]
    changes = [Action(label, reverse(name, args=[connector.pk]), tone="quiet") for label, name in steps]
    return Section(
        _("Set-up"),
        note=connector.problem,
        note_tone="bad" if connector.state == STATE.BROKEN else "warn",
        facts=facts,
        actions=changes if request.may(Right.RUN) else [],
    )


def _tables(connector: Connector) -> Sequence[Section]:
    tasks = Table(
        Task.objects.filter(connector=connector),
        [
            Column("external_key", _("Key"), filterable=True),
            Column("title", _("Title"), filterable=True),
            Column("applicant", _("Applicant"), filterable=True),
            Column("approver", _("Approver"), filterable=True),
            Column("amount_minor", _("Amount"), "money"),
            Column("state", _("State"), "chip"),
            Column("appeared_at", _("Since"), "time", sortable=True),
        ],
        Empty("inbox", _("No row taken yet"), _("Open rows appear here within seconds.")),
        name="tasks",
        order="-appeared_at",
        page_rows=PAGE_ROWS,
    )
    unreadable = Table(
        UnreadableRow.objects.filter(connector=connector),
        [
            Column("external_key", _("Key"), filterable=True),
            Column("problem", _("Why"), filterable=True),
            Column("row", _("Row"), show=lambda row: _row_of(row)),
            Column("first_seen_at", _("Since"), "time", sortable=True),
        ],
        Empty("check-check", _("Every row can be read")),
        name="unreadable",
        order="-first_seen_at",
        page_rows=PAGE_ROWS,
    )
    write_backs = Table(
        WriteBack.objects.filter(connector=connector).select_related("decision__task"),
        [
            Column("decision__task__title", _("Task"), filterable=True),
            Column("decision__verdict", _("Verdict"), "chip"),
            Column("state", _("State"), "chip"),
            Column("problem", _("Problem")),
            Column("decision__decided_at", _("Decided"), "time", sortable=True),
            Column("done_at", _("Written back"), "time"),
            Column("id", "", show=_again),
        ],
        Empty("send", _("No decision yet"), _("Decisions go back at once.")),
        name="write-backs",
        page_rows=PAGE_ROWS,
        order="-decision__decided_at",
    )
    return [
        Section(_("Rows that can't be read"), table=unreadable),
        Section(_("Decisions on their way back"), table=write_backs),
        Section(_("Last rows"), table=tasks),
    ]


def _row_of(row: UnreadableRow) -> object:
    text = ", ".join(f"{name}: {value}" for name, value in row.row.items() if value not in (None, ""))
    return format_html('<span class="ellipsis" title="{}">{}</span>', text, text[:120])


def _again(write_back: WriteBack) -> object:
    if write_back.state != WriteBack.State.REFUSED:
        return ""
    url = reverse("connectors:retry", args=[write_back.connector_id, write_back.pk])
    return format_html('<button class="button" type="button" hx-post="{}">{}</button>', url, _("Write again"))
