"""Which addresses `include` and `exclude` want."""

from __future__ import annotations

import time

import pytest

from feeder.config.settings import ListSettings
from feeder.sources.patterns import Patterns

URL = "https://e.org/news/2026/flood?id=7"


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("/news/*", True),
        ("/news/*?id=7", True),
        ("/news/", False),
        ("/2026/*", False),
        ("*/2026/*", True),
        ("https://e.org/*", True),
        ("e.org/*", False),
        ("*.org/news/2026/flood?id=7", True),
        ("/news/2026/flood.id=7", False),
        ("*news*2026*7", True),
        ("*2026*news*", False),
        ("*7*7", False),
        ("re:/20[0-9]{2}/", True),
        ("re:^/news", False),
    ],
)
def test_a_pattern(pattern: str, matches: bool) -> None:
    assert Patterns(include=[pattern]).wants(URL) is matches
    assert Patterns(exclude=[pattern]).wants(URL) is not matches


def test_without_patterns_all_are_wanted() -> None:
    assert Patterns().wants(URL)


def test_what_is_excluded_is_not_wanted_though_it_is_included() -> None:
    assert not Patterns(include=["/news/*"], exclude=["*flood*"]).wants(URL)
    assert Patterns(include=["/sport/*", "/news/*"]).wants(URL)


@pytest.mark.parametrize("pattern", ["", " ", "re:", "re:(", "re:[z-a]"])
def test_what_is_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"expected a pattern|no regular expression"):
        ListSettings(include=(pattern,))
    with pytest.raises(ValueError, match=r"expected a pattern|no regular expression"):
        ListSettings(exclude=(pattern,))


def test_stars_take_no_time_on_a_long_address() -> None:
    started = time.process_time()
    assert not Patterns(include=["*a*a*a*a*a*c"]).wants("https://e.org/" + "a" * 1_000_000)
    assert not Patterns(include=["**********b"]).wants("https://e.org/" + "a" * 1_000_000)
    assert time.process_time() - started < 1
