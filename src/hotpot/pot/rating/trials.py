"""A price is tried on a month that is over: asked for on a page, reckoned by a job, read by the asker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right
from hotpot.pot.rating import trying
from hotpot.pot.rating.models import Trial, TrialSum


@transaction.atomic
def ask_trial(actor: Actor, *, offer: Offer, price: Pricing, month: Month, now: datetime) -> Trial:
    """Queues it in the caller's transaction. It takes the place of the asker's older ones of that offer."""
    # Here, because the job needs the verbs.
    from hotpot.pot.rating.jobs import try_price

    require_right(actor, Right.RUN, offer.operator_id)
    with as_system():
        trying.take_their_place(Trial.objects.filter(offer=offer, asked_by_id=actor.person_id), now=now)
        made = Trial.objects.create(
            operator_id=offer.operator_id, offer=offer, period=month.first_day, price=price.as_json(),
            asked_by_id=actor.person_id, asked_at=now,
        )  # fmt: skip
    try_price.defer(trial_id=made.id)
    return made


def carry_out(trial_id: int, *, now: datetime) -> None:
    """By a job. What is tried was written down when it was asked for: later changes of it don't matter."""
    trial = Trial.objects.select_related("offer").filter(id=trial_id).first()
    trying.carry_out(trial, _reckoned, TrialSum.objects.bulk_create, now=now)


def _reckoned(trial: Trial, tell: trying.Tell) -> list[TrialSum]:
    from hotpot.pot.rating.simulation import simulate  # Ibis and DuckDB are for the process that reckons.

    return [
        TrialSum(
            trial=trial, customer_id=one.customer_id, currency=one.currency, new_minor=one.new_minor,
            booked_minor=one.booked_minor,
        )
        for one in simulate(trial.offer, trial.pricing, Month.of(trial.period), tell=tell)
    ]  # fmt: skip
