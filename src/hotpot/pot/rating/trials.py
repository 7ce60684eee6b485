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


class _Replaced(Exception):
    """Another took its place: nobody waits for what comes of it."""


@transaction.atomic
def ask_trial(actor: Actor, *, offer: Offer, price: Pricing, month: Month, now: datetime) -> Trial:
    """Queues it in the caller's transaction. It takes the place of the asker's older ones of that offer."""
    # Here, because the job needs the verbs.
    from hotpot.pot.rating.jobs import try_price

    require_right(actor, Right.RUN, offer.operator_id)
    with as_system():
        older = Trial.objects.filter(offer=offer, asked_by_id=actor.person_id)
        list(older.select_for_update())  # A job that is just done with one writes its sums first.
        older.exclude(ended_at=None).delete()
        replaced = _("Another trial of yours took its place.")
        older.update(state=Trial.State.FAILED, problem=replaced, ended_at=now)
        made = Trial.objects.create(
            operator_id=offer.operator_id, offer=offer, period=month.first_day, price=price.as_json(),
            asked_by_id=actor.person_id, asked_at=now,
        )  # fmt: skip
    try_price.defer(trial_id=made.id)
    return made


def carry_out(trial_id: int, *, now: datetime) -> None:
    """By a job. One whose place another took is left, also in the middle; one that was cut short is begun
    anew. What is tried was written down when it was asked for: later changes of it don't matter."""
    from hotpot.pot.rating.simulation import simulate  # Ibis and DuckDB are for the process that reckons.

    trial = Trial.objects.select_related("offer").filter(id=trial_id).first()
    if trial is None or trial.over:
        return
    wanted = Trial.objects.filter(id=trial_id, ended_at=None)

    def tell(done_bp: int) -> None:
        if not wanted.update(state=Trial.State.RUNNING, done_bp=done_bp):
            raise _Replaced

    try:
        found = simulate(trial.offer, trial.pricing, Month.of(trial.period), tell=tell)
    except _Replaced:
        return
    except Refused as refusal:
        wanted.update(state=Trial.State.FAILED, problem=refusal.sentence, ended_at=now)
        return
    except Exception:
        problem = _("It could not be reckoned. Try it again; the log says more.")
        wanted.update(state=Trial.State.FAILED, problem=problem, ended_at=now)
        raise
    with transaction.atomic():
        if not wanted.update(state=Trial.State.DONE, done_bp=10_000, ended_at=now):
            return
        TrialSum.objects.bulk_create(
            TrialSum(
                trial=trial, customer_id=one.customer_id, currency=one.currency, new_minor=one.new_minor,
                booked_minor=one.booked_minor,
            )
            for one in found
        )  # fmt: skip
