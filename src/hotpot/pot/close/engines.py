"""Where a close's plans run: DuckDB inside this process, or a Spark cluster (spark.py); the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hotpot.pot.billing import plans as billing
from hotpot.pot.billing import plans_tax as tax
from hotpot.pot.close import plans as close
from hotpot.pot.close.rules import EngineName
from hotpot.pot.rating import plans as rating
from hotpot.pot.rating.engines import Engine, Shapes, duckdb_engine
from hotpot.pot.settlement import plans as settlement
from hotpot.pot.settlement import plans_shares as sharing

# The first that names a table gives its shape: `lines` have more columns than tax asks for.
SHAPES = Shapes(
    tax.SHAPES | rating.stage_shapes() | sharing.SHAPES | settlement.SHAPES | billing.SHAPES | close.SHAPES
)
shape = SHAPES.schema


@contextmanager
def open_engine(name: EngineName) -> Iterator[Engine]:
    """Each close has tables of its own, which go with it."""
    if name is EngineName.SPARK:
        from hotpot.pot.close.spark import spark_engine

        with spark_engine(SHAPES) as engine:
            yield engine
        return
    with duckdb_engine(SHAPES) as engine:
        yield engine
