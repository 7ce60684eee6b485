"""What both planes do in the ledger, written once: see hotpot.pot.events.steps."""

from __future__ import annotations

from datetime import datetime

from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.ledger import statements


def expire_holds(*, now: datetime, limit: int) -> Steps[int]:
    """Frees up to `limit` holds whose time has come, the oldest first; how many."""
    [[ended]] = yield Call(statements.EXPIRE_HOLDS, (now, limit))
    return int(ended)
