"""Which word and tone a state is shown with, and the table behind a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GOOD, WARN, BAD, QUIET, PLAIN = "good", "warn", "bad", "quiet", ""

STATES: Mapping[str, tuple[Any, str]] = {
    # parties and people
    "active": (_("Active"), GOOD),
    "applied": (_("Applied"), WARN),
    "reviewing": (_("In review"), WARN),
    "certified": (_("Certified"), GOOD),
    "refused": (_("Refused"), BAD),
    "left": (_("Left"), QUIET),
    "suspended": (pgettext_lazy("state", "Suspended"), WARN),
    # offers, subscriptions, seats
    "draft": (_("Draft"), QUIET),
    "coming": (_("Coming"), PLAIN),
    "ended": (pgettext_lazy("state", "Ended"), QUIET),
    "retired": (_("Retired"), QUIET),
    # messages
    "released": (_("Released"), GOOD),
    "queued": (_("Queued"), PLAIN),
    "sent": (_("Sent"), PLAIN),
    "delivered": (_("Delivered"), GOOD),
    "failed": (_("Failed"), BAD),
    "expired": (_("Expired"), QUIET),
    "received": (_("Received"), GOOD),
    # notices
    "held": (pgettext_lazy("notice", "Waits for its time"), PLAIN),
    "trying": (pgettext_lazy("notice", "On its way"), PLAIN),
    "digested": (pgettext_lazy("notice", "In a digest"), GOOD),
    "handed_over": (pgettext_lazy("notice", "Goes by SMS"), PLAIN),
    # carriers, lists of numbers, words
    "up": (pgettext_lazy("carrier", "Up"), GOOD),
    "down": (pgettext_lazy("carrier", "Down"), BAD),
    "quiet": (_("Do not disturb"), QUIET),
    "block": (_("Blocked"), BAD),
    "allow": (_("Allowed"), GOOD),
    "opt_out": (_("Unsubscribed"), WARN),
    "ported": (_("Ported"), PLAIN),
    "refuse": (pgettext_lazy("word", "Refuse"), BAD),
    "review": (pgettext_lazy("word", "Review"), WARN),
    "replace": (pgettext_lazy("word", "Replace"), PLAIN),
    # tasks
    "open": (_("Open"), WARN),
    "approved": (_("Approved"), GOOD),
    "rejected": (_("Rejected"), BAD),
    "withdrawn": (pgettext_lazy("state", "Withdrawn"), QUIET),
    "returned": (pgettext_lazy("state", "Sent back"), WARN),
    "recalled": (pgettext_lazy("state", "Recalled"), QUIET),
    "decided": (pgettext_lazy("state", "Decided"), GOOD),
    # connectors and long work
    "running": (_("Running"), GOOD),
    "paused": (_("Paused"), QUIET),
    "waiting": (_("Waiting"), WARN),
    "backing_off": (_("Trying again soon"), WARN),
    "broken": (_("Broken"), BAD),
    "done": (_("Done"), GOOD),
    # money and its months
    "posted": (_("Posted"), GOOD),
    "voided": (_("Voided"), QUIET),
    "closed": (_("Closed"), GOOD),
    "to_close": (pgettext_lazy("month", "To be closed"), WARN),
    "not_over": (pgettext_lazy("month", "Not over yet"), PLAIN),
    "paid": (_("Paid"), GOOD),
    "overdue": (_("Overdue"), BAD),
    "used": (_("Used"), QUIET),
    "pending": (_("Pending"), WARN),
    "declined": (_("Declined"), BAD),
    "charged_back": (_("Taken back"), BAD),
    "partly_charged_back": (_("Partly taken back"), WARN),
    "matched": (_("Matched"), GOOD),
    "unmatched": (_("Not matched"), WARN),
    "remind": (_("Reminder"), WARN),
    "suspend": (_("Suspension"), BAD),
    "balanced": (_("Balanced"), GOOD),
    "unbalanced": (_("Unbalanced"), BAD),
    "ordered": (_("Ordered"), PLAIN),
    "accepted": (_("Accepted"), GOOD),
    "answered": (_("Answered"), PLAIN),
    # by which way somebody acted
    "page": (_("On a page"), PLAIN),
    "sms": (_("By message"), PLAIN),
    "mail": (_("By mail"), PLAIN),
    "link": (_("By a signed link"), PLAIN),
    "api": (_("By a program"), PLAIN),
    "job": (_("By itself"), PLAIN),
    "cli": (_("By command"), PLAIN),
    "system": (_("By itself"), PLAIN),
    "yes": (_("Yes"), GOOD),
    "no": (_("No"), QUIET),
}


def label_of(state: object) -> str:
    """The word of a state in the reader's language. An unknown state shows as it is written."""
    known = STATES.get(_plain(state))
    return str(known[0]) if known else str(getattr(state, "label", None) or state)


def tone_of(state: object) -> str:
    """One of good, warn, bad, quiet, or nothing for a plain state."""
    known = STATES.get(_plain(state))
    return known[1] if known else PLAIN


def _plain(state: object) -> str:
    if isinstance(state, bool):
        return "yes" if state else "no"
    return str(getattr(state, "value", state)).lower()


def chart_table(option: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """Heads and rows of what an ECharts option draws: categories down, series across."""
    series: Sequence[Mapping[str, Any]] = option.get("series", [])
    if any(one.get("type") == "pie" for one in series):
        return ["", ""], [[part["name"], part["value"]] for one in series for part in one["data"]]
    axes = [option.get("xAxis", {}), option.get("yAxis", {})]
    named, valued = axes if "data" in axes[0] else reversed(axes)
    unit = f" ({valued['name']})" if valued.get("name") else ""
    heads = [str(named.get("name", "")), *(f"{one.get('name', '')}{unit}" for one in series)]
    columns = [[_value(point) for point in one["data"]] for one in series]
    return heads, [list(row) for row in zip(named["data"], *columns, strict=True)]


def _value(point: Any) -> Any:
    """A broken number has two decimals at least, as on the drawing."""
    value = point["value"] if isinstance(point, Mapping) else point
    return f"{value:,.2f}" if isinstance(value, float) else value
