"""Mails as they really are: broken, in all charsets, hostile. Each is read, shown and nothing raised."""

from __future__ import annotations

import base64
import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotpot.pot.connector.mailbox.charsets import base64_bytes, decoded, header_text
from hotpot.pot.connector.mailbox.parsing import (
    fields_of,
    plain,
    read_content,
    read_head,
    sanitised,
    snippet_of,
)
from hotpot.pot.connector.mailbox.tnef import unpacked

FIXTURES = Path(__file__).parents[7] / "shared/data/mail/parser_fixtures.tar.xz"


@pytest.mark.skipif(
    not FIXTURES.exists(), reason=f"needs {FIXTURES.name}, which is not part of this repository"
)
def test_every_mail_of_the_collection_is_read() -> None:
    """557 malformed and multilingual mails, of three parsers' own tests, whole and cut anywhere."""
    read = 0
    with tarfile.open(FIXTURES) as packed:
        for member in packed:
            file = packed.extractfile(member) if member.isfile() else None
            if file is None:
                continue
            whole = file.read()
            for mail in (whole, whole[: len(whole) // 2], whole[:2000]):
                check_readable(mail)
            read += 1
    assert read > 500


def check_readable(mail: bytes) -> None:
    """A database and a page can hold what came of it."""
    head, content, snippet = read_head(mail), read_content(mail), snippet_of(mail)
    people = [head.sender, *head.to, *head.cc, *head.reply_to]
    texts = [head.subject, head.message_id, snippet, content.text, content.html]
    texts += [text for one in people for text in (one.name, one.address)]
    texts += [text for one in content.attachments for text in (one.name, one.content_type)]
    for text in texts:
        assert "\0" not in text
        text.encode()
    assert "\n" not in head.subject
    assert len(snippet) <= 160
    assert not re.search(r"<script|<img|<style|\son\w+=|javascript:", content.html, re.IGNORECASE)
    assert all(one.name and "/" not in one.name for one in content.attachments)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000))
def test_anything_at_all_is_read(mail: bytes) -> None:
    check_readable(mail)
    check_readable(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + mail + b"\r\n--x--")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?GB2312?B?1tC5+g==?=", "中国"),
        ("中文主题".encode(), "中文主题"),
        ("中文主题".encode("gbk"), "中文主题"),
        ("镕㐀".encode("gb18030"), "镕㐀"),
        (b"=?big5?B?pKSk5Q==?=", "中文"),
        (b"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"),
        (b"=?utf-7?Q?Hi_+ZeVnLIqe-?=", "Hi 日本語"),
        (b"=?utf-8?q?=e4=bd?= =?utf-8?q?=a0?= there", "你 there"),
        (b"a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"),
        (b"=?x-unknown?q?abc?=", "abc"),
        (b"=?zlib?q?abc?= =?rot13?q?abc?=", "abcabc"),
        (b"=?utf-8?b?5Lit5paH!?=", "中文"),
        ("Frösche".encode("latin-1"), "Frösche"),
        (b"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("a\u202egpj.exe".encode(), "agpj.exe"),
    ],
)
def test_headers_in_all_tongues(raw: bytes, text: str) -> None:
    if raw == "镕㐀".encode("gb18030"):  # Rare characters alone are no proof of Chinese.
        raw = b"=?gb18030?b?" + base64.b64encode(raw) + b"?="
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("你好".encode("gbk"), "gb2312", "你好"),
        ("你好".encode(), "us-ascii", "你好"),
        ("你好".encode(), "no-such-charset", "你好"),
        ("你好".encode("gbk"), "utf-8", "你好"),
        ("你好".encode()[:-1], "utf-8", "你"),
        ("“quoted”".encode("cp1252"), "iso-8859-1", "“quoted”"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("한국".encode("cp949"), "ks_c_5601-1987", "한국"),
    ],
)
def test_texts_whatever_their_charset_claims(content: bytes, charset: str, text: str) -> None:
    assert decoded(content, charset) == text


def test_base64_is_read_as_far_as_it_goes() -> None:
    assert base64_bytes(b"aGVs\r\nbG8=") == b"hello"
    assert base64_bytes(b"aGVs!bG8") == b"hello"
    assert base64_bytes(b"aGVsbG8=aGVs") == b"hello"
    assert base64_bytes(b"a") == b""


def test_people_are_found_in_what_only_resembles_addresses() -> None:
    def people(raw: bytes) -> list[tuple[str, str]]:
        return [(one.name, one.address) for one in read_head(b"To: " + raw + b"\r\n\r\n").to]

    assert people(b'"Li, Lei" <li@corp.example>, wang@corp.example') == [
        ("Li, Lei", "li@corp.example"),
        ("", "wang@corp.example"),
    ]
    assert people(b"=?gb2312?B?wO6joMDX?= <li@corp.example>")[0][1] == "li@corp.example"
    assert people(b"undisclosed-recipients:;") in ([], [("undisclosed-recipients:;", "")])
    assert people(b"Li Lei li@corp.example") == [("Li Lei li@corp.example", "li@corp.example")]


def test_a_head_without_anything_is_a_head() -> None:
    head = read_head(b"")
    assert (head.subject, head.sender.shown, head.sent_at, head.message_id) == ("", "", None, "")
    assert read_head(b"Date: 99 Foo 9999 99:99\r\n\r\n").sent_at is None


def test_a_folded_and_a_stray_line_spoil_no_other() -> None:
    fields = fields_of(b"Subject: one\r\n two\r\nstray\r\nFrom: a@b.example\r\n\r\nSubject: body")
    assert [name for name, _value in fields.all] == ["subject", "from"]
    assert fields.text("subject") == "one two"


def mixed(*parts: str) -> bytes:
    body = "".join(f"--x\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/mixed; boundary=x\r\n\r\n{body}--x--".encode()


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("filename=plan.pdf", "plan.pdf"),
        ("filename*=UTF-8''%E8%AE%A1%E5%88%92.pdf", "计划.pdf"),
        ("filename*0*=UTF-8''%E8%AE%A1; filename*1*=%E5%88%92.pdf", "计划.pdf"),
        ('filename="=?utf-8?B?6K6h5YiSLnBkZg==?="', "计划.pdf"),
        ("filename=计划.pdf", "计划.pdf"),
        ('filename="../../etc/passwd"', "_.._etc_passwd"),
        ("filename*=no-such''%41.pdf", "A.pdf"),
    ],
)
def test_files_are_called_as_their_sender_meant(parameters: str, name: str) -> None:
    part = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {parameters}\r\n\r\nx"
    (attachment,) = read_content(mixed(part)).attachments
    assert attachment.name == name


def test_alternatives_mails_in_mails_and_names_without_a_file() -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nInner text"
    content = read_content(
        mixed(
            "Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\nText\r\n--y\r\n"
            "Content-Type: text/html\r\n\r\n<b>Page</b>\r\n--y--",
            inner,
            "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO",
        )
    )
    assert (content.text, content.html.strip()) == ("Text", "<b>Page</b>")
    assert [(one.name, one.content_type) for one in content.attachments] == [
        ("mail.eml", "message/rfc822"),
        ("2", "image/png"),
    ]
    assert b"Inner text" in content.attachments[0].content


def test_what_a_page_could_do_is_taken_out() -> None:
    evil = (
        '<style>p{}</style><p style="x" onclick="y">a</p><a href="javascript:z">b</a><img src="https://t">'
        '<form action="https://t"><input name="q"></form><iframe src="https://t"></iframe><svg onload="x"/>'
        '<a href="https://ok.example/">c</a><base href="https://t"><meta http-equiv="refresh">'
    )
    clean = sanitised(evil)
    assert "https://t" not in clean
    assert "javascript" not in clean
    assert '<a href="https://ok.example/" target="_blank" rel="noopener noreferrer nofollow">c</a>' in clean
    content = read_content(b"Content-Type: text/html\r\n\r\n" + evil.encode())
    assert content.pictures == 1


def test_a_page_of_endless_depth_is_shown_as_text() -> None:
    content = read_content(b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"deep")
    assert (content.html, content.text) == ("", "deep")


def test_parts_without_end_are_cut() -> None:
    assert len(read_content(mixed(*["\r\nx"] * 2000)).text) < 2000
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1200))
    check_readable(nested)


@pytest.mark.parametrize("piece", ["<br", "<br ", "</div", "<"])
def test_tags_that_never_end_are_read_in_one_go(piece: str) -> None:
    """Looked at once each: to seek the end of each through all that follows would take hours."""
    page = piece * (400_000 // len(piece))
    assert read_content(f"Content-Type: text/html\r\n\r\n{page}".encode()).html == ""


def test_a_sender_without_end_is_shown_as_it_stands() -> None:
    head = read_head(b"From: " + b"(" * 60_000 + b"\r\nTo: " + b"x" * 60_000 + b"\r\n\r\n")
    assert (head.sender.name, head.sender.address) == ("(" * 200, "")
    assert read_head(b"From: <<a@b.example>> says (x\r\n\r\n").sender.address == "a@b.example"


def test_a_pages_words_keep_their_lines() -> None:
    assert plain("<p>One&nbsp;two</p><div>three<br>four</div><script>no</script>") == "One two\nthree\nfour"


def test_a_snippet_leaves_quotes_out() -> None:
    assert snippet_of(b"\r\n> before\r\nYes,\r\n  please.\r\n> and\r\n") == "Yes, please."


def test_winmail_gives_its_text_and_files() -> None:
    def attribute(id_: int, value: bytes) -> bytes:
        return b"\x02" + id_.to_bytes(4, "little") + len(value).to_bytes(4, "little") + value + b"\0\0"

    packed = (0x223E9F78).to_bytes(4, "little") + b"\1\0"
    packed += attribute(0x0002800C, b"Hello\0")
    packed += attribute(0x00069002, bytes(14)) + attribute(0x00018010, "计划.doc".encode("gbk") + b"\0")
    packed += attribute(0x0006800F, b"content")
    assert unpacked(packed) == ("Hello", [("计划.doc", b"content")])
    for cut in range(len(packed)):
        unpacked(packed[:cut])
    assert unpacked(b"nonsense") == ("", [("winmail.dat", b"nonsense")])
