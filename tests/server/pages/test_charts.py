"""Charts: any numbers give a small valid picture, and words for who cannot see it."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeder.server.pages import charts
from feeder.server.pages.charts import Bar, bars, brief, line, new_entries, spans
from feeder.store.board import Run

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**30), 10**30)


def drawn(picture: str) -> etree._Element:
    root = etree.fromstring(picture)
    for element in root.iter():
        for name in ("x", "y", "width", "height", "cx", "cy"):
            value = element.get(name)
            if value is not None and element is not root:
                assert math.isfinite(float(value)) and -1 <= float(value) <= 700, etree.tostring(
                    element
                )
    assert root.get("role") == "img" and root.get("aria-label")
    return root


@given(
    st.lists(
        st.builds(Bar, NUMBERS, st.text(st.characters(codec="utf-8", categories=["L"]))),
        max_size=300,
    )
)
def test_any_bars_are_a_valid_picture_within_its_bounds(values: list[Bar]) -> None:
    picture = bars(values, "words")
    root = drawn(picture)
    assert len(root) <= charts.MOST_BARS + 4
    for path in root.iter("path"):
        numbers = [float(one) for one in re.findall(r"-?[0-9.]+", path.get("d", ""))]
        assert all(-24 <= number <= 96 for number in numbers)


@given(st.lists(NUMBERS, max_size=300))
def test_any_line_is_a_valid_picture_within_its_bounds(values: list[float]) -> None:
    drawn(line(values, "words"))


def test_the_highest_bar_is_as_high_as_the_chart_and_few_are_low() -> None:
    assert heights(bars([Bar(5), Bar(10)], "words")) == ["12", "24"]
    assert heights(bars([Bar(1)], "words")) == ["8"]
    assert heights(bars([Bar(0)], "words")) == ["1"]


def heights(picture: str) -> list[str]:
    return re.findall(r"v-([0-9.]+)h", drawn(picture)[0].get("d", ""))


def test_what_failed_is_told_by_a_shape_and_in_words() -> None:
    runs = [run(0), run(1, new=3), run(2, failed=True)]
    root = drawn(new_entries(runs))
    assert root.get("aria-label") == "3 new entries in the last 3 refreshes; 1 failed"
    assert [child.get("class") for child in root] == ["bar", "none", "failed", "cross"]
    wide = drawn(new_entries(runs, charts.WIDE))
    assert [title.text for title in wide.iter("title")] == [
        "01 Mar 12:00 UTC: 0 new",
        "01 Mar 12:01 UTC: 3 new",
        "01 Mar 12:02 UTC: failed",
    ]


def test_words_in_a_picture_cannot_leave_it() -> None:
    root = drawn(bars([Bar(1, '<b>"&')], '"><script>alert(1)</script>'))
    assert root.get("aria-label") == '"><script>alert(1)</script>'
    assert [title.text for title in root.iter("title")] == ['<b>"&']


def test_time_is_cut_into_equal_pieces_that_have_all_refreshes() -> None:
    runs = [run(minute, new=minute % 3) for minute in range(480)]
    pieces = spans(runs)
    assert len(pieces) == 48
    assert sum(piece.refreshes for piece in pieces) == 480
    assert sum(piece.new for piece in pieces) == sum(one.new for one in runs)
    assert [piece.refreshes for piece in pieces[:3]] == [10, 10, 10]
    assert len(spans(runs[:1] * 5)) == 1 and spans([]) == []


def test_a_clock_that_was_put_back_is_no_fault() -> None:
    runs = [run(60), run(0), run(30)]
    assert sum(piece.refreshes for piece in spans(runs)) == 3


def test_seconds_are_told_as_people_do() -> None:
    assert [brief(number) for number in (0, 9.94, 12.3, 119, 600)] == [
        "0.0 s",
        "9.9 s",
        "12 s",
        "119 s",
        "10 min",
    ]


def run(minute: int, new: int = 0, *, failed: bool = False) -> Run:
    return Run(NOON + timedelta(minutes=minute), 1.0, 30, new, 0, failed)
