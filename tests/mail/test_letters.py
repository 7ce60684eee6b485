"""Letters go out through the mailbox's own server, and try-outs say what is wrong."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from hotpot.conftest import Market
from hotpot.kernel.errors import Invalid
from hotpot.pot.connector.mailbox import actions, outgoing
from hotpot.pot.connector.mailbox.models import Letter, Mail, Mailbox
from hotpot.pot.connector.mailbox.wire import Access, Correspondent, Secret, Server, UnknownCertificate
from hotpot.pot.connector.mailbox.writing import Draft
from hotpot.pot.connector.trouble import Away
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.mail.conftest import Owner, mail
from tests.mail.dovecot import Dovecot
from tests.mail.smtp import PostOffice

CHEN = Correspondent("Chen Bo", "chen@partner.example")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice(asks_login=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def access(dovecot: Dovecot, office: PostOffice) -> Access:
    return dovecot.access(dovecot.add(), office.port)


@pytest.fixture
def owner(own: Callable[[Access], Owner], access: Access, dovecot: Dovecot) -> Owner:
    dovecot.deliver(access.address, mail("Price?"))
    owner = own(access)
    owner.turn()
    return owner


def write(owner: Owner, *, key: str = "k", cc: tuple[Correspondent, ...] = (), **parts: Any) -> Letter:
    draft = Draft(
        sender=Correspondent("Li Lei", owner.mailbox.address), to=[CHEN], cc=cc, subject="Re: Price?",
        text="12 yuan.", answers="<Price?@partner.example>", **parts,
    )  # fmt: skip
    answers = Mail.objects.get(subject="Price?")
    return actions.write(
        SYSTEM_ACTOR, mailbox=owner.mailbox, key=key, draft=draft, answers=answers, now=owner.now
    )


def after_turn(owner: Owner, letter: Letter) -> Letter:
    owner.turn(heard=False)
    letter.refresh_from_db()
    return letter


@pytest.mark.peer
def test_a_letter_is_sent_filed_and_its_mail_marked(
    owner: Owner, office: PostOffice, dovecot: Dovecot
) -> None:
    letter = write(owner)
    assert write(owner).id == letter.id
    assert after_turn(owner, letter).state == Letter.State.SENT
    (taken,) = office.taken
    assert (taken.sender, taken.recipients) == (owner.mailbox.address, ["chen@partner.example"])
    assert message_from_bytes(taken.content)["In-Reply-To"] == "<Price?@partner.example>"
    (copy,) = dovecot.files(owner.mailbox.address, "Sent")
    assert letter.message_id.encode() in copy.read_bytes()
    assert Mail.objects.get(subject="Price?").answered
    (original,) = dovecot.files(owner.mailbox.address)
    assert "R" in original.name.rpartition("2,")[2]
    after_turn(owner, letter)
    assert len(office.taken) == len(dovecot.files(owner.mailbox.address, "Sent")) == 1


@pytest.mark.peer
def test_a_copy_that_is_there_is_not_made_again(owner: Owner, dovecot: Dovecot) -> None:
    """We may be killed between filing it and writing that down; many servers file it by themselves."""
    letter = after_turn(owner, write(owner))
    Letter.objects.filter(id=letter.id).update(is_filed=False)
    assert after_turn(owner, letter).is_filed
    assert len(dovecot.files(owner.mailbox.address, "Sent")) == 1


@pytest.mark.peer
def test_a_busy_server_is_tried_again_and_a_refusal_is_final(owner: Owner, office: PostOffice) -> None:
    office.closed = "451 come back later"
    letter = after_turn(owner, write(owner))
    assert (letter.state, letter.attempts) == (Letter.State.WAITING, 1)
    assert "come back later" in letter.problem
    assert letter.retry_at is not None
    owner.now = letter.retry_at
    office.closed = ""
    assert after_turn(owner, letter).state == Letter.State.SENT
    office.closed = "554 no spam here"
    refused = after_turn(owner, write(owner, key="k2"))
    assert refused.state == Letter.State.FAILED
    assert "no spam here" in refused.problem
    assert EventRow.objects.filter(type="mail.letter_failed", data__letter_id=refused.id).exists()
    assert owner.fresh().state == Mailbox.State.RUNNING


@pytest.mark.peer
def test_a_server_that_stays_away_for_a_day_ends_it(owner: Owner, office: PostOffice) -> None:
    letter = write(owner)
    office.closed = "451 later"
    owner.now += timedelta(days=1, minutes=1)
    assert after_turn(owner, letter).state == Letter.State.FAILED
    office.closed = ""
    actions.send_again(letter)
    assert after_turn(owner, letter).state == Letter.State.SENT


@pytest.mark.peer
def test_who_got_no_copy_is_said(owner: Owner, office: PostOffice) -> None:
    office.refusing = {"gone@partner.example": "550 no such user"}
    letter = after_turn(owner, write(owner, cc=(Correspondent("", "gone@partner.example"),)))
    assert letter.state == Letter.State.SENT
    assert "gone@partner.example: no such user" in letter.problem
    assert office.taken[0].recipients == ["chen@partner.example"]


class Dripping(socketserver.StreamRequestHandler):
    """A mail server whose first answer comes byte by byte, and has no end."""

    def handle(self) -> None:
        with suppress(OSError):
            while True:
                self.wfile.write(b"220-still here\r\n"[self.sent % 16 :][:1])
                self.sent += 1
                time.sleep(0.01)

    def setup(self) -> None:
        super().setup()
        self.sent = 0


def test_a_mail_server_that_drips_keeps_a_letter_for_so_long_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing, "LETTER_S_MAX", 0.5)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        away = Server("127.0.0.1", server.server_address[1], "none")
        access = Access("li@corp.example", "li", away, away, Secret(password="x"))
        with pytest.raises(Away, match=r"timed out|too long"):
            outgoing.send(access, ["chen@partner.example"], b"Subject: x\r\n\r\nx")
        server.shutdown()


# Trying out


@pytest.mark.peer
def test_a_try_out_says_what_is_wrong(market: Market, access: Access, dovecot: Dovecot) -> None:
    assert actions.try_out(access)[0] == "INBOX"
    no_name = Server("no-such-host.invalid", 993)
    silent = replace(access.incoming, port=1)
    plain = Server("127.0.0.1", dovecot.port, "tls")
    for wrong, words, where in (
        (replace(access, secret=Secret(password="x")), "does not take this name and password", "incoming"),
        (replace(access, incoming=no_name), "There is no server called", "incoming"),
        (replace(access, incoming=silent), "does not answer on port 1", "incoming"),
        (replace(access, incoming=plain), "speaks no TLS there", "incoming"),
        (
            replace(access, outgoing=replace(access.outgoing, security="starttls")),
            "no encryption",
            "outgoing",
        ),
    ):
        with pytest.raises(Invalid, match=words) as refusal:
            actions.try_out(wrong)
        assert refusal.value.code == where


@pytest.mark.peer
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_its_own_is_asked_about_before_any_password(
    market: Market, access: Access, dovecot: Dovecot, security: Any
) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    server = Server("127.0.0.1", port, security)
    with pytest.raises(UnknownCertificate) as unknown:
        actions.try_out(replace(access, incoming=server))
    assert (unknown.value.side, unknown.value.pin) == ("incoming", dovecot.pin)
    assert actions.try_out(replace(access, incoming=replace(server, pin=dovecot.pin)))
    with pytest.raises(UnknownCertificate, match="another certificate"):
        actions.try_out(replace(access, incoming=replace(server, pin="0" * 64)))
