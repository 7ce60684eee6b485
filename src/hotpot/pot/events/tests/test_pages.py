"""The record's pages show what concerns the reader, and find it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from hotpot.conftest import NOW, Market, make_market, make_person, signed_in_client
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    market = make_market("Jialing")
    customer, owner = market.customer, market.customer_owner
    facts = [
        Fact("task.opened", "task/17", [customer.id], {"title": "报销 320"}),
        Fact("message.replied", "message/3", [customer.id], {"number": "+8613800138000", "text": "1 ok"}),
        Fact("seat.moved", "seat/9", [market.operator.id], {}),
        Fact("message.failed", "message/4", [], {"number": "+861"}, [owner.id]),
    ]
    with transaction.atomic():
        record_all(Actor(way="job"), facts, now=NOW)
        record_all(
            Actor(way="job"), [Fact("task.opened", "task/1", [customer.id])], now=NOW - timedelta(days=9)
        )
    return market


def page(market: Market, query: str = "") -> str:
    return signed_in_client(market.customer_owner).get(f"/record/?{query}").content.decode()


def test_a_reader_sees_what_concerns_a_party_or_the_person(market: Market) -> None:
    shown = page(market)
    assert "task/17" in shown
    assert "+8613800138000 replied: “1 ok”." in shown
    assert "message failed: message/4" in shown, "an unknown or incomplete event tells its own words"
    assert "seat/9" not in shown


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("type=task", {"task/17", "task/1"}),
        ("type=task.ope", set()),
        ("subject=message/3", {"message/3"}),
        ("since=2026-10-15&type=task", {"task/17"}),
        ("until=2026-10-14", {"task/1"}),
        ("record-q=报销", {"task/17"}),
        ("since=nonsense&subject=task/17", {"task/17"}),
    ],
)
def test_search(market: Market, query: str, subjects: set[str]) -> None:
    shown = page(market, query)
    table = shown[shown.index('id="table-record"') :]
    found = {one for one in ("task/17", "task/1", "message/3", "message/4") if f">{one}<" in table}
    assert found == subjects


def test_one_event_whole(market: Market) -> None:
    sequence = EventRow.objects.get(subject="task/17").sequence
    client = signed_in_client(market.customer_owner)
    shown = client.get(f"/record/{sequence}/").content.decode()
    assert "A task appeared." in shown
    assert "报销 320" in shown
    stranger = signed_in_client(make_person())
    assert stranger.get(f"/record/{sequence}/").status_code == 404
