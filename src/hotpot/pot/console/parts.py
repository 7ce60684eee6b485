"""What a page of the console is made of: figures, sections, dialogs. One template shows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hotpot.kernel.errors import Invalid, Refused
from hotpot.kernel.money import Money
from hotpot.pot.web.tables import Table, render_table

F = TypeVar("F", bound=Form)
AUTO_ID = "id_%s"  # of Django's forms


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: object
    href: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: to the page at `url`, or to open the dialog with the id `dialog`."""

    label: str
    url: str = ""
    dialog: str = ""
    icon: str = ""
    tone: str = ""  # "primary", "danger" or "quiet"


@dataclass(frozen=True, slots=True)
class Dialog:
    """Asks before `url` is posted to. `text` says what will happen, in numbers."""

    id: str
    title: str
    text: str
    url: str
    label: str
    form: Form | None = None
    danger: bool = False
    hidden: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Two dialogs of a page ask for the same name: their fields' ids differ all the same."""
        if self.form is not None and self.form.auto_id == AUTO_ID:
            self.form.auto_id = f"{self.id}-%s"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One block of a page. What is given is shown, in the order of these fields."""

    title: str = ""
    intro: str = ""
    note: str = ""
    note_tone: str = ""
    facts: Sequence[tuple[str, object]] = ()
    chart: Mapping[str, Any] | None = None
    caption: str = ""
    code: str = ""
    code_open: bool = False  # else folded
    table: Table | None = None
    template: str = ""  # a part of its own, with `data` as its context
    data: Mapping[str, Any] = field(default_factory=dict)
    actions: Sequence[Action] = ()
    id: str = ""
    half: bool = False  # stands beside its neighbour where there is room
    live: str = ""  # a topic of /live, at which it is asked for again; needs an `id`


def page(
    request: HttpRequest,
    title: str,
    intro: str = "",
    *,
    crumbs: Sequence[tuple[str, str]] = (),
    state: str = "",
    actions: Sequence[Action] = (),
    tabs: Sequence[Tab] = (),
    figures: Sequence[Figure] = (),
    sections: Sequence[Section] = (),
    dialogs: Sequence[Dialog] = (),
    live: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page, or the piece of a table that htmx or a CSV asks for.

    `live` is a topic of /live, at which the figures are asked for again.
    """
    for section in sections:
        if section.table and (fragment := render_table(request, section.table)) is not None:
            return fragment
    context = {
        "title": title,
        "intro": intro,
        "crumbs": [{"label": label, "url": url} for label, url in crumbs],
        "state": state,
        "actions": actions,
        "tabs": tabs,
        "figures": figures,
        "groups": _groups(sections),
        "dialogs": dialogs,
        "live": live,
    }
    return render(request, "console/page.html", context, status=status)


def _groups(sections: Sequence[Section]) -> list[list[Section]]:
    """Neighbours of half a width stand in one row."""
    groups: list[list[Section]] = []
    for section in sections:
        if section.half and groups and groups[-1][-1].half:
            groups[-1].append(section)
        else:
            groups.append([section])
    return groups


def form_page(
    request: HttpRequest,
    title: str,
    intro: str,
    form: Form,
    *,
    label: str,
    back: str,
    crumbs: Sequence[tuple[str, str]] = (),
    preview: str = "",
    aside: Sequence[Section] = (),
) -> HttpResponse:
    """A form with one thing to do. `preview` is an address that shows what it would do, asked for as
    one types."""
    context = {
        "title": title,
        "intro": intro,
        "form": form,
        "label": label,
        "back": back,
        "crumbs": [{"label": text, "url": url} for text, url in crumbs],
        "preview": preview,
        "multipart": form.is_multipart(),
        "groups": _groups(aside),
    }
    return render(request, "console/form.html", context, status=422 if form.is_bound and form.errors else 200)


def carried_out(form: F, verb: Callable[[F], object]) -> bool:
    """True after a valid form was given to the verb; a refusal becomes an error of the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        verb(form)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def checked(form: F) -> F:
    """A dialog's form: raises Refused with its first error, which shows as a toast over the dialog."""
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Invalid(f"{label}: {errors[0]}" if label else errors[0])
    return form


def amounts(sums: Mapping[str, int]) -> Money | str:
    """One figure of sums by currency, in minor units: several stand side by side."""
    if len(sums) == 1:
        ((currency, minor),) = sums.items()
        return Money(minor, currency)
    return " · ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items())) or "0"
