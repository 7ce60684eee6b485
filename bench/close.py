"""How long the close of a month takes: from stored events and seats to posted ledger, bills and statements.

Makes a pot of its own in a new folder (embedded PostgreSQL, fsync and synchronous_commit on), fills it by
COPY, closes the month in a process of its own, proves the books, and takes the pot away again. Prints a
JSON row a figure with --json. The aim: a million seats of 20,000 customers on 200 apps with ten million
events in under 60 s on 2 cores, under 6 GiB.

`close.peak_mib` is the greatest sum, sampled four times a second, of the proportional set sizes (shared
pages counted once) of the closing process and all processes of PostgreSQL.
"""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
import pyarrow as pa
from _memory import Memory

from hotpot.entry.config import OWNER_ROLE, embedded_url

MONTH, FIRST, DAYS = "2026-10", date(2026, 10, 1), 31
LONG_AGO, WRITTEN = date(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC)
AFTER = datetime(2026, 11, 2, tzinfo=UTC)
SEATS_PER_CUSTOMER, SUBSCRIPTIONS_PER_CUSTOMER = 50, 5
APPS, DEVELOPERS, INTEGRATORS = 200, 40, 20
ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin", "America/New_York")
EVENTS_PER_CHUNK = 100_000
MIB = 1024 * 1024

# Run by the process that is measured.
CLOSE = """
import json, sys, time
import django
django.setup()
from datetime import datetime
from hotpot.kernel.period import Month
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.rules import EngineName
began = time.perf_counter()
steps = []
(figures,) = close_month(
    Month.parse(sys.argv[1]), engine=EngineName(sys.argv[2]), now=datetime.fromisoformat(sys.argv[3]),
    progress=lambda _operator, step, _bp: steps.append((step.value, time.perf_counter() - began)),
)
took = time.perf_counter() - began
assert not figures.problem, figures.problem
(sums,) = figures.sums
print(json.dumps({"seconds": took, "steps": steps, "charges": sums.charges, "seats": sums.seats,
                  "bills": sums.bills, "statements": sums.statements}))
"""


@dataclass(frozen=True, slots=True)
class Size:
    seats: int
    events: int

    @property
    def customers(self) -> int:
        return max(1, self.seats // SEATS_PER_CUSTOMER)

    @property
    def subscriptions(self) -> int:
        return self.customers * SUBSCRIPTIONS_PER_CUSTOMER


def make_market(size: Size, random: random.Random) -> None:
    """One operator sells 200 apps: a fee a seat, and messages beyond fifty a subscription."""
    from hotpot.kernel.money import Money
    from hotpot.pot.catalog.actions import store_price
    from hotpot.pot.catalog.models import App, Offer
    from hotpot.pot.catalog.pricing import Fee, Item, Pricing, Unit
    from hotpot.pot.metering.models import Meter
    from hotpot.pot.party.models import Agreement, AgreementVersion, Party

    def parties(kind: str, count: int) -> list[Party]:
        made = [
            Party(kind=kind, name=f"{kind} {n}", slug=f"{kind}-{n}", currency="CNY", country="CN",
                  time_zone=ZONES[n % len(ZONES)] if kind == "customer" else "Asia/Shanghai")
            for n in range(count)
        ]  # fmt: skip
        return Party.objects.bulk_create(made, batch_size=5_000)

    (operator,) = parties("operator", 1)
    developers, integrators = parties("developer", DEVELOPERS), parties("integrator", INTEGRATORS)
    parties("customer", size.customers)
    for n, partner in enumerate((*integrators, *developers)):
        agreement = Agreement.objects.create(
            operator=operator, payer=operator, partner=partner, signed_at=WRITTEN
        )
        AgreementVersion.objects.create(
            agreement=agreement, starts_on=LONG_AGO, written_at=WRITTEN, model="percent",
            params={"share_bp": 1_000 + 50 * n},
        )  # fmt: skip
    for n in range(APPS):
        app = App.objects.create(
            id=f"app-{n}", developer=developers[n % DEVELOPERS], name=f"App {n}", icon="package",
            manifest={}, listed_at=WRITTEN,
        )  # fmt: skip
        offer = Offer.objects.create(app=app, operator=operator, name=f"App {n}", made_at=WRITTEN)
        items = (
            Item("seats", Fee(amount_minor=random.choice((500, 1000, 1500)), per="seat")),
            Item("messages", Unit(price_micro=2_500_000, included=50 * 1_000_000), meter="messages"),
        )
        store_price(offer, Pricing(Money(0, "CNY").currency, items), LONG_AGO)
        Meter.objects.create(
            app=app, code="messages", event_type=f"app{n}.sent", aggregation="count", unit="message",
            made_at=WRITTEN,
        )  # fmt: skip


# Rows of subscriptions and seats are made as sets: customer c, its subscription s, the seat's number n.
ORDERS = """
INSERT INTO subscription_order (customer_id, offer_id, placed_by_party_id, placed_at, starts_on, key)
SELECT customer.id, offer.id, customer.id, %(written)s, %(day)s, customer.id || '-' || n
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place
          FROM party_party WHERE kind = 'customer') AS customer
 CROSS JOIN generate_series(0, %(each)s - 1) AS n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM catalog_offer) AS offer
    ON offer.place = (customer.place * 7 + n * 41) %% %(apps)s
"""
SUBSCRIPTIONS = """
INSERT INTO subscription_subscription (order_id, app_id, offer_id, customer_id, operator_id, integrator_id,
                                       developer_id, starts_on)
SELECT ordered.id, offer.app_id, offer.id, ordered.customer_id, offer.operator_id, integrator.id,
       app.developer_id, ordered.starts_on
  FROM subscription_order AS ordered JOIN catalog_offer AS offer ON offer.id = ordered.offer_id
  JOIN catalog_app AS app ON app.id = offer.app_id
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM party_party WHERE kind = 'integrator')
    AS integrator ON integrator.place = ordered.customer_id %% %(integrators)s
"""
# Most seats stay, one in ten begins in the month, one in twenty ends in it.
SEATS = """
INSERT INTO subscription_seat (subscription_id, customer_id, number, starts_on, ends_on, assigned_at)
SELECT held.id, held.customer_id,
       '+86' || (13000000000 + held.customer_id * 50 + n)::text,
       CASE WHEN (held.id + n) %% 10 = 0 THEN %(first)s + ((held.id + n) %% 28)::int ELSE %(day)s END,
       CASE WHEN (held.id + n) %% 20 = 1 THEN %(first)s + ((held.id + n) %% 29)::int END, %(written)s
  FROM subscription_subscription AS held CROSS JOIN generate_series(0, %(each)s - 1) AS n
"""


TABLES = ("subscription_order", "subscription_subscription", "subscription_seat")


def fill(url: str, size: Size) -> None:
    """Writes with the tables' own triggers off: there is nothing yet that a row could clash with or touch."""
    import psycopg

    values = {
        "written": WRITTEN, "day": LONG_AGO, "first": FIRST, "apps": APPS, "integrators": INTEGRATORS,
        "each": SUBSCRIPTIONS_PER_CUSTOMER,
    }  # fmt: skip
    with psycopg.connect(url) as link:
        for table in TABLES:
            link.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        link.execute(ORDERS, values)
        link.execute(SUBSCRIPTIONS, values)
        link.execute(SEATS, values | {"each": SEATS_PER_CUSTOMER // SUBSCRIPTIONS_PER_CUSTOMER})
        link.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            link.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("VACUUM ANALYZE")


def chunks(url: str, size: Size, random: random.Random) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Events of random seats at random times of the month."""
    import psycopg

    from hotpot.pot.metering import segments

    with psycopg.connect(url) as link:
        rows = link.execute(
            "SELECT seat.number, meter.id FROM subscription_seat AS seat"
            " JOIN subscription_subscription AS held ON held.id = seat.subscription_id"
            " JOIN metering_meter AS meter ON meter.app_id = held.app_id"
            " WHERE seat.id %% %s = 0", [max(1, size.seats // 200_000)]
        ).fetchall()  # fmt: skip
    seats = pa.table(
        {"number": [number for number, _ in rows], "meter": pa.array([m for _, m in rows], pa.int32())}
    )
    start = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp()) * 1_000_000
    database = duckdb.connect()
    database.register("seats", seats)
    database.execute("CREATE TABLE seat AS SELECT row_number() OVER () - 1 AS place, * FROM seats")
    for first in range(0, size.events, EVENTS_PER_CHUNK):
        count = min(EVENTS_PER_CHUNK, size.events - first)
        made = database.sql(f"""
            SELECT n, seat.number AS subject, seat.meter,
                   {start} + (hash(n) % {DAYS * 86_400_000_000})::BIGINT AS time_us
              FROM range({first}, {first + count}) AS numbers (n)
              JOIN seat ON seat.place = (hash(n + 7) % {len(rows)})::BIGINT ORDER BY n
        """).to_arrow_table()
        ids = pa.array([f"e{n}" for n in range(first, first + count)])
        word = pa.array([0] * count, pa.int32())
        events = pa.table(
            [ids, pa.DictionaryArray.from_arrays(word, ["bench"]),
             pa.DictionaryArray.from_arrays(word, ["sent"]), made["subject"], made["time_us"],
             made["time_us"], pa.array([b"{}"] * count, pa.binary())],
            schema=segments.EVENTS,
        )  # fmt: skip
        usage = pa.table(
            [pa.array(range(count), pa.int32()), made["meter"], made["subject"], made["time_us"],
             pa.array([1_000_000] * count, pa.int64())],
            schema=segments.USAGE,
        )  # fmt: skip
        yield events, usage


def measured(url: str, data: Path, engine: str) -> tuple[dict[str, Any], int]:
    """The closing process's own figures, and the peak in bytes."""
    postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    environ = {**os.environ, "HOTPOT_DATABASE_URL": url}
    command = [sys.executable, "-c", CLOSE, MONTH, engine, AFTER.isoformat()]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        memory = Memory([process.pid, postmaster])
        memory.start()
        told = process.communicate()[0]
        memory.stopping.set()
        memory.join()
    if process.returncode:
        raise click.ClickException("The close failed.")
    return json.loads(told), memory.peak


@click.command()
@click.option("--seats", default=1_000_000, show_default=True, help="Seats in use in the month.")
@click.option("--events", default=10_000_000, show_default=True, help="Usage events of the month.")
@click.option("--engine", default="duckdb", show_default=True, help="Where plans run.")
@click.option("--check/--no-check", default=True, help="Prove the books afterwards.")
@click.option("--keep", type=click.Path(path_type=Path), help="Make the pot in this folder and leave it.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON row a figure.")
def main(seats: int, events: int, engine: str, check: bool, keep: Path | None, as_json: bool) -> None:
    """Close a month of many seats and events."""
    from hotpot.entry.embedded import embedded_postgres

    size = Size(seats, events)
    with tempfile.TemporaryDirectory(prefix="hotpot-bench-") as folder:
        data = keep or Path(folder) / "data"
        os.environ |= {"HOTPOT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings"}
        with embedded_postgres(data, by="hotpot bench"):
            import django

            django.setup()
            url = embedded_url(data, OWNER_ROLE)
            _prepare(url, size)
            if keep is not None:
                click.echo(f"made in {data}", err=True)
            found, peak = measured(url, data, engine)
            right = _right() if check else None
    tell("close.seconds", round(found["seconds"], 1), "s", as_json)
    tell("close.peak_mib", round(peak / MIB), "MiB", as_json)
    ends = [at for _step, at in found["steps"][1:]]
    for (step, began), ended in zip(found["steps"], ends, strict=False):
        tell(f"close.{step}_seconds", round(ended - began, 1), "s", as_json)
    for name in ("charges", "seats", "bills", "statements"):
        tell(f"close.{name}", found[name], "rows", as_json)
    tell("close.events", events, "rows", as_json)
    if right is False:
        raise click.ClickException("The books are wrong after it: see hotpot books check.")


def _prepare(url: str, size: Size) -> None:
    from hotpot.entry.schema import bring_up_to_date
    from hotpot.pot.metering.loading import load
    from hotpot.pot.party.models import Party

    bring_up_to_date(url)
    if Party.objects.exists():
        return
    began = time.perf_counter()
    chance = random.Random(1)
    make_market(size, chance)
    fill(url, size)
    load(url, chunks(url, size, chance), now=AFTER)
    click.echo(f"filled in {time.perf_counter() - began:.0f} s", err=True)


def _right() -> bool:
    from hotpot.pot.close.books import check_books

    return check_books().right


def tell(name: str, value: float, unit: str, as_json: bool) -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    if as_json:
        click.echo(json.dumps({"name": name, "value": value, "unit": unit, "machine": machine}))
    else:
        click.echo(f"{name:<26} {value:>12,} {unit}")


if __name__ == "__main__":
    main()
