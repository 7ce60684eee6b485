"""A manager sets a connector up in the browser; others can't."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from hotpot.conftest import NOW, Market, make_market, make_membership, signed_in_client
from hotpot.pot.connector import actions
from hotpot.pot.connector.models import Connector, UnreadableRow
from hotpot.pot.events.wire import SYSTEM_ACTOR

pytestmark = pytest.mark.django_db

SOURCE = {
    "source__table": "claim",
    "source__key": "id",
    "notice__kind": "status",
    "notice__column": "status",
    "notice__open": "0",
    "time_zone": "Asia/Shanghai",
    "encoding": "",
}
COLUMNS = {
    "columns__title": "{title} {id}",
    "columns__approver": "role",
    "columns__approver_by": "role",
    "columns__amount": "amount",
    "columns__details": "Reason = reason",
}
WRITE_BACK = {
    "write_back__statements": "UPDATE claim SET status = :verdict WHERE id = :key AND status = 0",
    "write_back__verdicts__approved": "2",
    "write_back__verdicts__rejected": "3",
}


@pytest.fixture
def office(tmp_path: Path, settings: Any) -> Path:
    settings.HOTPOT_DEMO = True  # Files may be connected to in the demo only.
    path = tmp_path / "office.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE claim (id INTEGER, title, role, amount, reason, status INTEGER)")
        connection.execute("INSERT INTO claim VALUES (1, 'Taxi', 'SUPERVISOR', '12.50', 'late', 0)")
        connection.execute("INSERT INTO claim VALUES (2, 'Hotel', '', '99', 'trip', 0)")
    connection.close()
    return path


@pytest.fixture
def market() -> Market:
    return make_market("Cable")


def make_connector(market: Market, office: Path) -> Connector:
    return actions.create(
        SYSTEM_ACTOR,
        customer=market.customer,
        integrator=market.integrator,
        name="Cable claims",
        address=f"sqlite:///{office}",
        config={},
        now=NOW,
    )


def test_an_integrator_sets_one_up_step_by_step(market: Market, office: Path) -> None:
    client = signed_in_client(market.integrator_owner)
    given = {"name": "Claims", "customer": market.customer.id, "address": f"sqlite:///{office}"}
    answer = client.post("/connectors/new/", given)
    connector = Connector.objects.get()
    assert answer["Location"] == f"/connectors/{connector.pk}/source/"
    assert "claim" in text(client.get(answer["Location"]))

    answer = client.post(answer["Location"], SOURCE)
    assert answer["Location"] == f"/connectors/{connector.pk}/columns/"
    preview = text(client.post(f"/connectors/{connector.pk}/columns/preview/", COLUMNS))
    assert "Taxi 1" in preview
    assert "12.50" in preview
    assert "names nobody" in preview

    answer = client.post(answer["Location"], COLUMNS)
    assert answer["Location"] == f"/connectors/{connector.pk}/write-back/"
    test = text(client.post(f"/connectors/{connector.pk}/write-back/test/", WRITE_BACK))
    assert test.count("rolled back") == 2
    assert status_of(office, 1) == 0

    client.post(answer["Location"], WRITE_BACK)
    connector.refresh_from_db()
    assert connector.state == "running"
    assert connector.config["write_back"]["statements"] == [WRITE_BACK["write_back__statements"]]
    assert connector.config["columns"]["details"] == [["Reason", "reason"]]
    page = text(client.get(f"/connectors/{connector.pk}/"))
    assert "Running" in page
    assert "Claims" in text(client.get("/connectors/"))


def test_a_wrong_column_is_told_above_the_form(market: Market, office: Path) -> None:
    connector = make_connector(market, office)
    client = signed_in_client(market.customer_owner)
    answer = client.post(f"/connectors/{connector.pk}/source/", SOURCE | {"source__key": "number"})
    assert answer.status_code == 422
    assert "number" in text(answer)
    connector.refresh_from_db()
    assert connector.config == {}


def test_the_address_is_never_shown_again(market: Market, office: Path) -> None:
    connector = make_connector(market, office)
    address = "postgresql://hotpot:hunter2@db.example:5432/office"
    actions.change(SYSTEM_ACTOR, connector=connector, address=address, now=NOW)
    client = signed_in_client(market.integrator_owner)
    for path in ("", "address/"):
        assert "hunter2" not in text(client.get(f"/connectors/{connector.pk}/{path}"))
    assert "db.example" in text(client.get(f"/connectors/{connector.pk}/"))


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////etc/passwd",
        "postgresql:///hotpot?host=/run/postgresql",
        "postgresql://h/db?host=/tmp",
        "mysql://h/db?read_default_file=/root/.my.cnf",
        "mysql://h/db?local_infile=1",
    ],
)
def test_an_address_on_a_page_leads_over_the_network(market: Market, address: str) -> None:
    client = signed_in_client(market.integrator_owner)
    answer = client.post(
        "/connectors/new/", {"name": "X", "customer": market.customer.id, "address": address}
    )
    assert answer.status_code == 422
    assert not Connector.objects.exists()


def test_pause_and_start(market: Market, office: Path) -> None:
    connector = make_connector(market, office)
    Connector.objects.filter(pk=connector.pk).update(state="running")
    client = signed_in_client(market.customer_owner)
    client.post(f"/connectors/{connector.pk}/pause/")
    connector.refresh_from_db()
    assert connector.state == "paused"


def test_strangers_see_and_do_nothing(market: Market, office: Path) -> None:
    connector = make_connector(market, office)
    UnreadableRow.objects.create(
        connector=connector, customer=market.customer, external_key="7", problem="x", row={},
        first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    other = make_market("Other")
    for person in (other.integrator_owner, other.customer_owner):
        client = signed_in_client(person)
        assert "Cable claims" not in text(client.get("/connectors/"))
        for path in ("", "address/", "source/", "columns/", "write-back/", "directory/"):
            assert client.get(f"/connectors/{connector.pk}/{path}").status_code == 404
        assert client.post(f"/connectors/{connector.pk}/pause/").status_code == 404


def test_a_viewer_looks_and_does_not_touch(market: Market, office: Path) -> None:
    connector = make_connector(market, office)
    client = signed_in_client(make_membership(market.customer, role="viewer").person)
    assert client.get(f"/connectors/{connector.pk}/").status_code == 200
    assert client.get(f"/connectors/{connector.pk}/source/").status_code == 403
    assert client.post(f"/connectors/{connector.pk}/pause/").status_code == 403


def test_the_list_costs_few_queries(market: Market, office: Path, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        actions.create(
            SYSTEM_ACTOR, customer=market.customer, name=f"C{number}", address=f"sqlite:///{office}",
            config={}, now=NOW,
        )  # fmt: skip
    client = signed_in_client(market.customer_owner)
    client.get("/connectors/")
    with django_assert_max_num_queries(22):
        client.get("/connectors/")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def status_of(office: Path, key: int) -> int:
    connection = sqlite3.connect(office)
    (status,) = connection.execute("SELECT status FROM claim WHERE id = ?", [key]).fetchone()
    connection.close()
    return int(status)
