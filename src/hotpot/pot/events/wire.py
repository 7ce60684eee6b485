"""Who acts, what happened, and the shape of an event on its way (CloudEvents 1.0, JSON format)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who does it: a person, in the name of a party, by a way (page, sms, api, job, cli)."""

    person_id: int | None = None
    party_id: int | None = None
    way: str = "system"


SYSTEM_ACTOR = Actor()


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened to `subject` (e.g. "seat/17"); `type` is dotted: "subscription.seat.assigned".

    `party_ids` and `person_ids` name those whom it concerns: they may read it.
    """

    type: str
    subject: str
    party_ids: Iterable[int | None]
    data: Mapping[str, Any] = field(default_factory=dict)
    person_ids: Iterable[int | None] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """`sequence` and `txid` order events: a reader that holds both has missed nothing before."""

    id: UUID
    type: str
    subject: str
    time: datetime
    actor: Actor
    party_ids: tuple[int, ...]
    person_ids: tuple[int, ...]
    data: dict[str, Any]
    txid: int = 0
    sequence: int = 0

    def cloudevent(self, source: str) -> dict[str, Any]:
        """The JSON object of CloudEvents 1.0; extensions are lower-case words, as it demands."""
        return {
            "specversion": "1.0",
            "id": str(self.id),
            "source": source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": self.data,
            "actorperson": self.actor.person_id,
            "actorparty": self.actor.party_id,
            "way": self.actor.way,
            "parties": ",".join(map(str, self.party_ids)),
            "persons": ",".join(map(str, self.person_ids)),
        }
