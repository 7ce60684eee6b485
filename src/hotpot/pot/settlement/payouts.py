"""What partners are paid: their bank accounts, runs of payouts, the file for the bank, and its answer."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TextIO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.money import Money
from hotpot.kernel.vault import Vault
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts as billing_accounts
from hotpot.pot.billing.numbers import next_number
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.rules import Entry, Posting, credit, debit
from hotpot.pot.party.invoicing import details_in_force
from hotpot.pot.party.models import AgreementVersion, Party
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right
from hotpot.pot.settlement import accounts, pain
from hotpot.pot.settlement.disputes import UNSETTLED
from hotpot.pot.settlement.models import Statement, StatementLine
from hotpot.pot.settlement.models_payouts import PaidStatement, Payout, PayoutAccount, PayoutRun
from hotpot.pot.settlement.rules_payouts import bank_account, counts, withheld
from hotpot.pot.web.sheets import harmless

State = Payout.State
CSV_HEADS = (
    "run", "payout", "partner", "holder", "account", "bic", "gross", "withheld", "amount", "currency",
    "pay_on", "text",
)  # fmt: skip


# Bank accounts


@transaction.atomic
def write_account(
    actor: Actor, *, party: Party, holder: str, number: str, bic: str = "", bank_name: str = "", now: datetime
) -> PayoutAccount:
    """Where the partner wants its money from now on. It counts once a second person confirms it, or after
    `rules_payouts.COOLING`; until then the one before is used."""
    require_right(actor, Right.MONEY, party.id)
    account = bank_account(number, bic)
    if not holder.strip():
        raise Invalid(_("Give the holder's name, as the bank knows it."))
    with as_system():
        made = PayoutAccount.objects.create(
            party=party,
            holder=holder.strip(),
            sealed=_vault().seal(account.number),
            ends=account.number[-4:],
            is_iban=account.is_iban,
            bic=account.bic,
            bank_name=bank_name.strip(),
            written_by_id=actor.person_id,
            written_at=now,
        )
        _tell_account(actor, made, "written", now)
    return made


@transaction.atomic
def confirm_account(actor: Actor, *, account: PayoutAccount, now: datetime) -> None:
    """By another person of the partner than who wrote it. Raises Forbidden for the same one."""
    require_right(actor, Right.MONEY, account.party_id)
    if actor.person_id is None or actor.person_id == account.written_by_id:
        raise Forbidden(_("Somebody else of your team has to confirm the account. Or wait three days."))
    with as_system():
        held = PayoutAccount.objects.filter(id=account.id, confirmed_at=None)
        if held.update(confirmed_by_id=actor.person_id, confirmed_at=now):
            _tell_account(actor, account, "confirmed", now)


def account_of(party_id: int, now: datetime) -> PayoutAccount | None:
    """The newest that counts."""
    every = PayoutAccount.objects.filter(party_id=party_id).order_by("-written_at", "-id")
    return next((one for one in every if counts(one.written_at, one.confirmed_at, now)), None)


def _tell_account(actor: Actor, account: PayoutAccount, verb: str, now: datetime) -> None:
    """To the partner alone, and no more of the number than its end."""
    told = {"ends": account.ends, "bic": account.bic}
    subject = f"payout_account/{account.id}"
    record(actor, Fact(f"settlement.account.{verb}", subject, (account.party_id,), told), now=now)


# What waits to be paid


@dataclass(frozen=True, slots=True)
class Waiting:
    """A partner's statements that no payout holds, in one currency. `problem` says why it isn't paid now."""

    partner: Party
    statements: Sequence[tuple[Statement, int]]  # with what is withheld of each, in minor units
    account: PayoutAccount | None
    gross: Money
    withheld: Money
    problem: str = ""

    @property
    def amount(self) -> Money:
        return self.gross - self.withheld


def waiting(operator_id: int, currency: str, now: datetime) -> list[Waiting]:
    """By partner. Disputed statements are left out until they are settled."""
    with as_system():
        free = (
            Statement.objects.filter(operator_id=operator_id, currency=currency)
            .exclude(payouts__released=False)
            .exclude(disputes__state__in=UNSETTLED)
            .select_related("partner")
            .order_by("partner__name", "partner_id", "number")
            .distinct()
        )
        kept_back = _withheld(free)
        groups: dict[int, list[Statement]] = defaultdict(list)
        for statement in free:
            groups[statement.partner_id].append(statement)
        return [_waiting(group, kept_back, currency, now) for group in groups.values()]


def currencies(operator_id: int) -> list[str]:
    """In which the operator owes its partners anything at all."""
    found = Statement.objects.filter(operator_id=operator_id).values_list("currency", flat=True)
    return list(found.distinct().order_by("currency"))


def _waiting(group: Sequence[Statement], kept_back: dict[int, int], currency: str, now: datetime) -> Waiting:
    gross = sum(statement.total_minor for statement in group)
    # Where earlier statements were too high, less tax is kept back, too: never below nothing in all.
    tax = min(max(sum(kept_back[statement.id] for statement in group), 0), max(gross, 0))
    account = account_of(group[0].partner_id, now)
    problem = ""
    if gross - tax <= 0:
        problem = _("Nothing is left to pay: it is set off against the next statements.")
    elif account is None:
        problem = _("The partner has given no bank account that counts by now.")
    return Waiting(
        group[0].partner,
        [(statement, kept_back[statement.id]) for statement in group],
        account,
        Money(gross, currency),
        Money(tax, currency),
        problem,
    )


def withheld_of(statement: Statement) -> int:
    """Tax that is kept back of a statement when it is paid, in minor units."""
    return _withheld(Statement.objects.filter(id=statement.id))[statement.id]


def _withheld(statements: QuerySet[Statement]) -> dict[int, int]:
    lines = StatementLine.objects.filter(statement__in=statements).values_list(
        "statement_id", "terms_id", "share_minor"
    )
    versions = AgreementVersion.objects.in_bulk({terms for _statement, terms, _minor in lines if terms})
    rates = {id: version.terms.withholding_bp for id, version in versions.items()}
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for statement, terms, minor in lines:
        found[statement].append((minor, rates.get(terms, 0)))
    return {statement.id: withheld(found[statement.id]) for statement in statements}


# Runs


@transaction.atomic
def make_run(actor: Actor, *, operator: Party, currency: str, pay_on: date, now: datetime) -> PayoutRun:
    """Everything that can be paid now, as one file for the bank. Raises Conflict where there is nothing, or
    where the operator's own account isn't known."""
    require_right(actor, Right.MONEY, operator.id)
    with as_system():
        number = next_number(PayoutRun, operator.id)  # Locks: two runs can't pay the same statement.
        ready = [one for one in waiting(operator.id, currency, now) if not one.problem]
        if not ready:
            raise Conflict(_("There is nothing to pay in %(currency)s now.") % {"currency": currency})
        _debtor(operator, now)
        run = PayoutRun.objects.create(
            operator=operator,
            number=number,
            currency=currency,
            pay_on=pay_on,
            made_by_id=actor.person_id,
            made_at=now,
        )
        for one in ready:
            if one.account is not None:
                _order(run, one, one.account, now)
        told = {"number": run.number, "currency": currency, "payouts": len(ready)}
        fact = Fact("settlement.payouts.ordered", f"payout_run/{run.id}", (operator.id,), told)
        record(actor, fact, now=now)
    return run


def _order(run: PayoutRun, one: Waiting, account: PayoutAccount, now: datetime) -> None:
    payout = Payout.objects.create(
        run=run,
        operator_id=run.operator_id,
        partner=one.partner,
        account=account,
        gross_minor=one.gross.minor,
        withheld_minor=one.withheld.minor,
        amount_minor=one.amount.minor,
        since=now,
    )
    PaidStatement.objects.bulk_create(
        PaidStatement(payout=payout, statement=statement, withheld_minor=minor)
        for statement, minor in one.statements
    )


@transaction.atomic
def confirm(actor: Actor, *, payout: Payout, words: str = "", now: datetime) -> None:
    """The bank has paid: the payable is cleared, withheld tax is owed to the tax office. Told again, it
    changes nothing."""
    with as_system():
        held = _held(actor, payout)
        if held.state == State.PAID:
            return
        if held.state == State.FAILED:
            raise Conflict(_("This payout failed. Its statements wait for the next run."))
        entry = payout_entry(held, now)
        ledger.open_accounts(_accounts(held), now=now)
        ledger.book([entry])
        _settle(actor, held, State.PAID, words, now)


def confirm_run(actor: Actor, *, run: PayoutRun, words: str = "", now: datetime) -> int:
    """All of a run that is still ordered. Returns how many."""
    ordered = list(run.payouts.filter(state=State.ORDERED))
    for payout in ordered:
        confirm(actor, payout=payout, words=words, now=now)
    return len(ordered)


@transaction.atomic
def fail(actor: Actor, *, payout: Payout, words: str, now: datetime) -> None:
    """It never left the bank, or came back: what was booked is reversed, and its statements wait again."""
    if not words.strip():
        raise Invalid(_("Say what the bank said: the partner reads it."))
    with as_system():
        held = _held(actor, payout)
        if held.state == State.FAILED:
            return
        if held.state == State.PAID:
            paid = payout_entry(held, now)
            back = tuple(-posting for posting in paid.postings)
            ledger.book([Entry(f"payout_back:{held.id}", f"{paid.memo} came back", now, back)])
        held.statements.update(released=True)
        _settle(actor, held, State.FAILED, words, now)


def payout_entry(payout: Payout, time: datetime) -> Entry:
    """Debit payable gross; credit bank, and withholding where tax is kept back."""
    currency, owner = payout.run.currency, payout.operator_id
    postings: list[Posting] = [
        debit(accounts.payable(owner, payout.partner_id, currency).code, Money(payout.gross_minor, currency)),
        credit(billing_accounts.bank(owner, currency).code, Money(payout.amount_minor, currency)),
    ]
    if payout.withheld_minor:
        kept = Money(payout.withheld_minor, currency)
        postings.append(credit(accounts.withholding(owner, currency).code, kept))
    return Entry(f"payout:{payout.id}", f"Payout {payout.run.number}", time, tuple(postings))


def _accounts(payout: Payout) -> list[ledger.NewAccount]:
    currency, owner = payout.run.currency, payout.operator_id
    return [
        accounts.payable(owner, payout.partner_id, currency),
        accounts.withholding(owner, currency),
        billing_accounts.bank(owner, currency),
    ]


def _held(actor: Actor, payout: Payout) -> Payout:
    held = Payout.objects.select_for_update(no_key=True, of=("self",)).select_related("run").get(id=payout.id)
    require_right(actor, Right.MONEY, held.operator_id)
    return held


def _settle(actor: Actor, payout: Payout, state: State, words: str, now: datetime) -> None:
    payout.state, payout.since, payout.words = state, now, words.strip()
    payout.save(update_fields=["state", "since", "words"])
    told = {
        "run": payout.run.number, "amount_minor": payout.amount_minor, "currency": payout.run.currency,
        "words": words.strip(),
    }  # fmt: skip
    parties = (payout.operator_id, payout.partner_id)
    record(actor, Fact(f"settlement.payout.{state.value}", f"payout/{payout.id}", parties, told), now=now)


# Files


def bank_file(actor: Actor, *, run: PayoutRun, now: datetime) -> bytes:
    """ISO 20022 pain.001.001.09, of what isn't failed. It holds account numbers, so that asking is told."""
    with as_system():
        order = _order_of(actor, run, now)
    return pain.document(order)


def write_bank_csv(actor: Actor, *, run: PayoutRun, file: TextIO, now: datetime) -> None:
    """The same for banks that take tables."""
    with as_system():
        order = _order_of(actor, run, now)
        payouts = {_reference(payout): payout for payout in _payouts(run)}
    writer = csv.writer(file)
    writer.writerow(CSV_HEADS)
    for transfer in order.transfers:
        payout = payouts[transfer.id]
        gross, kept = (Money(minor, run.currency) for minor in (payout.gross_minor, payout.withheld_minor))
        writer.writerow([
            run.number, transfer.id, harmless(payout.partner.name), harmless(transfer.to.holder),
            harmless(transfer.to.number), transfer.to.bic, gross.major, kept.major, transfer.amount.major,
            run.currency, run.pay_on, transfer.text,
        ])  # fmt: skip


def _order_of(actor: Actor, run: PayoutRun, now: datetime) -> pain.Order:
    require_right(actor, Right.MONEY, run.operator_id)
    order = pain.Order(
        f"HP-{run.operator_id}-{run.number}",
        run.made_at,
        run.pay_on,
        _debtor(run.operator, run.made_at),
        [_transfer(payout, run) for payout in _payouts(run)],
    )
    if not order.transfers:
        raise NotFound(_("Every payout of this run has failed: there is no file of it."))
    told = {"number": run.number, "transfers": len(order.transfers)}
    fact = Fact("settlement.payouts.file_taken", f"payout_run/{run.id}", (run.operator_id,), told)
    record(actor, fact, now=now)
    return order


def _payouts(run: PayoutRun) -> Iterable[Payout]:
    return run.payouts.exclude(state=State.FAILED).select_related("account", "partner").order_by("id")


def _transfer(payout: Payout, run: PayoutRun) -> pain.Transfer:
    account = payout.account
    return pain.Transfer(
        _reference(payout),
        pain.Account(account.holder, _vault().open(bytes(account.sealed)), account.is_iban, account.bic),
        Money(payout.amount_minor, run.currency),
        f"Statements {_numbers(payout)}",
    )


def _reference(payout: Payout) -> str:
    return f"HP-{payout.operator_id}-P{payout.id}"


def _numbers(payout: Payout) -> str:
    numbers = payout.statements.order_by("statement__number").values_list("statement__number", flat=True)
    return ", ".join(str(number) for number in numbers)


def _debtor(operator: Party, now: datetime) -> pain.Account:
    """The operator's account, as its papers name it."""
    details = details_in_force(operator, now)
    if not details.bank_account:
        raise Conflict(_("Your own bank account isn't known. Write it into your invoice details first."))
    account = bank_account(details.bank_account, details.bank_bic)
    return pain.Account(details.legal_name, account.number, account.is_iban, account.bic)


def _vault() -> Vault:
    return Vault(settings.SECRET_KEY, "settlement.accounts")
