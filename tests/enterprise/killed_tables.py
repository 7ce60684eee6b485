"""A process of its own that looks at tables of messages and is killed once a step was done for the NTH time.

`python -m tests.enterprise.killed_tables CONNECTOR_ID STEP NTH`, with the environment of `connectors`.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def main(connector_id: int, step: str, nth: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    django.setup()
    from hotpot.pot.connector import runner
    from hotpot.pot.connector.tables import actions, poller, theirs
    from tests.enterprise.settings import NOW

    poller.NOTICES_AT_ONCE = 20
    theirs.READ_ROWS = 20
    owner: Any = theirs.Theirs if step in ("finish", "tell") else actions
    real = getattr(owner, step)
    calls = 0

    def dying(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        result = real(*args, **more)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, step, dying)
    runner.poll_once(connector_id, NOW)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
