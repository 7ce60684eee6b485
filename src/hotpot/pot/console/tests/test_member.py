"""The member's own pages."""

from __future__ import annotations

import pytest
from django.test import Client

from hotpot.conftest import (
    NOW,
    make_market,
    make_member,
    make_membership,
    make_party,
    make_person,
    signed_in_client,
)
from hotpot.kernel.clock import SettableClock
from hotpot.pot.catalog.models import App
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.actions import send_text
from hotpot.pot.subscription.models import Entitlement, Order, Seat, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(fixed_clock: SettableClock) -> Person:
    """A member with a seat for an app that has a card and a badge."""
    market = make_market()
    person = make_person(name="Li Lei")
    make_member(market.customer, person, department=market.department)
    app = App.objects.create(
        id="claims",
        developer=market.developer,
        name="Claims",
        name_zh="报销",
        summary="Claim on the phone.",
        icon="receipt",
        manifest={"home": "/card", "badge": "/count", "topic": "tasks", "functions": []},
    )
    offer = app.offers.create(operator=market.operator, name="Claims", made_at=NOW)
    order = Order.objects.create(
        customer=market.customer, offer=offer, placed_by_party=market.customer, placed_at=NOW,
        starts_on=NOW.date(), key="k",
    )  # fmt: skip
    subscription = Subscription.objects.create(
        order=order, app=app, offer=offer, customer=market.customer, operator=market.operator,
        developer=market.developer, starts_on=NOW.date(),
    )  # fmt: skip
    seat = Seat.objects.create(
        subscription=subscription, customer=market.customer, number=person.number, starts_on=NOW.date(),
        assigned_at=NOW,
    )  # fmt: skip
    Entitlement.objects.create(
        number=person.number, app=app, function="look", seat=seat, customer=market.customer, starts_at=NOW
    )
    return person


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_shows_the_apps_of_my_number_with_card_and_badge(li: Person) -> None:
    home = page(signed_in_client(li), "/home/")
    assert 'href="/apps/claims/"' in home
    assert 'hx-get="/apps/claims/card"' in home
    assert 'hx-get="/apps/claims/count"' in home
    assert "sse:tasks" in home


def test_an_app_whose_seat_ended_is_gone_from_home(li: Person) -> None:
    Entitlement.objects.update(ends_at=NOW)
    home = page(signed_in_client(li), "/home/")
    assert "/apps/claims/" not in home
    assert "No app yet" in home


def test_who_is_in_no_company_learns_what_to_do(fixed_clock: SettableClock) -> None:
    assert "No company has you in its directory" in page(signed_in_client(make_person()), "/home/")


def test_home_leads_who_has_no_app_but_a_console_there(fixed_clock: SettableClock) -> None:
    home = page(signed_in_client(make_market().customer_owner), "/home/")
    assert '<a class="button" href="/console/">Open the console</a>' in home
    assert "No company has you" not in home


def test_a_new_company_reads_that_nobody_has_a_seat_yet(fixed_clock: SettableClock) -> None:
    overview = page(signed_in_client(make_market().customer_owner), "/console/customer/")
    assert overview.count("Nobody has a seat yet.") == 2  # by day, and by app
    assert '<figure class="chart"' not in overview


def test_me_shows_who_i_am_and_where_i_work(li: Person) -> None:
    me = page(signed_in_client(li), "/me/")
    for word in ("Li Lei", "English", "Asia/Shanghai", "department", "Claims"):
        assert word in me
    assert ">Console<" not in me


def test_who_works_for_a_party_finds_the_console(li: Person) -> None:
    make_membership(make_party("operator", "Chuanyu Mobile"), li)
    me = page(signed_in_client(li), "/me/")
    assert ">Console<" in me
    assert "Chuanyu Mobile" in me


def test_messages_are_my_own_and_secrets_stay_on_the_phone(li: Person) -> None:
    other = make_person()
    send_text(key="1", number=li.number, text="Come at nine", now=NOW)
    send_text(key="2", number=li.number, text="Your code is 123456", now=NOW, secret=True)
    send_text(key="3", number=other.number, text="For somebody else", now=NOW)
    messages = page(signed_in_client(li), "/messages/")
    assert "Come at nine" in messages
    assert "123456" not in messages
    assert "For somebody else" not in messages


def test_messages_come_a_page_at_a_time(li: Person) -> None:
    for number in range(45):
        send_text(key=str(number), number=li.number, text=f"Message {number:02d}.", now=NOW)
    client = signed_in_client(li)
    first = client.get("/messages/")
    assert "Message 44." in first.content.decode()
    assert "Message 04." not in first.content.decode()
    rest = page(client, f"/messages/?before={first.context['next_before']}")
    assert "Message 04." in rest
    assert "Message 44." not in rest


@pytest.mark.parametrize("path", ["/home/", "/messages/", "/me/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in/")
