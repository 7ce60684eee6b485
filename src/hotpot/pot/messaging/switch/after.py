"""What follows on acceptance and on a message's end: reviews, and what the ledger holds for it. Steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.statements import WAKE
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.limits import account
from hotpot.pot.messaging.switch.wire import Fit
from hotpot.pot.messaging.wire import Accepted, Interface

RELEASED, EXPIRED, FAILED = "released", "expired", "failed"


def followed(
    interface: Interface, fit: Sequence[Fit], taken: Sequence[Accepted], *, now: datetime
) -> Steps[None]:
    """Holds the price of what was accepted anew, and puts into the queue of reviews what has to wait."""
    fresh = [
        (one, accepted.message_id) for one, accepted in zip(fit, taken, strict=True) if not accepted.known
    ]
    if dear := [(one, message_id) for one, message_id in fresh if one.price_e4]:
        policy = dear[0][0].policy
        accounts = account(policy.paid_to, interface.customer_id)
        yield Call(
            statements.CHARGE,
            (
                [message_id for _, message_id in dear],
                [one.price_e4 for one, _ in dear],
                accounts.credit,
                accounts.held,
                accounts.income,
                policy.paid_at == "submit",
                now,
            ),
        )
    if waiting := [(one, message_id) for one, message_id in fresh if one.review]:
        last = now + timedelta(hours=waiting[0][0].policy.review_hours)
        yield Call(
            statements.HOLD_FOR_REVIEW,
            (
                [message_id for _, message_id in waiting],
                interface.customer_id,
                [one.review for one, _ in waiting],
                now,
                [min(one.expires_at, last) for one, _ in waiting],
            ),
        )


def decided(
    message_ids: Sequence[int], *, state: str, person_id: int | None, reason: str, now: datetime
) -> Steps[list[int]]:
    """Those that were still held; `state` is a Review's. What is released may go; what isn't has ended, and
    what it cost is void."""
    ends_as = EXPIRED if state == EXPIRED else FAILED
    rows = yield Call(statements.DECIDE, (list(message_ids), state, now, person_id, ends_as, reason))
    done = [row[0] for row in rows]
    if state == RELEASED:
        yield Call(WAKE)
    elif done:
        yield Call(statements.NOTICE_ENDED, (done,))
        yield from settled(done, now=now)
    return done


def settled(message_ids: Sequence[int], *, now: datetime) -> Steps[None]:
    """Posts what is held for these messages where it is earned, voids it where they failed; each once.

    Called with all that ended, or that a carrier has: what is not paid in advance costs one look.
    """
    sums = yield Call(statements.TAKE_CHARGES, (list(message_ids),))
    if sums:
        yield Call(statements.LOCK_CREDIT)
        yield Call(
            statements.SETTLE_CHARGES,
            (
                [f"messages:ended:{first}" for _, _, _, first, _, _ in sums],
                [source for _, source, *_ in sums],
                [target for _, _, target, *_ in sums],
                [amount for *_, amount, _ in sums],
                [_memo(earned, count) for earned, *_, count in sums],
                now,
            ),
        )


def _memo(earned: bool, count: int) -> str:
    return f"{count} messages paid" if earned else f"{count} messages given back"
