"""How a value is written on a page, in the reader's language and time zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import Money
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.web.rules import label_of, tone_of

NOTHING = "–"
MINUTE = {"zh": "Y年n月j日 H:i", "en": "j M Y, H:i"}
EXACT = {"zh": "Y年n月j日 H:i:s e", "en": "j M Y, H:i:s e"}
DAY = {"zh": "Y年n月j日", "en": "j M Y"}


def name_of(named: Any) -> str:
    """A party's, app's or offer's name in the reader's language: of `name_zh` or `name`."""
    chinese = (get_language() or "").startswith("zh")
    name: str = (named.name_zh if chinese else "") or named.name
    return name


def icon(name: str, size: str = "") -> SafeString:
    """A Lucide icon of `icons.txt`, in the colour of its text. `size`: "", "s" (16 px) or "l" (28 px)."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("web/vendor/icons.svg"),
        name,
    )


def money(amount: Money | None) -> str:
    """Money as "1,234.50 CNY"; a dash when there is no amount."""
    return NOTHING if amount is None else str(amount)


def minor(amount_minor: int | None, currency: str) -> str:
    """Minor units with their currency: 123450 and CNY are "1,234.50 CNY"."""
    return NOTHING if amount_minor is None else str(Money(amount_minor, currency))


def chip(state: object) -> SafeString:
    """A state as a word in a soft chip."""
    return format_html('<span class="chip {}">{}</span>', tone_of(state), label_of(state))


def moment(when: datetime | None) -> str:
    """The minute in the viewer's zone, with the exact time on hover."""
    if when is None:
        return NOTHING
    local, language = timezone.localtime(when), _language()
    return _time(
        when.isoformat(),
        formats.date_format(local, MINUTE[language]),
        formats.date_format(local, EXACT[language]),
    )


def day(when: date | None) -> str:
    """A date, or the date of a moment in the viewer's zone."""
    if when is None:
        return NOTHING
    return _time(_local_day(when).isoformat(), plain_day(when))


def plain_day(when: date) -> str:
    """The same without markup, for papers."""
    return formats.date_format(_local_day(when), DAY[_language()])


def _local_day(when: date) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) else when


def phone(number: Msisdn | str | None) -> str:
    """Grouped for reading: "+86 138 0013 8000". A short code stays as it is."""
    if not number:
        return NOTHING
    parsed = _msisdn(number)
    return parsed.international if parsed else str(number)


def masked(number: Msisdn | str | None) -> str:
    """The country's and the last four digits only, for readers who need not know it whole."""
    if not number:
        return NOTHING
    parsed = _msisdn(number)
    return parsed.masked if parsed else "••••"


def _language() -> str:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


def _time(machine: str, shown: str, exact: str = "") -> SafeString:
    title = format_html(' title="{}"', exact) if exact else mark_safe("")
    return format_html('<time datetime="{}"{}>{}</time>', machine, title, shown)


def _msisdn(number: Msisdn | str) -> Msisdn | None:
    try:
        return number if isinstance(number, Msisdn) else Msisdn.parse(str(number))
    except Invalid:
        return None
