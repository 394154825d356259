"""Outputs: where documents are put for readers to find."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from feeder.models import Document


class Output(Protocol):
    """One place for documents."""

    def put(self, document: Document) -> bool:
        """Put it in place whole; False where the same bytes already lay there.

        Raises:
            PublishError: it could not be done. What lay there before still does.
        """
        ...


@runtime_checkable
class Lasting(Protocol):
    """An output that can tell what lies there. One that cannot is given each document anew."""

    def holds(self, path: str, size: int, sha256: str) -> bool:
        """Whether the document at `path` is whole and has this size and hash."""
        ...
