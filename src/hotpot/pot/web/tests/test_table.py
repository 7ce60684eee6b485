import csv
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.db.models import IntegerField, QuerySet, Value
from django.db.models.functions import Length, NullIf
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.html import format_html

from hotpot.kernel.money import Money
from hotpot.pot.web import shown
from hotpot.pot.web.tables import Column, Empty, Table, TableView, render_table

NOBODY = Empty("users", "No one yet")
COLUMNS = [
    Column("name", "Name", sortable=True, filterable=True),
    Column("town", "Town", filterable=True),
    Column("fee_minor", "Fee", "money", sortable=True),
    Column("state", "State", "chip"),
]


def asked(url: str = "/people/", **headers: str) -> HttpRequest:
    return RequestFactory().get(url, headers=headers)


def person(name: str, fee_minor: int | None = 0, **other: Any) -> dict[str, Any]:
    return {"name": name, "town": "Wuhan", "fee_minor": fee_minor, "currency": "CNY", "state": "open"} | other


def names(view: TableView) -> list[str]:
    return [str(row.cells[0].html) for row in view.page]


def every_name(table: Table, url: str = "/people/") -> list[list[str]]:
    """The pages one gets by following "Show more" to the end."""
    pages = []
    while url:
        view = table.seen_by(asked(url))
        pages.append(names(view))
        url = view.more_url
    return pages


def people(rows: list[dict[str, Any]], **options: Any) -> Table:
    return Table(rows, COLUMNS, NOBODY, **options)


def test_a_list_is_paged_to_its_end_once() -> None:
    table = people([person(f"p{n:03}") for n in range(7)], page_rows=3, order="name")
    assert every_name(table) == [["p000", "p001", "p002"], ["p003", "p004", "p005"], ["p006"]]


def test_a_last_page_that_is_full_offers_no_more() -> None:
    assert every_name(people([person("a"), person("b")], page_rows=2, order="name")) == [["a", "b"]]


def test_every_word_of_the_filter_must_match_some_column() -> None:
    table = people([person("Lin"), person("Wu", town="Chengdu"), person("Lin", town="Chengdu")])
    assert len(table.seen_by(asked("/people/?q=lin+CHENG")).page) == 1
    assert table.seen_by(asked("/people/?q=open")).page == []


def test_unknown_amounts_come_last_both_ways() -> None:
    table = people([person("none", None), person("little", 1), person("much", 9)])
    assert names(table.seen_by(asked("/people/?sort=fee_minor"))) == ["little", "much", "none"]
    assert names(table.seen_by(asked("/people/?sort=-fee_minor"))) == ["much", "little", "none"]


def test_only_declared_columns_sort() -> None:
    assert people([]).seen_by(asked("/people/?sort=password")).sort == "-pk"


def test_a_changed_place_begins_at_the_top() -> None:
    table = people([person("a"), person("b")], page_rows=1, order="name")
    assert names(table.seen_by(asked("/people/?after=WzEsMl0:forged"))) == ["a"]


def test_a_place_does_not_outlive_its_sort() -> None:
    table = people([person("a", 2), person("b", 1)], page_rows=1, order="name")
    place = parse_qs(urlsplit(table.seen_by(asked()).more_url).query)["after"][0]
    assert names(table.seen_by(asked(f"/people/?sort=-fee_minor&after={place}"))) == ["a"]


def test_two_tables_on_a_page_do_not_meddle() -> None:
    view = people([person("a"), person("b")], name="seats").seen_by(asked("/people/?q=a&seats-q=b"))
    assert names(view) == ["b"]
    assert ("q", "a") in view.kept_for_filter


def test_a_heading_turns_its_sort_and_amounts_begin_with_the_largest() -> None:
    name, _town, fee, _state = people([], order="name").seen_by(asked("/people/?open=1")).heads
    assert (name.direction, name.url) == ("ascending", "/people/?open=1&sort=-name")
    assert (fee.direction, fee.url) == ("", "/people/?open=1&sort=-fee_minor")


def test_the_whole_page_is_wanted_unless_htmx_asks_for_this_table() -> None:
    table = people([person("a")])
    assert render_table(asked(), table) is None
    assert render_table(asked(**{"HX-Request": "true", "HX-Target": "table-others"}), table) is None
    back = {"HX-Target": "table-rows", "HX-History-Restore-Request": "true"}
    assert render_table(asked(**back), table) is None


def test_a_piece_is_never_kept_in_place_of_its_page() -> None:
    answer = render_table(asked(**{"HX-Target": "table-rows-box"}), people([person("a")]))
    assert answer is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'id="table-rows-box"' in answer.content.decode()


def test_more_rows_are_added_below_and_the_button_moves_on() -> None:
    table = people([person(f"p{n}") for n in range(3)], page_rows=1, order="name")
    url = table.seen_by(asked()).more_url
    answer = render_table(asked(url, **{"HX-Target": "table-rows-more"}), table)
    assert answer is not None
    html = answer.content.decode()
    assert 'hx-swap-oob="beforeend"' in html
    assert re.findall(r">(p\d)<", html) == ["p1"]  # A signed address may have such letters, too.
    assert 'id="table-rows-more"' in html


def test_what_people_wrote_is_escaped() -> None:
    answer = render_table(asked(**{"HX-Target": "table-rows"}), people([person("<script>")]))
    assert answer is not None
    assert "<script>" not in answer.content.decode()


def test_the_first_cell_carries_the_rows_link() -> None:
    table = people([person("a")], href=lambda row: f"/people/{row['name']}/")
    assert [cell.href for cell in table.seen_by(asked()).page[0].cells] == ["/people/a/", "", "", ""]


def test_csv_holds_every_row_of_the_filter_and_runs_nothing() -> None:
    rows = [person(f"p{n}", 150) for n in range(60)] + [person("=1+1", None), person("+8613800138000")]
    answer = render_table(asked("/people/?export=csv"), people(rows))
    assert answer is not None
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == ["Name", "Town", "Fee", "Fee, currency", "State"]
    assert lines[0] == ["p0", "Wuhan", "1.50", "CNY", "Open"]
    assert [line[0] for line in lines[60:]] == ["'=1+1", "+8613800138000"]
    assert lines[60][2:4] == ["", ""]


def test_the_csv_says_what_the_table_shows_and_leaves_buttons_out() -> None:
    columns = [
        Column("name", "Name"),
        Column("id", "Seats", "number", show=lambda row: 12_345),
        Column("id", "State", "chip", show=lambda row: shown.chip("open")),
        Column("id", "Paid", "money", show=lambda row: Money(123_456, "CNY")),
        Column("id", "Left", "number", show=lambda row: Money(123_456, "CNY")),
        Column("id", "Owed", "money", show=lambda row: ""),
        Column("id", "Until", show=lambda row: shown.NOTHING),
        Column("id", "Firms", show=lambda row: format_html("<b>{}</b>", "Tea & Co")),
        Column("id", "", show=lambda row: "End"),
    ]
    view = Table([person("a")], columns, NOBODY)
    answer = render_table(asked("/people/?export=csv"), view)
    assert answer is not None
    head, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head == [
        "Name", "Seats", "State", "Paid", "Paid, currency", "Left", "Owed", "Owed, currency",
        "Until", "Firms",
    ]  # fmt: skip
    assert line == ["a", "12345", "Open", "1234.56", "CNY", "1234.56", "", "", "", "Tea & Co"]
    assert view.seen_by(asked()).page[0].cells[1].html == "12,345"


def test_objects_and_money_serve_as_well_as_mappings_and_minor_units() -> None:
    class Bill:
        total = Money(990, "CNY")

    view = Table([Bill()], [Column("total", "Total", "money")], NOBODY).seen_by(asked())
    assert view.page[0].cells[0].html == "9.90 CNY"


# On PostgreSQL


@pytest.fixture
def groups(db: None) -> QuerySet[Any]:
    Group.objects.bulk_create(Group(name=name) for name in ("ab", "b", "bb", "c", "", "abc", "abd"))
    # Equal lengths make ties, the empty name an unknown length.
    length = NullIf(Length("name"), Value(0), output_field=IntegerField())
    return Group.objects.annotate(length=length)


def grouped(rows: QuerySet[Any], **options: Any) -> Table:
    columns = [
        Column("name", "Name", sortable=True, filterable=True),
        Column("length", "Length", "number", sortable=True),
        Column("id", "Id", "number", filterable=True),
    ]
    return Table(rows, columns, NOBODY, **options)


@pytest.mark.parametrize("page_rows", [1, 2, 3, 10])
@pytest.mark.parametrize("sort", ["name", "-name", "length", "-length"])
def test_keyset_pages_are_the_whole_in_order(groups: QuerySet[Any], sort: str, page_rows: int) -> None:
    whole = every_name(grouped(groups), f"/groups/?sort={sort}")
    assert len(whole) == 1
    paged = every_name(grouped(groups, page_rows=page_rows), f"/groups/?sort={sort}")
    assert [name for page in paged for name in page] == whole[0]
    assert len(whole[0]) == 7


def test_a_row_that_comes_between_pages_shifts_nothing(groups: QuerySet[Any]) -> None:
    table = grouped(groups, page_rows=3, order="name")
    first = table.seen_by(asked("/groups/"))
    shown, more = names(first), first.more_url
    Group.objects.create(name="aa")
    assert set(shown).isdisjoint(names(table.seen_by(asked(more))))


def test_rows_of_values_are_paged_by_their_named_key(groups: QuerySet[Any]) -> None:
    table = grouped(groups.values("id", "name", "length"), unique="id", order="length", page_rows=2)
    assert sorted(len(page) for page in every_name(table)) == [1, 2, 2, 2]


def test_the_database_filters_text_and_numbers(groups: QuerySet[Any]) -> None:
    assert sorted(names(grouped(groups).seen_by(asked("/groups/?q=AB")))) == ["ab", "abc", "abd"]
    one = Group.objects.get(name="bb")
    assert "bb" in names(grouped(groups).seen_by(asked(f"/groups/?q={one.pk}")))
    assert names(grouped(groups).seen_by(asked("/groups/?q=%00abc"))) == ["abc"]
