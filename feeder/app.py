"""The one place where the parts are put together: configuration, store, kinds, outputs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feeder import plugins
from feeder.config.loading import load_settings, validate_options
from feeder.config.options import Options
from feeder.config.settings import FeedSettings, OutputSettings, Settings, SourceSettings
from feeder.errors import ConfigError, ConfigFault, PublishError, StateError
from feeder.generator import Renderer
from feeder.jobs import Door, closed_door, planned_job, stamp_of
from feeder.logs import logger
from feeder.models import Catalogue, FormatLink, Known
from feeder.outputs import Output
from feeder.outputs.directory import Directory
from feeder.publish.compose import SourceLabel
from feeder.publish.flow import Published, publish
from feeder.publish.health import HealthPress, publish_health
from feeder.publish.overviews import Shelf, catalogue_of, publish_overviews
from feeder.publish.press import Press
from feeder.recovery import published_entries
from feeder.refresh.job import Job
from feeder.rules.options import selector_fault
from feeder.sources.files import Files
from feeder.store.feeds import Standing
from feeder.store.opening import open_store, restore
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from feeder.telling.alarms import Alarms
from feeder.telling.delivery import Teller
from feeder.workers import Work
from feeder.workers.processes import Workers

FOR_ARTICLES = "feeder.refresh.warming:for_articles"
FOR_LISTINGS = "feeder.refresh.warming:for_listings"
"""What workers need, done once for all of them; the second only where there is a source on the web,
since it takes .3 s."""

FIXED = ("state", "database", "server")
"""What a process that runs cannot change."""


@dataclass(frozen=True)
class App:
    """What the verbs and the scheduler work with. `prefix` begins minted ids (RFC 4151).

    `work` is where strangers' bytes are read; closing `door` ends all requests, those under way
    too. `teller` tells others what happened.
    """

    settings: Settings
    jobs: Mapping[str, Job]
    store: Store
    work: Work
    outputs: Sequence[Output]
    prefix: str
    door: Door
    teller: Teller

    @cached_property
    def feeds_by_source(self) -> Mapping[str, Sequence[FeedSettings]]:
        """The feeds that each source is part of."""
        found: dict[str, list[FeedSettings]] = {}
        for feed in self.settings.feeds:
            for source in self.settings.sources_of(feed):
                found.setdefault(source.name, []).append(feed)
        return found


def load(path: Path | None, *, drafts: Sequence[Path] = ()) -> Settings:
    """The settings at `path`, or where the environment says.

    Args:
        drafts: files of sources that are read along, as if they were in its folder.

    Raises:
        ConfigError: with all that is wrong, the options of source and output kinds included.
        PluginError: a plug-in's step cannot be loaded or placed.
    """
    settings = load_settings(path, os.environ, plugins.find, selector_fault, drafts)
    if plugins.names("feeder.steps"):
        # 50 ms to import, and few have plug-ins.
        from feeder.cleaner.markup.plugged import check_plugged

        check_plugged()
    door = closed_door()
    for source in settings.sources:
        job = planned_job(source, settings.rules, settings.pages, "", door)
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
    preload = [FOR_ARTICLES] if _is_local(settings) else [FOR_ARTICLES, FOR_LISTINGS]
    with (
        opened_store(settings, now) as store,
        Workers(preload=preload) as work,
        closing(Door(store.host, store.keep_host)) as door,
        closing(Teller(settings, store)) as teller,
    ):
        if store.repaired:
            logger().error("database rebuilt", message=store.repaired)
        yield _put_together(settings, store, work, door, teller, now)


def reloaded(app: App, settings: Settings) -> App:
    """The same store, workers and connections, as another configuration uses them.

    Raises:
        ConfigError: it has another state folder, database or server, which takes a new start.
        StateError: the database cannot be used. The old one may go on.
        UnreadableError: a folder of site rules has gone since the settings were loaded.
    """
    moved = [key for key in FIXED if getattr(settings, key) != getattr(app.settings, key)]
    if moved:
        faults = [ConfigFault(str(settings.path), None, None, key, "was changed") for key in moved]
        raise ConfigError(faults, advice="start feeder anew to have it use that")
    app.teller.use(settings)
    now = datetime.now(UTC)
    return _put_together(settings, app.store, app.work, app.door, app.teller, now)


def _put_together(
    settings: Settings, store: Store, work: Work, door: Door, teller: Teller, now: datetime
) -> App:
    stamp = stamp_of(settings.rules)
    outputs = [_output(output) for output in settings.outputs]
    prefix = store.authority(urlsplit(settings.public_url).hostname, now)
    sources = [source for source in settings.sources if source.enabled]
    plan = partial(planned_job, rules=settings.rules, pages=settings.pages, stamp=stamp)
    jobs = {source.name: plan(source, door=door) for source in sources}
    store.tell_of = Alarms(settings)
    app = App(settings, jobs, store, work, outputs, prefix, door, teller)
    sync_sources(app, now)
    return app


def _is_local(settings: Settings) -> bool:
    return all(source.kind == "files" for source in settings.sources if source.enabled)


def sync_sources(app: App, now: datetime) -> None:
    """Tell the store which sources there are. One whose last refresh lies in the future, since
    the clock was put back, is due again."""
    app.store.sync([_spec(source, app.jobs) for source in app.settings.sources], now)


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
    from feeder.generator.stylesheet import Stylesheet  # lxml is for those who render

    renderers = {format_: _renderer(format_) for format_ in feed.formats}
    # Nothing that serves the public folder can reach a private feed.
    private = [Directory(private_folder(app.settings))]
    press = Press(
        settings=feed,
        store=app.store,
        outputs=private if feed.private else app.outputs,
        labels=_labels(app, feed, standing),
        public_url=app.settings.public_url,
        state=app.settings.state,
        now=now,
        formats=renderers,
        stylesheet=app.settings.public_url + Stylesheet.path,
    )
    return publish(press, list(renderers.values()), standing)


def publish_lists(app: App) -> list[PublishError]:
    """Bring the documents about all feeds up to date; those that failed."""
    # Their templates take 40 ms to import, and they are rendered once in a while.
    from feeder.generator.index import Index
    from feeder.generator.opml import Opml
    from feeder.generator.stylesheet import Stylesheet

    listed = catalogue(app.settings, app.store.published_feeds())
    shelf = Shelf(listed, app.store, app.outputs, app.settings.state)
    return publish_overviews(shelf, [Opml(), Index(), Stylesheet()])


def catalogue(settings: Settings, published: Collection[str]) -> Catalogue:
    """All public feeds of these names, with where each is in each of its formats."""
    url = settings.public_url
    links = {
        feed.name: tuple(
            FormatLink(format_, made.media_type, url + made.path(feed.name))
            for format_, made in ((one, _renderer(one)) for one in feed.formats)
        )
        for feed in settings.feeds
    }
    return catalogue_of(settings, links, published)


def publish_conditions(app: App) -> None:
    """Bring the health feed up to date.

    Raises:
        PublishError: it could not be put in place. What lay there before stays.
        LockedError: another process has been publishing it all the while.
        StateError: the database cannot be used.
    """
    settings = app.settings
    output = Directory(private_folder(settings))
    publish_health(HealthPress(app.store, output, app.prefix, settings.public_url, settings.state))


def private_folder(settings: Settings) -> Path:
    """Where documents lie that are served with a token alone."""
    return settings.state / "private"


def document_paths(feed: FeedSettings) -> list[str]:
    """Where the documents of a feed lie, one for each of its formats."""
    return [_renderer(format_).path(feed.name) for format_ in feed.formats]


def feeds_of(app: App, sources: Collection[str]) -> list[FeedSettings]:
    """The feeds that any of the sources is part of, in the configuration's order."""
    found = {feed.name for source in sources for feed in app.feeds_by_source.get(source, ())}
    return [feed for feed in app.settings.feeds if feed.name in found] if found else []


def opened_store(settings: Settings, now: datetime) -> Store:
    """The store alone, for who moves it as a whole.

    Raises:
        LockedError: another process is migrating or repairing the database.
        StateError: the state folder or its database cannot be used.
    """
    database = settings.database.get_secret_value() if settings.database else None
    published = partial(_published, settings)
    return open_store(settings.state, database=database, now=now, published=published)


def _published(settings: Settings) -> Iterator[Known]:
    folders = [output.path for output in settings.outputs if output.path]
    yield from published_entries(
        folders, {feed.name: [s.name for s in settings.sources_of(feed)] for feed in settings.feeds}
    )


def _spec(source: SourceSettings, jobs: Mapping[str, Job]) -> SourceSpec:
    job = jobs.get(source.name)
    return SourceSpec(
        name=source.name,
        title=source.title,
        kind=source.kind,
        url=source.url,
        enabled=source.enabled,
        formerly=source.formerly,
        rhythm=None if source.every == "manual" else str(source.every),
        host=job.host if job else None,
    )


def _output(settings: OutputSettings) -> Output:
    found: Any = plugins.find("feeder.outputs", settings.kind)
    is_checked = issubclass(found, Options)
    made: Output = validate_options(found, settings) if is_checked else found(settings.path)
    return made


def _renderer(format_: str) -> Renderer:
    made: Renderer = plugins.find("feeder.renderers", format_)()
    return made


def _labels(app: App, feed: FeedSettings, standing: Standing) -> dict[str, SourceLabel]:
    sources = app.settings.sources_of(feed)
    return {s.name: SourceLabel(standing.ids[s.name], s.title, s.url) for s in sources}
