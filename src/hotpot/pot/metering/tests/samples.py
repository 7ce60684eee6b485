"""Events and meters that tests of this room share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hotpot.pot.metering import bodies
from hotpot.pot.metering.intake import Bearer, Judged, Kinds, Request, judge, kind_of
from hotpot.pot.metering.known import Known, as_keys
from hotpot.pot.metering.rules import MeterRule

NOW = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)
SOURCE = "https://smsc.example/1"
NUMBER = "+8613800138000"
BEARER = Bearer(7, {SOURCE: "mail"})
SENT, CALLED, SEEN = (
    MeterRule(1, "count", "", 0),
    MeterRule(2, "sum", "ms", -3),
    MeterRule(3, "unique", "who", 0),
)
KINDS: Kinds = {
    ("mail", "mail.sent"): kind_of([SENT]),
    ("mail", "call.ended"): kind_of([SENT, CALLED]),
    ("mail", "page.seen"): kind_of([SEEN]),
}


def event(id: str | None = "1", **more: Any) -> dict[str, Any]:
    """A CloudEvent; None leaves an attribute out."""
    usual = {
        "specversion": "1.0",
        "id": id,
        "source": SOURCE,
        "type": "mail.sent",
        "subject": NUMBER,
        "time": "2026-10-15T00:59:00Z",
    }
    return {name: value for name, value in (usual | more).items() if value is not None}


def request(*events: dict[str, Any], bearer: Bearer = BEARER) -> Request:
    return Request(bearer, bodies.read(bodies.BATCH, "", {}, json.dumps(events).encode()))


def judged(*requests: Request, known: Known | None = None, kinds: Kinds = KINDS) -> Judged:
    return judge(requests, kinds, known or Known(), next_event=1, now=NOW)


def learn(known: Known, found: Judged) -> None:
    if found.segment is not None:
        known.add(as_keys(found.segment.keys), found.segment.received_us)


def codes(of: Request) -> Sequence[tuple[int, str]]:
    assert of.receipt is not None
    return [(one.position, one.code) for one in of.receipt.refused]
