"""Whole-number arithmetic that means the same on every engine: nothing is rounded twice, nothing wraps.

Engines raise where 64 bits don't hold a product or a sum, so that what is too large is refused.
"""

from __future__ import annotations

import ibis.expr.types as ir

MICRO = 1_000_000
DAY_US = 86_400 * MICRO


def floored(amount: ir.IntegerValue, divisor: ir.IntegerValue | int) -> ir.IntegerValue:
    """The whole part of amount / divisor, exact for amounts from 0 to 2^62; above, engines raise.

    Engines divide by way of doubles, which guess wrong above 2^53. The guess is off by little, and its
    remainder is small enough for the second division to mend it.
    """
    guess = amount // divisor
    return guess + (amount - guess * divisor) // divisor


def prorated(fee_minor: ir.IntegerValue, part: ir.IntegerValue, whole: ir.IntegerValue) -> ir.IntegerValue:
    """fee x part / whole, rounded half up once: what kernel.money.round_to_minor gives."""
    return floored(2 * fee_minor * part + whole, 2 * whole)


def rounded_up(amount: ir.IntegerValue, step: ir.IntegerValue) -> ir.IntegerValue:
    """How many steps are begun by an amount from 0 on."""
    return floored(amount + step - 1, step)


def priced(
    quantity: ir.IntegerValue, price_micro: ir.IntegerValue
) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """quantity x price, exactly: whole millionths of a minor unit, and millionths of those.

    quantity in millionths of a unit from 0 on, price in millionths of a minor unit up to 4 x 10^12. Whole
    units and the rest are multiplied by themselves, since their product may need more than 64 bits.
    """
    units = floored(quantity, MICRO)
    part = (quantity - units * MICRO) * price_micro
    carried = floored(part, MICRO)
    return units * price_micro + carried, part - carried * MICRO


def rounded(micro: ir.IntegerValue) -> ir.IntegerValue:
    """Millionths of a minor unit, from 0 on, as minor units, half up."""
    return floored(micro + MICRO // 2, MICRO)
