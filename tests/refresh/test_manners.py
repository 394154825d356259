"""What servers ask for is heeded from one refresh to the next: moves, patience, being gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.refresh.room import MAIN, Room
from tests.refresh.test_web import KINDS
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.redirects import Redirect
from tests.site.server import Site
from tests.site.statuses import Gone, Status, TooManyRequests

HOUR = timedelta(hours=1)


def listing(url: str) -> str:
    return f'kind = "listing"\nurl = "{url}"\n'


def test_410_three_times_ends_it_until_a_person_asks(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    blog.replaced[""] = Gone()
    room.source(listing(site.at("/", blog)))
    for _ in range(2):
        assert room.refresh(later=HOUR).failure is not None
        assert room.due() is not None
    outcome = room.refresh(later=HOUR)
    assert outcome.failure is not None
    assert outcome.failure.kind == "gone"
    assert "third time" in outcome.failure.message
    assert room.due() is None
    blog.replaced.clear()
    assert room.refresh(later=HOUR).new == 3
    assert room.due() is not None


def test_patience_that_a_server_asks_for_moves_the_next_refresh_and_binds_its_other_sources(
    room: Room, site: Site
) -> None:
    url = site.at("/", TooManyRequests("7200"))
    room.source(listing(url))
    room.source(listing(site.at("/other/", Blog(articles=2))), "other")
    outcome = room.refresh()
    assert outcome.failure is not None
    assert outcome.failure.kind == "wait"
    due = room.due()
    assert due is not None
    assert due - room.clock >= 2 * HOUR - timedelta(minutes=1)
    site.forget()
    other = room.refresh("other")  # in another process, as it were
    assert other.failure is not None
    assert (other.failure.kind, site.requests) == ("wait", ())


def test_a_move_for_good_is_followed_suggested_and_left_again_if_it_fails(
    room: Room, site: Site
) -> None:
    old_blog, new_blog = Blog(articles=4, seed="old"), Blog(articles=3)
    new, old = site.at("/new/", new_blog), site.at("/old/", old_blog)
    old_blog.replaced[""] = Redirect("/new/", 301)
    room.source(listing(old))
    first = room.refresh()
    assert first.new == 3
    assert any(new in hint for hint in first.hints)
    site.forget()
    second = room.refresh()
    assert site.paths == ["/new/"]
    assert second.hints == first.hints
    new_blog.publish()
    for _ in range(2):
        site.forget()
        assert room.refresh().hints == first.hints
        assert site.paths[0] == "/new/"
    old_blog.replaced.clear()
    new_blog.replaced[""] = Status(404)
    third = room.refresh()
    assert third.failure is None
    assert third.found == 4


def test_robots_txt_is_obeyed_and_the_way_out_is_named(room: Room, site: Site) -> None:
    url = site.at("/", Blog(articles=2))
    site.at("/robots.txt", Page("User-agent: *\nDisallow: /\n", "text/plain"))
    room.source(listing(url))
    outcome = room.refresh()
    assert outcome.failure is not None
    assert outcome.failure.kind == "robots"
    assert "robots = false" in outcome.failure.advice
    assert site.paths == ["/robots.txt"]
    room.source(listing(url) + "[fetch]\nrobots = false\n")
    assert room.refresh().new == 2


def test_a_private_address_is_refused_unless_it_is_allowed(room: Room, site: Site) -> None:
    room.main = MAIN.replace('allow_networks = ["127.0.0.0/8"]', "")
    room.source(listing(site.at("/", Blog(articles=2))))
    outcome = room.refresh()
    assert outcome.failure is not None
    assert outcome.failure.kind == "forbidden-address"
    assert "allow_networks" in outcome.failure.message + outcome.failure.advice
    assert site.connections == 0


def test_secrets_go_to_the_source_and_are_named_where_they_are_missing(
    room: Room, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.at("/", Blog(articles=2))
    room.source(listing(url) + '[headers]\nX-Key = { env = "NEWS_KEY" }\n')
    room.source(listing(url), "other")
    monkeypatch.delenv("NEWS_KEY", raising=False)
    outcomes = {outcome.source: outcome for outcome in room.round().outcomes}
    failure = outcomes["news"].failure
    assert failure is not None
    assert "NEWS_KEY" in failure.message
    assert outcomes["other"].new == 2
    monkeypatch.setenv("NEWS_KEY", "s3cr3t")
    site.forget()
    room.refresh()
    assert {
        asked.headers.get("x-key") for asked in site.requests if asked.path != "/robots.txt"
    } == {"s3cr3t"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_of_many_faults_ends_in_one_named_failure(
    kind: str, room: Room, site: Site
) -> None:
    """Whatever stands at the address, it is named and nothing is recorded."""
    blog = Blog(articles=2)
    base = site.at("/", blog)
    for body in (b"", b"\x00\x01\x02" * 100, b"<", b"{}", b"[]", b"<html></html>", b"<rss/>"):
        for name in ("", "feed.atom", "teasers.rss", "sitemap.xml", "api.json"):
            blog.replaced[name] = Page(body, None)
        room.source(KINDS[kind].format(base=base))
        outcome = room.refresh()
        assert outcome.new == 0
        if outcome.failure is not None:
            assert outcome.failure.kind != "bug", outcome.failure.message
    assert room.entries() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_in_an_address_is_in_no_outcome(kind: str, room: Room, site: Site) -> None:
    secret = "s3cr3t0123456789"
    blog = Blog(articles=2)
    base = site.at("/", blog)
    text = KINDS[kind].format(base=base)
    url = text.split('"')[3]
    for body in (b"", b"{}", b"<html><p>Nothing", b"<rss><channel><item/></channel></rss>"):
        blog.replaced[url.removeprefix(base)] = Page(body, None)
        room.source(text.replace(url, f"{url}?q={secret}"))
        assert secret not in repr(room.refresh())
