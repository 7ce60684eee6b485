"""hotpot close, as it is typed."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hotpot.conftest import make_agreement
from hotpot.entry.commands import close as command
from hotpot.kernel.clock import SettableClock
from hotpot.pot.close.tests.trade import (
    LONG_AGO,
    Market,
    make_bare_market,
    make_offer,
    make_subscription,
)
from hotpot.pot.rating.models import Charge

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Market:
    monkeypatch.setattr(command, "platform", contextlib.nullcontext)
    settings.HOTPOT_CLOCK = SettableClock(datetime(2026, 11, 2, tzinfo=UTC))
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)])
    return market


def run(*words: str) -> Result:
    return CliRunner().invoke(command.close, words)


def test_a_dry_run_shows_and_books_nothing(market: Market) -> None:
    shown = run("2026-10", "--dry-run")
    assert shown.exit_code == 0
    assert "would be booked, nothing is" in shown.output
    assert f"{market.customer.name}" in shown.output
    assert f"No agreement of {market.operator.name} with {market.developer.name}" in shown.output
    assert Charge.objects.count() == 0


def test_a_close_prints_figures_and_repeats_without_harm(market: Market) -> None:
    (said,) = json.loads(run("2026-10", "--operator", market.operator.slug, "--json").output)
    assert (said["state"], said["sums"][0]["charged_minor"]) == ("done", 1500)
    again = run("2026-10").output
    assert f"{market.operator.slug} 2026-10: nothing to book" in again
    assert "Charged" not in again  # no table of nothing
    assert Charge.objects.count() == 1


def test_a_refused_close_exits_with_2_and_the_sentence(market: Market) -> None:
    refused = run("2026-11")
    assert refused.exit_code == 2
    assert "has not ended" in refused.output
