"""What happens to people by itself at night."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from hotpot.pot.identity.actions import FORGET_MAX, forget_unverified


@app.periodic(cron="30 2 * * *")
@app.task(name="identity.forget_unverified", queue="night", queueing_lock="identity.forget_unverified")
def forget(timestamp: int) -> None:
    """`timestamp` is the moment it was planned for; what is old is told by the clock of this process."""
    while forget_unverified(now=settings.HOTPOT_CLOCK.now()) == FORGET_MAX:
        pass
