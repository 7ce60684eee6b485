"""A year of business from a seed, every kind of change in it, closed each month: the books are right after
each step, and all that was charged is somebody's."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import click
import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.catalog.models import PriceItem
from hotpot.pot.catalog.pricing import KINDS as PRICE_KINDS
from hotpot.pot.close.models import Touched
from hotpot.pot.metering.queries import watermark
from hotpot.pot.rating.models import Charge
from hotpot.pot.subscription.models import Subscription
from tests.year.play import KINDS, Play
from tests.year.totals import Totals
from tests.year.world import World
from tests.year.year import Year

OPENED = datetime(2027, 2, 20, 3, tzinfo=UTC)
MARCH = Month(2027, 3)  # eleven months later comes a February with a leap day
pytestmark = pytest.mark.django_db(transaction=True)


def play(seed: int, settings: Any, database_url: str, *, countries: int, size: int, busy: int) -> Play:
    clock = SettableClock(OPENED)
    settings.HOTPOT_CLOCK = clock
    world = World(Random(seed), clock, countries, size)
    return Play(Year(world, database_url), seed, busy)


def prove(played: Play) -> None:
    """What holds at the end, whatever happened."""
    for operator in played.year.world.operators:
        Totals(operator).check()
    forget_what_was_booked_when(played)
    played.close_again(played.closed[-1])


def forget_what_was_booked_when(played: Play) -> None:
    """Every subscription is due anew, from its first day: reckoning all at once is reckoning by the month."""
    Touched.objects.bulk_create(
        Touched(operator_id=one.operator_id, subscription_id=one.id, since=date(2027, 1, 1))
        for one in Subscription.objects.all()
    )
    Touched.objects.bulk_create(
        Touched(operator=operator, since=date(2027, 1, 1)) for operator in played.year.world.operators
    )


def test_two_months(settings: Any, database_url: str) -> None:
    """Short, for every day: two operators, whose currencies have two decimals and three."""
    played = play(1, settings, database_url, countries=2, size=2, busy=4)
    played.run(MARCH, 2)
    prove(played)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_year(seed: int, settings: Any, database_url: str) -> None:
    began = time.perf_counter()
    played = play(seed, settings, database_url, countries=3, size=3, busy=5)
    played.run(MARCH, 12)
    tell(played, time.perf_counter() - began)
    for month in played.closed:
        played.close_again(month)
    prove(played)
    assert {kind.__name__ for kind in KINDS} - set(+played.done) == set()
    assert set(PriceItem.objects.filter(id__in=Charge.objects.values("item")).values_list("kind")) == {
        (kind,) for kind in PRICE_KINDS
    }


def tell(played: Play, seconds: float) -> None:
    """Shown by `pytest -s`, and beside a failure."""
    click.echo(f"\nseed {played.seed}: {seconds:.0f} s, closes {sum(played.close_seconds):.0f} s")
    click.echo(f"events {watermark()}, charges {Charge.objects.count()}, bills {Bill.objects.count()}")
    click.echo(f"done: {dict(played.done.most_common())}")
    click.echo(f"refused: {dict(played.refused.most_common())}")
    for operator in played.year.world.operators:
        click.echo(str(Totals(operator)))
