"""Statements, disputes and payouts as both sides see them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from hotpot.conftest import Market, make_person, signed_in_client
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.tests.trade import make_offer, make_subscription
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party.invoicing import Details, write_invoice_details
from hotpot.pot.party.models import Membership
from hotpot.pot.settlement.models import Dispute, Payout, PayoutAccount, Statement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
LONG_AGO, AFTER = date(2026, 1, 1), datetime(2026, 10, 2, tzinfo=UTC)
IBAN = "DE89370400440532013000"


@pytest.fixture
def market(make_market: Any) -> Market:
    """Three seats at 15.00 in September, closed; the integrator gets 5.00 of each."""
    found: Market = make_market()
    make_subscription(found, make_offer(found, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)] * 3)  # type: ignore[arg-type]
    (figures,) = close_month(Month(2026, 9), operator_ids=[found.operator.id], now=AFTER)
    assert figures.state == "done"
    return found


def statement_of(market: Market) -> Statement:
    return Statement.objects.get(partner=market.integrator, total_minor=1500)


def test_a_statement_shows_each_seat(market: Market) -> None:
    partner, statement = signed_in_client(market.integrator_owner), statement_of(market)
    url = f"/console/statements/{statement.id}/"
    shown = partner.get(url).content.decode()
    assert "5.00 CNY a seat and month" in shown
    assert "Dispute it" in shown
    line = statement.lines.get()
    seats = partner.get(f"{url}lines/{line.id}/").content.decode()
    assert seats.count("5.00 CNY") >= 3
    rows = list(csv.DictReader(io.StringIO(partner.get(f"{url}csv/").content.decode("utf-8-sig"))))
    assert [row["share"] for row in rows] == ["15.00"]
    pdf = partner.get(f"{url}pdf/")
    assert pdf.content.startswith(b"%PDF-")
    assert signed_in_client(market.developer_owner).get(f"{url}pdf/").status_code == 404


def test_a_dispute_goes_to_and_fro_and_is_corrected(market: Market) -> None:
    partner, operator = signed_in_client(market.integrator_owner), signed_in_client(market.operator_owner)
    statement = statement_of(market)
    sent = {"line": str(statement.lines.get().id), "words": "One seat is missing"}
    assert partner.post(f"/console/statements/{statement.id}/dispute/", sent).status_code == 302
    dispute = Dispute.objects.get()
    url = f"/console/statements/disputes/{dispute.id}/"
    assert "One seat is missing" in operator.get(url).content.decode()
    operator.post(f"{url}reply/", {"words": "Which?"})
    assert Dispute.objects.get().state == "answered"
    partner.post(f"{url}reply/", {"words": "The third"})
    assert operator.post(f"{url}accept/", {"words": "Right", "amount": "5.00"}).status_code == 302
    corrected = Statement.objects.get(corrects=dispute)
    shown = partner.get(f"/console/statements/{corrected.id}/").content.decode()
    assert "Correction" in shown
    assert signed_in_client(market.developer_owner).get(url).status_code == 404


def test_payouts_are_ordered_taken_and_confirmed(market: Market) -> None:
    partner, operator = signed_in_client(market.integrator_owner), signed_in_client(market.operator_owner)
    details = Details(legal_name="River Mobile", bank_account=IBAN, bank_bic="COBADEFFXXX")
    write_invoice_details(actor=SYSTEM_ACTOR, party=market.operator, details=details, now=AFTER)
    partner.post("/console/payout-account/new/", {"holder": "Hill Systems", "number": IBAN})
    assert "no bank account" in operator.get("/console/operator/payouts/").content.decode()
    colleague = make_person()
    with as_system():
        Membership.objects.create(person=colleague, party=market.integrator, role="finance", since=AFTER)
    account = PayoutAccount.objects.get()
    signed_in_client(colleague).post(f"/console/payout-account/{account.id}/confirm/")
    made = operator.post("/console/operator/payouts/new/", {"currency": "CNY", "day": "2026-10-20"})
    assert made.status_code == 302
    payout = Payout.objects.get()
    url = f"/console/operator/payouts/{payout.run_id}/"
    assert (
        "Hill Systems" in operator.get(url).content.decode() or "15.00" in operator.get(url).content.decode()
    )
    file = operator.post(f"{url}file/", {"form": "xml"})
    assert b"pain.001.001.09" in file.content
    assert operator.post(f"{url}file/", {"form": "csv"}).content.decode().count("15.00") == 2
    operator.post(f"{url}confirm/", {"words": "BANK-7"})
    payout.refresh_from_db()
    assert (payout.state, payout.words) == ("paid", "BANK-7")
    paid = partner.get(f"/console/statements/{payout.statements.get().statement_id}/").content.decode()
    assert "BANK-7" in paid
    operator.post(f"{url}{payout.id}/fail/", {"words": "came back"})
    payout.refresh_from_db()
    assert payout.state == "failed"
    assert "15.00" in partner.get("/console/earnings/").content.decode()
    assert partner.get(url).status_code in {403, 404}


def test_revenue_is_shown_by_app_integrator_and_month(market: Market) -> None:
    operator = signed_in_client(market.operator_owner)
    shown = operator.get("/console/operator/revenue/").content.decode()
    assert "45.00" in shown
    assert market.integrator.name in shown
    rows = operator.get("/console/operator/revenue/?export=revenue").content.decode()
    assert "30.00" in rows or "45.00" in rows
