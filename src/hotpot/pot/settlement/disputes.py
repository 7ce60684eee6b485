"""A partner disputes a statement or a line of it; the operator answers, corrects or rejects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from hotpot.kernel.money import Money
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing import accounts as billing_accounts
from hotpot.pot.billing.numbers import next_number
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.rules import Entry, credit, debit
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right
from hotpot.pot.settlement import accounts
from hotpot.pot.settlement.models import Statement, StatementLine
from hotpot.pot.settlement.models_payouts import Dispute, DisputeStep
from hotpot.pot.settlement.rules_payouts import OPERATOR_STEPS, PARTNER_STEPS, check_dispute_step

CORRECTION = "correction"  # the kind of the line that an accepted dispute adds
State = Dispute.State
UNSETTLED = (State.OPEN, State.ANSWERED)


@transaction.atomic
def open_dispute(
    actor: Actor, *, statement: Statement, line_id: int | None = None, words: str, now: datetime
) -> Dispute:
    """By the partner; of a line, or of the whole statement. While it is open, the statement isn't paid out.

    Raises Conflict where one is open already, NotFound for a line of another statement.
    """
    require_right(actor, Right.MONEY, statement.partner_id)
    check_dispute_step(PARTNER_STEPS, State.OPEN, State.OPEN, words)
    with as_system():
        Statement.objects.select_for_update(no_key=True).get(id=statement.id)
        if line_id is not None and not StatementLine.objects.filter(id=line_id, statement=statement).exists():
            raise NotFound(_("This statement has no such line."))
        if statement.disputes.filter(line_id=line_id, state__in=UNSETTLED).exists():
            raise Conflict(_("There is a dispute about this already. Write into it."))
        dispute = Dispute.objects.create(statement=statement, line_id=line_id, state=State.OPEN, since=now)
        _step(actor, dispute, State.OPEN, words, statement.partner_id, now)
    return dispute


def reply(actor: Actor, *, dispute: Dispute, words: str, now: datetime) -> None:
    """Either side writes; then it is the other's turn."""
    statement = dispute.statement
    if _works_for(actor, statement.operator_id):
        _move(actor, dispute, OPERATOR_STEPS, State.ANSWERED, words, statement.operator_id, now)
    else:
        _move(actor, dispute, PARTNER_STEPS, State.OPEN, words, statement.partner_id, now)


def withdraw(actor: Actor, *, dispute: Dispute, words: str, now: datetime) -> None:
    _move(actor, dispute, PARTNER_STEPS, State.WITHDRAWN, words, dispute.statement.partner_id, now)


def reject(actor: Actor, *, dispute: Dispute, words: str, now: datetime) -> None:
    _move(actor, dispute, OPERATOR_STEPS, State.REJECTED, words, dispute.statement.operator_id, now)


@transaction.atomic
def accept(actor: Actor, *, dispute: Dispute, amount: Money, words: str, now: datetime) -> Statement:
    """The operator corrects: a statement of its own with one line over `amount`, which may be below zero,
    booked like any other. The disputed one stays as it was issued.

    Raises Invalid for another currency or nothing.
    """
    statement = dispute.statement
    if amount.currency != statement.currency or not amount.minor:
        raise Invalid(
            _("Give the amount of the correction in %(currency)s.") % {"currency": statement.currency}
        )
    _move(actor, dispute, OPERATOR_STEPS, State.ACCEPTED, words, statement.operator_id, now)
    with as_system():
        correction = _correct(statement, dispute.line_id, amount, now)
        Dispute.objects.filter(id=dispute.id).update(correction=correction)
        told = {"number": correction.number, "total_minor": amount.minor, "currency": amount.currency}
        parties = (statement.operator_id, statement.partner_id)
        record(
            actor,
            Fact("settlement.statement.issued", f"statement/{correction.id}", parties, told),
            now=now,
        )
    return correction


def statement_entry(statement: Statement, time: datetime) -> Entry:
    """What a statement books: the operator's revenue becomes a debt to the partner."""
    total = Money(statement.total_minor, statement.currency)
    owner, currency = statement.operator_id, statement.currency
    return Entry(
        f"statement:{owner}:{statement.number}",
        f"Statement {statement.number}",
        time,
        (
            debit(billing_accounts.revenue(owner, currency).code, total),
            credit(accounts.payable(owner, statement.partner_id, currency).code, total),
        ),
    )


def _correct(statement: Statement, line_id: int | None, amount: Money, now: datetime) -> Statement:
    line = StatementLine.objects.filter(id=line_id).first() if line_id else None
    correction = Statement.objects.create(
        operator_id=statement.operator_id,
        partner_id=statement.partner_id,
        number=next_number(Statement, statement.operator_id),
        period=statement.period,
        currency=statement.currency,
        total_minor=amount.minor,
        issued_at=now,
    )
    StatementLine.objects.create(
        statement=correction,
        kind=CORRECTION,
        period=line.period if line else statement.period,
        customer_id=line.customer_id if line else None,
        app_id=line.app_id if line else None,
        terms_id=line.terms_id if line else None,
        seats=0,
        charged_minor=0,
        share_minor=amount.minor,
    )
    owner, currency = statement.operator_id, statement.currency
    ledger.open_accounts(
        [billing_accounts.revenue(owner, currency), accounts.payable(owner, statement.partner_id, currency)],
        now=now,
    )
    ledger.book([statement_entry(correction, now)])
    return correction


@transaction.atomic
def _move(
    actor: Actor,
    dispute: Dispute,
    steps: Mapping[str, frozenset[str]],
    to: State,
    words: str,
    party_id: int,
    now: datetime,
) -> None:
    require_right(actor, Right.MONEY, party_id)
    with as_system():
        held = Dispute.objects.select_for_update(no_key=True).get(id=dispute.id)
        check_dispute_step(steps, held.state, to, words)
        Dispute.objects.filter(id=held.id).update(state=to, since=now)
        _step(actor, held, to, words, party_id, now)


def _step(actor: Actor, dispute: Dispute, state: State, words: str, party_id: int, now: datetime) -> None:
    DisputeStep.objects.create(
        dispute=dispute,
        state=state,
        words=words.strip(),
        party_id=party_id,
        person_id=actor.person_id,
        at=now,
    )
    statement = dispute.statement
    told = {"statement": statement.number, "line": dispute.line_id, "words": words.strip()}
    parties = (statement.operator_id, statement.partner_id)
    record(actor, Fact(f"settlement.dispute.{state.value}", f"dispute/{dispute.id}", parties, told), now=now)


def _works_for(actor: Actor, party_id: int) -> bool:
    try:
        require_right(actor, Right.MONEY, party_id)
    except Forbidden:
        return False
    return True
