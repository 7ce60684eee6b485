"""The record on a page: search it, and see one event whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hotpot.pot.events import queries
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.queries import Search
from hotpot.pot.events.sentences import sentence
from hotpot.pot.web.tables import Column, Empty, Table, render_table


class SearchForm(forms.Form):
    """Days are those of the viewer's zone; `until` is included."""

    type = forms.CharField(required=False, label=gettext_lazy("Type, like task or task.decided"))
    subject = forms.CharField(required=False, label=gettext_lazy("Subject, like task/17"))
    party = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=gettext_lazy("Party"))
    person = forms.IntegerField(
        required=False, min_value=1, label=gettext_lazy("Person, by number in the record")
    )
    since = forms.DateField(
        required=False, label=pgettext_lazy("days", "From"), widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        required=False, label=pgettext_lazy("days", "To"), widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, memberships: Sequence[Any], *given: Any) -> None:
        super().__init__(*given)
        own = [(one.party_id, str(one.party)) for one in memberships]
        self.fields["party"].choices = [("", gettext_lazy("All of yours")), *own]  # type: ignore[attr-defined]

    def search(self) -> Search:
        """What is not filled in rightly is not asked for."""
        self.is_valid()
        asked = self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        return Search(
            type=asked.get("type") or "",
            subject=asked.get("subject") or "",
            party_id=asked.get("party"),
            person_id=asked.get("person"),
            since=since and timezone.make_aware(datetime.combine(since, time.min)),
            until=until and timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min)),
        )


@login_required
def record(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.memberships, request.GET)  # type: ignore[attr-defined]
    table = _table(queries.found(_visible(request), form.search()))
    if (fragment := render_table(request, table)) is not None:
        return fragment
    context = {
        "title": _("Record"),
        "intro": _("Everything that happened and concerns you, newest first. Nothing in it is ever changed."),
        "form": form,
        "table": table,
    }
    return render(request, "events/record.html", context)


@login_required
def event(request: HttpRequest, sequence: int) -> HttpResponse:
    row = get_object_or_404(_visible(request), sequence=sequence)
    people = _names([one for one in (row.person_id, *row.person_ids) if one is not None])
    context = {
        "title": sentence(row.type, row.subject, row.data),
        "crumbs": [{"label": _("Record"), "url": reverse("events:record")}],
        "event": row,
        "actor": people.get(row.person_id) or _("The platform itself"),
        "concerned": sorted(people[one] for one in row.person_ids if one in people),
        "json": json.dumps(row.data, ensure_ascii=False, indent=2),
        "related_url": f"{reverse('events:record')}?subject={row.subject}",
    }
    return render(request, "events/event.html", context)


def _visible(request: HttpRequest) -> QuerySet[EventRow]:
    actor, memberships = request.actor, request.memberships  # type: ignore[attr-defined]
    return queries.visible(actor.person_id, [one.party_id for one in memberships])


def _table(events: QuerySet[EventRow]) -> Table:
    return Table(
        events,
        [
            Column("time", _("When"), "time", sortable=True),
            Column("data", _("What"), filterable=True, show=_told),
            Column("subject", _("Subject"), filterable=True),
            Column("type", _("Type"), filterable=True),
            Column("way", _("Way"), "chip", hidden=True),
            Column("party_id", _("In the name of party"), "number", hidden=True),
            Column("person_id", _("By person"), "number", hidden=True),
        ],
        Empty("history", _("Nothing here"), _("No event fits. Ask for less, or for other days.")),
        name="record",
        order="-sequence",
        unique="sequence",
        href=lambda row: reverse("events:event", args=[row.sequence]),
        filter_hint=_("Filter by words"),
    )


def _told(row: EventRow) -> str:
    return sentence(row.type, row.subject, row.data)


def _names(person_ids: Sequence[int]) -> dict[int | None, str]:
    """Names of those whom the reader may know."""
    known = get_user_model()._default_manager.filter(pk__in=person_ids)
    return {person.pk: str(person) for person in known}
