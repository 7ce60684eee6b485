"""A stop ends use at once and is undone at once, for whoever asks; other operators' apps go on."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from hotpot.conftest import NOW, make_party
from hotpot.pot.access.readers import web_role
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.subscription import actions, stops
from hotpot.pot.subscription.models import Subscription
from hotpot.pot.subscription.queries import entitled, entitled_numbers
from hotpot.pot.subscription.tests.test_entitlements import make_subscription

NUMBER = "+8613900000000"


@pytest.fixture
def running(db: None) -> Subscription:
    subscription, _offers = make_subscription("Asia/Shanghai")
    Subscription.objects.filter(id=subscription.id).update(starts_on=date(2026, 10, 1))
    actions.assign_seats(
        actor=Actor(way="page"), subscription_id=subscription.id, numbers=[NUMBER],
        starts_on=date(2026, 10, 15), now=NOW,
    )  # fmt: skip
    return subscription


def _allowed() -> bool:
    """As a passer-by asks, who sees no stop: the answer is the same."""
    with transaction.atomic():
        owner = entitled(NUMBER, "approvals", "inbox", NOW).allowed
        assert (NUMBER in entitled_numbers([NUMBER], "approvals", "inbox", NOW)) is owner
        return owner


def _stop(subscription: Subscription, **changes: object) -> None:
    values: dict[str, object] = {
        "customer_id": subscription.customer_id, "operator_id": subscription.operator_id, "app_id": None,
        "cause": "budget:1",
    }  # fmt: skip
    stops.stop(actor=SYSTEM_ACTOR, now=NOW, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("app_id", [None, "approvals"])
def test_a_stop_ends_use_and_lifting_it_brings_it_back(running: Subscription, app_id: str | None) -> None:
    assert _allowed()
    _stop(running, app_id=app_id)
    _stop(running, app_id=app_id)  # again: nothing new
    assert not _allowed()
    assert stops.lift(actor=SYSTEM_ACTOR, cause="budget:1", now=NOW)
    assert not stops.lift(actor=SYSTEM_ACTOR, cause="budget:1", now=NOW)
    assert _allowed()
    told = EventRow.objects.filter(type__in=["subscription.stopped", "subscription.started_again"])
    assert told.count() == 2


def test_two_causes_are_lifted_one_by_one(running: Subscription) -> None:
    _stop(running)
    _stop(running, cause="budget:2", app_id="approvals")
    stops.lift(actor=SYSTEM_ACTOR, cause="budget:1", now=NOW)
    assert not _allowed()
    stops.lift(actor=SYSTEM_ACTOR, cause="budget:2", now=NOW)
    assert _allowed()


def test_others_go_on(running: Subscription) -> None:
    _stop(running, operator_id=make_party("operator").id)
    _stop(running, cause="budget:2", customer_id=make_party("customer").id)
    assert _allowed()


def test_who_may_not_see_the_stop_is_stopped_all_the_same(running: Subscription) -> None:
    _stop(running)
    with transaction.atomic(), web_role():
        assert not entitled(NUMBER, "approvals", "inbox", NOW).allowed
