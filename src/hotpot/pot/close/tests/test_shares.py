"""Months that are closed under agreements of several models; what others would have paid."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from django.db.models import Sum

from hotpot.conftest import make_agreement, make_party
from hotpot.entry.commands import shares as command
from hotpot.kernel.errors import Invalid
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.pricing import Coupon, Item, Pricing, Timed
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.rules_trials import Proposal
from hotpot.pot.close.simulation import simulate
from hotpot.pot.close.tests.trade import LONG_AGO, Market, make_bare_market, make_offer, make_subscription
from hotpot.pot.close.trials import _proposal, ask_trial, carry_out, results
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.metering.models import Meter
from hotpot.pot.metering.tests.test_usage import keep
from hotpot.pot.party.actions import add_terms, sign_agreement
from hotpot.pot.party.models import Party
from hotpot.pot.party.terms import MICRO, Percent, PerUnit, Step, Tiers
from hotpot.pot.payment.credits import credit_bill, write_off
from hotpot.pot.settlement.models import Share, Statement

AUGUST, SEPTEMBER = Month(2026, 8), Month(2026, 9)
AFTER = datetime(2026, 10, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    """The book's: ten seats at 15.00, of which the integrator gets 5.00 each."""
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)] * 10)
    return market


def close(market: Market, month: Month) -> None:
    (figures,) = close_month(month, operator_ids=[market.operator.id], now=AFTER)
    assert (figures.state, figures.problem) == ("done", "")


def totals() -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for one in Statement.objects.all():
        key = (one.partner_id, str(Month.of(one.period)))
        found[key] = found.get(key, 0) + one.total_minor
    return found


def test_a_share_is_passed_on_and_the_books_stay_right(market: Market) -> None:
    sub = make_party("integrator")
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, payer=market.integrator, partner=sub, starts_on=LONG_AGO,
        terms=Percent(share_bp=4_000, of="share"), now=AFTER,
    )  # fmt: skip
    close(market, SEPTEMBER)
    assert totals() == {(market.integrator.id, "2026-09"): 3_000, (sub.id, "2026-09"): 2_000}
    lines = Statement.objects.get(partner=market.integrator).lines
    assert sorted(line.share_minor for line in lines.all()) == [-2_000, 5_000]
    assert check_books().right


def test_tiers_look_back_at_what_the_same_close_adds(market: Market) -> None:
    """A backdated order makes August larger; September's share is that of the higher step at once."""
    tiers = Tiers(steps=(Step(share_bp=1_000, up_to_minor=20_000), Step(share_bp=2_000)), months=2)
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO, terms=tiers,
        now=AFTER,
    )  # fmt: skip
    close(market, AUGUST)
    close(market, SEPTEMBER)
    assert totals()[market.developer.id, "2026-09"] == 500 + 2_000
    seats: list[tuple[date, date | None]] = [(date(2026, 8, 1), None)] * 5
    make_subscription(
        market, make_offer(market, prices={LONG_AGO: 1000}), seats=seats, customer=make_party("customer")
    )
    close(market, SEPTEMBER)
    more_of_august, september = 20_000 * 1_000 // 10_000 - 1_500, 20_000 * 2_000 // 10_000
    assert totals()[market.developer.id, "2026-09"] == more_of_august + september
    before = totals()
    close(market, SEPTEMBER)
    assert totals() == before
    assert check_books().right


@pytest.fixture
def tiered(market: Market) -> Market:
    """The developer has 10 % of what two months bring up to 200.00, and 20 % above."""
    tiers = Tiers(steps=(Step(share_bp=1_000, up_to_minor=20_000), Step(share_bp=2_000)), months=2)
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO, terms=tiers,
        now=AFTER,
    )  # fmt: skip
    return market


def shared(partner: Party) -> dict[str, int]:
    """What a partner has of each month, over all statements."""
    rows = Share.objects.filter(party=partner).values_list("period").annotate(sum=Sum("amount_minor"))
    return {str(Month.of(day)): minor for day, minor in rows}


def test_tiers_of_later_months_follow_a_correction(tiered: Market) -> None:
    """A seat for August alone comes late: September's charges stay, and its step is a higher one."""
    close(tiered, AUGUST)
    close(tiered, SEPTEMBER)
    assert shared(tiered.developer) == {"2026-08": 1_500, "2026-09": 500 + 2_000}
    august: list[tuple[date, date | None]] = [(date(2026, 8, 1), date(2026, 9, 1))] * 5
    make_subscription(
        tiered, make_offer(tiered, prices={LONG_AGO: 1000}), seats=august, customer=make_party("customer")
    )
    close(tiered, SEPTEMBER)
    assert shared(tiered.developer) == {"2026-08": 2_000, "2026-09": 3_000}
    assert check_books().right


def test_tiers_follow_a_month_that_is_closed_after_a_later_one(tiered: Market) -> None:
    close(tiered, SEPTEMBER)
    assert shared(tiered.developer) == {"2026-09": 1_500}
    close(tiered, AUGUST)
    close(tiered, SEPTEMBER)
    assert shared(tiered.developer) == {"2026-08": 1_500, "2026-09": 500 + 2_000}
    assert check_books().right


def test_tiers_follow_what_a_close_of_an_earlier_month_corrects(tiered: Market) -> None:
    close(tiered, AUGUST)
    close(tiered, SEPTEMBER)
    august: list[tuple[date, date | None]] = [(date(2026, 8, 1), date(2026, 9, 1))] * 5
    make_subscription(
        tiered, make_offer(tiered, prices={LONG_AGO: 1000}), seats=august, customer=make_party("customer")
    )
    close(tiered, AUGUST)
    close(tiered, SEPTEMBER)
    assert shared(tiered.developer) == {"2026-08": 2_000, "2026-09": 3_000}
    assert check_books().right


def test_a_guarantee_counts_for_the_days_of_its_terms(market: Market) -> None:
    """Of 30 days, 20 with at least 90.00 and 10 with at least 60.00; the shares themselves are 15.00."""
    first = sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO,
        terms=Percent(share_bp=1_000, guarantee_minor=9_000), now=AFTER,
    )  # fmt: skip
    add_terms(
        SYSTEM_ACTOR, agreement=first.agreement, starts_on=date(2026, 9, 21),
        terms=Percent(share_bp=5_000, guarantee_minor=6_000), now=datetime(2026, 9, 2, tzinfo=UTC),
    )  # fmt: skip
    for _again in range(2):
        close(market, SEPTEMBER)
    lines = Statement.objects.get(partner=market.developer).lines.order_by("kind", "terms")
    assert [(line.kind, line.share_minor) for line in lines] == [
        ("guarantee", 7_500 * 20 // 30), ("guarantee", 4_500 * 10 // 30), ("share", 1_500),
    ]  # fmt: skip
    assert check_books().right


def test_a_guarantee_begins_with_its_agreement(market: Market) -> None:
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=date(2026, 9, 16),
        terms=Percent(share_bp=1_000, guarantee_minor=10_000), now=AFTER,
    )  # fmt: skip
    close(market, SEPTEMBER)
    assert Statement.objects.get(partner=market.developer).total_minor == 5_000


def test_a_cap_counts_for_the_days_of_its_terms(market: Market) -> None:
    first = sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO,
        terms=Percent(share_bp=1_000), now=AFTER,
    )  # fmt: skip
    add_terms(
        SYSTEM_ACTOR, agreement=first.agreement, starts_on=date(2026, 9, 16),
        terms=Percent(share_bp=1_000, cap_minor=500), now=datetime(2026, 9, 2, tzinfo=UTC),
    )  # fmt: skip
    close(market, SEPTEMBER)
    assert Statement.objects.get(partner=market.developer).total_minor == 1_500 - 500


def test_by_the_unit_of_usage_whatever_of_it_is_included(market: Market) -> None:
    """Two calls within the allowance cost their connection; the developer gets so much a minute."""
    offer = make_offer(market, prices={})
    calls = Timed(price_micro=100 * MICRO, connect_micro=500 * MICRO, included=60 * MICRO)
    items = (Item("calls", calls, meter="minutes"), Item("off", Coupon(rate_bp=1000, periods=None)))
    store_price(offer, Pricing("CNY", items), LONG_AGO)
    meter = Meter.objects.create(
        app=offer.app, code="minutes", event_type="call.ended", aggregation="sum", field="minutes",
        unit="minute", made_at=AFTER,
    )  # fmt: skip
    subject = f"subscription:{make_subscription(market, offer, seats=[]).id}"
    at = datetime(2026, 9, 10, tzinfo=UTC)
    keep(1, meter, (subject, at, 7 * MICRO), (subject, at, 3 * MICRO))
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO, now=AFTER,
        app_id=offer.app_id, terms=PerUnit(unit_micro=30 * MICRO, kinds=("timed", "coupon")),
    )  # fmt: skip
    close(market, SEPTEMBER)
    assert totals()[market.developer.id, "2026-09"] == 10 * 30
    close(market, SEPTEMBER)
    assert totals()[market.developer.id, "2026-09"] == 10 * 30
    assert check_books().right


def test_a_guarantee_is_made_up_once(market: Market) -> None:
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO,
        terms=Percent(share_bp=1_000, guarantee_minor=10_000), now=AFTER,
    )  # fmt: skip
    for _again in range(2):
        close(market, SEPTEMBER)
    statement = Statement.objects.get(partner=market.developer)
    assert statement.total_minor == 10_000
    assert {line.kind: line.share_minor for line in statement.lines.all()} == {
        "share": 1_500, "guarantee": 8_500,
    }  # fmt: skip
    assert check_books().right


def test_terms_are_tried_on_months_that_are_closed(market: Market) -> None:
    proposal = Proposal(
        market.operator.id, market.operator.id, market.integrator.id, Percent(share_bp=5_000), None
    )
    assert simulate(proposal) == []
    close(market, SEPTEMBER)
    tried = {one.party_id: (one.was_minor, one.would_minor) for one in simulate(proposal)}
    assert tried == {market.operator.id: (10_000, 7_500), market.integrator.id: (5_000, 7_500)}
    with pytest.raises(Invalid, match="2026-08 isn't closed"):
        simulate(proposal, [AUGUST])


def test_a_guarantee_that_is_tried_costs_the_operator(market: Market) -> None:
    close(market, SEPTEMBER)
    terms = PerUnit(unit_micro=500_000_000, guarantee_minor=6_000)
    proposal = Proposal(market.operator.id, market.operator.id, market.integrator.id, terms, "CNY")
    tried = {one.party_id: one.more_minor for one in simulate(proposal, [SEPTEMBER])}
    assert tried == {market.operator.id: -1_000, market.integrator.id: 1_000}


def test_a_trial_keeps_what_was_reckoned_and_tells_how_far_it_is(market: Market) -> None:
    close(market, SEPTEMBER)
    terms = PerUnit(unit_micro=500_000_000, guarantee_minor=6_000)
    trial = ask_trial(
        SYSTEM_ACTOR, operator=market.operator, partner_id=market.integrator.id, terms=terms, app_id=None,
        customer_id=None, now=AFTER,
    )  # fmt: skip
    for _twice in range(2):
        carry_out(trial.id, now=AFTER)
    trial.refresh_from_db()
    assert (trial.state, trial.done_bp, trial.problem) == ("done", 10_000, "")
    assert [(one.month, one.party_id, one.more_minor) for one in results(trial)] == [
        (SEPTEMBER, market.operator.id, -1_000), (SEPTEMBER, market.integrator.id, 1_000),
    ]  # fmt: skip
    told: list[int] = []
    simulate(_proposal(trial), tell=told.append)
    assert told == [0, 5_000]


def test_it_is_tried_by_command(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "platform", contextlib.nullcontext)
    close(market, SEPTEMBER)
    words = ["simulate", "--operator", market.operator.slug, "--partner", market.developer.slug]
    terms = json.dumps({"model": "percent", "share_bp": 2_000})
    shown = CliRunner().invoke(command.shares, [*words, "--terms", terms, "--json"])
    rows: list[dict[str, Any]] = json.loads(shown.output)
    assert {row["party"]: row["more_minor"] for row in rows} == {
        market.operator.name: -3_000,
        market.integrator.name: 0,
        market.developer.name: 3_000,
    }
    table = CliRunner().invoke(command.shares, [*words, "--terms", terms, "--month", "2026-09"])
    assert "30.00 CNY" in table.output


def test_a_credit_and_a_bad_debt_claw_back_by_the_model_that_paid(market: Market) -> None:
    """Of 150.00, 30.00 are credited and 60.00 given up: the integrator's fixed amount follows the credit,
    the developer's share both."""
    sign_agreement(
        SYSTEM_ACTOR, operator=market.operator, partner=market.developer, starts_on=LONG_AGO,
        terms=Percent(share_bp=1_000, bad_debts="shared"), now=AFTER,
    )  # fmt: skip
    close(market, SEPTEMBER)
    bill = Bill.objects.get(customer=market.customer)
    (line,) = bill.lines.all()
    credit_bill(
        actor=SYSTEM_ACTOR, bill_id=bill.id, amounts={line.id: 3_000}, reason="late", key="c1", now=AFTER
    )
    write_off(actor=SYSTEM_ACTOR, bill_id=bill.id, amount_minor=6_000, reason="gone", key="w1", now=AFTER)
    close(market, SEPTEMBER)
    assert totals() == {
        (market.integrator.id, "2026-09"): 4_000,
        (market.developer.id, "2026-09"): 600,
    }
    assert check_books().right
