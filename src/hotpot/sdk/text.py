"""Words, amounts and times as a person reads them. An app writes its texts in English, in `gettext`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy, ngettext

from hotpot.kernel.money import Money

__all__ = ["amount", "clock_time", "gettext", "gettext_lazy", "ngettext", "shortened"]


def amount(minor: int | None, currency: str | None) -> str:
    """123450, "CNY" is "1,234.50 CNY"; without an amount it is empty."""
    return "" if minor is None or currency is None else str(Money(minor, currency))


def clock_time(moment: datetime, time_zone: str) -> str:
    """For messages, which carry no language-neutral markup: 2026-11-22 14:05 on the reader's own clock."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"


def shortened(text: str, length: int) -> str:
    """At most `length` characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
