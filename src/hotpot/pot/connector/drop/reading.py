"""A dropped file, row by row, however large it is. UTF-8, with or without a mark, or GBK (as GB 18030)."""

from __future__ import annotations

import codecs
import csv
import errno
import hashlib
import io
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from hotpot.pot.connector.drop.rules import LINES, BadFile, Row, columns, row_of

CHUNK_BYTES = 1 << 20
LINE_CHARACTERS_MAX = 64 * 1024
NO_LINKS = "It is a link, or no file."
CODECS = ("utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class Source:
    """`digest` is of the whole content, so that the same file again is the same rows."""

    path: Path
    digest: str
    codec: str

    @classmethod
    def of(cls, path: Path) -> Source:
        """Reads it once through. Raises BadFile."""
        known, fits = hashlib.sha256(), {codec: codecs.getincrementaldecoder(codec)() for codec in CODECS}
        with opened(path) as file:
            while chunk := file.read(CHUNK_BYTES):
                known.update(chunk)
                _narrow(fits, chunk)
        _narrow(fits, b"", final=True)
        if not fits:
            raise BadFile("It is neither UTF-8 nor GBK. Save it as UTF-8.")
        return cls(path, known.hexdigest(), next(iter(fits)))

    def rows(self, zone: ZoneInfo) -> Iterator[Row]:
        """Raises BadFile where it can't be read, or not any further."""
        with opened(self.path) as file:
            text = io.TextIOWrapper(file, encoding=self.codec, newline="")
            text.read(1) == "\ufeff" or text.seek(0)
            cells = _objects(text) if self.path.name.lower().endswith(LINES) else _table(text)
            for place, one in enumerate(cells, start=1):
                yield row_of(place, one, self.digest, zone)


def _narrow(fits: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool = False) -> None:
    for codec in list(fits):
        try:
            fits[codec].decode(chunk, final)
        except UnicodeDecodeError:
            del fits[codec]


def opened(path: Path) -> IO[bytes]:
    """A plain file of its own: through a link one could have us read anything. Raises BadFile."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise BadFile(NO_LINKS) from None
        raise
    said = os.fstat(handle)
    if not stat.S_ISREG(said.st_mode) or said.st_nlink != 1:
        os.close(handle)
        raise BadFile(NO_LINKS)
    return os.fdopen(handle, "rb")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LINE_CHARACTERS_MAX):
        if len(line) == LINE_CHARACTERS_MAX and not line.endswith("\n"):
            raise BadFile(f"A line is longer than {LINE_CHARACTERS_MAX:,} characters.")
        yield line


def _table(text: io.TextIOWrapper) -> Iterator[Mapping[str, Any]]:
    lines = _lines(text)
    first = next(lines, "")
    delimiter = max("\t;,", key=first.count)
    names = columns(next(csv.reader([first], delimiter=delimiter), []))
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(f"Line {reader.line_num + 1} can't be read: {error}.") from None
        if any(cell.strip() for cell in cells):
            yield {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _objects(text: io.TextIOWrapper) -> Iterator[Mapping[str, Any]]:
    """A line that is no object is a row without anything in it, which is refused."""
    for line in _lines(text):
        if line.strip():
            yield _object(line)


def _object(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
