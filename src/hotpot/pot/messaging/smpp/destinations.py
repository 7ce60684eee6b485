"""The lists inside of submit_multi and its answer: where a message goes, and where it could not go."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from hotpot.pot.messaging.layout import Broken, CString, Unfit

ADDRESS = CString(21)
_TON_NPI = struct.Struct(">BB")
_STATUS = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Destination:
    """A number, or the name of a distribution list."""

    number: str = ""
    ton: int = 0
    npi: int = 0
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Unsuccessful:
    number: str
    status: int
    ton: int = 0
    npi: int = 0


class Destinations:
    """number_of_dests, then each after its dest_flag: 1 a number, 2 a list."""

    most = 254

    def read(self, body: bytes, at: int) -> tuple[tuple[Destination, ...], int]:
        count, at = _byte(body, at)
        if not 1 <= count <= self.most:
            raise Broken(f"{count} destinations; 1 to {self.most} are possible")
        found: list[Destination] = []
        for _ in range(count):
            one, at = self._one(body, at)
            found.append(one)
        return tuple(found), at

    def _one(self, body: bytes, at: int) -> tuple[Destination, int]:
        flag, at = _byte(body, at)
        if flag == 1:
            ton, at = _byte(body, at)
            npi, at = _byte(body, at)
            number, at = ADDRESS.read(body, at)
            return Destination(number, ton, npi), at
        if flag == 2:
            name, at = ADDRESS.read(body, at)
            return Destination(list_name=name), at
        raise Broken(f"dest_flag {flag}; 1 or 2 are possible")

    def write(self, value: Sequence[Destination]) -> bytes:
        if not 1 <= len(value) <= self.most:
            raise Unfit(f"{len(value)} destinations; 1 to {self.most} fit")
        return bytes([len(value)]) + b"".join(
            b"\2" + ADDRESS.write(one.list_name)
            if one.list_name
            else b"\1" + _TON_NPI.pack(one.ton, one.npi) + ADDRESS.write(one.number)
            for one in value
        )


class Unsuccessfuls:
    """no_unsuccess, then each number with the status that it met."""

    def read(self, body: bytes, at: int) -> tuple[tuple[Unsuccessful, ...], int]:
        count, at = _byte(body, at)
        found: list[Unsuccessful] = []
        for _ in range(count):
            ton, at = _byte(body, at)
            npi, at = _byte(body, at)
            number, at = ADDRESS.read(body, at)
            if at + _STATUS.size > len(body):
                raise Broken("the body ends before a status")
            found.append(Unsuccessful(number, _STATUS.unpack_from(body, at)[0], ton, npi))
            at += _STATUS.size
        return tuple(found), at

    def write(self, value: Sequence[Unsuccessful]) -> bytes:
        if len(value) > 255:
            raise Unfit(f"{len(value)} numbers; 255 fit")
        return bytes([len(value)]) + b"".join(
            _TON_NPI.pack(one.ton, one.npi) + ADDRESS.write(one.number) + _STATUS.pack(one.status)
            for one in value
        )


def _byte(body: bytes, at: int) -> tuple[int, int]:
    if at >= len(body):
        raise Broken("the body ends before a number")
    return body[at], at + 1
