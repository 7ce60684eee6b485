"""What a meter and a source may be."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Invalid
from hotpot.pot.metering.rules import AGGREGATIONS, EXPONENT_MAX, EXPONENT_MIN, HOSTED, hosted_source

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_URI = re.compile(r"[!-~]{1,200}")


def check_meter(
    *, code: str, event_type: str, aggregation: str, field: str, unit: str, exponent: int
) -> None:
    """Raises Invalid with what to change."""
    if not _CODE.fullmatch(code):
        raise Invalid(_("A meter's code is small letters, digits, - and _, and begins with a letter."))
    if not _TYPE.fullmatch(event_type):
        raise Invalid(_("Name the type of events that the meter counts, such as call.ended."))
    if aggregation not in AGGREGATIONS:
        raise Invalid(_("A meter is one of: count, sum, max, last, unique."))
    if (aggregation == "count") == bool(field):
        raise Invalid(_("Every meter but count needs a field of the event's data; count has none."))
    if field and not _FIELD.fullmatch(field):
        raise Invalid(_("A field is one name of the event's data: letters, digits and _."))
    if not unit.strip():
        raise Invalid(_("Name the unit in which the meter counts, such as GB."))
    if not EXPONENT_MIN <= exponent <= EXPONENT_MAX:
        raise Invalid(_("The exponent lies between -12 and 12."))


def check_source(uri: str, app_id: str) -> None:
    """Raises Invalid with what to change."""
    if not _URI.fullmatch(uri):
        raise Invalid(_("A source is a URI of at most 200 characters, such as https://smsc.example/1."))
    if uri.startswith(HOSTED) and uri != hosted_source(app_id):
        raise Invalid(_("Sources that begin with /apps/ are those of the apps of this pot."))
