"""Documents of every kind whose items are good ones among such with hostile values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from tests.site import markup
from tests.site.markup import HOSTILE_BASES, HOSTILE_DATES, HOSTILE_LINKS, HOSTILE_TITLES
from tests.site.pages import ATOM, HTML, Page
from tests.site.prose import Prose

GOOD = 5
HOSTILE_GUIDS = (
    "\x00\x07\x1b[31m", "g" * 1_000_000, "<script>alert(1)</script>", "]]>", "javascript:alert(1)",
    "file:///etc/passwd", "http://user:password@news.example/1", "\u202e", "", "  ", "../../etc",
    "tag:example.org,2026:\r\nX: y", "\ud800", "urn:uuid:" + "0" * 100_000, "%00%ff",
)  # fmt: skip
CONTENT = "".join(f"<p>{paragraph}</p>" for paragraph in Prose("hostile").story())
BEGINNING = Prose("hostile").story()[0].split(". ")[0]
ACTIVE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)"><iframe src="//evil.example/"></iframe>'
    '<a href="javascript:alert(1)">a link</a><a href="java\nscript:alert(1)">another</a>'
    '<form action="//evil.example/"><input name=password></form><svg onload=alert(1)></svg>'
    '<style>@import "//evil.example/"</style><meta http-equiv=refresh content="0;url=//evil/">'
    '<object data="data:text/html,x"></object><base href="//evil.example/"><math><mtext></math>'
    '<p style="position:fixed" onclick="x()">styled</p><noscript><p title="</noscript><script>x">'
)


class Item(NamedTuple):
    """What a document tells of one article."""

    title: str
    link: str
    date: str = "2026-01-05T08:00:00Z"
    guid: str = ""
    base: str | None = None
    content: str = CONTENT


def good(base: str, n: int) -> Item:
    """An article that means well."""
    made = Item(f"A good story of some words {n}", f"{base}good/{n}", guid=f"good-{n}")
    return _its_own(made, f"good story {n}")


def items(base: str, links: Iterable[str] = ()) -> list[Item]:
    """Good ones below `base`, and all the others, with links of one's own among these."""
    made = [good(base, n) for n in range(GOOD)]
    titles = (*HOSTILE_TITLES, "t" * 1_000_000)
    made += [Item(each, f"{base}titles/{n}", guid=f"t{n}") for n, each in enumerate(titles)]
    linked = (*links, *HOSTILE_LINKS, "/" + "a" * 1_000_000)
    made += [Item(f"A title before link {n}", each, guid=f"l{n}") for n, each in enumerate(linked)]
    dates = enumerate(HOSTILE_DATES)
    made += [Item(f"A title of date {n}", f"{base}dates/{n}", each, f"d{n}") for n, each in dates]
    guids = enumerate(HOSTILE_GUIDS)
    made += [Item(f"A title of guid {n}", f"{base}guids/{n}", guid=each) for n, each in guids]
    bases = enumerate(HOSTILE_BASES)
    made += [Item(f"A title of base {n}", f"bases/{n}", base=each) for n, each in bases]
    made += [Item("A title before what is active", f"{base}active", content=ACTIVE + CONTENT)]
    return [_its_own(item, f"number {n}") for n, item in enumerate(made)]


def _its_own(item: Item, name: str) -> Item:
    """With words of its own: many that say the same are held back."""
    return item._replace(content=f"<p>What {name} has to tell.</p>{item.content}")


def atom(told: Iterable[Item]) -> Page:
    """As an Atom feed with whole articles."""
    return _page(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title>"
        + "".join(
            f"<entry{_base(i)}><title type='html'>{escape(i.title)}</title>"
            f"<id>{escape(i.guid)}</id><link href='{escape(i.link)}'/>"
            f"<link rel='enclosure' type='audio/mpeg' length='{escape(i.date)}'"
            f" href='{escape(i.link)}'/>"
            f"<published>{escape(i.date)}</published>"
            f"<author><name>{escape(i.title[:100])}</name><uri>{escape(i.link)}</uri></author>"
            f"<category term='{escape(i.title[:100])}'/>"
            f"<content type='html'>{escape(i.content)}</content></entry>"
            for i in told
        )
        + "</feed>",
        ATOM,
    )


def rss(told: Iterable[Item]) -> Page:
    """As an RSS feed with teasers, so that articles' pages are asked for."""
    return _page(
        "<rss version='2.0'><channel><title>News</title>"
        + "".join(
            f"<item{_base(i)}><title>{escape(i.title)}</title>"
            f"<guid isPermaLink='false'>{escape(i.guid)}</guid>"
            f"<link>{escape(i.link)}</link><pubDate>{escape(i.date)}</pubDate>"
            f"<description>{escape(i.title[:100])}: {BEGINNING} …</description></item>"
            for i in told
        )
        + "</channel></rss>",
        "application/rss+xml",
    )


def sitemap(told: Iterable[Item]) -> Page:
    """As a news sitemap."""
    return _page(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        " xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        + "".join(
            f"<url{_base(i)}><loc>{escape(i.link)}</loc><lastmod>{escape(i.date)}</lastmod><n:news>"
            f"<n:title>{escape(i.title)}</n:title>"
            f"<n:publication_date>{escape(i.date)}</n:publication_date></n:news></url>"
            for i in told
        )
        + "</urlset>",
        "application/xml",
    )


def api(told: Iterable[Item]) -> Page:
    """As the answer of an API, in which any character can be told."""
    answered = [
        {"url": i.link, "headline": i.title, "date": i.date, "id": i.guid, "body": i.content}
        for i in told
    ]
    return Page(json.dumps({"data": {"articles": answered}}), "application/json")


def listing(told: Iterable[Item]) -> Page:
    """As a page of links."""
    links = [(item.link, item.title) for item in told]
    return markup.listing(links, date="2026-01-05T08:00:00Z")


def article(item: Item) -> Page:
    """An article's own page, with the same hostile values and active content."""
    base = "" if item.base is None else f'<base href="{escape(item.base)}">'
    head = (
        f'{base}<meta property="og:title" content="{escape(item.title)}">'
        f'<meta property="article:published_time" content="{escape(item.date)}">'
        f'<link rel="canonical" href="{escape(item.link)}">'
        f'<meta property="og:image" content="{escape(item.link)}">'
    )
    return _page(
        f"<!doctype html><title>{escape(item.title)}</title>{head}<main><article>"
        f"<h1>{escape(item.title)}</h1>{ACTIVE}{item.content}</article></main>",
        HTML,
    )


def _base(item: Item) -> str:
    return "" if item.base is None else f" xml:base='{escape(item.base)}'"


def _page(text: str, media_type: str) -> Page:
    return Page(text.encode("utf-8", "surrogatepass"), media_type)
