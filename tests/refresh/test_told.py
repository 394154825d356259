"""What a person is told: by `feeder status`, `feeder refresh` and `feeder check --online`."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from feeder.cli import app as verbs
from tests.refresh.room import Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.server import Site
from tests.site.statuses import Gone, Status


def said(room: Room, *words: str, status: int = 0) -> str:
    result = CliRunner().invoke(verbs, ["--config", str(room.root / "config"), *words])
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_look_says_what_a_source_would_find_and_leaves_no_trace(
    kind: str, room: Room, site: Site
) -> None:
    blog = Blog(articles=8)
    room.source(KINDS[kind].format(base=site.at("/", blog)))
    told = said(room, "check", "--online")
    assert "news: 8 articles listed" in told
    assert blog.stories[0].path in told
    assert "… and 3 more" in told
    assert [path for path in site.paths if path != "/robots.txt"] == [
        KINDS[kind].split('"')[3].replace("{base}", "/")
    ]
    assert not (room.root / "var").exists()


def test_a_first_look_names_what_fails_and_what_to_do(room: Room, site: Site) -> None:
    blog = Blog(articles=2)
    blog.replaced[""] = Status(401)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.source(KINDS["feed"].format(base=site.url("/")), "other")
    told = said(room, "check", "--online", status=1)
    assert "answers 401" in told
    assert "[auth]" in told
    assert "other: 2 articles listed" in told


def test_status_names_each_fault_since_when_and_what_to_do(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    blog.replaced[blog.stories[1].path] = Status(403)
    base = site.at("/", blog)
    room.source(KINDS["listing"].format(base=base) + "[fetch]\nrobots = false\n")
    room.source(KINDS["feed"].format(base=site.url("/nothing/")), "other")
    assert room.round().exit_code == 1
    told = said(room, "status")
    assert f"news: {base}{blog.stories[1].path}: " in told
    assert "robots = false" in told
    assert "/nothing/feed.atom: the server answers 404 (since 20" in told
    assert told.count("→") == 2


def test_what_has_stopped_is_called_so(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    blog.replaced[""] = Gone()
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    for _ in range(3):
        room.refresh()
    assert "stopped" in said(room, "status")


def test_articles_that_are_left_for_later_are_counted_and_not_listed(
    room: Room, site: Site
) -> None:
    room.source(
        KINDS["listing"].format(base=site.at("/", Blog(articles=9))) + "[fetch]\nmax_articles = 2\n"
    )
    told = said(room, "refresh")
    assert "7 articles are left to the next refreshes" in told
    assert told.count("http://") <= 1
