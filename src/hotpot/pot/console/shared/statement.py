"""A statement as both sides see it: the document, its disputes, what it was paid with, and the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from hotpot.kernel.money import Money
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, checked, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right
from hotpot.pot.settlement import disputes, queries
from hotpot.pot.settlement.models import Dispute, DisputeStep, PaidStatement, Statement
from hotpot.pot.settlement.queries import Line, Sheet
from hotpot.pot.web.shown import day
from hotpot.pot.web.tables import Column, Empty, Table

KINDS = ("operator", "integrator", "developer")


class WordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What you say"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DisputeForm(WordsForm):
    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [(str(one.line.id), _line_word(one)) for one in sheet.lines]
        self.fields["line"] = forms.ChoiceField(
            label=_("About"), required=False, choices=[("", _("The whole statement")), *lines]
        )
        self.order_fields(["line", "words"])


class CorrectForm(WordsForm):
    """More for the partner, or less."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"] = forms.DecimalField(
            label=_("Correction in %(currency)s") % {"currency": currency},
            help_text=_("Below zero takes something off."),
        )
        self.order_fields(["amount", "words"])


@area(*KINDS)
def statement(request: ConsoleRequest, id: int) -> HttpResponseBase:
    sheet = queries.sheet(id, [request.party.id])
    dialogs = _dispute_dialog(request, sheet)
    files = [
        Action(_("PDF"), reverse("settlement:statement_pdf", args=[id]), icon="file-text"),
        Action(_("CSV"), reverse("settlement:statement_csv", args=[id]), icon="download"),
    ]
    ask = [Action(_("Dispute it"), dialog=dialog.id, icon="message-square") for dialog in dialogs]
    return page(
        request,
        _("Statement %(number)s") % {"number": sheet.statement.number},
        crumbs=[(_("Statements"), reverse("console:statements"))],
        actions=[*files, *ask],
        figures=[Figure(_("Owed to the partner"), sheet.total)],
        sections=[
            Section(template="settlement/statement.html", data=_head(sheet)),
            Section(_("Lines of the statement"), table=_lines(sheet), id="lines"),
            Section(_("Disputes"), table=disputes_table(statement=sheet.statement), id="disputes"),
            Section(_("Paid with"), table=_paid(sheet.statement), id="payouts"),
        ],
        dialogs=dialogs,
    )


def _head(sheet: Sheet) -> dict[str, Any]:
    return {
        "sender": {"name": name_of(sheet.operator)},
        "receiver": {"name": name_of(sheet.partner)},
        "facts": [
            (_("Statement number"), sheet.statement.number),
            (_("Period"), f"{sheet.month.first_day} – {sheet.month.last_day}"),
            (_("Issued"), day(sheet.statement.issued_on)),
            (_("Owed to the partner"), sheet.total),
        ],
    }


def _lines(sheet: Sheet) -> Table:
    """Each opens the seats behind it. The statement's own CSV has them all."""

    def opened(line: Line) -> str:
        where = [sheet.statement.id, line.line.pk]
        return reverse("settlement:statement_line", args=where) if line.of_use else ""

    def month(line: Line) -> str:
        return _("%(month)s, adjusted") % {"month": line.month} if line.adjusts else str(line.month)

    return Table(
        sheet.lines,
        [
            Column("label", _("Company"), sortable=True, filterable=True),
            Column("app", _("App"), sortable=True),
            Column("month", _("Month"), show=month),
            Column("terms", _("Terms")),
            Column("line__seats", _("Seats"), "number"),
            Column("charged", _("Charged"), "money", sortable=True),
            Column("share", _("Share"), "money", sortable=True),
        ],
        Empty("file-text", _("No line"), _("Nothing was shared in this month.")),
        name="lines",
        order="label",
        href=opened,
        caption=_("Lines of the statement"),
    )


def _dispute_dialog(request: ConsoleRequest, sheet: Sheet) -> list[Dialog]:
    if sheet.statement.partner_id != request.party.id or not request.may(Right.MONEY):
        return []
    return [
        Dialog(
            "dispute",
            _("Dispute statement %(number)s") % {"number": sheet.statement.number},
            _("The operator reads it and answers. Until it is settled, the statement isn't paid out."),
            reverse("settlement:open_dispute", args=[sheet.statement.id]),
            _("Send it"),
            DisputeForm(sheet=sheet),
        )
    ]


def disputes_table(**filters: Any) -> Table:
    return Table(
        Dispute.objects.filter(**filters).select_related("statement__operator"),
        [
            Column("statement__number", _("Statement"), sortable=True, show=_disputed),
            named("statement__operator", _("Operator"), filterable=False),
            Column("state", _("State"), "chip"),
            Column("since", _("Since"), "time", sortable=True),
        ],
        Empty("message-square", _("No dispute"), _("A partner that finds something wrong says so here.")),
        name="disputes",
        order="-since",
        href=lambda row: reverse("settlement:dispute", args=[row.pk]),
    )


def _disputed(row: Dispute) -> str:
    return _("Statement %(number)s") % {"number": row.statement.number}


def _paid(statement: Statement) -> Table:
    return Table(
        PaidStatement.objects.filter(statement=statement).select_related("payout__run"),
        [
            Column("payout__run__number", _("Payout run")),
            Column("payout__run__pay_on", _("Paid on"), "day"),
            Column("payout__state", _("State"), "chip"),
            Column("payout__words", _("The bank said")),
        ],
        Empty("coins", _("Not paid yet")),
        name="paid",
    )


@require_POST
@area("integrator", "developer", act=Right.MONEY)
def open_dispute(request: ConsoleRequest, id: int) -> HttpResponseBase:
    sheet = queries.sheet(id, [request.party.id])
    form = checked(DisputeForm(request.POST, sheet=sheet))
    line = form.cleaned_data["line"]
    made = disputes.open_dispute(
        request.actor, statement=sheet.statement, line_id=int(line) if line else None,
        words=form.cleaned_data["words"], now=request.clock.now(),
    )  # fmt: skip
    return done(request, _("The operator was told."), reverse("settlement:dispute", args=[made.id]))


def _line_word(line: queries.Line) -> str:
    return f"{line.label} · {line.app} · {line.month}: {line.share}"


@area(*KINDS)
def dispute(request: ConsoleRequest, dispute_id: int) -> HttpResponseBase:
    held = _held(request, dispute_id)
    sheet = queries.sheet(held.statement_id, [request.party.id])
    line = next((one for one in sheet.lines if one.line.id == held.line_id), None)
    about = _line_word(line) if line else _("The whole statement")
    dialogs = _verb_dialogs(request, held)
    corrected = [(_("Correction"), _statement_word(held.correction))] if held.correction else []
    number = {"number": held.statement.number}
    return page(
        request,
        _("Dispute about statement %(number)s") % number,
        about,
        crumbs=[
            (_("Statement %(number)s") % number, reverse("settlement:statement", args=[held.statement_id]))
        ],
        state=held.state,
        actions=[
            Action(dialog.title, dialog=dialog.id, tone="danger" if dialog.danger else "")
            for dialog in dialogs
        ],
        sections=[
            Section(
                facts=[
                    (_("Operator"), name_of(held.statement.operator)),
                    (_("Partner"), name_of(held.statement.partner)),
                    *corrected,
                ]
            ),
            Section(_("What was said"), table=_steps(held), id="steps"),
        ],
        dialogs=dialogs,
    )


def _statement_word(correction: Statement) -> str:
    total = Money(correction.total_minor, correction.currency)
    return _("Statement %(number)s: %(total)s") % {"number": correction.number, "total": total}


def _steps(held: Dispute) -> Table:
    return Table(
        DisputeStep.objects.filter(dispute=held).select_related("party", "person"),
        [
            Column("at", _("When"), "time"),
            Column("party__name", _("Who"), show=lambda row: name_of(row.party)),
            Column("person__name", _("Person")),
            Column("state", _("State"), "chip"),
            Column("words", _("Words")),
        ],
        Empty("message-square", _("Nothing was said")),
        name="steps",
        order="pk",
    )


# Name -> title, what it does, whether it is the operator's.
VERBS: Mapping[str, tuple[Any, Any, bool | None]] = {
    "reply": (gettext_lazy("Reply"), gettext_lazy("The other side reads it."), None),
    "accept": (
        gettext_lazy("Correct it"),
        gettext_lazy("A statement of its own puts it right; the disputed one stays as it is."),
        True,
    ),
    "reject": (gettext_lazy("Reject"), gettext_lazy("The statement stays as it is, and is paid out."), True),
    "withdraw": (
        pgettext_lazy("dispute", "Withdraw"),
        gettext_lazy("The statement is right after all."),
        False,
    ),
}


def _verb_dialogs(request: ConsoleRequest, held: Dispute) -> list[Dialog]:
    if held.state not in disputes.UNSETTLED or not request.may(Right.MONEY):
        return []
    operator = request.party.kind == Party.Kind.OPERATOR
    return [
        Dialog(
            name, title, text, reverse(f"settlement:dispute_{name}", args=[held.id]), title,
            _form(name, held), danger=name in {"reject", "withdraw"},
        )
        for name, (title, text, by_operator) in VERBS.items()
        if by_operator in (None, operator)
    ]  # fmt: skip


def _form(name: str, held: Dispute, *args: Any) -> WordsForm:
    if name == "accept":
        return CorrectForm(*args, currency=held.statement.currency)
    return WordsForm(*args)


@require_POST
@area(*KINDS, act=Right.MONEY)
def verb(request: ConsoleRequest, dispute_id: int, name: str) -> HttpResponseBase:
    held = _held(request, dispute_id)
    form = checked(_form(name, held, request.POST))
    told = {"words": form.cleaned_data["words"], "now": request.clock.now()}
    if name == "accept":
        amount = Money.of(form.cleaned_data["amount"], held.statement.currency)
        disputes.accept(request.actor, dispute=held, amount=amount, **told)
    else:
        {"reply": disputes.reply, "reject": disputes.reject, "withdraw": disputes.withdraw}[name](
            request.actor, dispute=held, **told
        )
    return done(request, _("Said."), reverse("settlement:dispute", args=[held.id]))


def _held(request: ConsoleRequest, dispute_id: int) -> Dispute:
    ours = queries.statements_of([request.party.id])
    found = Dispute.objects.filter(statement__in=ours).select_related(
        "statement__operator", "statement__partner", "correction"
    )
    return get_object_or_404(found, id=dispute_id)
