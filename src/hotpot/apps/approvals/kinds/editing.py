"""What a manager's page sent becomes a field or a step; and where in a row of them something goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeVar, cast, get_args

from hotpot.apps.approvals.flow.definition import (
    CONDITIONS_MAX,
    Condition,
    Flow,
    OnEmpty,
    OnTimeout,
    Operator,
    Sign,
    Step,
    Who,
    WhoKind,
    check_step,
    operators_of,
)
from hotpot.apps.approvals.form.fields import (
    COLUMN_KINDS,
    COLUMNS_MAX,
    FIELD_KINDS,
    Field,
    FieldKind,
    Form,
    check_field,
)
from hotpot.apps.approvals.kinds.store import Design
from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.text import gettext as _
from hotpot.sdk.text import minor_units

NEW = "new"
Sent = Mapping[str, str]
T = TypeVar("T")


def one_of(text: str, known: Sequence[str]) -> str:
    """Raises Invalid for what the page could not have sent."""
    if text not in known:
        raise Invalid(_("Choose one of the options."))
    return text


def whole(text: str, otherwise: int) -> int:
    """A whole number as typed; `otherwise` for none. Raises Invalid."""
    if not text.strip():
        return otherwise
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) < 9):
        raise Invalid(_("This is not a whole number: %(text)s") % {"text": text})
    return int(text)


def new_key(letter: str, taken: Sequence[str]) -> str:
    """f1, f2, f3: the one after the last."""
    numbers = [int(key[1:]) for key in taken if key[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


# Fields


def field_sent(key: str, sent: Sent) -> Field:
    """Raises Invalid."""
    kind = cast("FieldKind", one_of(sent.get("kind", ""), FIELD_KINDS))
    field = Field(
        key,
        sent.get("label", "").strip(),
        kind,
        required=bool(sent.get("required")),
        hint=sent.get("hint", "").strip()[:120],
        options=_options(sent.get("options", "")) if kind in ("choice", "choices") else (),
        currency=sent.get("currency", "CNY").strip().upper() if kind == "money" else "CNY",
        columns=_columns(sent) if kind == "table" else (),
    )
    check_field(field)
    return field


def _options(text: str) -> tuple[str, ...]:
    """One a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _columns(sent: Sent) -> tuple[Field, ...]:
    """Those with a name."""
    columns = []
    for place in range(COLUMNS_MAX):
        label = sent.get(f"column.{place}.label", "").strip()
        if label:
            kind = cast("FieldKind", one_of(sent.get(f"column.{place}.kind", "text"), COLUMN_KINDS))
            options = _options(sent.get(f"column.{place}.options", "").replace("/", "\n"))
            columns.append(Field(f"c{place + 1}", label, kind, options=options))
    return tuple(columns)


def with_field(of: Design, field: Field) -> Design:
    """In its place, or at the end."""
    fields = of.form.fields
    if of.form.field(field.key):
        return replace(of, form=Form(tuple(field if one.key == field.key else one for one in fields)))
    return replace(of, form=Form((*fields, field)))


def without_field(of: Design, key: str) -> Design:
    """Raises Invalid while a step's condition asks for it."""
    for step in of.flow.steps:
        if any(condition.field == key for condition in step.when):
            raise Invalid(
                _("“%(step)s” has a condition on this field. Remove that first.") % {"step": step.name}
            )
    return replace(of, form=Form(tuple(one for one in of.form.fields if one.key != key)))


# Steps


def step_sent(id: str, sent: Sent, of: Design) -> Step:
    """Raises Invalid."""
    hours = whole(sent.get("hours", ""), 0)
    hand_to = whole(sent.get("hand_to", ""), 0)
    step = Step(
        id,
        sent.get("name", "").strip()[:60],
        who_sent("", sent),
        sign=cast("Sign", one_of(sent.get("sign", "all"), get_args(Sign))),
        percent=whole(sent.get("percent", ""), 100),
        when=_conditions(sent, of.form),
        on_empty=cast("OnEmpty", one_of(sent.get("on_empty", "admin"), get_args(OnEmpty))),
        hours=hours or None,
        on_timeout=cast("OnTimeout", one_of(sent.get("on_timeout", "remind"), get_args(OnTimeout))),
        hand_to=hand_to or None,
    )
    check_step(step, of.form.kinds)
    return step


def who_sent(prefix: str, sent: Sent) -> Who:
    """By `kind`, `person.<id>` boxes, `role`, `level`, `count`, each after the prefix."""
    kind = cast("WhoKind", one_of(sent.get(f"{prefix}who", ""), get_args(WhoKind)))
    start = f"{prefix}person."
    ticked = (name.removeprefix(start) for name in sent if name.startswith(start))
    boxes = sorted(int(id) for id in ticked if id.isascii() and id.isdecimal() and len(id) < 18)
    return Who(
        kind,
        person_ids=tuple(boxes) if kind == "person" else (),
        role=sent.get(f"{prefix}role", "").strip() if kind == "role" else "",
        level=whole(sent.get(f"{prefix}level", ""), 1) if kind == "head" else 1,
        count=whole(sent.get(f"{prefix}count", ""), 1) if kind == "choice" else 1,
    )


def _conditions(sent: Sent, form: Form) -> tuple[Condition, ...]:
    """Those for which a field was chosen. Money is typed in major units and kept in minor ones."""
    found = []
    for place in range(CONDITIONS_MAX):
        field = form.field(sent.get(f"when.{place}.field", ""))
        if field is None:
            continue
        operator = one_of(sent.get(f"when.{place}.operator", ""), get_args(Operator))
        value = sent.get(f"when.{place}.value", "").strip()
        if field.kind == "money":
            value = str(minor_units(value, field.currency))
        elif field.kind in ("choice", "choices") and value not in field.options:
            raise Invalid(
                _("“%(field)s” has no option “%(value)s”.") % {"field": field.label, "value": value}
            )
        if operator not in operators_of(field.kind):
            raise Invalid(_("“%(field)s” can't be compared like that.") % {"field": field.label})
        found.append(Condition(field.key, operator, value))
    return tuple(found)


def with_step(of: Design, step: Step) -> Design:
    steps = of.flow.steps
    if any(one.id == step.id for one in steps):
        steps = tuple(step if one.id == step.id else one for one in steps)
    else:
        steps = (*steps, step)
    return replace(of, flow=replace(of.flow, steps=steps))


def without_step(of: Design, id: str) -> Design:
    return replace(of, flow=replace(of.flow, steps=tuple(one for one in of.flow.steps if one.id != id)))


def moved(of: Design, what: Literal["field", "step"], key: str, by: int) -> Design:
    """One place up (-1) or down (1); at the end of the row it stays. Raises NotFound."""
    if what == "field":
        return replace(of, form=Form(_moved(of.form.fields, [one.key for one in of.form.fields], key, by)))
    steps = _moved(of.flow.steps, [one.id for one in of.flow.steps], key, by)
    return replace(of, flow=replace(of.flow, steps=steps))


def _moved(row: tuple[T, ...], keys: list[str], key: str, by: int) -> tuple[T, ...]:
    if key not in keys:
        raise NotFound(_("It is not there any more."))
    place = keys.index(key)
    there = min(max(place + by, 0), len(row) - 1)
    rest = (*row[:place], *row[place + 1 :])
    return (*rest[:there], row[place], *rest[there:])


def flow_settings(of: Design, sent: Sent) -> Design:
    """The name, who is copied, and whether a repeated approver is skipped. Raises Invalid."""
    copies = () if sent.get("copy.who", "none") == "none" else (who_sent("copy.", sent),)
    flow: Flow = replace(of.flow, copies=copies, skip_repeated=bool(sent.get("skip_repeated")))
    return replace(of, name=sent.get("name", "").strip(), flow=flow)
