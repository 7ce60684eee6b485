"""How far a request has come: its rounds, their signers, and what happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import TypeAdapter

from hotpot.sdk.platform import Verdict, Way

RunState = Literal["running", "returned", "approved", "rejected", "recalled"]
SignerState = Literal[
    "waiting", "held", "queued", "approved", "rejected", "transferred", "rolled_back", "done", "overtime",
    "withdrawn",
]  # fmt: skip
Place = Literal["named", "beside", "before", "after"]
EntryKind = Literal[
    "started", "resent", "approved", "rejected", "skipped", "passed_empty", "nobody", "to_admin", "added",
    "transferred", "rolled_back", "returned", "recalled", "urged", "commented", "copied", "reminded",
    "timed_out", "ended",
]  # fmt: skip

PENDING: tuple[SignerState, ...] = ("waiting", "held", "queued")


@dataclass(frozen=True, slots=True)
class Signer:
    """One person's part in a round. Only one who is `waiting` may answer: `queued` is not in turn yet,
    `held` waits for the signers whom he added before himself. `done`: others settled it first.

    `for_id`: whose deputy the person is. `of`: the signer who added this one.
    """

    id: int
    person_id: int
    state: SignerState
    place: Place = "named"
    of: int | None = None
    for_id: int | None = None
    skipped: bool = False
    ended_at: datetime | None = None

    def ended(self, state: SignerState, now: datetime) -> Signer:
        return replace(self, state=state, ended_at=now)


@dataclass(frozen=True, slots=True)
class Round:
    """One visit of a step. `void`: it was rolled back over, so its approvals don't count any more."""

    step_id: str
    signers: tuple[Signer, ...]
    opened_at: datetime
    state: Literal["open", "passed", "refused", "void"] = "open"
    ended_at: datetime | None = None
    due_at: datetime | None = None
    reminders: int = 0

    @property
    def waiting(self) -> tuple[Signer, ...]:
        return tuple(one for one in self.signers if one.state == "waiting")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history. `by` None is the flow itself; `to` are the people it is about."""

    at: datetime
    kind: EntryKind
    by: int | None = None
    step_id: str = ""
    comment: str = ""
    to: tuple[int, ...] = ()
    way: Way = "page"


@dataclass(frozen=True, slots=True)
class Run:
    """`running`: the last round is open and somebody is waiting in it. `returned`: the applicant mends
    and sends it again, or recalls it. The other three are ends."""

    applicant_id: int
    state: RunState = "running"
    rounds: tuple[Round, ...] = ()
    history: tuple[Entry, ...] = ()
    copied: tuple[int, ...] = ()
    signers_made: int = 0

    @property
    def ended(self) -> bool:
        return self.state in ("approved", "rejected", "recalled")

    @property
    def round(self) -> Round | None:
        """The open one."""
        return self.rounds[-1] if self.rounds and self.rounds[-1].state == "open" else None

    @property
    def waiting(self) -> tuple[Signer, ...]:
        return self.round.waiting if self.round else ()

    @property
    def waits_for(self) -> tuple[int, ...]:
        """Whose turn it is. Empty only at an end."""
        if self.state == "returned":
            return (self.applicant_id,)
        return tuple(dict.fromkeys(one.person_id for one in self.waiting))

    @property
    def people(self) -> frozenset[int]:
        """Who may see the request: whoever has or had a part in it."""
        signers = [one for round in self.rounds for one in round.signers if one.state != "queued"]
        return frozenset(
            {self.applicant_id, *self.copied}
            | {one.person_id for one in signers}
            | {one.for_id for one in signers if one.for_id is not None}
        )

    def signer(self, signer_id: int) -> Signer | None:
        return next((one for round in self.rounds for one in round.signers if one.id == signer_id), None)

    def signer_of(self, person_id: int) -> Signer | None:
        """The person's part that waits for an answer now."""
        return next((one for one in self.waiting if one.person_id == person_id), None)

    def verdict_of(self, person_id: int) -> Verdict | None:
        """What the person said last, if anything."""
        for entry in reversed(self.history):
            if entry.by == person_id and entry.kind in ("approved", "rejected"):
                return "approved" if entry.kind == "approved" else "rejected"
        return None

    def with_round(self, round: Round) -> Run:
        """In place of the last one."""
        return replace(self, rounds=(*self.rounds[:-1], round))

    def told(self, entry: Entry) -> Run:
        return replace(self, history=(*self.history, entry))

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = _SHAPE.dump_python(self, mode="json")
        return document

    @classmethod
    def from_json(cls, document: Any) -> Self:
        run = _SHAPE.validate_python(document)
        assert isinstance(run, cls)
        return run


_SHAPE: TypeAdapter[Run] = TypeAdapter(Run)
