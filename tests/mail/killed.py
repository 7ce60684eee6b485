"""A watcher in a process of its own that is killed at the Nth time it writes mails down.

`python -m tests.mail.killed N BEFORE`, with the environment of `hotpot run connectors`. BEFORE is 1 to be
killed before the transaction commits, 0 after.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def main(nth: int, before: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    django.setup()
    from hotpot.conftest import NOW
    from hotpot.kernel.clock import SettableClock
    from hotpot.pot.connector.mailbox import keeping, watcher

    real, calls = keeping.take, 0

    def take(*args: Any, **kwargs: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == nth and before:
            from django.db import transaction

            with transaction.atomic():
                real(*args, **kwargs)
                os.kill(os.getpid(), signal.SIGKILL)
        told = real(*args, **kwargs)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return told

    keeping.take = take
    watcher.Watcher(SettableClock(NOW)).run(lambda: None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "1")
