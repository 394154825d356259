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
from feeder.changes.due import Plan
from feeder.config.loading import validate_options
from feeder.config.options import Options
from feeder.config.settings import PagesSettings, RulesSettings, SourceSettings
from feeder.errors import ConfigError, SourceError
from feeder.fetch.folder import Folder
from feeder.models import Host
from feeder.refresh.job import Job, Manner
from feeder.rules.known import KnownRules
from feeder.rules.options import rules_of
from feeder.rules.rulebook import Rulebook
from feeder.sources import Source
from feeder.sources.files import Files
from feeder.store.pages import Budget

if TYPE_CHECKING:
    from feeder.fetch import Fetcher
    from feeder.fetch.traffic import Traffic
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

    @property
    def traffic(self) -> Traffic | None:
        """What was asked so far, and what came; None: nobody was asked yet."""
        with self._lock:
            return None if self._client is None else self._client.traffic

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()


def closed_door() -> Door:
    """A door for those who only look whether a configuration is right: nothing is remembered."""
    return Door(lambda origin: None, lambda host: None)


def planned_job(
    source: SourceSettings, rules: RulesSettings, pages: PagesSettings, stamp: str, door: Door
) -> Job:
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
        plan=Plan(source.every, source.quiet, source.timezone, is_local=isinstance(kind, Files)),
        mark=_mark(kind, source, stamp),
        guard=source.guard,
    )
    if isinstance(kind, Files):
        folder = Folder(kind.root, kind.glob)
        return job(begin=lambda stopping: folder)
    return job(
        begin=partial(_begin, door, source, kind.start),
        host=_host(source, kind),
        max_articles=source.fetch.max_articles,
        first_articles=source.fetch.first_articles,
        budget=Budget(pages.keep, pages.max_age) if pages.keep else None,
    )


def stamp_of(rules: RulesSettings) -> str:
    """A text that changes with the rule files.

    Raises:
        UnreadableError: a folder is not there or cannot be listed.
    """
    return Rulebook(rules.folders, impersonate=rules.impersonate).stamp


def _begin(door: Door, source: SourceSettings, start: str, stopping: Callable[[], bool]) -> Fetcher:
    """The fetcher of one refresh, with the source's secrets as they are now."""
    from feeder.fetch.credentials import credentials_of

    try:
        credentials = credentials_of(source)
    except ConfigError as error:  # hurts no other source, and is mended without a restart
        raise SourceError(error.message, advice=error.advice) from error
    web = door.client().begin(
        source.fetch,
        start=start,
        seconds=DEADLINE.total_seconds(),
        credentials=credentials,
        stopping=stopping,
    )
    return web if source.browser.use == "never" else _drawing(source, web)


def _drawing(source: SourceSettings, web: Web) -> Fetcher:
    """A fetcher that has a browser draw pages, as the source says."""
    from feeder.fetch.browser.fetcher import Always, Drawer, WhenNeeded

    drawer = Drawer(web, source.browser, source.language, source.timezone.key)
    return Always(drawer) if source.browser.use == "always" else WhenNeeded(drawer)


def _host(source: SourceSettings, kind: Source) -> str:
    """The origin (RFC 6454) of the server that is asked first."""
    parts = urlsplit(kind.start)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        message = f"nothing fetches {kind.start!r}, where the kind {source.kind!r} begins"
        raise ConfigError([source.place.fault(("kind",), message)])
    return f"{parts.scheme}://{parts.netloc}"


def _mark(options: Options, source: SourceSettings, stamp: str) -> str:
    """A short word for how a source's things are read; another one as soon as that changes."""
    # With other credentials, or let in by robots.txt, what was refused may be had.
    may = source.fetch.robots, source.headers, source.auth, source.cookies, *_drawn(source)
    told = f"{options!r} {source.language} {source.article!r} {stamp} {may!r}"
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _drawn(source: SourceSettings) -> tuple[object, ...]:
    """What decides how a page looks that a browser draws; nothing where none does."""
    own = source.browser
    return () if own.use == "never" else (own.use, own.wait_for, own.scroll, own.load)
