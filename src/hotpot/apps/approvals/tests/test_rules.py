from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.apps.approvals.rules import (
    CODES,
    COMMENT_LENGTH_MAX,
    WORDS,
    WORDS_ZH,
    Said,
    read,
    reference,
    task_of,
)

HEADS = [*CODES, *(word for word in WORDS if word not in ("yes", "no")), *WORDS_ZH]
VERDICTS = {**CODES, **WORDS, **WORDS_ZH}
SPACE = st.text(alphabet=" \n\t\r　", max_size=3)
COMMENTS = (
    st.text(alphabet="abcdefgh 报销发票金额", min_size=1, max_size=60)
    .map(str.strip)
    .filter(lambda text: text and text not in VERDICTS and not text.startswith("或"))
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1", Said("approved")),
        ("２", Said("rejected")),
        (" 1 fine ", Said("approved", "fine")),
        ("1fine", Said("approved", "fine")),
        ("2 no receipt", Said("rejected", "no receipt")),
        ("2\nno receipt\nask again", Said("rejected", "no receipt\nask again")),
        ("1。没问题", Said("approved", "没问题")),
        ("同意", Said("approved")),
        ("同意 请尽快", Said("approved", "请尽快")),
        ("不同意，缺发票", Said("rejected", "缺发票")),
        ("拒绝缺发票", Said("rejected", "缺发票")),
        ("Agree!", Said("approved")),
        ("REJECT: too much", Said("rejected", "too much")),
        ("yes", Said("approved")),
        ("No, too much", Said("rejected", "too much")),
        ("1 同意", Said("approved")),
        ("“1”", Said("approved", "”")),
    ],
)
def test_answers_that_are_clear(text: str, said: Said) -> None:
    assert read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "?", "hello", "10", "12 fine", "1 or 2?", "1/2", "1.5", "1?", "3", "no problem", "yesterday",
        "同意吗", "同意不同意", "disagreeable", "ok", "1 reject", "2 同意", "don't approve", "好的",
    ],
)  # fmt: skip
def test_answers_that_are_asked_for_again(text: str) -> None:
    assert read(text) is None


@given(
    before=SPACE,
    head=st.sampled_from(HEADS),
    between=st.sampled_from([" ", "\n", ", ", "，", "　"]),
    comment=COMMENTS,
)
def test_a_clear_head_decides_and_the_rest_is_the_comment(
    before: str, head: str, between: str, comment: str
) -> None:
    assert read(f"{before}{head}{between}{comment}") == Said(VERDICTS[head], comment)


@given(st.sampled_from(HEADS), SPACE)
def test_case_width_and_space_mean_nothing(head: str, space: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in head)
    assert read(head + space) == read(head.upper()) == read(space + wide) == Said(VERDICTS[head])


@given(st.text(max_size=1200))
def test_any_text_is_read_without_trouble(text: str) -> None:
    said = read(text)
    assert said is None or len(said.comment) <= COMMENT_LENGTH_MAX


@given(st.text(alphabet=st.characters(exclude_categories=["N"]), max_size=30))
def test_nothing_but_known_words_and_codes_decides(text: str) -> None:
    said = read(text)
    plain = unicodedata.normalize("NFKC", text).casefold()
    assert said is None or any(word in plain for word in VERDICTS)


@given(st.integers(min_value=1, max_value=2**63 - 1))
def test_a_reference_leads_back_to_its_task(task_id: int) -> None:
    assert task_of(reference(task_id)) == task_id


@pytest.mark.parametrize("ask", [None, "", "task/", "task/x", "leave/3", "task/-1"])
def test_other_references_lead_nowhere(ask: str | None) -> None:
    assert task_of(ask) is None
