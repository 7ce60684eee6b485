"""Applications as they are kept: the document, and beside it the rows by which lists find it.

`waiting` has a row for each whose turn it is, `part` one for each who applied, decided or was copied, `due`
one for each that has a time limit running, in the order of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from hotpot.apps.approvals.flow.run import Run
from hotpot.sdk.errors import NotFound
from hotpot.sdk.platform import Pot
from hotpot.sdk.text import gettext as _

Part = Literal["applied", "decided", "copied"]


@dataclass(frozen=True, slots=True)
class Application:
    """One request. `choices`: the signers whom the applicant chose, by step."""

    id: int
    customer_id: int
    applicant_id: int
    kind_id: int
    version: int
    name: str
    values: Mapping[str, Any]
    choices: Mapping[str, tuple[int, ...]]
    sent_at: datetime
    run: Run
    summary: str = ""
    amount_minor: int | None = None
    currency: str | None = None

    @property
    def title(self) -> str:
        return f"{self.name} · {self.summary}" if self.summary else self.name

    @property
    def state(self) -> str:
        return self.run.state


@dataclass(frozen=True, slots=True)
class Draft:
    """What an applicant fills in. Its id becomes the application's; of one that was sent back it is that
    already. `sent` is as typed."""

    id: int
    customer_id: int
    applicant_id: int
    kind_id: int
    version: int
    sent: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


_APPLICATION: TypeAdapter[Application] = TypeAdapter(Application)
_DRAFT: TypeAdapter[Draft] = TypeAdapter(Draft)


def key_of(id: int) -> str:
    return f"{id:012d}"


def application(pot: Pot, id: int, *, lock: bool = False) -> Application | None:
    document = pot.storage.get("application", key_of(id), lock=lock)
    return None if document is None else _APPLICATION.validate_python(document)


def keep(pot: Pot, before: Application | None, after: Application) -> None:
    """The document and the rows of its lists; `before` is None for a new one."""
    storage, key = pot.storage, key_of(after.id)
    storage.put("application", key, _APPLICATION.dump_python(after, mode="json"))
    waited, waits = _waits(before), _waits(after)
    for person_id in waited - waits:
        storage.delete("waiting", f"{key}.{person_id}")
    for person_id in waits - waited:
        storage.put("waiting", f"{key}.{person_id}", {"person_id": person_id, "application_id": after.id})
    for person_id, part in _parts(after) - _parts(before):
        document = {"person_id": person_id, "part": part, "application_id": after.id}
        storage.put("part", f"{key}.{person_id}.{part}", document)
    _keep_due(pot, before, after)


def _waits(one: Application | None) -> set[int]:
    return set(one.run.waits_for) if one else set()


def _parts(one: Application | None) -> set[tuple[int, Part]]:
    if one is None:
        return set()
    decided = {entry.by for entry in one.run.history if entry.kind in ("approved", "rejected")}
    parts: set[tuple[int, Part]] = {(one.applicant_id, "applied")}
    parts |= {(person_id, "decided") for person_id in decided if person_id is not None}
    return parts | {(person_id, "copied") for person_id in one.run.copied}


def _keep_due(pot: Pot, before: Application | None, after: Application) -> None:
    was, is_now = _due_at(before), _due_at(after)
    if was == is_now:
        return
    if was is not None:
        pot.storage.delete("due", _due_key(was, after.id))
    if is_now is not None:
        document = {"application_id": after.id, "at": is_now.isoformat()}
        pot.storage.put("due", _due_key(is_now, after.id), document)


def _due_at(one: Application | None) -> datetime | None:
    return one.run.round.due_at if one and one.run.round else None


def _due_key(at: datetime, id: int) -> str:
    return f"{int(at.timestamp()):012d}.{key_of(id)}"


def next_due(pot: Pot) -> int | None:
    """The application whose time is up, the longest ago first."""
    found = pot.storage.find("due", {}, limit=1)
    if found and datetime.fromisoformat(found[0]["at"]) <= pot.now:
        return int(found[0]["application_id"])
    return None


# Lists


def waiting_for(
    pot: Pot, person_id: int, *, beyond: int | None = None, limit: int = 50
) -> Sequence[Application]:
    """Newest first."""
    row = None if beyond is None else f"{key_of(beyond)}.{person_id}"
    rows = pot.storage.find("waiting", {"person_id": person_id}, newest=True, beyond=row, limit=limit)
    return _all(pot, rows)


def count_waiting(pot: Pot, person_id: int) -> int:
    return pot.storage.count("waiting", {"person_id": person_id})


def with_part(
    pot: Pot, person_id: int, part: Part, *, beyond: int | None = None, limit: int = 50
) -> Sequence[Application]:
    """Newest first."""
    row = None if beyond is None else f"{key_of(beyond)}.{person_id}.{part}"
    equal = {"person_id": person_id, "part": part}
    return _all(pot, pot.storage.find("part", equal, newest=True, beyond=row, limit=limit))


def of_company(pot: Pot, customer_id: int, *, limit: int) -> Sequence[Application]:
    """Newest first."""
    found = pot.storage.find("application", {"customer_id": customer_id}, newest=True, limit=limit)
    return [_APPLICATION.validate_python(one) for one in found]


def _all(pot: Pot, rows: Sequence[Mapping[str, Any]]) -> list[Application]:
    found = (application(pot, row["application_id"]) for row in rows)
    return [one for one in found if one is not None]


# Drafts


def draft(pot: Pot, id: int, person_id: int, *, lock: bool = False) -> Draft:
    """Raises NotFound for somebody else's, too."""
    document = pot.storage.get("draft", key_of(id), lock=lock)
    if document is None or document["applicant_id"] != person_id:
        raise NotFound(_("This draft is not there any more. It may have been sent."))
    return _DRAFT.validate_python(document)


def keep_draft(pot: Pot, draft: Draft) -> None:
    pot.storage.put("draft", key_of(draft.id), _DRAFT.dump_python(draft, mode="json"))


def drafts_of(pot: Pot, person_id: int) -> Sequence[Draft]:
    found = pot.storage.find("draft", {"applicant_id": person_id}, newest=True, limit=20)
    return [_DRAFT.validate_python(one) for one in found]
