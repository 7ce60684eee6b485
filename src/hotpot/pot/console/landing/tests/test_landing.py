"""The front door: open in the demo, and only there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hotpot.conftest import make_market, make_membership, make_person, signed_in_client

pytestmark = pytest.mark.django_db


def test_outside_the_demo_it_tells_nothing_of_anybody(client: Client, settings: Any) -> None:
    settings.HOTPOT_DEMO = False
    market = make_market()
    page = client.get("/")
    assert page.status_code == 200
    assert market.operator.name not in page.content.decode()
    assert "/sign-in/as/" not in page.content.decode()


def test_outside_the_demo_who_is_signed_in_goes_to_work(settings: Any) -> None:
    settings.HOTPOT_DEMO = False
    assert signed_in_client(make_person()).get("/").status_code == 302


def test_in_the_demo_each_role_is_one_click_away(client: Client, settings: Any) -> None:
    settings.HOTPOT_DEMO = True
    market = make_market()
    people = [market.customer_owner, market.integrator_owner, market.developer_owner]
    people += [make_membership(market.operator, role=role).person for role in ("manager", "finance")]
    text = client.get("/").content.decode()
    for person in people:
        assert f"/sign-in/as/{person.id}/" in text
    assert client.post(f"/sign-in/as/{people[0].id}/", {"next": "/console/"})["Location"] == "/console/"


def test_a_demo_without_a_market_says_how_to_make_one(client: Client, settings: Any) -> None:
    settings.HOTPOT_DEMO = True
    assert "hotpot demo" in client.get("/").content.decode()


def test_it_speaks_chinese_of_chinese_parties(client: Client, settings: Any) -> None:
    settings.HOTPOT_DEMO = True
    market = make_market()
    market.operator.name_zh = "川渝移动"
    market.operator.save()
    make_membership(market.operator, role="manager")
    text = client.get("/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "川渝移动" in text
