"""Sources on the web, over real HTTP: what they give, what is asked again, and what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.refresh.room import Room
from tests.site.blog import Blog
from tests.site.pages import Conditional, Page
from tests.site.prose import Prose
from tests.site.server import Site
from tests.site.statuses import Status

HOUR = timedelta(hours=1)
KINDS = {
    "listing": 'kind = "listing"\nurl = "{base}"\n',
    "feed": 'kind = "feed"\nurl = "{base}feed.atom"\n',
    "teasers": 'kind = "feed"\nurl = "{base}teasers.rss"\n',
    "sitemap": 'kind = "sitemap"\nurl = "{base}sitemap.xml"\n',
    "json": 'kind = "json"\nurl = "{base}api.json"\nitems = "data.articles"\n'
    'fields = {{ url = "url", title = "headline", date = "date", content = "body" }}\n',
}


def published(blog: Blog) -> dict[str, str]:
    """Title → text of all stories."""
    return {story.title: "\n\n".join(story.paragraphs) for story in blog.stories}


def recorded(room: Room) -> dict[str, str]:
    return {entry.title: entry.text for entry in room.entries()}


def stories(site: Site, count: int) -> None:
    """Articles at `/a/0` and so on."""
    for n in range(count):
        site.at(f"/a/{n}", story_page(n))


def words(n: int) -> tuple[str, ...]:
    """The paragraphs of story `n`."""
    return tuple(Prose(f"words {n}").story())


def story_page(n: int, *, parts: slice = slice(None), more: str = "") -> Page:
    title, paragraphs = Prose(n).headline(), "".join(f"<p>{p}</p>" for p in words(n)[parts])
    return Page(
        f"<!doctype html><title>{title}</title><main><article><h1>{title}</h1>{paragraphs}"
        f"</article>{more}</main>"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_four_lines_give_every_article_whole(kind: str, room: Room, site: Site) -> None:
    blog = Blog(articles=6)
    room.source(KINDS[kind].format(base=site.at("/", blog)))
    outcome = room.refresh()
    assert (outcome.failure, outcome.faults) == (None, ())
    assert (outcome.found, outcome.new) == (6, 6)
    assert recorded(room) == published(blog)
    assert {e.published for e in room.entries()} == {s.published for s in blog.stories}


@pytest.mark.parametrize("kind", KINDS)
def test_again_only_conditional_requests_are_sent_and_no_article_is_read(
    kind: str, room: Room, site: Site
) -> None:
    room.source(KINDS[kind].format(base=site.at("/", Blog(articles=6))))
    first = room.refresh()
    site.forget()
    again = room.refresh()
    assert len(site.requests) == 1
    assert all("if-none-match" in asked.headers for asked in site.requests)
    assert (again.found, again.new, again.changed) == (first.found, 0, 0)
    assert again.failure is None


@pytest.mark.parametrize("kind", KINDS)
def test_one_new_article_costs_one_page(kind: str, room: Room, site: Site) -> None:
    blog = Blog(articles=6)
    room.source(KINDS[kind].format(base=site.at("/", blog)))
    room.refresh()
    site.forget()
    blog.publish()
    outcome = room.refresh()
    assert outcome.new == 1
    assert len(site.requests) == (1 if kind in ("feed", "json") else 2)
    assert recorded(room) == published(blog)


def test_an_edit_is_found_by_a_second_look(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.clock = blog.stories[0].published + HOUR
    room.refresh()
    blog.edit(blog.stories[0], more="A correction: the boat was green, and its owner away.")
    assert room.refresh(later=HOUR / 2).changed == 0
    outcome = room.refresh(later=HOUR)
    assert outcome.changed == 1
    assert "the boat was green" in room.entries()[0].text


def test_second_looks_are_conditional_become_rare_and_end(room: Room, site: Site) -> None:
    blog = Blog(articles=1)
    room.source(KINDS["listing"].format(base=site.at("/", blog)) + '[list]\nlink = "h2 a"\n')
    room.clock = blog.stories[0].published
    room.refresh()
    site.forget()
    for hours in [1] * 4 + [4] * 11 + [24] * 14:
        room.refresh(later=hours * HOUR)
    looks = [asked for asked in site.requests if asked.path.startswith("/articles/")]
    assert all("if-none-match" in asked.headers for asked in looks)
    assert 6 <= len(looks) <= 10


def test_what_one_refresh_may_not_fetch_follows_though_the_listing_stays_as_it_is(
    room: Room, site: Site
) -> None:
    blog = Blog(articles=7)
    text = KINDS["listing"].format(base=site.at("/", blog)) + "[fetch]\nmax_articles = 3\n"
    room.source(text)
    assert [room.refresh().new for _ in range(4)] == [3, 3, 1, 0]
    assert recorded(room) == published(blog)


def test_an_emptied_listing_is_a_failure_and_removes_nothing(room: Room, site: Site) -> None:
    blog = Blog(articles=5)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.refresh()
    before = room.entries()
    blog.layout = "nothing"
    outcome = room.refresh()
    assert outcome.failure is not None
    assert outcome.failure.kind == "layout"
    assert room.entries() == before


def test_a_feed_that_lost_all_its_items_is_a_failure(room: Room, site: Site) -> None:
    blog = Blog(articles=5)
    room.source(KINDS["feed"].format(base=site.at("/", blog)))
    room.refresh()
    for story in blog.stories:
        blog.remove(story)
    for _ in range(2):
        outcome = room.refresh()
        assert outcome.failure is not None
        assert "no articles any more" in outcome.failure.message
    assert len(room.entries()) == 5


def test_one_bad_page_hurts_no_other_and_is_tried_again(room: Room, site: Site) -> None:
    blog = Blog(articles=4)
    bad = blog.stories[1]
    blog.replaced[bad.path] = Status(500)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    outcome = room.refresh()
    assert (outcome.failure, outcome.new) == (None, 3)
    (fault,) = outcome.faults
    assert fault.address.endswith(bad.path)
    assert room.refresh().faults == outcome.faults  # the listing is as it was, and so is that
    del blog.replaced[bad.path]
    mended = room.refresh(later=HOUR)
    assert (mended.new, mended.faults) == (1, ())


def test_a_page_that_is_gone_leaves_its_entry(room: Room, site: Site) -> None:
    blog = Blog(articles=2)
    room.source(KINDS["listing"].format(base=site.at("/", blog)))
    room.clock = blog.stories[0].published
    room.refresh()
    blog.replaced[blog.stories[0].path] = Status(404)
    outcome = room.refresh(later=2 * HOUR)
    assert (outcome.failure, outcome.faults, len(room.entries())) == (None, (), 2)


def test_session_ids_in_links_do_not_have_pages_fetched_again(room: Room, site: Site) -> None:
    def listing(session: str) -> Page:
        items = "".join(
            f'<article><h2><a href="/a/{n}?PHPSESSID={session}">A long enough headline '
            f"of story {n}</a></h2></article>"
            for n in range(5)
        )
        return Page(f"<!doctype html><title>News</title><main>{items}</main>")

    stories(site, 5)
    room.source(f'kind = "listing"\nurl = "{site.at("/news", listing("a" * 32))}"\n')
    assert room.refresh().new == 5
    site.at("/news", listing("b" * 32))
    site.forget()
    assert room.refresh().new == 0
    assert site.paths == ["/news"]


def test_other_options_have_everything_read_again(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    text = KINDS["listing"].format(base=site.at("/", blog))
    room.source(text)
    room.refresh()
    room.source(text + '[article]\nremove = "p:first-of-type"\n')
    outcome = room.refresh()
    assert outcome.changed == 3


def test_a_listing_goes_on_while_it_shows_new_articles(room: Room, site: Site) -> None:
    def page(number: int) -> Conditional:
        items = "".join(
            f'<article><h2><a href="/a/{n}">A headline that is long enough {n}</a></h2></article>'
            for n in range(number * 5, number * 5 + 5)
        )
        following = f'<a rel="next" href="/news?page={number + 2}">Older</a>' if number < 9 else ""
        return Conditional(f"<!doctype html><title>News</title><main>{items}</main>{following}")

    stories(site, 50)
    url = site.at("/news", page(0))
    for number in range(1, 10):
        site.at(f"/news?page={number + 1}", page(number))
    room.source(f'kind = "listing"\nurl = "{url}"\nmax_pages = 3\n')
    assert room.refresh().new == 15
    site.at("/news", Conditional(page(0).body, etag='"2"'))
    site.forget()
    room.refresh()
    assert site.paths == ["/news"]  # what stands behind what is known is known
