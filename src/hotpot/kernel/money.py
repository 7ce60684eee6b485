"""Money as integer minor units with its currency.

Exponents are those of ISO 4217 (https://www.iso.org/iso-4217-currency-codes.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

DEFAULT_EXPONENT = 2
EXPONENTS: Mapping[str, int] = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
    "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip
BP_PER_WHOLE = 10_000


class CurrencyMismatch(ValueError):
    """Two currencies never meet in one sum."""


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for CNY, 0 for JPY, 3 for KWD."""
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


def round_to_minor(amount: Decimal, currency: str) -> int:
    """The one rounding point: exact major units to minor units, half up (away from zero)."""
    scaled = amount.scaleb(exponent(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`minor` is in the currency's smallest unit: 1500 CNY minor = 15.00 CNY."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {type(self.minor).__name__}")
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"not an ISO 4217 currency code: {self.currency!r}")

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """From major units; rounds once, half up. A float is refused: it is not exact."""
        if isinstance(amount, float):
            raise TypeError("a float is not an exact amount of money; pass a Decimal or a string")
        return cls(round_to_minor(Decimal(amount), currency), currency)

    def zero(self) -> Self:
        return type(self)(0, self.currency)

    @property
    def major(self) -> Decimal:
        """Exact major units with the currency's own number of decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def part_floor(self, bp: int) -> Self:
        """`bp` basis points of it, rounded toward zero, so that parts never exceed the whole."""
        sign = -1 if self.minor < 0 else 1
        return type(self)(sign * (abs(self.minor) * bp // BP_PER_WHOLE), self.currency)

    def __add__(self, other: Money) -> Self:
        return type(self)(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Self:
        return type(self)(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, times: int) -> Self:
        return type(self)(self.minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.major:,f} {self.currency}"

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} don't add up")
        return other


def total(amounts: Iterable[Money], *, start: Money) -> Money:
    """The sum, beginning at `start` (which gives an empty sum its currency)."""
    for amount in amounts:
        start = start + amount
    return start
