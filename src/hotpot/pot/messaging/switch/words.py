"""Sensitive words, found however they are written: wide letters, other cases, signs in between. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick

REFUSE, REVIEW, REPLACE = "refuse", "review", "replace"


class _Squeezing(dict[int, str]):
    """For str.translate: letters and digits in one plain form, all else left out. Filled as it is met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).casefold()
        squeezed = self[code] = "".join(one for one in plain if one.isalnum())
        return squeezed


_SQUEEZING = _Squeezing()


def squeezed(text: str) -> str:
    return text.translate(_SQUEEZING)


@dataclass(frozen=True, slots=True)
class Found:
    word: str
    action: str
    start: int  # in the text as it was written
    end: int


class Words:
    """Those of the operator (of no company) and of companies, in one automaton (Aho, Corasick 1975)."""

    def __init__(self, words: Iterable[tuple[str, str, int | None]]) -> None:
        """Each is the word, its action and whose it is."""
        gathered: dict[str, list[tuple[str, str, int | None]]] = {}
        for word in words:
            if plain := squeezed(word[0]):
                gathered.setdefault(plain, []).append(word)
        self._automaton: Any = ahocorasick.Automaton()
        for plain, meanings in gathered.items():
            self._automaton.add_word(plain, (len(plain), meanings))
        if gathered:
            self._automaton.make_automaton()
        self._any = bool(gathered)

    def find(self, text: str, customer_id: int) -> list[Found]:
        """All that concern the company's messages, in the order of their ends."""
        if not self._any:
            return []
        plain = squeezed(text)
        hits = list(self._automaton.iter(plain))
        return list(self._meant(text, hits, customer_id)) if hits else []

    def _meant(self, text: str, hits: list[Any], customer_id: int) -> Iterator[Found]:
        places = _places(text)
        for last, (length, meanings) in hits:
            start, end = places[last - length + 1], places[last] + 1
            for word, action, owner in meanings:
                if owner in (None, customer_id) and _stands_alone(word, text, start, end):
                    yield Found(word, action, start, end)


def _places(text: str) -> list[int]:
    """Of each letter of the squeezed text: where it was written."""
    return [place for place, one in enumerate(text) for _ in _SQUEEZING[ord(one)]]


def _stands_alone(word: str, text: str, start: int, end: int) -> bool:
    """A word of an alphabet is not meant where it is a piece of a longer one; one of Chinese is."""
    if not word.isascii():
        return True
    return not (start and _is_letter(text[start - 1])) and not (end < len(text) and _is_letter(text[end]))


def _is_letter(one: str) -> bool:
    return _SQUEEZING[ord(one)].isascii() and one.isalnum()


def replaced(text: str, found: Iterable[Found]) -> str:
    """With as many * in their places; what was in between goes with them."""
    letters = list(text)
    for one in found:
        letters[one.start : one.end] = "*" * (one.end - one.start)
    return "".join(letters)
