"""Bodies and frames of every protocol, made at random from the published tables themselves."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from typing import Any

from hotpot.pot.messaging.cmpp import codec as cmpp
from hotpot.pot.messaging.layout import (
    Codec,
    CString,
    Fixed,
    Layout,
    Lenient,
    Packet,
    Pdu,
    Sized,
    Texts,
    Tlvs,
    Varied,
)
from hotpot.pot.messaging.sgip import codec as sgip
from hotpot.pot.messaging.smgp import codec as smgp
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.smpp import destinations

CODECS: dict[str, Codec] = {
    "cmpp 2.0": cmpp.CODECS[cmpp.V20],
    "cmpp 3.0": cmpp.CODECS[cmpp.V30],
    "sgip": sgip.CODEC,
    "smgp": smgp.CODEC,
    "smpp": smpp.CODEC,
}
_ASCII = string.ascii_letters + string.digits + string.punctuation + " "
_BITS = {"B": 8, "H": 16, "I": 32, "Q": 64}


@dataclass
class Maker:
    """Makes what may be on the wire; the same from the same seed."""

    chance: random.Random

    def packet(self, codec: Codec) -> Packet:
        layout = self.chance.choice(list(codec.layouts.values()))
        width = 96 if codec is sgip.CODEC else 32
        status = self.chance.choice((0, 0, 0x58)) if codec is smpp.CODEC else 0
        return Packet(self.chance.getrandbits(width), self.body(layout), status)

    def body(self, layout: Layout[Any] | Lenient[Any]) -> Pdu:
        usual = layout.usual if isinstance(layout, Lenient) else layout
        made: Pdu = usual.kind(**{name: self.value(field) for name, field in usual.fields.items()})
        return made

    def value(self, field: Fixed | Varied) -> Any:
        match field:
            case Fixed():
                return self.fixed(field)
            case Sized():
                return self.chance.randbytes(self.chance.choice((0, 1, 140, 254)))
            case CString(most=most):
                return self.text(most - 1)
            case Texts(width=width):
                return tuple(self.text(width) for _ in range(self.chance.choice((1, 2, 100))))
            case Tlvs():
                return tuple((self.chance.getrandbits(16), self.chance.randbytes(n)) for n in self.few())
            case destinations.Destinations():
                number = destinations.Destination(self.text(20), self.chance.randrange(256), 1)
                return number, destinations.Destination(list_name=self.text(19) + "x")
            case destinations.Unsuccessfuls():
                return tuple(destinations.Unsuccessful(self.text(20), n) for n in self.few())
        raise AssertionError(field)

    def fixed(self, field: Fixed) -> Any:
        if bits := _BITS.get(field.format):
            return self.chance.choice((0, (1 << bits) - 1, self.chance.getrandbits(bits)))
        width = int(field.format[:-1])
        return self.text(width) if field.load else self.chance.randbytes(width)

    def few(self) -> list[int]:
        return [self.chance.randrange(30) for _ in range(self.chance.randrange(4))]

    def text(self, most: int) -> str:
        return "".join(self.chance.choices(_ASCII, k=self.chance.randint(0, most)))

    def spoilt(self, frame: bytes) -> bytes:
        """A frame as a bad line or a bad programmer would have it."""
        spoilt = bytearray(frame)
        match self.chance.randrange(7):
            case 0:
                return self.chance.randbytes(self.chance.randrange(200))
            case 1:
                del spoilt[self.chance.randrange(len(spoilt)) :]
            case 2:
                spoilt += self.chance.randbytes(self.chance.randrange(1, 40))
            case 3:
                del spoilt[self.chance.randrange(len(spoilt))]
            case _:
                for _ in range(self.chance.choice((1, 1, 2, 8))):
                    spoilt[self.chance.randrange(len(spoilt))] = self.chance.choice(
                        (0, 1, 0x7F, 0xFF, self.chance.getrandbits(8))
                    )
        if len(spoilt) >= 4 and self.chance.random() < 0.8:
            spoilt[:4] = len(spoilt).to_bytes(4, "big")  # so that more than the length is tried
        return bytes(spoilt)
