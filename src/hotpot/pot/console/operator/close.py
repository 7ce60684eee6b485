"""Close a month: see what it would book, start it, watch it, look at what it booked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.close import jobs, queries
from hotpot.pot.close.models import CloseRun, Outcome
from hotpot.pot.close.rules import Step
from hotpot.pot.console import queries as figures
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, amounts, page
from hotpot.pot.console.rail import KIND_WORDS, named
from hotpot.pot.console.shared.bills import bills_table, statements_table
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

STEP_WORDS = {
    Step.READING: gettext_lazy("Reading seats and prices"),
    Step.CHARGING: gettext_lazy("Charging seats"),
    Step.SHARING: gettext_lazy("Sharing among partners"),
    Step.BILLING: gettext_lazy("Making bills"),
    Step.BOOKING: gettext_lazy("Booking"),
    Step.DONE: gettext_lazy("Done"),
}


@area("operator")
def closes(request: ConsoleRequest) -> HttpResponseBase:
    operator_id = request.party.id
    to_close = queries.months_to_close(operator_id, request.today)
    closed = queries.closed_months(operator_id)
    newest = {Month.of(run.period): run for run in queries.runs(operator_id).order_by("id")}
    months = sorted({*to_close, *closed, *newest}, reverse=True)
    rows = [_row(month, newest.get(month), month in closed, request.today) for month in months]
    table = Table(
        rows,
        [
            Column("month", _("Month"), sortable=True),
            Column("state", _("State"), "chip", sortable=True),
            Column("at", _("Last run"), "time", sortable=True),
            Column("problem", _("Problem")),
        ],
        Empty(
            "calendar",
            _("No month to close yet"),
            _("A month can be closed when it is over and seats were used in it."),
        ),
        name="months",
        order="-month",
        href=lambda row: reverse("console:operator:closed", args=[row["month"]]),
    )
    return page(
        request,
        _("Close"),
        _("Each month is charged, billed, shared and booked at once. Closing twice changes nothing."),
        figures=[
            Figure(_("Months to close"), len(to_close), "#table-months"),
            Figure(_("Months closed"), len(closed), "#table-months"),
        ],
        sections=[Section(table=table)],
    )


def _state(month: Month, run: CloseRun | None, closed: bool, today: date) -> str:
    if run is not None and run.state != CloseRun.State.DONE:
        return run.state
    if closed or run is not None:
        return "closed"
    return "to_close" if month < Month.of(today) else "not_over"


def _row(month: Month, run: CloseRun | None, closed: bool, today: date) -> dict[str, Any]:
    return {
        "month": str(month),
        "state": _state(month, run, closed, today),
        "at": run.started_at if run else None,
        "problem": run.problem if run else "",
    }


@area("operator")
def closed(request: ConsoleRequest, month: str) -> HttpResponseBase:
    wanted = _month(month)
    runs = list(queries.runs(request.party.id, wanted))
    known = wanted in queries.closed_months(request.party.id)
    row = _row(wanted, runs[0] if runs else None, known, request.today)
    first = wanted.first_day
    may = request.may(Right.MONEY)
    over = wanted < Month.of(request.today)
    dialogs = [_dry_run_dialog(wanted)] if may else []
    dialogs += [_close_dialog(request, wanted)] if may and over else []
    return page(
        request,
        str(wanted),
        _("What this month's close booked, and every try at it."),
        crumbs=[(_("Close"), reverse("console:operator:closes"))],
        state=row["state"],
        actions=_actions(wanted, may, over),
        figures=_figures(request, wanted),
        sections=[
            *_progress_section(
                request, reverse("console:operator:closed", args=[wanted]), runs[0] if runs else None
            ),
            *_shares(request, first),
            Section(_("Bills"), table=bills_table(request, **_at(request, first)), id="bills"),
            Section(_("Statements"), table=statements_table(request, **_at(request, first)), id="statements"),
            Section(_("Runs"), table=_runs_table(runs), id="runs"),
        ],
        dialogs=dialogs,
    )


def _at(request: ConsoleRequest, first: Any) -> dict[str, Any]:
    return {"operator_id": request.party.id, "period": first}


def _actions(month: Month, may: bool, over: bool) -> list[Action]:
    dry = Action(_("What would it book?"), dialog="dry-run", icon="eye")
    return (
        [dry, Action(_("Close the month"), dialog="close", tone="primary")]
        if may and over
        else [dry]
        if may
        else []
    )


def _close_dialog(request: ConsoleRequest, month: Month) -> Dialog:
    seats = figures.seats_on("operator_id", request.party.id, month.last_day)
    text = _(
        "%(seats)s seats on the last day are charged by the day, billed, shared and booked. "
        "What is booked stays; corrections are booked on top."
    )
    return Dialog(
        "close",
        _("Close %(month)s?") % {"month": month},
        text % {"seats": seats},
        reverse("console:operator:start_close", args=[month]),
        _("Close the month"),
    )


def _figures(request: ConsoleRequest, month: Month) -> list[Figure]:
    first, operator_id = month.first_day, request.party.id
    shares = figures.shared_by_kind(operator_id, first)
    own = {one["currency"]: one["minor"] for one in shares if one["party__kind"] == "operator"}
    partners: dict[str, int] = {}
    for one in shares:
        if one["party__kind"] != "operator":
            partners[one["currency"]] = partners.get(one["currency"], 0) + one["minor"]
    return [
        Figure(_("Billed"), amounts(figures.billed("operator_id", operator_id, first)), "#bills"),
        Figure(_("To partners"), amounts(partners), "#statements"),
        Figure(pgettext("share", "Yours"), amounts(own), "#shares"),
    ]


def _shares(request: ConsoleRequest, first: Any) -> list[Section]:
    rows = [
        {"kind": one["party__kind"], "sum": Money(one["minor"], one["currency"])}
        for one in figures.shared_by_kind(request.party.id, first)
    ]
    if not rows:
        return []
    table = Table(
        rows,
        [
            Column("kind", _("Who"), show=lambda row: KIND_WORDS[row["kind"]]),
            Column("sum", _("Share"), "money"),
        ],
        Empty("coins", _("Nothing shared")),
        name="shares",
        order="pk",
    )
    return [Section(_("Who got what"), table=table, id="shares")]


def _runs_table(runs: list[CloseRun]) -> Table:
    return Table(
        runs,
        [
            Column("started_at", _("Begun"), "time"),
            Column("state", _("State"), "chip"),
            Column("started_by__name", _("By")),
            Column("finished_at", _("Finished"), "time"),
            Column("problem", _("Problem")),
        ],
        Empty("calendar", _("Not run yet")),
        name="runs",
        order="pk",
    )


def _progress_section(request: ConsoleRequest, here: str, run: CloseRun | None) -> list[Section]:
    shown = _progress(request, here, run)
    if not any(shown[name] for name in ("going", "waits", "problem", "ended")):
        return []
    return [Section(template="console/operator/progress.html", data=shown)]


def _progress(request: ConsoleRequest, here: str, run: CloseRun | None) -> dict[str, Any]:
    """Shown while it runs, and from the press of the button until the worker takes it up."""
    going = run is not None and run.state == CloseRun.State.RUNNING
    asked = request.GET.get("started", "")
    waits = not going and asked == str(run.id if run else 0)
    return {
        "here": request.get_full_path(),
        "done_url": here,
        "going": going,
        "waits": waits,
        "step": STEP_WORDS.get(Step(run.step), "") if run is not None and going and run.step else "",
        "percent": run.done_bp / 100 if run is not None and going else 0,
        "problem": run.problem if run is not None and not going else "",
        "ended": asked != "" and not going and not waits,
    }


@area("operator", act=Right.MONEY)
@require_POST
def start(request: ConsoleRequest, month: str) -> HttpResponseBase:
    wanted = _month(month)
    newest = queries.runs(request.party.id, wanted).first()
    jobs.start_close(request.party.id, wanted, actor=request.actor)
    url = reverse("console:operator:closed", args=[wanted]) + f"?started={newest.id if newest else 0}"
    return done(request, _("The close has begun. You may leave this page."), url)


@area("operator", act=Right.MONEY)
@require_POST
def start_dry_run(request: ConsoleRequest, month: str) -> HttpResponseBase:
    wanted = _month(month)
    newest = queries.dry_run(request.party.id, wanted)
    jobs.start_dry_run(request.party.id, wanted, actor=request.actor)
    url = reverse("console:operator:dry_run", args=[wanted]) + f"?started={newest.id if newest else 0}"
    return done(request, _("It is being reckoned. You may leave this page."), url)


@area("operator", look=Right.MONEY)
def dry_run(request: ConsoleRequest, month: str) -> HttpResponseBase:
    """What a close would have booked when it was last reckoned, beside what was booked by then."""
    wanted = _month(month)
    run = queries.dry_run(request.party.id, wanted)
    back = reverse("console:operator:closed", args=[wanted])
    return page(
        request,
        _("What closing %(month)s would book") % {"month": wanted},
        _("Reckoned on demand. Nothing is booked by it; what is booked already is not booked again."),
        crumbs=[(_("Close"), reverse("console:operator:closes")), (str(wanted), back)],
        actions=[Action(_("Reckon it now"), dialog="dry-run", icon="refresh-cw", tone="primary")],
        figures=_outcome_figures(run),
        sections=[
            *_progress_section(request, reverse("console:operator:dry_run", args=[wanted]), run),
            *(Section(note=warning, note_tone="warn") for warning in _told(run, "warnings")),
            _outcomes(run, Outcome.Paper.BILL, _("Bills"), "bills"),
            _outcomes(run, Outcome.Paper.STATEMENT, _("Statements"), "statements"),
        ],
        dialogs=[_dry_run_dialog(wanted)],
    )


def _told(run: CloseRun | None, name: str) -> list[Any]:
    return run.figures.get(name, []) if run is not None else []


def _outcome_figures(run: CloseRun | None) -> list[Figure]:
    sums = _told(run, "sums")
    if run is None or run.state != CloseRun.State.DONE:
        return []
    return [
        Figure(_("Seats charged"), sum(one["seats"] for one in sums)),
        Figure(
            _("Would be billed"), amounts({one["currency"]: one["billed_minor"] for one in sums}), "#bills"
        ),
        Figure(
            _("To partners"), amounts({one["currency"]: one["partners_minor"] for one in sums}), "#statements"
        ),
        Figure(pgettext("share", "Yours"), amounts({one["currency"]: one["operator_minor"] for one in sums})),
    ]


def _outcomes(run: CloseRun | None, paper: Outcome.Paper, title: str, name: str) -> Section:
    table = Table(
        Outcome.objects.filter(run=run, paper=paper).select_related("party"),
        [
            named("party", pgettext("receiver", "To")),
            Column("booked_minor", _("Booked already"), "money", sortable=True),
            Column("minor", _("Would come on top"), "money", sortable=True),
        ],
        _nothing(run),
        name=name,
        order="-minor",
    )
    return Section(title, table=table, id=name)


def _nothing(run: CloseRun | None) -> Empty:
    if run is not None and run.state == CloseRun.State.DONE:
        return Empty("receipt", _("Nothing new to book"), _("All that the month comes to is booked already."))
    return Empty("receipt", _("Not reckoned yet"), _("Press “Reckon it now” to see what a close would book."))


def _dry_run_dialog(month: Month) -> Dialog:
    text = _(
        "Everything is reckoned as a close of %(month)s would do it now, beside what is booked. "
        "Nothing is booked. It takes as long as a close."
    )
    return Dialog(
        "dry-run",
        _("What would closing %(month)s book?") % {"month": month},
        text % {"month": month},
        reverse("console:operator:start_dry_run", args=[month]),
        _("Reckon it now"),
    )


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except Refused:
        raise Http404 from None
