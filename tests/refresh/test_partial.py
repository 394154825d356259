"""Articles that come in pieces: on several pages, shortened in a feed, behind a page's own feed."""

from __future__ import annotations

from datetime import timedelta

from tests.refresh.room import Room
from tests.refresh.test_web import KINDS, published, recorded, story_page, words
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site
from tests.site.statuses import Status

HOUR = timedelta(hours=1)


def link_to(path: str) -> str:
    return f'<p><a class="next" href="{path}">Next page</a></p>'


def three_pages(site: Site) -> str:
    """A listing of one article on three pages; its address."""
    site.at("/a", story_page(1, parts=slice(0, 2), more=link_to("/a?page=2")))
    site.at("/a?page=2", story_page(1, parts=slice(2, 4), more=link_to("/a?page=3")))
    site.at("/a?page=3", story_page(1, parts=slice(4, None)))
    return site.at("/", Page('<!doctype html><h2><a href="/a">One article</a></h2>'))


def source(url: str) -> str:
    return (
        f'kind = "listing"\nurl = "{url}"\n[list]\nlink = "h2 a"\n[article]\nnext = "a.next"\n'
        'remove = "a.next"\n'
    )


def test_an_article_on_several_pages_is_one(room: Room, site: Site) -> None:
    room.source(source(three_pages(site)))
    outcome = room.refresh()
    assert (outcome.new, outcome.faults) == (1, ())
    assert [entry.text for entry in room.entries()] == ["\n\n".join(words(1))]


def test_a_page_that_is_missing_is_named_and_completed_later(room: Room, site: Site) -> None:
    url = three_pages(site)
    site.at("/a?page=3", Status(503))
    room.source(source(url))
    (fault,) = room.refresh().faults
    assert fault.kind == "partial"
    assert "page 3" in fault.message
    (entry,) = room.entries()
    assert entry.text == "\n\n".join(words(1)[:4])
    three_pages(site)
    outcome = room.refresh(later=HOUR)
    assert (outcome.new, outcome.changed, outcome.faults) == (0, 1, ())
    assert room.entries()[0].text == "\n\n".join(words(1))


def test_an_article_that_is_also_on_one_page_is_read_there(room: Room, site: Site) -> None:
    url = three_pages(site)
    site.at("/a", story_page(1, parts=slice(0, 2), more='<a class="all" href="/a?all=1">All</a>'))
    site.at("/a?all=1", story_page(1))
    text = source(url).replace('next = "a.next"', 'whole = "a.all"\nnext = "a.next"')
    room.source(text)
    outcome = room.refresh()
    assert (outcome.new, outcome.faults) == (1, ())
    assert [entry.text for entry in room.entries()] == ["\n\n".join(words(1))]
    assert "/a?page=2" not in site.paths


def test_a_page_that_should_have_all_and_cannot_be_had_leaves_the_others(
    room: Room, site: Site
) -> None:
    url = three_pages(site)
    more = '<a class="all" href="/a?all=1">All</a>' + link_to("/a?page=2")
    site.at("/a", story_page(1, parts=slice(0, 2), more=more))
    site.at("/a?all=1", Status(500))
    room.source(source(url).replace('next = "a.next"', 'whole = "a.all"\nnext = "a.next"'))
    outcome = room.refresh()
    assert [fault.kind for fault in outcome.faults] == ["partial"]
    assert words(1)[-1] in room.entries()[0].text


def test_pages_that_lead_in_a_circle_end(room: Room, site: Site) -> None:
    url = three_pages(site)
    site.at("/a?page=3", story_page(1, parts=slice(4, None), more=link_to("/a?page=2")))
    room.source(source(url))
    outcome = room.refresh()
    assert (outcome.new, outcome.faults) == (1, ())
    assert len(site.paths) < 10


def test_a_shortened_feed_is_completed_from_the_pages(room: Room, site: Site) -> None:
    blog = Blog(articles=3)
    room.source(KINDS["teasers"].format(base=site.at("/", blog)))
    room.refresh()
    assert recorded(room) == published(blog)


def test_a_teaser_has_to_do_where_the_page_cannot_be_had_and_is_replaced_later(
    room: Room, site: Site
) -> None:
    blog = Blog(articles=2)
    story = blog.stories[0]
    blog.replaced[story.path] = Status(403)
    room.source(KINDS["teasers"].format(base=site.at("/", blog)))
    outcome = room.refresh()
    assert outcome.new == 2
    (fault,) = outcome.faults
    assert "only what its listing tells" in fault.message
    assert recorded(room)[story.title] != published(blog)[story.title]
    blog.replaced.clear()
    assert room.refresh(later=HOUR).changed == 1
    assert recorded(room) == published(blog)


def test_a_whole_article_is_never_made_a_teaser_again(room: Room, site: Site) -> None:
    blog = Blog(articles=2)
    room.source(KINDS["teasers"].format(base=site.at("/", blog)))
    room.refresh()
    before = recorded(room)
    story = blog.edit(blog.stories[0], title="Another headline for the same old story")
    blog.replaced[story.path] = Status(403)
    outcome = room.refresh(later=2 * HOUR)
    assert outcome.changed == 0
    assert recorded(room) == before


def with_feed(site: Site, blog: Blog) -> str:
    """A page that names its blog's feed, and shows its stories."""
    base = site.at("/", blog)
    items = "".join(
        f'<article><h2><a href="{s.path}">{s.title}</a></h2></article>' for s in blog.stories
    )
    head = '<link rel="alternate" type="application/atom+xml" href="/feed.atom">'
    blog.replaced["front"] = Page(
        f"<!doctype html><html><head>{head}<title>News</title></head><main>{items}</main></html>"
    )
    return base + "front"


def test_a_pages_own_feed_is_read_in_its_place_and_said(room: Room, site: Site) -> None:
    blog = Blog(articles=5)
    room.source(f'kind = "listing"\nurl = "{with_feed(site, blog)}"\n')
    first = room.refresh()
    assert recorded(room) == published(blog)
    assert any("feed.atom" in hint for hint in first.hints)
    site.forget()
    second = room.refresh()
    assert site.paths == ["/feed.atom"]
    assert (second.hints, second.found) == (first.hints, 5)
    blog.replaced["feed.atom"] = Status(404)
    third = room.refresh()
    assert (third.failure, third.found, third.new) == (None, 5, 0)


def test_a_feed_of_other_articles_does_not_take_a_pages_place(room: Room, site: Site) -> None:
    blog = Blog(articles=5)
    url = with_feed(site, blog)
    other = Blog(articles=5, seed="other")
    site.at("/else/", other)
    for story in other.stories:
        assert story.title not in published(blog)
    head = '<link rel="alternate" type="application/atom+xml" href="/else/feed.atom">'
    page = blog.replaced["front"]
    assert isinstance(page, Page)
    body = str(page.body).replace("/feed.atom", "/else/feed.atom")
    assert head in body
    blog.replaced["front"] = Page(body)
    room.source(f'kind = "listing"\nurl = "{url}"\n')
    room.refresh()
    assert recorded(room) == published(blog)
