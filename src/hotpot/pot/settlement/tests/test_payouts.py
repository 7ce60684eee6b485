"""Disputes, corrections, payouts and their file; what they book."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection

from hotpot.conftest import NOW, Market, make_person
from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.kernel.money import Money
from hotpot.pot.access.readers import as_system, reader_of, web_role
from hotpot.pot.billing import accounts as billing_accounts
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.ledger import actions as ledger
from hotpot.pot.ledger.models import Posting
from hotpot.pot.party.invoicing import Details, write_invoice_details
from hotpot.pot.party.models import AgreementVersion, Membership
from hotpot.pot.settlement import accounts, disputes, payouts
from hotpot.pot.settlement.models import Dispute, PayoutAccount, Statement, StatementLine
from hotpot.pot.settlement.pain import NAMESPACE
from hotpot.pot.settlement.tests.test_pain import schema

IBAN, OTHER_IBAN = "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"
pytestmark = pytest.mark.django_db


@pytest.fixture
def market(make_market: Any) -> Market:
    market: Market = make_market()
    details = Details(legal_name="River Mobile", bank_account=IBAN, bank_bic="COBADEFFXXX")
    write_invoice_details(actor=SYSTEM_ACTOR, party=market.operator, details=details, now=NOW)
    return market


def state(market: Market, minor: int, *, withholding_bp: int = 0) -> Statement:
    """A statement of the operator to the integrator, booked."""
    with as_system():
        version = AgreementVersion.objects.get(agreement__partner=market.integrator)
        if withholding_bp:
            version = AgreementVersion.objects.create(
                agreement=version.agreement, starts_on=date(2026, 9, 1), model="percent", written_at=NOW,
                params={"share_bp": 1, "withholding_bp": withholding_bp},
            )  # fmt: skip
        count = Statement.objects.filter(operator=market.operator).count()
        statement = Statement.objects.create(
            operator=market.operator, partner=market.integrator, number=count + 1, period=date(2026, 9, 1),
            currency="CNY", total_minor=minor, issued_at=NOW,
        )  # fmt: skip
        StatementLine.objects.create(
            statement=statement, kind="guarantee", period=date(2026, 9, 1), terms=version, seats=0,
            charged_minor=0, share_minor=minor,
        )  # fmt: skip
        owner, partner = market.operator.id, market.integrator.id
        wanted = [billing_accounts.revenue(owner, "CNY"), accounts.payable(owner, partner, "CNY")]
        ledger.open_accounts(wanted, now=NOW)
        ledger.book([disputes.statement_entry(statement, NOW)])
    return statement


def with_account(market: Market) -> PayoutAccount:
    before = NOW - timedelta(days=4)
    return payouts.write_account(
        SYSTEM_ACTOR, party=market.integrator, holder="Hill Systems", number=IBAN, now=before
    )


def balance(code: str) -> int:
    rows = Posting.objects.filter(account__code=code).values_list("amount", flat=True)
    return sum(rows)


def run_of(market: Market) -> Any:
    return payouts.make_run(
        Actor(market.operator_owner.id), operator=market.operator, currency="CNY", pay_on=date(2026, 10, 20),
        now=NOW,
    )  # fmt: skip


def test_a_payout_clears_the_payable_and_owes_the_tax(market: Market) -> None:
    state(market, 100_000, withholding_bp=1_000)
    with_account(market)
    payable = accounts.payable(market.operator.id, market.integrator.id, "CNY").code
    assert balance(payable) == -100_000
    payout = run_of(market).payouts.get()
    assert (payout.gross_minor, payout.withheld_minor, payout.amount_minor) == (100_000, 10_000, 90_000)
    assert balance(payable) == -100_000
    boss = Actor(market.operator_owner.id)
    for _again in range(2):
        payouts.confirm(boss, payout=payout, words="BANK-1", now=NOW)
    assert balance(payable) == 0
    assert balance(billing_accounts.bank(market.operator.id, "CNY").code) == -90_000
    assert balance(accounts.withholding(market.operator.id, "CNY").code) == -10_000
    with pytest.raises(Conflict, match="nothing to pay"):
        run_of(market)


def test_what_comes_back_is_reversed_and_paid_again(market: Market) -> None:
    state(market, 500)
    with_account(market)
    payout, boss = run_of(market).payouts.get(), Actor(market.operator_owner.id)
    payouts.confirm(boss, payout=payout, now=NOW)
    with pytest.raises(Invalid, match="what the bank said"):
        payouts.fail(boss, payout=payout, words=" ", now=NOW)
    payouts.fail(boss, payout=payout, words="account closed", now=NOW)
    assert balance(accounts.payable(market.operator.id, market.integrator.id, "CNY").code) == -500
    with pytest.raises(Conflict, match="failed"):
        payouts.confirm(boss, payout=payout, now=NOW)
    again = run_of(market)
    assert (again.number, again.payouts.get().amount_minor) == (2, 500)


def test_what_a_partner_owes_is_set_off(market: Market) -> None:
    state(market, -300)
    with_account(market)
    with pytest.raises(Conflict, match="nothing to pay"):
        run_of(market)
    state(market, 1_000)
    payout = run_of(market).payouts.get()
    assert payout.amount_minor == 700
    assert payout.statements.count() == 2


def test_the_file_is_as_its_schema_asks_and_its_sums_agree(market: Market) -> None:
    state(market, 123_456)
    with_account(market)
    run = run_of(market)
    boss = Actor(market.operator_owner.id)
    written = payouts.bank_file(boss, run=run, now=NOW)
    schema().validate(io.BytesIO(written))
    root = ET.fromstring(written)  # noqa: S314 - our own file
    found = {
        name: [one.text for one in root.iter(f"{{{NAMESPACE}}}{name}")] for name in ("NbOfTxs", "CtrlSum")
    }
    assert found == {"NbOfTxs": ["1", "1"], "CtrlSum": ["1234.56", "1234.56"]}
    (amount,) = root.iter(f"{{{NAMESPACE}}}InstdAmt")
    assert (amount.text, amount.attrib) == ("1234.56", {"Ccy": "CNY"})
    sheet = io.StringIO()
    payouts.write_bank_csv(boss, run=run, file=sheet, now=NOW)
    (row,) = csv.DictReader(io.StringIO(sheet.getvalue()))
    assert (row["amount"], row["account"], row["currency"]) == ("1234.56", IBAN.replace(" ", ""), "CNY")
    assert EventRow.objects.filter(type="settlement.payouts.file_taken").count() == 2


def texts(root: ET.Element, name: str) -> list[str | None]:
    return [one.text for one in root.iter(f"{{{NAMESPACE}}}{name}")]


def test_an_account_counts_when_somebody_else_confirms_it_or_after_three_days(market: Market) -> None:
    owner, party = Actor(market.integrator_owner.id), market.integrator
    with pytest.raises(Invalid, match="check digits"):
        payouts.write_account(owner, party=party, holder="H", number="DE88370400440532013000", now=NOW)
    with pytest.raises(Forbidden):
        payouts.write_account(Actor(market.developer_owner.id), party=party, holder="H", number=IBAN, now=NOW)
    first = payouts.write_account(owner, party=party, holder="H", number=IBAN, now=NOW)
    assert payouts.account_of(party.id, NOW) is None
    assert payouts.account_of(party.id, NOW + timedelta(days=3)) == first
    with pytest.raises(Forbidden, match="Somebody else"):
        payouts.confirm_account(owner, account=first, now=NOW)
    colleague = make_person()
    Membership.objects.create(person=colleague, party=party, role="finance", since=NOW)
    payouts.confirm_account(Actor(colleague.id), account=first, now=NOW)
    second = payouts.write_account(owner, party=party, holder="H", number=OTHER_IBAN, now=NOW)
    assert payouts.account_of(party.id, NOW) == first
    assert payouts.account_of(party.id, NOW + timedelta(days=3)) == second


def test_an_account_is_sealed_and_seen_by_its_partner_alone(market: Market) -> None:
    account = with_account(market)
    assert IBAN.replace(" ", "").encode() not in bytes(account.sealed)
    with web_role(reader_of(market.integrator_owner.id, [market.integrator.id])):
        assert PayoutAccount.objects.count() == 1
    with web_role(reader_of(market.operator_owner.id, [market.operator.id])):
        assert PayoutAccount.objects.count() == 0
    told = EventRow.objects.get(type="settlement.account.written")
    assert "3704" not in str(told.data)


def test_an_accepted_dispute_is_put_right_by_a_statement_of_its_own(market: Market) -> None:
    statement = state(market, 1_000)
    with_account(market)
    partner, boss = Actor(market.integrator_owner.id), Actor(market.operator_owner.id)
    line = statement.lines.get()
    dispute = disputes.open_dispute(
        partner, statement=statement, line_id=line.id, words="Two seats are missing", now=NOW
    )
    with pytest.raises(Conflict, match="already"):
        disputes.open_dispute(partner, statement=statement, line_id=line.id, words="again", now=NOW)
    with pytest.raises(Conflict, match="nothing to pay"):
        run_of(market)
    disputes.reply(boss, dispute=dispute, words="Which ones?", now=NOW)
    assert Dispute.objects.get().state == "answered"
    disputes.reply(partner, dispute=dispute, words="The last two", now=NOW)
    with pytest.raises(Forbidden):
        disputes.accept(partner, dispute=dispute, amount=Money(1, "CNY"), words="me", now=NOW)
    correction = disputes.accept(boss, dispute=dispute, amount=Money(1_000, "CNY"), words="Right", now=NOW)
    assert (correction.number, correction.lines.get().kind) == (2, "correction")
    assert balance(accounts.payable(market.operator.id, market.integrator.id, "CNY").code) == -2_000
    with pytest.raises(Conflict, match="settled"):
        disputes.reject(boss, dispute=dispute, words="no", now=NOW)
    steps = [(step.state, step.words) for step in dispute.steps.order_by("id")]
    assert [state for state, _words in steps] == ["open", "answered", "open", "accepted"]
    assert run_of(market).payouts.get().amount_minor == 2_000


def test_a_rejected_dispute_changes_nothing(market: Market) -> None:
    statement = state(market, 1_000)
    dispute = disputes.open_dispute(
        Actor(market.integrator_owner.id), statement=statement, words="Too little", now=NOW
    )
    with pytest.raises(Invalid, match="Say why"):
        disputes.reject(Actor(market.operator_owner.id), dispute=dispute, words="", now=NOW)
    disputes.reject(Actor(market.operator_owner.id), dispute=dispute, words="As agreed", now=NOW)
    assert Statement.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM settlement_dispute WHERE state = 'rejected'")
        assert cursor.fetchone() == (1,)
