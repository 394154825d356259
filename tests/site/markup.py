"""HTML that is hard to read or harmful to show: depth, masses, and hostile values everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from tests.site.behaviour import Behaviour
from tests.site.pages import Page
from tests.site.prose import Prose
from tests.site.walls import document
from tests.site.wire import Request, Wire

_STORY = "".join(f"<p>{paragraph}</p>" for paragraph in Prose("markup").story())


class DeepPage(Page):
    """An article behind very many open elements."""

    def __init__(self, depth: int = 100_000, tag: str = "div") -> None:
        body = f"<{tag}>" * depth + f"<article><h1>At the bottom</h1>{_STORY}</article>"
        super().__init__(document("Deep", body))


class HugeAttribute(Page):
    """One attribute of 5 MB."""

    def __init__(self, length: int = 5_000_000) -> None:
        body = f'<div data-state="{"x" * length}"></div><article><h1>Wide</h1>{_STORY}</article>'
        super().__init__(document("Wide", body))


class ManyAttributes(Page):
    """One tag with 40,000 attributes, which libxml2 reads in quadratic time."""

    def __init__(self, attributes: int = 40_000) -> None:
        many = " ".join(f"a{number}=x" for number in range(attributes))
        super().__init__(
            document("Many", f"<article><h1>Many</h1><p {many}>x</p>{_STORY}</article>")
        )


class ManyLinks(Page):
    """A listing of very many links."""

    def __init__(self, links: int = 100_000) -> None:
        items = "".join(
            f'<li><a href="/story/{n}-a-headline-of-words">A headline of many words {n}</a></li>'
            for n in range(links)
        )
        super().__init__(document("Very many", f"<ul>{items}</ul>"))


HOSTILE_TITLES = (
    "<script>alert(1)</script>", "&lt;img src=x onerror=alert(1)&gt;", "]]><x>", "\u202egnp.exe",
    "\x1b[31mred\x1b[0m", "a\r\nb: c", "x" * 100_000, "", "   ", "\ufeff\u200b", "{{7*7}} ${7*7}",
    "\x07 bell", "Zalgo" + "\u0301" * 500, "&#8;&#xFFFF;&#xD800;", "../../etc/passwd",
    "'; DROP TABLE entries; --", "%s%n%x", "=HYPERLINK(1)",
)  # fmt: skip
"""Headlines that try something on whoever shows them."""

HOSTILE_LINKS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", "data:text/html,<script>x</script>", "vbscript:x", "file:///etc/x",
    "http://user:password@news.example/", "http://127.0.0.1/", "//evil.example/x", "\\\\evil\\x",
    "http://[::1/", "http://news.example:99999/", "http://" + "a" * 100_000, "?" * 1_000, "",
    " ", "#", "http:/one-slash", "https://news.example/\u202egnp.exe", "mailto:a@b.c", "tel:1",
)  # fmt: skip
"""Addresses that must not be published, or not be asked for."""

HOSTILE_BASES = (
    "javascript:alert(1)//", "file:///etc/", "data:text/html,", "http://evil.example/", "//evil/",
    "http://user:password@news.example/", "http://[::1", "", "x" * 100_000, "\\\\evil\\",
)  # fmt: skip
"""Values of <base href> and xml:base."""

HOSTILE_DATES = (
    "0000-00-00", "9999-12-31T23:59:59Z", "99999-01-01", "1969-12-31", "-1", "1e400", "NaN", "now",
    "tomorrow", "Mon, 32 Jan 2026 25:61:61 +9999", "2026-02-30", "1" * 10_000, "१२ मार्च २०२६", "",
    "2026-01-05T08:00:00+99:99", "Thu, 01 Jan 1970 00:00:00 GMT", "12/13/14", "\x00",
)  # fmt: skip
"""Dates that are none, or of no use."""


def listing_text(links: Sequence[tuple[str, str]], base: str | None = None, date: str = "") -> str:
    """The markup of a listing, with what is given as it is but for quotes and brackets."""
    head = "" if base is None else f'<base href="{_quoted(base)}">'
    items = "".join(
        f'<article><h2><a href="{_quoted(address)}">{_quoted(title)}</a></h2>'
        f'<time datetime="{_quoted(date)}">{_quoted(date)}</time></article>'
        for address, title in links
    )
    return document("News", f"<main>{items}</main>", head)


def listing(links: Sequence[tuple[str, str]], base: str | None = None, date: str = "") -> Page:
    """A listing of addresses and headlines."""
    return Page(listing_text(links, base, date).encode("utf-8", "surrogatepass"))


def hostile_listing() -> Page:
    """Good links among hostile ones, with hostile headlines."""
    good = [(f"/story/{n}-a-good-one", f"A good story of five words {n}") for n in range(5)]
    bad = [(link, f"A headline in front of it {n}") for n, link in enumerate(HOSTILE_LINKS)]
    odd = [(f"/odd/{n}-an-odd-headline", title) for n, title in enumerate(HOSTILE_TITLES)]
    return listing([*good, *bad, *odd])


class SessionIds:
    """A listing whose links have another session in them each time."""

    def __init__(self, links: int = 5, parameter: str = "PHPSESSID") -> None:
        self._links, self._parameter, self._asked = links, parameter, 0

    def answer(self, asked: Request, wire: Wire) -> None:
        """The same articles at other addresses."""
        self._asked += 1
        session = f"{self._asked:032x}"
        links = [
            (f"/story/{n}-of-the-day?{self._parameter}={session}", f"A story of some words {n}")
            for n in range(self._links)
        ]
        listing(links).answer(asked, wire)


class Guids:
    """A feed of the same items each time, with guids that are made as told.

    `guid` may hold {n} for the item and {asked} for how often the feed was asked for.
    """

    def __init__(self, guid: str, items: int = 5) -> None:
        self._guid, self._items, self._asked = guid, items, 0

    def answer(self, asked: Request, wire: Wire) -> None:
        """The feed, with new guids if they move."""
        self._asked += 1
        items = "".join(
            f"<item><title>A story of some words {n}</title><link>{asked.origin}/story/{n}</link>"
            f'<guid isPermaLink="false">{self._guid.format(n=n, asked=self._asked)}</guid>'
            f"<pubDate>Mon, 05 Jan 2026 0{n}:00:00 GMT</pubDate>"
            f"<description>What happened on day {n}.</description></item>"
            for n in range(self._items)
        )
        told = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
        Page(told, "application/rss+xml").answer(asked, wire)


def moving_guids() -> Behaviour:
    """Every item has another guid each time."""
    return Guids("{n}-{asked}")


def duplicate_guids() -> Behaviour:
    """All items have one guid."""
    return Guids("the-same")


def _quoted(text: str) -> str:
    return text.replace('"', "&quot;").replace("<", "&lt;")
