"""What is paid, owed and due, as arithmetic. Pure: amounts are minor units of one currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.kernel.errors import Conflict, Invalid

DAYS_TO_PAY = 30
STEPS_MAX = 12
AFTER_DAYS_MAX = 365
REMIND, SUSPEND = "remind", "suspend"
TOO_MUCH = gettext_lazy("More than was billed can't be taken back. Look at what is left of each line.")

# --- amounts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    bill: int
    amount_minor: int


def cleared_by(amount_minor: int, owed: Iterable[tuple[int, int]]) -> tuple[list[Part], int]:
    """An amount goes to bills in their order, each up to what it owes; the parts, and the rest."""
    parts, rest = [], amount_minor
    for bill, open_minor in owed:
        part = min(rest, open_minor)
        if part > 0:
            parts.append(Part(bill, part))
            rest -= part
    return parts, rest


def allotted(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to the weights, by the largest remainder; ties go to the first.

    Nothing is lost, and no part exceeds its weight where `total` is not above their sum.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise Invalid("An amount is allotted over weights of which none is negative and one is positive.")
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A bill line and what was taken back of it before: credited or written off, with tax."""

    line: int
    gross_minor: int
    net_minor: int
    taken_gross_minor: int = 0
    taken_net_minor: int = 0

    @property
    def left_minor(self) -> int:
        return self.gross_minor - self.taken_gross_minor

    def net_of(self, gross_minor: int) -> int:
        """The net part of a further amount: in proportion to the line, rounded on the running sum, so that
        the parts of a line that is taken back whole are the line's own net and tax."""
        taken = self.taken_gross_minor + gross_minor
        return _proportion(self.net_minor, taken, self.gross_minor) - self.taken_net_minor


def _proportion(amount: int, part: int, whole: int) -> int:
    """amount x part / whole, rounded half up; `part` has the sign of `whole`."""
    sign = -1 if amount < 0 else 1
    return sign * ((2 * abs(amount) * abs(part) + abs(whole)) // (2 * abs(whole)))


def taken_back(lines: Sequence[LineLeft], wanted: Mapping[int, int]) -> list[tuple[LineLeft, int]]:
    """Checked: of each line as much as is wanted, never more than is left of it or of the whole bill.

    Lines below zero gave money back already, so nothing is taken of them; they lessen what is left.
    Raises Invalid for nothing at all or a line that isn't the bill's, Conflict for too much.
    """
    known = {one.line: one for one in lines}
    if not any(wanted.values()):
        raise Invalid(_("Say how much to take back: nothing was chosen."))
    for line, amount in wanted.items():
        if line not in known:
            raise Invalid(_("This bill has no such line."))
        if not 0 <= amount <= max(known[line].left_minor, 0):
            raise Conflict(TOO_MUCH)
    if sum(wanted.values()) > left_of(lines):
        raise Conflict(TOO_MUCH)
    return [(known[line], amount) for line, amount in sorted(wanted.items()) if amount]


def all_left(lines: Sequence[LineLeft]) -> dict[int, int]:
    """All that is left of a bill, over the lines that give, in proportion to what is left of each."""
    giving = [one for one in lines if one.left_minor > 0]
    if not giving or left_of(lines) <= 0:
        return {}
    parts = allotted(left_of(lines), [one.left_minor for one in giving])
    return {one.line: part for one, part in zip(giving, parts, strict=True)}


def left_of(lines: Sequence[LineLeft]) -> int:
    """Of the whole bill."""
    return sum(one.left_minor for one in lines)


# --- dunning --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """So many days after a bill was due (negative: before), do `act`: remind or suspend."""

    after_days: int
    act: str


def steps_of(written: Sequence[Mapping[str, object]]) -> list[Step]:
    """From JSON, in order. Raises Invalid where it makes no sense."""
    if len(written) > STEPS_MAX:
        raise Invalid(_("A policy has %(count)s steps at most.") % {"count": STEPS_MAX})
    found = []
    for one in written:
        after, act = one.get("after_days"), one.get("act")
        if type(after) is not int or abs(after) > AFTER_DAYS_MAX:
            raise Invalid(_("A step comes at most %(days)s days before or after.") % {"days": AFTER_DAYS_MAX})
        if act not in (REMIND, SUSPEND):
            raise Invalid(_("A step reminds or suspends."))
        if act == SUSPEND and after < 1:
            raise Invalid(_("Nobody is suspended before a bill is overdue. Choose one day or more."))
        found.append(Step(after, str(act)))
    if len(set(found)) != len(found):
        raise Invalid(_("The same step stands there twice."))
    return sorted(found)


def steps_due(steps: Iterable[Step], taken: Iterable[Step], due_on: date, today: date) -> list[Step]:
    """Of each act the last step whose day has come, unless it or a later one was taken.

    Where a job didn't run for a while, one reminder is sent, not three on one day.
    """
    done = list(taken)
    due: dict[str, Step] = {}
    for one in sorted(steps):
        passed = any(before.act == one.act and before.after_days >= one.after_days for before in done)
        if not passed and due_on + timedelta(one.after_days) <= today:
            due[one.act] = one
    return sorted(due.values())


# --- ages of what is owed -------------------------------------------------------------------------

AGES = (0, 30, 60, 90)  # days overdue; a bucket reaches from above one to the next


def age_of(due_on: date, today: date) -> int:
    """Which bucket: 0 not due yet, 1 up to 30 days overdue, 2 up to 60, 3 up to 90, 4 longer."""
    overdue = (today - due_on).days
    return sum(1 for days in AGES if overdue > days)
