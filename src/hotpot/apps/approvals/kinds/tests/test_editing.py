"""What a manager's pages send, read."""

from __future__ import annotations

import pytest

from hotpot.apps.approvals.flow.definition import Condition, Flow, Step, Who, check_flow
from hotpot.apps.approvals.form.fields import Field, Form, check_form
from hotpot.apps.approvals.kinds import editing
from hotpot.apps.approvals.kinds.starters import starters
from hotpot.apps.approvals.kinds.store import Design
from hotpot.sdk.errors import Invalid, NotFound

DESIGN = Design(
    "Purchase",
    Form(
        (
            Field("f1", "What", "text"),
            Field("f2", "Cost", "money"),
            Field("f3", "Kind", "choice", options=("a",)),
        )
    ),
    Flow((Step("s1", "A", Who("head")), Step("s2", "B", Who("head"), when=(Condition("f2", "gt", "100"),)))),
)
STEP = {"name": "Boss", "who": "head", "level": "2", "sign": "all", "hours": "", "percent": ""}


def test_a_table_keeps_the_columns_that_have_names() -> None:
    sent = {
        "kind": "table", "label": "Items", "column.0.label": "What", "column.0.kind": "text",
        "column.2.label": "Size", "column.2.kind": "choice", "column.2.options": "S / M",
    }  # fmt: skip
    field = editing.field_sent("f9", sent)
    assert [(one.label, one.kind, one.options) for one in field.columns] == [
        ("What", "text", ()),
        ("Size", "choice", ("S", "M")),
    ]


@pytest.mark.parametrize("sent", [{}, {"kind": "spell", "label": "x"}, {"kind": "choice", "label": "x"}])
def test_a_field_that_makes_no_sense_is_refused(sent: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        editing.field_sent("f9", sent)


def test_conditions_on_money_are_typed_in_major_units() -> None:
    sent = {**STEP, "when.0.field": "f2", "when.0.operator": "ge", "when.0.value": "1,000.50"}
    assert editing.step_sent("s3", sent, DESIGN).when == (Condition("f2", "ge", "100050"),)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"who": "ghost"}, "one of the options"),
        ({"who": "person"}, "at least one colleague"),
        ({"who": "role"}, "a role"),
        ({"hours": "soon"}, "whole number"),
        ({"hours": "99999"}, "time limit"),
        ({"level": "9"}, "1 to"),
        ({"when.0.field": "f2", "when.0.operator": "has", "when.0.value": "1"}, "compared"),
        ({"when.0.field": "f2", "when.0.operator": "gt", "when.0.value": "much"}, "not an amount"),
        ({"when.0.field": "f3", "when.0.operator": "eq", "when.0.value": "z"}, "no option"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(more: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        editing.step_sent("s3", {**STEP, **more}, DESIGN)


def test_a_field_goes_once_no_condition_needs_it() -> None:
    with pytest.raises(Invalid, match="Remove that first"):
        editing.without_field(DESIGN, "f2")
    left = editing.without_field(editing.without_step(DESIGN, "s2"), "f2")
    assert [one.key for one in left.form.fields] == ["f1", "f3"]


@pytest.mark.parametrize(
    ("key", "by", "row"),
    [("f1", 1, "f2 f1 f3"), ("f3", -1, "f1 f3 f2"), ("f1", -1, "f1 f2 f3"), ("f3", 1, "f1 f2 f3")],
)
def test_moving_stops_at_the_ends(key: str, by: int, row: str) -> None:
    moved = editing.moved(DESIGN, "field", key, by)
    assert " ".join(one.key for one in moved.form.fields) == row
    with pytest.raises(NotFound):
        editing.moved(DESIGN, "step", key, by)


def test_keys_are_never_taken_twice() -> None:
    assert editing.new_key("f", ["f1", "f7", "odd"]) == "f8"
    assert editing.new_key("s", []) == "s1"


def test_what_companies_begin_with_can_be_published() -> None:
    for key, design in starters().items():
        check_flow(design.flow, design.form.kinds)
        if key != "blank":
            check_form(design.form)
