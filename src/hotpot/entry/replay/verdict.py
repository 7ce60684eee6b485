"""Is what the platform and the office hold in the end what the log says?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotpot.entry.replay.log import Log
from hotpot.entry.replay.office import Office, Staff
from hotpot.pot.connector.models import Decision

History = Mapping[str, Sequence[tuple[str, str]]]


def mismatches(log: Log, office: Office, platform: History) -> list[str]:
    """One line a difference: decisions by role, verdict and order, on both sides, and each last state."""
    found = []
    written, states = office.history(), office.states()
    for case in log.cases:
        expected = case.decisions
        for where, history in (("the platform", platform), ("the office", written)):
            if list(history.get(case.id, [])) != expected:
                found.append(f"{case.id}: {where} has {history.get(case.id, [])}, the log {expected}")
        if states.get(case.id) != case.last_state:
            found.append(f"{case.id}: ended as {states.get(case.id)!r}, in the log as {case.last_state!r}")
    return found


def decided_on_platform(
    connector_id: int, staff: Mapping[str, Sequence[Staff]]
) -> dict[str, list[tuple[str, str]]]:
    """Claim -> (role of who decided, verdict), in the order in which the platform took them."""
    roles = {one.number: role for role, people in staff.items() for one in people}
    rows = Decision.objects.filter(task__connector_id=connector_id).order_by("id")
    decided: dict[str, list[tuple[str, str]]] = {}
    for key, number, verdict in rows.values_list("task__external_key", "person__number", "verdict"):
        decided.setdefault(key.rpartition("/")[0], []).append((roles[number], verdict))
    return decided
