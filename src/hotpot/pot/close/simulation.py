"""What terms would have paid: an agreement tried on months that are closed, before it is signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import pyarrow as pa

from hotpot.kernel.errors import Invalid
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.close import sources, tables
from hotpot.pot.close.engines import open_engine, shape
from hotpot.pot.close.queries import closed_months
from hotpot.pot.close.rules import EngineName
from hotpot.pot.close.rules_trials import Proposal, Tried
from hotpot.pot.party.models import Party
from hotpot.pot.rating.inputs import days_since_epoch
from hotpot.pot.settlement import sharing
from hotpot.pot.settlement import terms as agreements
from hotpot.pot.settlement.rules_shares import Held

MONTHS = 3  # of the last that are closed, where nobody says which
TRIED = 0  # the id of the terms that are tried: no version has it


def simulate(
    proposal: Proposal, months: Sequence[Month] = (), *, tell: Callable[[int], None] = lambda _bp: None
) -> list[Tried]:
    """By month and party, the operator included; only of parties with anything to tell.

    `months` are closed ones, by default the last three. `tell` is told the progress, in basis points.
    Raises Invalid where one isn't closed.
    """
    with as_system():
        months = _months(proposal.operator, months)
        if not months:
            return []
        tell(0)
        versions = agreements.of_operator(proposal.operator)
        was = _sums(proposal.operator, versions, months)
        tell(5_000)
        would = _sums(proposal.operator, _with(versions, proposal, months[0]), months)
        names = Party.objects.in_bulk({party for _month, party, _currency in was | would})
    return [
        Tried(month, party, str(names[party]), currency, was.get(key, 0), would.get(key, 0))
        for key in sorted(was | would, key=lambda one: (one[0], one[1] != proposal.operator, one))
        for month, party, currency in [key]
    ]


def _months(operator_id: int, months: Sequence[Month]) -> list[Month]:
    closed = sorted(closed_months(operator_id))
    if missing := sorted(set(months) - set(closed)):
        raise Invalid("%(month)s isn't closed. Terms can be tried on closed months.", month=str(missing[0]))
    return sorted(set(months)) or closed[-MONTHS:]


def _with(versions: Sequence[Held], proposal: Proposal, first: Month) -> list[Held]:
    """As if the proposal had held from the first of the months on."""
    others = [one for one in versions if one.agreement != proposal.agreement]
    same = (proposal.payer, proposal.partner, proposal.app, proposal.customer)
    others = [one for one in others if (one.payer, one.partner, one.app, one.customer) != same]
    tried = Held(
        TRIED, proposal.agreement, proposal.operator, proposal.payer, proposal.partner, proposal.app,
        proposal.customer, first.first_day, proposal.terms, proposal.currency,
    )  # fmt: skip
    return [*others, tried]


def _sums(
    operator_id: int, versions: Sequence[Held], months: Sequence[Month]
) -> dict[tuple[Month, int, str], int]:
    """What terms give each party in each month and currency: the same plans that a close runs."""
    by_day = {days_since_epoch(month.first_day): month for month in months}
    since = min(agreements.looks_back_to(versions, month) for month in months)
    with open_engine(EngineName.DUCKDB) as engine:
        engine.put("families", _families(operator_id, list(months)))
        engine.put("past", _families(operator_id, _until(since, months[-1])))
        for name, table in agreements.tables(versions, months).items():
            engine.put(name, table)
        owed, adjusted = sharing.reckon(engine)
    sums: dict[tuple[Month, int, str], int] = defaultdict(int)
    for row in owed.to_pylist():
        sums[by_day[row["period"]], row["party"], row["currency"]] += row["amount_minor"]
    payers = {one.id: (one.payer, one.partner) for one in versions}
    for row in adjusted.to_pylist():
        key = (by_day[row["period"]], row["partner"], row["currency"])
        sums[key] += row["amount_minor"]
        if payers[row["terms"]] == (operator_id, row["partner"]):
            sums[key[0], operator_id, key[2]] -= row["amount_minor"]
    return {key: minor for key, minor in sums.items() if minor}


def _families(operator_id: int, months: Sequence[Month]) -> pa.Table:
    params = {"operator": operator_id, "months": [month.first_day for month in months]}
    return tables.fetch(sources.BOOKED_FAMILIES, params, shape("families"))


def _until(since: Month, last: Month) -> list[Month]:
    found = []
    while since < last:
        found.append(since)
        since = since.next()
    return found
