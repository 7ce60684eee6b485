"""What is reckoned while nobody waits for a page."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from hotpot.pot.rating.trials import carry_out


@app.task(name="rating.try_price", queue="trials")
def try_price(*, trial_id: int) -> None:
    """Its progress and what came of it are in Trial."""
    carry_out(trial_id, now=settings.HOTPOT_CLOCK.now())
