"""Bytes of a mail become text, whatever their sender called them. Nothing here raises."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator

# What senders say, and what they mean: the supersets that their programs really write.
MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "johab": "johab",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
SPELLED = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-sjis": "cp932",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "windows-31j": "cp932",
    "cp-850": "cp850",
}
# Python's other codecs are no charsets: some raise, some are slow, some run on what they decode.
CHARSETS = re.compile(
    r"utf-(7|8|16|32)(-(le|be|sig))?|ascii|cp\d+|iso(8859-\d+|2022_\w+)|koi8-\w|gb\w+|hz|big5\w*|euc_\w+"
    r"|shift_jis\w*|johab|mac-\w+|ptcp154|kz1048|tis-620|hp-roman8"
)
CHINESE_SHARE_MIN = 0.8  # of what is not ASCII, in the characters of GB 2312: else it is no Chinese
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
# Control characters, and those that turn the reading direction: a name could lie about its ending.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def codec_of(charset: str) -> str | None:
    """Python's name for what is meant; None for one that there is not."""
    name = charset.strip().strip("\"'").lower().partition("*")[0]  # RFC 2231 adds "*language".
    name = SPELLED.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found == "ascii" or not CHARSETS.fullmatch(found):
        return None  # Who says ASCII and writes more means something else.
    return MEANT.get(found, found)


def decoded(content: bytes, charset: str = "") -> str:
    """By its charset if that fits, else by the guess that does. The last character may be cut in two."""
    named = codec_of(charset) if charset else None
    for codec in (named, "utf-8"):
        if codec is not None and (text := _strictly(content, codec)) is not None:
            return clean(text)
    text = _strictly(content, "gb18030")
    if text is not None and _is_chinese(text):
        return clean(text)
    return clean(content.decode(named or "cp1252", errors="replace"))


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(content)
    except (UnicodeError, ValueError):
        return None


def _is_chinese(text: str) -> bool:
    """Any bytes are some rare characters of GB 18030."""
    foreign = "".join(one for one in text if not one.isascii())
    common = foreign.encode("gb2312", "ignore").decode("gb2312")
    return len(common) >= len(foreign) * CHINESE_SHARE_MIN


def clean(text: str) -> str:
    """What a database and a page can hold: no control characters, no halves of a character."""
    mended = text.replace("\r\n", "\n").replace("\r", "\n")
    mended = _UNPRINTABLE.sub("", mended)
    return mended.encode("utf-8", "replace").decode("utf-8")


def header_text(raw: bytes) -> str:
    """One header's value (RFC 2047), on one line. Words of one charset are joined before they are decoded,
    since senders break a character's bytes across them."""
    text = b" ".join(raw.split()).decode("latin-1")
    parts = [decoded(piece, charset) for piece, charset in _joined(_pieces(text))]
    return " ".join("".join(parts).split())


def _pieces(text: str) -> Iterator[tuple[bytes, str]]:
    """Bytes and their charset; "" for what is not encoded. White space between encoded words is no text."""
    end, after_word = 0, False
    for match in ENCODED_WORD.finditer(text):
        between = text[end : match.start()]
        if not (after_word and not between.strip()):
            yield between.encode("latin-1"), ""
        yield _word(match[2], match[3]), match[1]
        end, after_word = match.end(), True
    yield text[end:].encode("latin-1"), ""


def _joined(pieces: Iterator[tuple[bytes, str]]) -> Iterator[tuple[bytes, str]]:
    held, held_as = b"", ""
    for content, charset in pieces:
        if charset.lower() == held_as.lower():
            held += content
            continue
        yield held, held_as
        held, held_as = content, charset
    yield held, held_as


def _word(encoding: str, text: str) -> bytes:
    content = text.encode("latin-1")
    if encoding in "bB":
        return base64_bytes(content)
    return binascii.a2b_qp(content.replace(b"_", b" "), header=False)


def base64_bytes(content: bytes) -> bytes:
    """As much of it as can be read: characters that don't belong are passed over, a broken end is cut."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", content.partition(b"=")[0] if b"=" in content[:-4] else content)
    whole = len(kept) - len(kept) % 4
    rest = kept[whole:]
    ending = rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
    return base64.b64decode(kept[:whole] + ending)
