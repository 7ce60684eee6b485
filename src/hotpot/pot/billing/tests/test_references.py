"""References that payers quote: the standard's example, and found again however they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.billing import references

ids = st.integers(1, 10**9)


def test_the_standard_s_own_example_of_a_reference() -> None:
    assert references.reference("539007547034") == "RF18539007547034"


@given(operator=ids, number=ids, before=st.text(alphabet="abc xyz:-", max_size=8))
def test_a_reference_is_found_again_however_it_is_written(operator: int, number: int, before: str) -> None:
    written = references.bill_reference(operator, number)
    spaced = " ".join(written[n : n + 4] for n in range(0, len(written), 4))
    assert written in references.references_in(f"{before} {spaced.lower()} invoice")
    assert written in references.references_in(f"{written}20261101")
    wrong = written[:2] + f"{(int(written[2:4]) + 1) % 100:02d}" + written[4:]
    assert wrong not in references.references_in(wrong)


@given(operator=ids, number=ids)
def test_a_bill_s_reference_says_which_bill(operator: int, number: int) -> None:
    assert references.bill_of(references.bill_reference(operator, number)) == (operator, number)
    assert references.bill_of(references.payment_reference(number)) is None


def test_it_is_printed_in_fours() -> None:
    assert references.grouped("RF18539007547034") == "RF18 5390 0754 7034"
