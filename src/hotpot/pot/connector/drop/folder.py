"""One enterprise's folder: what is in it, and moving it on so that a crash between two moves loses nothing.

`in` is theirs to write, `out` theirs to read. What is worked on is in `.work`, one file at a time; it goes to
`done` or `bad` first, and only then what was written about it (`.result`, `.reason`) is published. So what
lies in `.work` without its file is whole.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotpot.pot.connector.drop.rules import RESULT_HEADS, is_finished

RESULT, REASON = ".result", ".reason"
NOTICES = re.compile(r"(?:receipts|replies)-(?P<first>\d{12})-(?P<last>\d{12})\.csv")
MODE = 0o770


class NoFolder(Exception):
    """It isn't as it has to be."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What of a file changes while it is written."""

    size: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path

    @property
    def inbox(self) -> Path:
        return self.path / "in"

    @property
    def outbox(self) -> Path:
        return self.path / "out"

    @property
    def bad(self) -> Path:
        return self.path / "bad"

    @property
    def done(self) -> Path:
        return self.path / "done"

    @property
    def work(self) -> Path:
        return self.path / ".work"

    def lay_out(self) -> None:
        """Raises NoFolder where something else is in the way: a link could lead us out of the folder."""
        for one in (self.path, self.inbox, self.outbox, self.bad, self.done, self.work):
            try:
                one.mkdir(MODE, parents=one == self.path, exist_ok=True)
                mode = one.lstat().st_mode
            except OSError as error:
                raise NoFolder(f"{one} can't be used: {error.strerror}.") from None
            if not stat.S_ISDIR(mode):
                raise NoFolder(f"{one} is a link, or no folder.")

    @contextmanager
    def held(self) -> Iterator[None]:
        """By one process at a time; the system lets go of it when that dies. Raises NoFolder."""
        handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            _lock(handle, f"{self.path} is worked on by another process.")
            yield
        finally:
            os.close(handle)

    def dropped(self) -> dict[str, Mark]:
        """Files in `in` by name, but those whose name says that they are being written."""
        found = {}
        with os.scandir(self.inbox) as entries:
            for entry in entries:
                if is_finished(entry.name) and not entry.is_dir(follow_symlinks=False):
                    said = entry.stat(follow_symlinks=False)
                    found[entry.name] = Mark(said.st_size, said.st_mtime_ns, said.st_ino)
        return found

    def claim(self, name: str) -> Path:
        """From here on they can't change it."""
        return (self.inbox / name).rename(self.work / name)

    def claimed(self) -> Path | None:
        """The one that is worked on."""
        for one in sorted(self.work.iterdir()):
            if not one.name.endswith((RESULT, REASON)) and not NOTICES.fullmatch(one.name):
                return one
        return None

    def finish(self, source: Path, at: float, *, bad: bool = False) -> None:
        """`at`: seconds since 1970, by which it is forgotten one day."""
        os.utime(source, (at, at), follow_symlinks=False)
        source.rename(_free(self.bad if bad else self.done, source.name))
        self.publish()

    def publish(self) -> None:
        """What was written about files that have left `.work`."""
        for one in sorted(self.work.iterdir()):
            subject = one.with_suffix("")
            if one.name.endswith((RESULT, REASON)) and not subject.exists():
                place = self.outbox if one.suffix == RESULT else self.bad
                ending = ".result.csv" if one.suffix == RESULT else ".reason.txt"
                one.rename(_free(place, f"{subject.name}{ending}"))

    def say_why(self, source: Path, reason: str) -> None:
        _write(source.with_name(source.name + REASON), reason + "\n", "utf-8")

    def forget_done(self, before: float) -> None:
        """Files that were taken before that moment (seconds since 1970)."""
        for one in self.done.iterdir():
            if one.lstat().st_mtime < before:
                one.unlink()

    # Receipts and replies

    def prepare(
        self,
        kind: str,
        ids: Sequence[int],
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        codec: str,
    ) -> None:
        """Written, but not to be seen before it is known that they are told."""
        name = f"{kind}-{ids[0]:012d}-{ids[-1]:012d}.csv"
        _write(self.work / name, csv_lines([heads, *rows]), codec)

    def prepared(self) -> Iterator[tuple[Path, int]]:
        """Each with its last notice."""
        for one in sorted(self.work.iterdir()):
            if match := NOTICES.fullmatch(one.name):
                yield one, int(match["last"])

    def show(self, prepared: Path) -> None:
        prepared.rename(_free(self.outbox, prepared.name))


class Results:
    """The result of a file while it is worked on. A line that a crash cut is written again."""

    def __init__(self, source: Path, codec: str) -> None:
        self._path = source.with_name(source.name + RESULT)
        self._codec = codec
        self.rows = self._mended()

    def _mended(self) -> int:
        """How many rows are in it. Each row is one line: nothing in it holds a line's end."""
        if not self._path.exists():
            return 0
        lines, whole = 0, 0
        with self._path.open("r+b") as file:
            for line in file:
                if line.endswith(b"\n"):
                    lines, whole = lines + 1, whole + len(line)
            file.truncate(whole)
        return max(0, lines - 1)

    def add(self, rows: Sequence[Sequence[object]]) -> None:
        """On the disk when this returns."""
        with self._path.open("ab") as file:
            heads = [RESULT_HEADS] if file.tell() == 0 else []
            file.write(csv_lines([*heads, *rows]).encode(self._codec))
            file.flush()
            os.fsync(file.fileno())
        self.rows += len(rows)


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _write(path: Path, text: str, codec: str) -> None:
    """Whole or not at all."""
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as file:
        file.write(text.encode(codec))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _lock(handle: int, sentence: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NoFolder(sentence) from None


def _free(place: Path, name: str) -> Path:
    """There, under its name, or under the first numbered one that is free: nothing is overwritten that
    wasn't fetched."""
    path, number = place / name, 1
    while path.exists():
        number += 1
        head, dot, tail = name.partition(".")
        path = place / f"{head}.{number}{dot}{tail}"
    return path
