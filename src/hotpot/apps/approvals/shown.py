"""What the task page shows, wherever the task lives: an enterprise's system, or the company's own flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotpot.apps.approvals.form.showing import Line
from hotpot.sdk.platform import Decision, Task, Transfer
from hotpot.sdk.text import gettext as _


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list. `path` is in the app; `since` is what it is sorted by."""

    id: int
    path: str
    title: str
    applicant: str
    state: str
    since: datetime
    amount_minor: int | None = None
    currency: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the history. `at` None: it has not happened yet, or nobody knows when."""

    icon: str
    text: str
    at: datetime | None = None
    comment: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the flow. `state`: done, current, coming or back."""

    name: str
    state: str
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the reader may do: a page of its own, or with `post` at once."""

    icon: str
    label: str
    path: str
    post: bool = False
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """`decide` is where the verdict goes; empty when it is not the reader's turn. `signer`: of which part
    of the flow."""

    path: str
    title: str
    state: str
    applicant: str
    asked_at: datetime
    waits_for: Sequence[str] = ()
    amount_minor: int | None = None
    currency: str | None = None
    lines: Sequence[Line] = ()
    stages: Sequence[Stage] = ()
    history: Sequence[Happening] = ()
    decide: str = ""
    signer: int = 0
    deeds: Sequence[Deed] = field(default_factory=tuple)


def item_of(task: Task) -> Item:
    """One that an enterprise's system owns."""
    decision = task.decision
    return Item(
        id=task.id,
        path=f"/tasks/{task.id}",
        title=task.title,
        applicant=task.applicant,
        state=decision.verdict if decision else task.state,
        since=decision.at if decision else task.appeared_at,
        amount_minor=task.amount_minor,
        currency=task.currency,
        waits=task.state == "open",
    )


def shown(task: Task, *, mine: bool) -> Shown:
    """One that an enterprise's system owns."""
    path = f"/tasks/{task.id}"
    hand_over = Deed("user-check", _("Hand over to a colleague"), f"{path}/transfer")
    return Shown(
        path=path,
        title=task.title,
        state=task.decision.verdict if task.decision else task.state,
        applicant=task.applicant,
        asked_at=task.appeared_at,
        waits_for=[one.name for one in task.assignees] if task.state == "open" else (),
        amount_minor=task.amount_minor,
        currency=task.currency,
        lines=[Line(label, text) for label, text in task.details.items()],
        history=_history(task),
        decide=f"{path}/decision" if mine else "",
        deeds=[*([hand_over] if mine else ()), Deed("file-text", _("Print"), f"{path}/print")],
    )


def _history(task: Task) -> list[Happening]:
    happened = [_handed_over(one) for one in task.transfers]
    if task.decision:
        happened += [_decided(task.decision), _written_back(task.decision)]
    if task.state == "withdrawn":
        happened.append(Happening("undo-2", _("Withdrawn in the office system"), task.ended_at))
    return happened


def _handed_over(one: Transfer) -> Happening:
    text = _("%(by)s handed it to %(to)s") % {"by": one.by.name, "to": one.to.name}
    return Happening("arrow-right", text, one.at, one.comment)


def _decided(decision: Decision) -> Happening:
    approved = decision.verdict == "approved"
    sentence = _("%(by)s approved it") if approved else _("%(by)s rejected it")
    icon = "circle-check" if approved else "ban"
    return Happening(
        icon, sentence % {"by": decision.by.name}, decision.at, decision.comment, way(decision.way)
    )


def way(way: str) -> str:
    """By which way it was said."""
    ways = {
        "sms": _("by message"), "mail": _("by mail"), "api": _("by a program"), "link": _("by a signed link"),
    }  # fmt: skip
    return ways.get(way, _("on the phone's page"))


def _written_back(decision: Decision) -> Happening:
    if decision.written_back == "done":
        return Happening("check-check", _("The office system has it"))
    if decision.written_back == "refused":
        return Happening(
            "triangle-alert",
            _("The office system did not take it"),
            detail=_("It was decided or changed over there before. What the office system says counts."),
        )
    return Happening("clock", _("On its way to the office system"))
