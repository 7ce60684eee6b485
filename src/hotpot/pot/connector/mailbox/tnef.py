"""What Outlook packs into winmail.dat (TNEF, MS-OXTNEF): the plain text and the attached files.

A stream of attributes: level (1 byte), id (4), length (4), content, checksum (2), little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from hotpot.pot.connector.mailbox.charsets import decoded

SIGNATURE = 0x223E9F78
BODY, FILE_BEGINS, FILE_NAME, FILE_CONTENT = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F
ATTRIBUTES_MAX = 2000
_HEAD = struct.Struct("<BII")


def unpacked(content: bytes) -> tuple[str, Sequence[tuple[str, bytes]]]:
    """The text, and files by name. What is broken ends the reading; the whole is then one file."""
    text, files = "", list[tuple[str, bytes]]()
    for id_, value in _attributes(content):
        if id_ == BODY:
            text = decoded(value.rstrip(b"\0"))
        elif id_ == FILE_BEGINS:
            files.append(("", b""))
        elif id_ == FILE_NAME and files:
            files[-1] = decoded(value.rstrip(b"\0")), files[-1][1]
        elif id_ == FILE_CONTENT and files:
            files[-1] = files[-1][0], value
    kept = [(name, file) for name, file in files if file]
    return text, kept if kept or text else [("winmail.dat", content)]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    if len(content) < 6 or int.from_bytes(content[:4], "little") != SIGNATURE:
        return
    at = 6
    for _ in range(ATTRIBUTES_MAX):
        if at + _HEAD.size > len(content):
            return
        _level, id_, length = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        if at + length > len(content):
            return
        yield id_, content[at : at + length]
        at += length + 2
