"""Rules are tried on kept pages, and tests are run on them or, if wished, on the site."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feeder.cli.ruled import print_trials
from feeder.siterules.trying import SiteTried, Trial
from tests.refresh.room import Room
from tests.site.blog import Blog
from tests.site.server import Site
from tests.siterules.said import said


@pytest.fixture
def blog(room: Room, site: Site) -> Blog:
    """A source that was read once, and rules for it of which two find nothing."""
    blog = Blog(articles=3)
    address = site.at("/", blog)
    room.source(f'kind = "listing"\nurl = "{address}"\n[article]\nremove = ["time", ".nowhere"]\n')
    first, other = blog.stories[0], blog.stories[1]
    (room.root / "house/127.0.0.1.txt").write_text(
        f"body: //article\nbody: //div\nstrip_id_or_class: nothing\nprune: yes\n"
        f"next_page_link: //a[@rel='next']\n"
        f"test_url: {address}{first.path}?utm_source=x\ntest_contains: {first.paragraphs[0]}\n"
        f"test_url: {address}{other.path}\ntest_contains: was never said\n"
        f"test_url: {address}{first.path}/further\n"
    )
    assert room.refresh().new == 3
    site.forget()
    return blog


def tried(room: Room, address: str, *, online: bool = False) -> SiteTried:
    with room.open() as app:
        return Trial(app, online=online).site(address)


def test_hits_are_told_of_each_rule_and_tests_run_without_a_request(
    room: Room, site: Site, blog: Blog, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tried(room, site.url("/"))
    assert (told.host, told.pages, told.notes) == ("127.0.0.1", 3, ())
    assert {one.text: (one.matched, one.tried) for one in told.rules} == {
        "remove = 'time'": (3, 3),
        "remove = '.nowhere'": (0, 3),
        "body: //article": (3, 3),
        "body: //div": (0, 0),
        "strip_id_or_class: nothing": (0, 3),
        "next_page_link: //a[@rel='next']": (0, 3),
    }
    assert [(one.line, one.outcome, one.missing) for one in told.tests] == [
        (6, "holds", ()),
        (8, "lacks", ("was never said",)),
        (10, "not kept", ()),
    ]
    assert site.requests == ()
    print_trials([told])
    shown = capsys.readouterr().out
    assert "strip_id_or_class: nothing\n    matched 0 of the last 3\n" in shown
    assert "body: //div\n    never tried: a rule before it told that already\n" in shown
    assert ": its article lacks “was never said”\n" in shown


def test_online_asks_for_what_is_not_kept(room: Room, site: Site, blog: Blog) -> None:
    told = tried(room, site.url("/"), online=True)
    assert told.tests[2].outcome == "failed"
    assert "404" in told.tests[2].failure
    assert site.paths[-1] == f"/{blog.stories[0].path}/further"


def test_a_site_without_a_source_or_a_page_has_its_tests_told(room: Room) -> None:
    room.source('kind = "listing"\nurl = "https://news.example.org/"\n')
    (room.root / "public/example.com.txt").write_text("body: //p\ntest_url: https://example.com/a")
    shown = said(room, "test", "example.com")
    assert shown.startswith("example.com: no page is kept\n")
    assert ":2: https://example.com/a: its page is not kept; --online asks for it" in shown
    (told,) = json.loads(said(room, "test", "--json"))
    nothing: list[Any] = []
    assert (told["host"], told["rules"], told["tests"]) == ("news.example.org", nothing, nothing)


def test_a_test_that_fails_is_told_by_the_exit_status(room: Room, site: Site) -> None:
    room.source('kind = "listing"\nurl = "https://news.example.org/"\n')
    address = site.url("/gone")
    (room.root / "public/127.0.0.1.txt").write_text(f"body: //p\ntest_url: {address}\n")
    shown = said(room, "test", "127.0.0.1", "--online", status=1)
    assert f":2: {address}: failed: " in shown
