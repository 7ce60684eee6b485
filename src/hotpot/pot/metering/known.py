"""Which events were taken before: their keys, in memory, as hash tables in the order of their coming.

A key is 128 bits of BLAKE2b over source and id. Its first half says where in a table to look, its second
half is what lies there: 8 bytes a slot. A false match needs 64 equal bits within the same few slots; among
a hundred million events one is taken for another with a chance of less than 1 in 10^10.

Tables are filled one after the other, so the oldest is dropped whole when all that it knows is too old to
be sent again. Arrays are worked on whole batches at a time (NumPy).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from hotpot.pot.metering.rules import KEY_BYTES

Keys = npt.NDArray[np.uint64]  # n x 2
Mask = npt.NDArray[np.bool_]

SLOTS_MIN = 1 << 20
SLOTS_MAX = 1 << 25
FILLED_MAX = 0.5  # above that, searching takes long
EMPTY = np.uint64(0)


def keys_of(names: Iterable[str]) -> bytes:
    """16 bytes for each "source newline id"."""
    return b"".join([blake2b(name.encode(), digest_size=KEY_BYTES).digest() for name in names])


def as_keys(packed: bytes) -> Keys:
    return np.frombuffer(packed, dtype="<u8").reshape(-1, 2)


class Table:
    """Open addressing with linear probing."""

    def __init__(self, slots: int) -> None:
        self._tags = np.zeros(slots, np.uint64)
        self._mask = slots - 1
        self._room = int(slots * FILLED_MAX)
        self.newest_us = 0  # when the last of its keys came

    @property
    def slots(self) -> int:
        return int(self._tags.size)

    def has_room(self, count: int) -> bool:
        return count <= self._room

    def holds(self, keys: Keys) -> Mask:
        slot, tag = self._start(keys)
        found = np.zeros(len(keys), np.bool_)
        waiting = np.arange(len(keys))
        while waiting.size:
            seen = self._tags.take(slot)
            hit = seen == tag
            found[waiting[hit]] = True
            on = np.flatnonzero(~hit & (seen != EMPTY))
            waiting, tag, slot = waiting.take(on), tag.take(on), (slot.take(on) + 1) & self._mask
        return found

    def add(self, keys: Keys) -> None:
        """Keys that differ from each other and are not held."""
        slot, tag = self._start(keys)
        while slot.size:
            free = self._tags.take(slot) == EMPTY
            self._tags[slot[free]] = tag[free]
            # Of several that wrote to one slot the last is there; the others look on.
            on = np.flatnonzero(~free | (self._tags.take(slot) != tag))
            tag, slot = tag.take(on), (slot.take(on) + 1) & self._mask
        self._room -= len(keys)

    def _start(self, keys: Keys) -> tuple[npt.NDArray[np.int64], Keys]:
        tag = keys[:, 1].copy()
        tag[tag == EMPTY] = np.uint64(1)
        return (keys[:, 0] & np.uint64(self._mask)).astype(np.int64), tag


class Known:
    """All keys that may come again."""

    def __init__(self) -> None:
        self._tables = [Table(SLOTS_MIN)]

    def __len__(self) -> int:
        return sum(int(table.slots * FILLED_MAX) - table._room for table in self._tables)

    def repeated(self, keys: Keys) -> Mask:
        """Those that were taken before, or stand earlier in `keys` themselves."""
        found = np.zeros(len(keys), np.bool_)
        for table in self._tables:
            found |= table.holds(keys)
        if np.unique(keys[:, 1]).size < len(keys):
            whole = np.ascontiguousarray(keys).view(f"V{KEY_BYTES}").ravel()
            first = np.zeros(len(keys), np.bool_)
            first[np.unique(whole, return_index=True)[1]] = True
            found |= ~first
        return found

    def add(self, keys: Keys, received_us: int) -> None:
        """What was committed. None of them is known yet."""
        if not self._tables[-1].has_room(len(keys)):
            self._tables.append(Table(min(SLOTS_MAX, 2 * self._tables[-1].slots)))
        self._tables[-1].add(keys)
        self._tables[-1].newest_us = received_us

    def forget(self, before_us: int) -> None:
        """Tables all of whose keys came before that; the one being filled stays."""
        self._tables = [table for table in self._tables[:-1] if table.newest_us >= before_us] + [
            self._tables[-1]
        ]
