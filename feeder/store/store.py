"""The store: everything that feeder remembers, behind one door."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from feeder import locks
from feeder.errors import StateError
from feeder.models import (
    Change,
    Dropped,
    Entry,
    Evidence,
    Host,
    Key,
    Known,
    Outcome,
    Publication,
    Resource,
    SourceState,
)
from feeder.store import (
    backups,
    claims,
    entries,
    feeds,
    hosts,
    identity,
    recording,
    resources,
    sources,
)
from feeder.store.claims import Holder, Lease, Wanted
from feeder.store.database import Database
from feeder.store.entries import Revision
from feeder.store.feeds import FeedRecord, Standing
from feeder.store.folder import Identity, StateFolder
from feeder.store.sources import SourceSpec

BACKUP_PATIENCE = 60.0
"""Seconds to wait for another process that makes a backup."""


class Store:
    """The record of one state folder, open until `close`. Threads may share it.

    Each method is one transaction. Any may raise `StateError` where the database cannot be used
    (locked for too long, read-only, disk full, server gone), and `DamagedStateError` where it
    turns out to be damaged; the next one to open it repairs it then.

    `repaired` says what happened where the database had to be rebuilt while opening it.
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
        self._database = database
        self._folder = folder
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
    ) -> list[Lease]:
        """Lease sources that nobody else refreshes, the longest due first.

        Args:
            lease: for how long. It ends at once should this process die.
            names: these alone; without them all that are enabled.
            due_only: only those whose time has come. Else those too whose time has not come yet,
                unless they are backing off after a failure.
            force: those as well that are backing off.
            limit: no more than this many.
        """
        wanted = Wanted(names, due_only=due_only, force=force, limit=limit)
        holder = self._become_holder()
        with self._database.writing() as connection:
            return claims.claim(connection, wanted, holder, now, lease)

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
    ) -> tuple[Entry, ...]:
        """Put on record what a refresh found, all of it or nothing, and end its lease.

        Args:
            next_check_at: when the source is next due; None: not by itself.
            failed: whether the source as a whole could not be read.

        Returns:
            The entry of each change in their order, with the id that it has for good.

        Raises:
            LostLeaseError: somebody else refreshes the source by now. Nothing was written.
        """
        found = recording.Record(changes, resources, outcome, next_check_at, failed)
        with self._database.writing() as connection:
            return recording.record(connection, lease, found, now)

    def record_part(
        self,
        lease: Lease,
        changes: Sequence[Change],
        resources: Sequence[Resource],
        until: datetime,
    ) -> Lease:
        """Put on record a part of what a refresh found, with more to come.

        Returns:
            The lease, good until `until`.

        Raises:
            LostLeaseError: somebody else refreshes the source by now. Nothing was written.
        """
        with self._database.writing() as connection:
            renewed = claims.renew(connection, lease, until)
            recording.put_part(connection, lease.source, changes, resources)
            return renewed

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

    # Feeds

    def feed(self, name: str, formerly: Sequence[str] = (), *, now: datetime) -> FeedRecord:
        """The feed of that name. Minted at the first call, or renamed from a former name."""
        with self._database.reading() as connection:
            found = feeds.find(connection, name)
        if found is not None:
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

    def record_publication(self, publication: Publication) -> None:
        """Note what was put in place for a feed that is on record."""
        with self._database.writing() as connection:
            feeds.put_publication(connection, publication)

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

    def _become_holder(self) -> Holder:
        with self._holder_lock:
            if self._holder is None:
                self._holder = Holder(self._folder.locks)
            return self._holder
