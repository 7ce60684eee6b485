"""Fields and steps in a manager's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotpot.apps.approvals.flow.definition import Condition, Step, Who, operators_of
from hotpot.apps.approvals.form.fields import Form
from hotpot.apps.approvals.form.inputs import selected
from hotpot.apps.approvals.requests.people import Company
from hotpot.sdk.text import gettext as _
from hotpot.sdk.text import pgettext, plain_amount


@dataclass(frozen=True, slots=True)
class Told:
    """A step as a few short sentences."""

    id: str
    name: str
    who: str
    how: str
    when: str
    late: str


def field_kinds() -> Mapping[str, str]:
    return {
        "text": pgettext("field", "Text"), "number": pgettext("field", "Number"),
        "money": pgettext("field", "Money"), "date": _("Day"),
        "dates": _("Days from – to"), "choice": _("One choice"), "choices": _("Several choices"),
        "person": _("Colleague"), "department": _("Department"), "table": _("Table of rows"),
        "files": _("Attachments"),
    }  # fmt: skip


def signs() -> Mapping[str, str]:
    return {
        "all": _("All of them (countersign)"), "any": _("Any of them (or-sign)"),
        "in_turn": _("All, one after the other"), "percent": _("A share of them"),
    }  # fmt: skip


def who_kinds() -> Mapping[str, str]:
    return {
        "head": _("Head of the applicant's department"), "person": _("Colleagues by name"),
        "role": _("Everybody with a role"), "choice": _("Whom the applicant chooses"),
    }  # fmt: skip


def on_empty() -> Mapping[str, str]:
    return {"admin": _("Ask a manager of the company"), "pass": _("Pass the step")}


def on_timeout() -> Mapping[str, str]:
    return {
        "remind": _("Remind them"), "approve": _("Approve it"), "reject": _("Reject it"),
        "hand_on": _("Hand it on"),
    }  # fmt: skip


def operators() -> Mapping[str, str]:
    return {
        "gt": _("more than"), "ge": _("at least"), "lt": _("less than"), "le": _("at most"),
        "eq": _("is"), "ne": _("is not"), "has": _("has"),
    }  # fmt: skip


def step_told(step: Step, form: Form, company: Company) -> Told:
    return Told(step.id, step.name, _who(step.who, company), _how(step), _when(step, form), _late(step))


def _who(who: Who, company: Company) -> str:
    if who.kind == "person":
        return ", ".join(company.names(who.person_ids))
    if who.kind == "role":
        return _("Everybody with the role %(role)s") % {"role": who.role}
    if who.kind == "choice":
        return _("Whom the applicant chooses, up to %(count)d") % {"count": who.count}
    if who.level == 1:
        return _("Head of the applicant's department")
    return _("Head %(above)d above the applicant's department") % {"above": who.level - 1}


def _how(step: Step) -> str:
    """Nothing where a single person is asked."""
    if step.who.kind == "head" or (step.who.kind == "person" and len(step.who.person_ids) == 1):
        return ""
    if step.sign == "percent":
        return _("At least %(percent)d%% of them") % {"percent": step.percent}
    return signs()[step.sign]


def _when(step: Step, form: Form) -> str:
    told = []
    for condition in step.when:
        field = form.field(condition.field)
        if field is not None:
            unit = f" {field.currency}" if field.kind == "money" else ""
            told.append(
                f"{field.label} {operators()[condition.operator]} {typed_value(condition, form)}{unit}"
            )
    return _("Only if %(conditions)s") % {"conditions": ", ".join(told)} if told else ""


def _late(step: Step) -> str:
    if step.hours is None:
        return ""
    return _("After %(hours)d hours: %(action)s") % {
        "hours": step.hours,
        "action": on_timeout()[step.on_timeout],
    }


def typed_value(condition: Condition, form: Form) -> str:
    """As a manager types it: money in major units."""
    field = form.field(condition.field)
    if field is not None and field.kind == "money":
        return plain_amount(int(condition.value), field.currency)
    return condition.value


def condition_shown(condition: Condition | None, form: Form) -> dict[str, Any]:
    """The inputs of one condition; None is an empty one."""
    fields = [(one.key, one.label) for one in form.fields if operators_of(one.kind)]
    return {
        "fields": selected(fields, condition.field if condition else ""),
        "operators": selected(list(operators().items()), condition.operator if condition else "gt"),
        "value": typed_value(condition, form) if condition else "",
    }
