"""A company's mail server that works, and all that may be wrong with one."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from hotpot.kernel.errors import Invalid
from hotpot.kernel.reach import EVERYWHERE, PUBLIC_ONLY
from hotpot.pot.connector.smtp import line
from hotpot.pot.connector.smtp.returns import mail_settings
from hotpot.pot.connector.smtp.trial import try_out
from tests.mail.certificate import write_certificate
from tests.mail.dovecot import PASSWORD
from tests.mail.smtp import PostOffice
from tests.ports import free_ports

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
TO = "li@acme.example"
Offices = Callable[..., PostOffice]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reach(settings: Any) -> None:
    settings.HOTPOT_REACH = EVERYWHERE
    settings.HOTPOT_SMTP_DOMAIN = "sms.example"


@pytest.fixture
def office() -> Iterator[Offices]:
    begun: list[PostOffice] = []

    def start(**given: Any) -> PostOffice:
        one = PostOffice(**given)
        one.start()
        begun.append(one)
        return one

    yield start
    for one in begun:
        one.stop()


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


def tried(url: str) -> str:
    given = mail_settings(url, django_settings.SECRET_KEY)
    return try_out(given, name="机房\nBcc: all@acme.example", to=TO, now=NOW)


def refused(url: str) -> str:
    with pytest.raises(Invalid) as refusal:
        tried(url)
    return refusal.value.sentence


def test_a_server_gets_a_mail_as_it_will_get_failures(office: Offices) -> None:
    one = office()
    assert tried(f"smtp://127.0.0.1:{one.port}") == "127.0.0.1"
    [taken] = one.taken
    assert (taken.sender.strip("<>"), taken.recipients) == ("", [TO])
    mail = message_from_bytes(taken.content, policy=policy.default)
    assert mail["subject"] == "Test mail of “机房 Bcc: all@acme.example”"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["bcc"] is None


def test_a_login_over_tls(
    office: Offices, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = office(asks_login=True, tls=tls)
    own = f"@127.0.0.1:{one.port}"
    assert "Nobody vouches for the certificate of 127.0.0.1" in refused(f"smtps://li:{PASSWORD}{own}")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    assert tried(f"smtps://li:{PASSWORD}{own}") == "127.0.0.1"
    assert "does not take this name and password" in refused(f"smtps://li:wrong{own}")
    assert "letters that mail servers don't know" in refused(f"smtps://li:%E5%AF%86{own}")
    assert len(one.taken) == 1


def test_what_is_wrong_is_said(office: Offices, settings: Any) -> None:
    one = office(refusing={TO: "550 5.1.1 No such user"})
    url = f"smtp://127.0.0.1:{one.port}"
    assert refused(url) == "127.0.0.1 refused the letter: 5.1.1 No such user"
    one.refusing = {TO: "450 4.2.1 Later"}
    assert refused(url) == "127.0.0.1 takes no letters now: 4.2.1 Later"
    one.refusing, one.closed = {}, "554 5.7.1 No"
    assert refused(url) == "127.0.0.1 refused the letter: 5.7.1 No"
    assert "would travel readable" in refused(url.replace("127", "li:secret@127", 1))
    assert "speaks no TLS there" in refused(url.replace("smtp", "smtps"))
    assert "does not answer on port" in refused(f"smtp://127.0.0.1:{free_ports()}")
    settings.HOTPOT_REACH = PUBLIC_ONLY
    assert "HOTPOT_INSIDE" in refused(url)


def test_a_server_that_takes_no_login_says_so(
    office: Offices, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = office(tls=tls)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    assert "asks for no login" in refused(f"smtps://li:secret@127.0.0.1:{one.port}")


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "LINE_S_MAX", 0.5)
    left = threading.Event()

    def drip(listener: socket.socket) -> None:
        peer, _address = listener.accept()
        with peer:
            while not left.wait(0.05):
                try:
                    peer.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        try:
            said = refused(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            left.set()
            dripping.join(30)
    assert re.search("it takes too long to answer|timed out", said)
