"""A company's directory: people, their departments and the company's own roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid, Refused
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.console import queries
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import DayForm, MsisdnField, choice
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import name_of
from hotpot.pot.party import actions
from hotpot.pot.party.models import Department, Member
from hotpot.pot.party.queries import departments_of, members_of
from hotpot.pot.party.rules import Right
from hotpot.pot.subscription.queries import seats_of_number
from hotpot.pot.subscription.wire import decode, lines_of
from hotpot.pot.web.shown import day, phone
from hotpot.pot.web.tables import Column, Empty, Table

LINES_MAX = 5_000


class MemberForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    roles = forms.CharField(
        label=gettext_lazy("Roles"), max_length=200, required=False,
        help_text=gettext_lazy("Your own words, with commas between: SUPERVISOR, BUDGET OWNER."),
    )  # fmt: skip

    def __init__(self, *args: Any, customer: Any, number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number:
            self.fields["number"] = MsisdnField(region=customer.country)
        self.fields["department"] = choice(
            _("Department"), departments_of(customer.id), required=False, empty_label=_("None")
        )
        self.order_fields(["name", "number", "department", "roles"])

    def clean_roles(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["roles"].split(",") if word.strip()]


class DepartmentForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)

    def __init__(self, *args: Any, customer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = choice(
            _("Part of"), departments_of(customer.id), required=False, empty_label=_("None: on top")
        )


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Its first line names the columns: number, name, department."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


@area("customer")
def people(request: ConsoleRequest) -> HttpResponseBase:
    runs = request.may(Right.RUN)
    add = Action(_("Add a person"), reverse("console:customer:add_person"), icon="user-plus", tone="primary")
    upload = Action(_("Add by CSV"), reverse("console:customer:add_people"), icon="upload")
    return page(
        request,
        _("People"),
        _("Everybody who works for you, by phone number. Seats and tasks go to them."),
        actions=[upload, add] if runs else [],
        figures=[
            Figure(_("People"), members_of(request.party.id, day=request.today).count(), "#table-people"),
            Figure(
                _("Departments"),
                departments_of(request.party.id).count(),
                reverse("console:customer:departments"),
            ),
        ],
        sections=[Section(table=people_table(request))],
    )


def people_table(request: ConsoleRequest, **filters: Any) -> Table:
    return Table(
        members_of(request.party.id, day=request.today).filter(**filters),
        [
            Column("name", pgettext("person", "Name"), sortable=True, filterable=True),
            Column("person__number", _("Number"), "phone", filterable=True),
            Column("department__name", _("Department"), sortable=True, filterable=True),
            Column("roles", _("Roles"), filterable=True, show=lambda row: ", ".join(row.roles) or "–"),
            Column("joined_on", _("Since"), "day", sortable=True),
            Column("external_id", _("Id in your own system"), filterable=True, hidden=True),
        ],
        Empty(
            "users",
            _("Nobody yet"),
            _("Add people one by one, by CSV, or let a connector bring them in."),
            _("Add a person"),
            reverse("console:customer:add_person"),
        ),
        name="people",
        order="name",
        href=lambda row: reverse("console:customer:person", args=[row.pk]),
    )


@area("customer", look=Right.RUN)
def add_person(request: ConsoleRequest) -> HttpResponseBase:
    form = MemberForm(request.POST or None, customer=request.party, number=True)

    def add(valid: MemberForm) -> None:
        actions.add_member(
            request.actor, customer=request.party, now=request.clock.now(), **valid.cleaned_data
        )

    here = reverse("console:customer:people")
    if carried_out(form, add):
        return done(request, _("Added."), here)
    return form_page(
        request,
        _("Add a person"),
        _("By phone number. Give them a seat afterwards, then they can use the app."),
        form,
        label=_("Add"),
        back=here,
        crumbs=[(_("People"), here)],
    )


@area("customer")
def person(request: ConsoleRequest, member_id: int) -> HttpResponseBase:
    held = _ours(request, member_id)
    runs = request.may(Right.RUN) and held.left_on is None
    seats = seats_of_number(request.party.id, held.person.number)
    open_seats = seats.filter(ends_on=None).count()
    waiting = queries.tasks_waited_for(request.party.id).get(held.person_id, 0)
    leaves = Dialog(
        "leaves",
        _("Does this person leave?"),
        _("Open tasks that wait for this person: %(tasks)s. Seats that stay until you end them: %(seats)s.")
        % {"tasks": waiting, "seats": open_seats},
        reverse("console:customer:leave", args=[held.id]),
        _("Leaves"),
        form=DayForm(label=_("First day away"), day=request.today),
        danger=True,
    )
    change = Action(_("Change"), reverse("console:customer:change_person", args=[held.id]), icon="pencil")
    table = Table(
        seats,
        [
            Column(
                "subscription__app_id",
                _("App"),
                show=lambda row: name_of(row.subscription.app),
                href=lambda row: reverse("console:subscription", args=[row.subscription_id]),
            ),
            Column("starts_on", _("From"), "day"),
            Column("ends_on", _("Until"), "day"),
        ],
        Empty("layout-grid", _("No seat yet"), _("Give one on the page of an app.")),
        name="seats",
        order="-starts_on",
    )
    return page(
        request,
        held.name,
        _("A person of your directory."),
        crumbs=[(_("People"), reverse("console:customer:people"))],
        state="left" if held.left_on and held.left_on <= request.today else "",
        actions=[Action(_("Leaves"), dialog="leaves", tone="danger"), change] if runs else [],
        figures=[
            Figure(_("Seats"), open_seats, "#seats"),
            Figure(_("Tasks that wait"), waiting, reverse("console:customer:tasks")),
        ],
        sections=[
            Section(
                facts=[
                    (_("Number"), phone(held.person.number)),
                    (_("Department"), held.department.name if held.department else "–"),
                    (_("Roles"), ", ".join(held.roles) or "–"),
                    (_("Since"), day(held.joined_on)),
                    (_("Id in your own system"), held.external_id or "–"),
                ]
            ),
            Section(_("Seats"), table=table, id="seats"),
        ],
        dialogs=[leaves] if runs else [],
    )


@area("customer", look=Right.RUN)
def change_person(request: ConsoleRequest, member_id: int) -> HttpResponseBase:
    held = _ours(request, member_id)
    initial = {"name": held.name, "department": held.department_id, "roles": ", ".join(held.roles)}
    form = MemberForm(request.POST or None, customer=request.party, number=False, initial=initial)

    def change(valid: MemberForm) -> None:
        actions.change_member(request.actor, member=held, now=request.clock.now(), **valid.cleaned_data)

    back = reverse("console:customer:person", args=[held.id])
    if carried_out(form, change):
        return done(request, _("Saved."), back)
    return form_page(
        request,
        _("Change %(name)s") % {"name": held.name},
        _("Name, department and roles."),
        form,
        label=_("Save"),
        back=back,
        crumbs=[(_("People"), reverse("console:customer:people")), (held.name, back)],
    )


@area("customer")
@require_POST
def leave(request: ConsoleRequest, member_id: int) -> HttpResponseBase:
    held = _ours(request, member_id)
    form = checked(DayForm(request.POST, label=_("First day away"), day=request.today))
    actions.member_leaves(
        request.actor, member=held, left_on=form.cleaned_data["day"], now=request.clock.now()
    )
    return done(request, _("Noted."), reverse("console:customer:people"))


@area("customer", look=Right.RUN)
def add_people(request: ConsoleRequest) -> HttpResponseBase:
    """Each line is taken or told about; a line that was taken stays taken."""
    form = FileForm(request.POST or None, request.FILES or None)
    results: list[tuple[int, list[str]]] = []
    here = reverse("console:customer:people")
    crumbs = [(_("People"), here)]
    intro = _("One person a line. A department that there is not yet is made.")
    if not carried_out(form, lambda valid: results.append(_take_lines(request, valid))):
        return form_page(
            request, _("Add people by CSV"), intro, form, label=_("Add them"), back=here, crumbs=crumbs
        )
    (added, problems) = results[0]
    if not problems:
        return done(request, _("%(added)s people added.") % {"added": added}, here)
    table = Table(
        [{"problem": one} for one in problems],
        [Column("problem", _("Line and problem"), filterable=True)],
        Empty("circle-check", _("No problems")),
        name="problems",
    )
    return page(
        request,
        _("Add people by CSV"),
        _("These lines were not taken. Mend them and send the file again."),
        crumbs=crumbs,
        figures=[Figure(_("Added"), added, here), Figure(_("Problems"), len(problems), "#problems")],
        sections=[Section(table=table, id="problems")],
    )


def _take_lines(request: ConsoleRequest, form: FileForm) -> tuple[int, list[str]]:
    lines = list(lines_of(decode(form.cleaned_data["file"].read())))
    if len(lines) > LINES_MAX:
        raise Invalid(
            _("Send at most %(lines)s lines at once, or let a connector bring people in.")
            % {"lines": LINES_MAX}
        )
    departments = {one.name: one for one in departments_of(request.party.id)}
    added, problems = 0, []
    for line in lines:
        try:
            department = _department(request, departments, line.department)
            number = Msisdn.parse(line.number, region=request.party.country)
            actions.add_member(
                request.actor, customer=request.party, number=number, name=line.name or line.number,
                department=department, now=request.clock.now(),
            )  # fmt: skip
            added += 1
        except Refused as refusal:
            problems.append(_("Line %(line)s: %(problem)s") % {"line": line.at, "problem": refusal.sentence})
    return added, problems


def _department(request: ConsoleRequest, known: dict[str, Department], name: str) -> Department | None:
    if not name:
        return None
    if name not in known:
        known[name] = actions.add_department(
            request.actor, customer=request.party, name=name, now=request.clock.now()
        )
    return known[name]


@area("customer")
def departments(request: ConsoleRequest) -> HttpResponseBase:
    runs = request.may(Right.RUN)
    add = Dialog(
        "add", _("Add a department"), "", reverse("console:customer:add_department"), _("Add"),
        form=DepartmentForm(customer=request.party),
    )  # fmt: skip
    table = Table(
        queries.departments_with_people(request.party.id),
        [
            Column("name", _("Department"), sortable=True, filterable=True),
            Column("parent__name", _("Part of"), sortable=True, filterable=True),
            Column("people", _("People"), "number", sortable=True),
            Column("external_id", _("Id in your own system"), hidden=True),
        ],
        Empty("building-2", _("No department yet"), _("Departments let you give seats to many at once.")),
        name="departments",
        order="name",
        href=lambda row: reverse("console:customer:people", query={"people-q": row.name}),
    )
    return page(
        request,
        _("Departments"),
        _("How your people are grouped. Seats can be given to a whole department."),
        crumbs=[(_("People"), reverse("console:customer:people"))],
        actions=[Action(_("Add a department"), dialog="add", icon="plus", tone="primary")] if runs else [],
        sections=[Section(table=table)],
        dialogs=[add] if runs else [],
    )


@area("customer")
@require_POST
def add_department(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(DepartmentForm(request.POST, customer=request.party))
    actions.add_department(
        request.actor, customer=request.party, now=request.clock.now(), **form.cleaned_data
    )
    return done(request, _("Added."), reverse("console:customer:departments"))


def _ours(request: ConsoleRequest, member_id: int) -> Member:
    if (held := members_of(request.party.id).filter(id=member_id).first()) is None:
        raise Http404
    return held
