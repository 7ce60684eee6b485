"""A request as it is filed: its form, its way through the steps, and who said what, when and how."""

from __future__ import annotations

from collections.abc import Sequence

from hotpot.apps.approvals.form.showing import Line
from hotpot.apps.approvals.shown import Happening, Shown, Stage
from hotpot.sdk.app import File, Request
from hotpot.sdk.paper import Block, Facts, Grid, Head, Notes, paper
from hotpot.sdk.text import amount, clock_time, pgettext
from hotpot.sdk.text import gettext as _


def on_paper(request: Request, shown: Shown, number: int, *, company: str = "") -> File:
    """As the reader may see it now, in the reader's language and time zone."""
    zone = request.visitor.time_zone
    tables = [_table(line) for line in shown.lines if line.heads]
    blocks: list[Block] = [Facts(_facts(shown, zone)), *tables]
    if shown.stages:
        blocks.append(_steps(shown.stages))
    if shown.history:
        blocks.append(_history(shown.history, zone))
    printed = _("Printed by %(name)s on %(time)s, time zone %(zone)s.") % {
        "name": request.visitor.name, "time": clock_time(request.now, zone), "zone": zone,
    }  # fmt: skip
    title = _("Request no. %(number)s") % {"number": number}
    return paper(request, f"{number}.pdf", shown.title, title, [*blocks, Notes([printed])], author=company)


def _facts(shown: Shown, zone: str) -> list[tuple[str, str]]:
    rows = [(_("State"), states()[shown.state])]
    if shown.applicant:
        rows.append((_("Applicant"), shown.applicant))
    total = amount(shown.amount_minor, shown.currency)
    if total and not any(line.text == total for line in shown.lines):  # A form of ours has its own field.
        rows.append((_("Amount"), total))
    rows += [(line.label, _value(line)) for line in shown.lines if not line.heads]
    rows.append((_("Asked"), clock_time(shown.asked_at, zone)))
    if shown.waits_for:
        rows.append((_("Waits for"), ", ".join(shown.waits_for)))
    return rows


def _value(line: Line) -> str:
    return "\n".join(file["name"] for file in line.files) if line.files else line.text


def states() -> dict[str, str]:
    return {
        "open": _("Open"), "approved": _("Approved"), "rejected": _("Rejected"),
        "returned": _("Sent back to the applicant"), "recalled": _("Recalled by the applicant"),
        "withdrawn": _("Withdrawn in the office system"),
    }  # fmt: skip


def _table(line: Line) -> Grid:
    heads = [Head(head, grow=True) for head in line.heads]
    return Grid(heads, line.rows, title=line.label)


def _steps(stages: Sequence[Stage]) -> Grid:
    words = {
        "done": _("passed"), "back": pgettext("step", "refused"), "current": _("waits"),
        "coming": _("to come"),
    }  # fmt: skip
    rows = [[stage.name, "\n".join(stage.people), words[stage.state]] for stage in stages]
    return Grid([Head(_("Step")), Head(_("Who decides"), grow=True), Head(_("State"))], rows)


def _history(history: Sequence[Happening], zone: str) -> Grid:
    rows = [[one.text, clock_time(one.at, zone) if one.at else ""] for one in history]
    said = [" · ".join(filter(None, (one.detail, one.comment and f"“{one.comment}”"))) for one in history]
    heads = [Head(_("What happened"), grow=True), Head(_("When"), number=True)]
    return Grid(heads, rows, said)
