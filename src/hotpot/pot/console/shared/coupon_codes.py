"""Codes of coupons as people enter them: who guesses has to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core import ratelimit
from django.utils.translation import gettext as _

from hotpot.kernel.errors import TooMany
from hotpot.pot.console.area import ConsoleRequest
from hotpot.pot.subscription.coupons import UnknownCode


@contextmanager
def guesses_counted(request: ConsoleRequest, customer_id: int) -> Iterator[None]:
    """Around all that a code is entered for; its own transaction may be taken back.

    Raises TooMany after as many wrong codes for one company, or by one person, as `redeem_failed` in
    ACCOUNT_RATE_LIMITS says. Right ones aren't counted.
    """
    action, key = "redeem_failed", f"customer:{customer_id}"
    if not ratelimit.consume(request, action=action, key=key, dry_run=True):
        raise TooMany(_("There were too many wrong codes. Look at the code again, and enter it in an hour."))
    try:
        yield
    except UnknownCode:
        ratelimit.consume(request, action=action, key=key)
        raise
