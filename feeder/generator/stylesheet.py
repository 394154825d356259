"""The style by which browsers show a feed in XML to somebody who followed a link to it."""

from __future__ import annotations

import re
from importlib.resources import files

from feeder.errors import PublishError
from feeder.generator.xml import ADVICE
from feeder.models import Catalogue, Document

# What would load something, or run in old browsers.
_ACTIVE = re.compile(r"(?i)@import|url\s*\(|expression\s*\(|javascript:|</")


class Stylesheet:
    """One document for all feeds. Nothing in it comes from a feed, so it moves with none."""

    path = "feed.css"
    media_type = "text/css; charset=utf-8"

    def render(self, catalogue: Catalogue) -> Document:
        """The style as it came along, whatever feeds there are."""
        body = files("feeder.generator").joinpath("data", "feed.css").read_bytes()
        return Document(self.path, self.media_type, body)

    def check(self, document: Document) -> None:
        """Read it back: text in UTF-8 that loads and runs nothing.

        Raises:
            PublishError: it is not that.
        """
        try:
            text = document.body.decode()
        except UnicodeDecodeError as error:
            raise PublishError(f"{document.path}: {error}", advice=ADVICE) from error
        if found := _ACTIVE.search(text):
            raise PublishError(f"{document.path}: it has {found.group()!r}", advice=ADVICE)
