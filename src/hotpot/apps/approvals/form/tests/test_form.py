"""What a form takes, and what it says of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpot.apps.approvals.form.fields import FIELD_KINDS, Field, Form, check_field, check_form
from hotpot.apps.approvals.form.reading import Known, read
from hotpot.apps.approvals.form.showing import Names, lines, summary, total, typed
from hotpot.sdk.errors import Invalid

COST = Field("c", "Cost", "money")
TABLE = Field("t", "Items", "table", columns=(Field("n", "What", "text"), COST))
FORM = Form(
    (
        Field("why", "Why", "text"),
        Field("n", "How many", "number", required=False),
        Field("m", "Amount", "money", required=False),
        Field("d", "Day", "date", required=False),
        Field("r", "Days", "dates", required=False),
        Field("o", "Kind", "choice", required=False, options=("a", "b")),
        Field("x", "Extras", "choices", required=False, options=("tea", "milk")),
        Field("p", "Who", "person", required=False),
        Field("g", "Where", "department", required=False),
        Field("t", "Items", "table", required=False, columns=TABLE.columns),
        Field("f", "Papers", "files", required=False),
    )
)
KNOWN = Known({7}, {3})
NAMES = Names({7: "Li Lei"}, {3: "Sales"})
SENT = {
    "why": " to Wuhan ", "n": "1,200.50", "m": "1,234.5", "d": "2026-11-02", "r.from": "2026-11-02",
    "r.to": "2026-11-04", "o": "b", "x.1": "on", "p": "7", "g": "3", "t.0.n": "train", "t.0.c": "88",
    "t.4.n": "", "t.4.c": " ",
}  # fmt: skip
FILES = {"f": [{"key": "1/1", "name": "a.pdf", "size": 3}]}


def test_every_kind_is_read_and_shown() -> None:
    found = read(FORM, SENT, KNOWN, FILES)
    assert found.errors == {}
    assert found.values == {
        "why": "to Wuhan", "n": "1200.50", "m": {"minor": 123450, "currency": "CNY"}, "d": "2026-11-02",
        "r": {"from": "2026-11-02", "to": "2026-11-04"}, "o": "b", "x": ["milk"], "p": 7, "g": 3,
        "t": [{"n": "train", "c": {"minor": 8800, "currency": "CNY"}}], **FILES,
    }  # fmt: skip
    shown: dict[str, object] = {
        one.label: one.text or one.rows or one.files for one in lines(FORM, found.values, NAMES)
    }
    assert shown == {
        "Why": "to Wuhan", "How many": "1200.50", "Amount": "1,234.50 CNY", "Day": "2026-11-02",
        "Days": "2026-11-02 to 2026-11-04", "Kind": "b", "Extras": "milk", "Who": "Li Lei", "Where": "Sales",
        "Items": [["train", "88.00 CNY"]], "Papers": FILES["f"],
    }  # fmt: skip
    assert total(FORM, found.values) == (123450, "CNY")
    assert summary(FORM, found.values, NAMES) == "to Wuhan"


def test_inputs_show_again_what_was_read() -> None:
    found = read(FORM, SENT, KNOWN, FILES)
    assert read(FORM, typed(FORM, found.values), KNOWN, FILES) == found


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("why", "", "Fill this in."),
        ("why", "x" * 2001, "Keep it under 2000 characters."),
        ("n", "many", "not a number"),
        ("n", "NaN", "not a number"),
        ("n", "1e30", "not a number"),
        ("m", "12.345", "no such small parts"),
        ("m", "a lot", "not an amount"),
        ("m", "-1", "below zero"),
        ("d", "yesterday", "not a day"),
        ("o", "c", "one of the options"),
        ("p", "8", "colleague of your company"),
        ("p", "x", "colleague of your company"),
        ("g", "9", "department of your company"),
        ("t.0.c", "", "Fill this in."),
        ("t.0.c", "x", "not an amount"),
    ],
)
def test_what_can_not_be_read_is_said_at_its_input(name: str, text: str, sentence: str) -> None:
    found = read(FORM, {**SENT, name: text}, KNOWN, FILES)
    assert list(found.errors) == [name]
    assert sentence in found.errors[name]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [("2026-11-04", "2026-11-02", "before the first"), ("2026-11-04", "", "first and the last")],
)
def test_a_range_of_days_goes_forward(first: str, last: str, sentence: str) -> None:
    found = read(FORM, {**SENT, "r.from": first, "r.to": last}, KNOWN, FILES)
    assert sentence in found.errors["r"]


def test_required_fields_of_every_kind_are_asked_for() -> None:
    form = Form(tuple(Field(kind, kind, kind, options=("a",), columns=TABLE.columns) for kind in FIELD_KINDS))
    assert list(read(form, {}, Known(), {}).errors) == list(FIELD_KINDS)


@pytest.mark.parametrize(
    "bad",
    [
        Field("a", "", "text"),
        Field("a", "x" * 61, "text"),
        Field("a", "A", "choice"),
        Field("a", "A", "choices", options=("x", "x")),
        Field("a", "A", "money", currency="yuan"),
        Field("a", "A", "table"),
        Field("a", "A", "table", columns=(Field("b", "B", "files"),)),
    ],
)
def test_a_field_that_can_not_be_filled_in_is_refused(bad: Field) -> None:
    with pytest.raises(Invalid):
        check_field(bad)


def test_a_form_has_fields() -> None:
    check_form(FORM)
    with pytest.raises(Invalid, match="at least one"):
        check_form(Form())


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*SENT, "x.9", "t.1.n", "zz"]), st.text(max_size=12)))
def test_nothing_that_is_sent_breaks_it(sent: dict[str, str]) -> None:
    found = read(FORM, sent, KNOWN, {})
    assert set(found.values) <= {one.key for one in FORM.fields}
    if not found.errors:
        lines(FORM, found.values, NAMES)
        assert read(FORM, typed(FORM, found.values), KNOWN, {}).values == found.values
