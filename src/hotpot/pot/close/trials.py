"""Terms are tried on closed months: asked for on a page, reckoned by a job, read by the asker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.close.models_trials import TermsTrial, TermsTrialSum
from hotpot.pot.close.rules_trials import Proposal, Tried
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right
from hotpot.pot.party.terms import Model, read, written
from hotpot.pot.rating import trying


@transaction.atomic
def ask_trial(
    actor: Actor, *, operator: Party, partner_id: int, terms: Model, app_id: str | None,
    customer_id: int | None, now: datetime,
) -> TermsTrial:  # fmt: skip
    """Queues it in the caller's transaction. It takes the place of the asker's older ones of that partner."""
    # Here, because the job needs the verbs.
    from hotpot.pot.close.jobs import try_terms

    require_right(actor, Right.RUN, operator.id)
    with as_system():
        asked = {"operator": operator, "partner_id": partner_id, "asked_by_id": actor.person_id}
        trying.take_their_place(TermsTrial.objects.filter(**asked), now=now)
        made = TermsTrial.objects.create(
            app_id=app_id, customer_id=customer_id, terms=written(terms), asked_at=now, **asked
        )
    try_terms.defer(trial_id=made.id)
    return made


def carry_out(trial_id: int, *, now: datetime) -> None:
    """By a job. What is tried was written down when it was asked for: later changes of it don't matter."""
    trial = TermsTrial.objects.select_related("operator").filter(id=trial_id).first()
    trying.carry_out(trial, _reckoned, TermsTrialSum.objects.bulk_create, now=now)


def _reckoned(trial: TermsTrial, tell: trying.Tell) -> list[TermsTrialSum]:
    from hotpot.pot.close.simulation import simulate  # Ibis and DuckDB are for the process that reckons.

    return [
        TermsTrialSum(
            trial=trial, period=one.month.first_day, party_id=one.party_id, currency=one.currency,
            was_minor=one.was_minor, would_minor=one.would_minor,
        )
        for one in simulate(_proposal(trial), tell=tell)
    ]  # fmt: skip


def results(trial: TermsTrial) -> list[Tried]:
    """By month and party, the operator first."""
    rows = trial.sums.select_related("party").order_by("id")
    return [
        Tried(
            Month.of(row.period), row.party_id, str(row.party), row.currency, row.was_minor, row.would_minor
        )
        for row in rows
    ]


def _proposal(trial: TermsTrial) -> Proposal:
    terms = read(trial.terms)
    operator = trial.operator
    return Proposal(
        operator.id, operator.id, trial.partner_id, terms, operator.currency if terms.priced else None,
        trial.app_id, trial.customer_id,
    )  # fmt: skip
