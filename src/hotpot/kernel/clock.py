"""Time is passed in, so that a replay can live in another year."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SettableClock:
    """Stands still until it is moved. Replays and tests run on it."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, _aware(moment))


class SharedClock:
    """One settable clock for several processes: microseconds since 1970 in a file of eight bytes."""

    _FORMAT = struct.Struct("<q")
    _EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(self._FORMAT.pack(0))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), self._FORMAT.size)

    def now(self) -> datetime:
        (microseconds,) = self._FORMAT.unpack(self._memory[:])
        return self._EPOCH + timedelta(microseconds=microseconds)

    def move_to(self, moment: datetime) -> None:
        later = max(self.now(), _aware(moment))
        self._memory[:] = self._FORMAT.pack((later - self._EPOCH) // timedelta(microseconds=1))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a clock needs an aware datetime")
    return moment.astimezone(UTC)
