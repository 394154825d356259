"""OPML to take elsewhere: our feeds, or the feeds that they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from feeder.app import catalogue
from feeder.config.settings import Settings, SourceSettings
from feeder.models import Catalogue, FormatLink, Listed


def our_feeds(settings: Settings) -> Catalogue:
    """All public feeds of the configuration, where readers find them."""
    return catalogue(settings, {feed.name for feed in settings.feeds})


def their_feeds(settings: Settings) -> tuple[Catalogue, Sequence[SourceSettings]]:
    """The sources that are feeds themselves, where they are; and those that are none."""
    feeds = [source for source in settings.sources if source.kind == "feed"]
    others = [source for source in settings.sources if source.kind != "feed"]
    return Catalogue("Sources", settings.public_url, tuple(map(_listed, feeds))), others


def _listed(source: SourceSettings) -> Listed:
    link = FormatLink("rss", "application/rss+xml", source.url or "")
    return Listed(source.name, source.title, (link,), language=source.language)
