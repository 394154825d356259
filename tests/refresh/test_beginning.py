"""A source that is met for the first time: its newest articles, and no flood of old ones later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.refresh.room import MAIN, Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.server import Site

HOUR = timedelta(hours=1)
PLAIN = MAIN.replace("first_articles = 999\n", "")


@pytest.mark.parametrize("kind", ["listing", "feed", "json"])
def test_the_newest_thirty_are_taken_with_their_own_dates_and_the_rest_never(
    kind: str, room: Room, site: Site
) -> None:
    assert "first_articles" not in PLAIN
    room.main = PLAIN
    blog = Blog(articles=40, listed=40)
    room.source(KINDS[kind].format(base=site.at("/", blog)))
    outcome = room.refresh()
    assert (outcome.found, outcome.new) == (40, 30)
    assert any("newest 30 of 40" in hint for hint in outcome.hints)
    dates = [entry.published for entry in room.entries()]
    newest = sorted((story.published for story in blog.stories), reverse=True)[:30]
    assert [date.date() for date in dates] == [date.date() for date in newest]
    for _ in range(3):
        blog.publish()
        assert room.refresh(later=2 * HOUR).new == 1
    assert len(room.entries()) == 33


def test_a_first_refresh_that_failed_was_none(room: Room, site: Site) -> None:
    room.main = PLAIN
    blog = Blog(articles=35, listed=35)
    url = site.at("/", blog)
    room.source(KINDS["listing"].format(base="http://127.0.0.1:9/"))
    assert room.refresh().failure is not None
    room.source(KINDS["listing"].format(base=url))
    assert room.refresh(later=HOUR).new == 30
