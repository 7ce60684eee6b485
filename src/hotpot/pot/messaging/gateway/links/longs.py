"""Long messages of enterprises: parts are kept and acknowledged one by one, sent as one message. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway import statements
from hotpot.pot.messaging.parts import joined
from hotpot.pot.messaging.talk import Submit
from hotpot.pot.messaging.text import Alphabet
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Refusal, Refused

WAIT_FOR_PARTS = timedelta(minutes=10)
COLUMNS = 12  # of GivenPart.row
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

    @property
    def row(self) -> Row:
        """In the order of statements.PARTS, but for when it came."""
        submit = self.submit
        part = submit.part
        return (
            *self.group, self.place, self.ref, submit.receipt, part.alphabet.value, part.data, part.flash,
            submit.due_at, submit.expires_at,
        )  # fmt: skip


def new_refs(count: int) -> Steps[list[str]]:
    """Ids that no message has: for parts, and for one submit to several numbers."""
    rows = yield Call(statements.NEW_REFS, (count,))
    return [str(row[0]) for row in rows]


def kept(interface: Interface, parts: Sequence[GivenPart], *, now: datetime) -> Steps[list[Refused | None]]:
    """Keeps parts, and sends what is whole now. What each part is refused for: None where it is taken.

    A message that none of its numbers may get leaves nothing behind; its other parts were acknowledged.
    One that came too fast leaves those: who is told so brings the last part again, and not them.
    """
    newest = {(part.group, part.place): part for part in parts}
    yield _keep(interface, [part.row for part in newest.values()], now)
    rows = yield Call(statements.WHOLE_PARTS, (interface.id,))
    refused = yield from _sent(interface, rows, now=now)
    hasty = {group for group, said in refused.items() if said[0][1].code is Refusal.THROTTLED}
    if left := [row for row in rows if _group(row) in hasty and (_group(row), row[4]) not in newest]:
        yield _keep(interface, left, now)
    return [refused[part.group][0][1] if part.group in refused else None for part in parts]


def gathered(interface: Interface, *, now: datetime) -> Steps[None]:
    """Sends what is whole, and with its gaps shown what waited for too long. Receipts tell what is refused:
    all parts were acknowledged."""
    whole = yield Call(statements.WHOLE_PARTS, (interface.id,))
    overdue = yield Call(statements.OVERDUE_PARTS, (interface.id, now - WAIT_FOR_PARTS))
    for rows in (whole, overdue):
        for said in (yield from _sent(interface, rows, now=now)).values():
            yield from door.tell_refused(interface, said, now=now)


def _keep(interface: Interface, rows: Sequence[Row], now: datetime) -> Call:
    """Rows are as GivenPart.row; what follows in one is left out."""
    columns = [[row[place] for row in rows] for place in range(COLUMNS)]
    return Call(statements.KEEP_PARTS, (interface.id, *columns, now))


def _group(row: Row) -> Group:
    return row[0], row[1], row[2], row[3]


Refusals = list[tuple[Given, Refused]]


def _sent(interface: Interface, rows: Iterable[Row], *, now: datetime) -> Steps[dict[Group, Refusals]]:
    """Takes each group of parts as one message to each of its numbers; those of which none was taken. Where
    some were, receipts tell of the others."""
    groups: dict[Group, list[Row]] = defaultdict(list)
    for row in rows:
        groups[_group(row)].append(row)
    given = {group: _given(parts) for group, parts in groups.items()}
    answers: Iterator[Accepted | Refused] = iter(())
    if given:
        every = [one for some in given.values() for one in some]
        answers = iter((yield from door.accept(interface, every, now=now)))
    none_taken: dict[Group, Refusals] = {}
    for group, some in given.items():
        said = [(one, next(answers)) for one in some]
        refused = [(one, answer) for one, answer in said if isinstance(answer, Refused)]
        if len(refused) == len(said):
            none_taken[group] = refused
        elif refused:
            yield from door.tell_refused(interface, refused, now=now)
    return none_taken


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
