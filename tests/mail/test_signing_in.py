"""Signing in at a provider, then reading by its tokens on a real Dovecot that asks the provider back."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from hotpot.conftest import NOW, Market
from hotpot.kernel.errors import Invalid, NotFound
from hotpot.pot.connector.mailbox import actions, oauth, queries
from hotpot.pot.connector.mailbox.models import Letter, Mailbox
from hotpot.pot.connector.mailbox.provider_file import read_provider
from hotpot.pot.connector.mailbox.turns import Watch, take_turn
from hotpot.pot.connector.mailbox.wire import Correspondent
from hotpot.pot.connector.mailbox.writing import Draft
from hotpot.pot.connector.trouble import Away
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.mail.conftest import mail
from tests.mail.dovecot import DOVECOT, MISSING, Dovecot
from tests.mail.provider import CLIENT, SECRET, Provider
from tests.mail.smtp import PostOffice

pytestmark = pytest.mark.peer

ADDRESS = "li@corp.example"
BACK = "https://pot.example/apps/mail/signed-in"


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    yield server
    server.stop()


@pytest.fixture
def dovecot(provider: Provider) -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip(MISSING)
    server = Dovecot(introspection=f"{provider.url}/introspect")
    server.start()
    yield server
    server.remove()


@pytest.fixture
def office(provider: Provider) -> Iterator[PostOffice]:
    server = PostOffice(tokens=provider.access)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def market(market: Market, provider: Provider, dovecot: Dovecot, office: PostOffice) -> Market:
    """The provider is configured as its operator's file says."""
    written = f"""
        name = "Corp"
        domains = ["Corp.example"]
        imap = "127.0.0.1:{dovecot.port}:none"
        smtp = "127.0.0.1:{office.port}:none"
        authorize_url = "{provider.url}/authorize"
        token_url = "{provider.url}/token"
        client_id = "{CLIENT}"
        client_secret = "{SECRET}"
        scope = "mail offline_access"
        parameters = {{ prompt = "consent" }}
    """
    actions.keep_provider(read_provider(written, near=True), NOW)
    return market


def begin(market: Market) -> str:
    member = market.members[0]
    return actions.begin_sign_in(
        customer_id=market.customer.id, person_id=member.person_id, app_id="mail", address=ADDRESS,
        back=BACK, now=NOW,
    )  # fmt: skip


def finish(market: Market, state: str, code: str, *, member: int = 0) -> Mailbox:
    person_id = market.members[member].person_id
    return actions.finish_sign_in(
        SYSTEM_ACTOR, state=state, code=code, person_id=person_id, back=BACK, now=NOW
    )


def test_a_mailbox_is_read_by_tokens_that_are_renewed(
    market: Market, provider: Provider, dovecot: Dovecot
) -> None:
    assert queries.suggestion(ADDRESS).provider == "Corp"
    address = begin(market)
    assert "prompt=consent" in address
    mailbox = finish(market, *provider.visit(address, ADDRESS))
    watch = Watch(mailbox.id)
    take_turn(watch, NOW)
    dovecot.deliver(ADDRESS, mail("By token"))
    watch.heard = True
    take_turn(watch, NOW)
    assert list(mailbox.mails.values_list("subject", flat=True)) == ["By token"]
    # Days later the old token is over: the refresh token brings another, and is another itself.
    watch.close()
    provider.access.clear()
    before = bytes(Mailbox.objects.get(id=mailbox.id).sealed_secret)
    take_turn(watch, NOW + timedelta(days=2))
    mailbox.refresh_from_db()
    assert (mailbox.state, mailbox.problem) == (Mailbox.State.RUNNING, "")
    assert bytes(mailbox.sealed_secret) != before
    # The person takes the permission back.
    watch.close()
    provider.access.clear()
    provider.refresh.clear()
    take_turn(watch, NOW + timedelta(days=4))
    mailbox.refresh_from_db()
    assert (mailbox.state, mailbox.problem) == (Mailbox.State.BROKEN, "Corp wants you to sign in again.")


def test_a_letter_goes_out_by_the_token_and_by_its_successor(
    market: Market, provider: Provider, dovecot: Dovecot, office: PostOffice
) -> None:
    mailbox = finish(market, *provider.visit(begin(market), ADDRESS))
    watch = Watch(mailbox.id)
    take_turn(watch, NOW)
    assert after_turn(write(mailbox, "today", NOW), watch, NOW) == Letter.State.SENT
    watch.close()
    provider.access.clear()  # Two days later the old token is over; the server would not take it.
    later = NOW + timedelta(days=2)
    assert after_turn(write(mailbox, "later", later), watch, later) == Letter.State.SENT
    assert [one.sender for one in office.taken] == [ADDRESS, ADDRESS]
    assert set(office.logged_in) == {ADDRESS}
    watch.close()


def write(mailbox: Mailbox, key: str, now: datetime) -> Letter:
    draft = Draft(
        sender=Correspondent("Li", ADDRESS), to=[Correspondent("Chen", "chen@partner.example")], cc=(),
        subject=key, text=key,
    )  # fmt: skip
    return actions.write(SYSTEM_ACTOR, mailbox=mailbox, key=key, draft=draft, answers=None, now=now)


def after_turn(letter: Letter, watch: Watch, now: datetime) -> str:
    take_turn(watch, now)
    letter.refresh_from_db()
    return letter.state


def test_a_code_is_for_who_began_and_once(market: Market, provider: Provider) -> None:
    state, code = provider.visit(begin(market), ADDRESS)
    with pytest.raises(Invalid, match="begun elsewhere"):
        finish(market, state, code, member=1)
    with pytest.raises(Invalid, match="begun elsewhere"):
        finish(market, "another state", code)
    finish(market, state, code)
    with pytest.raises(Invalid, match="begun elsewhere"):
        finish(market, state, code)


def test_the_provider_is_asked_outside_of_any_transaction_and_again_after_it_was_away(
    transactional_db: None, market: Market, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, code = provider.visit(begin(market), ADDRESS)
    exchanged = oauth.exchanged

    def ask(*args: Any, **given: Any) -> oauth.Tokens:
        assert connection.connection.info.transaction_status == TransactionStatus.IDLE
        if away:
            raise Away("Corp is away.")
        return exchanged(*args, **given)

    monkeypatch.setattr(oauth, "exchanged", ask)
    away = True
    with pytest.raises(Invalid, match="Corp is away"), transaction.atomic():
        finish(market, state, code)
    away = False
    with transaction.atomic():
        assert finish(market, state, code).address == ADDRESS
    connection.close()


class Wrong(socketserver.StreamRequestHandler):
    """Something that listens there and speaks another language, or breaks off."""

    said = b""

    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(self.said)


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n[[",
    ],
)
def test_a_provider_that_speaks_nonsense_is_away(said: bytes) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), type("_", (Wrong,), {"said": said})) as server:
        asked = threading.Thread(target=server.handle_request)
        asked.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/token"
        client = oauth.Client("Corp", url, url, CLIENT, SECRET, "mail", {})
        with pytest.raises(Away, match="Corp can't be reached to sign in"):
            oauth.refreshed(client, "token")
        asked.join()


def test_a_stolen_code_is_worth_nothing_without_its_verifier(market: Market, provider: Provider) -> None:
    _state, stolen = provider.visit(begin(market), ADDRESS)
    mine, _code = provider.visit(begin(market), ADDRESS)
    with pytest.raises(Invalid, match="sign in again"):
        finish(market, mine, stolen)


def test_other_domains_have_no_signing_in(market: Market) -> None:
    with pytest.raises(NotFound):
        actions.begin_sign_in(
            customer_id=market.customer.id, person_id=market.members[0].person_id, app_id="mail",
            address="li@elsewhere.example", back=BACK, now=NOW,
        )  # fmt: skip


def test_secrets_are_sealed(market: Market, provider: Provider) -> None:
    mailbox = finish(market, *provider.visit(begin(market), ADDRESS))
    stored = Mailbox.objects.filter(id=mailbox.id).values().get()
    secrets = [*provider.access, *provider.refresh, SECRET]
    assert secrets
    kept = " ".join(str(bytes(one) if isinstance(one, memoryview) else one) for one in stored.values())
    assert not any(secret in kept for secret in secrets)
