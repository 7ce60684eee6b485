"""Usage becomes charges, for one subscription. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from hotpot.kernel.money import BP_PER_WHOLE, exponent
from hotpot.pot.catalog.pricing import (
    MICRO,
    SEATS,
    SLOT_MINUTES,
    Graduated,
    Metered,
    Package,
    Percent,
    Tier,
    Timed,
    Unit,
    Volume,
    slots,
)
from hotpot.pot.rating.rules import Asked, Charged, Held, Seat, Step, Use

Priced = tuple[Fraction, int, list[Step]]  # minor units before rounding, the quantity charged for, how
Params = Unit | Graduated | Volume | Package | Percent | Timed


def used(asked: Asked, params: Params) -> Iterator[Charged]:
    """Each seat's usage, or that of the whole subscription."""
    days = set(asked.priced_days)
    if asked.item.meter == SEATS:
        seats = _in_use(asked)
        if seats:
            assert isinstance(params, Metered)
            yield _summed(asked, params, seats * MICRO, None, [Step("seats", {"seats": seats})])
        return
    uses = [
        use for use in asked.held.uses if use.meter == asked.item.meter and asked.held.day_of(use) in days
    ]
    uses.sort(key=lambda use: (use.at, use.event))
    for seat, theirs in _by_seat(asked.held, uses, params.per):
        if isinstance(params, Percent | Timed):
            theirs = [use for use in theirs if use.quantity > 0]
        if theirs:
            yield _charged(asked, params, theirs, seat)


def _charged(asked: Asked, params: Params, uses: list[Use], seat: Seat | None) -> Charged:
    meter = str(asked.item.meter)
    aggregation = "sum" if isinstance(params, Percent | Timed) else asked.held.meters.get(meter, "sum")
    quantity = _aggregated(uses, aggregation)
    values = {"events": len(uses), "quantity_q": quantity, "meter": meter}
    counted = Step(f"counted_{'sum' if aggregation == 'count' else aggregation}", values)
    if isinstance(params, Percent):
        exact, basis, steps = _percentage(params, uses, asked.version.currency)
    elif isinstance(params, Timed):
        exact, basis, steps = _timed(asked, params, uses)
    else:
        return _summed(asked, params, quantity, seat, [counted])
    return asked.charged(exact, quantity=quantity, basis=basis, seat=seat, steps=[counted, *steps])


def _aggregated(uses: list[Use], aggregation: str) -> int:
    """`uses` are in the order of their times."""
    if aggregation == "max":
        return max(use.quantity for use in uses)
    if aggregation == "last":
        return uses[-1].quantity
    if aggregation == "unique":
        return len({use.quantity for use in uses}) * MICRO
    return sum(use.quantity for use in uses)


def _summed(asked: Asked, params: Metered, quantity: int, seat: Seat | None, counted: list[Step]) -> Charged:
    free = _allowance(asked, params)
    billable = max(quantity - free, 0)
    steps = [*counted]
    if free:
        steps.append(Step("included", {"included_q": free, "billable_q": billable}))
    exact = Fraction(0)
    if billable:
        exact, more = _price(params, billable)
        steps += more
    return asked.charged(exact, quantity=quantity, basis=billable, seat=seat, steps=steps)


def _price(params: Metered, billable: int) -> tuple[Fraction, list[Step]]:
    if isinstance(params, Unit):
        return _units(billable, params.price_micro)
    if isinstance(params, Graduated):
        return _graduated(params.tiers, billable)
    if isinstance(params, Volume):
        tier = next(tier for tier in params.tiers if tier.up_to is None or billable <= tier.up_to)
        exact, steps = _units(billable, tier.price_micro)
        return exact + tier.flat_minor, [*steps, *_flat(tier)]
    assert isinstance(params, Package)
    packages = -(-billable // params.size)
    values = {"packages": packages, "size_q": params.size, "amount_minor": params.amount_minor}
    return Fraction(packages * params.amount_minor), [Step("packages", values)]


def _units(quantity: int, price_micro: int) -> tuple[Fraction, list[Step]]:
    exact = Fraction(quantity, MICRO) * Fraction(price_micro, MICRO)
    values = {"quantity_q": quantity, "price_micro": price_micro, "exact_minor": exact}
    return exact, [Step("units", values)]


def _graduated(tiers: Sequence[Tier], billable: int) -> tuple[Fraction, list[Step]]:
    exact, steps, above = Fraction(0), list[Step](), 0
    for tier in tiers:
        if billable <= above:
            break
        part = (billable if tier.up_to is None else min(billable, tier.up_to)) - above
        amount, told = _units(part, tier.price_micro)
        exact += amount + tier.flat_minor
        steps += [*told, *_flat(tier)]
        above = tier.up_to or above
    return exact, steps


def _flat(tier: Tier) -> list[Step]:
    return [Step("flat", {"flat_minor": tier.flat_minor})] if tier.flat_minor else []


def _percentage(params: Percent, uses: list[Use], currency: str) -> Priced:
    """Of each event by itself."""
    exact, steps = Fraction(0), list[Step]()
    for use in uses:
        amount = Fraction(use.quantity, MICRO) * 10 ** exponent(currency)
        part = amount * params.rate_bp / BP_PER_WHOLE
        kept = max(part, Fraction(params.floor_minor))
        if params.cap_minor is not None:
            kept = min(kept, Fraction(params.cap_minor))
        code = "percent" if kept == part else "percent_floor" if kept > part else "percent_cap"
        values = {"rate_bp": params.rate_bp, "of_minor": amount, "part_minor": part, "kept_minor": kept}
        steps.append(Step(code, values | _event(use)))
        exact += kept
    return exact, sum(use.quantity for use in uses), steps


def _timed(asked: Asked, params: Timed, uses: list[Use]) -> Priced:
    """In increments at the price of the time of day; what is included covers the dearest first."""
    by_slot = {slot: rate for rate, window in enumerate(params.windows, 1) for slot in slots(window)}
    prices = [params.price_micro, *(window.price_micro for window in params.windows)]
    billed, steps = [0] * len(prices), list[Step]()
    for use in uses:
        local = use.at.astimezone(asked.held.zone)
        slot = (local.weekday() * 24 * 60 + local.hour * 60 + local.minute) // SLOT_MINUTES
        rate = by_slot.get(slot, 0)
        counted = params.first + -(-max(use.quantity - params.first, 0) // params.step) * params.step
        billed[rate] += counted
        values = {"quantity_q": use.quantity, "counted_q": counted, "price_micro": prices[rate]}
        steps.append(Step("increments", values | _event(use) | {"at": local}))
    free = _allowance(asked, params)
    if free:
        paid = max(sum(billed) - free, 0)
        steps.append(Step("included_dearest", {"included_q": free, "billable_q": paid}))
    exact = Fraction(len(uses) * params.connect_micro, MICRO)
    if exact:
        connected = {"calls": len(uses), "price_micro": params.connect_micro, "exact_minor": exact}
        steps.append(Step("connected", connected))
    basis = 0
    for rate in sorted(range(len(prices)), key=lambda rate: (-prices[rate], rate)):
        covered = min(free, billed[rate])
        free -= covered
        if paid := billed[rate] - covered:
            amount, told = _units(paid, prices[rate])
            exact, basis = exact + amount, basis + paid
            steps += told
    return exact, basis, steps


def _allowance(asked: Asked, params: Metered) -> int:
    if params.per == "seat" or params.included_per == "subscription":
        return params.included
    return params.included * _in_use(asked)


def _in_use(asked: Asked) -> int:
    """How many seats were there on a day of the item's."""
    days = asked.priced_days
    return sum(any(seat.has(day) for day in days) for seat in asked.held.seats)


def _by_seat(held: Held, uses: list[Use], per: str) -> Iterator[tuple[Seat | None, list[Use]]]:
    """The subject of a use is a number of one of the seats, or the subscription itself."""
    if per == "subscription":
        yield None, uses
        return
    for seat in (*held.seats, None):
        yield seat, [use for use in uses if _seat_of(held, use) is seat]


def _seat_of(held: Held, use: Use) -> Seat | None:
    day = held.day_of(use)
    theirs = [seat for seat in held.seats if seat.number == use.subject and seat.has(day)]
    return max(theirs, key=lambda seat: seat.id, default=None)


def _event(use: Use) -> dict[str, object]:
    return {"event": use.event, "at": use.at, "subject": use.subject}
