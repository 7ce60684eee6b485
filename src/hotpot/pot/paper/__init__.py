"""A document on paper: plain data in, PDF out. Bills, statements, decided requests and whatever else is
printed look alike because they are all a `Paper`.

Typeset by typst from `paper.typ` and the font beside it: no system library, no download. What is written is
already in the reader's language and already formatted; nothing is reckoned here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from hotpot.pot.paper.glyphs import FONTS, Glyphs

__all__ = ["Block", "Facts", "Grid", "Head", "Notes", "Paper", "Side", "Sides", "Sum", "Sums", "pdf"]

HERE = Path(__file__).resolve().parent
# PDF/A-2b: text, fonts and colours are in the file, so that it looks the same when it is audited.
STANDARD: Literal["a-2b"] = "a-2b"


@dataclass(frozen=True, slots=True)
class Side:
    """Who sends or receives: a heading ("From"), a name, and the lines below it."""

    heading: str
    name: str
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """Who sends it beside who receives it."""

    sender: Side
    receiver: Side


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and their values, one a row; `boxed` on a ground of its own."""

    rows: Sequence[tuple[str, str]]
    title: str = ""
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column. `grow` columns share the width that the others leave."""

    label: str
    number: bool = False
    grow: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """`notes` stand below the rows of the same place, small; "" is none."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows above come to, at the right."""

    rows: Sequence[Sum]


@dataclass(frozen=True, slots=True)
class Notes:
    """Small print."""

    lines: Sequence[str]


Block = Sides | Facts | Grid | Sums | Notes


@dataclass(frozen=True, slots=True)
class Paper:
    """`page` writes a page's number, with the places {page} and {pages}. `day` is the document's ISO date,
    `author` whose document it is, for the foot and the file's properties."""

    language: str
    day: str
    title: str
    subtitle: str
    author: str
    page: str
    blocks: Sequence[Block]


def pdf(paper: Paper) -> bytes:
    """The document as PDF/A-2b. A sign that the font lacks is printed as “〓”, since PDF/A has no holes."""
    shape = {**asdict(paper), "blocks": [{"kind": _kind(one), **asdict(one)} for one in paper.blocks]}
    made = _compiler().compile(
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"paper": json.dumps(_glyphs().printable(shape), ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gives one PDF as bytes")
    return made


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


@cache
def _glyphs() -> Glyphs:
    return Glyphs.of_font()


@cache
def _compiler() -> typst.Compiler:
    """Fonts are read once a process."""
    return typst.Compiler(
        str(HERE / "paper.typ"), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True,
    )  # fmt: skip
