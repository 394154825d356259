"""What is loaded at first need (words, weights, patterns), loaded before workers are forked.

Once for all of them: each would take .2 s of its own for its first page.
"""

from __future__ import annotations

from contextlib import suppress

from feeder import plugins
from feeder.errors import SourceError
from feeder.models import Candidate, Page
from feeder.refresh.job import Manner
from feeder.refresh.reading import list_page, read_article
from feeder.rules.known import KnownRules
from feeder.rules.model import SiteRules

_URL = "https://feeder.example/"
_WORDS = "It was the first of May, and nobody in the harbour had counted the boats since March. "
_STORY = (
    "<!doctype html><title>Boats</title><article><h1>Boats</h1><p>By Ann Lee</p>"
    + f"<p>{_WORDS * 3}</p>" * 5
)
_LISTING = "<!doctype html><main>" + "".join(
    f'<article><h2><a href="/2026/{n}">What the harbour master counted in year {n}</a></h2>'
    f"<time>1 May 20{n}</time></article>"
    for n in range(10, 20)
)
_FEED = (
    "<rss version='2.0'><channel><title>Boats</title><item><title>Boats</title>"
    f"<link>{_URL}2026/1</link><description>{_WORDS}</description></item></channel></rss>"
)


def for_articles() -> None:
    """Read an article's page."""
    manner = _manner("listing")
    with suppress(SourceError):
        read_article(manner, Candidate(_URL), _page(_STORY))


def for_listings() -> None:
    """Look at a page of links, and at a feed."""
    for kind, body in (("listing", _LISTING), ("feed", _FEED)):
        with suppress(SourceError):
            list_page(_manner(kind), _page(body), on_web=True)


def _manner(kind: str) -> Manner:
    source = plugins.find("feeder.sources", kind)(url=_URL)
    return Manner(source, None, KnownRules(SiteRules()))


def _page(body: str) -> Page:
    return Page(_URL, _URL, body.encode(), "text/html", "utf-8")
