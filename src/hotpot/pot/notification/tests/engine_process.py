"""The engine in a process of its own, for tests that kill it: the database's URL, and a lease in seconds."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from hotpot.kernel.clock import SystemClock
from hotpot.kernel.reach import EVERYWHERE
from hotpot.pot.messaging.gateway.outward import Outward
from hotpot.pot.notification.engine import run_forever
from hotpot.pot.notification.outgoing import Outgoing


def main(database_url: str, lease_s: str) -> None:
    ways = Outgoing(
        "http://127.0.0.1:8000",
        "a-secret-for-tests-only",
        "mailto:ops@pot.example",
        outward=Outward(EVERYWHERE),
    )
    lease = timedelta(seconds=float(lease_s))
    asyncio.run(run_forever(database_url, ways, SystemClock(), beat=lambda: None, lease=lease))


if __name__ == "__main__":
    main(*sys.argv[1:])
