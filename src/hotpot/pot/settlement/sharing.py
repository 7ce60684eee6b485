"""The plans of shares in their order, on any engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hotpot.pot.party.rules import LEVELS
from hotpot.pot.settlement import plans_shares as plans

Plan = Callable[..., ir.Table]


class Engine(Protocol):
    """Holds tables by the names of SHAPES; Arrow on its edges."""

    def put(self, name: str, table: Any) -> Any: ...
    def keep(self, name: str, plan: Plan) -> int: ...
    def table(self, name: str) -> Any: ...
    def run(self, plan: Plan) -> Any: ...


def reckon(engine: Engine) -> tuple[Any, Any]:
    """The shares and the adjustments, as Arrow, from `families`, `past` and terms.tables.

    Keeps the shares in the engine as "owed".
    """
    if engine.keep("claims", plans.claims_before):
        engine.keep("based_before", plans.based)
    else:
        engine.put("based_before", _nothing("based_before"))
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


def _nothing(name: str) -> pa.Table:
    """A small month is mostly the planning of queries: what must come out empty is not asked for."""
    return ibis.schema(plans.SHAPES[name]).to_pyarrow().empty_table()
