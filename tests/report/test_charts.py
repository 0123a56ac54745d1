"""Charts: well-formed SVG whose marks stand where the numbers say, and whose titles say the numbers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.report.charts import Column, Range, bar, linear_ticks, log_ticks, ranges_over_time, stacked_columns
from tests.alerting.coverage import NOW

WEEK = timedelta(days=7)


def titles(svg: str) -> list[str | None]:
    return [title.text for title in ET.fromstring(svg).iter("title")]


def test_a_columns_parts_stand_on_one_another() -> None:
    columns = [Column("1 Mar", (2, 1)), Column("2 Mar", (0, 4))]
    svg = stacked_columns(columns, ("English", "French"), "Articles", width=400, height=200)
    rects = ET.fromstring(svg).findall("rect")
    boxes = [(rect.get("class"), float(rect.get("y", "")), float(rect.get("height", ""))) for rect in rects]
    (_, low_y, low), (_, high_y, high), (_, _, tall) = boxes
    assert [name for name, _, _ in boxes] == ["c0", "c1", "c1"]
    assert high_y + high == pytest.approx(low_y, abs=0.2)
    assert (low, tall) == (pytest.approx(2 * high, abs=0.3), pytest.approx(4 * high, abs=0.3))
    assert titles(svg) == ["1 Mar, English: 2", "1 Mar, French: 1", "2 Mar, French: 4"]


def test_names_are_escaped() -> None:
    svg = stacked_columns([Column("<b>", (1,))], ('"&<',), '"><script>', width=400, height=200)
    assert titles(svg) == ['<b>, "&<: 1']
    assert ET.fromstring(svg).get("aria-label") == '"><script>'


def test_a_range_is_a_bar_a_number_a_dot_an_open_end_an_arrow() -> None:
    ranges = [
        Range(NOW, 1000, 4000, 0, "range"),
        Range(NOW, 2000, 2000, 1, "number"),
        Range(NOW, 2000, None, 2, "at least"),
        Range(NOW, None, 2000, 3, "up to"),
    ]
    marks = ET.fromstring(ranges_over_time(ranges, NOW - WEEK, NOW, "Numbers", width=400, height=200)).findall("g")
    assert [[shape.tag for shape in mark] for mark in marks] == [
        ["rect", "title"],
        ["circle", "title"],
        ["circle", "path", "title"],
        ["circle", "path", "title"],
    ]
    top, bottom = float(marks[0][0].get("y", "")), float(marks[0][0].get("height", ""))
    middle = float(marks[1][0].get("cy", ""))
    assert middle == pytest.approx(top + bottom / 2, abs=0.2)  # 2,000 is half way from 1,000 to 4,000 on a log scale


NUMBERS = st.integers(0, 10**9) | st.none()


@given(
    st.lists(
        st.builds(
            Range,
            st.datetimes().map(lambda at: at.replace(tzinfo=NOW.tzinfo)),
            NUMBERS,
            NUMBERS,
            st.integers(0, 7),
            st.text("ab<&"),
        )
    )
)
def test_any_reports_make_a_chart_within_its_frame(ranges: list[Range]) -> None:
    svg = ET.fromstring(ranges_over_time(ranges, NOW - WEEK, NOW, "Numbers", width=350, height=240))
    for circle in svg.iter("circle"):
        assert 0 <= float(circle.get("cx", "")) <= 350
        assert 0 <= float(circle.get("cy", "")) <= 240


@given(st.integers(0, 10**9))
def test_linear_ticks_reach_the_top_and_are_few(top: int) -> None:
    ticks = linear_ticks(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top
    assert 2 <= len(ticks) <= 6
    assert len({after - before for before, after in pairwise(ticks)}) == 1


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_log_ticks_enclose_the_numbers(one: int, other: int) -> None:
    low, high = sorted((one, other))
    ticks = log_ticks(low, high)
    assert ticks[0] <= max(low, 1)
    assert ticks[-1] >= high
    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 12


def test_a_bar_keeps_within_its_cell() -> None:
    widths = [ET.fromstring(bar(share))[0].get("width") for share in (-1, 0, 0.25, 7)]
    assert widths == ["0.0%", "0.0%", "25.0%", "100.0%"]
