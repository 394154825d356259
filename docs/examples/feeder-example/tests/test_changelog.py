"""A kind is pure: it is given a page, and tells what is on it."""

import pytest
from feeder_example.changelog import Changelog

import feeder
from feeder.errors import LayoutError
from feeder.models import Page

URL = "https://example.org/tide-clock/CHANGELOG.md"
TEXT = """# Changelog

## [Unreleased]

- Nobody knows yet.

## [1.1.0] - 2026-05-12

- **Shows the moon.**

## 1.1.0rc1 (2026-05-01)

- Shows half of the moon.

## v1.0 - 2026-02-30

- Shows the tide.
"""


def found(text: str, **options: object) -> list[tuple[str, str, bool]]:
    kind = Changelog.model_validate({"url": URL, "product": "Tide clock", **options})
    seen = kind.discover(Page(URL, URL, text.encode()))
    return [(c.facts.title, c.draft.content, c.facts.published is None) for c in seen.candidates]


def test_each_release_is_an_article() -> None:
    (newest, html, undated), (oldest, _, oldest_undated) = found(TEXT)
    assert (newest, undated) == ("Tide clock 1.1.0", False)
    assert "<strong>Shows the moon.</strong>" in html
    assert "half" not in html
    assert (oldest, oldest_undated) == ("Tide clock 1.0", True)


def test_pre_releases_are_there_for_who_wants_them() -> None:
    assert "Tide clock 1.1.0rc1" in [title for title, _, _ in found(TEXT, pre_releases=True)]


def test_what_is_no_changelog_says_so() -> None:
    with pytest.raises(LayoutError, match="no headings"):
        found("<html><p>A page that shows one.</p></html>")


def test_feeder_knows_both() -> None:
    from feeder import plugins

    assert plugins.find("feeder.sources", "changelog") is Changelog
    assert "pull-quotes" in plugins.names("feeder.steps")
    assert feeder.__name__ == "feeder"
