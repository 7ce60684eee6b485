"""Whom nothing is sent to, and who asked for it; files of numbers; words that may not be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import MsisdnField
from hotpot.pot.console.operator.switch.frame import served_ids, tabs
from hotpot.pot.console.parts import Action, Dialog, Section, carried_out, checked, form_page, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.messaging.models import ListedNumber, NumberImport, Word
from hotpot.pot.messaging.switch import approvals
from hotpot.pot.messaging.switch import lists as verbs
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

LISTS: Mapping[str, Any] = {
    ListedNumber.Kind.QUIET: gettext_lazy("Do not disturb"),
    ListedNumber.Kind.BLOCK: gettext_lazy("Blocked"),
    ListedNumber.Kind.ALLOW: gettext_lazy("Allowed"),
    ListedNumber.Kind.OPT_OUT: gettext_lazy("Unsubscribed"),
}
ACTIONS = (
    (Word.Action.REFUSE, gettext_lazy("Refuse the message")),
    (Word.Action.REVIEW, gettext_lazy("Let somebody look at it")),
    (Word.Action.REPLACE, gettext_lazy("Replace the word by *")),
)


class NumberForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("List"), choices=list(LISTS.items()))

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"] = MsisdnField(region=region)


class FileForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("List"), choices=list(LISTS.items()))
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("CSV or text: one number a line, 64 MB at most.")
    )

    def __init__(self, *args: Any, ported: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ported:
            choices = [*LISTS.items(), (verbs.PORTED, _("Numbers ported to us"))]
            self.fields["kind"] = forms.ChoiceField(label=_("List"), choices=choices)
            self.order_fields(["kind"])


class WordForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Word"), max_length=50)
    action = forms.ChoiceField(label=gettext_lazy("What is done"), choices=ACTIONS)


class WordOffForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Word"), max_length=50)


def lists_page(
    request: ConsoleRequest,
    rows: QuerySet[ListedNumber],
    imports: QuerySet[NumberImport],
    *,
    to: str,
    owner: bool,
    **frame: Any,
) -> HttpResponseBase:
    """`to`: before the names of the verbs' addresses, like "console:operator:"."""
    region = request.party.country
    add = Dialog(
        "add", _("Put a number on a list"), "", reverse(f"{to}list_number"), _("Put it on"),
        form=NumberForm(region=region),
    )  # fmt: skip
    off = Dialog(
        "off", _("Take a number off"), _("Messages may go to it again."), reverse(f"{to}unlist_number"),
        _("Take it off"), form=NumberForm(region=region),
    )  # fmt: skip
    runs = request.may(Right.RUN)
    shown = [
        Column("number", _("Number"), "phone", filterable=True),
        Column("kind", _("List"), "chip", filterable=True),
        *([named("customer", _("Company"), sortable=False, show=_company)] if owner else []),
        Column("access_number", _("Access number"), filterable=True),
        Column("since", _("Since"), "time", sortable=True),
    ]
    table = Table(
        rows.select_related("customer"),
        shown,
        Empty("ban", _("No number yet"), _("Put one on a list, or send a file.")),
        name="numbers",
        order="-since",
        filter_hint=_("Number or list"),
    )
    return page(
        request,
        _("Lists"),
        _("Who gets nothing, who gets no marketing, and who gets it all the same."),
        actions=[
            Action(_("From a file"), reverse(f"{to}import_numbers"), icon="upload"),
            Action(off.title, dialog="off"),
            Action(add.title, dialog="add", icon="plus", tone="primary"),
        ]
        if runs
        else [],
        sections=[
            Section(table=table, id="numbers"),
            Section(_("Files"), table=imports_table(imports), id="imports", live="messages"),
        ],
        dialogs=[add, off] if runs else [],
        **frame,
    )


def _company(row: ListedNumber) -> str:
    return name_of(row.customer) if row.customer else _("All")


def imports_table(imports: QuerySet[NumberImport]) -> Table:
    return Table(
        imports,
        [
            Column("made_at", _("When"), "time", sortable=True),
            Column("kind", _("List"), "chip"),
            Column("state", _("State"), "chip"),
            Column("lines_done", _("Lines done"), "number"),
            Column("lines_total", _("Of"), "number"),
            Column("taken", _("New"), "number"),
            Column("refused", _("Not readable"), "number"),
            Column("problem", _("The first of them")),
        ],
        Empty("upload", _("No file yet")),
        name="imports",
        order="-made_at",
    )


@area("operator")
def lists(request: ConsoleRequest) -> HttpResponseBase:
    with as_system():
        served = served_ids(request)
        return lists_page(
            request,
            ListedNumber.objects.filter(Q(customer=None) | Q(customer_id__in=served)),
            NumberImport.objects.filter(
                Q(customer=None, operator=None) | Q(customer_id__in=served) | Q(operator=request.party)
            ),
            to="console:operator:",
            owner=True,
            tabs=tabs(request, "lists"),
        )


@area("operator", "customer")
@require_POST
def list_number(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(NumberForm(request.POST, region=request.party.country))
    verbs.list_number(
        request.actor,
        kind=form.cleaned_data["kind"],
        number=form.cleaned_data["number"].e164,
        customer_id=_owner(request),
        now=request.clock.now(),
    )
    return done(request, _("The number is on the list."), _lists(request))


@area("operator", "customer")
@require_POST
def unlist_number(request: ConsoleRequest) -> HttpResponseBase:
    form = checked(NumberForm(request.POST, region=request.party.country))
    number, kind = form.cleaned_data["number"].e164, form.cleaned_data["kind"]
    with as_system():
        rows = ListedNumber.objects.filter(number=number, kind=kind)
        mine = Q(customer_id=_owner(request))
        if _owner(request) is None:
            mine |= Q(customer_id__in=served_ids(request))
        ids = list(rows.filter(mine).values_list("id", flat=True))
    if not ids:
        raise NotFound(_("This number isn't on that list."))
    for listed_id in ids:
        verbs.unlist_number(request.actor, listed_id=listed_id, now=request.clock.now())
    return done(request, _("The number is off the list."), _lists(request))


@area("operator", "customer", look=Right.RUN)
def import_numbers(request: ConsoleRequest) -> HttpResponseBase:
    """A long file goes on in the background; the table of files tells how far it is."""
    ported = _owner(request) is None
    form = FileForm(request.POST or None, request.FILES or None, ported=ported)
    here = _lists(request)

    def started(valid: FileForm) -> None:
        verbs.start_import(
            request.actor,
            kind=valid.cleaned_data["kind"],
            content=valid.cleaned_data["file"].read(),
            customer_id=_owner(request),
            now=request.clock.now(),
        )

    if carried_out(form, started):
        return done(request, _("The file is being taken."), here)
    return form_page(
        request, _("Numbers from a file"), _("What is on the list already stays."), form, label=_("Take it"),
        back=here, crumbs=[(_("Lists"), here)],
    )  # fmt: skip


def _owner(request: ConsoleRequest) -> int | None:
    """The company that acts; None for the operator, whose lists are for all."""
    return request.party.id if request.party.kind == "customer" else None


def _lists(request: ConsoleRequest) -> str:
    return reverse(f"console:{request.party.kind}:lists")


def words_page(
    request: ConsoleRequest, rows: QuerySet[Word], *, to: str, owner: bool, **frame: Any
) -> HttpResponseBase:
    """`to`: before the names of the verbs' addresses, like "console:operator:"."""
    add = Dialog(
        "add", _("Add a word"), _("It is found however it is written: wide letters, spaces in between."),
        reverse(f"{to}add_word"), _("Add it"), form=WordForm(),
    )  # fmt: skip
    off = Dialog(
        "off", _("Remove a word"), "", reverse(f"{to}remove_word"), _("Remove it"), form=WordOffForm(),
    )  # fmt: skip
    runs = request.may(Right.RUN)
    empty = _("Messages are not read for words.") if owner else _("Your operator's words hold all the same.")
    table = Table(
        rows.select_related("customer"),
        [
            Column("text", _("Word"), sortable=True, filterable=True),
            Column("action", _("What is done"), "chip", filterable=True),
            *([named("customer", _("Company"), sortable=False, show=_word_of)] if owner else []),
        ],
        Empty("shield", _("No word yet"), empty),
        name="words",
        order="text",
    )
    return page(
        request,
        pgettext("sensitive", "Words"),
        _("Messages with these words are refused, held for review, or go without them."),
        actions=[
            Action(off.title, dialog="off"),
            Action(add.title, dialog="add", icon="plus", tone="primary"),
        ]
        if runs
        else [],
        sections=[Section(table=table, id="words")],
        dialogs=[add, off] if runs else [],
        **frame,
    )


def _word_of(row: Word) -> str:
    return name_of(row.customer) if row.customer else _("All")


@area("operator")
def words(request: ConsoleRequest) -> HttpResponseBase:
    with as_system():
        rows = Word.objects.filter(Q(customer=None) | Q(customer_id__in=served_ids(request)))
        return words_page(request, rows, to="console:operator:", owner=True, tabs=tabs(request, "words"))


@area("operator", "customer")
@require_POST
def add_word(request: ConsoleRequest) -> HttpResponseBase:
    given = checked(WordForm(request.POST)).cleaned_data
    approvals.add_word(request.actor, **given, customer_id=_owner(request), now=request.clock.now())
    return done(request, _("The word holds from the next message on."), _words(request))


@area("operator", "customer")
@require_POST
def remove_word(request: ConsoleRequest) -> HttpResponseBase:
    text = checked(WordOffForm(request.POST)).cleaned_data["text"].strip()
    with as_system():
        held = Word.objects.filter(text=text, customer=_owner(request)).first()
    if held is None:
        raise NotFound(_("This word isn't on the list."))
    approvals.remove_word(request.actor, word_id=held.pk, now=request.clock.now())
    return done(request, _("The word is gone."), _words(request))


def _words(request: ConsoleRequest) -> str:
    return reverse(f"console:{request.party.kind}:words")
