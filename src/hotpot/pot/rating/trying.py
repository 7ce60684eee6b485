"""A trial of any kind: it takes the place of the asker's older ones, and a job carries it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Refused
from hotpot.pot.rating.models import AnyTrial

Tell = Callable[[int], None]  # is told the progress, in basis points
T = TypeVar("T", bound=AnyTrial)
Row = TypeVar("Row")


class _Replaced(Exception):
    """Another took its place: nobody waits for what comes of it."""


def take_their_place(older: QuerySet[Any], *, now: datetime) -> None:
    """Those that are over go, those that are not have failed. In the transaction that makes the new one."""
    list(older.select_for_update())  # A job that is just done with one writes its sums first.
    older.exclude(ended_at=None).delete()
    replaced = _("Another trial of yours took its place.")
    older.update(state=AnyTrial.State.FAILED, problem=replaced, ended_at=now)


def carry_out(
    trial: T | None,
    reckon: Callable[[T, Tell], Sequence[Row]],
    keep: Callable[[Sequence[Row]], object],
    *,
    now: datetime,
) -> None:
    """By a job: what is reckoned is kept, with the end of the trial. One whose place another took is left,
    also in the middle; one that was cut short is begun anew."""
    if trial is None or trial.over:
        return
    wanted = type(trial)._default_manager.filter(pk=trial.pk, ended_at=None)

    def tell(done_bp: int) -> None:
        if not wanted.update(state=AnyTrial.State.RUNNING, done_bp=done_bp):
            raise _Replaced

    try:
        found = reckon(trial, tell)
    except _Replaced:
        return
    except Refused as refusal:
        wanted.update(state=AnyTrial.State.FAILED, problem=refusal.sentence, ended_at=now)
        return
    except Exception:
        problem = _("It could not be reckoned. Try it again; the log says more.")
        wanted.update(state=AnyTrial.State.FAILED, problem=problem, ended_at=now)
        raise
    with transaction.atomic():
        if wanted.update(state=AnyTrial.State.DONE, done_bp=10_000, ended_at=now):
            keep(found)
