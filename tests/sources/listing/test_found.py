"""What is found without selectors: dates, order, pages that follow, and the page's own feeds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeder.errors import LayoutError
from feeder.models import Facts, Key
from feeder.sources import Found
from feeder.sources.listing.listing import MOST_CANDIDATES, Listing
from tests.sources.listing.pages_set import page

TITLES = ("Trams return to the hill", "Why the river is low", "Libraries open on Sundays")


def item(title: str, date: str = "3 May 2024") -> str:
    slug = title.lower().replace(" ", "-")
    return f'<article><h2><a href="/news/{slug}">{title}</a></h2><p>{date}</p></article>'


def listing(*, head: str = "", tail: str = "", items: str = "") -> str:
    items = items or "".join(map(item, TITLES))
    return f"<html lang=en><head>{head}</head><body><main>{items}</main>{tail}</body></html>"


def discover(body: str, *, address: str = "https://example.org/", **options: Any) -> Found:
    return Listing(url="https://example.org/", **options).discover(page(body, address))


def test_articles_come_in_the_order_of_the_page_with_weak_dates_and_no_other_facts() -> None:
    found = discover(listing())
    assert [candidate.address.rpartition("/")[2] for candidate in found.candidates] == [
        title.lower().replace(" ", "-") for title in TITLES
    ]
    assert {candidate.facts for candidate in found.candidates} == {Facts()}
    assert found.candidates[0].modified == datetime(2024, 5, 3, tzinfo=UTC)


def test_a_date_without_a_zone_is_in_the_sources_own() -> None:
    found = discover(listing(), timezone="Asia/Tokyo")
    assert found.candidates[0].modified == datetime(2024, 5, 2, 15, tzinfo=UTC)


def test_dates_that_stand_before_their_titles_are_not_taken_for_the_next() -> None:
    rows = "".join(
        f"<dt>{number}.2.2024</dt><dd><a href='/a/{number}0001'>{title}</a></dd>"
        for number, title in enumerate(TITLES, 1)
    )
    found = discover(listing(items=f"<dl>{rows}</dl>"))
    assert [candidate.modified.day for candidate in found.candidates if candidate.modified] == [
        1,
        2,
        3,
    ]


def test_one_article_linked_three_times_is_one_candidate() -> None:
    items = "".join(
        f"<div class=card><a href='/n/{n}0001'><img src=/{n}.jpg></a>"
        f"<h3><a href='/n/{n}0001'>{t}</a></h3><a href='/n/{n}0001#more'>Read more</a></div>"
        for n, t in enumerate(TITLES)
    )
    assert len(discover(listing(items=items)).candidates) == 3


def test_a_page_with_one_link_is_no_listing() -> None:
    with pytest.raises(LayoutError, match=r"repeated links \(0, too few\)"):
        discover(listing(items=item(TITLES[0])))


def test_what_is_told_to_machines_is_found_where_no_block_is() -> None:
    urls = [f"https://example.org/p/{number}" for number in range(4)]
    told = {
        "@type": "Blog",
        "blogPost": [
            {"@type": "BlogPosting", "url": url, "datePublished": "2024-05-03"} for url in urls
        ],
    }
    head = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    found = discover(listing(head=head, items="<p>loading</p>"))
    assert [candidate.address for candidate in found.candidates] == urls
    assert found.candidates[0].modified == datetime(2024, 5, 3, tzinfo=UTC)


def test_a_breadcrumb_is_no_list_of_articles() -> None:
    trail = [{"@type": "ListItem", "item": f"https://example.org/{n}"} for n in range(4)]
    told = {"@type": "BreadcrumbList", "itemListElement": trail}
    head = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    with pytest.raises(LayoutError, match=r"structured data \(0\)"):
        discover(listing(head=head, items="<p>x</p>"))


def test_include_decides_between_lists() -> None:
    other = "".join(
        f"<article><h2><a href='/events/{n}-some-long-title'>{t}</a></h2></article>"
        for n, t in enumerate(TITLES)
    )
    found = discover(listing(tail=other), list={"include": ["*/news/*"]})
    assert len(found.candidates) == 3


def test_more_articles_than_a_page_may_give_are_a_fault() -> None:
    items = "".join(item(f"Headline number {n} of many") for n in range(MOST_CANDIDATES + 5))
    found = discover(listing(items=items))
    assert len(found.candidates) == MOST_CANDIDATES
    assert [fault.kind for fault in found.faults] == ["too-large"]


FEEDS = """<link rel="alternate" type="application/rss+xml" title="Site" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Site: Comments" href="/comments/feed/">
<link rel="alternate" type="application/atom+xml" href="/news/feed.atom">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="https://api.w.org/" href="https://example.org/wp-json/">"""


def test_the_pages_own_feeds_are_offered_beside_what_it_shows() -> None:
    found = discover(listing(head=FEEDS))
    posts = "https://example.org/wp-json/wp/v2/posts?per_page=20"
    site, section = "https://example.org/feed/", "https://example.org/news/feed.atom"
    assert found.instead == (site, section, posts)
    assert len(found.candidates) == 3
    assert 'kind = "feed"' in found.hints[0] and site in found.hints[0]


def test_the_feed_of_a_pages_own_section_comes_first() -> None:
    address = "https://example.org/news/"
    found = Listing(url=address).discover(page(listing(head=FEEDS), address))
    assert found.instead[0] == "https://example.org/news/feed.atom"


def test_a_category_of_wordpress_asks_for_its_own_posts() -> None:
    head = (
        FEEDS + '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/categories/7">'
    )
    assert discover(listing(head=head)).instead[-1].endswith("posts?per_page=20&categories=7")


def test_posts_of_wordpress_are_complete_drafts() -> None:
    post = {
        "link": "https://example.org/a/?utm_source=x",
        "guid": {"rendered": "https://example.org/?p=5"},
        "date_gmt": "2024-05-03T10:00:00",
        "title": {"rendered": "Bread &amp; <em>salt</em>"},
        "content": {"rendered": "<p>Text.</p>", "protected": False},
    }
    closed = {
        **post,
        "link": "https://example.org/b/",
        "content": {"rendered": "<form>", "protected": True},
    }
    address = "https://example.org/wp-json/wp/v2/posts"
    found = discover(json.dumps([post, closed, {"x": 1}, 5]), address=address)
    first, second = found.candidates
    assert first.complete and first.draft is not None
    assert first.draft.content == "<p>Text.</p>"
    assert first.facts.title == "Bread & salt"
    assert first.facts.published == datetime(2024, 5, 3, 10, tzinfo=UTC)
    assert first.address == "https://example.org/a/"
    assert first.keys[0] == Key("guid", "https://example.org/?p=5")
    assert not second.complete and second.draft is None


@pytest.mark.parametrize("body", ['[{"code": 5}]', "[", "[" * 100_000, "[]"])
def test_an_answer_that_is_no_list_of_posts_is_named(body: str) -> None:
    with pytest.raises(LayoutError, match=r"JSON|posts"):
        discover(body, address="https://example.org/wp-json/wp/v2/posts")


@pytest.mark.parametrize(
    ("tail", "wanted"),
    [
        ('<a rel="next" href="/page/2">x</a>', "/page/2"),
        ('<ul class="pagination"><li class="active"><span>2</span></li>'
         '<li><a href="?p=3">3</a></li><li><a href="?p=1">1</a></li></ul>', "/?p=3"),
        ('<div class="pager"><b>1</b> <a href="/p2">2</a> <a href="/p3">3</a></div>', "/p2"),
        ('<nav class="pager"><a href="/p1" aria-current="page">1</a><a href="/p2">2</a></nav>',
         "/p2"),
        ('<div class="nav-links"><a href="/older">← Older posts</a></div>', "/older"),
        ('<div class="pagination"><a href="https://example.com/2">next</a></div>', None),
        ('<div class="pagination"><a href="/prev">Previous</a></div>', None),
        ('<p><a href="/2">2</a></p>', None),
    ],
)  # fmt: skip
def test_the_next_page_is_found_by_how_it_is_linked(tail: str, wanted: str | None) -> None:
    expected = (f"https://example.org{wanted}",) if wanted else ()
    assert discover(listing(tail=tail)).wanted == expected


def test_a_page_parameter_counts_up_to_the_cap() -> None:
    options: dict[str, Any] = {"page_parameter": "p", "max_pages": 3}
    assert discover(listing(), **options).wanted == ("https://example.org/?p=2",)
    second = discover(listing(), address="https://example.org/?p=2&q=a", **options)
    assert second.wanted == ("https://example.org/?q=a&p=3",)
    assert discover(listing(), address="https://example.org/?p=3", **options).wanted == ()


def test_a_further_page_without_articles_ends_the_list() -> None:
    assert discover("<p>none</p>", address="https://example.org/?p=2") == Found()


def plain(texts: list[str], path: str) -> str:
    links = (f'<li><a href="/{path}/{n}x">{text}</a></li>' for n, text in enumerate(texts))
    return f"<ul>{''.join(links)}</ul>"


def test_a_class_on_the_wrapper_of_all_links_says_nothing() -> None:
    items = plain([f"What happened on day {n}" for n in range(9)], "a")
    found = discover(f'<html><body><div class="sidebar nav">{items}</div></body></html>')
    assert len(found.candidates) == 9


def test_an_advertisement_among_a_sites_own_articles_is_left_out() -> None:
    sold = '<article><h2><a href="https://shop.example/x-y-z">Buy this very good thing</a></h2>'
    own = "".join(map(item, (*TITLES, "A fourth piece of news", "And a fifth one")))
    addresses = [one.address for one in discover(listing(items=own + sold)).candidates]
    assert len(addresses) == 5
    assert not any("shop.example" in address for address in addresses)


def test_links_of_the_same_text_are_no_headlines() -> None:
    same = plain(["Open the detailed product view"] * 30, "p")
    news = plain(
        [f"Short piece {word}" for word in "one two three four five six seven".split()], "n"
    )
    body = f'<html lang="en"><body><div>{same}</div><section>{news}</section></body></html>'
    try:
        addresses = [one.address for one in discover(body).candidates]
    except LayoutError:
        addresses = []
    assert not any("/p/" in address for address in addresses)


def card(slug: str, title: str) -> str:
    return f'<div class="card"><a href="/{slug}"><b>{title}</b></a></div>'


@pytest.mark.parametrize("heading", ["Most read this week", "Meistgelesen", "よく読まれている記事"])
def test_what_is_read_most_is_no_part_of_the_list(heading: str) -> None:
    own = "".join(card(f"n/{n}-a-b-c", title) for n, title in enumerate((*TITLES, "A fourth one")))
    others = "".join(card(f"n/9{n}-x-y-z", f"An older piece of day {n}") for n in range(3))
    for box in (f"<h3>{heading}</h3>{others}", f"<p>{heading}</p><div>{others}</div>"):
        body = f"<body><section><div>{own}</div></section><section>{box}</section></body>"
        assert len(discover(body).candidates) == 4
        # Under another heading they are a second part of the list.
        same = body.replace(heading, "From the valley")
        assert len(discover(same).candidates) == 7


def test_a_section_lists_what_lies_below_it() -> None:
    def cards(path: str) -> str:
        titles = (*TITLES, "A fourth one entirely")
        return "".join(card(f"{path}/{n}-some-long-title", title) for n, title in enumerate(titles))

    body = f"<body><section>{cards('views')}</section><div>{cards('courses')}</div></body>"
    address = "https://example.org/views/"
    found = Listing(url=address).discover(page(body, address)).candidates
    assert {one.address.split("/")[3] for one in found} == {"views"}
    assert len(discover(body).candidates) == 8  # of a front page, both


def test_an_articles_number_is_its_link_where_its_title_is_none() -> None:
    rows = "".join(
        f'<dt><a href="/abs/26.0{n}">26.0{n}</a> [<a href="/pdf/26.0{n}">pdf</a>]</dt>'
        f'<dd><div class="list-title">{title} by the sea</div></dd>'
        for n, title in enumerate(TITLES, 10)
    )
    addresses = [one.address for one in discover(f"<dl>{rows}</dl>").candidates]
    assert addresses == [f"https://example.org/abs/26.0{n}" for n in (10, 11, 12)]
