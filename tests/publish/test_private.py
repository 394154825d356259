"""A private feed lies where nobody else looks, and leaves no trace where others do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.publish.test_retired import Site, feed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def public(site: Site) -> list[str]:
    return sorted(path.name for path in (site.root / "var/public").rglob("*"))


def test_it_is_for_its_owner_alone(site: Site) -> None:
    report = site.refresh(feed("hushed", "private = true") + feed("open"))
    folder = site.root / "var/state/private"
    assert "A flood" in (folder / "hushed.atom").read_text()
    assert folder.stat().st_mode & 0o077 == 0
    assert [one.path for one in report.published] == [
        folder / "hushed.atom",
        site.root / "var/public/open.atom",
    ]


def test_nothing_public_names_it(site: Site) -> None:
    site.refresh(feed("hushed", "private = true") + feed("open"))
    assert not [name for name in public(site) if "hushed" in name]
    for name in ("index.html", "feeds.opml", "open.atom"):
        assert "hushed" not in site.read(name)


def test_a_feed_that_becomes_private_leaves_the_public_folder(site: Site) -> None:
    site.refresh(feed("hushed"))
    assert "hushed.atom" in public(site)
    site.refresh(feed("hushed", "private = true"))
    assert not [name for name in public(site) if "hushed" in name]
    assert "hushed" not in site.read("feeds.opml")
    site.refresh(feed("hushed"))
    assert "hushed.atom" in public(site)
    assert "hushed" in site.read("feeds.opml")
