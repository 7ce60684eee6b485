"""A process of its own that looks once at a connector and is killed once their database has committed.

`python -m tests.enterprise.killed CONNECTOR_ID`, with the environment of `hotpot run connectors`.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(connector_id: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    django.setup()
    from hotpot.pot.connector import actions, runner
    from tests.enterprise.settings import NOW

    actions.write_backs_done = die  # type: ignore[assignment]
    runner.poll_once(connector_id, NOW)


if __name__ == "__main__":
    main(int(sys.argv[1]))
