"""Usual settings, what is the same mail, what is news, and letters as they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.kernel.errors import Invalid
from hotpot.pot.connector.mailbox import writing
from hotpot.pot.connector.mailbox.provider_file import read_provider
from hotpot.pot.connector.mailbox.rules import (
    back_off_s,
    checked_address,
    checked_server,
    fingerprint,
    is_news,
    spans,
    suggested,
)
from hotpot.pot.connector.mailbox.wire import Attachment, Correspondent, Secret, Server
from hotpot.pot.connector.mailbox.writing import Draft, addressed, composed

NOW = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)
LI = Correspondent("李雷, Sales", "li@corp.example")


def test_settings_come_from_the_domain_alone() -> None:
    assert suggested("li@QQ.com").incoming == Server("imap.qq.com", 993, "tls")
    assert suggested("li@outlook.com").outgoing == Server("smtp-mail.outlook.com", 587, "starttls")
    guess = suggested("li@corp.example")
    assert (guess.incoming.host, guess.outgoing.host, guess.known) == (
        "imap.corp.example",
        "smtp.corp.example",
        False,
    )


@pytest.mark.parametrize(
    "text", ["", "li", "li@", "@x.cn", "li@corp", "a b@c.cn", "a@b@c.cn", "李@corp.example"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        checked_address(text)


@pytest.mark.parametrize(
    "given_",
    [
        ("", "993", "tls"),
        ("a b", "993", "tls"),
        ("h", "0", "tls"),
        ("h", "x", "tls"),
        ("h", "1", "ssl"),
        ("-h", "1", "tls"),
    ],
)
def test_what_is_no_server_is_refused(given_: tuple[str, str, str]) -> None:
    with pytest.raises(Invalid):
        checked_server(*given_)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(1, 2000)))
def test_spans_name_the_same_uids(uids: set[int]) -> None:
    named = set()
    for part in filter(None, spans(uids).split(",")):
        first, _colon, last = part.partition(":")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == uids


def print_(head: bytes, **changed: Any) -> str:
    return fingerprint(head, **{"message_id": "<1@x>", "size": 10, "received_at": NOW, **changed})


def test_a_mail_is_the_same_by_what_it_says_of_itself() -> None:
    head = b"From: a@b.example\r\nSubject: One\r\nDate: today\r\n\r\n"
    assert print_(head) == print_(b"Received: other\r\n" + head, size=99)
    assert print_(head) == print_(head.replace(b"Subject: One", b"SUBJECT:\r\n One"))
    assert print_(head) != print_(head.replace(b"One", b"Two"))
    assert print_(head) != print_(head, message_id="<2@x>")
    assert print_(b"", message_id="") != print_(b"", message_id="", size=11)


def test_what_is_news() -> None:
    hour = timedelta(hours=1)
    assert not is_news(NOW, None, None)
    assert is_news(NOW, NOW - hour, None)
    assert is_news(NOW - hour, NOW, None)  # The server's clock is an hour late.
    assert not is_news(NOW - 30 * 24 * hour, NOW, None)
    assert not is_news(NOW - hour, NOW - 2 * hour, newest=NOW)


def test_waiting_doubles_up_to_ten_minutes() -> None:
    assert [back_off_s(n, 0.0) for n in (1, 2, 3, 20)] == [2.0, 4.0, 8.0, 600.0]
    assert back_off_s(2, 0.99) > 2.0


def test_secrets_are_in_no_text() -> None:
    assert "word" not in repr(Secret(password="word"))


def test_addresses_as_people_type_them() -> None:
    assert [one.address for one in addressed('a@b.cn, Li <c@d.cn>；"X, Y" <e@f.cn>,')] == [
        "a@b.cn",
        "c@d.cn",
        "e@f.cn",
    ]
    assert addressed('"X, Y" <e@f.cn>') == [Correspondent("X, Y", "e@f.cn")]
    assert addressed(" , ") == []
    with pytest.raises(Invalid, match="chen@"):
        addressed("a@b.cn, chen@")
    with pytest.raises(Invalid):  # To try each of its dots would take hours.
        addressed(f"a@{'.' * 200_000}@")
    with pytest.raises(Invalid):
        addressed(",".join(f"a{n}@b.cn" for n in range(101)))


def draft(**parts: Any) -> Draft:
    return Draft(
        **{"sender": LI, "to": [Correspondent("", "a@b.cn")], "cc": [], "subject": "s", "text": "t", **parts}
    )


def test_a_letter_holds_what_was_written() -> None:
    file = Attachment(1, "计划.pdf", "application/pdf", b"%PDF")
    written = composed(
        draft(
            subject="价格\r\nBcc: x@y.cn",
            text="你好\n",
            attachments=[file],
            answers="<1@x>",
            references="<0@x>",
        ),
        "<2@corp.example>",
        NOW,
    )
    message = message_from_bytes(written)
    assert str(make_header(decode_header(message["Subject"]))) == "价格 Bcc: x@y.cn"
    assert message["Bcc"] is None
    assert (message["In-Reply-To"], message["References"]) == ("<1@x>", "<0@x> <1@x>")
    text, attached = list(message.walk())[1:]
    assert text.get_payload(decode=True) == "你好\r\n".encode()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("计划.pdf", b"%PDF")


def test_an_answer_to_a_mail_of_no_name_is_a_letter_all_the_same() -> None:
    assert message_from_bytes(composed(draft(answers="no id"), "<2@x>", NOW))["In-Reply-To"] is None


def test_a_letter_to_nobody_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid):
        composed(draft(to=[]), "<2@x>", NOW)
    monkeypatch.setattr(writing, "LETTER_BYTES_MAX", 1000)
    with pytest.raises(Invalid, match="too large"):
        composed(draft(attachments=[Attachment(1, "a", "a/b", bytes(1000))]), "<2@x>", NOW)


PROVIDER = """
name = "Corp"
domains = ["corp.example"]
imap = "imap.corp.example"
smtp = "smtp.corp.example:587"
authorize_url = "https://login.corp.example/authorize"
token_url = "https://login.corp.example/token"
client_id = "hotpot"
scope = "mail offline_access"
"""


def test_a_provider_is_read_key_by_key() -> None:
    read = read_provider(PROVIDER, near=False)
    assert (read.incoming.security, read.outgoing) == ("tls", Server("smtp.corp.example", 587, "starttls"))
    for line, key in (("client_id", "client_id"), ("domains", "domains"), ("token_url", "token_url")):
        kept = "\n".join(one for one in PROVIDER.splitlines() if not one.startswith(line))
        with pytest.raises(Invalid, match=key):
            read_provider(kept, near=False)
    with pytest.raises(Invalid, match="https"):
        read_provider(
            PROVIDER.replace("https://login.corp.example/token", "http://login.corp.example"), near=False
        )
    with pytest.raises(Invalid, match="nonsense"):
        read_provider(PROVIDER + "nonsense = 1", near=False)
