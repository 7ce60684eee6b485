"""How a text becomes what phones take: alphabets, splitting into parts, joining them again. Pure.

Sources: GSM 03.38 (3GPP TS 23.038) for the alphabets, GSM 03.40 (3GPP TS 23.040) 9.2.3.24 for the user data
header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from hotpot.pot.messaging.layout import Broken, Unfit

OCTETS_MAX = 140  # of user data in one short message
SEPTETS_MAX = 160
PARTS_MAX = 255

_GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_MORE = {10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|", 101: "€"}
_ESCAPE = 0x1B
_TO_GSM7 = {
    **{character: bytes([code]) for code, character in enumerate(_GSM7) if code != _ESCAPE},
    **{character: bytes([_ESCAPE, code]) for code, character in _GSM7_MORE.items()},
}
_TWO_SEPTETS = b"\f^{}\\[~]|"  # those of the extension that ASCII has


class Alphabet(StrEnum):
    GSM7 = "gsm7"  # one septet an octet, as SMPP carries it; the radio packs them
    ASCII = "ascii"  # as CMPP, SGIP and SMGP say GSM-7: only what both have
    LATIN1 = "latin1"
    UCS2 = "ucs2"  # in truth UTF-16, big-endian: phones show emoji
    GBK = "gbk"
    BINARY = "binary"


class Concat(msgspec.Struct, frozen=True):
    """Which part of a long message. `wide`: the reference has 16 bits instead of 8."""

    ref: int
    total: int
    place: int  # from 1
    wide: bool = False


class Part(msgspec.Struct, frozen=True):
    """One short message's user data. `elements` are those of its header that don't concern concatenation."""

    data: bytes
    alphabet: Alphabet
    concat: Concat | None = None
    elements: bytes = b""
    flash: bool = False  # class 0: shown at once, not kept


def alphabet_for(text: str, known: Sequence[Alphabet]) -> Alphabet:
    """The first of `known` that has every character of `text`; UCS-2 where none has."""
    return next((one for one in known if _fits(text, one)), Alphabet.UCS2)


def _fits(text: str, alphabet: Alphabet) -> bool:
    try:
        encode(text, alphabet)
    except Unfit:
        return False
    return True


def encode(text: str, alphabet: Alphabet) -> bytes:
    """Raises Unfit where the alphabet lacks a character. BINARY is written in hexadecimal digits."""
    match alphabet:
        case Alphabet.UCS2:
            return text.encode("utf-16-be", "surrogatepass")
        case Alphabet.BINARY:
            return _unhex(text)
        case Alphabet.GSM7 | Alphabet.ASCII:
            return _encode_gsm(text, alphabet)
    try:
        return text.encode(alphabet.value)
    except UnicodeEncodeError as error:
        raise Unfit(f"{text[error.start]!r} isn't in {alphabet}") from None


def _encode_gsm(text: str, alphabet: Alphabet) -> bytes:
    """ASCII: only what GSM 03.38 has too, since that is what the radio will make of it."""
    try:
        septets = b"".join([_TO_GSM7[character] for character in text])
    except KeyError as error:
        raise Unfit(f"{error.args[0]!r} isn't in {alphabet}") from None
    if alphabet is Alphabet.GSM7:
        return septets
    if not text.isascii():
        raise Unfit("the text isn't in ASCII")
    return text.encode()


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Unfit("a binary message is written in hexadecimal digits") from None


def decode(data: bytes, alphabet: Alphabet) -> str:
    """Never fails: what can't be read becomes U+FFFD. BINARY comes as hexadecimal digits."""
    match alphabet:
        case Alphabet.GSM7:
            return _from_gsm7(data)
        case Alphabet.UCS2:
            whole = data[: len(data) & ~1].decode("utf-16-be", "surrogatepass")
            return whole + ("\ufffd" if len(data) % 2 else "")
        case Alphabet.GBK:
            return data.decode("gb18030", "replace")
        case Alphabet.BINARY:
            return data.hex()
        case _:
            return data.decode(alphabet.value, "replace")


def _from_gsm7(data: bytes) -> str:
    found: list[str] = []
    escaped = False
    for code in data:
        if code == _ESCAPE and not escaped:
            escaped = True
            continue
        more = _GSM7_MORE.get(code) if escaped else None
        found.append(more or (_GSM7[code] if code < len(_GSM7) else "\ufffd"))
        escaped = False
    return "".join(found)


def split(text: str, alphabet: Alphabet, *, ref: int, wide: bool = False, flash: bool = False) -> list[Part]:
    """One part, or as many as the text needs under `ref` (its low 8 or 16 bits). Raises Unfit over 255."""
    whole = encode(text, alphabet)
    if _cost(whole, alphabet) <= _room(alphabet):
        return [Part(whole, alphabet, flash=flash)]
    pieces = list(_pieces(text, whole, alphabet, _room(alphabet, header=7 if wide else 6)))
    if len(pieces) > PARTS_MAX:
        raise Unfit(f"the text needs {len(pieces)} parts; a long message has at most {PARTS_MAX}")
    ref &= 0xFFFF if wide else 0xFF
    return [
        Part(piece, alphabet, Concat(ref, len(pieces), place, wide), flash=flash)
        for place, piece in enumerate(pieces, 1)
    ]


def _pieces(text: str, whole: bytes, alphabet: Alphabet, room: int) -> Iterator[bytes]:
    """Cut between characters, never inside one."""
    if alphabet is Alphabet.BINARY:
        yield from (whole[at : at + room] for at in range(0, len(whole), room))
        return
    piece, used = bytearray(), 0
    for character in text:
        code = encode(character, alphabet)
        cost = _cost(code, alphabet)
        if used + cost > room:
            yield bytes(piece)
            piece, used = bytearray(), 0
        piece += code
        used += cost
    yield bytes(piece)


def _cost(data: bytes, alphabet: Alphabet) -> int:
    """In the units of `_room`. What GSM 03.38 has in its extension takes two septets, sent as ASCII too."""
    if alphabet is Alphabet.ASCII:
        return len(data) + len(data) - len(data.translate(None, _TWO_SEPTETS))
    return len(data)


def _room(alphabet: Alphabet, header: int = 0) -> int:
    """Septets or octets beside a header of so many octets."""
    if alphabet in (Alphabet.GSM7, Alphabet.ASCII):
        return SEPTETS_MAX - (header * 8 + 6) // 7
    return OCTETS_MAX - header


def join(parts: Sequence[Part]) -> str:
    """The text of parts in any order. Bytes are joined before they are read: some senders cut characters."""
    placed = sorted(parts, key=lambda part: part.concat.place if part.concat else 1)
    return decode(b"".join(part.data for part in placed), placed[0].alphabet)


def header_of(part: Part) -> bytes:
    """Its user data header with the leading length; empty where there is nothing to say."""
    elements = _concat_element(part.concat) + part.elements
    if len(elements) > OCTETS_MAX - 1:
        raise Unfit(f"a user data header of {len(elements)} bytes")
    return bytes([len(elements)]) + elements if elements else b""


def _concat_element(concat: Concat | None) -> bytes:
    if concat is None:
        return b""
    if concat.wide:
        return bytes([8, 4, concat.ref >> 8, concat.ref & 0xFF, concat.total, concat.place])
    return bytes([0, 3, concat.ref & 0xFF, concat.total, concat.place])


def part_from(data: bytes, alphabet: Alphabet, *, has_header: bool, flash: bool = False) -> Part:
    """Reads user data as it came. Raises Broken where its header isn't one."""
    if not has_header:
        return Part(data, alphabet, flash=flash)
    if not data or data[0] >= len(data):
        raise Broken("the user data header is longer than the user data")
    end = 1 + data[0]
    concat: Concat | None = None
    others = b""
    for element in _elements(data[1:end]):
        if (found := _concat(element)) is not None:
            concat = found
        else:
            others += element
    return Part(data[end:], alphabet, concat, others, flash)


def _elements(header: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(header):
        end = at + 2 + (header[at + 1] if at + 1 < len(header) else len(header))
        if end > len(header):
            raise Broken("an element of the user data header is cut off")
        yield header[at:end]
        at = end


def _concat(element: bytes) -> Concat | None:
    """A part that can't be (place 0, or beyond the total) counts as none: TS 23.040 9.2.3.24.1."""
    kind, length, value = element[0], element[1], element[2:]
    if (kind, length) == (0, 3):
        concat = Concat(value[0], value[1], value[2])
    elif (kind, length) == (8, 4):
        concat = Concat(value[0] << 8 | value[1], value[2], value[3], wide=True)
    else:
        return None
    return concat if 1 <= concat.place <= concat.total else None
