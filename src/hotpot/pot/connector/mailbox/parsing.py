"""A mail's bytes become its head and its content. Senders get everything wrong: nothing here raises."""

from __future__ import annotations

import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import Parser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeVar

import nh3
import structlog

from hotpot.pot.connector.mailbox.charsets import base64_bytes, clean, decoded, header_text
from hotpot.pot.connector.mailbox.tnef import unpacked
from hotpot.pot.connector.mailbox.wire import Attachment, Content, Correspondent, Head

SUBJECT_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 200
SNIPPET_CHARACTERS_MAX = 160
CORRESPONDENTS_MAX = 200
PARTS_MAX = 500
DEPTH_MAX = 30
TEXT_CHARACTERS_MAX = 400_000
TAGS_MAX = 10_000  # the time to put a page in order grows with the square of its depth
HEAD_BYTES_MAX = 64 * 1024

_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,300}>")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_NO_ADDRESS = re.compile(r"[\s<>,;:\"]+")
_LINE_ENDS = re.compile(r"<(?=(?:br|/p|/div|/tr|/h[1-6]|/li|hr)\b)", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+")
_SPACES = re.compile(r"\s+")
_WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
_SCRIPT = re.compile(r"(?is)<(script|style)\b.*?(</\1\s*>|$)")
_TAG = re.compile(r"<[^<>]*>?")
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_UNSHOWN = {"script", "style", "title", "head", "noscript", "template", "object", "svg", "math"}
_TAGS = {
    "a", "abbr", "address", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_NOBODY = Correspondent("", "")

T = TypeVar("T")

log = structlog.get_logger("hotpot.mailbox")


@dataclass(frozen=True, slots=True)
class Fields:
    """A head's fields as bytes, in their order. Names are in small letters."""

    all: Sequence[tuple[str, bytes]]

    def first(self, name: str) -> bytes:
        return next((value for one, value in self.all if one == name), b"")

    def text(self, name: str) -> str:
        return header_text(self.first(name))


def fields_of(head: bytes) -> Fields:
    """Lines that fit nothing are passed over; a folded line belongs to the one before."""
    found: list[tuple[str, bytes]] = []
    for line in re.split(rb"\r\n|\n|\r", head[:HEAD_BYTES_MAX]):
        if not line.strip() and found:
            break  # The head ends.
        if line[:1] in (b" ", b"\t") and found:
            name, value = found[-1]
            found[-1] = name, value + b" " + line.strip()
        elif match := _FIELD.fullmatch(line):
            found.append((match[1].decode("ascii").lower(), match[2].strip()))
    return Fields(found)


def read_head(head: bytes) -> Head:
    """From the beginning of a mail, to its first blank line."""
    fields = fields_of(head)
    sender = _correspondents(fields, "from") or _correspondents(fields, "sender")
    return Head(
        message_id=_first_id(fields.first("message-id")),
        references=" ".join(_ids(fields.first("references")) or _ids(fields.first("in-reply-to"))),
        sender=sender[0] if sender else _NOBODY,
        reply_to=_correspondents(fields, "reply-to"),
        to=_correspondents(fields, "to"),
        cc=_correspondents(fields, "cc"),
        subject=fields.text("subject")[:SUBJECT_CHARACTERS_MAX],
        sent_at=_date(fields.text("date")),
        has_attachments=_looks_mixed(fields),
    )


def _looks_mixed(fields: Fields) -> bool:
    kind = fields.text("content-type").partition(";")[0].strip().lower()
    if fields.text("x-ms-has-attach").lower() == "yes":
        return True
    return kind == "multipart/mixed" or bool(
        kind and not kind.startswith(("text/", "multipart/", "message/"))
    )


def _ids(raw: bytes) -> list[str]:
    return [clean(one) for one in _ID.findall(raw.decode("latin-1"))][-50:]


def _first_id(raw: bytes) -> str:
    """As it is written, or as it was meant: some forget the brackets."""
    ids = _ids(raw)
    return ids[0] if ids else clean(raw.decode("latin-1")).strip()[:300]


def _correspondents(fields: Fields, name: str) -> tuple[Correspondent, ...]:
    found: list[Correspondent] = []
    for field, raw in fields.all:
        if field == name:
            found += _people(raw)
    return tuple(found[:CORRESPONDENTS_MAX])


def _people(raw: bytes) -> list[Correspondent]:
    """The structure first, then the words: a decoded name may hold commas and brackets of its own."""
    text = b" ".join(raw[:HEAD_BYTES_MAX].split()).decode("latin-1")
    try:
        pairs = getaddresses([text])
    except Exception:
        pairs = []
    if text.strip() and not any(address and " " not in address for _name, address in pairs):
        whole = header_text(raw)  # What can't be taken apart is shown as it stands.
        inside = next((one for one in _NO_ADDRESS.split(whole) if "@" in one.strip("@")), "")
        return [Correspondent(whole[:NAME_CHARACTERS_MAX], inside)]
    return [
        Correspondent(
            header_text(name.encode("latin-1", "replace")).strip("'\" ")[:NAME_CHARACTERS_MAX],
            header_text(address.encode("latin-1", "replace"))[:NAME_CHARACTERS_MAX],
        )
        for name, address in pairs
        if name or address
    ]


def _date(text: str) -> datetime | None:
    """A time without a zone is meant as UTC; years outside of reason are none."""
    with suppress(Exception):
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if 1971 <= moment.year <= 2100:
            return moment
    return None


# --- the body ------------------------------------------------------------------------------------------


def read_content(mail: bytes, *, cut: bool = False) -> Content:
    """Whatever can be read of it; where taking it apart fails, the text as it stands."""
    try:
        return _content(_parsed(mail), cut)
    except Exception as error:
        log.warning("mail_taken_as_text", error=type(error).__name__)
        body = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[-1]
        return Content(decoded(body)[:TEXT_CHARACTERS_MAX], "", (), cut=cut)


def snippet_of(mail: bytes) -> str:
    """The first words of a mail's beginning, on one line."""
    content = read_content(mail, cut=True)
    text = " ".join(one for one in content.text.split("\n") if not one.startswith(">"))
    return _SPACES.sub(" ", text).strip()[:SNIPPET_CHARACTERS_MAX]


def _parsed(mail: bytes) -> Message:
    """Each character stands for one byte. The old policy keeps what it can't read; the new one parses each
    header, and fails at some."""
    return Parser(policy=compat32).parsestr(mail.decode("latin-1"))


def _content(message: Message, cut: bool) -> Content:
    texts: list[str] = []
    pages: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message, _Room()):
        kind = _kind(part)
        if (kind == "text/plain" and not _is_attached(part)) or kind.startswith("multipart/"):
            texts.append(_text(part))
        elif kind == "text/html" and not _is_attached(part):
            pages.append(_text(part))
        elif kind.lower() in _WINMAIL:
            text, files = unpacked(_bytes(part))
            texts += [text] if text else []
            for name, content in files:
                attachments.append(
                    _attachment(len(attachments) + 1, name, "application/octet-stream", content)
                )
        else:
            attachments.append(_attachment(len(attachments) + 1, _name(part), kind, _attached_bytes(part)))
    page = "\n<hr>\n".join(pages)[:TEXT_CHARACTERS_MAX]
    text = "\n\n".join(filter(None, (one.strip() for one in texts)))
    return Content(
        text=(text or plain(page))[:TEXT_CHARACTERS_MAX],
        html=sanitised(page) if 0 < page.count("<") <= TAGS_MAX else "",
        attachments=tuple(attachments),
        pictures=len(_PICTURE.findall(page)),
        cut=cut,
    )


class _Room:
    """How many parts may still be read: some mails are made of nothing but parts."""

    def __init__(self) -> None:
        self.left = PARTS_MAX


def _leaves(message: Message, room: _Room, depth: int = 0) -> Iterator[Message]:
    """The parts to show and to offer. Of alternatives all texts count; a mail in a mail is an attachment,
    unless it is the whole."""
    room.left -= 1
    if room.left < 0:
        return
    inside = message.get_payload()
    if not isinstance(inside, list) or depth >= DEPTH_MAX:
        yield message
        return
    if _kind(message) == "message/rfc822" and depth:
        yield message
        return
    for part in inside:
        if isinstance(part, Message):
            yield from _leaves(part, room, depth + 1)


def _kind(part: Message) -> str:
    return _safely(part.get_content_type, "application/octet-stream")


def _is_attached(part: Message) -> bool:
    return _safely(part.get_content_disposition, None) == "attachment" or (
        bool(_safely(part.get_filename, None)) and _kind(part) != "text/plain"
    )


def _safely(ask: Callable[[], T], otherwise: T) -> T:
    try:
        return ask()
    except Exception:
        return otherwise


def _text(part: Message) -> str:
    charset = _safely(part.get_content_charset, None) or ""
    return decoded(_bytes(part), charset)


def _bytes(part: Message) -> bytes:
    """Decoded by its transfer encoding, as far as that can be done."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return _whole(part)
    raw = payload.encode("latin-1", "replace")
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding == "base64":
        return base64_bytes(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _safely(lambda: bytes(part.get_payload(decode=True)), raw)
    return raw


def _whole(part: Message) -> bytes:
    return _safely(lambda: part.as_string().encode("latin-1", "replace"), b"")


def _attached_bytes(part: Message) -> bytes:
    if _kind(part) == "message/rfc822":
        inside = part.get_payload()
        if isinstance(inside, list) and inside and isinstance(inside[0], Message):
            return _whole(inside[0])
    return _bytes(part)


def _name(part: Message) -> str:
    """By RFC 2231, or by the RFC 2047 words that many use in its place; as a file may be called."""
    name = _safely(part.get_filename, None) or _loose_name(part)
    with suppress(Exception):
        name = header_text(name.encode("latin-1")) if name else ""  # Else it was decoded already.
    if "%" in name and re.fullmatch(r"[!-~]*(?:%[0-9A-Fa-f]{2}[!-~]*)+", name):
        name = decoded(urllib.parse.unquote_to_bytes(name))
    if not name:
        name = "mail.eml" if _kind(part) == "message/rfc822" else ""
    return name


def _loose_name(part: Message) -> str:
    """A parameter so broken that the parser lost it."""
    head = f"{part.get('content-disposition', '')}; {part.get('content-type', '')}"
    found = re.search(r"(?i)(?:file)?name\*?=\s*\"?([^\";\r\n]+)", str(head))
    return found[1] if found else ""


def _attachment(number: int, name: str, kind: str, content: bytes) -> Attachment:
    tidy = re.sub(r"[\\/:*?\"<>|\n\t]+", "_", clean(name)).strip(" .")[-NAME_CHARACTERS_MAX:]
    safe_kind = (
        kind if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,80}", kind, re.ASCII) else "application/octet-stream"
    )
    return Attachment(number, tidy or f"{number}", safe_kind, content)


def sanitised(page: str) -> str:
    """Structure and words only: no script, style, picture, form or frame; links open elsewhere and tell
    nobody where they came from."""
    return nh3.clean(
        page,
        tags=_TAGS,
        clean_content_tags=_UNSHOWN,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def plain(page: str) -> str:
    """An HTML page's words, with its lines as far as its blocks make them."""
    marked = _LINE_ENDS.sub("\n<", page)
    if page.count("<") > TAGS_MAX:
        words = _TAG.sub(" ", _SCRIPT.sub(" ", marked))
    else:
        words = nh3.clean(marked, tags=set(), clean_content_tags=_UNSHOWN)
    text = html.unescape(words).replace("\xa0", " ")
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK.sub("\n\n", "\n".join(lines)).strip()
