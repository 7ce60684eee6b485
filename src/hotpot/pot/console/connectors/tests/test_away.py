"""While a company's database keeps a page waiting, no transaction of ours waits with it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hotpot.conftest import NOW, Market, make_market, signed_in_client
from hotpot.pot.connector import actions
from hotpot.pot.connector.models import Connector
from hotpot.pot.connector.preview import Preview
from hotpot.pot.connector.wire import stored
from hotpot.pot.console.connectors import wizard
from hotpot.pot.console.connectors.tests.test_pages import COLUMNS, SOURCE, WRITE_BACK
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.models import Interface

pytestmark = pytest.mark.django_db(transaction=True)

WAIT_S = 60.0  # generous
OPEN = """
SELECT state, query FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
   AND xact_start IS NOT NULL
"""
CONFIG = {
    "source": {"table": "claim", "key": "id"},
    "notice": {"kind": "status", "column": "status", "open": "0"},
    "columns": {"title": "title", "approver": "role"},
}
TABLES = {"name": "OA", "access_number": "1065712", "time_zone": "Asia/Shanghai", "code": "oa", "make": "on"}


class Peer:
    """Takes every line and says nothing, until it is let go: then it hangs up on all."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.address = f"postgresql://u:p@127.0.0.1:{port}/office"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                line, _ = self._listener.accept()
                threading.Thread(target=self._hold, args=[line], daemon=True).start()

    def _hold(self, line: socket.socket) -> None:
        with line:
            self.asked.set()
            self.let_go.wait(WAIT_S)

    def close(self) -> None:
        self.let_go.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


@dataclass(frozen=True, slots=True)
class Ask:
    client: Client
    path: str
    given: Mapping[str, Any] | None = None  # None is a GET

    def send(self) -> Any:
        if self.given is None:
            return self.client.get(self.path)
        return self.client.post(self.path, self.given)


def asks(market: Market, connector: Connector, address: str) -> Iterator[Ask]:
    """Every request of the wizards that asks a database."""
    client, operator = signed_in_client(market.integrator_owner), signed_in_client(market.operator_owner)
    given = {"name": "Other", "customer": market.customer.id, "address": address}
    yield Ask(client, "/connectors/new/", given)
    here = f"/connectors/{connector.pk}/"
    yield Ask(client, f"{here}address/", {"name": "Renamed", "address": address})
    for step, answers in (("source", SOURCE), ("columns", COLUMNS), ("write-back", None)):
        yield Ask(client, f"{here}{step}/")
        if answers:
            yield Ask(client, f"{here}{step}/", answers)
    yield Ask(client, f"{here}columns/preview/", COLUMNS)
    yield Ask(client, f"{here}write-back/test/", WRITE_BACK)
    yield Ask(client, f"{here}directory/", {"directory__users": "SELECT 1"})
    tables = TABLES | {"customer": market.customer.id, "address": address}
    yield Ask(operator, "/console/operator/plugins/new/api/", tables)


def answer_of(ask: Ask, peer: Peer) -> tuple[Any, list[Any]]:
    """And the transactions that were open while the peer kept it waiting."""
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(ask.send())
        finally:
            connection.close()

    peer.asked.clear()
    peer.let_go.clear()
    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    asked = peer.asked.wait(WAIT_S)
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        open_now = cursor.fetchall()
    peer.let_go.set()
    sending.join(WAIT_S)
    assert asked, f"{ask.path} asked nobody"
    assert answers, f"{ask.path} was not answered"
    return answers[0], open_now


def test_no_transaction_waits_and_nothing_is_half_done(peer: Peer) -> None:
    market = make_market("Slow")
    connector = actions.create(
        SYSTEM_ACTOR, customer=market.customer, integrator=market.integrator, name="Slow claims",
        address=peer.address, config=CONFIG, now=NOW,
    )  # fmt: skip
    before = Connector.objects.values().get()
    told = 0
    for ask in asks(market, connector, peer.address):
        answer, open_now = answer_of(ask, peer)
        assert open_now == [], ask.path
        told += "Their database can&#x27;t be reached" in answer.content.decode()
        assert answer.status_code == (422 if answer.wsgi_request.method == "POST" else 200) or (
            "preview" in ask.path or "test" in ask.path
        ), ask.path
    assert told == 8  # each that has to be answered; a page that only offers names does without
    assert Connector.objects.values().get() == before
    assert not Interface.objects.exists()


def test_what_somebody_changed_meanwhile_is_not_overwritten(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = make_market("Busy")
    actions.create(
        SYSTEM_ACTOR, customer=market.customer, name="Claims", address=peer.address, config=CONFIG, now=NOW
    )

    def rename() -> None:
        connector = Connector.objects.get()
        actions.change(SYSTEM_ACTOR, connector=connector, name="Renamed", now=NOW + timedelta(seconds=1))
        connection.close()

    def preview(*_given: Any, **_more: Any) -> Preview:
        colleague = threading.Thread(target=rename, daemon=True)
        colleague.start()
        colleague.join(WAIT_S)
        return Preview()

    monkeypatch.setattr(wizard, "preview", preview)
    peer.let_go.set()
    pk = Connector.objects.get().pk
    answer = signed_in_client(market.customer_owner).post(f"/connectors/{pk}/source/", SOURCE)
    assert answer.status_code == 422
    assert "Somebody changed this connector meanwhile" in answer.content.decode()
    assert Connector.objects.values("name", "config").get() == {"name": "Renamed", "config": stored(CONFIG)}
