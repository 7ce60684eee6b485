"""The pages of the switch: what operators and companies do there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hotpot.conftest import NOW, Market, make_market, signed_in_client
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import actions, door
from hotpot.pot.messaging.models import (
    CarrierAccount,
    CompanyTemplate,
    DroppedNotices,
    Interface,
    ListedNumber,
    Message,
    Notice,
    NumberImport,
    NumberLimit,
    Review,
    Route,
    Signature,
    Word,
)
from hotpot.pot.messaging.switch import credit, interfaces
from hotpot.pot.messaging.wire import Accepted, Given
from hotpot.pot.party.models import Membership, Party

NUMBER = "+8613800138000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def operator(market: Market) -> Client:
    return signed_in_client(_owner(market.operator))


@pytest.fixture
def customer(market: Market) -> Client:
    return signed_in_client(_owner(market.customer))


def _owner(party: Party) -> Any:
    return Membership.objects.filter(party=party, role="owner").select_related("person")[0].person


def opened(market: Market, **policy: Any) -> int:
    id = actions.open_interface(
        market.customer.id,
        name="The OA",
        kind="http",
        login="oa",
        password="p",
        access_number="1065712",
        now=NOW,
    )
    interfaces.set_policy(SYSTEM_ACTOR, interface_id=id, policy=policy, now=NOW)
    return id


def sent(interface_id: int, *texts: str) -> list[int]:
    with transaction.atomic(), as_system():
        interface = perform(door.by_id(interface_id))
        assert interface is not None
        answers = perform(door.accept(interface, [Given(NUMBER, text) for text in texts], now=NOW))
    return [one.message_id for one in answers if isinstance(one, Accepted)]


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"console:{name}", args=args), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return str(answer.content.decode())


def posted(client: Client, to: str, *args: object, **data: Any) -> str:
    answer = client.post(reverse(f"console:{to}", args=args), data, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return str(answer.content.decode())


def refused(client: Client, name: str, *args: object, **data: Any) -> int:
    return int(client.post(reverse(f"console:{name}", args=args), data).status_code)


def test_a_route_is_added_changed_explained_and_removed(market: Market, operator: Client) -> None:
    CarrierAccount.objects.create(
        name="acme", protocol="smpp", host="h", port=1, login="l", sealed_password=b"", changed_at=NOW
    )
    form = {"name": "Night", "carrier": "acme", "priority": "1", "price": "0.0350", "parts_max": "255"}
    assert "Night" in posted(
        operator,
        "operator:add_route",
        **form,
        begins="+86138",
        is_on="on",
        opens="21:00",
        closes="08:00",
        days=["5", "6"],
    )
    held = Route.objects.get()
    assert (held.price_e4, held.prefix, held.days, held.from_minute, held.to_minute) == (
        350,
        "+86138",
        0b1100000,
        1260,
        480,
    )
    assert "Sat" in page(operator, "operator:routes")
    again = operator.post(reverse("console:operator:add_route"), form)
    assert "Another route has this name" in again.content.decode()
    assert 'name="number"' in page(operator, "operator:explain_route")
    told = page(operator, "operator:explain_route", number=NUMBER)
    assert "Not at this time" in told
    posted(operator, "operator:route", held.pk, **form, is_on="on")
    told = page(operator, "operator:explain_route", number=NUMBER)
    assert "Serves" in told
    remove = reverse("console:operator:remove_route", args=[held.pk])
    assert f'action="{remove}"' in page(operator, "operator:route", held.pk)
    posted(operator, "operator:remove_route", held.pk)
    assert not Route.objects.exists()


def test_an_interface_is_opened_limited_and_suspended(market: Market, operator: Client) -> None:
    given = {"customer": market.customer.pk, "name": "ERP", "login": "erp", "access_number": "1065799"}
    address = reverse("console:operator:connect_plug_in", args=["cmpp"])
    assert operator.post(address, given).status_code == 200
    held = Interface.objects.get(login="erp")
    assert "1065799" in page(operator, "operator:interface", held.pk)
    assert "The usual" in page(operator, "operator:interface", held.pk)
    assert "Save" in page(operator, "operator:policy", held.pk)
    form = {"review_hours": "24", "priority": "0", "signature": "approved", "signature_place": "before"}
    form |= {"paid_at": "submit", "outside_hours": "wait", "stop_scope": "company", "opens": "9:00"}
    numbers = ("per_second_max", "per_day_max", "per_month_max", "characters_max", "parts_max")
    spans = ("per_number_minute_max", "per_number_hour_max", "per_number_day_max")
    form |= dict.fromkeys((*numbers, *spans, "same_text_minutes"), "5")
    told = operator.post(reverse("console:operator:policy", args=[held.pk]), form)
    assert "Give both times" in told.content.decode()
    posted(operator, "operator:policy", held.pk, **form, closes="18:00", prepaid="on", stop_words="T, 退订")
    held.refresh_from_db()
    assert held.policy["hours"] == [540, 1080]
    assert held.policy["paid_to"] == market.operator.pk
    assert held.policy["stop_words"] == ["T", "退订"]
    assert "An approved one is required" in page(operator, "operator:interface", held.pk)
    posted(operator, "operator:pause_plug_in", held.pk)
    assert Interface.objects.get(pk=held.pk).state == "suspended"
    posted(operator, "operator:resume_plug_in", held.pk)
    posted(operator, "operator:interface_password", held.pk, password="other")
    limits = {"per_second_max": "1", "per_day_max": "2", "per_month_max": "3"}
    posted(operator, "operator:message_limits", market.customer.pk, **limits)
    assert "Limits of companies" in page(operator, "operator:interfaces")


def test_an_interface_tells_what_its_system_never_fetched(
    market: Market, operator: Client, customer: Client
) -> None:
    id = opened(market)
    Notice.objects.bulk_create(Notice(interface_id=id, message_id=1, kind="reply") for _ in range(1234))
    assert "Dropped unread" not in page(operator, "operator:interface", id)
    DroppedNotices.objects.create(interface_id=id, dropped=56_789, since=NOW, last_at=NOW)
    for client, name in ((operator, "operator:interface"), (customer, "customer:interface")):
        shown = page(client, name, id)
        assert "1,234" in shown
        assert f"56,789 since {NOW:%Y-%m-%d}; they waited for 7 days" in shown


@pytest.mark.parametrize("who", ["operator", "customer"])
def test_messages_are_searched_by_time(market: Market, request: pytest.FixtureRequest, who: str) -> None:
    client = request.getfixturevalue(who)
    first, second = sent(opened(market), "one", "two")
    at = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # 12:30 where both are
    Message.objects.filter(id=first).update(created_at=at, error="first found")
    Message.objects.filter(id=second).update(created_at=at + timedelta(hours=2), error="second found")

    def found(**query: str) -> list[str]:
        shown = page(client, f"{who}:messages", **query)
        return [word for word in ("first", "second") if f"{word} found" in shown]

    assert found() == ["first", "second"]
    assert found(since="2026-03-02T12:30", until="2026-03-02T14:30") == ["first"]
    assert found(since="2026-03-02T12:31") == ["second"]
    assert found(until="2026-03-02T14:31", **{"messages-q": "second"}) == ["second"]
    assert "later than the first" in page(
        client, f"{who}:messages", since="2026-03-03T00:00", until="2026-03-02T00:00"
    )
    assert found(since="nonsense") == ["first", "second"]


def test_a_state_has_one_colour_in_all_charts(market: Market, operator: Client) -> None:
    first, second = sent(opened(market), "one", "two")
    Message.objects.filter(id=first).update(state="delivered", ended_at=NOW)
    Message.objects.filter(id=second).update(state="failed", error="absent")
    shown = page(operator, "operator:messages")
    assert shown.count('"name": "Delivered", "tone": "good"') == 3  # by hour, carrier and interface
    assert shown.count('"name": "Failed", "tone": "bad"') == 3
    for title in ("By hour", "By carrier", "By interface", "Why messages failed"):
        assert f"<h2>{title}</h2>" in shown
    viewers = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f'"{viewers:%H}:00"]' in shown  # the last of the hours
    failed = page(operator, "operator:messages", state="failed")
    assert "<h2>Failed</h2>" in failed
    assert "absent" in failed
    assert "No message is in this state" in page(operator, "operator:messages", state="held")


def test_messages_to_one_number_are_limited(market: Market, operator: Client, customer: Client) -> None:
    id = opened(market, per_number_minute_max=7)
    assert "To one number" not in page(operator, "operator:interface", id)
    posted(operator, "operator:number_limit", market.operator.pk, per_minute_max="1", per_day_max="9")
    assert "All companies" in page(operator, "operator:interfaces")
    for client, name in ((operator, "operator:interface"), (customer, "customer:interface")):
        shown = page(client, name, id)
        assert "1 a minute · 9 a day" in shown
        assert "Messages a minute to one number" in shown
    posted(operator, "operator:number_limit", market.customer.pk, per_minute_max="0", per_hour_max="3")
    assert "3 an hour · 9 a day" in page(customer, "customer:interface", id)
    assert len(sent(id, "one", "two", "three", "four")) == 3
    posted(operator, "operator:number_limit", market.customer.pk)
    assert [one.party_id for one in NumberLimit.objects.all()] == [market.operator.pk]
    assert refused(customer, "operator:number_limit", market.customer.pk) in (403, 404)
    assert refused(operator, "operator:number_limit", market.integrator.pk, per_day_max="1") == 403


def test_messages_are_found_and_sent_again(market: Market, operator: Client) -> None:
    [first, _second] = sent(opened(market), "one", "two")
    Message.objects.filter(id=first).update(state="failed", error="no such number", created_at=NOW)
    shown = page(operator, "operator:messages")
    assert "The OA" in shown
    assert "no such number" in shown
    assert "one" not in page(operator, "operator:message", first).partition("<main")[2].split()
    posted(operator, "operator:send_again", first)
    assert Message.objects.filter(text="one").count() == 2
    posted(operator, "operator:send_again", first)
    assert Message.objects.filter(text="one").count() == 2
    assert refused(operator, "operator:send_again", _second) == 409


def test_reviews_are_released_and_refused(market: Market, operator: Client) -> None:
    first, second, third = sent(opened(market, review_all=True), "one", "two", "three")
    shown = page(operator, "operator:reviews")
    assert "three" in shown
    assert "All messages of its interface are looked at" in shown
    assert "The oldest 3 messages go out now." in shown
    assert "Release it" in page(operator, "operator:review", first)
    posted(operator, "operator:release_review", first)
    posted(operator, "operator:refuse_review", second, reason="spam")
    shown = page(operator, "operator:reviews")
    assert "The message goes out now." in shown
    posted(operator, "operator:release_reviews")
    states = dict(Review.objects.values_list("message_id", "state"))
    assert states == {first: "released", second: "refused", third: "released"}


def test_companies_ask_and_operators_decide(market: Market, operator: Client, customer: Client) -> None:
    posted(customer, "customer:ask_signature", code="S1", text="Hotpot")
    posted(customer, "customer:ask_template", code="T1", text="Your code is {code}.")
    assert "Hotpot" in page(customer, "customer:wording")
    held, template = Signature.objects.get(), CompanyTemplate.objects.get()
    assert "Hotpot" in page(operator, "operator:approvals")
    assert "Approve" in page(operator, "operator:signature", held.pk)
    posted(operator, "operator:approve_signature", held.pk)
    assert "code" in page(operator, "operator:template", template.pk)
    posted(operator, "operator:approve_template", template.pk)
    posted(operator, "operator:refuse_signature", held.pk, reason="not yours")
    posted(operator, "operator:refuse_template", template.pk, reason="no")
    assert (Signature.objects.get().state, CompanyTemplate.objects.get().state) == ("refused", "refused")
    assert "not yours" in page(customer, "customer:wording")


@pytest.mark.parametrize("who", ["operator", "customer"])
def test_lists_are_kept(market: Market, request: pytest.FixtureRequest, who: str) -> None:
    client = request.getfixturevalue(who)
    posted(client, f"{who}:list_number", kind="block", number=NUMBER)
    owner = None if who == "operator" else market.customer.pk
    assert ListedNumber.objects.get().customer_id == owner
    assert "138" in page(client, f"{who}:lists")
    posted(client, f"{who}:unlist_number", kind="block", number=NUMBER)
    assert not ListedNumber.objects.exists()
    assert refused(client, f"{who}:unlist_number", kind="block", number=NUMBER) == 404
    file = SimpleUploadedFile("numbers.csv", b"number\n13800138000\n13900139000\nx\n")
    posted(client, f"{who}:import_numbers", kind="quiet", file=file)
    held = NumberImport.objects.get()
    assert (held.state, held.taken, held.refused) == ("done", 2, 1)


def test_words_and_prices_are_set(market: Market, operator: Client, customer: Client) -> None:
    posted(operator, "operator:add_word", text="casino", action="review")
    assert "casino" in page(operator, "operator:words")
    posted(operator, "operator:remove_word", text="casino")
    assert not Word.objects.exists()
    opened(market, paid_to=market.operator.pk)
    posted(operator, "operator:set_message_price", price="0.035")
    form = {"customer": market.customer.pk, "amount": "10", "key": "k"}
    posted(operator, "operator:add_message_credit", **form)
    posted(operator, "operator:add_message_credit", **form)
    assert credit.balance(market.operator.pk, market.customer.pk)[0] == Decimal(10)
    shown = page(operator, "operator:message_prices")
    assert "10.0000" in shown
    assert "0.0350" in shown
    assert "10.0000 CNY" in page(customer, "customer:plug_ins")


def test_a_company_keeps_words_of_its_own(market: Market, operator: Client, customer: Client) -> None:
    id = opened(market)
    posted(operator, "operator:add_word", text="casino", action="refuse")
    posted(customer, "customer:add_word", text="rival", action="refuse")
    shown = page(customer, "customer:words")
    assert "rival" in shown
    assert "casino" not in shown
    assert market.customer.name in page(operator, "operator:words")
    assert len(sent(id, "to a rival", "to a casino", "to a friend")) == 1
    assert refused(customer, "customer:remove_word", text="casino") == 404
    posted(customer, "customer:remove_word", text="rival")
    assert [(word.text, word.customer_id) for word in Word.objects.all()] == [("casino", None)]


def test_a_company_sees_its_own(market: Market, customer: Client) -> None:
    id = opened(market, per_day_max=10)
    [first] = sent(id, "only for its people")
    assert "1065712" in page(customer, "customer:plug_ins")
    shown = page(customer, "customer:interface", id)
    assert "1 / 10" in shown
    assert "The OA" in page(customer, "customer:messages")
    assert "only for its people" in page(customer, "customer:message", first)
    posted(customer, "customer:interface_password", id, password="other")
    posted(customer, "customer:pause_plug_in", id)
    assert Interface.objects.get().state == "suspended"


def test_the_carrier_that_is_there_without_has_words_and_the_buttons_say_what_they_do(
    operator: Client,
) -> None:
    form = operator.get(reverse("console:operator:add_route")).content.decode()
    assert '<option value="simulated">Simulated network</option>' in form
    prices = operator.get(reverse("console:operator:message_prices")).content.decode()
    for words in ("Set a price", "Add credit"):
        assert prices.count(words) >= 2  # the button, and the title of what it opens
