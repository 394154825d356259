"""What becomes of the addresses of feeds that were renamed or removed.

A static server can give no redirect. So the documents of a renamed feed are put at its old
addresses too; in them it tells the new one. Those of a removed feed are taken away. Both is put on
record first, and done again as long as it has not been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path

from feeder.config.consistency import RESERVED
from feeder.config.settings import Settings
from feeder.errors import PublishError
from feeder.locks import exclusive
from feeder.models import Document
from feeder.outputs import Lasting, Output, Removing, Weighing
from feeder.publish.flow import WAIT_FOR_LOCK
from feeder.store.store import Store


class AtOldAddresses:
    """An output that puts documents at their feed's old addresses too."""

    def __init__(self, output: Output, store: Store, copies: Mapping[str, Sequence[str]]) -> None:
        self._output = output
        self._store = store
        self._copies = copies

    def put(self, document: Document) -> bool:
        """Put it in place, and then at each old address; False where all was so already.

        Raises:
            PublishError: one of them could not be done.
        """
        written = self._output.put(document)
        # Asked for anew, since the feed may have been renamed a moment ago.
        for path in self._store.copies().get(document.path, ()):
            written |= self._output.put(replace(document, path=path))
        return written

    def holds(self, path: str, size: int, sha256: str) -> bool:
        """Whether the document lies at all its addresses."""
        output, paths = self._output, (path, *self._copies.get(path, ()))
        return isinstance(output, Lasting) and all(output.holds(p, size, sha256) for p in paths)

    def lies(self, path: str, size: int) -> bool:
        """Whether documents of this size lie at all its addresses, as far as that is told."""
        output, paths = self._output, (path, *self._copies.get(path, ()))
        return not isinstance(output, Weighing) or all(output.lies(p, size) for p in paths)


def at_old_addresses(outputs: Sequence[Output], store: Store) -> list[Output]:
    """The outputs, for one round of publishing."""
    copies = store.copies()
    return [AtOldAddresses(output, store, copies) for output in outputs]


def retire(
    settings: Settings, store: Store, documents: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """Put on record which feeds and documents the configuration has no more.

    One without any source says that its folder could not be found rather than that all is to go.

    Args:
        documents: the paths of the documents of each feed, by its name.
    """
    if not settings.sources:
        return
    kept = {feed.name: feed.formerly for feed in settings.feeds}
    if not any(feed.place.at for feed in settings.feeds):
        # Each source has its own: that of one that is switched off stays as it is.
        kept |= {source.name: source.formerly for source in settings.sources}
    store.retire(kept | dict.fromkeys(RESERVED, ()), documents, now)


def clear(settings: Settings, store: Store, outputs: Sequence[Output], now: datetime) -> None:
    """Take away what is published no more.

    Raises:
        PublishError: an output failed. It is done the next time.
        LockedError: another process publishes the feed all the while.
    """
    withheld = [feed.name for feed in settings.feeds if feed.private]
    errors = list[PublishError]()
    for name in store.uncleared(withheld):
        lock = _lock(settings.state, name)
        with exclusive(lock, f"take away the feed {name}", wait=WAIT_FOR_LOCK):
            # Read again under the lock: the feed may be back by now.
            paths = store.uncleared(withheld).get(name, ())
            failed = _remove(outputs, set(paths) - set(store.taken_over(name, paths)))
            if paths and not failed:
                store.clear(name, paths, now)
            errors += failed
    if errors:
        message = "; ".join(error.message for error in errors)
        raise PublishError(message, advice=errors[0].advice)


def _remove(outputs: Sequence[Output], paths: set[str]) -> list[PublishError]:
    errors = []
    removing = [output for output in outputs if isinstance(output, Removing)]
    for output, path in product(removing, sorted(paths)):
        try:
            output.remove(path)
        except PublishError as error:
            errors.append(error)
    return errors


def _lock(state: Path, name: str) -> Path:
    return state / "locks" / f"publish-{name}.lock"
