"""What a token looks like, and what it lets its bearer do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Invalid

REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)
TOKEN_PREFIX = "hp_"
READ, WRITE = "read", "write"
SCOPES = (READ, WRITE)
USAGE = "usage:"  # and a source: its events may be sent to the intake, and nothing else be done
LEDGER = "ledger"  # move money in the books of the token's party, and nothing else
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
TOKEN_DAYS_MAX = 366
AGENT_CHARACTERS_MAX = 300


@cache
def time_zones() -> tuple[str, ...]:
    """IANA names as people know them: a continent or an ocean and a place; and UTC."""
    places = (name for name in available_timezones() if name.partition("/")[0] in REGIONS)
    return (*sorted(places), "UTC")


def checked_time_zone(name: str) -> str:
    if name not in time_zones():
        raise Invalid(_("There is no such time zone. Choose one of the list, such as Asia/Shanghai."))
    return name


def digest(token: str) -> bytes:
    """SHA-256 suffices: a token is 256 random bits, there is no dictionary to try."""
    return hashlib.sha256(token.encode()).digest()


def expiry(now: datetime, days: int) -> datetime:
    if not 1 <= days <= TOKEN_DAYS_MAX:
        raise Invalid(_("A token lives from 1 to 366 days. Choose a number of days between them."))
    return now + timedelta(days=days)


def checked_scopes(scopes: Sequence[str]) -> list[str]:
    """In a fixed order; whoever may write may read. A token for usage or the ledger is for that alone."""
    if scopes and all(scope.startswith(USAGE) and scope != USAGE for scope in scopes):
        return sorted(set(scopes))
    if list(scopes) == [LEDGER]:
        return [LEDGER]
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid(_("Choose whether the token may only read, or read and write."))
    return [READ, WRITE] if WRITE in scopes else [READ]


def covers(scopes: Sequence[str], method: str) -> bool:
    return (READ if method in SAFE_METHODS else WRITE) in scopes
