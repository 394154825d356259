"""Lists without an end: each page names another one, and all of them are well made."""

from __future__ import annotations

import json

from tests.site.markup import listing_text
from tests.site.pages import Page
from tests.site.wire import Request, Wire


class EndlessPages:
    """A listing whose next page always exists, with articles that nobody saw before."""

    def answer(self, asked: Request, wire: Wire) -> None:
        """The page that the query tells."""
        number = _number(asked)
        links = [
            (f"/story/{number}-{n}-of-the-day", f"A story of some words {number} {n}")
            for n in range(10)
        ]
        page = listing_text(links)
        following = f'<a rel="next" href="?page={number + 1}">Older</a></main>'
        Page(page.replace("</main>", following)).answer(asked, wire)


class SamePages:
    """A listing whose every page shows the same articles, under another number."""

    def answer(self, asked: Request, wire: Wire) -> None:
        """The first page again."""
        links = [(f"/story/{n}-of-the-day", f"A story of some words {n}") for n in range(10)]
        page = listing_text(links)
        following = f'<a rel="next" href="?page={_number(asked) + 1}">Older</a></main>'
        Page(page.replace("</main>", following)).answer(asked, wire)


class EndlessSitemaps:
    """An index of fifty sitemaps, each of which is such an index."""

    def answer(self, asked: Request, wire: Wire) -> None:
        """Fifty further ones."""
        first = _number(asked) * 50
        maps = "".join(
            f"<sitemap><loc>{asked.origin}{asked.path}?page={first + n}</loc></sitemap>"
            for n in range(1, 51)
        )
        schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
        text = f'<sitemapindex xmlns="{schema}">{maps}</sitemapindex>'
        Page(text, "application/xml").answer(asked, wire)


class EndlessCursor:
    """An API that always has a next page."""

    def answer(self, asked: Request, wire: Wire) -> None:
        """Ten items and where to go on."""
        number = _number(asked)
        items = [
            {"id": f"{number}-{n}", "title": f"Item {number} {n}", "url": f"/item/{number}-{n}"}
            for n in range(10)
        ]
        told = {"items": items, "next": f"{asked.origin}{asked.path}?page={number + 1}"}
        Page(json.dumps(told), "application/json").answer(asked, wire)


def _number(asked: Request) -> int:
    number = asked.query.rpartition("page=")[2]
    return int(number) if number.isdigit() else 0
