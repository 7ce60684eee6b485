"""Verbs of number lists, and of files of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Invalid, NotFound
from hotpot.kernel.msisdn import InvalidMsisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform, record
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging.models import ListedNumber, NumberImport
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.may import require_operator, require_owner
from hotpot.pot.messaging.switch.numbers import number_of
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.wire import decode

LINES_AT_ONCE = 5_000
PROBLEMS_MAX = 20
PORTED = "ported"
KINDS = (ListedNumber.Kind.QUIET, ListedNumber.Kind.BLOCK, ListedNumber.Kind.ALLOW, ListedNumber.Kind.OPT_OUT)
IMPORT_BYTES_MAX = 64 * 1024 * 1024


def list_number(actor: Actor, *, kind: str, number: str, customer_id: int | None, now: datetime) -> None:
    """On the operator's list where no company is named. Raises Invalid."""
    require_owner(actor, customer_id, now=now)
    _check_kind(kind)
    found = number_of(number)
    if isinstance(found, InvalidMsisdn):
        raise found
    with transaction.atomic(), as_system():
        if _run(_listed(kind, customer_id, [found], now)):
            fact = Fact("list.added", f"number/{found}", [customer_id or actor.party_id], {"list": kind})
            record(actor, fact, now=now)


def unlist_number(actor: Actor, *, listed_id: int, now: datetime) -> None:
    """Raises NotFound. What its owner said by keyword is taken back by the operator alone."""
    with transaction.atomic(), as_system():
        held = ListedNumber.objects.filter(id=listed_id).first()
        if held is None:
            raise NotFound(_("This number isn't on the list any more."))
        if held.kind == ListedNumber.Kind.OPT_OUT:
            require_operator(actor, held.customer_id, now=now)
        else:
            require_owner(actor, held.customer_id, now=now)
        held.delete()
        parties = [held.customer_id or actor.party_id]
        record(actor, Fact("list.removed", f"number/{held.number}", parties, {"list": held.kind}), now=now)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Invalid(_("There is no such list."))


def start_import(
    actor: Actor, *, kind: str, content: bytes, customer_id: int | None, now: datetime
) -> NumberImport:
    """Takes a file of numbers, one a line (what follows a comma is left out), and has it worked through.

    A short file is done when this returns, a long one by the worker. `kind`: a list, or "ported": those
    numbers went over to the operator that acts. Raises Invalid.
    """
    # Here, because jobs need the verbs.
    from hotpot.pot.messaging.jobs import work_through

    if kind == PORTED:
        require_operator(actor, now=now)
        if actor.party_id is None:
            raise Invalid(_("Numbers are ported to an operator: act for one."))
    else:
        _check_kind(kind)
        require_owner(actor, customer_id, now=now)
    if len(content) > IMPORT_BYTES_MAX:
        raise Invalid(_("The file is larger than 64 MB. Split it."))
    text = decode(content)
    lines = sum(1 for _line in lines_of(text))
    if not lines:
        raise Invalid(_("The file has no line with a number."))
    with transaction.atomic(), as_system():
        held = NumberImport.objects.create(
            kind=kind,
            customer_id=None if kind == PORTED else customer_id,
            operator_id=actor.party_id if kind == PORTED else None,
            content=text,
            lines_total=lines,
            person_id=actor.person_id,
            made_at=now,
        )
        if lines <= LINES_AT_ONCE:
            take_lines(actor, held, list(lines_of(text)), now)
        else:
            work_through.defer(
                import_id=held.id, person_id=actor.person_id, party_id=actor.party_id, way=actor.way
            )
    return held


def lines_of(text: str) -> Iterator[str]:
    """Numbers as they are written, a first line that names the columns left out."""
    rows = (line.partition(",")[0].strip().strip('"') for line in text.splitlines())
    for place, row in enumerate(rows):
        if row and not (place == 0 and not any(one.isdecimal() for one in row)):
            yield row


def take_lines(actor: Actor, held: NumberImport, lines: Sequence[str], now: datetime) -> None:
    """The next lines of an import: all at once, in the caller's transaction."""
    found = [(line, number_of(line)) for line in lines]
    numbers = [number for _, number in found if isinstance(number, str)]
    wrong = [line for line, number in found if not isinstance(number, str)]
    with as_system():
        held.taken += _run(
            _ported(numbers, [held.operator_id] * len(numbers), now)
            if held.kind == PORTED
            else _listed(held.kind, held.customer_id, numbers, now)
        )
        held.lines_done += len(lines)
        held.refused += len(wrong)
        told = [*held.problem.split("\n"), *wrong] if held.problem else wrong
        held.problem = "\n".join(told[:PROBLEMS_MAX])
        held.state = NumberImport.State.RUNNING
        if held.lines_done >= held.lines_total:
            held.state, held.ended_at, held.content = NumberImport.State.DONE, now, ""
            told_of = {"list": held.kind, "taken": held.taken, "refused": held.refused}
            parties = [held.customer_id or held.operator_id or actor.party_id]
            record(actor, Fact("list.imported", f"import/{held.pk}", parties, told_of), now=now)
        held.save()


def port_numbers(rows: Iterator[tuple[str, str]], *, now: datetime) -> tuple[int, int]:
    """By whoever runs the platform: numbers and the slugs of the operators that they belong to today, from
    a register of any length; how many moved, and how many lines could not be read."""
    operators = dict(Party.objects.filter(kind=Party.Kind.OPERATOR).values_list("slug", "id"))
    moved = wrong = 0
    while batch := list(islice(rows, LINES_AT_ONCE)):
        found = [(number_of(number), operators.get(slug)) for number, slug in batch]
        good = [(number, to) for number, to in found if isinstance(number, str) and to is not None]
        with transaction.atomic(), as_system():
            moved += _run(_ported([number for number, _ in good], [to for _, to in good], now))
        wrong += len(batch) - len(good)
    return moved, wrong


def _run(steps: Steps[int]) -> int:
    return perform(steps)


def _listed(kind: str, customer_id: int | None, numbers: Sequence[str], now: datetime) -> Steps[int]:
    [[count]] = yield Call(statements.LIST_NUMBERS, (kind, customer_id, list(numbers), now))
    return int(count)


def _ported(numbers: Sequence[str], operators: Sequence[int | None], now: datetime) -> Steps[int]:
    [[count]] = yield Call(statements.PORT_NUMBERS, (list(numbers), list(operators), now))
    return int(count)
