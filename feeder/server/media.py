"""What is told of a document by its name: its media type, and where it and its hubs are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from feeder import plugins
from feeder.config.settings import Settings

_TYPES = {
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".json": "application/feed+json",
    ".opml": "text/x-opml",
    ".html": "text/html",
    ".css": "text/css",
}
"""Of what feeder publishes itself; formats of plug-ins are asked."""


def media_types(settings: Settings) -> Mapping[str, str]:
    """Media types without parameters, by what the names of documents end with."""
    found = dict(_TYPES)
    for format_ in {format_ for feed in settings.feeds for format_ in feed.formats}:
        made = plugins.find("feeder.renderers", format_)()
        suffix = PurePosixPath(made.path("news")).suffix
        if re.fullmatch(r"\.[a-z0-9]+", suffix):
            found.setdefault(suffix, made.media_type.partition(";")[0].strip())
    return found


def link(hubs: Sequence[str], url: str) -> str:
    """The `Link` of a document (W3C WebSub, 4): its hubs, and its own address."""
    told = [f'<{safe(hub)}>; rel="hub"' for hub in hubs]
    return ", ".join([*told, f'<{safe(url)}>; rel="self"'])


def safe(url: str) -> str:
    """An address without what could be taken for a variable or the end of a text in quotes."""
    return re.sub(r"""["'`\\${}<>\x00-\x20\x7f]""", lambda found: f"%{ord(found[0]):02X}", url)
