"""Documents about all feeds: the list for people, the one for feed readers, and how feeds look.

They have nothing that moves with entries, and so they are rendered when the configuration changes,
or a feed is published for the first time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from feeder.config.settings import FeedSettings, Settings
from feeder.errors import PublishError
from feeder.generator import Overview
from feeder.locks import exclusive
from feeder.models import Catalogue, FormatLink, Listed
from feeder.outputs import Lasting, Output
from feeder.publish.flow import WAIT_FOR_LOCK
from feeder.store.store import Store


@dataclass(frozen=True, slots=True)
class Shelf:
    """What documents about all feeds are published with. `state` has the locks."""

    catalogue: Catalogue
    store: Store
    outputs: Sequence[Output]
    state: Path


def catalogue_of(
    settings: Settings, formats: dict[str, tuple[FormatLink, ...]], published: Collection[str]
) -> Catalogue:
    """All public feeds that readers can have, by their titles.

    Args:
        formats: where each feed is, by its name.
    """
    feeds = (
        _listed(feed, formats[feed.name])
        for feed in settings.feeds
        if not feed.private and feed.name in published
    )
    host = urlsplit(settings.public_url).hostname
    ordered = sorted(feeds, key=lambda feed: (feed.title.casefold(), feed.name))
    return Catalogue(f"Feeds of {host}", settings.public_url, tuple(ordered))


def _listed(feed: FeedSettings, formats: tuple[FormatLink, ...]) -> Listed:
    return Listed(
        name=feed.name,
        title=feed.title,
        formats=formats,
        subtitle=feed.subtitle,
        language=feed.language,
        site_url=feed.site_url,
        icon=feed.icon,
    )


def publish_overviews(shelf: Shelf, overviews: Sequence[Overview]) -> list[PublishError]:
    """Bring documents about all feeds up to date at all outputs; those that failed."""
    errors = list[PublishError]()
    for overview in overviews:
        word = _made_of(shelf.catalogue, overview)
        if not _stands(shelf, overview, word):
            errors += _publish(shelf, overview, word)
    return errors


def _stands(shelf: Shelf, overview: Overview, word: str) -> bool:
    last = shelf.store.overview(overview.path)
    if last is None or last[0] != word:
        return False
    return all(
        isinstance(output, Lasting) and output.holds(overview.path, last[1], last[2])
        for output in shelf.outputs
    )


def _publish(shelf: Shelf, overview: Overview, word: str) -> list[PublishError]:
    errors = list[PublishError]()
    lock = shelf.state / "locks" / "publish-overviews.lock"
    with exclusive(lock, "publish the list of all feeds", wait=WAIT_FOR_LOCK):
        document = overview.render(shelf.catalogue)
        overview.check(document)
        for output in shelf.outputs:
            try:
                output.put(document)
            except PublishError as error:
                errors.append(error)
        if not errors:
            digest = sha256(document.body).hexdigest()
            shelf.store.record_overview(overview.path, word, len(document.body), digest)
    return errors


def _made_of(catalogue: Catalogue, overview: Overview) -> str:
    told = (_version(), type(overview).__qualname__, catalogue)
    return blake2b(repr(told).encode(errors="surrogatepass"), digest_size=16).hexdigest()


@cache
def _version() -> str:
    return version("feeder")
