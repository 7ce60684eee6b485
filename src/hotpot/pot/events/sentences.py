"""What an event tells, as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# Only facts that an event's data holds go into a sentence; a place without a value falls back to the type.
SENTENCES: Mapping[str, Any] = {
    "message.sent": _("A message to %(number)s was handed to the carrier."),
    "message.delivered": _("The message to %(number)s reached the phone."),
    "message.failed": _("The message to %(number)s failed: %(error)s."),
    "message.expired": _("The message to %(number)s was given up: its time was over."),
    "message.replied": _("%(number)s replied: “%(text)s”."),
    "task.opened": _("A task appeared."),
    "task.decided": _("A task was decided."),
    "task.withdrawn": _("A task was withdrawn by the company's own system."),
    "task.transferred": _("A task was handed to somebody else."),
    "seat.assigned": _("A seat was given."),
    "seat.ended": _("A seat ended."),
    "subscription.ordered": _("An app was ordered."),
    "subscription.suspended": _("A subscription was suspended."),
    "subscription.resumed": _("A subscription was resumed."),
    "subscription.cancelled": _("A subscription was cancelled."),
    "billing.bill.issued": _("A bill was issued."),
    "settlement.statement.issued": _("A statement was issued."),
    "close.month.closed": _("A month was closed."),
    "party.registered": _("A party was registered."),
    "party.directory.synced": _("The company's directory was brought up to date."),
}


def sentence(event_type: str, subject: str, data: Mapping[str, Any]) -> str:
    """An unknown type tells its own words and its subject: “seat moved: seat/17”."""
    known = SENTENCES.get(event_type)
    if known is not None:
        try:
            return str(known % data)
        except KeyError:
            pass
    return f"{event_type.replace('.', ' ').replace('_', ' ')}: {subject}"
