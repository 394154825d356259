"""Renderers: a feed in, bytes out. Pure, without a clock: the same feed gives the same bytes."""

from __future__ import annotations

from typing import Protocol

from feeder.models import Catalogue, Document, Feed


class Renderer(Protocol):
    """One format of a feed."""

    media_type: str

    def path(self, name: str) -> str:
        """Where the document of the feed `name` lies, relative to where an output puts things.

        It is known before anything is rendered, since a feed carries its own address.
        """
        ...

    def render(self, feed: Feed) -> Document:
        """The whole feed as one valid document."""
        ...

    def check(self, document: Document) -> None:
        """Read the document back strictly.

        Raises:
            PublishError: it is not what a strict reader takes.
        """
        ...


class Overview(Protocol):
    """One document that lists all feeds."""

    path: str

    def render(self, catalogue: Catalogue) -> Document:
        """All feeds in one valid document."""
        ...

    def check(self, document: Document) -> None:
        """Read the document back strictly.

        Raises:
            PublishError: it is not what a strict reader takes.
        """
        ...
