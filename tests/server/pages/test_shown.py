"""Moments, sizes and letters as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeder.server.pages.shown import ago, count, hue, initial, size, span, standings, web
from feeder.store.board import STANDINGS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "now"),
        (-20, "just now"),
        (20, "now"),
        (899, "in 15 min"),
        (-119 * 60, "119 min ago"),
        (-2 * 3600, "2 h ago"),
        (47 * 3600, "in 47 h"),
        (-48 * 3600, "2 days ago"),
        (-59 * 86400, "59 days ago"),
        (-61 * 86400, "2025-12-30"),
        (61 * 86400, "2026-05-01"),
    ],
)
def test_how_far_a_moment_is_from_now(seconds: int, told: str) -> None:
    assert ago(NOON + timedelta(seconds=seconds), NOON) == told


def test_moments_at_the_ends_of_time_are_told() -> None:
    for year in (1, 9999):
        moment = datetime(year, 6, 1, tzinfo=UTC)
        assert ago(moment, NOON).endswith("-06-01") and span(moment, NOON).endswith(" days")


def test_sizes_and_counts() -> None:
    assert [size(number) for number in (999, 1_000, 2_345_678)] == ["999 bytes", "1 kB", "2.3 MB"]
    assert (count(1, "entry", "entries"), count(2000, "feed")) == ("1 entry", "2,000 feeds")


def test_a_source_has_a_letter_and_always_the_same_colour() -> None:
    assert [initial(title) for title in ("news", '"Été', "ملح", "…", "", "ßa")] == [
        "N",
        "É",
        "م",
        "•",
        "•",
        "S",
    ]
    assert hue("news") == hue("news") and 0 <= hue("\ud800") < 8


def test_only_web_addresses_are_links() -> None:
    assert web("https://a.example/ä") == "https://a.example/%C3%A4"
    for url in ("javascript:alert(1)", "data:text/html,x", "//a", "ftp://a/", "", None, "\x00"):
        assert web(url) is None


def test_each_standing_has_a_meaning_and_a_shape_of_its_own() -> None:
    assert set(standings()) == set(STANDINGS)
    assert len({told.shape for told in standings().values()}) == len(STANDINGS)
    assert all(told.meaning for told in standings().values())
