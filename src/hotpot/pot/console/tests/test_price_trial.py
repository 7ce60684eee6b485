"""A price is tried on a past month: asked for in the editor, reckoned by a job, shown to the asker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hotpot.conftest import NOW, Market, make_market, signed_in_client
from hotpot.kernel.errors import Refused
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog.actions import set_price
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.close.tests.trade import Market as Parties
from hotpot.pot.close.tests.trade import make_offer, make_subscription
from hotpot.pot.events.wire import Actor
from hotpot.pot.rating import simulation, trials
from hotpot.pot.rating.models import Trial, TrialSum

LONG_AGO, SEPTEMBER = date(2026, 1, 1), Month(2026, 9)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def offer(market: Market) -> Offer:
    parties = Parties(market.operator, market.integrator, market.developer, market.customer)
    offer = make_offer(parties, prices={LONG_AGO: 1_500})
    make_subscription(parties, offer, seats=[(LONG_AGO, None)] * 3)
    return offer


@pytest.fixture
def operator(market: Market) -> Client:
    return signed_in_client(market.operator_owner)


def ask(market: Market, offer: Offer, minor: int = 2_000) -> Trial:
    actor = Actor(market.operator_owner.id, market.operator.id, "page")
    return trials.ask_trial(
        actor, offer=offer, price=Pricing.monthly(Money(minor, "CNY")), month=SEPTEMBER, now=NOW
    )


def test_it_is_asked_for_in_the_editor_and_reckoned_by_a_job(
    market: Market, offer: Offer, operator: Client
) -> None:
    sent = {"items-TOTAL_FORMS": 1, "items-0-kind": "fee", "items-0-code": "seats", "items-0-amount": "20"}
    answer = operator.post(reverse("console:operator:price_simulation", args=[offer.id]), sent)
    assert "Waits for its turn" in answer.content.decode()
    trial = Trial.objects.get()
    here = reverse("console:operator:price_simulated", args=[offer.id, trial.id])
    assert here in answer.content.decode()
    trials.carry_out(trial.id, now=NOW)
    piece = operator.get(here, headers={"HX-Target": "simulation"}).content.decode()
    assert "<html" not in piece
    for words in (market.customer.name, "60.00 CNY", "every 1s"):
        assert (words in piece) == (words != "every 1s")
    page = operator.get(here).content.decode()
    assert "<html" in page
    assert "60.00 CNY" in page
    assert "60.00" in operator.get(here + "?format=csv").content.decode()


def test_the_example_speaks_of_no_number_in_particular(offer: Offer, operator: Client) -> None:
    typed = {"items-TOTAL_FORMS": "1", "items-0-kind": "fee", "items-0-code": "seats", "items-0-amount": "20",
             "items-0-per": "seat", "items-0-proration": "day", "seats": "2", "quantity": "0"}  # fmt: skip
    answer = operator.get(reverse("console:operator:price_preview", args=[offer.id]), typed)
    text = answer.content.decode()
    assert "Each number had a seat from" in text
    assert "+0" not in text


def test_what_is_typed_wrongly_is_said_at_once(offer: Offer, operator: Client) -> None:
    answer = operator.post(reverse("console:operator:price_simulation", args=[offer.id]), {})
    assert 'role="alert"' in answer.content.decode()
    assert not Trial.objects.exists()


def test_its_progress_is_told(market: Market, offer: Offer, operator: Client) -> None:
    trial = ask(market, offer)
    Trial.objects.update(state="running", done_bp=3_000)
    here = reverse("console:operator:price_simulated", args=[offer.id, trial.id])
    for headers in ({}, {"HX-Target": "simulation"}):
        shown = operator.get(here, headers=headers).content.decode()
        assert "30 %" in shown
        assert "every 1s" in shown


def test_the_newest_takes_the_place_of_the_one_before(market: Market, offer: Offer) -> None:
    first, second = ask(market, offer), ask(market, offer, 3_000)
    trials.carry_out(first.id, now=NOW)
    trials.carry_out(second.id, now=NOW)
    trials.carry_out(second.id, now=NOW)
    assert [(one.trial_id, one.new_minor, one.booked_minor) for one in TrialSum.objects.all()] == [
        (second.id, 9_000, 0)
    ]


@pytest.mark.parametrize("how_often", [1, 2])
def test_one_that_another_replaces_while_it_is_reckoned_ends(
    market: Market, offer: Offer, operator: Client, monkeypatch: pytest.MonkeyPatch, how_often: int
) -> None:
    """Asked again twice, the first is gone altogether."""
    reckon, first = simulation.simulate, ask(market, offer)
    here = reverse("console:operator:price_simulated", args=[offer.id, first.id])

    def late(*args: Any, tell: Callable[[int], None]) -> list[simulation.Simulated]:
        found = reckon(*args, tell=tell)
        for minor in range(how_often):
            ask(market, offer, 3_000 + minor)
        return found

    monkeypatch.setattr(simulation, "simulate", late)
    trials.carry_out(first.id, now=NOW)
    assert not TrialSum.objects.exists()
    assert not Trial.objects.filter(state="done").exists()
    if how_often == 1:
        shown = operator.get(here, headers={"HX-Target": "simulation"}).content.decode()
        assert "Another trial of yours took its place." in shown
        assert "every 1s" not in shown


def test_what_is_set_while_it_is_reckoned_changes_nothing_of_it(
    market: Market, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The price that is tried was written down; what was booked doesn't change by a new price."""
    reckon, trial = simulation.simulate, ask(market, offer)

    def beside(*args: Any, tell: Callable[[int], None]) -> list[simulation.Simulated]:
        actor = Actor(market.operator_owner.id, market.operator.id, "page")
        price = Pricing.monthly(Money(9_900, "CNY"))
        set_price(actor=actor, offer_id=offer.id, price=price, starts_on=date(2026, 11, 1), now=NOW)
        return reckon(*args, tell=tell)

    monkeypatch.setattr(simulation, "simulate", beside)
    trials.carry_out(trial.id, now=NOW)
    assert [(one.new_minor, one.booked_minor) for one in TrialSum.objects.all()] == [(6_000, 0)]


def test_one_that_fails_says_why(
    market: Market, offer: Offer, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_values: Any) -> None:
        raise Refused("No usage is kept of that month.")

    monkeypatch.setattr(simulation, "simulate", refuse)
    trial = ask(market, offer)
    trials.carry_out(trial.id, now=NOW)
    here = reverse("console:operator:price_simulated", args=[offer.id, trial.id])
    for headers in ({}, {"HX-Target": "simulation"}):
        assert "No usage is kept" in operator.get(here, headers=headers).content.decode()
