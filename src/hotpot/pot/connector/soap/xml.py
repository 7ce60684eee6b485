"""XML read without what makes it dangerous: no document types, so no entities; not too deep, not too large.

On the standard library's expat. Elements are found by their local names: clients disagree on namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

DEPTH_MAX = 40
ELEMENTS_MAX = 20_000


class BadXml(Exception):
    """The reason is for the caller."""


@dataclass(slots=True)
class Element:
    name: str  # without its namespace
    namespace: str
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def first(self, name: str) -> Element | None:
        return next(self.every(name), None)

    def every(self, name: str) -> Iterator[Element]:
        return (one for one in self.children if one.name.lower() == name.lower())

    def said(self, name: str) -> str:
        """The text of its child, "" where there is none."""
        found = self.first(name)
        return found.text.strip() if found is not None else ""


class _Reader:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        element = Element(local, namespace)
        self._count += 1
        if len(self._open) >= DEPTH_MAX or self._count > ELEMENTS_MAX:
            raise BadXml("The document has too many elements.")
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text += text


def read(document: bytes) -> Element:
    """Raises BadXml."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise BadXml(f"This is no XML: {error}.") from None
    if reader.root is None:
        raise BadXml("The document is empty.")
    return reader.root


def _no_document_type(*_: object) -> None:
    raise BadXml("A document type isn't allowed here.")


def shown(text: str) -> str:
    """As XML's text. What XML can't hold is left out."""
    return escape("".join(sign for sign in text if _is_allowed(sign)))


def _is_allowed(sign: str) -> bool:
    code = ord(sign)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
