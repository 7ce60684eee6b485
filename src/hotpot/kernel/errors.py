"""What a verb answers when it can't do what was asked: a sentence a person can act on."""

from __future__ import annotations

from collections.abc import Callable


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for the translators' catalogue; the kernel itself knows no languages."""
    return sentence


class Refused(Exception):
    """The base of every refusal that is shown to people.

    `sentence` says what was wrong and how to mend it; it may be a lazy translation. `values` fill the
    named places (`%(text)s`) of one that is not.
    `code` is stable and meant for machines; `status` is the HTTP status that fits.
    """

    code = "refused"
    status = 400
    translate: Callable[[str], str] = staticmethod(str)  # The web puts its own here.

    def __init__(self, sentence: object, *, code: str | None = None, **values: object) -> None:
        super().__init__(sentence)
        self._sentence = sentence
        self._values = values
        if code is not None:
            self.code = code

    @property
    def sentence(self) -> str:
        if not self._values:
            return str(self._sentence)
        return self.translate(str(self._sentence)) % self._values

    def __str__(self) -> str:
        return self.sentence


class Invalid(Refused):
    """The input itself is wrong."""

    code = "invalid"
    status = 422


class NotFound(Refused):
    """No such thing, or not for this reader: the two are not told apart."""

    code = "not_found"
    status = 404


class Forbidden(Refused):
    """The reader is known, and may not do this."""

    code = "forbidden"
    status = 403


class Conflict(Refused):
    """The state of things forbids it now; asking again later may work."""

    code = "conflict"
    status = 409


class TooMany(Refused):
    """A limit was reached; waiting helps."""

    code = "too_many"
    status = 429
