"""Kinds of request as they are kept. A published version never changes, so that running requests keep
theirs; a manager works on the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from hotpot.apps.approvals.flow.definition import Flow, check_flow
from hotpot.apps.approvals.form.fields import Form, check_form
from hotpot.sdk.errors import Conflict, Invalid, NotFound
from hotpot.sdk.platform import Pot
from hotpot.sdk.text import gettext as _

KINDS_MAX = 100  # of a company
NAME_LENGTH_MAX = 40


@dataclass(frozen=True, slots=True)
class Design:
    """What a manager lays down: its name, what is asked for, and who decides."""

    name: str
    form: Form
    flow: Flow


@dataclass(frozen=True, slots=True)
class Kind:
    """`version` is the newest that was published; 0 is none, so nobody can start it yet. `edition` counts
    changes of the draft. A retired one can't be started any more."""

    id: int
    customer_id: int
    draft: Design
    version: int = 0
    edition: int = 0
    published_edition: int = 0
    published_at: datetime | None = None
    retired: bool = False

    @property
    def changed(self) -> bool:
        """The draft has something that isn't published."""
        return self.edition != self.published_edition

    @property
    def startable(self) -> bool:
        return self.version > 0 and not self.retired


_KIND: TypeAdapter[Kind] = TypeAdapter(Kind)
_DESIGN: TypeAdapter[Design] = TypeAdapter(Design)


def kinds_of(pot: Pot, customer_id: int) -> Sequence[Kind]:
    found = pot.storage.find("kind", {"customer_id": customer_id}, limit=KINDS_MAX)
    return [_KIND.validate_python(one) for one in found]


def kind(pot: Pot, kind_id: int, customer_ids: Sequence[int], *, lock: bool = False) -> Kind:
    """Raises NotFound for another company's, too."""
    document = pot.storage.get("kind", f"{kind_id:012d}", lock=lock)
    if document is None or document["customer_id"] not in customer_ids:
        raise NotFound(_("There is no such form. It may have been removed."))
    return _KIND.validate_python(document)


def design(pot: Pot, kind_id: int, version: int) -> Design:
    """A published one."""
    document = pot.storage.get("design", f"{kind_id:012d}.{version:06d}")
    assert document is not None, "a version that is in use was published"
    return _DESIGN.validate_python(document)


def create(pot: Pot, customer_id: int, by: int, start: Design) -> Kind:
    if pot.storage.count("kind", {"customer_id": customer_id}) >= KINDS_MAX:
        raise Conflict(_("A company has at most %(max)d forms. Retire and reuse one.") % {"max": KINDS_MAX})
    made = Kind(pot.storage.next_number("kind"), customer_id, start, edition=1)
    return _kept(pot, made, by, "created")


def change(pot: Pot, changed: Kind, draft: Design, by: int) -> Kind:
    """The draft only: what runs, runs on. Raises Invalid."""
    if not 1 <= len(draft.name) <= NAME_LENGTH_MAX:
        raise Invalid(_("Give the form a name of 1 to %(max)d characters.") % {"max": NAME_LENGTH_MAX})
    if draft == changed.draft:
        return changed
    return _kept(pot, replace(changed, draft=draft, edition=changed.edition + 1), by, "changed")


def publish(pot: Pot, ready: Kind, by: int) -> Kind:
    """New requests follow the draft from now on. Raises Invalid with what is to be mended first."""
    check_form(ready.draft.form)
    check_flow(ready.draft.flow, ready.draft.form.kinds)
    if not ready.changed and not ready.retired:
        return ready
    version = ready.version + 1
    pot.storage.put("design", f"{ready.id:012d}.{version:06d}", _DESIGN.dump_python(ready.draft, mode="json"))
    published = replace(
        ready, version=version, published_edition=ready.edition, published_at=pot.now, retired=False
    )
    return _kept(pot, published, by, "published")


def retire(pot: Pot, unwanted: Kind, by: int) -> Kind:
    """Nobody starts it any more; what runs, runs on."""
    return unwanted if unwanted.retired else _kept(pot, replace(unwanted, retired=True), by, "retired")


def _kept(pot: Pot, kind: Kind, by: int, what: str) -> Kind:
    pot.storage.put("kind", f"{kind.id:012d}", _KIND.dump_python(kind, mode="json"))
    pot.events.record(
        f"form.{what}",
        f"form/{kind.id}",
        customer_id=kind.customer_id,
        person_id=by,
        data={"name": kind.draft.name, "version": kind.version},
    )
    return kind
