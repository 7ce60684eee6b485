"""The plans of shares in their order, on any engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ibis.expr.types as ir
import pyarrow as pa

from hotpot.pot.party.rules import LEVELS
from hotpot.pot.settlement import plans_shares as plans


class Engine(Protocol):
    """Holds tables by the names of SHAPES; Arrow on its edges."""

    def put(self, name: str, table: Any) -> Any: ...
    def table(self, name: str) -> Any: ...
    def run(self, plan: Callable[..., ir.Table]) -> Any: ...


def reckon(engine: Engine) -> tuple[Any, Any]:
    """The shares and the adjustments, as Arrow, from `families`, `past`, `terms` and `steps`.

    Puts "owed" (the shares) into the engine.
    """
    engine.put("claims", engine.run(plans.claims_before))
    engine.put("based_before", engine.run(plans.based))
    levels = []
    for nth in range(LEVELS):
        engine.put("claims", engine.run(plans.passed_on if nth else plans.claims))
        engine.put("based", engine.run(plans.based))
        engine.put("asked", engine.run(plans.asked))
        levels.append(engine.put("level", engine.run(plans.level)))
        if not levels[-1].num_rows:
            break
    engine.put("levels", pa.concat_tables(levels))
    owed = engine.put("owed", engine.run(plans.shares))
    return owed, engine.run(plans.adjustments)
