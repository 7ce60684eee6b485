"""The books: every account, its postings, the entries they belong to, and the proof that all is right."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import become, reader_of
from hotpot.pot.close.books import CHECKS, check_books
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Action, Figure, Section, amounts, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.ledger.models import Account, Entry, Movement
from hotpot.pot.ledger.queries import KIND, balances_by_kind, statement_of_account, trial_balance
from hotpot.pot.party.rules import Right
from hotpot.pot.web.shown import moment
from hotpot.pot.web.tables import Column, Empty, Table

# How a memo of the verbs is written, by the kind of its entry's key, and how it reads here.
MEMOS = {
    "payment": (re.compile(r"Payment (?P<reference>\S+)"), gettext_lazy("Payment %(reference)s")),
    "chargeback": (
        re.compile(r"Payment (?P<reference>\S+) taken back: (?P<reason>.*)", re.DOTALL),
        gettext_lazy("Payment %(reference)s taken back: %(reason)s"),
    ),
    "refund": (re.compile(r"Refund: (?P<reason>.*)", re.DOTALL), gettext_lazy("Refund: %(reason)s")),
    "write_off": (
        re.compile(r"Bad debt of bill (?P<number>\d+): (?P<reason>.*)", re.DOTALL),
        gettext_lazy("Bad debt of bill %(number)s: %(reason)s"),
    ),
    "payout": (re.compile(r"Payout (?P<number>\d+)"), gettext_lazy("Payout %(number)s")),
    "payout_back": (
        re.compile(r"Payout (?P<number>\d+) came back"),
        gettext_lazy("Payout %(number)s came back"),
    ),
}


def in_asset(amount: int, asset: str) -> object:
    """Money where the asset is a currency, else a count of what it is."""
    if len(asset) == 3 and asset.isupper():
        return Money(amount, asset)
    return f"{amount:,} {asset}"


def kinds() -> dict[str, str]:
    """What accounts of a kind hold, all of them together."""
    return {
        "receivable": _("Receivables"),
        "payable": _("Payables to partners"),
        "wallet": _("Customers' wallets"),
        "revenue": _("Revenue"),
        "tax": _("Tax owed"),
        "withholding": _("Tax withheld from partners"),
        "bank": pgettext("money", "Bank"),
        "unmatched": _("Money not matched yet"),
        "bad_debt": _("Bad debt"),
        "chargeback_loss": _("Lost by chargebacks"),
        "provider_phone_bill": _("Taken on phone bills"),
        "provider_rehearsal": _("Taken by test payments"),
    }


def account_word(account: Account) -> str:
    """What the account holds, for whom; another than those of a close shows its code."""
    words = {
        "payable": _("Owed to %(party)s"),
        "receivable": _("Owed by %(party)s"),
        "wallet": _("Wallet of %(party)s"),
    }
    words = kinds() | words
    kind = account.code.split(":")[2] if account.code.count(":") > 1 else ""
    word = words.get(kind)
    party = name_of(account.counterparty) if account.counterparty else "–"
    return account.code if word is None else word % {"party": party}


def entry_word(entry: Entry | Movement) -> str:
    """What was booked, in the reader's language; what has no words here shows its memo, or else its key."""
    kind, *parts = entry.key.split(":")
    papers = {
        "bill": _("Bill %(number)s"),
        "credit": _("Credit note %(number)s"),
        "statement": _("Statement %(number)s"),
    }
    if kind in papers:
        return papers[kind] % {"number": parts[-1]}
    if kind in MEMOS and (said := MEMOS[kind][0].fullmatch(entry.memo)):
        return str(MEMOS[kind][1]) % said.groupdict()
    return entry.memo or entry.key


@area("operator")
def books(request: ConsoleRequest) -> HttpResponseBase:
    accounts = Account.objects.filter(party=request.party).select_related("counterparty")
    if kind := request.GET.get("kind"):
        accounts = accounts.annotate(kind=KIND).filter(kind=kind)
    sums = trial_balance(request.party.id)
    check = Action(
        _("Check the books"), reverse("console:operator:books_check"), icon="shield-check", tone="primary"
    )
    table = Table(
        accounts,
        [
            Column("code", _("Account"), sortable=True, filterable=True, show=account_word),
            named("counterparty", _("About"), hidden=True),
            Column("id", pgettext("account", "Code"), show=lambda row: row.code, hidden=True),
            Column("asset", _("Asset"), filterable=True),
            Column("balance", _("Debit"), "number", sortable=True, show=lambda row: _one_side(row, 1)),
            Column("held", _("Credit"), "number", show=lambda row: _one_side(row, -1)),
            Column("opened_at", _("Opened"), "time", sortable=True, hidden=True),
        ],
        Empty("scale", _("No account yet"), _("The first close opens them.")),
        name="accounts",
        order="code",
        href=lambda row: reverse("console:operator:account", args=[row.pk]),
    )
    return page(
        request,
        _("Books"),
        _("Double entry: what stands on one side stands on the other. Each balance opens its postings."),
        actions=[check] if request.may(Right.MONEY) else [],
        figures=[
            Figure(
                _("Debits"),
                amounts({asset: debits for asset, (debits, _credits) in sums.items()}),
                "#table-accounts",
            ),
            Figure(
                _("Credits"),
                amounts({asset: credits for asset, (_debits, credits) in sums.items()}),
                "#table-accounts",
            ),
            Figure(_("Accounts"), accounts.count(), "#table-accounts"),
        ],
        sections=[
            Section(_("Trial balance"), table=_trial_balance(request), id="trial-balance"),
            Section(kinds().get(kind or "", _("Accounts")), table=table, id="accounts"),
        ],
    )


def _trial_balance(request: ConsoleRequest) -> Table:
    words = kinds()
    return Table(
        balances_by_kind(request.party.id),
        [
            Column("kind", _("Kind"), show=lambda row: words.get(row.kind, row.kind)),
            Column("asset", _("Asset")),
            Column("accounts", _("Accounts"), "number"),
            Column("debits", _("Debit"), "number", show=lambda row: _shown(row.debits, row.asset)),
            Column("credits", _("Credit"), "number", show=lambda row: _shown(row.credits, row.asset)),
        ],
        Empty("scale", _("No account yet"), _("The first close opens them.")),
        name="trial-balance",
        order="asset",
        href=lambda row: f"{reverse('console:operator:books')}?kind={row.kind}#accounts",
    )


def _shown(amount: int, asset: str) -> object:
    return in_asset(amount, asset) if amount else ""


def _one_side(row: Account, sign: int) -> object:
    return in_asset(row.balance * sign, row.asset) if row.balance * sign > 0 else ""


@area("operator")
def account(request: ConsoleRequest, account_id: int) -> HttpResponseBase:
    held = get_object_or_404(
        Account.objects.select_related("counterparty"), id=account_id, party=request.party
    )
    table = Table(
        Movement.objects.filter(account=held),
        [
            Column("memo", _("Entry"), filterable=True, show=entry_word),
            Column("key", _("Key"), filterable=True, hidden=True),
            Column("time", _("When"), "time", sortable=True),
            Column(
                "amount",
                _("Amount"),
                "number",
                sortable=True,
                show=lambda row: in_asset(row.amount, held.asset),
            ),
        ],
        Empty("scale", _("No posting yet")),
        name="postings",
        order="-time",
        href=lambda row: reverse("console:operator:entry", args=[row.entry_id]) if row.entry_id else "",
    )
    return page(
        request,
        account_word(held),
        _("Its postings, newest first. A debit is positive, a credit negative."),
        crumbs=[(_("Books"), reverse("console:operator:books"))],
        actions=[
            Action(
                _("Statement"),
                reverse("console:operator:account_statement", args=[held.id, Month.of(request.today)]),
                icon="file-text",
            )
        ],
        figures=[
            Figure(_("Balance"), in_asset(held.balance, held.asset), "#table-postings"),
            Figure(_("Held"), in_asset(held.held, held.asset)),
            Figure(pgettext("account", "Code"), held.code),
        ],
        sections=[Section(table=table)],
    )


@area("operator")
def account_statement(request: ConsoleRequest, account_id: int, month: str) -> HttpResponseBase:
    """One month of an account, as a bank would print it: opening, each movement with the balance after it,
    closing."""
    held = get_object_or_404(
        Account.objects.select_related("counterparty"), id=account_id, party=request.party
    )
    shown = Month.parse(month)
    zone = ZoneInfo(request.party.time_zone)
    found = statement_of_account(held.code, since=shown.starts_at(zone), until=shown.ends_at(zone))

    def amount(minor: int) -> object:
        return in_asset(minor, held.asset)

    table = Table(
        list(found.lines),
        [
            Column("time", _("When"), "time"),
            Column("memo", _("What"), show=lambda row: row.memo or row.key),
            Column("amount", _("Amount"), "number", show=lambda row: amount(row.amount)),
            Column("balance", _("Balance"), "number", show=lambda row: amount(row.balance)),
        ],
        Empty("scale", _("Nothing moved in this month")),
        name="lines",
        order="time",
        unique="entry_id",
    )
    here = "console:operator:account_statement"
    return page(
        request,
        account_word(held),
        _("Its statement of %(month)s.") % {"month": shown},
        crumbs=[
            (_("Books"), reverse("console:operator:books")),
            (account_word(held), reverse("console:operator:account", args=[held.id])),
        ],
        actions=[
            Action(str(shown.previous()), reverse(here, args=[held.id, shown.previous()]), icon="arrow-left"),
            Action(str(shown.next()), reverse(here, args=[held.id, shown.next()]), icon="arrow-right"),
        ],
        figures=[
            Figure(_("Opening"), amount(found.opening)),
            Figure(_("Moved"), amount(found.closing - found.opening), "#lines"),
            Figure(_("Closing"), amount(found.closing)),
        ],
        sections=[Section(table=table, id="lines")],
    )


@area("operator")
def entry(request: ConsoleRequest, entry_id: int) -> HttpResponseBase:
    held = get_object_or_404(Entry.objects.select_related("reverses"), id=entry_id)
    postings = list(held.postings.select_related("account", "account__counterparty").order_by("-amount"))
    if not any(one.account.party_id == request.party.id for one in postings):
        raise Http404
    table = Table(
        postings,
        [
            Column(
                "account__code",
                _("Account"),
                href=_account_href(request),
                show=lambda row: account_word(row.account),
            ),
            Column("amount", _("Debit"), "number", show=lambda row: _side(row, 1)),
            Column("entry_id", _("Credit"), "number", show=lambda row: _side(row, -1)),
        ],
        Empty("scale", _("No posting yet")),
        name="postings",
        order="pk",
    )
    facts: list[tuple[str, object]] = [
        (_("Key"), held.key),
        (_("When"), moment(held.time)),
        (_("Booked"), moment(held.booked_at)),
    ]
    if held.reverses is not None:
        facts.append((_("Reverses"), entry_word(held.reverses)))
    return page(
        request,
        entry_word(held),
        _("One entry: its debits equal its credits. It is never changed; a correction reverses it."),
        crumbs=[(_("Books"), reverse("console:operator:books"))],
        sections=[Section(facts=facts), Section(_("Postings"), table=table, id="postings")],
    )


def _account_href(request: ConsoleRequest) -> Any:
    def href(row: Movement) -> str:
        own = row.account.party_id == request.party.id
        return reverse("console:operator:account", args=[row.account_id]) if own else ""

    return href


def _side(row: Movement, sign: int) -> object:
    return in_asset(row.amount * sign, row.account.asset) if row.amount * sign > 0 else ""


@area("operator", look=Right.MONEY)
def check(request: ConsoleRequest) -> HttpResponseBase:
    """Every proof of `hotpot books check`, over what this operator alone may read."""
    become(reader_of(request.membership.person_id, [request.party.id]))
    proof = check_books()
    become(reader_of(request.membership.person_id, [one.party_id for one in request.memberships]))
    failed = {finding.check.name: finding for finding in proof.findings}
    rows = [
        {
            "rule": _(one.rule),
            "state": "unbalanced" if one.name in failed else "balanced",
            "rows": failed[one.name].count if one.name in failed else 0,
        }
        for one in CHECKS
    ]
    table = Table(
        rows,
        [
            Column("rule", _("What must hold"), filterable=True),
            Column("state", _("State"), "chip"),
            Column("rows", _("Rows that break it"), "number"),
        ],
        Empty("scale", _("Nothing to check")),
        name="proofs",
        order="pk",
    )
    note = (
        _("The books are right: every proof holds.")
        if proof.right
        else _("The books are wrong. The rows below show where.")
    )
    return page(
        request,
        _("The books, checked"),
        _("Proved just now, from the rows themselves."),
        crumbs=[(_("Books"), reverse("console:operator:books"))],
        figures=[
            Figure(_("Proofs"), len(rows)),
            Figure(_("Entries"), proof.ledger["entries"]),
            Figure(_("Postings"), proof.ledger["postings"]),
            Figure(_("Accounts"), proof.ledger["accounts"], reverse("console:operator:books")),
        ],
        sections=[
            Section(note=note, note_tone="good" if proof.right else "bad"),
            *(
                Section(_(finding.check.rule), code="\n".join(str(dict(row)) for row in finding.rows))
                for finding in proof.findings
            ),
            Section(_("Proofs"), table=table, id="proofs"),
            Section(_("Months"), table=_months(proof.figures), id="months"),
        ],
    )


def _months(figures: Any) -> Table:
    rows = [dict(row) | {"month": str(Month.of(row["period"]))} for row in figures]
    return Table(
        rows,
        [
            Column("month", _("Month"), sortable=True),
            Column("charged_minor", _("Charges"), "money"),
            Column("billed_minor", _("Bills"), "money"),
            Column("tax_minor", _("Tax"), "money"),
            Column("receivable_minor", _("Receivables"), "money"),
            Column("stated_minor", _("Statements"), "money"),
            Column("payable_minor", _("Payables"), "money"),
        ],
        Empty("calendar", _("No month is closed yet")),
        name="months",
        order="-month",
    )
