"""Feeds: where their documents are, and what was put there last."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from pydantic import Field

from feeder.app import document_paths
from feeder.config.settings import FeedSettings
from feeder.models import Publication
from feeder.server.api.answers import ProblemError, Told, Words
from feeder.server.api.endpoints import Asked, Endpoint, Nothing, Page
from feeder.store.feeds import Standing

_SOURCES = 100
"""Sources of a feed that are named in a list; with the feed itself all of them are."""


class DocumentTold(Told):
    """A document of a feed, as it was put in place last."""

    path: str
    url: str | None = Field(description="where readers find it; none: it is private")
    published_at: datetime = Field(description="since when it is as it is")
    entries: int
    size: int
    sha256: str


class FeedTold(Told):
    """A feed."""

    name: str
    title: Words
    private: bool
    number_of_sources: int
    sources: tuple[str, ...] = Field(description=f"the first {_SOURCES} of them in a list")
    documents: tuple[DocumentTold, ...] = Field(description="empty: none was published yet")


class FeedsTold(Told):
    """A page of feeds, as the configuration has them."""

    feeds: tuple[FeedTold, ...]
    next: str | None = Field(description="`after` for the next page; none: this is the last one")


def _list(asked: Asked[Page]) -> FeedsTold:
    query, feeds = asked.query, asked.app.settings.feeds
    names = [feed.name for feed in feeds]
    if query.after is not None and query.after not in names:
        raise ProblemError(400, "a parameter is wrong", "after: no feed is called so")
    start = names.index(query.after) + 1 if query.after is not None else 0
    shown = feeds[start : start + query.limit]
    standing = asked.app.store.standing([feed.name for feed in shown], ())
    return FeedsTold(
        feeds=tuple(_feed_told(asked, feed, standing, _SOURCES) for feed in shown),
        next=shown[-1].name if start + query.limit < len(feeds) else None,
    )


def _one(asked: Asked[Nothing]) -> FeedTold:
    name = asked.path["name"]
    feed = next((feed for feed in asked.app.settings.feeds if feed.name == name), None)
    if feed is None:
        raise ProblemError(
            404,
            "no such feed",
            f"no feed is called {name!r}",
            "GET /api/v1/feeds lists all there are",
        )
    return _feed_told(asked, feed, asked.app.store.standing([name], ()), None)


def _feed_told(
    asked: Asked[Any], feed: FeedSettings, standing: Standing, most: int | None
) -> FeedTold:
    settings = asked.app.settings
    sources = settings.sources_of(feed)
    put = (standing.publications.get((feed.name, path)) for path in document_paths(feed))
    public_url = None if feed.private else settings.public_url
    return FeedTold(
        name=feed.name,
        title=feed.title,
        private=feed.private,
        number_of_sources=len(sources),
        sources=tuple(source.name for source in islice(sources, most)),
        documents=tuple(_document_told(one, public_url) for one in put if one is not None),
    )


def _document_told(put: Publication, public_url: str | None) -> DocumentTold:
    return DocumentTold(
        path=put.path,
        url=None if public_url is None else public_url + put.path,
        published_at=put.published_at,
        entries=put.entries,
        size=put.size,
        sha256=put.sha256,
    )


ENDPOINTS = (
    Endpoint("/feeds", "The feeds, and where their documents are.", _list, FeedsTold, Page),
    Endpoint(
        "/feeds/{name}",
        "One feed.",
        _one,
        FeedTold,
        faults={404: "no feed is called so"},
    ),
)
