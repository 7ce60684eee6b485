"""One office a kind of database, started once; each test gets it running, with fresh tables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotpot.conftest import Market, make_market, make_member
from hotpot.pot.connector import actions, runner
from hotpot.pot.connector.models import Connector
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.enterprise.offices import MariaDB, Office, Postgres, Server, SqliteFile, temporary_folder
from tests.enterprise.settings import CONFIGS, NOW

KINDS: dict[str, Any] = {"sqlite": SqliteFile, "postgresql": Postgres, "mariadb": MariaDB}


class StartedServers(dict[str, Server]):
    """Starts a server when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.folders: list[Path] = []

    def __missing__(self, kind: str) -> Server:
        if kind == "mariadb" and (why := MariaDB.missing()):
            pytest.skip(why)
        self.folders.append(temporary_folder())
        server: Server = KINDS[kind](self.folders[-1])
        server.start()
        self[kind] = server
        return server

    def stop(self) -> None:
        for server in self.values():
            server.stop()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[StartedServers]:
    started = StartedServers()
    yield started
    started.stop()


@pytest.fixture(params=list(KINDS))
def office(request: pytest.FixtureRequest, servers: StartedServers) -> Iterator[Office]:
    server = servers[request.param]
    office = Office(server)
    office.make_tables()
    yield office
    for connector_id in list(runner._pollers.__dict__.get("kept", {})):
        runner.forget(connector_id)


@pytest.fixture
def market(db: None) -> Market:
    market = make_market("Office")
    make_member(market.customer, name="Li Supervisor", roles=["SUPERVISOR"], external_id="u7")
    return market


@pytest.fixture(params=list(CONFIGS))
def notice(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connector(office: Office, market: Market) -> Connector:
    """The plainest one: a status column."""
    return started(office, market, "status")


def started(office: Office, market: Market, notice: str, **parts: Any) -> Connector:
    connector = actions.create(
        SYSTEM_ACTOR,
        customer=market.customer,
        integrator=market.integrator,
        name=f"Leave by {notice}",
        address=office.address,
        config=CONFIGS[notice] | parts,
        now=NOW,
    )
    return actions.start(SYSTEM_ACTOR, connector=connector, now=NOW)
