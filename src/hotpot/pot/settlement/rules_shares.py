"""How a family is shared, in plain Python: what plans_shares says of millions at once. No I/O.

The same whole numbers and the same order of roundings, written as one would work them by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from hotpot.kernel.money import BP_PER_WHOLE
from hotpot.kernel.period import Month
from hotpot.pot.party.rules import LEVELS
from hotpot.pot.party.terms import MICRO, Intro, Model, Percent, PerUnit, Tiers


@dataclass(frozen=True, slots=True)
class Family:
    """What one subscription was charged for one price item in one month: see plans_shares.SHAPES."""

    subscription: int
    item: int
    kind: str
    month: Month
    starts_on: date
    app: str
    customer: int
    operator: int
    integrator: int | None
    developer: int | None
    quantity: int
    basis: int
    amount_minor: int
    credited_minor: int
    written_off_minor: int
    currency: str

    @property
    def key(self) -> tuple[int, int, Month]:
        return self.subscription, self.item, self.month

    @property
    def partners(self) -> set[int]:
        """Whom the operator may owe a part."""
        both = (self.integrator, self.developer)
        return {one for one in both if one is not None and one != self.operator}


@dataclass(frozen=True, slots=True)
class Held:
    """Terms with whom they bind, from a day on."""

    id: int
    agreement: int
    operator: int
    payer: int
    partner: int
    app: str | None
    customer: int | None
    starts_on: date
    terms: Model
    currency: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """`terms` is None on the operator's own part."""

    family: Family
    party: int
    terms: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    partner: int
    terms: int
    month: Month
    kind: str  # guarantee, cap
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Part:
    """How a partner's part of a family came about. Sizes are positive; `sign` tells which way they go."""

    family: Family
    held: Held
    shared_minor: int  # the charge less credits and bad debts, as agreed; or what the payer itself has
    base_micro: int  # of it, after costs
    asked_minor: int  # what the terms give
    limit_minor: int  # what there is
    sign: int
    given_minor: int = 0  # after the older agreements had theirs


# Which terms hold


def in_force(versions: Iterable[Held], day: date) -> list[Held]:
    """The newest version of each agreement that has begun. It holds for the month that begins on `day`."""
    newest: dict[int, Held] = {}
    for one in sorted(versions, key=lambda version: version.starts_on):
        if one.starts_on <= day:
            newest[one.agreement] = one
    return sorted(newest.values(), key=lambda version: version.agreement)


def holding(versions: Iterable[Held], month: Month) -> Iterator[tuple[Held, int]]:
    """Each version that holds on any day of the month, with how many days."""
    every = sorted(versions, key=lambda version: (version.agreement, version.starts_on))
    for _agreement, group in groupby(every, key=lambda version: version.agreement):
        begins = list(group)
        ends = [later.starts_on for later in begins[1:]] + [date.max]
        for one, until in zip(begins, ends, strict=True):
            days = (min(until, month.next().first_day) - max(one.starts_on, month.first_day)).days
            if days > 0:
                yield one, days


def matching(family: Family, payer: int, versions: Iterable[Held]) -> dict[int, Held]:
    """By partner: terms for the customer and the app go before those for the customer, these before those
    for the app, these before those for all."""
    best: dict[int, Held] = {}
    for one in versions:
        meant = one.app in (None, family.app) and one.customer in (None, family.customer)
        if (one.operator, one.payer) == (family.operator, payer) and meant:
            best[one.partner] = min(best.get(one.partner, one), one, key=_width)
    return best


def _width(one: Held) -> tuple[bool, bool]:
    return one.customer is None, one.app is None


def reaches(held: Held, family: Family) -> bool:
    """Whether the terms say anything of such an item. An amount means nothing in another currency."""
    terms = held.terms
    kinds = not terms.kinds or family.kind in terms.kinds
    priced = isinstance(terms, PerUnit | Tiers) or terms.costs.unit_micro > 0
    return kinds and (not priced or held.currency == family.currency)


def before(month: Month, months: int) -> Month:
    for _month in range(months):
        month = month.previous()
    return month


def looks_back(terms: Model) -> int:
    """How many months before a month its terms look at, too."""
    return terms.months - 1 if isinstance(terms, Tiers) else 0


def new_since(held: Held, intro: Intro, month: Month) -> date | None:
    """Subscriptions that began on that day or later are under the introductory terms in `month`."""
    first = before(month, intro.months - 1)
    if intro.of == "subscription":
        return first.first_day
    return date.min if first <= Month.of(held.starts_on) else None


# How much


def part_of(family: Family, held: Held, month: Month, held_minor: int) -> Part:
    """What the terms give of a family in which the payer has `held_minor`; tiers are told by `tiered`."""
    terms = held.terms
    charged = (
        family.amount_minor
        + (family.credited_minor if terms.gross else 0)
        - (family.written_off_minor if terms.bad_debts == "shared" else 0)
    )
    shared = held_minor if terms.of == "share" else charged
    sign = (shared > 0) - (shared < 0)
    there = shared if held.payer == held.operator else held_minor
    costs = 0
    if terms.of == "charge":
        costs = abs(shared) * terms.costs.bp * (MICRO // BP_PER_WHOLE)
        costs += for_units(family, terms.costs.unit_micro, charged) if sign > 0 else 0
    base = max(abs(shared) * MICRO - costs, 0)
    asked = 0
    if not isinstance(terms, Tiers):
        asked = rounded(
            _asked_micro(family, held, terms, month, base, charged if sign > 0 else 0), terms.rest
        )
    return Part(family, held, shared, base, asked, max(there * sign, 0), sign)


def _asked_micro(
    family: Family, held: Held, terms: Percent | PerUnit, month: Month, base_micro: int, charged: int
) -> int:
    intro = terms.intro
    since = new_since(held, intro, month) if intro else None
    new = intro if since is not None and family.starts_on >= since else None
    if isinstance(terms, Percent):
        bp = terms.share_bp if new is None else new.share_bp or 0
        said = base_micro * bp // BP_PER_WHOLE
    else:
        said = for_units(family, terms.unit_micro if new is None else new.unit_micro or 0, charged)
    return max(base_micro - said, 0) if terms.kept else said


def for_units(family: Family, rate_micro: int, charged_minor: int) -> int:
    """A rate for each full unit and the broken one; where a part of the price was credited or written off,
    for that part of the units less. Nothing for what is below zero."""
    full = max(family.amount_minor + family.credited_minor, 1)
    paid = max(min(charged_minor, full), 0)
    return rate_micro * max(family.quantity, 0) // family.basis * paid // full


def rounded(micro: int, rest: str) -> int:
    """The rounding point: to minor units, as the agreement says who has what is below one."""
    return (micro + {"payer": 0, "nearest": MICRO // 2, "partner": MICRO - 1}[rest]) // MICRO


def tiered(parts: Sequence[Part], past: Sequence[Part], tiers: Tiers) -> list[int]:
    """What each part is of what the month's volume earns on top of the volume of the months before."""
    volumes = [part.sign * (part.base_micro // MICRO) for part in parts]
    earlier = sum(part.sign * (part.base_micro // MICRO) for part in past)
    earned_bp = within(tiers, earlier + sum(volumes)) - within(tiers, earlier)
    earned = abs(earned_bp) // BP_PER_WHOLE
    return allotted(earned if sum(volumes) > 0 else -earned, volumes)


def within(tiers: Tiers, volume_minor: int) -> int:
    """The sum of each step's share of what lies in it, in basis points of minor units."""
    starts, total = 0, 0
    for step in tiers.steps:
        ends = volume_minor if step.up_to_minor is None else min(volume_minor, step.up_to_minor)
        total += max(ends - starts, 0) * step.share_bp
        starts = step.up_to_minor or 0
    return total


def allotted(amount: int, weights: Sequence[int]) -> list[int]:
    """By largest remainder: each gets its part rounded down, and what is left goes, one each, to the largest
    remainders, the first of equals first. The parts sum to `amount` where the weights don't sum to 0."""
    of = sum(weights)
    if of == 0:
        return [0] * len(weights)
    floors = [amount * weight // of for weight in weights]
    remainders = [amount * weight % of if of > 0 else -(amount * weight % of) for weight in weights]
    order = sorted(range(len(weights)), key=lambda nth: -remainders[nth])
    for nth in order[: amount - sum(floors)]:
        floors[nth] += 1
    return floors


def limited(parts: Iterable[Part]) -> list[Part]:
    """Of one family and payer: nobody gets more than there is; the older agreement goes first."""
    so_far, found = 0, []
    for part in sorted(parts, key=lambda one: (one.held.agreement, one.held.partner)):
        wanted = min(part.asked_minor, part.limit_minor)
        left = max(part.limit_minor - so_far, 0)
        found.append(_given(part, part.sign * min(wanted, left)))
        so_far += wanted
    return found


def _given(part: Part, minor: int) -> Part:
    return Part(
        part.family, part.held, part.shared_minor, part.base_micro, part.asked_minor, part.limit_minor,
        part.sign, minor,
    )  # fmt: skip


# All of it


def parts(families: Sequence[Family], past: Sequence[Family], versions: Iterable[Held]) -> list[Part]:
    """What payers give of each family, level by level."""
    every = list(versions)
    found: list[Part] = []
    for month in sorted({family.month for family in families}):
        now = [family for family in families if family.month == month]
        held = in_force(every, month.first_day)
        level = _first_level(now, past, held, month)
        for _level in range(LEVELS):
            found += level
            level = _next_level(level, held, month)
    return found


def _first_level(
    families: Sequence[Family], past: Sequence[Family], held: Sequence[Held], month: Month
) -> list[Part]:
    asked = list(_of_operators(families, held, month))
    earlier = [family for family in past if family.month < month]
    by_terms: Mapping[int, list[Part]] = defaultdict(list)
    for part in _of_operators(earlier, held, month):
        if part.family.month >= before(month, looks_back(part.held.terms)):
            by_terms[part.held.id].append(part)
    return _all_limited(_with_tiers(asked, by_terms))


def _of_operators(families: Iterable[Family], held: Sequence[Held], month: Month) -> Iterator[Part]:
    for family in families:
        for partner, one in matching(family, family.operator, held).items():
            if partner in family.partners and reaches(one, family):
                yield part_of(family, one, month, family.amount_minor)


def _with_tiers(asked: Sequence[Part], earlier: Mapping[int, list[Part]]) -> Iterator[Part]:
    by_terms: dict[int, list[Part]] = defaultdict(list)
    for part in asked:
        if isinstance(part.held.terms, Tiers):
            by_terms[part.held.id].append(part)
        else:
            yield part
    for group in by_terms.values():
        ordered = sorted(group, key=lambda part: (part.family.subscription, part.family.item))
        tiers = ordered[0].held.terms
        minors = tiered(ordered, earlier.get(ordered[0].held.id, []), tiers)  # type: ignore[arg-type]
        for part, minor in zip(ordered, minors, strict=True):
            yield Part(
                part.family, part.held, part.shared_minor, part.base_micro, minor * part.sign,
                part.limit_minor, part.sign,
            )  # fmt: skip


def _next_level(level: Iterable[Part], held: Sequence[Held], month: Month) -> list[Part]:
    got: dict[tuple[tuple[int, int, Month], int], list[Part]] = defaultdict(list)
    for part in level:
        got[part.family.key, part.held.partner].append(part)
    asked = [
        part_of(those[0].family, one, month, sum(part.given_minor for part in those))
        for (_key, payer), those in got.items()
        for one in matching(those[0].family, payer, held).values()
        if reaches(one, those[0].family)
    ]
    return _all_limited(asked)


def _all_limited(asked: Iterable[Part]) -> list[Part]:
    by_payer: dict[tuple[tuple[int, int, Month], int], list[Part]] = defaultdict(list)
    for part in asked:
        by_payer[part.family.key, part.held.payer].append(part)
    return [part for those in by_payer.values() for part in limited(those)]


def shares(families: Sequence[Family], past: Sequence[Family], versions: Iterable[Held]) -> list[Share]:
    """What each party should have of each family; the shares of a family sum to its amount."""
    sums: dict[tuple[tuple[int, int, Month], int, int | None], int] = defaultdict(int)
    by_key = {family.key: family for family in families}
    for family in families:
        sums[family.key, family.operator, None] += family.amount_minor
    for part in parts(families, past, versions):
        held, key = part.held, part.family.key
        sums[key, held.partner, held.id] += part.given_minor
        sums[key, held.payer, None if held.payer == held.operator else held.id] -= part.given_minor
    return [Share(by_key[key], party, terms, minor) for (key, party, terms), minor in sums.items() if minor]


def adjustments(owed: Iterable[Share], versions: Iterable[Held], months: Iterable[Month]) -> list[Adjustment]:
    """What guarantees add to a partner's month and caps take from it; a partner that pays has the same with
    the sign reversed. Where terms change within a month, each version counts for the days it holds."""
    every = list(versions)
    agreements = {one.id: one.agreement for one in every}
    sums: dict[tuple[int, int, Month, str], int] = defaultdict(int)
    for share in owed:
        if share.terms is not None:
            agreement, family = agreements[share.terms], share.family
            sums[agreement, share.party, family.month, family.currency] += share.amount_minor
    return [
        adjustment
        for month in months
        for one, days in holding(every, month)
        for adjustment in _bound(
            one, month, days, sums[one.agreement, one.partner, month, one.currency or ""]
        )
    ]


def _bound(one: Held, month: Month, days: int, shared_minor: int) -> Iterator[Adjustment]:
    """The rounding point: what is below a minor unit is neither added nor taken."""
    least, most = one.terms.guarantee_minor, one.terms.cap_minor
    missing = 0 if least is None else max(least - shared_minor, 0)
    above = 0 if most is None else max(shared_minor - most, 0)
    for kind, minor in (("guarantee", missing * days // month.days), ("cap", -(above * days // month.days))):
        if minor:
            yield Adjustment(one.partner, one.id, month, kind, minor, one.currency or "")
            if one.payer != one.operator:
                yield Adjustment(one.payer, one.id, month, kind, -minor, one.currency or "")
