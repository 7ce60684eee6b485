"""Tax on a line: which rate, and how much. Pure.

Value added tax, sales tax and the like are a percentage by class of goods and by the customer's place.
An operator's prices contain it or not, by class. It is rounded once a line, half up away from zero, so
that a credit note mirrors its bill.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hotpot.kernel.money import BP_PER_WHOLE

STANDARD = "standard"
EVER = date.max


@dataclass(frozen=True, slots=True)
class Rate:
    """From `starts_on` on, until the next of the same class and place. `place` is ISO 3166 or 3166-2."""

    place: str
    tax_class: str
    starts_on: date
    rate_bp: int
    inclusive: bool  # the operator's prices contain it


@dataclass(frozen=True, slots=True)
class Taxed:
    """`gross_minor` = `net_minor` + `tax_minor`."""

    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Span:
    """A rate as the plan reads it: for a place, all fallbacks decided; `ends_on` is exclusive."""

    place: str
    tax_class: str
    starts_on: date
    ends_on: date
    rate_bp: int
    inclusive: bool


def taxed(priced_minor: int, rate_bp: int, *, inclusive: bool, liable: bool = True) -> Taxed:
    """A line's price split or raised. Who isn't liable (exempt, reverse charge) pays the net price alone.

    The one rounding point: tax = price x rate / (1 + rate) where the price contains it, else price x rate.
    """
    whole = BP_PER_WHOLE + rate_bp if inclusive else BP_PER_WHOLE
    sign = -1 if priced_minor < 0 else 1
    part = sign * ((2 * abs(priced_minor) * rate_bp + whole) // (2 * whole))
    net = priced_minor - part if inclusive else priced_minor
    return Taxed(net, part if liable else 0)


def rate_on(rates: Iterable[Rate], place: str, tax_class: str, day: date) -> Rate | None:
    """The newest of the place itself, else of its country; None where none is in force."""
    fitting = [
        one
        for one in rates
        if one.tax_class == tax_class and one.starts_on <= day and one.place in (place, country_of(place))
    ]
    return max(fitting, key=lambda one: (len(one.place), one.starts_on), default=None)


def spans(rates: Sequence[Rate], places: Iterable[str]) -> list[Span]:
    """What `rate_on` answers, as spans of days: for each place and class, one after the other."""
    found = []
    for place in sorted(set(places)):
        near = [one for one in rates if one.place in (place, country_of(place))]
        for tax_class in sorted({one.tax_class for one in near}):
            days = sorted({one.starts_on for one in near if one.tax_class == tax_class})
            for day, ends in zip(days, [*days[1:], EVER], strict=True):
                rate = rate_on(near, place, tax_class, day)
                if rate is not None:
                    found.append(Span(place, tax_class, day, ends, rate.rate_bp, rate.inclusive))
    return found


def country_of(place: str) -> str:
    """ "ES-CN" lies in "ES"."""
    return place.partition("-")[0]
