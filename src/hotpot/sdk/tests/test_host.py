"""Hosted apps on the real platform: pages, APIs, events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hotpot.conftest import NOW, Market, make_market, signed_in_client
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system, web_role
from hotpot.pot.catalog.actions import list_app, make_offer
from hotpot.pot.catalog.models import App as AppRow
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.connector import actions as connector_actions
from hotpot.pot.connector.models import Connector, Decision
from hotpot.pot.connector.rules import ReadRow
from hotpot.pot.events.actions import perform
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.identity.actions import make_token
from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.actions import receive
from hotpot.pot.messaging.answers import answer
from hotpot.pot.messaging.models import Ask, Message
from hotpot.pot.messaging.wire import Inbound
from hotpot.pot.party.models import Member
from hotpot.pot.subscription.actions import assign_seats, follow_manifest, place_order
from hotpot.pot.subscription.models import Entitlement
from hotpot.sdk import host
from hotpot.sdk.app import App
from hotpot.sdk.local import LocalPot
from hotpot.sdk.models import ParkedEvent
from hotpot.sdk.platform import PlatformEvent, Pot
from hotpot.sdk.storage import LocalStorage, create_storage

APPROVALS = "approvals"
TODAY = Month.of(NOW.date()).first_day.replace(day=NOW.day)
CONFIG = {
    "source": {"table": "claims", "key": "id"},
    "notice": {"kind": "status", "column": "state", "open": "open"},
    "columns": {"title": "title", "approver": "role"},
    "write_back": {
        "statements": ["UPDATE claims SET state = :verdict WHERE id = :key AND state = 'open'"],
        "verdicts": {"approved": "yes", "rejected": "no"},
        "check": "SELECT 1 FROM claims WHERE id = :key AND state = :verdict",
    },
}


class Office:
    """A company with approvals on its phones: the first member has a seat and decides, the second neither."""

    def __init__(self) -> None:
        self.market: Market = make_market()
        self.li, self.wu, _ = self.market.members
        Member.objects.filter(id=self.li.id).update(roles=["BOSS"])
        app = host.register(
            host.hosted()[APPROVALS],
            actor=SYSTEM_ACTOR,
            developer_id=self.market.developer.id,
            now=NOW,
        )
        list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=NOW)
        offer = make_offer(
            actor=SYSTEM_ACTOR,
            operator_id=self.market.operator.id,
            app_id=app.id,
            name="Approvals",
            price=Pricing.monthly(Money.of(15, "CNY")),
            starts_on=TODAY,
            now=NOW,
        )
        self.subscription = place_order(
            actor=SYSTEM_ACTOR,
            customer_id=self.market.customer.id,
            offer_id=offer.id,
            integrator_id=self.market.integrator.id,
            starts_on=TODAY,
            key="approvals",
            now=NOW,
        )
        self.give_seat(self.li)
        self.connector: Connector = connector_actions.create(
            SYSTEM_ACTOR,
            customer=self.market.customer,
            name="Claims",
            address="sqlite:///claims.db",
            config=CONFIG,
            now=NOW,
        )

    def give_seat(self, member: Member) -> None:
        assign_seats(
            actor=SYSTEM_ACTOR,
            subscription_id=self.subscription.id,
            starts_on=TODAY,
            numbers=[member.person.number],
            now=NOW,
        )

    def claims(self, *keys: str) -> Sequence[int]:
        rows = [
            ReadRow(key, f"Claim {key}", "Chen Wei", "BOSS", Money(128450, "CNY"), {"Where": "Wuhan"}, NOW)
            for key in keys
        ]
        taken = connector_actions.take_rows(self.connector, rows, NOW)
        return [taken.task_ids[key] for key in keys]

    def reply(self, message: Message, text: str) -> None:
        inbound = Inbound("test", str(message.id), message.number, message.access_number, text, NOW)
        receive([inbound], now=NOW)


@pytest.fixture
def office(db: None, fixed_clock: SettableClock) -> Office:
    return Office()


@pytest.fixture
def li(office: Office) -> Client:
    return signed_in_client(office.li.person)


# Pages


def test_the_inbox_and_the_task_are_shown_to_whom_it_waits_for(office: Office, li: Client) -> None:
    (task_id,) = office.claims("17")
    inbox = li.get("/apps/approvals/").content.decode()
    assert "Claim 17" in inbox
    assert "1,284.50 CNY" in inbox
    task = li.get(f"/apps/approvals/tasks/{task_id}").content.decode()
    assert "Wuhan" in task
    assert 'value="approved"' in task
    assert "Claim 17" in li.get("/apps/approvals/home-card").content.decode()
    assert ">1<" in li.get("/apps/approvals/badge").content.decode()


def test_a_tap_decides_and_tells(office: Office, li: Client) -> None:
    (task_id,) = office.claims("17")
    path = f"/apps/approvals/tasks/{task_id}/decision"
    page = li.post(path, {"verdict": "approved", "comment": "fine"}, follow=True).content.decode()
    assert "Approved: Claim 17" in page
    decision = Decision.objects.get(task_id=task_id)
    assert (decision.verdict, decision.comment, decision.way, decision.person_id) == (
        "approved",
        "fine",
        "page",
        office.li.person_id,
    )
    again = li.post(path, {"verdict": "rejected"}, follow=True).content.decode()
    assert "Too late" in again
    assert "On its way to the office system" in li.get(f"/apps/approvals/tasks/{task_id}").content.decode()


def test_a_page_takes_no_post_from_elsewhere(office: Office) -> None:
    (task_id,) = office.claims("17")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(office.li.person)
    path = f"/apps/approvals/tasks/{task_id}/decision"
    assert careful.post(path, {"verdict": "approved"}).status_code == 403
    assert not Decision.objects.exists()


def test_without_a_seat_one_learns_whom_to_ask(office: Office) -> None:
    answer = signed_in_client(office.wu.person).get("/apps/approvals/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Approvals is not open to your number" in page
    assert office.market.customer_owner.name in page


def test_without_sign_in_one_is_asked_to(office: Office, client: Client) -> None:
    answer = client.get("/apps/approvals/?tab=done")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize(
    "path", ["/apps/unheard-of/", "/apps/approvals/nowhere", "/apps/approvals/tasks/999999"]
)
def test_what_is_not_there_says_so(li: Client, path: str) -> None:
    assert li.get(path).status_code == 404


def test_an_app_that_fails_changes_nothing_and_says_so(
    office: Office, li: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("hotpot.sdk.local.LocalTasks.inbox", fail)
    answer = li.get("/apps/approvals/")
    assert answer.status_code == 500
    assert "Nothing was changed" in answer.content.decode()
    monkeypatch.undo()
    assert li.get("/apps/approvals/").status_code == 200


# APIs


def bearer(person: Person, scopes: Sequence[str] = ("read", "write")) -> dict[str, str]:
    _, text = make_token(Actor(person.id), person=person, name="t", scopes=scopes, days=30, now=NOW)
    return {"Authorization": f"Bearer {text}"}


def test_a_program_decides_by_token(office: Office, client: Client) -> None:
    (task_id,) = office.claims("17")
    headers = bearer(office.li.person)
    listed = client.get("/apps/approvals/api/tasks", headers=headers)
    assert [one["id"] for one in listed.json()["tasks"]] == [task_id]
    answer = client.post(
        f"/apps/approvals/api/tasks/{task_id}/decision",
        json.dumps({"verdict": "rejected", "comment": "no receipt"}),
        content_type="application/json",
        headers=headers,
    )
    assert (answer.status_code, answer.json()["outcome"]) == (200, "taken")
    assert Decision.objects.get(task_id=task_id).way == "api"


def test_a_program_hands_over_and_the_record_says_so(office: Office, client: Client) -> None:
    (task_id,) = office.claims("17")
    path = f"/apps/approvals/api/tasks/{task_id}/transfer"
    body, headers = {"to": office.wu.person_id}, bearer(office.li.person)
    seatless = client.post(path, json.dumps(body), content_type="application/json", headers=headers)
    assert (seatless.status_code, seatless.json()["outcome"]) == (404, "unknown")
    office.give_seat(office.wu)
    taken = client.post(path, json.dumps(body), content_type="application/json", headers=headers)
    assert taken.json()["outcome"] == "taken"
    event = EventRow.objects.get(type="task.transferred")
    assert (event.way, event.person_id) == ("api", office.li.person_id)


def test_a_token_that_only_reads_decides_nothing(office: Office, client: Client) -> None:
    (task_id,) = office.claims("17")
    headers = bearer(office.li.person, ["read"])
    path = f"/apps/approvals/api/tasks/{task_id}/decision"
    answer = client.post(path, "{}", content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "scope_missing")
    assert client.get("/apps/approvals/api/tasks", headers=headers).status_code == 200


def test_the_api_wants_to_know_who_asks(office: Office, client: Client) -> None:
    assert client.get("/apps/approvals/api/tasks").status_code == 401
    bad = client.get("/apps/approvals/api/tasks", headers={"Authorization": "Bearer hp_wrong"})
    assert (bad.status_code, bad.json()["code"]) == (401, "bad_token")
    seatless = client.get("/apps/approvals/api/tasks", headers=bearer(office.wu.person))
    assert (seatless.status_code, seatless.json()["code"]) == (403, "no_seat")


def test_the_api_takes_a_session_only_from_our_own_pages(office: Office) -> None:
    (task_id,) = office.claims("17")
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(office.li.person)
    path = f"/apps/approvals/api/tasks/{task_id}/decision"
    body = json.dumps({"verdict": "approved"})
    refused = careful.post(path, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    careful.get("/apps/approvals/")
    careful.get(f"/apps/approvals/tasks/{task_id}")
    token = careful.cookies["csrftoken"].value
    taken = careful.post(path, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert taken.json()["outcome"] == "taken"


def test_a_body_that_is_no_json_is_refused(office: Office, client: Client) -> None:
    (task_id,) = office.claims("17")
    answer = client.post(
        f"/apps/approvals/api/tasks/{task_id}/decision",
        "verdict=approved",
        content_type="application/json",
        headers=bearer(office.li.person),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


# Events


def dispatch(now: datetime) -> int:
    return host.dispatch(host.hosted()[APPROVALS], now)


@pytest.mark.django_db(transaction=True)
def test_an_answer_by_mail_decides_like_one_by_message(fixed_clock: SettableClock) -> None:
    office = Office()
    (task_id,) = office.claims("17")
    dispatch(NOW)
    asked = Ask.objects.get()
    for person_id in (office.wu.person_id, office.li.person_id):
        with transaction.atomic(), as_system():
            perform(answer(asked.pk, person_id, "不同意 太贵", way="mail", ref=str(person_id), now=NOW))
    dispatch(NOW)
    decision = Decision.objects.get(task_id=task_id)
    assert (decision.person_id, decision.verdict, decision.comment, decision.way) == (
        office.li.person_id, "rejected", "太贵", "mail",
    )  # fmt: skip


def test_a_signed_link_decides_and_the_paper_is_kept(office: Office, li: Client) -> None:
    (task_id,) = office.claims("17")
    pot = LocalPot(host.hosted()[APPROVALS].manifest, NOW)
    task = pot.tasks.get([task_id])[task_id]
    link = pot.links.make(f"/tasks/{task_id}", to=task.assignees[0], valid_for=timedelta(days=7))
    address = urlsplit(link).path
    stranger = Client()
    assert stranger.get(address).status_code == 200
    assert not Decision.objects.exists()
    assert stranger.post(address, {"verdict": "approved"}).status_code == 200
    assert Decision.objects.get().way == "link"
    paper = li.get(f"/apps/approvals/tasks/{task_id}/pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert b"%PDF" in paper.content[:8]


@pytest.mark.django_db(transaction=True)
def test_a_task_is_asked_answered_and_confirmed(fixed_clock: SettableClock) -> None:
    office = Office()
    (task_id,) = office.claims("17")
    dispatch(NOW)
    (question,) = Message.objects.filter(direction="out")
    assert question.text.startswith("Chen Wei: Claim 17 1,284.50 CNY. Reply 1")
    office.reply(question, "2 no receipt")
    dispatch(NOW)
    decision = Decision.objects.get(task_id=task_id)
    assert (decision.verdict, decision.comment, decision.way) == ("rejected", "no receipt", "sms")
    assert dispatch(NOW) == 1  # task.decided
    assert dispatch(NOW) == 0
    texts = list(Message.objects.filter(direction="out").order_by("id").values_list("text", flat=True))
    assert texts[1:] == ["Done, you rejected it: Chen Wei: Claim 17 1,284.50 CNY."]


@pytest.mark.django_db(transaction=True)
def test_a_crowd_costs_few_round_trips(fixed_clock: SettableClock) -> None:
    office = Office()
    office.claims(*map(str, range(400)))
    with CaptureQueriesContext(connection) as captured:
        assert dispatch(NOW) == 400
    assert Message.objects.filter(direction="out").count() == 400
    assert len(captured) < 60


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_handled_is_parked_and_the_others_go_on(
    fixed_clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office()
    app = host.hosted()[APPROVALS]
    bad = {"17": True}
    handled: list[int] = []

    def handle(pot: Pot, events: Sequence[PlatformEvent]) -> None:
        tasks = pot.tasks.get([event.data["task_id"] for event in events])
        if any(bad.get(task.title.removeprefix("Claim ")) for task in tasks.values()):
            raise ValueError("I don't like this one")
        handled.extend(tasks)

    monkeypatch.setitem(app._event_handlers, "task.opened", handle)
    ids = office.claims(*map(str, range(40)))
    assert dispatch(NOW) == 40
    assert sorted(handled) == [id for id in sorted(ids) if id != ids[17]]
    parked = ParkedEvent.objects.get()
    assert (parked.app_id, parked.subject) == (APPROVALS, f"task/{ids[17]}")
    assert "I don't like this one" in parked.error
    told = EventRow.objects.get(type="app.event_parked")
    assert told.party_ids == [office.market.developer.id]
    assert host.retry_parked(app, NOW) == 0
    bad.clear()
    assert host.retry_parked(app, NOW) == 1
    assert ids[17] in handled
    assert not ParkedEvent.objects.exists()


def test_registering_again_changes_nothing(office: Office) -> None:
    events = EventRow.objects.count()
    app: App = host.hosted()[APPROVALS]
    host.register(app, actor=SYSTEM_ACTOR, developer_id=office.market.developer.id, now=NOW)
    assert EventRow.objects.count() == events


def test_an_upgrade_brings_seats_the_new_functions(office: Office) -> None:
    row = AppRow.objects.get(id=APPROVALS)
    row.manifest = {**row.manifest, "functions": [{"id": "inbox", "name": "Inbox"}]}
    row.save()
    follow_manifest(APPROVALS)
    functions = Entitlement.objects.filter(number=office.li.person.number).order_by("function")
    assert list(functions.values_list("function", flat=True)) == ["inbox"]
    host.catch_up(host.hosted()[APPROVALS], NOW)
    assert list(functions.all().values_list("function", flat=True)) == ["inbox", "messages"]


def test_parked_events_are_tried_again_by_command(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retry_parked", APPROVALS)
    assert "0 handled, 0 still parked" in capsys.readouterr().out
    with pytest.raises(CommandError, match="approvals"):
        call_command("retry_parked", "unheard-of")


def test_the_web_role_reaches_an_apps_documents_and_not_their_shape(office: Office) -> None:
    with transaction.atomic(), web_role():
        storage = LocalStorage(APPROVALS)
        storage.put("notes", "1", {"text": "first"})
        assert storage.find("notes", {"text": "first"}) == [{"text": "first"}]
        with pytest.raises(ProgrammingError), transaction.atomic():
            create_storage("another")


def test_a_page_costs_few_round_trips_however_many_tasks_it_shows(office: Office, li: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert li.get("/apps/approvals/").status_code == 200
        return len(captured)

    office.claims("1")
    asked()
    for_one = asked()
    office.claims(*map(str, range(2, 30)))
    assert asked() == for_one
    assert for_one < 70
