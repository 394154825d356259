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


@runtime_checkable
class Weighing(Protocol):
    """An output that tells at next to no cost whether something lies there. Of others that is taken
    on trust where there are thousands of documents that never change."""

    def lies(self, path: str, size: int) -> bool:
        """Whether a document of this size lies at `path`. It is not looked into."""
        ...


@runtime_checkable
class Removing(Protocol):
    """An output that can take documents away. One that cannot keeps those of removed feeds."""

    def remove(self, path: str) -> bool:
        """Take the document at `path` away; False where there was none.

        Raises:
            PublishError: it could not be done. It is tried again.
        """
        ...
