"""Words, amounts and times as a person reads them. An app writes its texts in English, in `gettext`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import Money

__all__ = [
    "amount", "clock_time", "gettext", "gettext_lazy", "minor_units", "ngettext", "pgettext",
    "plain_amount", "shortened",
]  # fmt: skip


def amount(minor: int | None, currency: str | None) -> str:
    """123450, "CNY" is "1,234.50 CNY"; without an amount it is empty."""
    return "" if minor is None or currency is None else str(Money(minor, currency))


def plain_amount(minor: int, currency: str) -> str:
    """As a person types it: 123450, "CNY" is "1234.50"."""
    return f"{Money(minor, currency).major:f}"


def minor_units(text: str, currency: str) -> int:
    """What a person typed: "1,234.5" in CNY is 123450. Raises Invalid for no amount, or one with more
    decimals than the currency has."""
    try:
        typed = Decimal(text.replace(",", "").replace(" ", ""))
        money = Money.of(typed, currency) if typed.is_finite() else None
    except InvalidOperation:
        money = None
    if money is None:
        raise Invalid(gettext("This is not an amount. Write it like 1234.50."))
    if money.major != typed:
        raise Invalid(gettext("%(currency)s has no such small parts.") % {"currency": currency})
    return money.minor


def clock_time(moment: datetime, time_zone: str) -> str:
    """For messages, which carry no language-neutral markup: 2026-11-22 14:05 on the reader's own clock."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"


def shortened(text: str, length: int) -> str:
    """At most `length` characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
