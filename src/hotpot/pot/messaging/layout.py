"""Frames and the fields inside them, as the carriers' protocols publish them: tables of names and widths.

CMPP, SGIP, SMGP and SMPP all send frames that begin with their own length as four bytes, big-endian, and
count themselves. A `Layout` is one such table; it reads and writes one kind of body. No I/O.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import msgspec

_LENGTH = struct.Struct(">I")


class Broken(Exception):
    """Bytes that are no frame of the protocol. `lost`: nobody can say where the next frame begins.

    `command` and `sequence` are those of the frame, where it had any.
    """

    def __init__(
        self, reason: str, *, lost: bool = False, command: int | None = None, sequence: int | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lost = lost
        self.command = command
        self.sequence = sequence


class Unfit(ValueError):
    """A value that its field can't hold, found while a frame is written."""


class Pdu(msgspec.Struct, frozen=True):
    """The base of all bodies: plain values, compared by them."""


P = TypeVar("P", bound=Pdu)


class Frames:
    """Cuts a stream of bytes into whole frames of `shortest` to `longest` bytes, the length included."""

    def __init__(self, shortest: int, longest: int) -> None:
        self._shortest = shortest
        self._longest = longest
        self._held = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Those that are whole by now; to be read to the end. Raises Broken (lost) on an odd length."""
        data = self._held + data
        at, end = 0, len(data)
        try:
            while end - at >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(data, at)
                if not self._shortest <= length <= self._longest:
                    raise Broken(
                        f"a frame of {length} bytes; {self._shortest} to {self._longest} are possible",
                        lost=True,
                    )
                if end - at < length:
                    break
                at += length
                yield data[at - length : at]
        finally:
            self._held = data[at:]

    @property
    def held(self) -> int:
        """Bytes of a frame whose rest hasn't come."""
        return len(self._held)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A field that always takes the same place: a struct format, and what to make of its value."""

    format: str
    load: Callable[[Any], Any] | None = None
    dump: Callable[[Any], Any] | None = None


class Varied(Protocol):
    """A field whose width its own bytes tell."""

    def read(self, body: bytes, at: int) -> tuple[Any, int]:
        """The value that begins at `at`, and where it ends."""
        ...

    def write(self, value: Any) -> bytes: ...


U8 = Fixed("B")
U32 = Fixed("I")
U64 = Fixed("Q")


def octets(width: int) -> Fixed:
    """Raw bytes; shorter ones are filled with zeros."""

    def dump(value: bytes) -> bytes:
        if len(value) > width:
            raise Unfit(f"{len(value)} bytes; {width} fit")
        return value

    return Fixed(f"{width}s", None, dump)


def text(width: int) -> Fixed:
    """ASCII, filled with zeros. What follows the first zero is padding, whatever it is."""
    return Fixed(f"{width}s", _ascii, lambda value: _bytes(value, width))


def _ascii(raw: bytes) -> str:
    end = raw.find(0)
    try:
        return (raw if end < 0 else raw[:end]).decode("ascii")
    except UnicodeDecodeError:
        raise Broken(f"{raw[: end if end >= 0 else None].hex()} is not ASCII") from None


def _bytes(value: str, width: int) -> bytes:
    try:
        raw = value.encode("ascii")
    except UnicodeEncodeError:
        raise Unfit(f"{value!r} is not ASCII") from None
    if len(raw) > width:
        raise Unfit(f"{value!r} has {len(raw)} characters; {width} fit")
    if 0 in raw:
        raise Unfit(f"{value!r} has a NUL inside")
    return raw


@dataclass(frozen=True, slots=True)
class Sized:
    """Bytes after their own count."""

    count: struct.Struct

    def read(self, body: bytes, at: int) -> tuple[bytes, int]:
        start = at + self.count.size
        if start > len(body):
            raise Broken("the body ends before a length")
        (length,) = self.count.unpack_from(body, at)
        end = start + length
        if end > len(body):
            raise Broken(f"a content of {length} bytes has only {len(body) - start}")
        return body[start:end], end

    def write(self, value: bytes) -> bytes:
        try:
            return self.count.pack(len(value)) + value
        except struct.error:
            raise Unfit(f"{len(value)} bytes; {(1 << 8 * self.count.size) - 1} fit") from None


SIZED_8 = Sized(struct.Struct(">B"))
SIZED_32 = Sized(struct.Struct(">I"))


@dataclass(frozen=True, slots=True)
class Texts:
    """A count as one byte, then that many ASCII fields of `width`. A message goes to 1 to `most` numbers."""

    width: int
    most: int = 100

    def read(self, body: bytes, at: int) -> tuple[tuple[str, ...], int]:
        if at >= len(body):
            raise Broken("the body ends before the count of numbers")
        count = body[at]
        if not 1 <= count <= self.most:
            raise Broken(f"{count} numbers; 1 to {self.most} are possible")
        end = at + 1 + count * self.width
        if end > len(body):
            raise Broken(f"the body ends within {count} numbers")
        return tuple(_ascii(body[i : i + self.width]) for i in range(at + 1, end, self.width)), end

    def write(self, value: Sequence[str]) -> bytes:
        if not 1 <= len(value) <= self.most:
            raise Unfit(f"{len(value)} numbers; 1 to {self.most} fit")
        fields = (_bytes(one, self.width).ljust(self.width, b"\0") for one in value)
        return bytes([len(value)]) + b"".join(fields)


@dataclass(frozen=True, slots=True)
class CString:
    """ASCII that ends with a zero; `most` bytes with it."""

    most: int

    def read(self, body: bytes, at: int) -> tuple[str, int]:
        end = body.find(0, at, at + self.most)
        if end == at:
            return "", end + 1
        if end < 0:
            raise Broken(f"a text has no end within {self.most} bytes")
        return _ascii(body[at:end]), end + 1

    def write(self, value: str) -> bytes:
        return _bytes(value, self.most - 1) + b"\0" if value else b"\0"


Tlv = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Tlvs:
    """Optional parameters up to the end of the body: tag (2 bytes), length (2 bytes), value."""

    def read(self, body: bytes, at: int) -> tuple[tuple[Tlv, ...], int]:
        end = len(body)
        if at == end:
            return (), end
        found: list[Tlv] = []
        while at < end:
            if at + 4 > end:
                raise Broken(f"{end - at} bytes after the last optional parameter")
            tag, length = _TLV.unpack_from(body, at)
            if at + 4 + length > end:
                raise Broken(f"optional parameter {tag:#06x} of {length} bytes has only {end - at - 4}")
            found.append((tag, body[at + 4 : at + 4 + length]))
            at += 4 + length
        return tuple(found), end

    def write(self, value: Sequence[Tlv]) -> bytes:
        try:
            return b"".join(_TLV.pack(tag, len(raw)) + raw for tag, raw in value)
        except struct.error:
            raise Unfit("an optional parameter has at most 65,535 bytes and a tag of two") from None


_TLV = struct.Struct(">HH")
TLVS = Tlvs()


def tlv(given: Sequence[Tlv], tag: int) -> bytes | None:
    """The value of the first parameter of this tag."""
    return next((value for one, value in given if one == tag), None)


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring fixed fields, read and written by one call of struct."""

    struct: struct.Struct
    names: tuple[str, ...]
    loads: tuple[tuple[int, Callable[[Any], Any]], ...]
    dumps: tuple[tuple[int, Callable[[Any], Any]], ...]

    def read(self, body: bytes, at: int, values: list[Any]) -> int:
        end = at + self.struct.size
        if end > len(body):
            raise Broken(f"the body ends before {self.names[-1]}")
        first = len(values)
        values += self.struct.unpack_from(body, at)
        for place, load in self.loads:
            try:
                values[first + place] = load(values[first + place])
            except Broken as error:
                raise Broken(f"{self.names[place]}: {error.reason}") from None
        return end

    def write(self, pdu: Pdu) -> bytes:
        values = [getattr(pdu, name) for name in self.names]
        for place, dump in self.dumps:
            try:
                values[place] = dump(values[place])
            except Unfit as error:
                raise Unfit(f"{self.names[place]}: {error}") from None
        try:
            return self.struct.pack(*values)
        except struct.error as error:
            raise Unfit(f"{type(pdu).__name__}: {error}") from None


class _One:
    """A field of varied width."""

    def __init__(self, name: str, field: Varied) -> None:
        self._name = name
        self._field = field

    def read(self, body: bytes, at: int, values: list[Any]) -> int:
        try:
            value, end = self._field.read(body, at)
        except Broken as error:
            raise Broken(f"{self._name}: {error.reason}") from None
        values.append(value)
        return end

    def write(self, pdu: Pdu) -> bytes:
        try:
            return self._field.write(getattr(pdu, self._name))
        except Unfit as error:
            raise Unfit(f"{self._name}: {error}") from None


class Layout(Generic[P]):
    """`fields` in the order of the wire. A body without a byte is `empty`, where that is given."""

    def __init__(self, kind: type[P], empty: P | None = None, /, **fields: Fixed | Varied) -> None:
        self.kind = kind
        self.empty = empty
        self.fields = fields
        self._names = tuple(fields)
        self._pieces = _pieces(fields)

    @property
    def width(self) -> int:
        """Bytes of a body, where all of its fields are fixed."""
        return sum(piece.struct.size for piece in self._pieces if isinstance(piece, _Run))

    def read(self, body: bytes) -> P:
        """Raises Broken where the bytes are too few, too many or don't make sense."""
        if not body and self.empty is not None:
            return self.empty
        values: list[Any] = []
        at = 0
        for piece in self._pieces:
            at = piece.read(body, at, values)
        if at != len(body):
            raise Broken(f"{len(body) - at} bytes after the end of {self.kind.__name__}")
        return self.kind(**dict(zip(self._names, values, strict=True)))

    def write(self, pdu: P) -> bytes:
        """Raises Unfit where a value doesn't fit its field."""
        return b"".join([piece.write(pdu) for piece in self._pieces])


class Lenient(Generic[P]):
    """Writes by `usual`, and also reads `other`, a layout of fixed width, where a body has that width."""

    def __init__(self, usual: Layout[P], other: Layout[P]) -> None:
        self.kind = usual.kind
        self.empty = usual.empty
        self.usual = usual
        self._other = other
        self._length = other.width

    def read(self, body: bytes) -> P:
        return (self._other if len(body) == self._length else self.usual).read(body)

    def write(self, pdu: P) -> bytes:
        return self.usual.write(pdu)


class Packet(msgspec.Struct, frozen=True):
    """A body under its header. `status` is SMPP's command status; the other protocols have none there."""

    sequence: int
    body: Pdu
    status: int = 0


class Codec:
    """Frames of one protocol version: a header of length, command and sequence, then a body by its layout."""

    header = struct.Struct(">III")

    def __init__(self, layouts: Mapping[int, Layout[Any] | Lenient[Any]]) -> None:
        self.layouts = layouts
        self._commands = {layout.kind: command for command, layout in layouts.items()}

    def decode(self, frame: bytes) -> Packet:
        """Raises Broken with a reason, the command and the sequence; never anything else."""
        if len(frame) < self.header.size:
            raise Broken(f"{len(frame)} bytes; a header has {self.header.size}", lost=True)
        length, command, sequence, status = self._read_header(frame)
        if length != len(frame):
            raise Broken(f"a frame of {len(frame)} bytes says that it has {length}", lost=True)
        layout = self.layouts.get(command)
        if layout is None:
            raise Broken(f"command {command:#010x} is unknown", command=command, sequence=sequence)
        try:
            return Packet(sequence, layout.read(frame[self.header.size :]), status)
        except Broken as error:
            reason = f"{layout.kind.__name__}: {error.reason}"
            raise Broken(reason, command=command, sequence=sequence) from None

    def encode(self, packet: Packet) -> bytes:
        """Raises Unfit where a value doesn't fit its field."""
        command = self._commands[type(packet.body)]
        layout = self.layouts[command]
        body = b"" if packet.status and packet.body == layout.empty else layout.write(packet.body)
        return self._header(self.header.size + len(body), command, packet) + body

    def _read_header(self, frame: bytes) -> tuple[int, int, int, int]:
        """Length, command, sequence, status."""
        return *self.header.unpack_from(frame), 0

    def _header(self, length: int, command: int, packet: Packet) -> bytes:
        return self.header.pack(length, command, packet.sequence)


def _pieces(fields: Mapping[str, Fixed | Varied]) -> list[_Run | _One]:
    pieces: list[_Run | _One] = []
    run: dict[str, Fixed] = {}
    for name, field in fields.items():
        if isinstance(field, Fixed):
            run[name] = field
            continue
        if run:
            pieces.append(_run(run))
            run = {}
        pieces.append(_One(name, field))
    return [*pieces, _run(run)] if run else pieces


def _run(fields: Mapping[str, Fixed]) -> _Run:
    numbered = list(enumerate(fields.values()))
    return _Run(
        struct.Struct(">" + "".join(field.format for field in fields.values())),
        tuple(fields),
        tuple((place, field.load) for place, field in numbered if field.load),
        tuple((place, field.dump) for place, field in numbered if field.dump),
    )
