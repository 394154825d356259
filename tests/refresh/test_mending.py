"""A listing that was redesigned, and whose file lets feeder read it by other selectors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feeder.errors import ConfigError
from tests.refresh.room import Room
from tests.site.blog import Blog
from tests.site.server import Site

SOURCE = """kind = "listing"
url = "{url}"
[list]
link = "main.plain a[href*='articles/']"
repair = "{repair}"
"""
HOUR = timedelta(hours=1)


@pytest.fixture
def blog(room: Room, site: Site) -> Blog:
    """A site of ten articles, all of them on record."""
    made = Blog(articles=10)
    room.source(SOURCE.format(url=site.at("/", made), repair="apply"))
    assert room.refresh().new == 10
    return made


def test_a_redesigned_listing_is_read_on_and_its_file_is_left_alone(
    room: Room, blog: Blog, site: Site
) -> None:
    path = room.root / "config/sources/news.toml"
    before, entries = path.read_bytes(), room.entries()
    blog.layout = "cards"
    story = blog.publish("A piece of news after the redesign")
    outcome = room.refresh(later=HOUR)
    assert (outcome.failure, outcome.new, outcome.changed, outcome.found) == (None, 1, 0, 11)
    (fault,) = outcome.faults
    assert fault.kind == "layout" and "10 articles on record and 1 new: " in fault.message
    assert "`feeder repair news`" in fault.advice
    now = room.entries()
    assert now[0].title == story.title and now[1:] == entries
    assert path.read_bytes() == before
    # A page that has not changed is not read, and what was wrong with it still is.
    again = room.refresh(later=HOUR)
    assert (again.new, again.faults) == (0, (fault,))
    assert "if-none-match" in site.requests[-1].headers
    # Each refresh looks anew, so that another redesign, or the old one back, is no trouble.
    blog.layout = "plain"
    blog.publish("A piece of news in the old design")
    back = room.refresh(later=HOUR)
    assert (back.failure, back.new, back.faults) == (None, 1, ())


def test_without_leave_it_fails_as_before(room: Room, blog: Blog, site: Site) -> None:
    blog.layout = "cards"
    room.source(SOURCE.format(url=site.url("/"), repair="propose"))
    failure = room.refresh(later=HOUR).failure
    assert failure is not None and "`feeder repair news`" in failure.advice


def test_nobody_repairs_what_no_guard_looks_at(room: Room, blog: Blog, site: Site) -> None:
    blog.layout = "cards"
    room.source("guard = false\n" + SOURCE.format(url=site.url("/"), repair="apply"))
    with pytest.raises(ConfigError, match="guard"):
        room.refresh(later=HOUR)


def test_where_the_articles_are_gone_it_fails_and_says_how_it_is(room: Room, blog: Blog) -> None:
    entries = room.entries()
    blog.layout = "nothing"
    failure = room.refresh(later=HOUR).failure
    assert failure is not None and "finds nothing" in failure.message
    assert room.entries() == entries


def test_what_the_guard_does_not_believe_stays_held(room: Room, blog: Blog) -> None:
    entries = room.entries()
    blog.layout = "cards"
    same = ["Our pages move to a new address, and nothing of them is here by now. " * 12]
    for number in range(8):
        blog.publish(f"Some news of many kinds number {number}", same)
    outcome = room.refresh(later=HOUR)
    assert {fault.kind for fault in outcome.faults} == {"layout", "quarantined"}
    assert outcome.new == 0 and room.entries() == entries
