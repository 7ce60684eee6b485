"""What a price is made of: its items, each of one kind, checked when they are written.

Amounts are minor units of the price's currency (`_minor`) or millionths of one (`_micro`); quantities
are millionths of the meter's unit, as usage is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal, Self

import msgspec
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import BP_PER_WHOLE, Money

MICRO = 1_000_000  # millionths of a minor unit, or of a meter's unit, in a whole one
MINUTES_PER_DAY = 24 * 60
SLOT_MINUTES = 15  # windows begin and end on quarters of an hour
AMOUNT_MINOR_MAX = 10**11
PRICE_MICRO_MAX = 4 * 10**12
QUANTITY_MAX = 10**18  # 10^12 units
ITEMS_MAX = 50
SEATS = "seats"  # the meter that every subscription has: how many seats were in use in the period
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_REDEEM = re.compile(r"[A-Z0-9-]{3,40}")
_METER = re.compile(r"[a-z][a-z0-9_.-]{0,79}")

Per = Literal["subscription", "seat"]


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What one kind of item needs. `check` raises Invalid with a sentence that one can act on."""

    def check(self) -> None:
        """Overridden where values must fit together."""


class Phase(Params, frozen=True, kw_only=True):
    """When in a subscription's life an item holds: `after` so many days or months, for `lasts` of them.

    Counted from the subscription's first day. A trial of 14 days is a fee whose phase begins after 14 days.
    """

    unit: Literal["day", "month"] = "month"
    after: int = 0
    lasts: int | None = None

    def check(self) -> None:
        _within(self.after, 0, 3_660, _("A phase begins after 0 to 3660 days or months."))
        if self.lasts is not None:
            _within(self.lasts, 1, 3_660, _("A phase lasts for 1 to 3660 days or months, or without end."))


class Fee(Params, frozen=True, kw_only=True):
    """So much a month, for each seat or for the subscription, for the part of the month that it was used."""

    amount_minor: int
    per: Per = "seat"
    proration: Literal["day", "second", "month"] = "day"
    phase: Phase = Phase()

    def check(self) -> None:
        _amount(self.amount_minor)
        self.phase.check()


class Once(Params, frozen=True, kw_only=True):
    """So much, once: on the first day of each seat or of the subscription."""

    amount_minor: int
    per: Per = "subscription"

    def check(self) -> None:
        _amount(self.amount_minor)


class Metered(Params, frozen=True, kw_only=True):
    """Of usage: counted for the subscription or for each seat; `included` units are free each period."""

    per: Per = "subscription"
    included: int = 0
    included_per: Per = "subscription"  # "seat": so many for each seat that was in use, shared by all
    phase: Phase = Phase()

    def check(self) -> None:
        _within(self.included, 0, QUANTITY_MAX, _("What is included is a quantity from 0 on."))
        self.phase.check()


class Unit(Metered, frozen=True, kw_only=True):
    """Each unit costs the same."""

    price_micro: int

    def check(self) -> None:
        Metered.check(self)
        _price(self.price_micro)


class Tier(Params, frozen=True, kw_only=True):
    """Up to so many units (None: all that follow) each costs so much; reaching it costs `flat_minor`."""

    price_micro: int
    up_to: int | None = None
    flat_minor: int = 0

    def check(self) -> None:
        _price(self.price_micro)
        _amount(self.flat_minor)


class Tiered(Metered, frozen=True, kw_only=True):
    tiers: tuple[Tier, ...]

    def check(self) -> None:
        Metered.check(self)
        if not self.tiers or self.tiers[-1].up_to is not None:
            raise Invalid(
                _("The last tier must be without an upper end, so that every quantity has a price.")
            )
        ends = [0, *(tier.up_to or 0 for tier in self.tiers[:-1])]
        if any(lower >= upper for lower, upper in pairwise(ends)):
            raise Invalid(_("Each tier must end above the one before it."))
        for tier in self.tiers:
            tier.check()


class Graduated(Tiered, frozen=True, kw_only=True):
    """Each unit costs what the tier says in which it lies."""


class Volume(Tiered, frozen=True, kw_only=True):
    """All units cost what the tier says in which their sum lies."""


class Package(Metered, frozen=True, kw_only=True):
    """Every begun package of `size` costs `amount_minor`."""

    size: int
    amount_minor: int

    def check(self) -> None:
        Metered.check(self)
        _within(self.size, 1, QUANTITY_MAX, _("A package needs a size above 0."))
        _amount(self.amount_minor)


class Percent(Params, frozen=True, kw_only=True):
    """Of each event's amount (in major units), but at least a floor and at most a cap for each event."""

    rate_bp: int
    floor_minor: int = 0
    cap_minor: int | None = None
    per: Per = "subscription"
    phase: Phase = Phase()

    def check(self) -> None:
        _rate(self.rate_bp)
        _amount(self.floor_minor)
        if self.cap_minor is not None:
            _amount(self.cap_minor)
            if self.cap_minor < self.floor_minor:
                raise Invalid(_("The cap can't be below the floor."))
        self.phase.check()


class Window(Params, frozen=True, kw_only=True):
    """Another price on some days of the week (1 = Monday) between two local times."""

    price_micro: int
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    from_minute: int = 0
    to_minute: int = MINUTES_PER_DAY

    def check(self) -> None:
        _price(self.price_micro)
        if not self.days or not set(self.days) <= set(range(1, 8)):
            raise Invalid(_("The days of a time window are numbers from 1 (Monday) to 7 (Sunday)."))
        if not 0 <= self.from_minute < self.to_minute <= MINUTES_PER_DAY:
            raise Invalid(_("A time window ends after it begins, on the same day. Past midnight, write two."))
        if self.from_minute % SLOT_MINUTES or self.to_minute % SLOT_MINUTES:
            raise Invalid(_("Time windows begin and end on a quarter of an hour, as 07:45 does."))


class Timed(Metered, frozen=True, kw_only=True):
    """Calls and data sessions: to connect, then by increments, at the price of the time of day of its start.

    An event counts at least `first` and then in steps of `step`. What is included covers the dearest first.
    """

    price_micro: int
    connect_micro: int = 0
    first: int = 0
    step: int = MICRO
    windows: tuple[Window, ...] = ()

    def check(self) -> None:
        Metered.check(self)
        _price(self.price_micro)
        _price(self.connect_micro)
        _within(self.first, 0, QUANTITY_MAX, _("The first increment is a quantity from 0 on."))
        _within(self.step, 1, QUANTITY_MAX, _("The increment must be above 0."))
        for window in self.windows:
            window.check()
        if len(set(taken := [slot for window in self.windows for slot in slots(window)])) < len(taken):
            raise Invalid(_("Two time windows overlap. Each time of the week has one price."))


class Minimum(Params, frozen=True, kw_only=True):
    """The fees of a month come to at least so much, by the day; what is missing is charged."""

    amount_minor: int
    of: tuple[str, ...] = ()  # codes of fees that count; none: all
    phase: Phase = Phase()

    def check(self) -> None:
        _amount(self.amount_minor)
        self.phase.check()


class Coupon(Params, frozen=True, kw_only=True):
    """A part of the fees, or an amount, off; for so many periods from the subscription's first, or always.

    With a `redeem` code it is for those who redeem it, from the month on in which they do; between two days,
    both included, for `most` of them at most, and once a customer. One without a code may be for those
    subscriptions alone that began between two days, both included.
    """

    rate_bp: int | None = None
    amount_minor: int | None = None
    periods: int | None = 1
    of: tuple[str, ...] = ()
    redeem: str = ""
    redeem_from: date | None = None
    redeem_until: date | None = None
    most: int | None = None
    begun_from: date | None = None
    begun_until: date | None = None

    def is_for(self, begun: date) -> bool:
        """Whether a subscription that began on that day may have it."""
        return (self.begun_from or date.min) <= begun <= (self.begun_until or date.max)

    @property
    def offered(self) -> tuple[date, date]:
        """The days, both included, on which somebody comes to have it: redeems it, or begins."""
        days = (self.redeem_from, self.redeem_until) if self.redeem else (self.begun_from, self.begun_until)
        return days[0] or date.min, days[1] or date.max

    def check(self) -> None:
        self._check_code()
        if self.redeem and (self.begun_from or self.begun_until):
            raise Invalid(_("A coupon with a code is for who redeems it, whenever the subscription began."))
        if self.begun_from and self.begun_until and self.begun_until < self.begun_from:
            raise Invalid(_("The days on which subscriptions began end before they begin."))
        if (self.rate_bp is None) == (self.amount_minor is None):
            raise Invalid(_("A coupon is either a percentage or an amount."))
        if self.rate_bp is not None:
            _rate(self.rate_bp)
        if self.amount_minor is not None:
            _amount(self.amount_minor)
        if self.periods is not None:
            _within(self.periods, 1, 1_200, _("A coupon holds for 1 to 1200 periods, or without end."))

    def _check_code(self) -> None:
        limits = (self.redeem_from, self.redeem_until, self.most)
        if not self.redeem and limits != (None, None, None):
            raise Invalid(_("Only a coupon with a code to redeem has days and a number of times."))
        if self.redeem and not _REDEEM.fullmatch(self.redeem):
            raise Invalid(_("A code to redeem has 3 to 40 capital letters, digits and hyphens."))
        if self.redeem_from and self.redeem_until and self.redeem_until < self.redeem_from:
            raise Invalid(_("A code can't end before it begins to be redeemed."))
        if self.most is not None:
            _within(self.most, 1, 10**9, _("A code is redeemed once or more."))


class Bundle(Params, frozen=True, kw_only=True):
    """A part of the fees off while the customer has these other apps, too, from the same operator."""

    rate_bp: int
    apps: tuple[str, ...]
    of: tuple[str, ...] = ()

    def check(self) -> None:
        _rate(self.rate_bp)
        if not self.apps or len(set(self.apps)) < len(self.apps):
            raise Invalid(_("A bundle names one or more other apps, each once."))


KINDS: Mapping[str, type[Params]] = {
    "fee": Fee,
    "once": Once,
    "unit": Unit,
    "graduated": Graduated,
    "volume": Volume,
    "package": Package,
    "percent": Percent,
    "timed": Timed,
    "minimum": Minimum,
    "bundle": Bundle,
    "coupon": Coupon,
}
USAGE = frozenset({"unit", "graduated", "volume", "package", "percent", "timed"})
ON_SUMS = frozenset({"minimum", "bundle", "coupon"})  # reckoned on the sums of the other items
TAX_CLASSES = ("standard", "reduced", "zero", "exempt")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a price. `code` names it within the price: "seats", "calls"."""

    code: str
    params: Params
    meter: str | None = None
    advance: bool = False  # charged before the month begins
    tax_class: str = "standard"
    label: str = ""
    label_zh: str = ""

    @property
    def kind(self) -> str:
        return next(kind for kind, shape in KINDS.items() if type(self.params) is shape)

    @classmethod
    def read(cls, kind: str, params: Mapping[str, Any], **values: Any) -> Self:
        """Raises Invalid, naming what is wrong."""
        shape = KINDS.get(kind)
        if shape is None:
            raise Invalid(
                _("“%(kind)s” is not a kind of price. Choose one of: %(kinds)s.")
                % {"kind": kind, "kinds": ", ".join(KINDS)}
            )
        try:
            item = cls(params=msgspec.convert(dict(params), shape), **values)
        except msgspec.ValidationError as error:
            raise Invalid(
                _("The price item “%(code)s” is not written as its kind asks: %(problem)s.")
                % {"code": values.get("code", ""), "problem": error}
            ) from None
        item.check()
        return item

    def written(self) -> dict[str, Any]:
        """The params as JSON keeps them."""
        kept: dict[str, Any] = msgspec.to_builtins(self.params)
        return kept

    def check(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise Invalid(
                _("The code “%(code)s” must be small letters, digits and hyphens, a letter first.")
                % {"code": self.code}
            )
        if self.kind in USAGE and self.meter is None:
            raise Invalid(_("“%(item)s” needs a meter: which usage it counts."), item=self.code)
        if self.kind not in USAGE and self.meter is not None:
            raise Invalid(_("“%(item)s” counts no usage, so it takes no meter."), item=self.code)
        if self.meter is not None and not _METER.fullmatch(self.meter):
            raise Invalid(_("The meter “%(meter)s” is not a meter's name.") % {"meter": self.meter})
        if self.meter == SEATS and (self.kind in {"percent", "timed"} or self.params.per == "seat"):  # type: ignore[attr-defined]
            raise Invalid(_("Seats are counted for the subscription, by unit, tiers or packages."))
        if self.advance and self.kind != "fee":
            raise Invalid(_("Only a monthly fee can be charged in advance."))
        if self.tax_class not in TAX_CLASSES:
            raise Invalid(_("“%(name)s” is not a class of tax.") % {"name": self.tax_class})
        self.params.check()


@dataclass(frozen=True, slots=True)
class Pricing:
    """A whole price: items in one currency. Raises Invalid where they don't fit together."""

    currency: str
    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        Money(0, self.currency)
        if not 1 <= len(self.items) <= ITEMS_MAX:
            raise Invalid(_("A price has from 1 to %(most)s items.") % {"most": ITEMS_MAX})
        redeemed = [item.params.redeem for item in self.items if isinstance(item.params, Coupon)]
        codes = Counter([*(item.code for item in self.items), *filter(None, redeemed)])
        if double := [code for code, times in codes.items() if times > 1]:
            raise Invalid(
                _("The code “%(code)s” stands twice. Give each item its own.") % {"code": double[0]}
            )
        for item in self.items:
            item.check()
        self._check_sums()

    @classmethod
    def monthly(cls, fee: Money) -> Self:
        """The simple case: a fee per seat and month, by the day, charged when the month is over."""
        return cls(fee.currency, (Item("seats", Fee(amount_minor=fee.minor)),))

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """As JSON says it: {"currency": "CNY", "items": [{"code", "kind", "params", "meter", ...}]}."""
        items = written.get("items")
        currency = written.get("currency")
        if not isinstance(items, list) or not isinstance(currency, str):
            raise Invalid(_('A price is written as {"currency": "CNY", "items": [...]}.'))
        try:
            Money(0, currency)
            return cls(currency, tuple(Item.read(**item) for item in items))
        except (TypeError, ValueError) as error:
            raise Invalid(_("The price is not written as it must be: %(problem)s."), problem=error) from None

    def as_json(self) -> dict[str, Any]:
        """What `read` takes."""
        items = [
            {
                "code": item.code, "kind": item.kind, "params": item.written(), "meter": item.meter,
                "advance": item.advance, "tax_class": item.tax_class, "label": item.label,
                "label_zh": item.label_zh,
            }
            for item in self.items
        ]  # fmt: skip
        return {"currency": self.currency, "items": items}

    @property
    def fee(self) -> Money | None:
        """What a seat costs a month from its first day on; None where no item says so."""
        for item in self.items:
            if isinstance(item.params, Fee) and item.params.per == "seat" and not item.params.phase.after:
                return Money(item.params.amount_minor, self.currency)
        return None

    @property
    def fees(self) -> frozenset[str]:
        """The codes of which a minimum, a bundle or a coupon may speak."""
        return frozenset(item.code for item in self.items if item.kind not in ON_SUMS)

    def _check_sums(self) -> None:
        fees = self.fees
        for item in self.items:
            if isinstance(item.params, Minimum | Coupon | Bundle) and (unknown := set(item.params.of) - fees):
                raise Invalid(
                    _("“%(code)s” speaks of “%(other)s”, which is no fee of this price.")
                    % {"code": item.code, "other": min(unknown)}
                )
        offered = [item.params.offered for item in self.items if isinstance(item.params, Coupon)]
        if any(self._off_bp(first) > BP_PER_WHOLE for first in {date.min, *(days[0] for days in offered)}):
            raise Invalid(_("All percentages off come to more than 100 %."))

    def _off_bp(self, day: date) -> int:
        """What one may come to have on that day. Who has more from other days pays nothing, not less."""
        found = 0
        for item in self.items:
            if isinstance(item.params, Bundle):
                found += item.params.rate_bp
            elif isinstance(item.params, Coupon) and item.params.offered[0] <= day <= item.params.offered[1]:
                found += item.params.rate_bp or 0
        return found


def slots(window: Window) -> Iterable[int]:
    """The quarters of the week that it covers, counted from Monday 00:00."""
    for day in window.days:
        start = (day - 1) * MINUTES_PER_DAY
        yield from range(
            (start + window.from_minute) // SLOT_MINUTES, (start + window.to_minute) // SLOT_MINUTES
        )


def _within(value: int, least: int, most: int, sentence: str) -> None:
    if not least <= value <= most:
        raise Invalid(sentence)


def _amount(minor: int) -> None:
    _within(
        minor, 0, AMOUNT_MINOR_MAX, _("An amount can't be below zero, nor above 10^11 of the smallest unit.")
    )


def _price(micro: int) -> None:
    _within(
        micro,
        0,
        PRICE_MICRO_MAX,
        _("A unit's price can't be below zero, nor above four million of the smallest unit."),
    )


def _rate(bp: int) -> None:
    _within(bp, 0, BP_PER_WHOLE, _("A percentage lies between 0 and 100 %."))
