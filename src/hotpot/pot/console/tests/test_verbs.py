"""What is pressed on a page is done by its verb; who may not, is refused; and the page says the numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hotpot.conftest import (
    NOW,
    Market,
    make_certification,
    make_market,
    make_membership,
    make_party,
    signed_in_client,
)
from hotpot.kernel.money import Money
from hotpot.pot.catalog import actions as catalog
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.catalog.queries import fee_in_force
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party.models import (
    Agreement,
    Certification,
    Department,
    Engagement,
    Member,
    Membership,
    PortedNumber,
)
from hotpot.pot.subscription.models import Seat, SeatImport, Subscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

TODAY = date(2026, 10, 15)


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def operator(market: Market) -> Client:
    return signed_in_client(market.operator_owner)


@pytest.fixture
def integrator(market: Market) -> Client:
    return signed_in_client(market.integrator_owner)


@pytest.fixture
def customer(market: Market) -> Client:
    return signed_in_client(market.customer_owner)


@pytest.fixture
def offer(market: Market) -> Offer:
    manifest = {"id": "visits", "name": "Visits", "functions": [{"id": "log", "name": "Log"}]}
    catalog.register_app(actor=SYSTEM_ACTOR, developer_id=market.developer.id, manifest=manifest, now=NOW)
    catalog.list_app(actor=SYSTEM_ACTOR, app_id="visits", now=NOW)
    return catalog.make_offer(
        actor=SYSTEM_ACTOR, operator_id=market.operator.id, app_id="visits", name="Standard",
        price=Pricing.monthly(Money(1500, "CNY")), starts_on=date(2026, 1, 1), now=NOW,
    )  # fmt: skip


@pytest.fixture
def subscription(integrator: Client, market: Market, offer: Offer) -> Subscription:
    """Ordered by the integrator, on the page."""
    data = {"key": "page:1", "offer": offer.id, "starts_on": TODAY.isoformat()}
    answer = integrator.post(f"/console/orders/{market.customer.id}/", data)
    held = Subscription.objects.get()
    assert answer.headers["Location"] == f"/console/subscriptions/{held.id}/seats/"
    return held


def seats_of(subscription: Subscription) -> int:
    return Seat.objects.filter(subscription=subscription, ends_on=None).count()


def test_the_start_page_is_the_one_of_the_membership_in_use(market: Market) -> None:
    person = market.customer_owner
    make_membership(market.operator, person, role="viewer")
    client = signed_in_client(person)
    assert client.get("/console/").headers["Location"] == "/console/customer/"
    client.post("/console/party/", {"party": market.operator.id})
    assert client.get("/console/").headers["Location"] == "/console/operator/"
    assert client.post("/console/party/", {"party": market.integrator.id}).status_code == 404


def test_a_link_into_another_area_changes_over(market: Market) -> None:
    person = market.customer_owner
    make_membership(market.operator, person)
    client = signed_in_client(person)
    assert client.get("/console/operator/", follow=True).status_code == 200
    assert client.get("/console/integrator/").status_code == 403


def test_a_viewer_sees_no_verb_and_is_refused_it(market: Market) -> None:
    client = signed_in_client(make_membership(market.operator, role="viewer").person)
    assert "Bring in a company" not in client.get("/console/operator/parties/").content.decode()
    assert client.get("/console/operator/parties/new/").status_code == 403
    assert client.post("/console/operator/numbers/port/", {"number": "+8613900000000"}).status_code == 403
    assert not PortedNumber.objects.exists()


def test_an_application_goes_through_review_to_a_certificate(market: Market, operator: Client) -> None:
    held = make_certification(market.operator, make_party("integrator"), state="applied")
    page = f"/console/operator/certification/{held.id}/"
    operator.post(f"{page}review/", {"reason": ""})
    operator.post(f"{page}certify/", {"reason": "Good people"})
    held.refresh_from_db()
    assert held.state == "certified"
    history = operator.get(page).content.decode()
    assert "Good people" in history
    assert "In review" in history


def test_a_suspension_needs_a_reason_and_says_what_it_stops(market: Market, operator: Client) -> None:
    held = Certification.objects.get(operator=market.operator, integrator=market.integrator)
    page = f"/console/operator/certification/{held.id}/"
    assert "0 seats of its customers go on" in operator.get(page).content.decode()
    assert operator.post(f"{page}suspend/", {"reason": " "}).status_code == 422
    operator.post(f"{page}suspend/", {"reason": "Unpaid"})
    held.refresh_from_db()
    assert held.state == "suspended"


def test_an_integrator_applies_and_brings_in_a_company(integrator: Client, market: Market) -> None:
    other = make_party("operator", "Second operator")
    integrator.post(
        "/console/integrator/certification/apply/", {"operator": other.id, "reason": "We are good"}
    )
    assert Certification.objects.get(operator=other).state == "applied"
    data = {
        "operator": market.operator.id,
        "name": "Tea Works",
        "owner_name": "Li Lei",
        "owner_number": "138 0013 8000",
        "starts_on": TODAY.isoformat(),
    }
    integrator.post("/console/integrator/customers/new/", data)
    engagement = Engagement.objects.get(customer__name="Tea Works")
    assert engagement.integrator == market.integrator
    owner = Membership.objects.get(party=engagement.customer)
    assert owner.person.number == "+8613800138000"


def test_a_refused_form_says_why_and_keeps_what_was_typed(integrator: Client) -> None:
    answer = integrator.post(
        "/console/integrator/customers/new/", {"name": "Tea Works", "owner_number": "12"}
    )
    assert answer.status_code == 422
    assert "Tea Works" in answer.content.decode()
    assert "is not a phone number" in answer.content.decode() or "too few" in answer.content.decode()


def test_the_preview_of_terms_splits_the_fee_of_the_book(
    market: Market, operator: Client, offer: Offer
) -> None:
    asked = {
        "way": "fixed",
        "fixed": "5.00",
        "starts_on": TODAY.isoformat(),
        "partner": str(market.integrator.id),
    }
    piece = operator.get("/console/operator/agreements/split/", asked).content.decode()
    assert "15.00 CNY" in piece
    assert "5.00 CNY" in piece
    assert "10.00 CNY" in piece


def test_terms_are_signed_and_written_anew(market: Market, operator: Client) -> None:
    data = {
        "way": "share",
        "percent": "12.5",
        "starts_on": TODAY.isoformat(),
        "partner": market.developer.id,
        "app": "",
    }
    operator.post("/console/operator/agreements/new/", data)
    held = Agreement.objects.get(partner=market.developer)
    assert held.versions.get().params == {"share_bp": 1_250}
    operator.post(
        f"/console/operator/agreements/{held.id}/terms/",
        {"way": "share", "percent": "15", "starts_on": "2026-11-01"},
    )
    assert {version.params["share_bp"] for version in held.versions.all()} == {1_250, 1_500}
    assert "12.5 % of the charge" in operator.get(f"/console/operator/agreements/{held.id}/").content.decode()


def test_an_offer_is_made_priced_and_withdrawn(market: Market, operator: Client, offer: Offer) -> None:
    page = f"/console/operator/catalogue/offers/{offer.id}/"
    item = {"kind": "fee", "code": "seats", "amount": "18.00", "per": "seat", "proration": "day"}
    sent = {f"items-0-{name}": value for name, value in item.items()}
    operator.post(f"{page}price/", {"items-TOTAL_FORMS": "1", "starts_on": "2026-11-01", **sent})
    assert fee_in_force(offer, date(2026, 11, 1)) == Money(1800, "CNY")
    operator.post(f"{page}withdraw/", {"day": "2026-12-01"})
    offer.refresh_from_db()
    assert offer.withdrawn_on == date(2026, 12, 1)
    data = {"app": "visits", "name": "Plus", "fee": "20", "starts_on": "2026-11-01"}
    operator.post("/console/operator/catalogue/offers/new/", data)
    assert Offer.objects.filter(name="Plus").exists()


def test_seats_go_to_a_person_a_department_and_a_file(
    customer: Client, market: Market, subscription: Subscription
) -> None:
    page = f"/console/subscriptions/{subscription.id}/seats/"
    day = {"starts_on": TODAY.isoformat()}
    customer.post(f"{page}?by=one", day | {"member": market.members[0].id})
    assert seats_of(subscription) == 1
    customer.post(f"{page}?by=department", day | {"department": market.department.id})
    assert seats_of(subscription) == 3
    file = SimpleUploadedFile("seats.csv", b"number,name\n+8613700000001,Han\nnonsense,Wei\n")
    answer = customer.post(f"{page}?by=file", day | {"file": file})
    taken = SeatImport.objects.get()
    assert (taken.assigned, len(taken.problems)) == (1, 1)
    assert "nonsense" in customer.get(answer.headers["Location"]).content.decode()


def test_a_seat_needs_one_of_person_and_number(customer: Client, subscription: Subscription) -> None:
    page = f"/console/subscriptions/{subscription.id}/seats/?by=one"
    assert customer.post(page, {"starts_on": TODAY.isoformat()}).status_code == 422
    assert seats_of(subscription) == 0


def test_each_verb_on_a_subscription_says_its_numbers_first(
    customer: Client, market: Market, subscription: Subscription
) -> None:
    page = f"/console/subscriptions/{subscription.id}/"
    day = {"starts_on": TODAY.isoformat()}
    customer.post(f"{page}seats/?by=department", day | {"department": market.department.id})
    shown = customer.get(page).content.decode()
    assert "3 seats end on that day; 45.00 CNY less for each full month." in shown
    customer.post(f"{page}suspend/", {"day": TODAY.isoformat(), "reason": "Holidays"})
    assert "3 people can use it again; 45.00 CNY more" in customer.get(page).content.decode()
    customer.post(f"{page}resume/", {"day": TODAY.isoformat()})
    seat = Seat.objects.filter(subscription=subscription).first()
    assert seat is not None
    customer.post(f"{page}seats/{seat.id}/end/", {"day": "2026-10-20"})
    assert seats_of(subscription) == 2
    customer.post(f"{page}cancel/", {"day": "2026-11-01"})
    subscription.refresh_from_db()
    assert subscription.ends_on == date(2026, 11, 1)
    assert seats_of(subscription) == 0


def test_one_order_is_placed_however_often_its_form_is_sent(
    integrator: Client, market: Market, subscription: Subscription
) -> None:
    data = {"key": "page:1", "offer": subscription.offer_id, "starts_on": TODAY.isoformat()}
    integrator.post(f"/console/orders/{market.customer.id}/", data)
    assert Subscription.objects.count() == 1


def test_a_strangers_subscription_is_not_found(subscription: Subscription) -> None:
    stranger = signed_in_client(make_market().customer_owner)
    assert stranger.get(f"/console/subscriptions/{subscription.id}/").status_code == 404
    assert (
        stranger.post(f"/console/subscriptions/{subscription.id}/cancel/", {"day": "2026-11-01"}).status_code
        == 404
    )


def test_people_join_change_and_leave(customer: Client, market: Market) -> None:
    customer.post("/console/customer/departments/new/", {"name": "Sales"})
    sales = Department.objects.get(name="Sales")
    data = {
        "name": "Han Meimei",
        "number": "137 0000 0002",
        "department": sales.id,
        "roles": "SUPERVISOR, BUYER",
    }
    customer.post("/console/customer/people/new/", data)
    held = Member.objects.get(name="Han Meimei")
    assert held.roles == ["SUPERVISOR", "BUYER"]
    customer.post(
        f"/console/customer/people/{held.id}/change/", {"name": "Han", "department": "", "roles": ""}
    )
    customer.post(f"/console/customer/people/{held.id}/leave/", {"day": TODAY.isoformat()})
    held.refresh_from_db()
    assert (held.name, held.department_id, held.left_on) == ("Han", None, TODAY)


def test_people_come_by_a_file_and_bad_lines_are_told(customer: Client, market: Market) -> None:
    lines = b"number,name,department\n13700000003,Wang,Sales\n13700000003,Again,Sales\n"
    answer = customer.post(
        "/console/customer/people/file/", {"file": SimpleUploadedFile("people.csv", lines)}
    )
    assert "Line 3" in answer.content.decode()
    assert Member.objects.get(name="Wang").department == Department.objects.get(name="Sales")


def test_an_owner_gives_and_takes_roles(operator: Client, market: Market) -> None:
    operator.post("/console/team/give/", {"number": "13700000004", "name": "Zhao", "role": "finance"})
    held = Membership.objects.get(party=market.operator, role="finance")
    operator.post(f"/console/team/{held.person_id}/take/")
    assert not Membership.objects.filter(id=held.id).exists()


def test_a_dialogs_refusal_is_a_sentence_for_the_toast(operator: Client) -> None:
    answer = operator.post(
        "/console/operator/numbers/port/", {"number": "12"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "data-sentence" in answer.content.decode()


def test_a_dialogs_success_goes_to_the_page_by_htmx(operator: Client) -> None:
    answer = operator.post(
        "/console/operator/numbers/port/", {"number": "+8613900000000"}, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Redirect"] == "/console/operator/numbers/"


def test_a_close_is_started_once_and_waits_for_its_turn(operator: Client, fixed_clock: Any) -> None:
    fixed_clock.move_to(NOW.replace(month=11))
    answer = operator.post("/console/operator/close/2026-10/start/")
    assert "Waits for its turn" in operator.get(answer.headers["Location"]).content.decode()
    assert operator.post("/console/operator/close/2026-10/start/").status_code == 409
