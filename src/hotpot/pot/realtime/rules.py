"""Which open pages an event touches. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

RECORD = "record"

TOPICS = {
    "task": "tasks",
    "message": "messages",
    "close": "books",
    "bill": "books",
    "billing": "books",
    "settlement": "books",
    "payment": "books",
    "ledger": "books",
    "connector": "connectors",
    "mail": "mail",
    "subscription": "seats",
    "seat": "seats",
}


RETRY_FIRST_MS = 1000
RETRY_SPREAD_MS = 2000


def retry_ms(person_id: int) -> int:
    """When a browser comes again after its stream ended: not all of them at one moment."""
    return RETRY_FIRST_MS + person_id * 97 % RETRY_SPREAD_MS


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stream needs to know of an event."""

    topics: frozenset[str]
    party_ids: frozenset[int]
    person_ids: frozenset[int]


def topics_of(event_type: str) -> frozenset[str]:
    """By the first word of its type; everything is of the record."""
    topic = TOPICS.get(event_type.partition(".")[0])
    return frozenset({RECORD, topic} if topic else {RECORD})


def heard(body: bytes) -> Heard:
    """Reads a CloudEvent as the relay writes it."""
    event: dict[str, Any] = json.loads(body)
    named = event.get("data", {}).get("topic")  # An app's events name theirs.
    topics = topics_of(event["type"]) | ({named} if named else frozenset())
    return Heard(topics, _ids(event["parties"]), _ids(event["persons"]))


def _ids(text: str) -> frozenset[int]:
    return frozenset(int(one) for one in text.split(",") if one)
