from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from hotpot.kernel.money import Money
from hotpot.pot.web.rules import chart_table, label_of, tone_of

WHEN = datetime(2026, 11, 22, 16, 5, 9, tzinfo=UTC)


def shown(source: str, **given: Any) -> str:
    return Template("{% load hotpot %}" + source).render(Context(given))


@pytest.mark.parametrize(
    ("source", "given", "expected"),
    [
        ("{{ fee|money }}", {"fee": Money(123450, "CNY")}, "1,234.50 CNY"),
        ("{{ fee|money }}", {"fee": Money(-5, "CNY")}, "-0.05 CNY"),
        ("{{ fee|money }}", {"fee": Money(1500, "JPY")}, "1,500 JPY"),
        ("{{ fee|money }}", {"fee": None}, "–"),
        ("{{ fee|minor:'CNY' }}", {"fee": 1500}, "15.00 CNY"),
        ("{{ number|phone }}", {"number": "+8613800138000"}, "+86 138 0013 8000"),
        ("{{ number|phone }}", {"number": "10658"}, "10658"),
        ("{{ number|phone }}", {"number": ""}, "–"),
        ("{{ number|masked }}", {"number": "+8613800138000"}, "+86••••8000"),
        ("{{ number|masked }}", {"number": "10658"}, "••••"),
        ("{{ 'zh-hans'|html_lang }}", {}, "zh-Hans"),
        ("{{ prices|at:7 }}", {"prices": {7: "x"}}, "x"),
    ],
)
def test_values_are_written_for_reading(source: str, given: dict[str, Any], expected: str) -> None:
    assert shown(source, **given) == expected


def test_a_moment_is_in_the_viewers_zone_and_keeps_the_exact_time() -> None:
    with timezone.override("Asia/Shanghai"):
        html = shown("{{ when|moment }}", when=WHEN)
    assert 'datetime="2026-11-22T16:05:09+00:00"' in html
    assert ">23 Nov 2026, 00:05</time>" in html
    assert "00:05:09" in html


def test_a_moment_in_chinese() -> None:
    with translation.override("zh-hans"), timezone.override("Asia/Shanghai"):
        assert ">2026年11月23日 00:05</time>" in shown("{{ when|moment }}", when=WHEN)


def test_a_day_follows_the_zone_for_moments_and_stays_for_dates() -> None:
    with timezone.override("Asia/Shanghai"):
        assert ">23 Nov 2026</time>" in shown("{{ when|day }}", when=WHEN)
        assert ">22 Nov 2026</time>" in shown("{{ when|day }}", when=date(2026, 11, 22))


def test_a_chip_is_a_word_and_a_tone() -> None:
    assert shown("{% chip 'certified' %}") == '<span class="chip good">Certified</span>'
    assert shown("{% chip state %}", state="<b>") == '<span class="chip ">&lt;b&gt;</span>'


def test_states_take_booleans_enums_and_unknown_words() -> None:
    assert (label_of(True), tone_of(True)) == ("Yes", "good")
    assert (label_of("brewing"), tone_of("brewing")) == ("brewing", "")
    assert tone_of("FAILED") == "bad"


def test_a_figure_links_to_its_rows() -> None:
    html = shown("{% figure 'Fees' fee '/bills/' %}", fee=Money(4521000, "CNY"))
    assert html.startswith('<a class="figure" href="/bills/">')
    assert '45,210.00 <span class="unit">CNY</span>' in html
    assert shown("{% figure 'Seats' 2614 %}").startswith('<div class="figure">')


def test_a_chart_has_its_table_and_no_way_out_of_its_json() -> None:
    option = {
        "xAxis": {"data": ["Oct", "Nov"]},
        "series": [{"type": "bar", "name": "</script>", "data": [1, {"value": 2}]}],
    }
    html = shown("{% chart 'shares' option 'Shares' %}", option=option)
    assert html.count("</script>") == 1
    assert "<td>Nov</td>" in html
    assert '<td class="num">2</td>' in html


def test_the_table_of_a_pie_and_of_lying_bars() -> None:
    pie = {"series": [{"type": "pie", "data": [{"name": "Mail", "value": 3}]}]}
    assert chart_table(pie) == (["", ""], [["Mail", 3]])
    lying = {"xAxis": {}, "yAxis": {"data": ["Mail"]}, "series": [{"name": "Seats", "data": [3]}]}
    assert chart_table(lying) == (["", "Seats"], [["Mail", 3]])
    in_money = {
        "xAxis": {"data": ["Nov"]},
        "yAxis": {"name": "CNY"},
        "series": [{"name": "Kept", "data": [1234.5]}],
    }
    assert chart_table(in_money) == (["", "Kept (CNY)"], [["Nov", "1,234.50"]])


def test_an_empty_state_offers_its_one_thing() -> None:
    html = shown("{% empty 'inbox' 'All done' 'Nothing waits.' 'See old ones' '/old/' %}")
    assert '<a class="button" href="/old/">See old ones</a>' in html
    assert "<a" not in shown("{% empty 'inbox' 'All done' %}")
