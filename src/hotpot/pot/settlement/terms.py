"""Agreements in force as the tables that the plans of shares read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from hotpot.kernel.period import Month
from hotpot.pot.party.models import AgreementVersion
from hotpot.pot.party.terms import Intro, Percent, PerUnit, Tiers
from hotpot.pot.settlement.plans_shares import SHAPES
from hotpot.pot.settlement.queries import held
from hotpot.pot.settlement.rules_shares import Held, before, holding, in_force, looks_back, new_since

EPOCH = date(1970, 1, 1)


def of_operator(operator_id: int) -> list[Held]:
    """All versions of all agreements about what the operator bills."""
    versions = AgreementVersion.objects.filter(agreement__operator_id=operator_id)
    return [held(version) for version in versions.select_related("agreement").order_by("id")]


def tables(versions: Iterable[Held], months: Iterable[Month]) -> dict[str, pa.Table]:
    """`terms` and `steps`: for each month the versions in force on its first day. `bounds`: all that hold on
    any of its days, where they have a guarantee or a cap."""
    every, months = list(versions), list(months)
    found = [(one, month) for month in months for one in in_force(every, month.first_day)]
    steps = {one.id: one.terms for one, _month in found if isinstance(one.terms, Tiers)}
    return {
        "terms": _table("terms", [_row(nth, one, month) for nth, (one, month) in enumerate(found)]),
        "steps": _table("steps", [row for id, tiers in steps.items() for row in _steps(id, tiers)]),
        "bounds": _table("bounds", [row for month in months for row in _bounds(every, month)]),
    }


def looks_back_to(versions: Iterable[Held], month: Month) -> Month:
    """The first month whose families the terms of `month` need: itself where no tiers look back."""
    back = (looks_back(one.terms) for one in in_force(versions, month.first_day))
    return before(month, max(back, default=0))


def day_number(day: date) -> int:
    return (day - EPOCH).days


def _row(nth: int, one: Held, month: Month) -> dict[str, Any]:
    terms = one.terms
    intro = terms.intro if isinstance(terms, Percent | PerUnit) else None
    return {
        "id": nth, "terms": one.id, "agreement": one.agreement, "operator": one.operator, "payer": one.payer,
        "partner": one.partner, "period": day_number(month.first_day),
        "scope_app": one.app or "", "scope_customer": one.customer or 0,
        "kinds": "".join(f"|{kind}" for kind in terms.kinds) + "|" if terms.kinds else "",
        "of_share": terms.of == "share",
        "kept": isinstance(terms, Percent | PerUnit) and terms.kept,
        "share_bp": terms.share_bp if isinstance(terms, Percent) else None,
        "unit_micro": terms.unit_micro if isinstance(terms, PerUnit) else None,
        "tiered": isinstance(terms, Tiers),
        "volume_from": day_number(before(month, looks_back(terms)).first_day),
        "intro_from": None if intro is None else _intro_from(one, intro, month),
        "intro_bp": intro and intro.share_bp, "intro_micro": intro and intro.unit_micro,
        "cost_bp": terms.costs.bp, "cost_micro": terms.costs.unit_micro,
        "gross": terms.gross, "bad_debts": terms.bad_debts == "shared", "rest": terms.rest,
        "currency": one.currency,
    }  # fmt: skip


def _bounds(versions: Sequence[Held], month: Month) -> Iterable[dict[str, Any]]:
    for one, days in holding(versions, month):
        least, most = one.terms.guarantee_minor, one.terms.cap_minor
        if (least, most) != (None, None):
            yield {
                "terms": one.id, "agreement": one.agreement, "operator": one.operator, "payer": one.payer,
                "partner": one.partner, "period": day_number(month.first_day), "days": days,
                "of_days": month.days, "guarantee_minor": least, "cap_minor": most, "currency": one.currency,
            }  # fmt: skip


def _intro_from(one: Held, intro: Intro, month: Month) -> int | None:
    since = new_since(one, intro, month)
    return None if since is None else day_number(since)


def _steps(terms_id: int, tiers: Tiers) -> Iterable[dict[str, Any]]:
    starts = 0
    for step in tiers.steps:
        ends = step.up_to_minor
        yield {"terms": terms_id, "starts_minor": starts, "ends_minor": ends, "share_bp": step.share_bp}
        starts = step.up_to_minor or 0


def _table(name: str, values: Sequence[dict[str, Any]]) -> pa.Table:
    schema = ibis.schema(SHAPES[name]).to_pyarrow()
    return pa.Table.from_pylist(list(values), schema=schema)
