"""Outputs: where documents are put for readers to find."""

from __future__ import annotations

from typing import Protocol

from feeder.models import Document


class Output(Protocol):
    """One place for documents."""

    def put(self, document: Document) -> bool:
        """Put it in place whole; False where the same bytes already lay there.

        Raises:
            PublishError: it could not be done. What lay there before still does.
        """
        ...
