"""Phone numbers in E.164 form, any country (numbering plans by the `phonenumbers` package)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import phonenumbers

from hotpot.kernel.errors import Invalid, gettext_noop

NO_NUMBER = gettext_noop(
    "“%(text)s” is not a phone number. Write it with its country code, like +86 138 0013 8000."
)
WRONG_LENGTH = gettext_noop(
    "“%(text)s” has too few or too many digits for its country. Check it and try again."
)


class InvalidMsisdn(Invalid):
    code = "invalid_number"


@dataclass(frozen=True, slots=True)
class Msisdn:
    """A phone number: `e164` is '+' and digits, e.g. +8613800138000."""

    e164: str

    @classmethod
    def parse(cls, text: str, *, region: str | None = None) -> Self:
        """`text` as people write it; `region` (ISO 3166, e.g. "CN") serves numbers without '+'."""
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            raise InvalidMsisdn(NO_NUMBER, text=text) from None
        if not phonenumbers.is_possible_number(number):
            raise InvalidMsisdn(WRONG_LENGTH, text=text)
        return cls(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    @property
    def digits(self) -> str:
        """Without the '+', as carriers write it."""
        return self.e164[1:]

    @property
    def masked(self) -> str:
        """The last four digits only, for readers who may know that it exists but not whose it is."""
        return f"{self.e164[:3]}••••{self.e164[-4:]}"

    @property
    def international(self) -> str:
        """Grouped for reading: +86 138 0013 8000."""
        number = phonenumbers.parse(self.e164, None)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def __str__(self) -> str:
        return self.e164
