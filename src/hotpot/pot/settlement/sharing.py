"""The plans of shares in their order, on any engine."""

from __future__ import annotations

import pyarrow as pa

from hotpot.pot.party.rules import LEVELS
from hotpot.pot.rating.engines import Engine
from hotpot.pot.settlement import plans_shares as plans


def reckon(engine: Engine) -> tuple[pa.Table, pa.Table]:
    """The shares and the adjustments from `families`, `past` and terms.tables.

    Keeps the shares in the engine as "owed".
    """
    if engine.keep("claims", plans.claims_before):
        engine.keep("based_before", plans.based)
    else:
        engine.keep_nothing("based_before")
    levels = []
    for nth in range(LEVELS):
        if not engine.keep("claims", plans.passed_on if nth else plans.claims) and nth:
            break
        engine.keep("based", plans.based)
        engine.keep("asked", plans.asked)
        if not engine.keep("level", plans.level) and nth:
            break
        levels.append(engine.table("level"))
    engine.put("levels", pa.concat_tables(levels))
    engine.keep("owed", plans.shares)
    return engine.table("owed"), engine.run(plans.adjustments)
