"""How a dispute moves, which bank account counts, what is paid out. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.kernel.money import BP_PER_WHOLE

COOLING = timedelta(days=3)  # after which an account counts that nobody else confirmed
WORDS_MAX = 2_000
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")  # ISO 13616
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")  # ISO 9362
_NUMBER = re.compile(r"[A-Z0-9]{4,34}")

# Dispute: state -> who may move it where.
OPERATOR_STEPS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"answered", "accepted", "rejected"}),
    "answered": frozenset({"answered", "accepted", "rejected"}),
}
PARTNER_STEPS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"open", "withdrawn"}),
    "answered": frozenset({"open", "withdrawn"}),
}


def check_dispute_step(steps: Mapping[str, frozenset[str]], state: str, to: str, words: str) -> None:
    """Raises Conflict where the dispute is over, Invalid without words."""
    if to not in steps.get(state, frozenset()):
        raise Conflict(_("This dispute is settled already. Open another one if something else is wrong."))
    if not words.strip():
        raise Invalid(_("Say why: the other side reads it."))
    if len(words) > WORDS_MAX:
        raise Invalid(_("Keep it under 2000 characters."))


@dataclass(frozen=True, slots=True)
class BankAccount:
    """`number` is an IBAN, or what the country has in its place."""

    number: str
    bic: str

    @property
    def is_iban(self) -> bool:
        return is_iban(self.number)


def bank_account(number: str, bic: str) -> BankAccount:
    """As people write them. Raises Invalid, saying what is wrong."""
    number, bic = (re.sub(r"[\s-]", "", text).upper() for text in (number, bic))
    if not _NUMBER.fullmatch(number):
        raise Invalid(_("An account number has 4 to 34 letters and digits."))
    if _IBAN.fullmatch(number) and not is_iban(number):
        raise Invalid(_("The check digits of this IBAN don't fit. Look for a digit that is wrong."))
    if bic and not _BIC.fullmatch(bic):
        raise Invalid(_("A BIC has 8 or 11 letters and digits, like BKCHCNBJ110."))
    if not bic and not is_iban(number):
        raise Invalid(_("Give the bank's BIC, too: this account number isn't an IBAN."))
    return BankAccount(number, bic)


def is_iban(number: str) -> bool:
    """ISO 13616: the check digits are those of ISO 7064, mod 97-10."""
    if not _IBAN.fullmatch(number):
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def counts(written_at: datetime, confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether an account is used by now."""
    return confirmed_at is not None or now >= written_at + COOLING


def withheld(lines: Iterable[tuple[int, int]]) -> int:
    """Of a statement's lines (minor units, withholding in basis points): rounded down once a rate. What is
    below zero lessens what was withheld before it in the same statement, never below nothing."""
    sums: dict[int, int] = {}
    for minor, bp in lines:
        sums[bp] = sums.get(bp, 0) + minor
    return sum(max(minor, 0) * bp // BP_PER_WHOLE for bp, minor in sums.items())
