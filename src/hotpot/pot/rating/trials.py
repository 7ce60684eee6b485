"""A price is tried on a month that is over: asked for on a page, reckoned by a job, read by the asker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Refused
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right
from hotpot.pot.rating.models import Trial, TrialSum


@transaction.atomic
def ask_trial(actor: Actor, *, offer: Offer, price: Pricing, month: Month, now: datetime) -> Trial:
    """Queues it in the caller's transaction. It takes the place of the asker's older ones of that offer."""
    # Here, because the job needs the verbs.
    from hotpot.pot.rating.jobs import try_price

    require_right(actor, Right.RUN, offer.operator_id)
    with as_system():
        Trial.objects.filter(offer=offer, asked_by_id=actor.person_id).delete()
        made = Trial.objects.create(
            operator_id=offer.operator_id, offer=offer, period=month.first_day, price=price.as_json(),
            asked_by_id=actor.person_id, asked_at=now,
        )  # fmt: skip
    try_price.defer(trial_id=made.id)
    return made


def carry_out(trial_id: int, *, now: datetime) -> None:
    """By a job. One that was taken away meanwhile is left; one that was cut short is begun anew."""
    from hotpot.pot.rating.simulation import simulate  # Ibis and DuckDB are for the process that reckons.

    trial = Trial.objects.select_related("offer").filter(id=trial_id).first()
    if trial is None or trial.over:
        return
    rows = Trial.objects.filter(id=trial_id)

    def tell(done_bp: int) -> None:
        rows.update(state=Trial.State.RUNNING, done_bp=done_bp)

    try:
        found = simulate(trial.offer, trial.pricing, Month.of(trial.period), tell=tell)
    except Refused as refusal:
        rows.update(state=Trial.State.FAILED, problem=refusal.sentence, ended_at=now)
        return
    except Exception:
        problem = _("It could not be reckoned. Try it again; the log says more.")
        rows.update(state=Trial.State.FAILED, problem=problem, ended_at=now)
        raise
    with transaction.atomic():
        TrialSum.objects.filter(trial=trial).delete()
        TrialSum.objects.bulk_create(
            TrialSum(
                trial=trial, customer_id=one.customer_id, currency=one.currency, new_minor=one.new_minor,
                booked_minor=one.booked_minor,
            )
            for one in found
        )  # fmt: skip
        rows.update(state=Trial.State.DONE, done_bp=10_000, ended_at=now)
