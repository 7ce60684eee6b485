"""Texts, numbers and words: pure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hotpot.kernel.errors import Invalid
from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.switch.content import Pattern, parts_of, signature_of, signed, unsigned
from hotpot.pot.messaging.switch.numbers import number_of
from hotpot.pot.messaging.switch.words import Words, replaced
from hotpot.pot.messaging.text import Alphabet, alphabet_for, split

quick = settings(deadline=None, max_examples=60)
texts = some.text(alphabet=some.sampled_from("aZ9 _{€`\\é中文😀\n"), max_size=400)


@quick
@given(texts)
def test_parts_are_counted_as_they_are_cut(text: str) -> None:
    alphabet = alphabet_for(text, (Alphabet.GSM7, Alphabet.UCS2))
    assert parts_of(text) == len(split(text, alphabet, ref=0))


def test_what_no_phone_takes_is_unfit() -> None:
    with pytest.raises(Unfit, match="half of a character"):
        parts_of("\ud800")
    with pytest.raises(Unfit, match="parts"):
        parts_of("中" * 67 * 256)


@quick
@given(some.lists(some.text(max_size=20), min_size=2, max_size=2))
def test_what_a_template_makes_fits_it(params: list[str]) -> None:
    pattern = Pattern("Your code for {app} is {code}.")
    assert pattern.fits(pattern.filled(params))
    assert pattern.filled(dict(zip(("app", "code"), params, strict=True))) == pattern.filled(params)


def test_a_template_refuses_what_it_is_not() -> None:
    pattern = Pattern("Your code is {code}.")
    assert not pattern.fits("Your code is 12. Buy now")
    assert not pattern.fits("Your code is " + "1" * 101 + ".")
    with pytest.raises(Invalid):
        pattern.filled([])
    with pytest.raises(Invalid):
        pattern.filled({"other": "1"})
    with pytest.raises(Invalid):
        Pattern("{a}{b}")
    with pytest.raises(Invalid):
        Pattern("x {a} {a}")


def test_a_signature_stands_before_or_after() -> None:
    assert signature_of("【Hotpot】hello") == signature_of("hello【Hotpot】") == "Hotpot"
    assert signature_of("a 【Hotpot】 b") == ""
    assert signed("hello", "Hotpot", "before") == "【Hotpot】hello"
    assert unsigned(signed("hello", "Hotpot", "after")) == "hello"


@quick
@given(some.text(alphabet="+86 1-3579024()x", max_size=20))
def test_the_quick_way_to_a_number_says_what_the_slow_one_says(text: str) -> None:
    try:
        expected: str | None = Msisdn.parse(text, region="CN").e164
    except InvalidMsisdn:
        expected = None
    found = number_of(text)
    assert (found if isinstance(found, str) else None) == expected


@pytest.mark.parametrize("text", ["13800138000", "8613800138000", "+8613800138000", "138 0013 8000"])
def test_a_number_is_known_however_it_is_written(text: str) -> None:
    assert number_of(text) == "+8613800138000"


WORDS = Words(
    [("赌博", "refuse", None), ("casino", "review", None), ("ass", "replace", None), ("竞品", "refuse", 7)]
)


@pytest.mark.parametrize(
    "text",
    ["赌博", "来 赌 博 吧", "赌*博", "Casino!", "ｃａｓｉｎｏ", "c.a.s.i.n.o", "CASINO"],
)
def test_a_word_is_found_however_it_is_written(text: str) -> None:
    assert [one.action for one in WORDS.find(text, 1)]


@pytest.mark.parametrize("text", ["", "hello", "class passes", "casinos", "赌一博二", "竞品"])
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert WORDS.find(text, 1) == []


def test_a_word_of_a_company_concerns_it_alone() -> None:
    assert WORDS.find("竞品", 7)


def test_a_replaced_word_leaves_the_rest() -> None:
    text = "you a s s, you"
    assert replaced(text, WORDS.find(text, 1)) == "you *****, you"
    assert Words([]).find("x", 1) == []
