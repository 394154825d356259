"""The pages of feeds: where readers get them, what is in them, and of which sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from feeder.app import document_paths
from feeder.config.settings import FeedSettings
from feeder.generator.templates import words
from feeder.models import Publication
from feeder.server.pages.answering import Visit, missing, page
from feeder.server.pages.dashboard import rows_of

FEEDS_A_PAGE = 100
_PAGE = "A page for people"
SOURCES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a feed."""

    format: str
    label: str
    url: str
    entries: int = 0
    size: int = 0
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A feed as pages show it."""

    name: str
    title: str
    private: bool
    sources: int
    documents: tuple[Paper, ...]

    @property
    def entries(self) -> int:
        """As many are in it."""
        return max((one.entries for one in self.documents), default=0)

    @property
    def published_at(self) -> datetime | None:
        """When a document of it was put in place last."""
        return max((one.published_at for one in self.documents if one.published_at), default=None)


def show_all(visit: Visit) -> Response:
    """All feeds, a hundred a page."""
    feeds = visit.app.settings.feeds
    last = max(1, -(-len(feeds) // FEEDS_A_PAGE))
    number = min(visit.asked_number("page"), last)
    some = feeds[(number - 1) * FEEDS_A_PAGE : number * FEEDS_A_PAGE]
    published = visit.app.store.standing([feed.name for feed in some], ()).publications
    has_index = any(not feed.private for feed in feeds)
    return page(
        visit,
        "feeds.html",
        title="Feeds",
        section="feeds",
        events=True,
        feeds=[_shown(visit, feed, published) for feed in some],
        total=len(feeds),
        index=visit.app.settings.public_url if has_index else "",
        number=number,
        last=last,
    )


def show(visit: Visit) -> Response:
    """The page of the feed that the path names."""
    name = visit.request.path_params["name"]
    feed = next((one for one in visit.app.settings.feeds if one.name == name), None)
    if feed is None:
        return missing(visit, "feed")
    store = visit.app.store
    published = store.standing([name], ()).publications
    names = [source.name for source in visit.app.settings.sources_of(feed)]
    found = store.seen_among(names, SOURCES_SHOWN)
    return page(
        visit,
        "feed.html",
        title=feed.title,
        section="feeds",
        events=True,
        feed=_shown(visit, feed, published),
        rows=rows_of(visit, found, store.quarantine("held")),
        more=len(names) - len(found),
        archives=store.latest_archive(name),
    )


def _shown(
    visit: Visit, feed: FeedSettings, published: Mapping[tuple[str, str], Publication]
) -> Shown:
    base = visit.app.settings.public_url + ("private/" if feed.private else "")
    documents = tuple(
        _paper(format_, base + path, published.get((feed.name, path)))
        for format_, path in zip(feed.formats, document_paths(feed), strict=True)
    )
    sources = len(visit.app.settings.sources_of(feed))
    return Shown(feed.name, feed.title, feed.private, sources, documents)


def _paper(format_: str, url: str, told: Publication | None) -> Paper:
    label = words().get(f"format_{format_}", _PAGE if format_ == "html" else format_)
    if told is None:
        return Paper(format_, label, url)
    return Paper(format_, label, url, told.entries, told.size, told.published_at)
