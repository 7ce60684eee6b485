"""A document on paper: plain data in, PDF out. Bills, credit notes and whatever else is sent to a finance
department look alike because they are all a `Paper`.

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
class Paper:
    """`page` writes a page's number, with the places {page} and {pages}. `day` is the document's ISO date."""

    language: str
    day: str
    title: str
    subtitle: str
    sender: Side
    receiver: Side
    facts: Sequence[tuple[str, str]]
    grid: Grid
    sums: Sequence[Sum]
    page: str
    tax: Grid | None = None
    notes: Sequence[str] = ()
    pay: Sequence[tuple[str, str]] = ()
    pay_title: str = ""


def pdf(paper: Paper) -> bytes:
    """The document as PDF/A-2b."""
    made = _compiler().compile(
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"paper": json.dumps(asdict(paper), ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gives one PDF as bytes")
    return made


@cache
def _compiler() -> typst.Compiler:
    """Fonts are read once a process."""
    return typst.Compiler(
        str(HERE / "paper.typ"), root=str(HERE), font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
    )  # fmt: skip
