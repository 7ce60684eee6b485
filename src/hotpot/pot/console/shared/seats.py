"""Give seats: to one number, to a department, by a CSV with its progress and problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hotpot.kernel.errors import Refused
from hotpot.pot.catalog.queries import fee_in_force
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayField, MsisdnField, choice
from hotpot.pot.console.parts import Section, Tab, page
from hotpot.pot.console.shared.subscriptions import KINDS, ours, title_of
from hotpot.pot.party.queries import departments_of, members_of
from hotpot.pot.party.rules import Right
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.models import SeatImport, Subscription
from hotpot.pot.subscription.queries import imports_of
from hotpot.pot.subscription.wire import Assigned
from hotpot.pot.web.tables import Column, Empty, Table


class SeatForm(forms.Form):
    """`give` carries it out and answers with a page to go to, or what was assigned."""

    def __init__(self, *args: Any, request: ConsoleRequest, held: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.held = request, held
        self.add_fields()
        self.fields["starts_on"] = DayField(label=_("From"), initial=max(request.today, held.starts_on))

    def add_fields(self) -> None:
        raise NotImplementedError

    def given(self) -> dict[str, Any]:
        return {
            "actor": self.request.actor, "subscription_id": self.held.id,
            "starts_on": self.cleaned_data["starts_on"], "now": self.request.clock.now(),
        }  # fmt: skip

    def give(self) -> Assigned | SeatImport:
        raise NotImplementedError


class OneForm(SeatForm):
    def add_fields(self) -> None:
        self.fields["member"] = choice(
            _("Somebody of the directory"), members_of(self.held.customer_id, day=self.request.today),
            required=False, empty_label=_("Choose a person, or type a number below"),
        )  # fmt: skip
        self.fields["number"] = MsisdnField(
            label=_("Or any phone number"), region=self.held.customer.country, required=False
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(data.get("member")) == bool(data.get("number")):
            raise forms.ValidationError(_("Choose a person or type a number, one of the two."))
        return data

    def give(self) -> Assigned:
        member, number = self.cleaned_data["member"], self.cleaned_data["number"]
        chosen: dict[str, Any] = {"member_ids": [member.id]} if member else {"numbers": [number.e164]}
        return actions.assign_seats(**self.given(), **chosen)


class DepartmentForm(SeatForm):
    def add_fields(self) -> None:
        self.fields["department"] = choice(
            _("Department"), departments_of(self.held.customer_id),
            help_text=_("With all departments below it. Who has a seat already keeps it."),
        )  # fmt: skip

    def give(self) -> Assigned:
        return actions.assign_department(**self.given(), department_id=self.cleaned_data["department"].id)


class FileForm(SeatForm):
    def add_fields(self) -> None:
        self.fields["file"] = forms.FileField(
            label=_("CSV file"),
            help_text=_("Its first line names the columns: number, name, department. Only number is needed."),
            widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        )

    def give(self) -> SeatImport:
        return actions.start_import(**self.given(), content=self.cleaned_data["file"].read())


FORMS: dict[str, tuple[Any, type[SeatForm]]] = {
    "one": (gettext_lazy("One by one"), OneForm),
    "department": (gettext_lazy("A department"), DepartmentForm),
    "file": (gettext_lazy("A CSV file"), FileForm),
}


@area(*KINDS, look=Right.RUN)
def give_seats(request: ConsoleRequest, subscription_id: int) -> HttpResponseBase:
    held = get_object_or_404(ours(request), id=subscription_id)
    by = request.GET.get("by", "one")
    by = by if by in FORMS else "one"
    form = FORMS[by][1](request.POST or None, request.FILES or None, request=request, held=held)
    if form.is_bound and form.is_valid():
        try:
            return _after(request, held, form.give())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    here = reverse("console:give_seats", args=[held.id])
    back = reverse("console:subscription", args=[held.id])
    fee = fee_in_force(held.offer_id, request.today)
    title = title_of(request, held)
    context = {
        "title": _("Give seats"),
        "intro": _("Each seat costs %(fee)s for a full month, charged by the day.") % {"fee": fee or "0"},
        "crumbs": [{"label": title, "url": back}],
        "tabs": [Tab(str(word), f"{here}?by={name}", name == by) for name, (word, _form) in FORMS.items()],
        "form": form,
        "multipart": form.is_multipart(),
        "label": _("Give the seats") if by != "one" else _("Give the seat"),
        "back": back,
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/form.html", context, status=status)


def _after(request: ConsoleRequest, held: Subscription, given: Assigned | SeatImport) -> HttpResponse:
    if isinstance(given, SeatImport):
        return redirect("console:seat_import", held.id, given.id)
    new = len(given.seat_ids)
    said = ngettext("%(new)s new seat.", "%(new)s new seats.", new) % {"new": new}
    if given.already:
        said += " " + _("%(already)s had one already.") % {"already": given.already}
    return done(request, said, reverse("console:subscription", args=[held.id]))


@area(*KINDS)
def seat_import(request: ConsoleRequest, subscription_id: int, import_id: int) -> HttpResponseBase:
    """How far a file is, and what was wrong with which line. Asks for itself again while it runs."""
    held = get_object_or_404(ours(request), id=subscription_id)
    taken = get_object_or_404(imports_of(held.id), id=import_id)
    back = reverse("console:subscription", args=[held.id])
    problems = Table(
        [{"problem": problem} for problem in taken.problems],
        [Column("problem", _("Line and problem"), filterable=True)],
        Empty("circle-check", _("No problems"), _("Every line that was read was taken.")),
        name="problems",
    )
    return page(
        request,
        _("Seats from a file"),
        _("Lines are taken a few thousand at a time. You may leave this page."),
        crumbs=[(title_of(request, held), back)],
        sections=[
            Section(
                template="console/shared/import.html",
                data={"taken": taken, "here": request.path, "back": back},
            ),
            Section(_("Problems"), table=problems, id="problems"),
        ],
    )
