"""Long messages of enterprises: parts are kept and acknowledged one by one, sent as one message. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.parts import joined
from hotpot.pot.messaging.talk import Submit
from hotpot.pot.messaging.text import Alphabet
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Refused

WAIT_FOR_PARTS = timedelta(minutes=10)
REFS_APART = " "  # between the ids of parts in Message.client_ref
_WIDE = 1 << 16  # tells references of 16 bits from those of 8

# Which parts belong together: numbers, extension, reference, total.
Group = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class GivenPart:
    """`ref` is the id under which it is acknowledged. Its `submit.part` has a `concat`."""

    submit: Submit
    extension: str
    ref: str

    @property
    def group(self) -> Group:
        concat = self.submit.part.concat
        assert concat is not None
        return ",".join(self.submit.numbers), self.extension, concat.ref + _WIDE * concat.wide, concat.total

    @property
    def place(self) -> int:
        return self.submit.part.concat.place if self.submit.part.concat else 1


def new_refs(count: int) -> Steps[list[str]]:
    """Ids that no message has: for parts, and for one submit to several numbers."""
    rows = yield Call(statements.NEW_REFS, (count,))
    return [str(row[0]) for row in rows]


def kept(interface: Interface, parts: Sequence[GivenPart], *, now: datetime) -> Steps[list[Refused | None]]:
    """Keeps parts, and sends what is whole now. What each part is refused for: None where it is taken.

    A message that is refused leaves nothing behind; its other parts were acknowledged before.
    """
    newest = {(part.group, part.place): part for part in parts}
    yield _keep(interface, list(newest.values()), now)
    rows = yield Call(statements.WHOLE_PARTS, (interface.id,))
    refused = yield from _sent(interface, rows, now=now)
    return [refused.get(part.group) for part in parts]


def gathered(interface: Interface, *, now: datetime) -> Steps[None]:
    """Sends what is whole, and with its gaps shown what waited for too long."""
    whole = yield Call(statements.WHOLE_PARTS, (interface.id,))
    yield from _sent(interface, whole, now=now)
    overdue = yield Call(statements.OVERDUE_PARTS, (interface.id, now - WAIT_FOR_PARTS))
    yield from _sent(interface, overdue, now=now)


def _keep(interface: Interface, parts: Sequence[GivenPart], now: datetime) -> Call:
    submits = [part.submit for part in parts]
    groups = [part.group for part in parts]
    return Call(
        statements.KEEP_PARTS,
        (
            interface.id,
            [group[0] for group in groups],
            [group[1] for group in groups],
            [group[2] for group in groups],
            [group[3] for group in groups],
            [part.place for part in parts],
            [part.ref for part in parts],
            [submit.receipt for submit in submits],
            [submit.part.alphabet.value for submit in submits],
            [submit.part.data for submit in submits],
            [submit.part.flash for submit in submits],
            [submit.due_at for submit in submits],
            [submit.expires_at for submit in submits],
            now,
        ),
    )


def _sent(interface: Interface, rows: Iterable[Row], *, now: datetime) -> Steps[dict[Group, Refused]]:
    """Takes each group of parts as one message to each of its numbers; those that were refused."""
    groups: dict[Group, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[0], row[1], row[2], row[3]].append(row)
    given = [(group, one) for group, parts in groups.items() for one in _given(parts)]
    answers: list[Accepted | Refused] = []
    if given:
        answers = yield from door.accept(interface, [one for _, one in given], now=now)
    said = zip(given, answers, strict=True)
    return {group: answer for (group, _), answer in said if isinstance(answer, Refused)}


def _given(rows: Sequence[Row]) -> list[Given]:
    """Rows are parts in the order of statements.PARTS."""
    placed = sorted(rows, key=lambda row: int(row[4]))
    numbers, extension, *_, flash, due_at, expires_at, _ = placed[0]
    [whole] = joined([("", row[5], *row[:5], row[7], row[8], row[12]) for row in placed])
    refs = [row[5] for row in placed if row[6]]
    binary = placed[0][7] == Alphabet.BINARY
    return [
        Given(
            number=number,
            text=whole.text,
            client_ref=REFS_APART.join(refs),
            extension=extension,
            due_at=due_at,
            expires_at=expires_at,
            flash=flash,
            alphabet=Alphabet.BINARY.value if binary else "",
            receipt=bool(refs),
        )
        for number in numbers.split(",")
    ]
