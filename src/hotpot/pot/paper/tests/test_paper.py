"""What is printed can be read back from the file, whatever signs are in it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from hotpot.pot.paper import Facts, Grid, Head, Notes, Paper, Side, Sides, Sum, Sums, pdf
from hotpot.pot.paper.glyphs import MISSING, Glyphs

PAPER = Paper(
    language="zh",
    day="2026-11-02",
    title="账单",
    subtitle="7-2026-000001",
    author="海晟软件",
    page="第 {page} 页，共 {pages} 页",
    blocks=[
        Sides(Side("自", "海晟软件", ["南京西路 1 号"]), Side("至", "Li Lei")),
        Facts([("编号", "7"), ("说明", "一行\n两行")]),
        Grid([Head("项目", grow=True), Head("金额", number=True)], [["席位", "100.00"]], ["上月调整"]),
        Sums([Sum("合计", "100.00 CNY", strong=True)]),
        Facts([("账号", "6222")], "付款", boxed=True),
        Notes(["小字"]),
    ],
)


def read(content: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def test_every_block_is_on_the_page() -> None:
    [text] = read(pdf(PAPER))
    for told in (
        "账单", "7-2026-000001", "南京西路 1 号", "Li Lei", "编号", "一行", "两行", "席位", "100.00",
        "上月调整", "100.00 CNY", "付款", "6222", "小字", "第 1 页，共 1 页",
    ):  # fmt: skip
        assert told in text


def test_a_long_grid_goes_on_over_the_page_with_its_heads() -> None:
    rows = [[f"第 {n} 行", "1"] for n in range(120)]
    grid = Grid([Head("事项", grow=True), Head("数", number=True)], rows, title="经过")
    pages = read(pdf(replace(PAPER, blocks=[grid])))
    assert len(pages) > 2
    assert all("事项" in page for page in pages)
    assert "第 119 行" in pages[-1]
    assert f"第 {len(pages)} 页，共 {len(pages)} 页" in pages[-1]


def test_names_with_rare_characters_are_printed() -> None:
    assert "张喆 郑堃 李珺" in read(pdf(replace(PAPER, title="张喆 郑堃 李珺")))[0]


@pytest.mark.parametrize("text", ["😀", "ไทย", "ع", "\x01", "a\u200db", "❤️", "\U00030edd", "#sys.inputs"])
def test_no_text_breaks_the_document(text: str) -> None:
    everywhere = replace(PAPER, title=text, author=text, blocks=[Facts([(text, text)], text)])
    assert PdfReader(BytesIO(pdf(everywhere))).pages


def test_what_the_font_lacks_is_marked_and_never_vanishes() -> None:
    glyphs = Glyphs.of_font()
    assert glyphs.text("好😀！") == f"好{MISSING}！"
    assert glyphs.text("cafe\u0301\x07 ⽤ ﬁt") == "café 用 fit"


def test_addresses_without_a_space_stay_on_the_page() -> None:
    """Else the text would run over the edge, and the reader would never see its end."""
    address = "https://example.com/" + "0123456789" * 30
    [page] = PdfReader(BytesIO(pdf(replace(PAPER, blocks=[Facts([("链接", address)])])))).pages
    text = page.extract_text().replace("\n", "").replace("\u200b", "")
    assert address in text
    right_edge = float(page.mediabox.right)
    ends: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip().isdecimal():
            ends.append(matrix[4] + len(text.strip()) * size * 0.55)

    page.extract_text(visitor_text=note)
    assert ends
    assert max(ends) < right_edge
