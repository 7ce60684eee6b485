"""XML that is dangerous, broken or only unusual."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.connector.soap.wire import SOAP_11, body_of, envelope, tag
from hotpot.pot.connector.soap.xml import DEPTH_MAX, BadXml, read, shown

BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'


@pytest.mark.parametrize("document", [BOMB, OUTSIDE, b"", b"<a>", b"<a></b>", b"\xff\xfe", b"<a>&x;</a>"])
def test_what_is_dangerous_or_broken_is_refused(document: bytes) -> None:
    with pytest.raises(BadXml):
        read(document)


def test_depth_and_size_have_an_end() -> None:
    with pytest.raises(BadXml, match="too many"):
        read(b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1))
    with pytest.raises(BadXml, match="too many"):
        read(b"<a>" + b"<b/>" * 30_000 + b"</a>")


@given(st.binary(max_size=200))
def test_nothing_else_than_its_own_error_comes_out(document: bytes) -> None:
    with contextlib.suppress(BadXml):
        body_of(read(document))


@given(st.text())
def test_what_is_shown_can_be_read(text: str) -> None:
    whole = read(envelope(tag("Message", text)))
    assert whole.namespace == SOAP_11
    body = whole.first("Body")
    assert body is not None
    assert shown(body.children[0].text) == shown(text.replace("\r\n", "\n").replace("\r", "\n"))


def test_namespaces_and_a_wrapper_don_t_matter() -> None:
    bare = '<s:sendSmsRequest xmlns:s="http://www.csapi.org/schema/sms"><s:Message>x</s:Message></s:sendSmsRequest>'
    wrapped = f'<o:sendSms xmlns:o="http://www.csapi.org/service">{bare}</o:sendSms>'
    for content in (bare, wrapped):
        body = body_of(read(envelope(content)))
        assert (body.name, body.said("message")) == ("sendSmsRequest", "x")
