"""What pages are written with: `{% load hotpot %}`. README.md has a snippet of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hotpot.kernel.money import Money
from hotpot.pot.web import shown
from hotpot.pot.web.rules import chart_table, label_of, tone_of
from hotpot.pot.web.tables import Table

register = template.Library()

THEMES = ("light", "dark")
TONES = {constants.SUCCESS: "good", constants.WARNING: "warn", constants.ERROR: "bad"}
TONE_ICONS = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}

icon = register.simple_tag(shown.icon)
chip = register.simple_tag(shown.chip)
money = register.filter("money", shown.money)
minor = register.filter("minor", shown.minor)
moment = register.filter("moment", shown.moment)
day = register.filter("day", shown.day)
phone = register.filter("phone", shown.phone)
masked = register.filter("masked", shown.masked)
word = register.filter("word", label_of)
tone = register.filter("tone", tone_of)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> SafeString:
    """The viewer's own choice of light or dark; nothing while they follow their system."""
    request = context.get("request")
    chosen = request.COOKIES.get("hotpot_theme") if request is not None else None
    return format_html(' data-theme="{}"', chosen) if chosen in THEMES else mark_safe("")


@register.filter
def html_lang(code: str) -> str:
    """Django's "zh-hans" as the web's "zh-Hans" (BCP 47)."""
    head, _, script = code.partition("-")
    return f"{head}-{script.title()}" if len(script) == 4 else code


@register.simple_tag
def figure(label: str, value: object, href: str = "") -> SafeString:
    """One figure that matters; give the address of the rows behind it whenever there are rows."""
    inner = format_html(
        '<span class="value">{}</span><span class="name">{}{}</span>',
        _figure_value(value),
        label,
        shown.icon("arrow-right", "s") if href else "",
    )
    if href:
        return format_html('<a class="figure" href="{}">{}</a>', href, inner)
    return format_html('<div class="figure">{}</div>', inner)


def _figure_value(value: object) -> object:
    if isinstance(value, Money):
        amount, currency = str(value).rsplit(" ", 1)
        return format_html('{} <span class="unit">{}</span>', amount, currency)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return shown.NOTHING if value is None else value


@register.inclusion_tag("web/parts/empty.html")
def empty(
    icon: str, title: str, text: str = "", action_label: str = "", action_url: str = ""
) -> dict[str, str]:
    """What to say where there is nothing yet, and the one thing to do about it."""
    return {
        "icon": icon,
        "title": title,
        "text": text,
        "action_label": action_label,
        "action_url": action_url,
    }


@register.inclusion_tag("web/parts/field.html")
def field(field: BoundField) -> dict[str, BoundField]:
    """A form's field with its label, hint and errors."""
    return {"field": field}


@register.inclusion_tag("web/parts/chart.html")
def chart(id: str, option: str | Mapping[str, Any], caption: str) -> dict[str, Any]:
    """An ECharts option (a mapping or its JSON) of bars, lines or a pie, with its table behind it."""
    parsed: Mapping[str, Any] = json.loads(option) if isinstance(option, str) else option
    heads, rows = chart_table(parsed)
    return {
        "id": id,
        "option_id": f"{id}-option" if id else None,
        "option": parsed,
        "caption": caption,
        "heads": heads,
        "rows": rows,
    }


@register.inclusion_tag("web/parts/table.html", takes_context=True)
def table(context: Context, table: Table) -> dict[str, Any]:
    """A `hotpot.pot.web.tables.Table` with its filter, columns, export and first page."""
    return {"table": table.seen_by(context["request"])}


@register.filter
def message_tone(message: Message) -> str:
    return TONES.get(message.level, "")


@register.filter
def message_icon(message: Message) -> str:
    return TONE_ICONS.get(message_tone(message), "info")


@register.filter
def at(items: Sequence[Any] | Mapping[Any, Any], key: Any) -> Any:
    """`{{ prices|at:offer.id }}`: the item of a mapping or list, or nothing."""
    try:
        return items[key]
    except (KeyError, IndexError):
        return None
