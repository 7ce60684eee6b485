"""What people choose and press, and what phones and mailboxes ask for."""

from __future__ import annotations

import re
from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from hotpot.conftest import NOW, make_market, make_person, signed_in_client
from hotpot.kernel.clock import SettableClock
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.wire import Outbound
from hotpot.pot.notification import actions, queries
from hotpot.pot.notification.models import Browser, Choice, Habits, Notification
from hotpot.pot.notification.tests.standins import StandInBrowser
from hotpot.pot.notification.wire import Notice
from tests.mail.smtp import PostOffice

pytestmark = pytest.mark.django_db

PAGE = "/me/notifications/"
ENDPOINT = "https://push.example/send/abc"


@pytest.fixture
def li(fixed_clock: SettableClock, settings: Any) -> Person:
    settings.HOTPOT_MAILS = True
    return make_person(name="Li Lei")


@pytest.fixture
def client(li: Person) -> Client:
    return signed_in_client(li)


def subscribed(client: Client, endpoint: str = ENDPOINT, **keys: Any) -> int:
    browser = StandInBrowser()
    given = {"p256dh": browser.p256dh, "auth": "c2l4dGVlbiBieXRlcyBpdA", **keys}
    said = {"endpoint": endpoint, "expirationTime": None, "keys": given}
    answer = client.post(
        f"{PAGE}browsers/", said, content_type="application/json", headers={"Accept": "application/json"}
    )
    return answer.status_code


def told(person: Person, text: str = "Hello") -> Notification:
    message = Outbound(f"k/{text}", person.number, text)
    actions.tell([Notice(message, person.id, "http://127.0.0.1:8000/apps/trial/")], now=NOW)
    return Notification.objects.get(text=text)


def test_the_hours_are_said_in_the_reader_s_language(client: Client) -> None:
    page = client.get(PAGE, headers={"Accept-Language": "zh-Hans"}).content.decode()
    assert "10 分钟" in page
    assert "10 minutes" not in page


def test_the_page_works_without_scripts_and_keeps_what_was_chosen(client: Client, li: Person) -> None:
    page = client.get(PAGE).content.decode()
    assert re.search(r'id="push-on" disabled data-by-script data-key="B[\w-]{86}"', page)
    given = {
        "quiet_from": "22:00", "quiet_until": "07:30", "digest_at": "18:00", "fall_back_after_min": "30",
        "pace-all": "hourly", "ways-all": ["push", "sms"],
    }  # fmt: skip
    assert client.post(PAGE, given).status_code == 302
    habits = Habits.objects.get(person=li)
    assert (habits.quiet_from, habits.quiet_until) == (time(22), time(7, 30))
    assert (habits.digest_at, habits.fall_back_after_min) == (time(18), 30)
    choice = Choice.objects.get(person=li, app_id="")
    assert (choice.ways, choice.pace) == (["push", "sms"], "hourly")
    page = client.get(PAGE).content.decode()
    assert 'value="22:00"' in page
    assert re.search(r'value="push" checked', page)


@pytest.mark.parametrize(
    "changed", [{"quiet_until": ""}, {"digest_at": "noon"}, {"fall_back_after_min": "7"}]
)
def test_half_a_choice_is_shown_again(client: Client, li: Person, changed: dict[str, str]) -> None:
    given = {
        "quiet_from": "22:00", "quiet_until": "07:30", "digest_at": "18:00", "fall_back_after_min": "30",
        "pace-all": "now", "ways-all": "sms",
    } | changed  # fmt: skip
    assert client.post(PAGE, given).status_code == 422
    assert not Habits.objects.filter(person=li).exists()


@pytest.mark.parametrize("ways", [[], ["pigeon"]])
def test_at_least_one_way_that_there_is(client: Client, ways: list[str]) -> None:
    given = {"digest_at": "18:00", "fall_back_after_min": "10", "pace-all": "now", "ways-all": ways}
    assert client.post(PAGE, given).status_code == 422


def test_a_browser_is_one_person_s_and_is_used_at_once(client: Client, li: Person) -> None:
    assert subscribed(client) == 204
    assert subscribed(client) == 204
    assert Choice.objects.get(person=li).ways == ["push", "sms"]
    other = make_person()
    assert subscribed(signed_in_client(other)) == 204
    assert Browser.objects.get().person == other
    told(other)
    page = signed_in_client(other)
    page.post(f"{PAGE}browsers/{Browser.objects.get().id}/")
    assert not Browser.objects.exists()


def test_nobody_removes_another_s_browser(client: Client, li: Person) -> None:
    subscribed(client)
    signed_in_client(make_person()).post(f"{PAGE}browsers/{Browser.objects.get().id}/")
    assert Browser.objects.count() == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/send", "https://127.0.0.1/send", "https://[::1]/send", "https://10.0.0.7/send",
        "https://[::ffff:192.168.0.1]/send", "https://localhost/send", "https://user@push.example/send",
        "file:///etc/passwd", "https://push.example/" + "x" * 2000, "https://push.example/a b",
        f"https://{'a' * 64}.example/send",
    ],
)  # fmt: skip
def test_an_endpoint_that_is_none_is_refused(client: Client, endpoint: str) -> None:
    assert subscribed(client, endpoint) == 422
    assert not Browser.objects.exists()


def test_keys_that_are_none_are_refused(client: Client) -> None:
    assert subscribed(client, p256dh="AAAA") == 422
    assert subscribed(client, auth=7) == 422
    assert client.post(f"{PAGE}browsers/", b"no json", content_type="application/json").status_code == 422


def test_an_address_is_used_once_its_link_was_opened(client: Client, li: Person) -> None:
    assert client.post(f"{PAGE}mail/", {"address": "no address"}).status_code == 422
    assert client.post(f"{PAGE}mail/", {"address": "li@example.com"}).status_code == 302
    asked = Notification.objects.get()
    assert (asked.to_address, asked.route, asked.message_id) == ("li@example.com", ["mail"], None)
    link = asked.link.removeprefix("http://127.0.0.1:8000")
    reader = Client()
    assert "li@example.com" in reader.get(link).content.decode()
    assert not Habits.objects.exclude(mail_verified_at=None).exists()
    reader.post(link)
    assert Habits.objects.get(person=li).mail_address == "li@example.com"
    assert Choice.objects.get(person=li).ways == ["mail", "sms"]
    assert reader.get(link.replace("mail/", "mail/x")).status_code == 403


def test_a_mailbox_can_not_be_flooded(client: Client) -> None:
    answers = [client.post(f"{PAGE}mail/", {"address": f"li{n}@example.com"}).status_code for n in range(6)]
    assert answers == [302] * 5 + [429]


def test_a_link_s_time_ends(client: Client, fixed_clock: SettableClock) -> None:
    client.post(f"{PAGE}mail/", {"address": "li@example.com"})
    link = Notification.objects.get().link.removeprefix("http://127.0.0.1:8000")
    fixed_clock.move_to(NOW + actions.LINK_VALID_FOR)
    assert Client().post(link).status_code == 403


def test_a_mailbox_stops_mails_by_one_press_and_its_look_at_the_link_does_nothing(li: Person) -> None:
    Habits.objects.create(person=li, changed_at=NOW, mail_address="li@example.com", mail_verified_at=NOW)
    Choice.objects.create(person=li, app_id="", ways=["mail"], pace="now")
    notice = told(li)
    mailbox = Client(enforce_csrf_checks=True)
    assert mailbox.get(f"/n/{notice.token}/stop/").status_code == 200
    assert Choice.objects.get(person=li).ways == ["mail"]
    one_click = {"List-Unsubscribe": "One-Click"}
    assert mailbox.post(f"/n/{notice.token}/stop/", one_click).status_code == 200
    assert Choice.objects.get(person=li).ways == ["sms"]
    assert mailbox.post(f"/n/{uuid4()}/stop/", one_click).status_code == 404


def test_an_address_whose_mails_came_back_is_confirmed_again_or_removed(client: Client, li: Person) -> None:
    bounced = {"mail_bounced_at": NOW, "mail_bounce": "550 5.1.1 <b>No such user"}
    Habits.objects.create(person=li, mail_address="li@example.com", changed_at=NOW, **bounced)
    page = client.get(PAGE).content.decode()
    assert "550 5.1.1 &lt;b&gt;No such user" in page
    [address] = re.findall(r'type="hidden" name="address" value="([^"]+)"', page)
    assert client.post(f"{PAGE}mail/", {"address": address}).status_code == 302
    notice = Notification.objects.get()
    assert notice.to_address == "li@example.com"
    assert client.post(notice.link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    page = client.get(PAGE).content.decode()
    assert "550 5.1.1" not in page
    assert "Send the link again" not in page
    Habits.objects.update(**bounced)
    client.post(f"{PAGE}mail/remove/")
    habits = Habits.objects.get()
    assert (habits.mail_address, habits.mail_bounced_at, habits.mail_bounce) == ("", None, "")


def test_an_operator_tries_the_mail_server(fixed_clock: SettableClock, settings: Any) -> None:
    market = make_market()
    operator = signed_in_client(market.operator_owner)
    page, test = "/console/operator/notices/", "/console/operator/notices/test-mail/"
    assert test not in operator.get(page).content.decode()
    assert "sends no mail" in operator.post(test, {"to": "li@example.com"}).content.decode()
    office = PostOffice()
    office.start()
    settings.HOTPOT_MAILS, settings.HOTPOT_MAIL_FROM = True, "Hotpot <notices@pot.example>"
    settings.HOTPOT_SMTP_URL = f"smtp://127.0.0.1:{office.port}"
    try:
        shown = operator.get(page).content.decode()
        assert test in shown
        assert "HOTPOT_MAIL_DOMAIN" in shown
        said = operator.post(test, {"to": "li@example.com"}, follow=True).content.decode()
        assert "took the test mail to li@example.com" in said
        assert "go unnoticed, though" in said
        settings.HOTPOT_MAIL_DOMAIN = "in.pot.example"
        assert "HOTPOT_MAIL_DOMAIN" not in operator.get(page).content.decode()
        said = operator.post(test, {"to": "li@example.com"}, follow=True).content.decode()
        assert "go unnoticed, though" not in said
        assert [one.recipients for one in office.taken] == [["li@example.com"]] * 2
        office.refusing = {"li@example.com": "550 5.1.1 Unknown"}
        refused = operator.post(test, {"to": "li@example.com"})
        assert refused.status_code == 422
        assert "It was not taken: the mail server said 550 5.1.1 Unknown" in refused.content.decode()
        assert operator.post(test, {"to": "nobody"}).status_code == 422
        stranger = signed_in_client(market.customer_owner)
        assert stranger.post(test, {"to": "li@example.com"}).status_code == 403
    finally:
        office.stop()


def test_a_phone_says_that_it_showed_a_notice_and_its_link_leads_to_the_page(
    li: Person, client: Client
) -> None:
    subscribed(client)
    notice = told(li)
    phone = Client(enforce_csrf_checks=True)
    assert phone.post(f"/n/{notice.token}/shown/").status_code == 204
    assert phone.post(f"/n/{uuid4()}/shown/").status_code == 204
    notice.refresh_from_db()
    assert notice.state == "delivered"
    assert Message.objects.get(notification=notice).state == "delivered"
    answer = phone.get(f"/n/{notice.token}/")
    assert answer.headers["Location"] == "http://127.0.0.1:8000/apps/trial/"
    notice.refresh_from_db()
    assert notice.opened_at == NOW
    assert phone.get(f"/n/{uuid4()}/").status_code == 404


def test_my_messages_lead_to_their_pages(li: Person, client: Client) -> None:
    subscribed(client)
    notice = told(li)
    assert f'href="/n/{notice.token}/"' in client.get("/messages/").content.decode()


def test_a_trial_goes_by_my_own_ways(li: Person, client: Client) -> None:
    subscribed(client)
    assert client.post(f"{PAGE}trial/").status_code == 302
    assert Notification.objects.get().route == ["push", "sms"]


def test_the_installation_s_key_is_made_once(li: Person) -> None:
    with transaction.atomic():
        assert actions.public_key(now=NOW) == actions.public_key(now=NOW)


def test_the_operator_sees_how_ways_fare_and_nothing_of_what_they_said(fixed_clock: SettableClock) -> None:
    market = make_market()
    person = market.members[0].person
    Habits.objects.create(person=person, changed_at=NOW)
    Choice.objects.create(person=person, app_id="", ways=["push", "sms"], pace="now")
    browser = StandInBrowser()
    Browser.objects.create(
        person=person, endpoint=ENDPOINT, p256dh=browser.p256dh, auth="c2l4dGVlbiBieXRlcyBpdA", made_at=NOW
    )
    message = Outbound("k", person.number, "Salary: 1 CNY", customer_id=market.customer.id)
    actions.tell([Notice(message, person.id, "http://127.0.0.1:8000/")], now=NOW)
    notice = Notification.objects.get()
    notice.tries.create(way="push", error="the push service answered 503", at=NOW)
    page = signed_in_client(market.operator_owner).get("/console/operator/notices/").content.decode()
    assert "the push service answered 503" in page
    assert queries.states([market.customer.id], NOW) == {"trying": 1}
    assert queries.fares([market.customer.id], NOW)["push"] == queries.Fare(1, 1, 1, NOW)
    assert "Salary" not in page
    assert person.number[-8:] not in page
