"""The close as a job, so that the page that starts it need not wait."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hotpot.kernel.errors import Conflict
from hotpot.kernel.period import Month
from hotpot.pot.close.actions import close_month, try_month
from hotpot.pot.close.spending import count_spending
from hotpot.pot.close.trials import carry_out
from hotpot.pot.events.wire import Actor


@app.task(name="close.close_month", queue="close")
def close_operator_month(
    *, operator_id: int, month: str, person_id: int | None = None, party_id: int | None = None
) -> None:
    """`month` like "2026-10". Its progress and result are in CloseRun."""
    close_month(
        Month.parse(month),
        operator_ids=[operator_id],
        actor=Actor(person_id, party_id, "job"),
        now=settings.HOTPOT_CLOCK.now(),
    )


@app.periodic(cron="* * * * *")
@app.task(name="close.count_spending", queue="close", queueing_lock="close.count_spending")
def watch_spending(timestamp: int) -> None:
    """Each minute, for customers with a budget: a limit that is reached stops use."""
    count_spending(now=settings.HOTPOT_CLOCK.now())


@app.task(name="close.dry_run", queue="close")
def try_operator_month(*, operator_id: int, month: str, person_id: int | None = None) -> None:
    """`month` like "2026-10". Its progress and result are in CloseRun and Outcome."""
    try_month(
        Month.parse(month),
        operator_id=operator_id,
        actor=Actor(person_id, operator_id, "job"),
        now=settings.HOTPOT_CLOCK.now(),
    )


@app.task(name="close.try_terms", queue="trials")
def try_terms(*, trial_id: int) -> None:
    """Its progress and what came of it are in TermsTrial."""
    carry_out(trial_id, now=settings.HOTPOT_CLOCK.now())


def start_dry_run(operator_id: int, month: Month, *, actor: Actor) -> None:
    """Queues it in the caller's transaction. One that waits already will do."""
    job = try_operator_month.configure(queueing_lock=f"dry-run:{operator_id}:{month}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(operator_id=operator_id, month=str(month), person_id=actor.person_id)


def start_close(operator_id: int, month: Month, *, actor: Actor) -> int:
    """Queues it in the caller's transaction; the job's id.

    Raises Conflict where the same close waits already.
    """
    job = close_operator_month.configure(queueing_lock=f"close:{operator_id}:{month}")
    try:
        with transaction.atomic():
            return int(
                job.defer(
                    operator_id=operator_id,
                    month=str(month),
                    person_id=actor.person_id,
                    party_id=actor.party_id,
                )
            )
    except AlreadyEnqueued:
        sentence = _("The close of %(month)s waits to be run already.")
        raise Conflict(sentence % {"month": month}) from None
