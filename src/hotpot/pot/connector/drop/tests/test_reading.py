"""Files as enterprises write them."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotpot.pot.connector.drop.reading import LINE_CHARACTERS_MAX, Source
from hotpot.pot.connector.drop.rules import (
    CODES,
    UNREADABLE,
    BadFile,
    Row,
    Unreadable,
    is_finished,
    is_readable,
    result,
)
from hotpot.pot.messaging.wire import Accepted, Given, Refusal, Refused

ZONE = ZoneInfo("Asia/Shanghai")


def rows(folder: Path, content: str | bytes, name: str = "a.csv", codec: str = "utf-8") -> list[Row]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(codec))
    return list(Source.of(path).rows(ZONE))


def givens(found: list[Row]) -> list[Given]:
    assert all(isinstance(row.meant, Given) for row in found), found
    return [row.meant for row in found if isinstance(row.meant, Given)]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tables_are_read_in_their_encoding(tmp_path: Path, codec: str, delimiter: str) -> None:
    lines = [
        ["手机号", "短信内容", "流水号"],
        ["13800138000", "您好，请于15:00开会", "A1"],
        ["13900139000", "好", ""],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"
    first, second = givens(rows(tmp_path, content, codec=codec))
    assert (first.number, first.text, first.key, first.client_ref) == (
        "13800138000", "您好，请于15:00开会", "id/A1", "A1",
    )  # fmt: skip
    assert second.key.endswith("/2")


def test_lines_of_json_are_read(tmp_path: Path) -> None:
    lines = [
        {"number": 13800138000, "text": "hi", "id": 7, "priority": 1},
        {
            "number": "13900139000",
            "text": "later",
            "due_at": "2026-11-02 09:00",
            "expires_at": "2026-11-03T00:00Z",
        },
    ]
    content = "\n\n".join(json.dumps(one) for one in lines) + "\n[1]\nnonsense\n"
    first, second, *broken = rows(tmp_path, content, "a.jsonl")
    assert first.meant == Given("13800138000", "hi", client_ref="7", key="id/7", priority=1)
    assert isinstance(second.meant, Given)
    assert second.meant.due_at is not None
    assert second.meant.due_at.isoformat() == "2026-11-02T09:00:00+08:00"
    assert [row.number for row in broken] == ["", ""]


def test_a_text_may_have_lines_commas_and_quotes(tmp_path: Path) -> None:
    [given] = givens(rows(tmp_path, 'number,text\n13800138000,"one, ""two""\nthree"\n'))
    assert given.text == 'one, "two"\nthree'


@pytest.mark.parametrize(
    "cells",
    [
        "13800138000,hi,x\x07,,", "13800138000,hi," + "x" * 65 + ",,", "13800138000,hi,,tomorrow,",
        "13800138000,hi,,,high",
    ],
)  # fmt: skip
def test_a_row_that_means_nothing_says_why(tmp_path: Path, cells: str) -> None:
    [row] = rows(tmp_path, f"number,text,id,due_at,priority\n{cells}\n")
    assert isinstance(row.meant, Unreadable)
    assert row.meant.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "first line"),
        (b"13800138000,hi\n", "first line"),
        (b"number,number,text\n", "first line"),
        (b"number,text\n1,\xff\xff\xff\n", "neither"),
        (b"number,text\n1," + b"x" * (LINE_CHARACTERS_MAX + 9), "longer"),
        (b'number,text\n1,"' + b"x\n" * 100_000, "can't be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(BadFile, match=reason):
        rows(tmp_path, content)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Else a folder's owner could have us read what is not his."""
    secret = tmp_path / "secret.csv"
    secret.write_text("number,text\n13800138000,secret\n")
    (tmp_path / "link.csv").symlink_to(secret)
    with pytest.raises(BadFile, match="link"):
        Source.of(tmp_path / "link.csv")
    (tmp_path / "hard.csv").hardlink_to(secret)
    with pytest.raises(BadFile, match="link"):
        Source.of(tmp_path / "hard.csv")


def test_names_say_what_is_finished_and_readable() -> None:
    assert [is_finished(name) for name in ("a.csv", ".a.csv", "a.csv.part", "a.csv.filepart", "a.csv~")] == [
        True, False, False, False, False,
    ]  # fmt: skip
    assert [is_readable(name) for name in ("A.CSV", "a.tsv", "a.jsonl", "a.xlsx", "csv")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_every_refusal_has_a_code_of_its_own() -> None:
    assert CODES.keys() == set(Refusal)
    assert len({0, UNREADABLE, *CODES.values()}) == len(Refusal) + 2


def test_a_result_is_one_line() -> None:
    row = Row(3, "A1", "138", Given("138", "hi"))
    assert result(row, Accepted(17)) == (3, "A1", "138", "accepted", 17, 0, "")
    refused = Refused(Refusal.BAD_NUMBER, "no\nnumber")
    assert result(row, refused) == (3, "A1", "138", "refused", "", 20, "no number")
