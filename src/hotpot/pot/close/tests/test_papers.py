"""Bills and statements as their readers get them, through the web role and its row-level security."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from hotpot.conftest import Market, make_market, signed_in_client
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.tests.trade import LONG_AGO, make_offer, make_subscription
from hotpot.pot.close.tests.trade import Market as BareMarket
from hotpot.pot.identity.models import Person
from hotpot.pot.paper import Facts, Sides
from hotpot.pot.party.invoicing import details_in_force
from hotpot.pot.settlement import documents, queries
from hotpot.pot.settlement.models import Statement
from hotpot.pot.subscription.models import Seat

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, 17, tzinfo=UTC)  # 2 November, 01:00, where the market is


@pytest.fixture
def market() -> Market:
    market = make_market(developer_bp=2000)
    bare = BareMarket(market.operator, market.integrator, market.developer, market.customer)
    offer = make_offer(bare, prices={LONG_AGO: 1500})
    make_subscription(bare, offer, seats=[(LONG_AGO, None), (date(2026, 10, 17), None)])
    (figures,) = close_month(Month(2026, 10), operator_ids=[market.operator.id], now=NOW)
    assert figures.problem == ""
    return market


def get(person: Person, name: str, *args: Any) -> Any:
    return signed_in_client(person).get(reverse(name, args=args))


def rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_bill_is_seen_by_who_wrote_it_and_who_pays_it(market: Market) -> None:
    bill = Bill.objects.get()
    for reader in (market.operator_owner, market.customer_owner):
        page = get(reader, "billing:bill", bill.id)
        assert page.status_code == 200
        text = page.content.decode()
        assert "22.26 CNY" in text
        assert market.customer.name in text
    for stranger in (market.integrator_owner, market.developer_owner, make_market().customer_owner):
        assert get(stranger, "billing:bill", bill.id).status_code in (403, 404)
        for name in ("billing:bill_csv", "billing:bill_charges_csv", "billing:bill_pdf"):
            assert get(stranger, name, bill.id).status_code == 404
        assert get(stranger, "billing:bill_line", bill.id, bill.lines.get().id).status_code == 404
    assert Client().get(reverse("billing:bill", args=[bill.id])).status_code == 302


def test_a_line_tells_how_it_came_about(market: Market) -> None:
    bill = Bill.objects.get()
    page = get(market.customer_owner, "billing:bill_line", bill.id, bill.lines.get().id).content.decode()
    assert "15.00 × 31 / 31 = 15.00 CNY" in page
    assert "15.00 × 15 / 31 = 7.26 CNY" in page
    assert get(market.customer_owner, "billing:bill_line", bill.id, 0).status_code == 404


def test_the_export_of_a_bill_sums_to_its_total(market: Market) -> None:
    lines = rows(get(market.customer_owner, "billing:bill_csv", Bill.objects.get().id))
    assert sum(Decimal(row["amount"]) for row in lines) == Decimal("22.26")
    found = rows(get(market.customer_owner, "billing:bill_charges_csv", Bill.objects.get().id))
    assert sum(Decimal(row["amount"]) for row in found) == Decimal("22.26")
    assert {row["number"] for row in found} == set(Seat.objects.values_list("number", flat=True))


def test_papers_are_of_the_day_on_which_their_issuer_wrote_them(market: Market) -> None:
    bill, statement = Bill.objects.get(), Statement.objects.get(partner__kind="developer")
    assert {row["issued"] for row in rows(get(market.customer_owner, "billing:bill_csv", bill.id))} == {
        "2026-11-02"
    }
    for name, paper in (("billing:bill", bill), ("settlement:statement", statement)):
        page = get(market.operator_owner, name, paper.id).content.decode()
        assert '<time datetime="2026-11-02">' in page
        assert '<time datetime="2026-11-01">' not in page


def test_a_statement_names_its_sides_in_the_words_of_papers(market: Market) -> None:
    statement = Statement.objects.get(partner__kind="developer")
    with override("zh-hans"):
        sheet = queries.sheet(statement.id, [market.developer.id])
        details = details_in_force(market.developer, statement.issued_at)
        paper = documents._paper(sheet, details)
    sides, facts = paper.blocks[:2]
    assert isinstance(sides, Sides)
    assert (sides.sender.heading, sides.receiver.heading) == ("出具方", "收件方")
    assert isinstance(facts, Facts)
    assert (paper.day, facts.rows[2][1]) == ("2026-11-02", "2026年11月2日")


@pytest.mark.parametrize(("kind", "total"), [("integrator", "7.41"), ("developer", "4.45")])
def test_a_statement_is_its_partners(market: Market, kind: str, total: str) -> None:
    statement = Statement.objects.get(partner__kind=kind)
    line = statement.lines.get()
    partner, other = market.integrator_owner, market.developer_owner
    if kind == "developer":
        partner, other = other, partner
    for reader in (partner, market.operator_owner):
        assert f"{total} CNY" in get(reader, "settlement:statement", statement.id).content.decode()
        detail = get(reader, "settlement:statement_line", statement.id, line.id).content.decode()
        assert total in detail
        assert not any(number in detail for number in Seat.objects.values_list("number", flat=True))
        found = rows(get(reader, "settlement:statement_csv", statement.id))
        assert sum(Decimal(row["share"]) for row in found) == Decimal(total)
    for stranger in (other, market.customer_owner, make_market().integrator_owner):
        assert get(stranger, "settlement:statement", statement.id).status_code in (403, 404)
        assert get(stranger, "settlement:statement_csv", statement.id).status_code == 404


def test_a_large_bill_costs_no_more_queries(market: Market, django_assert_max_num_queries: Any) -> None:
    client, bill = signed_in_client(market.customer_owner), Bill.objects.get()
    with django_assert_max_num_queries(25, connection=connection):
        client.get(reverse("billing:bill_line", args=[bill.id, bill.lines.get().id]))
