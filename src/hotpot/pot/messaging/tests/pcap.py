"""What tshark reads: a capture file of one TCP connection, written by hand and without checksums."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

_FILE = struct.Struct("<IHHiIII")
_RECORD = struct.Struct("<IIII")
_IP = struct.Struct(">BBHHHBBH4s4s")
_TCP = struct.Struct(">HHIIBBHHH")
_ETHERNET = bytes.fromhex("020000000002 020000000001 0800")
_ADDRESSES = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])


def write(path: Path, port: int, frames: Sequence[bytes]) -> None:
    """`frames` go from a client to `port`, each in a segment of its own."""
    sent = [_FILE.pack(0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    sequence = 1
    for number, frame in enumerate(frames):
        tcp = _TCP.pack(40000, port, sequence, 1, 5 << 4, 0x18, 65535, 0, 0) + frame
        ip = _IP.pack(0x45, 0, 20 + len(tcp), number, 0, 64, 6, 0, *_ADDRESSES) + tcp
        packet = _ETHERNET + ip
        sent.append(_RECORD.pack(number, 0, len(packet), len(packet)) + packet)
        sequence += len(frame)
    path.write_bytes(b"".join(sent))
