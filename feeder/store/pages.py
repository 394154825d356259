"""Pages of sources as they were fetched last, kept within a budget to be read again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, func, select

from feeder.models import Page
from feeder.store import rows
from feeder.store.database import upserting
from feeder.store.kept import KeptFile
from feeder.store.sources import number_of
from feeder.store.tables import page, quarantine, source


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that is kept: what its source knows it by, and all of it but its bytes."""

    address: str
    final_url: str
    media_type: str | None
    charset: str | None
    modified: datetime | None
    fetched_at: datetime
    file: KeptFile

    def whole(self, body: bytes) -> Page:
        """The page with its bytes."""
        return Page(
            url=self.address,
            final_url=self.final_url,
            body=body,
            media_type=self.media_type,
            charset=self.charset,
            modified=self.modified,
        )


def kept_page(address: str, fetched: Page, file: KeptFile, now: datetime) -> KeptPage:
    """A page just fetched, whose bytes are in `file`."""
    return KeptPage(
        address,
        fetched.final_url,
        fetched.media_type,
        fetched.charset,
        fetched.modified,
        now,
        file,
    )


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is kept of each source: bytes on disk, and for how long."""

    size: int
    age: timedelta


def put(connection: Connection, source_id: int, pages: Sequence[KeptPage]) -> set[str]:
    """Note pages that are kept; the hashes of the files that they replace."""
    told = [_row(one, source_id) for one in pages]
    replaced = _hashes(connection, source_id, [row["address"] for row in told])
    statement = upserting(connection, page)
    key = ("source_id", "address")
    upsert = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: column for name, column in statement.excluded.items() if name not in key},
    )
    if told:
        connection.execute(upsert, told)
    return replaced


def evict(connection: Connection, source_id: int, budget: Budget, now: datetime) -> set[str]:
    """Forget the oldest pages of a source beyond its budget; the hashes of their files."""
    newest = func.sum(page.c.size).over(order_by=(page.c.fetched_at.desc(), page.c.address))
    sized = (
        select(page.c.address, page.c.sha256, page.c.fetched_at, newest.label("taken"))
        .where(page.c.source_id == source_id)
        .subquery()
    )
    over = (sized.c.taken > budget.size) | (sized.c.fetched_at < now - budget.age)
    gone = connection.execute(select(sized.c.address, sized.c.sha256).where(over)).all()
    for some in rows.chunks([row.address for row in gone]):
        ours = (page.c.source_id == source_id, page.c.address.in_(some))
        connection.execute(delete(page).where(*ours))
    return {row.sha256 for row in gone}


def unused(connection: Connection, hashes: Collection[str]) -> set[str]:
    """Those of the files that nothing on record refers to."""
    used = set[str]()
    for some in rows.chunks(sorted(hashes)):
        for column in (page.c.sha256, quarantine.c.sha256):
            used.update(connection.execute(select(column).where(column.in_(some))).scalars())
    return set(hashes) - used


def of_source(connection: Connection, name: str) -> list[KeptPage]:
    """The pages of a source that are kept, the oldest first."""
    query = (
        select(page)
        .join(source, source.c.id == page.c.source_id)
        .where(source.c.name == name)
        .order_by(page.c.fetched_at, page.c.address)
    )
    return [to_page(row) for row in connection.execute(query).mappings()]


def put_and_evict(
    connection: Connection, name: str, pages: Sequence[KeptPage], budget: Budget, now: datetime
) -> set[str]:
    """Note pages that are kept of a source; the hashes of files that are not needed any more."""
    source_id = number_of(connection, name)
    gone = put(connection, source_id, pages) | evict(connection, source_id, budget, now)
    return unused(connection, gone)


def _hashes(connection: Connection, source_id: int, addresses: Sequence[str]) -> set[str]:
    found = set[str]()
    for some in rows.chunks(addresses):
        ours = (page.c.source_id == source_id, page.c.address.in_(some))
        found.update(connection.execute(select(page.c.sha256).where(*ours)).scalars())
    return found


def _row(kept: KeptPage, source_id: int) -> rows.Row:
    return {
        "source_id": source_id,
        "address": rows.indexed(kept.address),
        "whole_address": rows.whole(kept.address),
        "final_url": kept.final_url,
        "media_type": kept.media_type,
        "charset": kept.charset,
        "modified": kept.modified,
        "fetched_at": kept.fetched_at,
        "sha256": kept.file.sha256,
        "size": kept.file.size,
    }


def to_page(row: RowMapping) -> KeptPage:
    """A page that is kept, from its row."""
    return KeptPage(
        address=row["whole_address"] or row["address"],
        final_url=row["final_url"],
        media_type=row["media_type"],
        charset=row["charset"],
        modified=row["modified"],
        fetched_at=row["fetched_at"],
        file=KeptFile(row["sha256"], row["size"]),
    )
