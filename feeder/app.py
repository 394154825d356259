"""The one place where the parts are put together: configuration, store, kinds, outputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from feeder import plugins
from feeder.config.loading import load_settings
from feeder.config.settings import FeedSettings, OutputSettings, Settings, SourceSettings
from feeder.errors import ConfigError, StateError
from feeder.generator import Renderer
from feeder.jobs import Door, closed_door, planned_job, stamp_of
from feeder.logs import logger
from feeder.models import Known
from feeder.outputs import Output
from feeder.publish import Published, SourceLabel, publish
from feeder.recovery import published_entries
from feeder.refresh.job import Job
from feeder.rules.options import selector_fault
from feeder.sources.files import Files
from feeder.store.feeds import Standing
from feeder.store.opening import open_store, restore
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from feeder.workers import Work
from feeder.workers.processes import Workers

FOR_ARTICLES = "feeder.refresh.warming:for_articles"
FOR_LISTINGS = "feeder.refresh.warming:for_listings"
"""What workers need, done once for all of them; the second only where there is a source on the web,
since it takes .3 s."""


@dataclass(frozen=True)
class App:
    """What the verbs and the scheduler work with. `prefix` begins minted ids (RFC 4151).

    `work` is where strangers' bytes are read; `hang_up` ends all requests, those under way too.
    """

    settings: Settings
    jobs: Mapping[str, Job]
    store: Store
    work: Work
    outputs: Sequence[Output]
    prefix: str
    hang_up: Callable[[], None]


def load(path: Path | None) -> Settings:
    """The settings at `path`, or where the environment says.

    Raises:
        ConfigError: with all that is wrong, the options of source and output kinds included.
        PluginError: a plug-in's step cannot be loaded or placed.
    """
    settings = load_settings(path, os.environ, plugins.find, selector_fault)
    if plugins.names("feeder.steps"):
        # 50 ms to import, and few have plug-ins.
        from feeder.cleaner.markup.plugged import check_plugged

        check_plugged()
    door = closed_door()
    for source in settings.sources:
        job = planned_job(source, settings.rules, "", door)
        if isinstance(job.manner.source, Files):
            _refuse_own_folders(settings, source, job.manner.source.root)
    return settings


def _refuse_own_folders(settings: Settings, source: SourceSettings, folder: Path) -> None:
    """A source that reads what feeder writes would feed on itself.

    Raises:
        ConfigError: the public or the state folder lies in its root.
    """
    root = folder.resolve()
    for name, own in (("public", settings.public), ("state", settings.state)):
        if own.resolve().is_relative_to(root):
            message = f"the {name} folder {own} lies in it: feeder would read what it writes"
            raise ConfigError([source.place.fault(("root",), message)])


@contextmanager
def open_app(settings: Settings) -> Iterator[App]:
    """The parts put together, with the store open.

    Raises:
        LockedError: another process is migrating or repairing the database.
        StateError: the state folder or its database cannot be used.
        UnreadableError: a folder of site rules has gone since the settings were loaded.
    """
    now = datetime.now(UTC)
    stamp = stamp_of(settings.rules)
    outputs = [_output(output) for output in settings.outputs]
    preload = [FOR_ARTICLES] if _is_local(settings) else [FOR_ARTICLES, FOR_LISTINGS]
    with _opened(settings, now) as store, Workers(preload=preload) as work:
        if store.repaired:
            logger().error("database rebuilt", message=store.repaired)
        prefix = store.authority(urlsplit(settings.public_url).hostname, now)
        sync_sources(settings, store, now)
        with closing(Door(store.host, store.keep_host)) as door:
            sources = [source for source in settings.sources if source.enabled]
            jobs = {s.name: planned_job(s, settings.rules, stamp, door) for s in sources}
            yield App(settings, jobs, store, work, outputs, prefix, door.close)


def _is_local(settings: Settings) -> bool:
    return all(source.kind == "files" for source in settings.sources if source.enabled)


def sync_sources(settings: Settings, store: Store, now: datetime) -> None:
    """Tell the store which sources there are. One whose last refresh lies in the future, since
    the clock was put back, is due again."""
    store.sync([_spec(source) for source in settings.sources], now)


def restore_state(settings: Settings, backup: Path) -> Path | None:
    """Put a backup in the database's place; where the replaced one lies now, if there was one.

    Raises:
        StateError: a PostgreSQL server has the record, and backups of its own.
        LockedError: another feeder process has the database open.
        DamagedStateError: the backup is not whole. Nothing was changed.
    """
    if settings.database is not None:
        raise StateError(
            "feeder restores no PostgreSQL database", advice="use pg_restore, or the server's own"
        )
    published = partial(_published, settings)
    return restore(settings.state, backup, now=datetime.now(UTC), published=published)


def publish_feed(
    app: App, feed: FeedSettings, standing: Standing, now: datetime
) -> list[Published]:
    """Bring all documents of one feed up to date.

    Args:
        standing: what was put in place, and how the sources stand now (`Store.standing`).

    Raises:
        PublishError: an output failed. What readers have stays as it is.
        LockedError: another process publishes this feed all the while.
        StateError: the database cannot be used.
    """
    return [
        publish(
            feed,
            app.store,
            _renderer(format_),
            app.outputs,
            labels=_labels(app, feed, standing),
            standing=standing,
            public_url=app.settings.public_url,
            state=app.settings.state,
            now=now,
        )
        for format_ in feed.formats
    ]


def feeds_of(app: App, sources: Collection[str]) -> list[FeedSettings]:
    """The feeds that any of the sources is part of."""
    return [
        feed
        for feed in app.settings.feeds
        if any(source.name in sources for source in app.settings.sources_of(feed))
    ]


def _opened(settings: Settings, now: datetime) -> Store:
    database = settings.database.get_secret_value() if settings.database else None
    published = partial(_published, settings)
    return open_store(settings.state, database=database, now=now, published=published)


def _published(settings: Settings) -> Iterator[Known]:
    folders = [output.path for output in settings.outputs if output.path]
    yield from published_entries(
        folders, {feed.name: [s.name for s in settings.sources_of(feed)] for feed in settings.feeds}
    )


def _spec(source: SourceSettings) -> SourceSpec:
    return SourceSpec(
        name=source.name,
        title=source.title,
        kind=source.kind,
        url=source.url,
        enabled=source.enabled,
        formerly=source.formerly,
        rhythm=None if source.every == "manual" else str(source.every),
    )


def _output(settings: OutputSettings) -> Output:
    found = plugins.find("feeder.outputs", settings.kind)
    made: Output = found(settings.path)
    return made


def _renderer(format_: str) -> Renderer:
    made: Renderer = plugins.find("feeder.renderers", format_)()
    return made


def _labels(app: App, feed: FeedSettings, standing: Standing) -> dict[str, SourceLabel]:
    sources = app.settings.sources_of(feed)
    return {s.name: SourceLabel(standing.ids[s.name], s.title, s.url) for s in sources}
