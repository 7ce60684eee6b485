"""What a text is made of: signatures, templates with places, short messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotpot.kernel.errors import Invalid
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.text import PARTS_MAX, Alphabet, split

SIGNATURE_MAX = 20
PLACE_MAX = 100  # characters that one place of a template may take
_SIGNED = re.compile(r"\A【([^【】]{1,20})】|【([^【】]{1,20})】\Z")
_PLACE = re.compile(r"\{(\w{1,30})\}")
_GSM7_ONCE = r" -Z_a-z\n\r@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"
_NOT_ONCE = re.compile(f"[^{_GSM7_ONCE}]")
_NOT_GSM7 = re.compile(rf"[^{_GSM7_ONCE}\f^{{}}\\\[~\]|€]")


def signature_of(text: str) -> str:
    """The one that stands before or after the text; "" where none does."""
    found = _SIGNED.search(text)
    return (found[1] or found[2]) if found else ""


def signed(text: str, signature: str, place: str) -> str:
    return f"【{signature}】{text}" if place == "before" else f"{text}【{signature}】"


def unsigned(text: str) -> str:
    return _SIGNED.sub("", text, count=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with {places}. Raises Invalid where it has nothing but places, or one twice."""

    text: str
    places: tuple[str, ...] = field(init=False)
    _shape: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = tuple(_PLACE.findall(self.text))
        if len(set(places)) < len(places):
            raise Invalid("A place has one name. Give the places of this template different names.")
        fixed = _PLACE.split(self.text)[::2]
        if not "".join(fixed).strip():
            raise Invalid("A template has words of its own, not places alone.")
        object.__setattr__(self, "places", places)
        shape = f".{{0,{PLACE_MAX}}}?".join(re.escape(one) for one in fixed)
        object.__setattr__(self, "_shape", re.compile(shape, re.DOTALL))

    def fits(self, text: str) -> bool:
        return self._shape.fullmatch(text) is not None

    def filled(self, params: Sequence[str] | Mapping[str, str]) -> str:
        """In the order of the places, or by their names. Raises Invalid where they don't fit."""
        values = params if isinstance(params, Mapping) else dict(zip(self.places, params, strict=False))
        if len(params) != len(self.places) or set(values) != set(self.places):
            raise Invalid(
                "This template has the places %(places)s. Give a value for each.",
                places=", ".join(self.places) or "–",
            )
        if any(len(value) > PLACE_MAX for value in values.values()):
            raise Invalid("A place of a template takes %(max)s characters at most.", max=PLACE_MAX)
        return _PLACE.sub(lambda place: values[place[1]], self.text)


def parts_of(text: str, alphabet: str = "") -> int:
    """How many short messages the text needs, at GSM-7 or UCS-2 where no alphabet is named.

    Raises Unfit where the alphabet hasn't its characters, and for half a character that UTF-16 writes in two.
    """
    if alphabet:
        return len(split(text, Alphabet(alphabet), ref=0))
    if _NOT_ONCE.search(text) is None:
        return _count(len(text), 160, 153)
    if _NOT_GSM7.search(text) is None:
        return len(split(text, Alphabet.GSM7, ref=0))
    try:
        units = len(text.encode("utf-16-be")) // 2
    except UnicodeEncodeError:
        raise Unfit("the text has half of a character that UTF-16 writes in two") from None
    # A character of two units is not cut, so a part may stay short of one.
    return _count(units, 70, 67) if units == len(text) else len(split(text, Alphabet.UCS2, ref=0))


def _count(units: int, alone: int, each: int) -> int:
    parts = 1 if units <= alone else -(-units // each)
    if parts > PARTS_MAX:
        raise Unfit(f"the text needs {parts} parts; a long message has at most {PARTS_MAX}")
    return parts
