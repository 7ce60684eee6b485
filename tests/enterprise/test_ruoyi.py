"""A real office system's own database: its people become members with departments and roles."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from hotpot.conftest import Market
from hotpot.pot.connector import actions, runner
from hotpot.pot.connector.models import UnreadableRow
from hotpot.pot.connector.wire import read_file
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party.models import Department, Member
from tests.enterprise.conftest import StartedServers
from tests.enterprise.offices import MariaDB, Office
from tests.enterprise.settings import NOW

ROOT = Path(__file__).resolve().parents[2]
DUMPS = ROOT.parent / "shared" / "data" / "legacy" / "ruoyi.tar.xz"
TOML = ROOT / "docs" / "guides" / "connectors" / "ruoyi-directory.toml"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DUMPS.exists(), reason="needs ../shared/data/legacy/ruoyi.tar.xz"),
]


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def ruoyi(
    request: pytest.FixtureRequest, servers: StartedServers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Its address, loaded from its vendor's dump for that database."""
    server = servers[request.param]
    folder = tmp_path_factory.mktemp("ruoyi")
    with tarfile.open(DUMPS) as archive:
        archive.extractall(folder, filter="data")
    if isinstance(server, MariaDB):
        server.administer("CREATE DATABASE ruoyi CHARACTER SET utf8mb4")
        yield load_mariadb(server, folder / "ruoyi" / "ruoyi-vue-pro.mysql.sql")
        server.administer("DROP DATABASE ruoyi")
    else:
        yield load_postgresql(server.address, folder / "ruoyi" / "ruoyi-vue-pro.pg.sql")


def load_postgresql(address: str, dump: Path) -> str:
    with psycopg.connect(address, autocommit=True) as office:
        office.execute("DROP DATABASE IF EXISTS ruoyi")
        office.execute("CREATE DATABASE ruoyi")
    ruoyi = make_url(address).set(database="ruoyi").render_as_string(hide_password=False)
    with psycopg.connect(ruoyi, autocommit=True) as office:
        office.execute(dump.read_text("utf-8").encode())
    return ruoyi


def load_mariadb(server: MariaDB, dump: Path) -> str:
    """MariaDB 10.11 lacks MySQL 8's newest collation; it differs in sorting only."""
    text = dump.read_text("utf-8").replace("utf8mb4_0900_ai_ci", "utf8mb4_unicode_ci")
    client = shutil.which("mariadb")
    assert client, "Debian's mariadb-server brings the client"
    command = [client, "--no-defaults", "-h127.0.0.1", f"-P{server.port}", "-uroot", "ruoyi"]
    subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    return server.address.replace("/office", "/ruoyi")


def test_the_office_s_people_become_members(ruoyi: str, market: Market) -> None:
    customer = market.customer
    Member.objects.filter(customer=customer).delete()
    Department.objects.filter(customer=customer).delete()
    file = read_file(TOML.read_text("utf-8"))
    connector = actions.create(
        SYSTEM_ACTOR, customer=customer, name=file.name, address=ruoyi, config=file.config, now=NOW
    )
    actions.start(SYSTEM_ACTOR, connector=connector, now=NOW)
    assert runner.poll_once(connector.id, NOW).problem == ""

    members = {one.external_id: one for one in Member.objects.filter(customer=customer, left_on=None)}
    admin = members["1"]
    assert (admin.name, admin.person.number) == ("芋道源码", "+8618818260272")
    assert set(admin.roles) == {"super_admin", "common"}
    department = admin.department
    assert department is not None
    assert (department.name, department.parent and department.parent.name) == ("研发部门", "深圳总公司")

    users = Office.rows_of(
        ruoyi, "SELECT id FROM system_users WHERE deleted = 0 AND status = 0 AND tenant_id = 1"
    )
    reported = UnreadableRow.objects.filter(connector=connector)
    kept = {row.external_key.removeprefix("directory/") for row in reported}
    assert members.keys() | kept == {str(row["id"]) for row in users}
    assert not members.keys() & kept
    assert kept
    assert all(row.problem and row.row for row in reported)


def test_nothing_changes_the_second_time(ruoyi: str, market: Market) -> None:
    file = read_file(TOML.read_text("utf-8"))
    connector = actions.create(
        SYSTEM_ACTOR, customer=market.customer, name=file.name, address=ruoyi, config=file.config, now=NOW
    )
    actions.start(SYSTEM_ACTOR, connector=connector, now=NOW)
    runner.poll_once(connector.id, NOW)
    before = list(Member.objects.order_by("id").values())
    again = NOW + runner.DIRECTORY_EVERY
    runner.poll_once(connector.id, again)
    assert list(Member.objects.order_by("id").values()) == before
    connector.refresh_from_db()
    assert connector.directory_at == again
