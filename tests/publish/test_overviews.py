"""Documents about all feeds: made when the configuration changes or a feed comes, and not else."""

from __future__ import annotations

from pathlib import Path

import listparser
import pytest

from feeder.generator.index import Index
from feeder.generator.opml import Opml
from feeder.generator.stylesheet import Stylesheet
from tests.publish.test_retired import Site, feed

LISTS = ("feeds.opml", "index.html", "feed.css")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def stamps(site: Site) -> dict[str, int]:
    public = site.root / "var/public"
    return {name: (public / name).stat().st_mtime_ns for name in LISTS}


def listed(site: Site) -> list[str]:
    return [str(one.url) for one in listparser.parse(site.read("feeds.opml")).feeds]


def test_all_feeds_are_listed_for_readers_and_for_people(site: Site) -> None:
    site.refresh(feed("two", 'title = "A & B"') + feed("one"))
    assert listed(site) == ["http://localhost:8080/two.atom", "http://localhost:8080/one.atom"]
    page = site.read("index.html")
    assert "A &amp; B" in page
    assert page.index("two.atom") < page.index("one.atom"), "by title"
    assert 'href="http://localhost:8080/feed.css"' in site.read("one.atom")


def test_what_is_as_it_was_is_not_written(site: Site) -> None:
    site.refresh(feed("one"))
    before = stamps(site)
    site.refresh(feed("one"))
    assert stamps(site) == before


def test_what_is_as_it_was_is_not_even_rendered(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.refresh(feed("one"))
    for kind in (Opml, Index, Stylesheet):
        monkeypatch.setattr(kind, "render", None)
    assert site.refresh(feed("one")).errors == ()


def test_an_article_more_moves_none_of_them(site: Site) -> None:
    site.refresh(feed("one"))
    before = stamps(site)
    site.article("storm", "A storm over the town")
    assert sum(outcome.new for outcome in site.refresh(feed("one")).outcomes) == 1
    assert stamps(site) == before


def test_one_that_is_lost_or_damaged_is_put_again(site: Site) -> None:
    site.refresh(feed("one"))
    whole = {name: site.read(name) for name in LISTS}
    public = site.root / "var/public"
    (public / "feeds.opml").unlink()
    (public / "index.html").write_text("damaged")
    site.refresh(feed("one"))
    assert {name: site.read(name) for name in LISTS} == whole


def test_a_feed_that_comes_or_goes_or_is_named_otherwise_is_seen(site: Site) -> None:
    site.refresh(feed("one"))
    site.refresh(feed("one") + feed("two"))
    assert len(listed(site)) == 2
    site.refresh(feed("two", 'title = "Second"'))
    assert listed(site) == ["http://localhost:8080/two.atom"]
    assert "Second" in site.read("index.html")


def test_a_feed_that_nobody_can_have_yet_is_not_listed(site: Site) -> None:
    site.source("town")
    (site.root / "config/sources/town.toml").write_text('kind = "files"\nroot = "nowhere"\n')
    site.refresh()
    assert listed(site) == ["http://localhost:8080/river.atom"]


def test_a_list_that_cannot_be_put_is_named_and_keeps_no_feed_from_readers(site: Site) -> None:
    public = site.root / "var/public"
    (public / "index.html").mkdir(parents=True)
    report = site.refresh(feed("one"))
    assert any("index.html" in error.message for error in report.errors)
    assert report.exit_code == 1
    assert "A flood" in site.read("one.atom")
    assert listed(site) == ["http://localhost:8080/one.atom"]
