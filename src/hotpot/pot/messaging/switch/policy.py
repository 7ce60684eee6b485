"""What an interface's contract lets out, and all of it that the judge has at hand at one moment. Pure, but
for `loaded`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hotpot.kernel.errors import Invalid
from hotpot.pot.events.steps import Call, Row, Steps
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.content import Pattern
from hotpot.pot.messaging.switch.routing import PARTS_MAX

_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
_Minute = Annotated[int, msgspec.Meta(ge=0, le=1440)]
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]

STOP_WORDS = ("TD", "T", "退订", "STOP", "UNSUBSCRIBE")
START_WORDS = ("START", "订阅")
STOPPED = "您已退订，将不再收到我们的短信。回复START恢复。You are unsubscribed; reply START to undo."
MARKETING_HOURS = (8 * 60, 21 * 60)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of one interface. A limit of 0 is none; minutes are of the day where the number is."""

    sends: Literal["", "notice", "marketing", "code"] = ""  # the class of its messages
    priority: Annotated[int, msgspec.Meta(ge=-1, le=1)] = 0  # of messages that name none
    characters_max: _Count = 0
    parts_max: Annotated[int, msgspec.Meta(ge=0, le=PARTS_MAX)] = 0
    signature: Literal["any", "approved"] = "any"
    signature_default: str = ""
    signature_place: Literal["before", "after"] = "before"
    templates_only: bool = False
    review_all: bool = False
    review_hours: Annotated[int, msgspec.Meta(ge=1, le=72)] = 24  # until a held message is given up
    same_text_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] = 0  # not again to one number
    per_second_max: _Count = 0
    per_day_max: _Count = 0
    per_month_max: _Count = 0
    per_number_minute_max: _Count = 0  # to one number; see PerNumber for that of its company
    per_number_hour_max: _Count = 0
    per_number_day_max: _Count = 0
    hours: tuple[_Minute, _Minute] | None = None
    outside_hours: Literal["wait", "refuse"] = "wait"
    allowed_only: bool = False  # to numbers on an allow list
    stop_words: tuple[_Word, ...] = STOP_WORDS
    start_words: tuple[_Word, ...] = START_WORDS
    stop_scope: Literal["access_number", "company"] = "access_number"
    stop_answer: Annotated[str, msgspec.Meta(max_length=500)] = STOPPED
    paid_to: _Count = 0  # the operator that is paid in advance; 0: not in advance
    paid_at: Literal["delivered", "submit"] = "delivered"

    @property
    def open_hours(self) -> tuple[int, int] | None:
        if self.hours is None and self.sends == "marketing":
            return MARKETING_HOURS
        return self.hours


USUAL = Policy()


def checked(given: Mapping[str, Any]) -> Policy:
    """A policy of plain values. Raises Invalid with what is wrong."""
    try:
        policy = msgspec.convert(dict(given), Policy, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid("This policy can't be used: %(error)s.", error=str(error)) from None
    if policy.hours is not None and policy.hours[0] >= policy.hours[1]:
        raise Invalid("The hours begin before they end, on the same day.")
    return policy


@dataclass(frozen=True, slots=True)
class Limits:
    """Of a company, over all its interfaces. 0: none."""

    per_second_max: int = 0
    per_day_max: int = 0
    per_month_max: int = 0


NO_LIMITS = Limits()


class PerNumber(NamedTuple):
    """How many messages one number may get by calendar minute, hour and day. 0: as many as there are.

    None, of a company: what its operator says of all. The operator that says nothing sets no limit.
    """

    minute_max: int | None = None
    hour_max: int | None = None
    day_max: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A company's operator for some days. `ends_on` is exclusive."""

    operator_id: int
    starts_on: date
    ends_on: date | None

    def on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class NumberLimits:
    """`said`: by operators and by companies. `served`: who serves a company, of the operators in `said`."""

    said: Mapping[int, PerNumber]
    served: Mapping[int, Sequence[Served]]

    def of(self, customer_id: int, day: date) -> PerNumber:
        """The company's own; where it says nothing its operator's, of several the least."""
        own = self.said.get(customer_id, PerNumber())
        usual = [self.said[one.operator_id] for one in self.served.get(customer_id, ()) if one.on(day)]
        return PerNumber(
            *(
                mine if mine is not None else min(filter(None, (one[place] for one in usual)), default=0)
                for place, mine in enumerate(own)
            )
        )


@dataclass(frozen=True, slots=True)
class Price:
    """`price_e4` a part, to numbers of that home and prefix, of companies that pay that seller."""

    seller_id: int
    customer_id: int | None
    operator_id: int | None
    prefix: str
    price_e4: int

    @property
    def rank(self) -> tuple[bool, int, bool]:
        return self.customer_id is None, -len(self.prefix), self.operator_id is None


@dataclass(frozen=True, slots=True)
class Signed:
    """A company's approved signatures: `texts`, and those same texts by their `codes`."""

    texts: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)


NONE_SIGNED = Signed()


@dataclass(frozen=True, slots=True)
class Policies:
    """All interfaces' policies, and what their companies may use."""

    by_interface: Mapping[int, Policy]
    limits: Mapping[int, Limits]
    zones: Mapping[int, ZoneInfo]  # of companies with interfaces: their days and months
    signatures: Mapping[int, Signed]
    templates: Mapping[int, Mapping[str, Pattern]]  # company -> code -> pattern
    prices: Sequence[Price]  # in their ranks
    numbers: NumberLimits

    def price(self, number: str, operator: int | None, customer_id: int, seller_id: int) -> int | None:
        """Of a part in 1/10000 of the seller's currency; None where it set none. `operator`: the number's."""
        return next(
            (
                one.price_e4
                for one in self.prices
                if one.seller_id == seller_id
                and one.customer_id in (None, customer_id)
                and one.operator_id in (None, operator)
                and number.startswith(one.prefix)
            ),
            None,
        )


def loaded() -> Steps[Policies]:
    interfaces = yield Call(statements.POLICIES)
    limits = yield Call(statements.LIMITS)
    signatures = yield Call(statements.SIGNATURES)
    templates = yield Call(statements.TEMPLATES)
    prices = yield Call(statements.PRICES)
    numbers = yield from numbers_loaded()
    return Policies(
        {row[0]: msgspec.json.decode(row[1], type=Policy) for row in interfaces},
        {row[0]: Limits(*row[1:]) for row in limits},
        {row[2]: ZoneInfo(row[3]) for row in interfaces},
        {customer: _signed(rows) for customer, rows in _by_customer(signatures)},
        {customer: {row[1]: Pattern(row[2]) for row in rows} for customer, rows in _by_customer(templates)},
        sorted((Price(*row) for row in prices), key=lambda price: price.rank),
        numbers,
    )


def numbers_loaded() -> Steps[NumberLimits]:
    said = yield Call(statements.NUMBER_LIMITS)
    served = yield Call(statements.SERVED)
    return NumberLimits(
        {row[0]: PerNumber(*row[1:]) for row in said},
        {customer: [Served(*row[1:]) for row in rows] for customer, rows in _by_customer(served)},
    )


def _by_customer(rows: Sequence[Row]) -> Iterator[tuple[int, list[Row]]]:
    gathered: dict[int, list[Row]] = {}
    for row in rows:
        gathered.setdefault(row[0], []).append(row)
    yield from gathered.items()


def _signed(rows: Sequence[Row]) -> Signed:
    return Signed(frozenset(row[2] for row in rows), {row[1]: row[2] for row in rows})
