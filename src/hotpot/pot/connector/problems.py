"""Why enterprises' systems are told no, kept for the people who can mend it. Steps, for both planes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.wire import Interface

EXAMPLE_MAX = 200  # characters kept of what it was about

# One row a reason; the newest words and example stand.
NOTE = """
WITH given AS (
    SELECT code, (array_agg(reason ORDER BY place DESC))[1] AS reason,
           (array_agg(example ORDER BY place DESC))[1] AS example, count(*) AS times
      FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS one (code, reason, example, place)
     GROUP BY code
     ORDER BY code
)
INSERT INTO connector_problem (interface_id, customer_id, code, reason, example, times, first_at, last_at)
SELECT $1::bigint, $2::bigint, code, reason, example, times, $6::timestamptz, $6::timestamptz FROM given
    ON CONFLICT (interface_id, code) DO UPDATE
   SET reason = excluded.reason, example = excluded.example, last_at = excluded.last_at,
       times = connector_problem.times + excluded.times
"""


@dataclass(frozen=True, slots=True)
class Met:
    """One refusal. `code` is a messaging.wire.Refusal or the interface's own; no secrets in `example`."""

    code: str
    reason: str
    example: str = ""


def noted(interface: Interface, met: Sequence[Met], *, now: datetime) -> Steps[None]:
    if met:
        yield Call(
            NOTE,
            (
                interface.id,
                interface.customer_id,
                [one.code for one in met],
                [_storable(one.reason) for one in met],
                [_storable(one.example)[:EXAMPLE_MAX] for one in met],
                now,
            ),
        )


def _storable(text: str) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()
