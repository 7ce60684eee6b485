"""How fast rows of an old system's tables go in and out: api_mt to our store, receipts back into api_rpt.

Starts a PostgreSQL of its own for us and Debian's MariaDB for the old system on this machine. One poller,
as in the process `connectors`. Prints one JSON row a figure with --json.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

ROWS = 20_000
NUMBERS = 10_000
NOW = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)


@click.command("tables")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--rows", default=ROWS, show_default=True, help="Rows of one number each.")
def main(as_json: bool, rows: int) -> None:
    """Rows a second into our store and receipts a second back."""
    with TemporaryDirectory() as folder, _stores(Path(folder)) as office:
        taken, told = _measure(office, rows)
    figures = {"tables.api_in.rows_per_s": taken, "tables.api_out.rows_per_s": told}
    for name, value in figures.items():
        if as_json:
            machine = f"{os.cpu_count()} cores"
            click.echo(
                json.dumps({"name": name, "value": round(value), "unit": "rows/s", "machine": machine})
            )
        else:
            click.echo(f"{name:28} {value:10,.0f}")


@contextmanager
def _stores(folder: Path) -> Iterator[Any]:
    from hotpot.entry.embedded import embedded_postgres

    (folder / "ours").mkdir()
    with embedded_postgres(folder / "ours") as url:
        os.environ |= {
            "HOTPOT_DATABASE_URL": url,
            "HOTPOT_INSIDE": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings",
        }
        import django

        django.setup()
        from hotpot.entry.schema import bring_up_to_date

        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # The tests know how to start one.
        from tests.enterprise.offices import MariaDB

        if why := MariaDB.missing():
            raise click.ClickException(why)
        bring_up_to_date(url)
        server = MariaDB(folder)
        server.start()
        try:
            yield server.address
        finally:
            server.stop()


def _measure(address: str, rows: int) -> tuple[float, float]:
    from django.db import transaction
    from sqlalchemy import create_engine, text

    from hotpot.pot.access.readers import as_system
    from hotpot.pot.connector import runner
    from hotpot.pot.connector.address import url_of
    from hotpot.pot.connector.enterprise import Enterprise
    from hotpot.pot.connector.tables import actions, theirs
    from hotpot.pot.connector.tables.profiles import profile_of
    from hotpot.pot.connector.wire import Tables
    from hotpot.pot.events.wire import SYSTEM_ACTOR
    from hotpot.pot.messaging.models import Message, Notice
    from hotpot.pot.party.actions import register_party

    tables = Tables("api", "oa")
    enterprise = Enterprise(address)
    theirs.make(enterprise, profile_of(tables, "1065712").tables)
    enterprise.close()
    with transaction.atomic(), as_system():
        company = register_party(SYSTEM_ACTOR, kind="customer", name="Bench", owner=None, now=NOW)
        connector = actions.connect(
            SYSTEM_ACTOR, customer=company, name="Bench", address=address, tables=tables,
            access_number="1065712", time_zone="Asia/Shanghai", now=NOW,
        )  # fmt: skip
    office = create_engine(url_of(address))
    statement = text("INSERT INTO api_mt_oa (SM_ID, SRC_ID, MOBILES, CONTENT) VALUES (:id, 1, :to, :text)")
    with office.begin() as connection:
        connection.execute(
            statement,
            [
                {"id": n % 99_999_999 + 1, "to": f"138{n % NUMBERS:08}", "text": f"您的验证码是 {n:06}"}
                for n in range(rows)
            ],
        )
    began = time.perf_counter()
    done = 0
    while done < rows:
        done += runner.poll_once(connector.id, NOW).taken
    taken = rows / (time.perf_counter() - began)
    with transaction.atomic(), as_system():
        sent = Message.objects.filter(direction="out")
        sent.update(state="delivered", ended_at=NOW)
        Notice.objects.bulk_create(
            [
                Notice(interface_id=connector.interface_id or 0, message_id=pk, kind="receipt")
                for pk in sent.order_by("id").values_list("pk", flat=True)
            ],
            batch_size=5000,
        )
    began = time.perf_counter()
    done = 0
    while done < rows:
        done += runner.poll_once(connector.id, NOW).written_back
    told = rows / (time.perf_counter() - began)
    with office.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM api_rpt_oa")).scalar() == rows
        assert connection.execute(text("SELECT count(*) FROM api_mt_oa")).scalar() == 0
    return taken, told


if __name__ == "__main__":
    main()
