"""A site as people run one: listing, articles, feed, sitemap, JSON API, robots.txt; it grows.

    blog = Blog(articles=5)
    url = site.at("/", blog)
    blog.publish()

All of it is made from a seed and a fixed day, so two runs see the same bytes. Everything has
validators that change with what it says.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Literal

from tests.site.behaviour import Behaviour
from tests.site.pages import ATOM, HTML, Conditional
from tests.site.prose import Prose
from tests.site.wire import Request, Wire

FIRST_DAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
BETWEEN = timedelta(hours=7)
Layout = Literal["plain", "cards", "nothing"]
"""How the listing is built. In "nothing" a redesign has left no article in its markup."""


@dataclass(frozen=True)
class Story:
    """One article as its author wrote it. `path` is below the blog's folder."""

    number: int
    path: str
    title: str
    author: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime

    @property
    def html(self) -> str:
        """The body, as a full feed has it."""
        return "".join(f"<p>{escape(p, quote=False)}</p>\n" for p in self.paragraphs)


class Blog:
    """A listing at the folder itself, and below it `articles/…`, `feed.atom`, `teasers.rss`,
    `sitemap.xml`, `api.json`, `robots.txt`, which counts where the folder is `/`.

    `listed` is how many the listing, the feeds and the API show; the sitemap shows all.
    """

    def __init__(
        self,
        *,
        articles: int = 10,
        seed: object = 0,
        title: str = "The Harbour Courier",
        robots: str = "User-agent: *\nDisallow: /private/\n",
        listed: int = 20,
    ) -> None:
        self.title = title
        self.robots = robots
        self.listed = listed
        self.layout: Layout = "plain"
        self.replaced: dict[str, Behaviour] = {}
        self._seed = seed
        self._folder = "/"
        self._count = 0
        self._lock = threading.Lock()
        self._stories: list[Story] = []
        for _ in range(articles):
            self.publish()

    @property
    def stories(self) -> tuple[Story, ...]:
        """All of them, the newest first."""
        with self._lock:
            return tuple(reversed(self._stories))

    def publish(self, title: str = "", paragraphs: Sequence[str] = ()) -> Story:
        """A new article, seven hours after the one before it."""
        with self._lock:
            self._count += 1
            prose = Prose(f"{self._seed} {self._count}")
            when = FIRST_DAY + BETWEEN * self._count
            title = title or prose.headline()
            slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
            made = Story(
                self._count,
                f"articles/{self._count:03d}-{slug}",
                title,
                prose.name(),
                tuple(paragraphs) or prose.story(),
                when,
                when,
            )
            self._stories.append(made)
            return made

    def edit(self, story: Story, *, title: str = "", more: str = "") -> Story:
        """Change an article an hour after it appeared; its address stays where it is."""
        changed = replace(
            story,
            title=title or story.title,
            paragraphs=(*story.paragraphs, *filter(None, [more])),
            modified=story.modified + timedelta(hours=1),
        )
        self._swap(story, changed)
        return changed

    def remove(self, story: Story) -> None:
        """Take an article off; its address is 404 then."""
        with self._lock:
            self._stories = [s for s in self._stories if s.number != story.number]

    def _swap(self, old: Story, new: Story) -> None:
        with self._lock:
            self._stories = [new if s.number == old.number else s for s in self._stories]

    def put_at(self, path: str) -> None:
        """As a `Folder`."""
        assert path.endswith("/"), "a blog lies in a folder"
        self._folder = path

    def answer(self, asked: Request, wire: Wire) -> None:
        """What stands at the address, unless something else was put in its place."""
        name = asked.path.removeprefix(self._folder)
        place = self.replaced.get(name) or self._made(name, asked.origin + self._folder)
        place.answer(asked, wire)

    def _made(self, name: str, base: str) -> Behaviour:
        stories = self.stories
        listed = stories[: self.listed]
        match name:
            case "":
                return _document(_listing(self.title, listed, base, self.layout), HTML)
            case "feed.atom":
                return _document(_atom(self.title, listed, base), ATOM)
            case "teasers.rss":
                return _document(_rss(self.title, listed, base), "application/rss+xml")
            case "sitemap.xml":
                return _document(_sitemap(stories, base), "application/xml")
            case "api.json":
                return _document(_json(listed, base), "application/json")
            case "robots.txt":
                return _document(self.robots, "text/plain")
        for story in stories:
            if story.path == name:
                return _document(_article(self.title, story, stories), HTML)
        return _Missing()


class _Missing:
    def answer(self, asked: Request, wire: Wire) -> None:
        wire.reply(404, {"Content-Type": HTML}, b"<h1>Not found</h1>", method=asked.method)


def _document(text: str, media_type: str) -> Conditional:
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    return Conditional(text, etag=etag, last_modified=None, media_type=media_type)


def _listing(title: str, stories: Sequence[Story], base: str, layout: Layout) -> str:
    item = _card if layout == "cards" else _plain_item
    body = "" if layout == "nothing" else "\n".join(map(item, stories))
    return _page(title, f'<main class="list {layout}">\n{body}\n</main>')


def _plain_item(story: Story) -> str:
    return (
        f'<article class="teaser"><h2><a href="{story.path}">{escape(story.title)}</a></h2>\n'
        f'<time datetime="{story.published:%Y-%m-%dT%H:%M:%SZ}">{story.published:%d %B %Y}</time>\n'
        f"<p>{escape(_teaser(story), quote=False)}</p></article>"
    )


def _card(story: Story) -> str:
    return (
        f'<div class="card"><a class="card-link" href="./{story.path}"><span class="headline">'
        f"{escape(story.title)}</span></a>"
        f'<span class="when">{story.published:%d %B %Y}</span></div>'
    )


def _teaser(story: Story) -> str:
    return story.paragraphs[0].split(". ")[0].rstrip(".") + " …"


def _article(title: str, story: Story, stories: Sequence[Story]) -> str:
    related = "".join(
        f'<li><a href="/{other.path}">{escape(other.title)}</a></li>'
        for other in stories[:3]
        if other.number != story.number
    )
    stamp = story.published.isoformat()
    head = (
        f'<meta property="og:title" content="{escape(story.title)}">\n'
        f'<meta property="article:published_time" content="{stamp}">\n'
    )
    return _page(
        f"{story.title} | {title}",
        f"<main><article>\n<h1>{escape(story.title)}</h1>\n"
        f'<p class="byline">By <a rel="author" href="/about">{story.author}</a>, '
        f'<time datetime="{stamp}">{story.published:%d %B %Y}</time></p>\n'
        f'<div class="entry-content">\n{story.html}</div></article></main>\n'
        f'<aside class="related"><h3>Related stories</h3><ul>{related}</ul></aside>',
        head,
    )


def _page(title: str, body: str, head: str = "") -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n"
        '<nav><a href="/">Home</a> <a href="/about">About us</a> <a href="/contact">Contact</a>'
        f'</nav>\n{body}\n<footer><p>© 2026 · <a href="/imprint">Imprint</a></p></footer>\n'
        "</body>\n</html>\n"
    )


def _atom(title: str, stories: Sequence[Story], base: str) -> str:
    entries = "".join(
        f"<entry><id>tag:courier.example,2026:{s.number}</id><title>{_x(s.title)}</title>"
        f'<link href="{base}{s.path}"/><author><name>{_x(s.author)}</name></author>'
        f"<published>{s.published.isoformat()}</published>"
        f"<updated>{s.modified.isoformat()}</updated>"
        f'<content type="html">{_x(s.html)}</content></entry>\n'
        for s in stories
    )
    updated = max((s.modified for s in stories), default=FIRST_DAY).isoformat()
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>tag:courier.example,2026:feed</id><title>{_x(title)}</title>"
        f'<link href="{base}"/><link rel="self" href="{base}feed.atom"/>'
        f"<updated>{updated}</updated>\n{entries}</feed>\n"
    )


def _rss(title: str, stories: Sequence[Story], base: str) -> str:
    items = "".join(
        f"<item><title>{_x(s.title)}</title><link>{base}{s.path}</link>"
        f'<guid isPermaLink="false">courier-{s.number}</guid>'
        f"<pubDate>{format_datetime(s.published)}</pubDate>"
        f"<description>{_x(_teaser(s))}</description></item>\n"
        for s in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{_x(title)}</title><link>{base}</link>"
        f"<description>News of the harbour</description>\n{items}</channel></rss>\n"
    )


def _sitemap(stories: Sequence[Story], base: str) -> str:
    addresses = "".join(
        f"<url><loc>{base}{s.path}</loc><lastmod>{s.modified.isoformat()}</lastmod></url>\n"
        for s in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"<url><loc>{base}</loc></url>\n{addresses}</urlset>\n"
    )


def _json(stories: Sequence[Story], base: str) -> str:
    items = [
        {
            "id": s.number,
            "headline": s.title,
            "url": base + s.path,
            "date": s.published.isoformat(),
            "author": {"name": s.author},
            "body": s.html,
        }
        for s in stories
    ]
    return json.dumps({"data": {"articles": items}, "next": None}, indent=1)


def _x(text: str) -> str:
    return escape(text, quote=False)
