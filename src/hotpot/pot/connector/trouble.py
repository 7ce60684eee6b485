"""What may be wrong with a system of theirs: a database, a mail server, a provider."""

from __future__ import annotations


class Trouble(Exception):
    """Their system can't be used. The sentence says why and how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Away(Trouble):
    """It may come back by itself."""


class Broken(Trouble):
    """It needs a person: another password, a permission, a column that is gone."""


class Mistaken(Broken):
    """One row's own fault, not their system's."""
