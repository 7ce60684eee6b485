from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from hotpot.pot.connector.address import check_outside, shown, url_of
from hotpot.pot.connector.wire import ConfigError, read_config, read_file

GUIDES = Path(__file__).resolve().parents[5] / "docs" / "guides" / "connectors"
GOOD: dict[str, Any] = {
    "source": {"table": "t", "key": "id"},
    "notice": {"kind": "status", "column": "s", "open": 0},
    "columns": {"title": "name", "approver": "boss"},
    "write_back": {"statements": ["UPDATE t SET s = :verdict"], "verdicts": {"approved": 1, "rejected": 2}},
}


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.toml")), ids=lambda path: path.name)
def test_the_guides_are_complete(guide: Path) -> None:
    read_config(read_file(guide.read_text("utf-8")).config)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("source.key", None, "source.key: write a text"),
        ("source.query", "SELECT 1", "either a table or a query"),
        ("source.query", "DELETE FROM t", "source.query: it must begin with SELECT"),
        ("notice", None, "notice: this part is missing"),
        ("notice.kind", "magic", "notice.kind: choose one of “status”"),
        ("notice.open", None, "notice.open: write their own word"),
        ("columns.approver_by", "name", "columns.approver_by: choose"),
        ("columns.currency", "yuan", "columns.currency: write a code such as CNY"),
        ("columns.titel", "x", "columns.titel: this key is not known"),
        ("write_back.statements", [], "write_back.statements: write a list"),
        ("write_back.statements", ["UPDATE t SET s = :word"], "“:word” is not known"),
        ("write_back.verdicts.rejected", None, "write_back.verdicts.rejected"),
        ("time_zone", "Mars/Olympus", "time_zone: write a name such as Asia/Shanghai"),
        ("poll_s", 0, "poll_s: write a number from 0.2"),
        ("pol_s", 1, "pol_s: this key is not known"),
    ],
)
def test_each_mistake_names_its_key(path: str, value: Any, said: str) -> None:
    content = copy.deepcopy(GOOD)
    *parts, last = path.split(".")
    holder = content
    for part in parts:
        holder = holder[part]
    holder.pop(last, None) if value is None else holder.__setitem__(last, value)
    with pytest.raises(ConfigError) as refusal:
        read_config(content)
    assert said in refusal.value.sentence


def test_what_can_t_be_recognised_again_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"write_back\.check"):
        read_config(GOOD | {"notice": {"kind": "watermark", "column": "id"}})
    query = {"source": {"query": "SELECT * FROM t", "key": "id"}}
    with pytest.raises(ConfigError, match=r"notice\.table"):
        read_config(GOOD | query | {"notice": {"kind": "claim", "column": "c", "claimed": "x"}})


def test_colons_in_quotes_and_casts_are_no_parameters() -> None:
    statement = "UPDATE t SET s = :verdict, at = '12:30:00', n = '5'::int WHERE id = :key"
    config = read_config(GOOD | {"write_back": GOOD["write_back"] | {"statements": [statement]}})
    assert config.rows is not None
    assert config.rows.write_back.statements == (statement,)


def test_an_address_shows_no_password() -> None:
    assert shown("mysql://u:secret@h:3306/db") == "mysql://u:***@h:3306/db"
    for wrong in ("h:3306", "oracle://u@h/db", "mysql://u@h"):
        with pytest.raises(ConfigError):
            url_of(wrong)
    check_outside("postgresql://u:p@db.example/office?sslmode=require")
