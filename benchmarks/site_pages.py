"""The pages of a site as it serves them: its front page, its articles, its feed, robots.txt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from functools import lru_cache
from html import escape

from furniture import Furniture, state
from newsroom import Part, Site, Story
from prose import Prose

ROBOTS = "User-agent: *\nDisallow: /wp-admin/\nDisallow: /search\nAllow: /wp-admin/admin-ajax.php\n"
# How much of what is still missing to a page's size is shown as cards rather than told to scripts.
_SHOWN = 0.75
_MOST_STRIPS = 12


@lru_cache(maxsize=300)
def furniture_of(site: Site) -> Furniture:
    """What stands on all pages of a site."""
    return Furniture(site)


def article(site: Site, story: Story) -> str:
    """The page of one article."""
    prose = Prose(site.language, site.chance(f"page {story.number}"))
    around = furniture_of(site)
    others = [(other.path, other.title) for other in site.stories(10)]
    # A page is as large as its site's are, give or take a tenth, and what its text adds.
    wanted = int(site.size * prose.chance.uniform(0.9, 1.1)) + len(story.text)
    values = _values(site, story) | {
        "body": _body(around, story),
        "figure": _figure(around, story),
        "share": around.share(story.path),
        "tags": around.tags(prose.chance),
        "biography": around.biography(story.name, story.section),
        "comments": around.replies(prose),
        "strips": "\0",
    }
    main = site.layout.article.substitute(values)
    head = _facts(site, story)
    return _filled(site, prose, head, main, around.most_read(others), wanted)


def front(site: Site, stories: Sequence[Story]) -> str:
    """The front page: the articles with teasers, and everything else that leads somewhere."""
    prose = Prose(site.language, site.chance("front"))
    around = furniture_of(site)
    teasers = "\n".join(
        site.layout.teaser.substitute(_values(site, story), image=around.image(story.number))
        for story in stories
    )
    main = site.layout.list.substitute(site=site.title, teasers=teasers)
    shown = [(story.path, story.title) for story in stories[:5]]
    head = f"<title>{site.title}</title>\n"
    return _filled(site, prose, head, main, around.most_read(shown), site.size)


def _values(site: Site, story: Story) -> dict[str, object]:
    words, day = site.words, story.published
    month = words["months"][day.month - 1]
    return {
        "number": 10_000 + 13 * story.number,
        "href": story.path,
        "title": escape(story.title),
        "site": site.title,
        "name": story.name,
        "author": f"a{sum(map(ord, story.name)) % 900}",
        "section_name": story.section,
        "iso": day.isoformat(),
        "date": words["date"].format(day=day.day, month=month, year=day.year),
        "summary": escape(story.summary),
        "by": words["by"],
        "read_more": words["read_more"],
    }


def _body(around: Furniture, story: Story) -> str:
    return "\n".join(_parts(around, story.parts))


def _parts(around: Furniture, parts: Sequence[Part]) -> Iterator[str]:
    layout = around.site.layout
    forms = {"paragraph": layout.paragraph, "heading": layout.heading, "quote": layout.quote}
    for number, part in enumerate(parts):
        yield forms[part.kind].substitute(text=_linked(part, number))
        if number in (2, 8):
            yield around.advertisement(number)
        if number == 5:
            yield around.newsletter()


def _linked(part: Part, number: int) -> str:
    """The text, some of it leading elsewhere, as it does in the middle of real paragraphs."""
    text = escape(part.text, quote=False)
    words = text.split(" ")
    if part.kind != "paragraph" or number % 3 or len(words) < 20:
        return text
    words[5:8] = [f'<a href="https://example.org/{number}">{" ".join(words[5:8])}</a>']
    words[12:13] = [f"<em>{words[12]}</em>"]
    return " ".join(words)


def _figure(around: Furniture, story: Story) -> str:
    caption = around.words["caption"].format(name=story.name)
    return (
        f"<figure {around.named('media')}>{around.image(story.number)}<figcaption "
        f"{around.named('media__caption')}>{caption}</figcaption></figure>"
    )


def _facts(site: Site, story: Story) -> str:
    summary = escape(story.summary)
    head = (
        f"<title>{escape(story.title)} | {site.title}</title>\n"
        f'<meta name="description" content="{summary}">\n<link rel="canonical" '
        f'href="{story.path}">\n'
    )
    # A quarter of the sites tells machines nothing else.
    return head if site.number % 4 == 3 else head + _told(site, story)


def _told(site: Site, story: Story) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.published.isoformat(),
        "author": [{"@type": "Person", "name": story.name}],
        "publisher": {"@type": "Organization", "name": site.title},
        "description": story.summary,
    }
    properties = {
        "og:type": "article",
        "og:title": story.title,
        "og:description": story.summary,
        "og:site_name": site.title,
        "article:published_time": story.published.isoformat(),
    }
    head = "".join(
        f'<meta property="{key}" content="{escape(value)}">\n' for key, value in properties.items()
    )
    data = json.dumps(told, ensure_ascii=False)
    return f'{head}<script type="application/ld+json">{data}</script>\n'


def _filled(site: Site, prose: Prose, head: str, main: str, aside: str, wanted: int) -> str:
    """The page, with as many cards and as much told to scripts as makes it `wanted` bytes long."""
    around = furniture_of(site)
    parts = {"nav": around.menu, "aside": aside, "footer": around.footer}
    body = site.layout.shell.substitute(parts, main=main, home=around.words["home"])
    top = _head(site, around, head)
    missing = wanted - len((top + body + around.scripts).encode())
    strips = ""
    if "\0" in main:
        strips = _strips(around, prose, int(missing * _SHOWN))
        missing -= len(strips.encode())
    told = state(prose, missing) if missing > 2_000 else ""
    return f"{top}{body.replace(chr(0), strips)}\n{told}\n{around.scripts}\n</body></html>\n"


def _strips(around: Furniture, prose: Prose, size: int) -> str:
    strips: list[str] = []
    for strip in around.cards(prose, around.words["related"]):
        if size <= 0 or len(strips) == _MOST_STRIPS:
            break
        strips.append(strip)
        size -= len(strip.encode())
    return "".join(strips)


def _head(site: Site, around: Furniture, head: str) -> str:
    feed = (
        f'<link rel="alternate" type="application/{site.feed}+xml" title="{site.title}" '
        f'href="/feed.{site.feed}">\n'
        if site.feed
        else ""
    )
    preloads = "".join(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/f/{n}.woff2">\n'
        for n in range(4)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{site.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{head}{feed}'
        f"{site.layout.generator}\n{preloads}{around.styles}\n</head>\n"
    )


def feed(site: Site, stories: Sequence[Story], base: str) -> str:
    """The site's own feed, with teasers; `base` begins the addresses in it."""
    return (_atom if site.feed == "atom" else _rss)(site, stories, base)


def _atom(site: Site, stories: Sequence[Story], base: str) -> str:
    entries = "".join(
        f"<entry><id>tag:{site.host},2026:{s.number}</id><title>{_x(s.title)}</title><link "
        f'href="{base}{s.path}"/><author><name>{_x(s.name)}</name></author><published>'
        f"{s.published.isoformat()}</published><updated>{s.published.isoformat()}</updated>"
        f"<summary>{_x(s.summary)}</summary></entry>\n"
        for s in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{base}/</id><title>{_x(site.title)}</title><updated>"
        f"{stories[0].published.isoformat()}</updated>\n{entries}</feed>\n"
    )


def _rss(site: Site, stories: Sequence[Story], base: str) -> str:
    items = "".join(
        f'<item><title>{_x(s.title)}</title><link>{base}{s.path}</link><guid isPermaLink="false">'
        f"{site.number}-{s.number}</guid><pubDate>{format_datetime(s.published)}</pubDate>"
        f"<description>{_x(s.summary)}</description></item>\n"
        for s in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{_x(site.title)}</title><link>{base}/</link><description>-</description>\n{items}"
        "</channel></rss>\n"
    )


def etag(site: Site, what: str, version: object = "") -> str:
    """The validator of a page, told without making it."""
    token = f"{site.seed} {site.number} {what} {version}".encode()
    return f'"{hashlib.sha256(token).hexdigest()[:20]}"'


def _x(text: str) -> str:
    return escape(text, quote=False)
