"""The page that lists all feeds for people. Nothing in it moves with the feeds' entries."""

from __future__ import annotations

from typing import NamedTuple

from feeder.generator.templates import MEDIA_TYPE, ShownFormat, check, page, shown_formats
from feeder.models import Catalogue, Document, Listed

OPML = "feeds.opml"
"""Where the list for feed readers lies, beside this page."""


class _Line(NamedTuple):
    """A feed as the page shows it."""

    title: str
    subtitle: str | None
    language: str | None
    page: str | None
    formats: list[ShownFormat]


class Index:
    """Renders all public feeds as one HTML document."""

    path = "index.html"
    media_type = "text/html"

    def render(self, catalogue: Catalogue) -> Document:
        """All feeds, in the order in which they are given."""
        body = page(
            "index.html",
            title=catalogue.title,
            language=None,
            catalogue=catalogue,
            opml=f"{catalogue.url.rstrip('/')}/{OPML}",
            skip="skip_feeds",
            feeds=[_line(feed) for feed in catalogue.feeds],
        )
        return Document(self.path, MEDIA_TYPE, body)

    def check(self, document: Document) -> None:
        """Read the page back: one title, web addresses, and nothing that runs.

        Raises:
            PublishError: it says what is wrong.
        """
        check(document)


def _line(feed: Listed) -> _Line:
    page_url = next((one.url for one in feed.formats if one.format == "html"), None)
    return _Line(
        title=feed.title or feed.name,
        subtitle=feed.subtitle,
        language=feed.language,
        page=page_url,
        formats=shown_formats(feed.formats),
    )
