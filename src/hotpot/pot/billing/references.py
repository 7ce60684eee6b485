"""References that payers quote: ISO 11649, "RF", two check digits (ISO 7064, mod 97-10), and a base. Pure.

The base says what is paid: B<operator>N<number> a bill, P<serial> a payment that was announced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BASE = re.compile(r"B(\d+)N(\d+)|P(\d+)")
_WRITTEN = re.compile(r"RF\d{2}(?:B\d+N\d+|P\d+)")


def reference(base: str) -> str:
    """With its check digits."""
    return f"RF{98 - _mod97(base + 'RF00'):02d}{base}"


def bill_reference(operator_id: int, number: int) -> str:
    """What a payer quotes to pay a bill; the same whoever works it out."""
    return reference(f"B{operator_id}N{number}")


def payment_reference(serial: int) -> str:
    return reference(f"P{serial}")


def bill_of(reference: str) -> tuple[int, int] | None:
    """The operator's id and the bill's number, where it is a bill's."""
    found = _BASE.fullmatch(reference[4:])
    return (int(found[1]), int(found[2])) if found and found[1] else None


def references_in(text: str) -> Iterator[str]:
    """Valid references in what a payer wrote, spaces or not. Digits that happen to follow don't matter:
    every beginning of a run of digits whose check digits fit is tried, the longest first."""
    joined = re.sub(r"[\s.,;/-]", "", text.upper())
    for found in _WRITTEN.finditer(joined):
        written = found[0]
        for end in range(len(written), 5, -1):
            if _BASE.fullmatch(written[4:end]) and _mod97(written[4:end] + written[:4]) == 1:
                yield written[:end]


def grouped(reference: str) -> str:
    """As it is printed: in fours."""
    return " ".join(reference[n : n + 4] for n in range(0, len(reference), 4))


def _mod97(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text)) % 97
