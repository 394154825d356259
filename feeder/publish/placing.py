"""Documents are put at outputs, and put on record once they lie at all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from feeder.errors import PublishError
from feeder.models import Document, Publication
from feeder.outputs import Lasting, Output
from feeder.store.outbox import Message
from feeder.store.store import Store


class Placing:
    """One publication of one feed. An output that failed is given nothing more of it.

    So what an output has is of one piece: no feed is there without the archive that it leads to.
    """

    def __init__(self, outputs: Sequence[Output], store: Store, feed: str, now: datetime) -> None:
        self._outputs = list(outputs)
        self._store = store
        self._feed = feed
        self._now = now
        self._errors = list[PublishError]()

    def put(
        self, document: Document, entries: int, made_of: str, told: Iterable[Message] = ()
    ) -> bool:
        """Put it at every output that has not failed; whether any was not up to date.

        Args:
            told: what others are told if it has changed.
        """
        written = False
        for output in tuple(self._outputs):
            try:
                written |= output.put(document)
            except PublishError as error:
                self._errors.append(error)
                self._outputs.remove(output)
        if not self._errors:
            self._record(document, entries, made_of, told)
        return written

    @property
    def failed(self) -> bool:
        """Whether an output has failed."""
        return bool(self._errors)

    def end(self) -> None:
        """All was put.

        Raises:
            PublishError: outputs failed; what lay there before stays, or is of this publication.
        """
        if self._errors:
            message = "; ".join(error.message for error in self._errors)
            raise PublishError(message, advice=self._errors[0].advice)

    def _record(
        self, document: Document, entries: int, made_of: str, told: Iterable[Message]
    ) -> None:
        """Compared with the record, not with what was written: a kill may have come in between."""
        digest = sha256(document.body).hexdigest()
        last = self._store.publication(self._feed, document.path)
        if last is None or (last.sha256, last.made_of) != (digest, made_of):
            size = len(document.body)
            same = last if last is not None and last.sha256 == digest else None
            when = same.published_at if same else self._now
            put = Publication(self._feed, document.path, digest, size, entries, when, made_of)
            self._store.record_publication(put, () if same else told)


def lies_there(last: Publication, outputs: Sequence[Output]) -> bool:
    """Whether every output has the document that was put in place last."""
    return all(
        isinstance(output, Lasting) and output.holds(last.path, last.size, last.sha256)
        for output in outputs
    )
