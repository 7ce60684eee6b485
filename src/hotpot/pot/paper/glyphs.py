"""Which signs the papers' font has. The font is a cut, and anybody's name or comment may hold any sign."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent / "fonts"
FONT = FONTS / "NotoSansCJKsc-Regular.otf"
MISSING = "〓"  # The geta mark: in print, a sign that was not to be had.
KEPT = "\n"
WINDOWS_BMP = (3, 1)


@dataclass(frozen=True, slots=True)
class Glyphs:
    codes: frozenset[int]

    @classmethod
    def of_font(cls, font: Path = FONT) -> Glyphs:
        """By the font's own table of characters ("cmap", format 4, of the OpenType specification)."""
        return cls(frozenset(_codes(font.read_bytes())))

    def printable(self, value: Any) -> Any:
        """The same value of JSON with texts that can be printed."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.printable(one) for key, one in value.items()}
        return [self.printable(one) for one in value] if isinstance(value, list | tuple) else value

    def text(self, text: str) -> str:
        """Composed, without control and format characters; rare forms by their common ones."""
        composed = unicodedata.normalize("NFC", text.replace("\t", " "))
        return "".join(self._sign(one) for one in composed)

    def _sign(self, sign: str) -> str:
        if ord(sign) in self.codes or sign in KEPT:
            return sign
        if unicodedata.category(sign) in ("Cc", "Cf", "Mn"):  # "Mn": marks, such as an emoji's variant
            return ""
        common = unicodedata.normalize("NFKC", sign)
        return common if all(ord(one) in self.codes for one in common) else MISSING


def _codes(font: bytes) -> Iterator[int]:
    """The characters of a font's Basic Multilingual Plane."""
    tables = struct.unpack_from(">H", font, 4)[0]
    rows = (struct.unpack_from(">4s3I", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in rows if tag == b"cmap")
    count = struct.unpack_from(">H", font, cmap + 2)[0]
    records = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * n) for n in range(count))
    start = cmap + next(offset for *platform, offset in records if tuple(platform) == WINDOWS_BMP)
    segments = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, start + 14)
    firsts = struct.unpack_from(f">{segments}H", font, start + 16 + 2 * segments)
    for first, end in zip(firsts, ends, strict=True):
        yield from range(first, end + 1) if first != 0xFFFF else ()
