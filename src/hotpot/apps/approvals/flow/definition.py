"""What a company lays down for one kind of request: the steps, who signs each, what if nobody answers.

Terms as in the leading office products: countersign is `all`, or-sign is `any`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hotpot.sdk.errors import Invalid
from hotpot.sdk.text import gettext as _

Sign = Literal["all", "any", "in_turn", "percent"]
WhoKind = Literal["person", "role", "head", "choice"]
Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "has"]
OnEmpty = Literal["pass", "admin"]
OnTimeout = Literal["remind", "approve", "reject", "hand_on"]

STEPS_MAX = 30
HOURS_MAX = 24 * 90
LEVEL_MAX = 5
CHOICES_MAX = 5
CONDITIONS_MAX = 5
ORDERED = ("lt", "le", "gt", "ge")


@dataclass(frozen=True, slots=True)
class Who:
    """Persons by name; everybody with a role of the company's; the head of the applicant's department
    (`level` 1), of the one above it (2) and so on; or `count` colleagues whom the applicant chooses."""

    kind: WhoKind
    person_ids: tuple[int, ...] = ()
    role: str = ""
    level: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True)
class Condition:
    """`value` is written as the form's field writes it: an amount of money in minor units. Of a range of
    days it is their number."""

    field: str
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """`when`: the step is taken if all of its conditions hold. `hours` None: it waits for as long as
    it takes. `hand_to`: who gets it when time is up and the action is `hand_on`; None is an admin."""

    id: str
    name: str
    who: Who
    sign: Sign = "all"
    percent: int = 100
    when: tuple[Condition, ...] = ()
    on_empty: OnEmpty = "admin"
    hours: int | None = None
    on_timeout: OnTimeout = "remind"
    hand_to: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """`copies` are told when a request is approved. `skip_repeated`: who approved an earlier step of the
    same request isn't asked again."""

    steps: tuple[Step, ...]
    copies: tuple[Who, ...] = ()
    skip_repeated: bool = True

    def place_of(self, step_id: str) -> int:
        return next(place for place, step in enumerate(self.steps) if step.id == step_id)

    def step(self, step_id: str) -> Step:
        return self.steps[self.place_of(step_id)]

    @property
    def choices(self) -> Sequence[Step]:
        """Steps whose signers the applicant chooses."""
        return [step for step in self.steps if step.who.kind == "choice"]


def check_flow(flow: Flow, fields: Mapping[str, str]) -> None:
    """`fields`: the form's field keys and their kinds. Raises Invalid with what is to be mended."""
    if not flow.steps:
        raise Invalid(_("A flow needs at least one step. Add one."))
    if len(flow.steps) > STEPS_MAX:
        raise Invalid(_("A flow has at most %(max)d steps.") % {"max": STEPS_MAX})
    for step in flow.steps:
        check_step(step, fields)
    for who in flow.copies:
        check_who(who, _("Copies"))


def check_step(step: Step, fields: Mapping[str, str]) -> None:
    """Raises Invalid."""
    if not step.name:
        raise Invalid(_("Give the step a name."))
    check_who(step.who, step.name)
    if not 1 <= step.percent <= 100:
        raise Invalid(_("“%(step)s”: the share of signers is 1 to 100 percent.") % {"step": step.name})
    if step.hours is not None and not 1 <= step.hours <= HOURS_MAX:
        raise Invalid(
            _("“%(step)s”: the time limit is 1 to %(max)d hours.") % {"step": step.name, "max": HOURS_MAX}
        )
    if len(step.when) > CONDITIONS_MAX:
        raise Invalid(
            _("“%(step)s” has at most %(max)d conditions.") % {"step": step.name, "max": CONDITIONS_MAX}
        )
    for condition in step.when:
        _check_condition(step.name, condition, fields)


def check_who(who: Who, where: str) -> None:
    """Raises Invalid."""
    if who.kind == "person" and not who.person_ids:
        raise Invalid(_("“%(step)s”: choose at least one colleague.") % {"step": where})
    if who.kind == "role" and not who.role:
        raise Invalid(_("“%(step)s”: choose a role.") % {"step": where})
    if not (1 <= who.level <= LEVEL_MAX and 1 <= who.count <= CHOICES_MAX):
        raise Invalid(_("“%(step)s”: say 1 to %(max)d.") % {"step": where, "max": CHOICES_MAX})


def _check_condition(step: str, condition: Condition, fields: Mapping[str, str]) -> None:
    kind = fields.get(condition.field)
    if kind is None:
        raise Invalid(_("“%(step)s” asks for a field that the form does not have.") % {"step": step})
    if condition.operator not in operators_of(kind):
        raise Invalid(_("“%(step)s”: this field can't be compared like that.") % {"step": step})
    if condition.operator in ORDERED and number(condition.value) is None:
        raise Invalid(_("“%(step)s”: compare with a number.") % {"step": step})


def operators_of(kind: str) -> tuple[Operator, ...]:
    """How a field of this kind can be compared; nothing for those that decide no way."""
    if kind in ("number", "money", "dates"):
        return ("gt", "ge", "lt", "le", "eq", "ne")
    if kind == "choice":
        return ("eq", "ne")
    return ("has",) if kind == "choices" else ()


def applies(step: Step, values: Mapping[str, Any]) -> bool:
    """Whether a request with these values takes the step."""
    return all(holds(condition, values.get(condition.field)) for condition in step.when)


def holds(condition: Condition, value: Any) -> bool:
    """A field left empty fits only `ne`."""
    if isinstance(value, Mapping):
        value = value["minor"] if "minor" in value else _days(value)
    if value is None or value == "":
        return condition.operator == "ne"
    if condition.operator == "has":
        return condition.value in value
    given, wanted = number(value), number(condition.value)
    if given is None or wanted is None:
        same = str(value) == condition.value
        return same if condition.operator == "eq" else condition.operator == "ne" and not same
    return {
        "eq": given == wanted, "ne": given != wanted, "lt": given < wanted,
        "le": given <= wanted, "gt": given > wanted, "ge": given >= wanted,
    }[condition.operator]  # fmt: skip


def _days(range: Mapping[str, str]) -> int:
    """How many days {"from": "2026-11-02", "to": "2026-11-04"} are, both included: 3."""
    first, last = (date.fromisoformat(range[end]) for end in ("from", "to"))
    return (last - first).days + 1


def number(value: Any) -> Decimal | None:
    """A finite number, else None."""
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None
