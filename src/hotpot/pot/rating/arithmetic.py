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
