"""A source of the configuration becomes a job: its kind, its fetcher, how its pages are read."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from feeder import plugins
from feeder.changes.due import next_due
from feeder.config.loading import validate_options
from feeder.config.options import Options
from feeder.config.settings import RulesSettings, SourceSettings
from feeder.errors import ConfigError, SourceError
from feeder.fetch.folder import Folder
from feeder.models import Host
from feeder.refresh.job import Job, Manner
from feeder.rules.known import KnownRules
from feeder.rules.options import rules_of
from feeder.rules.rulebook import Rulebook
from feeder.sources import Source
from feeder.sources.files import Files

if TYPE_CHECKING:
    from feeder.fetch.web import Client, Web

DEADLINE = timedelta(minutes=9)
"""For one refresh of one source, whatever it sends: less than a lease."""


class Door:
    """The one way out: the client that all sources on the web share.

    It is made when the first of them asks, since it takes a tenth of a second that most commands
    do not need.

    Args:
        recall: what is remembered of a server, by its origin.
        keep: remembers it.
    """

    def __init__(self, recall: Callable[[str], Host | None], keep: Callable[[Host], None]) -> None:
        self._recall, self._keep = recall, keep
        self._lock = threading.Lock()
        self._client: Client | None = None

    def client(self) -> Client:
        """The client, for all threads."""
        from feeder.fetch.web import Client

        with self._lock:
            if self._client is None:
                self._client = Client(recall=self._recall, keep=self._keep)
            return self._client

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()


def closed_door() -> Door:
    """A door for those who only look whether a configuration is right: nothing is remembered."""
    return Door(lambda origin: None, lambda host: None)


def planned_job(source: SourceSettings, rules: RulesSettings, stamp: str, door: Door) -> Job:
    """What it takes to refresh a source. Nothing is opened and nobody asked.

    Args:
        stamp: changes with the rule files (`Rulebook.stamp`).

    Raises:
        ConfigError: its kind is unknown, or its options are wrong.
    """
    kind: Any = validate_options(plugins.find("feeder.sources", source.kind), source)
    own = rules_of(**dict(source.article))
    known = KnownRules(own, rules.folders, rules.impersonate)
    job = partial(
        Job,
        name=source.name,
        manner=Manner(kind, source.language, known),
        due_after=partial(next_due, every=source.every, zone=source.timezone),
        mark=_mark(kind, source, stamp),
    )
    if isinstance(kind, Files):
        folder = Folder(kind.root, kind.glob)
        return job(begin=lambda stopping: folder)
    return job(
        begin=partial(_begin, door, source, kind.start),
        host=_host(source, kind),
        max_articles=source.fetch.max_articles,
    )


def stamp_of(rules: RulesSettings) -> str:
    """A text that changes with the rule files.

    Raises:
        UnreadableError: a folder is not there or cannot be listed.
    """
    return Rulebook(rules.folders, impersonate=rules.impersonate).stamp


def _begin(door: Door, source: SourceSettings, start: str, stopping: Callable[[], bool]) -> Web:
    """The fetcher of one refresh, with the source's secrets as they are now."""
    from feeder.fetch.credentials import credentials_of

    try:
        credentials = credentials_of(source)
    except ConfigError as error:  # hurts no other source, and is mended without a restart
        raise SourceError(error.message, advice=error.advice) from error
    return door.client().begin(
        source.fetch,
        start=start,
        seconds=DEADLINE.total_seconds(),
        credentials=credentials,
        stopping=stopping,
    )


def _host(source: SourceSettings, kind: Source) -> str:
    parts = urlsplit(kind.start)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        message = f"nothing fetches {kind.start!r}, where the kind {source.kind!r} begins"
        raise ConfigError([source.place.fault(("kind",), message)])
    return parts.netloc


def _mark(options: Options, source: SourceSettings, stamp: str) -> str:
    """A short word for how a source's things are read; another one as soon as that changes."""
    # With other credentials, or let in by robots.txt, what was refused may be had.
    may = source.fetch.robots, source.headers, source.auth, source.cookies
    told = f"{options!r} {source.language} {source.article!r} {stamp} {may!r}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]
