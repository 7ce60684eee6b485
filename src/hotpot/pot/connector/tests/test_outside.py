"""What companies and people enter as an address leads nowhere into the operator's own network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from hotpot.kernel.reach import PUBLIC_ONLY, Reach
from hotpot.pot.access.readers import outside_transaction
from hotpot.pot.connector import outside
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.mailbox import oauth
from hotpot.pot.connector.mailbox.network import line_to
from hotpot.pot.connector.mailbox.wire import Server
from hotpot.pot.connector.trouble import Broken, Trouble

REFUSED = "leads to this machine or into a private network"


@pytest.fixture(autouse=True)
def public_only(settings: Any) -> None:
    settings.HOTPOT_REACH = PUBLIC_ONLY


class Ear:
    """Listens on this machine, and knows whether anybody came."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.came = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                line, _ = self._listener.accept()
                self.came.set()
                line.close()
        except OSError:
            pass  # closed

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    listening = Ear()
    yield listening
    listening.close()


class Names:
    """A name server that says what the test wants, one answer after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers = list(answers)
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)

    def look_up(self, _host: str, port: int, *_rest: Any, **_more: Any) -> list[Any]:
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in said
        ]


def ask_database(scheme: str, host: str, port: int) -> None:
    enterprise = Enterprise(f"{scheme}://u:p@{host}:{port}/office")
    try:
        enterprise.tables()
    finally:
        enterprise.close()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0", "127.8.8.8", "::1", "::ffff:127.0.0.1", "10.1.2.3", "192.168.7.5",
     "172.16.0.9", "169.254.169.254", "100.64.3.3"],
)  # fmt: skip
def test_a_mail_server_is_not_inside(host: str) -> None:
    with pytest.raises(Broken, match=REFUSED):
        line_to(Server(host, 25))


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_database_is_not_inside(ear: Ear, scheme: str, host: str) -> None:
    with pytest.raises(Broken, match=REFUSED):
        ask_database(scheme, host, ear.port)
    assert not ear.came.is_set()


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_the_operator_allows_a_server_inside(settings: Any, ear: Ear, scheme: str) -> None:
    settings.HOTPOT_REACH = Reach.of("127.0.0.1")
    with pytest.raises(Trouble) as trouble:  # It is no database.
        ask_database(scheme, "127.0.0.1", ear.port)
    assert REFUSED not in str(trouble.value)
    assert ear.came.wait(20)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, ["8.8.8.8", "10.1.2.3"])
    with pytest.raises(Broken, match=REFUSED):
        line_to(Server("mail.corp.example", 993))


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "imap"])
def test_what_was_checked_is_what_is_connected_to(
    settings: Any, monkeypatch: pytest.MonkeyPatch, ear: Ear, scheme: str
) -> None:
    """A name server that leads elsewhere at a second look-up gains nothing: there is none."""
    settings.HOTPOT_REACH = Reach.of("127.0.0.1")
    names = Names(monkeypatch, ["127.0.0.1"], ["10.1.2.3"])
    if scheme == "imap":
        line_to(Server("mail.corp.example", ear.port)).close()
    else:
        with pytest.raises(Trouble):  # It is no database.
            ask_database(scheme, "db.corp.example", ear.port)
    assert ear.came.wait(20)
    assert names.answers == [["10.1.2.3"]]


def test_a_public_address_of_this_machine_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outside.is_own(socket.AF_INET, "127.0.0.1")
    assert not outside.is_own(socket.AF_INET, "8.8.8.8")
    monkeypatch.setattr(outside, "is_own", lambda _family, address: address == "8.8.8.8")
    Names(monkeypatch, ["8.8.8.8"])
    with pytest.raises(Broken, match=REFUSED):
        outside.addresses_of("mail.corp.example", 993)


def ask_provider(port: int) -> None:
    address = f"http://127.0.0.1:{port}/token"
    oauth.refreshed(oauth.Client("Corp", address, address, "us", "", "mail", {}), "ours")


ASKS: dict[str, Callable[[int], object]] = {
    "postgresql": lambda port: ask_database("postgresql", "127.0.0.1", port),
    "mysql": lambda port: ask_database("mysql", "127.0.0.1", port),
    "mail": lambda port: line_to(Server("127.0.0.1", port)).close(),
    "provider": ask_provider,
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", ASKS)
def test_nobody_is_asked_in_a_transaction(settings: Any, ear: Ear, who: str) -> None:
    settings.HOTPOT_REACH = Reach.of("127.0.0.1")
    with transaction.atomic():
        with pytest.raises(RuntimeError, match="outside_transaction"):
            ASKS[who](ear.port)
        assert not ear.came.is_set()
        with outside_transaction(), suppress(Trouble):  # Nobody there speaks a language.
            ASKS[who](ear.port)
    assert ear.came.wait(20)
