"""Budgets: told at the soft limit, stopped at the hard one, started again when it is lifted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotpot.conftest import NOW
from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.kernel.period import Month
from hotpot.pot.messaging.models import Message
from hotpot.pot.payment import budgets
from hotpot.pot.payment.models import Budget, BudgetAlert
from hotpot.pot.payment.spending import note_spending, spent_by_app, watched
from hotpot.pot.payment.tests.business import NUMBER, Business, make_business
from hotpot.pot.subscription.queries import entitled

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)


@pytest.fixture
def business() -> Business:
    return make_business()


def limit(business: Business, soft: int | None, hard: int | None, **more: object) -> Budget | None:
    values = {
        "actor": business.payer, "sides": business.sides, "app_id": "approvals", "soft_minor": soft,
        "hard_minor": hard, "now": NOW,
    }  # fmt: skip
    return budgets.set_budget(**(values | more))  # type: ignore[arg-type]


def spend(business: Business, minor: int, month: Month = OCTOBER) -> None:
    note_spending(business.sides, month, {"approvals": minor}, now=NOW)


def allowed() -> bool:
    return entitled(NUMBER, "approvals", "inbox", NOW).allowed


def test_soft_tells_hard_stops_and_lifting_starts_again(business: Business) -> None:
    limit(business, 800, 1_000)
    spend(business, 799)
    assert (allowed(), Message.objects.count()) == (True, 0)
    spend(business, 800)
    spend(business, 900)
    assert (allowed(), Message.objects.count()) == (True, 1)
    spend(business, 1_000)
    spend(business, 1_200)
    assert (allowed(), Message.objects.count()) == (False, 2)
    assert list(BudgetAlert.objects.order_by("id").values_list("level", "spent_minor")) == [
        ("soft", 800), ("hard", 1_000),
    ]  # fmt: skip
    limit(business, 800, 2_000)
    assert allowed()
    limit(business, None, 1_100)
    assert not allowed()
    assert limit(business, None, None) is None
    assert allowed()
    assert watched() == []


def test_corrections_and_the_next_month_start_it_again(business: Business) -> None:
    made = limit(business, None, 1_000)
    assert made is not None
    spend(business, 1_000)
    assert not allowed()
    spend(business, 500)  # a correction
    assert allowed()
    spend(business, 5_000, OCTOBER.previous())
    assert allowed()
    spend(business, 1_000)
    assert not allowed()
    budgets.watch(made, now=NOW + timedelta(days=31))
    assert allowed()


def test_all_apps_together_and_the_operator_s_own_limit(business: Business) -> None:
    limit(business, None, 5_000, app_id=None)
    limit(business, None, 2_000, app_id=None, actor=business.clerk)
    assert watched() == [business.sides]
    spend(business, 2_000)
    assert not allowed()
    assert spent_by_app(business.sides, OCTOBER) == {"approvals": 2_000}
    limit(business, None, None, app_id=None)  # the customer's own; the operator's stays
    assert not allowed()
    limit(business, None, None, app_id=None, actor=business.clerk)
    assert allowed()


def test_what_makes_no_sense_or_is_others_is_refused(business: Business) -> None:
    for soft, hard in ((-1, None), (None, -1), (5, 4)):
        with pytest.raises(Invalid):
            limit(business, soft, hard)
    with pytest.raises(Forbidden):
        limit(business, 1, 2, actor=make_business().payer)
