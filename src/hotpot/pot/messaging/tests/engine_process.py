"""The engine in a process of its own, to be killed: `python -m ...tests.engine_process URL KEY`."""

from __future__ import annotations

import sys

import uvloop

from hotpot.kernel.clock import SystemClock
from hotpot.pot.messaging.engine import Engine

if __name__ == "__main__":
    uvloop.run(Engine(sys.argv[1], sys.argv[2], SystemClock()).run_forever(beat=lambda: None))
