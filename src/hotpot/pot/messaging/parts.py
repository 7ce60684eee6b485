"""Long messages from phones: parts wait in the database until they can be joined. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from hotpot.pot.events.steps import Call, Row
from hotpot.pot.messaging.statements import HOLD_PARTS
from hotpot.pot.messaging.text import Alphabet, Concat, Part, join
from hotpot.pot.messaging.wire import Inbound

MISSING = "[…]"  # stands for parts that never came
_WIDE = 1 << 16  # tells references of 16 bits from those of 8


def parts_held(inbounds: Sequence[Inbound]) -> Call:
    rows = [(one, one.part, one.part.concat) for one in inbounds if one.part and one.part.concat]
    return Call(
        HOLD_PARTS,
        (
            [one.carrier for one, _, _ in rows],
            [one.ref for one, _, _ in rows],
            [one.number for one, _, _ in rows],
            [one.access_number for one, _, _ in rows],
            [concat.ref + _WIDE * concat.wide for _, _, concat in rows],
            [concat.total for _, _, concat in rows],
            [concat.place for _, _, concat in rows],
            [part.alphabet.value for _, part, _ in rows],
            [part.data for _, part, _ in rows],
            [one.at for one, _, _ in rows],
        ),
    )


def joined(rows: Iterable[Row]) -> list[Inbound]:
    """Messages of the parts that TAKE_PARTS returned. One has the reference of its first part that came."""
    messages: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        carrier, _, number, access_number, reference, total, *_ = row
        messages[carrier, number, access_number, reference, total].append(row)
    return [_message(parts) for parts in messages.values()]


def _message(rows: Sequence[Row]) -> Inbound:
    newest = {
        row[6]: row for row in sorted(rows, key=lambda row: row[9])
    }  # A place came twice: the last counts.
    placed = [newest[place] for place in sorted(newest)]
    carrier, ref, number, access_number, *_ = placed[0]
    return Inbound(carrier, ref, number, access_number, _text(placed), max(row[9] for row in placed))


def _text(placed: Sequence[Row]) -> str:
    """Neighbouring parts are joined as bytes; a gap is shown."""
    runs = groupby(enumerate(placed), key=lambda one: one[1][6] - one[0])
    text = MISSING.join(join([_part(row) for _, row in run]) for _, run in runs)
    total, first, last = placed[0][5], placed[0][6], placed[-1][6]
    return (MISSING if first > 1 else "") + text + (MISSING if last < total else "")


def _part(row: Row) -> Part:
    _, _, _, _, reference, total, place, alphabet, data, _ = row
    return Part(bytes(data), Alphabet(alphabet), Concat(reference & 0xFFFF, total, place, reference >= _WIDE))
