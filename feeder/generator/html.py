"""The page of a feed for people: what is new in it, and how to subscribe. Without script."""

from __future__ import annotations

from feeder.errors import PublishError
from feeder.generator.templates import ADVICE, MEDIA_TYPE, check, page, shown_formats
from feeder.models import Document, Feed


class Html:
    """Renders a feed as one HTML document: titles and summaries, never an entry's own markup."""

    media_type = "text/html"

    def path(self, name: str) -> str:
        """Where the document of the feed `name` lies."""
        return f"{name}.html"

    def render(self, feed: Feed) -> Document:
        """The feed as it is given: nothing is left out, sorted or dated here.

        Raises:
            PublishError: a date in it cannot be written.
        """
        try:
            body = page(
                "feed.html",
                title=feed.title or feed.name,
                language=feed.language,
                skip="skip",
                feed=feed,
                entries=feed.entries,
                subscribable=shown_formats(feed.formats),
            )
        except (ValueError, OverflowError) as error:
            raise PublishError(f"{feed.name}: {error}", advice=ADVICE) from error
        return Document(self.path(feed.name), MEDIA_TYPE, body)

    def check(self, document: Document) -> None:
        """Read the page back: one title, web addresses, and nothing that runs.

        Raises:
            PublishError: it says what is wrong.
        """
        check(document)
