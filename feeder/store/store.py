"""The store: everything that feeder remembers, behind one door."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from feeder import locks
from feeder.errors import LockedError, StateError
from feeder.models import (
    Appeared,
    Change,
    Dropped,
    Entry,
    Evidence,
    Heading,
    Health,
    Host,
    Key,
    Known,
    Merge,
    Outcome,
    Page,
    Patience,
    Publication,
    Resource,
    SourceState,
    Tombstone,
    Transition,
)
from feeder.store import (
    backups,
    board,
    claims,
    conditions,
    entries,
    feeds,
    history,
    hosts,
    identity,
    merges,
    outbox,
    overviews,
    pages,
    portable,
    quarantine,
    recording,
    resources,
    retired,
    served,
    services,
    sources,
)
from feeder.store.board import Run, Seen, Sought
from feeder.store.browsing import Browser
from feeder.store.claims import Holder, Lease, Wanted
from feeder.store.conditions import Incident
from feeder.store.database import Database
from feeder.store.entries import Revision
from feeder.store.feeds import FeedRecord, Standing
from feeder.store.finding import Finder
from feeder.store.folder import File, Identity, StateFolder
from feeder.store.kept import KeptFiles
from feeder.store.outbox import Mail, Message, Undelivered
from feeder.store.pages import Budget, KeptPage
from feeder.store.quarantine import Guarded, Quarantined, Status
from feeder.store.served import Served
from feeder.store.services import Service
from feeder.store.sources import SourceSpec

BACKUP_PATIENCE = 60.0
"""Seconds to wait for another process that makes a backup."""
TOLD_OF = 20
"""The latest transitions of a source that decide on what is told of the last one."""

TellOf = Callable[[Sequence[Transition]], Iterable[Message]]
"""What is to be told of the first of a source's transitions, the latest first."""


class Store:
    """The record of one state folder, open until `close`. Threads may share it.

    Each method is one transaction. Any may raise `StateError` where the database cannot be used
    (locked for too long, read-only, disk full, server gone), and `DamagedStateError` where it
    turns out to be damaged; the next one to open it repairs it then.

    `repaired` says what happened where the database had to be rebuilt while opening it. `tell_of`
    is asked, in the transaction that records a transition, what is to be told of it to whom.
    """

    def __init__(
        self,
        database: Database,
        folder: StateFolder,
        *,
        use: locks.Held | None = None,
        repaired: str | None = None,
    ) -> None:
        self.repaired = repaired
        self.tell_of: TellOf = lambda transitions: ()
        self._database = database
        self._folder = folder
        self.files = KeptFiles(folder.path)
        self.browser = Browser(database)
        self.finder = Finder(database)
        self._file = File(folder.database)
        self._use = use
        self._holder: Holder | None = None
        self._holder_lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database. Leases that this store still holds are free at once."""
        self._database.close()
        if self._holder is not None:
            self._holder.release()
        if self._use is not None:
            self._use.release()

    def check_place(self) -> None:
        """Look whether the database is where it was opened.

        Raises:
            StateError: its file was taken away or replaced. What is written would be lost.
        """
        if self._database.is_sqlite and not self._file.is_here():
            raise StateError(
                f"the database {self._folder.database} was taken away or replaced while in use",
                advice="put it back, or start feeder anew; feeds are served as they are",
            )

    # Identity

    def authority(self, host: str | None, now: datetime) -> str:
        """What minted ids begin with, "tag:AUTHORITY,DATE" (RFC 4151).

        Minted at the first call, from `host` or, where that is not a name that one owner has, from
        the state's id; whatever later calls say, it stays. Call it before anything is minted.
        """
        with self._database.reading() as connection:
            found = identity.remembered(connection, identity.PREFIX)
        if found is not None:
            return found
        with self._database.writing(alone=True) as connection:
            minted = identity.settled_prefix(connection, now, host)
            state_id = identity.remembered(connection, identity.STATE_ID)
        assert state_id is not None, "noted when the tables were made"
        self._folder.keep_identity(Identity(state_id, minted))
        return minted

    # Sources

    def sync(self, specs: Sequence[SourceSpec], now: datetime) -> None:
        """Take over the sources of the configuration.

        A new one is due now. One that was renamed (`formerly`) keeps its entries and their ids.
        One that the configuration no longer has is switched off; nothing is ever deleted.
        """
        with self._database.writing(alone=True) as connection:
            sources.sync(connection, specs, identity.settled_prefix(connection, now), now)

    def states(self) -> list[SourceState]:
        """How each source fares, by name."""
        with self._database.reading() as connection:
            return sources.states(connection)

    def runs(self, source: str, limit: int = 20) -> list[Outcome]:
        """How the last refreshes of a source ended, the latest first."""
        with self._database.reading() as connection:
            return sources.runs(connection, source, limit)

    # Sources at a glance

    def standings(self, words: str = "") -> dict[board.Standing, int]:
        """How many sources that have the words in their name, title or address are how."""
        with self._database.reading() as connection:
            return board.counts(connection, words)

    def seen(self, sought: Sought, *, offset: int = 0, limit: int) -> list[Seen]:
        """A page of the sources that are looked for: those first that are ill, then by name."""
        with self._database.reading() as connection:
            return board.listed(connection, sought, offset, limit)

    def seen_as(self, name: str) -> Seen | None:
        """One source as lists show it, or None."""
        with self._database.reading() as connection:
            return board.one(connection, name)

    def seen_among(self, names: Collection[str], limit: int) -> list[Seen]:
        """The sources of these names, those first that are ill."""
        with self._database.reading() as connection:
            return board.several(connection, names, limit)

    def recent_runs(self, names: Collection[str], most: int) -> Mapping[str, tuple[Run, ...]]:
        """The latest refreshes of each of these sources in numbers, the oldest first."""
        with self._database.reading() as connection:
            return board.runs_of(connection, names, most)

    def latest_runs(self, most: int) -> list[Run]:
        """The latest refreshes of all sources in numbers, the oldest first."""
        with self._database.reading() as connection:
            return board.latest_runs(connection, most)

    def mark(self) -> str:
        """A word that is another one as soon as there is something new to be seen."""
        with self._database.reading() as connection:
            return board.mark(connection)

    def page_of(self, uid: str) -> KeptPage | None:
        """The page that gave an entry, if it is kept."""
        with self._database.reading() as connection:
            return board.page_of(connection, uid)

    def dropped_of(self, source: str, entries: int) -> list[Dropped]:
        """What was dropped from the newest entries of a source, the newest first."""
        with self._database.reading() as connection:
            return board.dropped_of(connection, source, entries)

    # Claims

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        *,
        names: Collection[str] | None = None,
        due_only: bool = False,
        force: bool = False,
        limit: int | None = None,
        in_turn: bool = False,
    ) -> list[Lease]:
        """Lease sources that nobody else refreshes, the longest due first.

        Args:
            lease: for how long. It ends at once should this process die.
            names: these alone; without them all that are enabled.
            due_only: only those whose time has come. Else those too whose time has not come yet,
                unless they are backing off after a failure.
            force: those as well that are backing off.
            limit: no more than this many.
            in_turn: but one of each server, and none of one that somebody is at already or that
                wants to be left alone.
        """
        wanted = Wanted(names, due_only=due_only, force=force, limit=limit, in_turn=in_turn)
        holder = self._become_holder()
        with self._database.writing() as connection:
            return claims.claim(connection, wanted, holder.name, self._is_dead, now, lease)

    def ask(self, names: Collection[str], now: datetime, *, force: bool = False) -> list[str]:
        """Have sources refreshed next, by whoever does; with `force` those too that back off.

        Returns:
            Those of them that are to be refreshed now; not those that somebody is at already.
        """
        with self._database.writing() as connection:
            return claims.ask(connection, names, now, force=force)

    def pause(self, names: Collection[str], now: datetime) -> None:
        """Have sources refreshed no more, but when they are asked for by name."""
        with self._database.writing() as connection:
            claims.pause(connection, names, now)

    def resume(self, names: Collection[str]) -> None:
        """End the pause of sources; what was due meanwhile is due now."""
        with self._database.writing() as connection:
            claims.resume(connection, names)

    def renew(self, lease: Lease, now: datetime, lease_time: timedelta) -> Lease:
        """The lease, until `now` and `lease_time`. Raises `LostLeaseError` where it is lost."""
        with self._database.writing() as connection:
            return claims.renew(connection, lease, now + lease_time)

    def abandon(self, lease: Lease, now: datetime) -> None:
        """Give a source back, due at once."""
        with self._database.writing() as connection:
            claims.abandon(connection, lease, now)

    def record(
        self,
        lease: Lease,
        changes: Sequence[Change],
        resources: Sequence[Resource],
        outcome: Outcome,
        next_check_at: datetime | None,
        now: datetime,
        *,
        failed: bool,
        health: Health | None = None,
        transition: Transition | None = None,
        guarded: Guarded | None = None,
        because: str | None = None,
        patience: Patience | None = None,
    ) -> tuple[Entry, ...]:
        """Put on record what a refresh found, all of it or nothing, and end its lease.

        Args:
            next_check_at: when the source is next due; None: not by itself.
            failed: whether the source as a whole could not be read.
            health: how the source is from now on; without it that stays as it was.
            transition: what changed about that.
            guarded: what the guard notes of it.
            because: why it is due then, in words.
            patience: when its feed says that it need not be asked.

        Returns:
            The entry of each change in their order, with the id that it has for good.

        Raises:
            LostLeaseError: somebody else refreshes the source by now. Nothing was written.
        """
        found = recording.Record(
            changes,
            resources,
            outcome,
            next_check_at,
            failed,
            health,
            transition,
            because,
            patience,
        )
        with self._database.writing() as connection:
            entries = recording.record(connection, lease, found, now)
            if transition is not None:
                latest = conditions.of_source(connection, lease.source, TOLD_OF)
                outbox.put(connection, self.tell_of(latest), now)
            unused = quarantine.put(connection, lease.source, guarded)
        self.files.remove(unused)
        return entries

    def record_part(
        self,
        lease: Lease,
        changes: Sequence[Change],
        resources: Sequence[Resource],
        until: datetime,
        guarded: Guarded | None = None,
    ) -> Lease:
        """Put on record a part of what a refresh found, with more to come.

        Args:
            guarded: what the guard notes of it.

        Returns:
            The lease, good until `until`.

        Raises:
            LostLeaseError: somebody else refreshes the source by now. Nothing was written.
        """
        with self._database.writing() as connection:
            renewed = claims.renew(connection, lease, until)
            recording.put_part(connection, lease.source, changes, resources)
            unused = quarantine.put(connection, lease.source, guarded)
        self.files.remove(unused)
        return renewed

    # Services

    def begin_service(self, now: datetime) -> None:
        """Put on record that this process keeps the sources fresh, until it ends."""
        holder = self._become_holder()
        with self._database.writing() as connection:
            services.begin(connection, holder.name, self._is_dead, now)

    def end_service(self) -> None:
        """Note that it does so no more."""
        holder = self._become_holder()
        with self._database.writing() as connection:
            services.end(connection, holder.name)

    def keep_service(self, now: datetime) -> None:
        """Note that it still does so. For each minute."""
        holder = self._become_holder()
        with self._database.writing() as connection:
            services.keep(connection, holder.name, now)

    def services(self, now: datetime) -> list[Service]:
        """Who keeps the sources fresh; of other machines who said so within the last minutes."""
        with self._database.reading() as connection:
            return services.running(connection, self._is_dead, now)

    def is_served(self, now: datetime) -> bool:
        """Whether a process of this machine keeps the sources fresh."""
        here = claims.machine(self._folder.locks)
        return any(service.holder.startswith(here) for service in self.services(now))

    def ask_reload(self, now: datetime) -> None:
        """Ask all services to read their configuration again."""
        with self._database.writing() as connection:
            services.ask_reload(connection, now)

    def is_asked_to_reload(self) -> bool:
        """Whether this process is asked to read its configuration again."""
        holder = self._become_holder()
        with self._database.reading() as connection:
            return services.is_asked(connection, holder.name)

    def answer_reload(self, refused: str | None, now: datetime) -> None:
        """Note that it has, and why the old one was kept, if so."""
        holder = self._become_holder()
        with self._database.writing() as connection:
            services.answer(connection, holder.name, refused, now)

    # Quarantine

    def baseline(self, source: str) -> str | None:
        """What the batches of a source are like, as the guard wrote it."""
        with self._database.reading() as connection:
            return quarantine.baseline(connection, source)

    def quarantined(self, source: str) -> list[Quarantined]:
        """The batches of a source that were not believed, the latest first."""
        with self._database.reading() as connection:
            return quarantine.of_source(connection, source)

    def quarantine(self, status: Status | None = None) -> list[Quarantined]:
        """Those of all sources, the latest first; in one status alone, or in all."""
        with self._database.reading() as connection:
            return quarantine.all_of(connection, status)

    # Conditions

    def transitions(self, source: str, limit: int = 20) -> list[Transition]:
        """How the condition of a source changed, the latest first."""
        with self._database.reading() as connection:
            return conditions.of_source(connection, source, limit)

    def incidents(self, limit: int) -> list[Incident]:
        """What befell the sources: the newest illnesses and ends of them, the latest first."""
        with self._database.reading() as connection:
            return conditions.incidents(connection, limit)

    def latest_transition(self) -> int:
        """The number of the newest transition; 0 before there is one."""
        with self._database.reading() as connection:
            return conditions.latest(connection)

    def health_feed_mark(self) -> str | None:
        """What the health feed was made of when it was last put in place."""
        with self._database.reading() as connection:
            return identity.remembered(connection, conditions.MARK)

    def keep_health_feed_mark(self, mark: str) -> None:
        """Note what the health feed was made of."""
        with self._database.writing() as connection:
            conditions.keep_mark(connection, mark)

    def recent_dates(self, source: str, limit: int) -> list[datetime]:
        """When the newest entries of a source were published, the latest first."""
        with self._database.reading() as connection:
            return conditions.recent_dates(connection, source, limit)

    def appeared(self, source: str, limit: int) -> list[Appeared]:
        """When the entries of a source that were recorded last appeared, the latest first."""
        with self._database.reading() as connection:
            return entries.appeared(connection, source, limit)

    # Entries

    def known(self, source: str, keys: Collection[Key]) -> dict[Key, Known]:
        """What is on record in a source under any of the keys."""
        with self._database.reading() as connection:
            return entries.known(connection, source, keys)

    def entries(
        self, sources: Collection[str] | None = None, limit: int | None = None
    ) -> list[Entry]:
        """The newest entries of the sources (None: of all), ties by id."""
        with self._database.reading() as connection:
            return entries.newest(connection, sources, limit)

    def newest(
        self, sources: Collection[str], *, before: Entry | None = None, limit: int
    ) -> list[Entry]:
        """The newest entries of the sources; with `before`, those that come after that one."""
        with self._database.reading() as connection:
            return entries.newest_before(connection, sources, before, limit)

    def titles(self, sources: Collection[str], limit: int) -> list[str]:
        """The titles of the newest entries of the sources."""
        with self._database.reading() as connection:
            return entries.titles(connection, sources, limit)

    def entry(self, uid: str) -> Entry | None:
        """The entry with that id, or None."""
        with self._database.reading() as connection:
            return entries.by_uid(connection, uid)

    def provenance(self, uid: str) -> tuple[tuple[Dropped, ...], tuple[Evidence, ...]]:
        """How an entry came to be: what was dropped, and what gave it its facts."""
        with self._database.reading() as connection:
            return entries.provenance_of(connection, uid)

    def revisions(self, uid: str) -> list[Revision]:
        """What an entry said in its time, what it says now last."""
        with self._database.reading() as connection:
            return entries.revisions_of(connection, uid)

    # Addresses

    def resources(
        self, source: str, addresses: Collection[str] | None = None
    ) -> dict[str, Resource]:
        """What is remembered of the addresses of a source; of all, or only of those given."""
        with self._database.reading() as connection:
            return resources.of_source(connection, source, addresses)

    def looks_due(self, source: str, now: datetime, limit: int) -> list[Resource]:
        """The pages of a source whose time for a look has come, the longest due first."""
        with self._database.reading() as connection:
            return resources.due(connection, source, now, limit)

    def next_look(self, source: str) -> datetime | None:
        """When the next page of a source is to be looked at, or None."""
        with self._database.reading() as connection:
            return resources.next_look(connection, source)

    def host(self, origin: str) -> Host | None:
        """What is remembered of a server, or None."""
        with self._database.reading() as connection:
            return hosts.find(connection, origin)

    def keep_host(self, host: Host) -> None:
        """Remember this of a server, in place of what was remembered."""
        with self._database.writing() as connection:
            hosts.put(connection, host)

    # Pages as they were fetched

    def keep_pages(
        self, source: str, kept: Sequence[KeptPage], budget: Budget, now: datetime
    ) -> None:
        """Note pages of a source whose bytes are in `files`; those over its budget go."""
        with self._database.writing() as connection:
            unused = pages.put_and_evict(connection, source, kept, budget, now)
        self.files.remove(unused)

    def pages(self, source: str) -> list[KeptPage]:
        """The pages of a source that are kept, the oldest first."""
        with self._database.reading() as connection:
            return pages.of_source(connection, source)

    def page(self, kept: KeptPage) -> Page | None:
        """The page itself, or None where its file is gone."""
        body = self.files.get(kept.file.sha256)
        return None if body is None else kept.whole(body)

    # Feeds

    def feed(self, name: str, formerly: Sequence[str] = (), *, now: datetime) -> FeedRecord:
        """The feed of that name. Minted at the first call, or renamed from a former name."""
        with self._database.reading() as connection:
            found = feeds.find(connection, name)
        if found is not None and not found.retired:
            return found
        with self._database.writing(alone=True) as connection:
            prefix = identity.settled_prefix(connection, now)
            return feeds.find_or_mint(connection, name, formerly, prefix, now)

    def publication(self, feed: str, path: str) -> Publication | None:
        """What was last put in place at `path` for a feed, or None."""
        with self._database.reading() as connection:
            return feeds.publication_of(connection, feed, path)

    def standing(self, feed_names: Collection[str], source_names: Collection[str]) -> Standing:
        """What was put in place of these feeds, and how these sources stand."""
        with self._database.reading() as connection:
            return feeds.standing(connection, feed_names, source_names)

    def changes(self, names: Collection[str]) -> dict[str, int]:
        """How often what readers may see of these sources has changed, by name."""
        with self._database.reading() as connection:
            return feeds.changes(connection, names)

    def record_publication(self, publication: Publication, told: Iterable[Message] = ()) -> None:
        """Note what was put in place for a feed that is on record, and what is to be told of it."""
        with self._database.writing() as connection:
            feeds.put_publication(connection, publication)
            outbox.put(connection, told, publication.published_at)

    # Histories of feeds

    def history_news(self, feed: str, sources: Collection[str]) -> list[str]:
        """Those of the sources with entries that the feed's history was not told of."""
        with self._database.reading() as connection:
            return history.with_news(connection, feed, sources)

    def history_unseen(self, feed: str, source: str, limit: int) -> list[Entry]:
        """Entries of a source that the feed's history was not told of, as they were recorded."""
        with self._database.reading() as connection:
            return history.news(connection, feed, source, limit)

    def note_history(self, feed: str, told: Sequence[Entry], kept: Collection[str]) -> None:
        """Note that a history was told of these entries of one source, and has those `kept`."""
        with self._database.writing() as connection:
            history.note(connection, feed, told, kept)

    def join_feed(self, feed: str, uids: Collection[str]) -> None:
        """Note that these entries are in the feed. Nothing is written where all is noted."""
        with self._database.reading() as connection:
            fresh = history.outside(connection, feed, uids)
        if fresh:
            with self._database.writing() as connection:
                history.join(connection, feed, fresh)

    def open_entries(self, feed: str, sources: Collection[str]) -> list[str]:
        """The ids of entries that are in the feed and in no archive, the oldest first."""
        with self._database.reading() as connection:
            return history.open_entries(connection, feed, sources)

    def leave_feed(self, feed: str, uids: Collection[str], reason: str, now: datetime) -> None:
        """Note that a rule of the person's removed these entries."""
        with self._database.writing() as connection:
            history.leave(connection, feed, uids, reason=reason, now=now)

    def make_room(self, feed: str, uids: Collection[str], now: datetime) -> None:
        """Note that these entries left a feed without a history for newer ones."""
        with self._database.writing() as connection:
            history.leave(connection, feed, uids, now=now)
            history.forget_seen(connection, feed)

    def close_archive(
        self, feed: str, uids: Collection[str], updated: datetime, now: datetime
    ) -> int:
        """Close an archive of these entries; its number."""
        with self._database.writing() as connection:
            return history.close(connection, feed, uids, updated=updated, now=now)

    def latest_archive(self, feed: str) -> int:
        """The number of the archive that was closed last; 0 before there is one."""
        with self._database.reading() as connection:
            return history.latest(connection, feed)

    def archived(self, feed: str, number: int) -> list[Entry]:
        """The entries that an archive was closed with, the oldest first."""
        with self._database.reading() as connection:
            return history.of_archive(connection, feed, number)

    def entries_of(self, uids: Collection[str]) -> list[Entry]:
        """The entries with these ids, in no order."""
        with self._database.reading() as connection:
            return history.of_ids(connection, uids)

    def archive_publications(self, feed: str) -> list[Publication]:
        """Documents of its archives that were put in place, and are to be there still."""
        with self._database.reading() as connection:
            return history.publications(connection, feed)

    def tombstones(self, feed: str, since: datetime, limit: int) -> list[Tombstone]:
        """Entries that the person's rules removed since then, the latest first."""
        with self._database.reading() as connection:
            return history.tombstones(connection, feed, since, limit)

    # Feeds that were renamed or removed

    def retire(
        self,
        kept: Mapping[str, Sequence[str]],
        documents: Mapping[str, Collection[str]],
        now: datetime,
    ) -> None:
        """Put on record which feeds and documents the configuration has no more.

        Args:
            kept: the names of all feeds that it has, each with its former names.
            documents: the paths of those that are published, by the feed's name.
        """
        with self._database.writing() as connection:
            retired.retire(connection, kept, documents, now)

    def copies(self) -> Mapping[str, tuple[str, ...]]:
        """The old paths at which documents of renamed feeds are put too, by their paths now."""
        with self._database.reading() as connection:
            return retired.copies(connection)

    def moved(self) -> Mapping[str, str]:
        """Where documents of renamed feeds lie now, by their old paths."""
        with self._database.reading() as connection:
            return retired.moved(connection)

    def gone(self) -> Collection[str]:
        """Paths of documents of feeds and formats that the configuration has no more."""
        with self._database.reading() as connection:
            return retired.gone(connection)

    def uncleared(self, withheld: Collection[str] = ()) -> Mapping[str, Sequence[str]]:
        """Paths of what is to be taken away, by the feed's name; all of `withheld` feeds is."""
        with self._database.reading() as connection:
            return retired.uncleared(connection, withheld)

    def taken_over(self, feed: str, paths: Collection[str]) -> Collection[str]:
        """Those of the paths at which another feed's document lies by now."""
        with self._database.reading() as connection:
            return retired.others(connection, feed, paths)

    def clear(self, feed: str, paths: Collection[str], now: datetime) -> None:
        """Note that these documents of a feed were taken away."""
        with self._database.writing() as connection:
            retired.clear(connection, feed, paths, now)

    def served(self) -> Served:
        """What readers may ask for: every document on record, and what became of others."""
        with self._database.reading() as connection:
            return served.served(connection)

    # Documents about all feeds

    def overview(self, path: str) -> tuple[str, int, str] | None:
        """What the document at `path` was made of, its size and its hash; None: there is none."""
        with self._database.reading() as connection:
            return overviews.find(connection, path)

    def record_overview(self, path: str, made_of: str, size: int, sha256: str) -> None:
        """Note a document about all feeds that was put in place."""
        with self._database.writing() as connection:
            overviews.put(connection, path, made_of, size, sha256)

    def published_feeds(self) -> set[str]:
        """The names of the feeds that readers can have."""
        with self._database.reading() as connection:
            return overviews.published_feeds(connection)

    # Merged entries of feeds that combine sources

    def unjudged(self, feed: str, sources: Collection[str], limit: int) -> list[Heading]:
        """Those of the newest entries of the sources that the feed neither shows nor merged."""
        with self._database.reading() as connection:
            return merges.fresh(connection, feed, sources, limit)

    def shown_in(self, feed: str, sources: Collection[str], limit: int) -> list[Heading]:
        """The newest entries of the sources that the feed shows."""
        with self._database.reading() as connection:
            return merges.shown(connection, feed, sources, limit)

    def has_published(self, feed: str) -> bool:
        """Whether readers have been given a document of the feed."""
        with self._database.reading() as connection:
            return merges.has_published(connection, feed)

    def settle(
        self, feed: str, shown: Sequence[Heading], merged: Sequence[Merge], now: datetime
    ) -> None:
        """Put on record how entries that were new to a feed stand in it."""
        with self._database.writing() as connection:
            merges.settle(connection, feed, shown, merged, now)

    def merged(self, feed: str, uids: Collection[str] | None = None) -> list[Merge]:
        """What was merged in a feed: all of it, or what these entries have to do with."""
        with self._database.reading() as connection:
            return merges.merged(connection, feed, uids)

    def split(self, feed: str, uid: str, now: datetime) -> bool:
        """Show an entry by itself from now on; False where it was not merged in that feed."""
        with self._database.writing() as connection:
            return merges.split(connection, feed, uid, now)

    # Outbox

    def has_mail(self, now: datetime) -> bool:
        """Whether anything is to be told to others now."""
        with self._database.reading() as connection:
            return outbox.has_due(connection, now)

    def claim_mail(self, now: datetime, lease: timedelta) -> Mail | None:
        """Take what is due to one target; nobody else gets it for as long as `lease`."""
        with self._database.writing(alone=True) as connection:
            return outbox.claim(connection, now, lease)

    def mail_delivered(self, mail: Mail) -> None:
        """Forget what was delivered, but for what was put anew meanwhile."""
        with self._database.writing() as connection:
            outbox.delivered(connection, mail)

    def mail_failed(
        self, mail: Mail, error: str, now: datetime, *, not_before: datetime | None = None
    ) -> bool:
        """Put off what could not be delivered; whether it was given up instead.

        Args:
            error: why, without secrets.
            not_before: when the target wants to be asked again.
        """
        with self._database.writing() as connection:
            return outbox.failed(connection, mail, error, now, not_before)

    def undelivered(self) -> list[Undelivered]:
        """All that waits to be told to others, the longest first, and why."""
        with self._database.reading() as connection:
            return outbox.waiting(connection)

    # Backups

    def backup(self, now: datetime, *, keep: int = backups.KEPT) -> Path:
        """Back up the database while it is in use, and keep the newest `keep` backups.

        Raises:
            StateError: PostgreSQL has it; or the disk is full.
            DamagedStateError: what was copied is not whole.
        """
        if not self._database.is_sqlite:
            raise StateError(
                "feeder makes no backups of a PostgreSQL database",
                advice="Use pg_dump, or the server's own backups.",
            )
        lock = self._folder.locks / "backup.lock"
        with locks.exclusive(lock, "back up the database", wait=BACKUP_PATIENCE):
            return backups.back_up(self._folder, now, keep)

    # Moving

    def things(self, without: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
        """All that is on record as of one moment, each with its noun, as JSON takes it.

        Args:
            without: nouns (`store/nouns.py`) that are left out.
        """
        with self._database.reading() as connection:
            yield from portable.things(connection, without)

    def take_over(self, told: Iterable[portable.Thing], prefix: str | None, now: datetime) -> None:
        """Put on record what another state had, all of it or nothing.

        Args:
            prefix: what ids are minted with there.

        Raises:
            StateError: this state has something on record.
            LockedError: a service uses it.
            UnfitFileError: what is told does not go together.
        """
        busy = self.services(now)
        if busy:
            message = f"feeder run uses this state (process {busy[0].pid} on {busy[0].machine})"
            raise LockedError(message, advice="stop it first")
        with self._database.writing(alone=True) as connection:
            held = portable.held(connection)
            if held:
                raise StateError(
                    f"the state {self._folder.path} is not empty: it has {held:,} things on record",
                    advice="let `state` in feeder.toml be a new folder, or move this one away; "
                    "with PostgreSQL, let `database` be an empty one too",
                )
            portable.put(connection, told, prefix)
            state_id = identity.remembered(connection, identity.STATE_ID)
        assert state_id is not None, "noted when the tables were made"
        self._folder.keep_identity(Identity(state_id, prefix))

    def _is_dead(self, holder: str) -> bool:
        return claims.is_dead(self._folder.locks, holder)

    def _become_holder(self) -> Holder:
        with self._holder_lock:
            if self._holder is None:
                self._holder = Holder(self._folder.locks)
            return self._holder
