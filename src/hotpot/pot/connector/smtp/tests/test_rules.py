"""Mails become texts, refusals become replies."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from hotpot.pot.connector.smtp.rules import (
    REPLIES,
    Recipient,
    identity_of,
    one_line,
    recipient,
    subject_setting,
    text_of,
)
from hotpot.pot.messaging.wire import Refusal


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("13800138000@sms.example", Recipient("13800138000")),
        ("+8613800138000@SMS.example", Recipient("+8613800138000")),
        ("13800138000+42@sms.example", Recipient("13800138000", "42")),
        ("13800138000@elsewhere.example", None),
        ("li.lei@sms.example", None),
        ("1380013800x@sms.example", None),
        ("１３８00138000@sms.example", None),
        ("@sms.example", None),
        ("", None),
    ],
)
def test_whom_an_address_means(address: str, meant: Recipient | None) -> None:
    assert recipient(address, "sms.example") == meant


def test_an_address_may_be_in_brackets() -> None:
    assert recipient("13800138000@[127.0.0.1]", "127.0.0.1") == Recipient("13800138000")


def mail(text: str, subject: str = "告警", charset: str = "gb2312") -> bytes:
    made = EmailMessage()
    made["Subject"] = subject
    made.set_content(text, charset=charset)
    return made.as_bytes()


def test_the_subject_is_where_the_interface_wants_it() -> None:
    content = mail("磁盘满\n\n\n请处理\n-- \n监控")
    assert text_of(content, "first") == "告警\n磁盘满\n请处理"
    assert text_of(content, "none") == "磁盘满\n请处理"
    assert text_of(content, "alone") == "告警"
    assert text_of(mail(""), "none") == "告警"
    assert subject_setting({"subject": "sideways"}) == "first"


def test_a_page_without_a_text_is_read() -> None:
    made = EmailMessage()
    made["Subject"] = ""
    made.set_content("<p>您好，<b>李雷</b></p><script>x</script><p>开会</p>", subtype="html")
    assert text_of(made.as_bytes(), "first") == "您好，李雷\n开会"


def test_every_refusal_has_a_reply_that_says_whether_to_try_again() -> None:
    assert REPLIES.keys() == set(Refusal)
    for reply in REPLIES.values():
        assert re.fullmatch(r"([45])\d\d \1\.\d\.\d", reply)
    assert REPLIES[Refusal.BAD_NUMBER].startswith("550")
    assert REPLIES[Refusal.TOO_LONG].startswith("552")
    assert REPLIES[Refusal.THROTTLED].startswith("452")


def test_a_mail_given_again_is_the_same_and_another_is_not() -> None:
    first = b"Message-ID: <1@x>\r\nSubject: a\r\n\r\nbody"
    assert identity_of(b"Received: by relay\r\n" + first) == identity_of(first)
    assert identity_of(first) != identity_of(first.replace(b"body", b"other"))
    assert identity_of(first) != identity_of(first.replace(b"<1@x>", b"<2@x>"))


def test_a_reply_is_one_line_of_ascii() -> None:
    assert one_line("号码\r\n250 OK") == "? 250 OK"
