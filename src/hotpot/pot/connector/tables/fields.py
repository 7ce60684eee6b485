"""What rows of all profiles have in common: numbers, texts, flags. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hotpot.pot.connector.rules import text_of
from hotpot.pot.connector.tables.wire import Bad
from hotpot.pot.messaging.text import Alphabet
from hotpot.pot.messaging.wire import Refusal

NUMBERS_MAX = 5000  # in one row
_APART = re.compile(r"[,;，；\s]+")
_ASCII, _BINARY, _UCS2, _GBK = 0, 4, 8, 15


def numbers_of(value: Any) -> Sequence[str]:
    """A list with commas, each number once, in its order. Raises Bad."""
    found = list(dict.fromkeys(one for one in _APART.split(text_of(value)) if one))
    if not found:
        raise Bad(Refusal.BAD_NUMBER, "The row names no number.")
    if len(found) > NUMBERS_MAX:
        raise Bad(Refusal.TOO_MANY, f"The row names {len(found)} numbers; {NUMBERS_MAX} are the most.")
    return found


def whole(value: Any) -> int | None:
    """A whole number from whatever their column is; None where there is none, or it is another thing."""
    if value is None or isinstance(value, bool):
        return None if value is None else int(value)
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        return None
    return int(number) if number.is_finite() and number == number.to_integral_value() else None


def extension_of(value: Any) -> str:
    """Digits that follow the access number. Raises Bad."""
    digits = text_of(value).strip()
    if digits and not (digits.isascii() and digits.isdigit()):
        raise Bad(Refusal.BAD_EXTENSION, f"The extension “{digits}” has other signs than digits.")
    return digits


def from_hex(value: Any, msg_fmt: int | None, *, has_header: bool) -> tuple[str, str]:
    """The text (or hexadecimal digits) of a PDU's user data, and the alphabet to send it in. Raises Bad.

    A header that only says which part of a long message this is, is left out: the text is sent as one of
    its own. Other headers (ports, logos) can't be carried.
    """
    try:
        data = bytes.fromhex(text_of(value))
    except ValueError:
        raise Bad(Refusal.BAD_CONTENT, "The PDU isn't written in pairs of hexadecimal digits.") from None
    if has_header:
        data = _without_header(data)
    if msg_fmt == _BINARY:
        return data.hex(), Alphabet.BINARY
    encoding = {_ASCII: "ascii", _UCS2: "utf-16-be", _GBK: "gb18030"}.get(msg_fmt or _ASCII)
    if encoding is None:
        raise Bad(Refusal.BAD_CONTENT, f"MSG_FMT {msg_fmt} is not known: use 0, 4, 8 or 15.")
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError:
        raise Bad(Refusal.BAD_CONTENT, f"The PDU is no text of MSG_FMT {msg_fmt or 0}.") from None


def _without_header(data: bytes) -> bytes:
    """3GPP TS 23.040 9.2.3.24: one octet of length, then elements of identifier, length, data."""
    end = 1 + data[0] if data else 0
    if not data or end > len(data):
        raise Bad(Refusal.BAD_CONTENT, "The PDU's user data header is cut off.")
    at = 1
    while at + 1 < end:
        identifier, length = data[at], data[at + 1]
        if identifier not in (0x00, 0x08):
            raise Bad(Refusal.BAD_CONTENT, f"User data headers of kind {identifier:#04x} can't be carried.")
        at += 2 + length
    return data[end:]


def national(number: str) -> str:
    """As their system writes it: eleven digits in China, 00 and the country before others."""
    return number.removeprefix("+86") if number.startswith("+86") else number.replace("+", "00", 1)
