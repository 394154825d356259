"""Addresses of feeds that were renamed or removed: what lies there, and what is to be told of it.

All follows from three things on record: what a feed was called (`feed_name`), since when the
configuration has it no more (`feed.retired_at`), and which of its documents are not published any
more (`publication.gone_at`) and were taken away (`publication.cleared_at`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select, update

from feeder.store import rows
from feeder.store.tables import feed, feed_name, publication


class _Document(NamedTuple):
    feed_id: int
    feed: str
    path: str

    @property
    def bearer(self) -> str:
        """The name of the feed that its path is made of."""
        return PurePosixPath(self.path).parts[0].split(".")[0]


def retire(
    connection: Connection,
    kept: Mapping[str, Sequence[str]],
    documents: Mapping[str, Collection[str]],
    now: datetime,
) -> None:
    """Put on record which feeds and documents the configuration has no more.

    Args:
        kept: the names of all feeds that it has, those too that are not published for now, each
            with its former names.
        documents: the paths of the documents of feeds that are published, by the feed's name.
    """
    found = connection.execute(select(feed.c.name, feed.c.retired_at)).all()
    on_record = {row.name: row.retired_at for row in found}
    heirs = {old for name, olds in kept.items() if name not in on_record for old in olds}
    for name, since in on_record.items():
        if since is None and name not in kept and name not in heirs:
            _retire_feed(connection, name, now)
    for document in _not_among(connection, documents):
        _retire_document(connection, document, on_record, documents[document.feed], now)


def _retire_feed(connection: Connection, name: str, now: datetime) -> None:
    connection.execute(update(feed).where(feed.c.name == name).values(retired_at=now))
    ours = publication.c.feed_id.in_(select(feed.c.id).where(feed.c.name == name))
    _mark_gone(connection, ours, now)


def _mark_gone(connection: Connection, which: object, now: datetime) -> None:
    # Made of nothing, so that it is made anew should it ever be published again.
    gone = update(publication).where(which, publication.c.gone_at.is_(None))  # type: ignore[arg-type]
    connection.execute(gone.values(gone_at=now, cleared_at=None, made_of=None))


def _not_among(
    connection: Connection, documents: Mapping[str, Collection[str]]
) -> Iterator[_Document]:
    """Living documents of these feeds, pages of their history aside, that are none of `documents`.

    That is next to nothing, so it is asked for as such.
    """
    paths = [path for each in documents.values() for path in each]
    found = connection.execute(
        select(publication.c.feed_id, feed.c.name, publication.c.path)
        .join(feed, feed.c.id == publication.c.feed_id)
        .where(
            publication.c.gone_at.is_(None),
            publication.c.path.not_like("%/archive/%"),
            ~rows.among(connection, publication.c.path, paths),
        )
    ).all()
    return (_Document(*row) for row in found if row.name in documents)


def _retire_document(
    connection: Connection,
    document: _Document,
    on_record: Collection[str],
    living: Collection[str],
    now: datetime,
) -> None:
    """It goes unless it lies at an old address that nobody else has, and stands for a living one.

    With it go the pages of the feed's history in the same format.
    """
    bearer = document.bearer
    borne = bearer != document.feed and bearer in on_record
    now_at = document.feed + document.path[len(bearer) :]
    if not borne and bearer != document.feed and now_at in living:
        return
    suffix = PurePosixPath(document.path).suffix
    history = and_(
        publication.c.path.startswith(f"{bearer}/archive/", autoescape=True),
        publication.c.path.endswith(suffix, autoescape=True),
    )
    which = or_(publication.c.path == document.path, history)
    _mark_gone(connection, and_(publication.c.feed_id == document.feed_id, which), now)


def note_name(connection: Connection, feed_id: int, name: str, now: datetime) -> None:
    """For good: a feed was called so."""
    values = {"feed_id": feed_id, "since": now}
    noted = connection.execute(
        update(feed_name).where(feed_name.c.name == name).values(**values)
    ).rowcount
    if not noted:
        connection.execute(feed_name.insert().values(name=name, **values))


def revive(connection: Connection, name: str) -> None:
    """The configuration has a feed again, and so all its documents."""
    found = select(feed.c.id).where(feed.c.name == name).scalar_subquery()
    connection.execute(update(feed).where(feed.c.name == name).values(retired_at=None))
    ours = publication.c.feed_id == found
    connection.execute(update(publication).where(ours).values(gone_at=None, cleared_at=None))


def copies(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The old paths at which a document is put too, by its path now."""
    olds: dict[str, list[str]] = defaultdict(list)
    for document in _at_old_names(connection):
        olds[document.feed + document.path[len(document.bearer) :]].append(document.path)
    return {path: tuple(sorted(found)) for path, found in olds.items()}


def moved(connection: Connection) -> dict[str, str]:
    """Where what lay at an old path lies now, as far as it does."""
    pairs = {old: path for path, olds in copies(connection).items() for old in olds}
    living = _living(connection, pairs.values())
    return {old: path for old, path in pairs.items() if path in living}


def _at_old_names(connection: Connection) -> Iterator[_Document]:
    """Living documents of feeds under a name that they had and that no other feed has now."""
    borne = select(feed.c.name)
    renamed = connection.execute(
        select(feed_name.c.name.label("old"), feed.c.id, feed.c.name)
        .join(feed, feed.c.id == feed_name.c.feed_id)
        .where(feed.c.retired_at.is_(None), feed_name.c.name.not_in(borne))
    ).all()
    for row in renamed:
        path = publication.c.path
        under = or_(
            path.startswith(f"{row.old}.", autoescape=True),
            path.startswith(f"{row.old}/", autoescape=True),
        )
        ours = publication.c.feed_id == row.id, publication.c.gone_at.is_(None), under
        for found in connection.execute(select(path).where(*ours)).scalars():
            yield _Document(row.id, row.name, found)


def _living(connection: Connection, paths: Collection[str]) -> set[str]:
    among = rows.among(connection, publication.c.path, paths)
    query = select(publication.c.path).where(publication.c.gone_at.is_(None), among)
    return set(connection.execute(query).scalars())


def gone(connection: Connection) -> frozenset[str]:
    """Paths of documents that will not come back as far as the configuration says."""
    query = select(publication.c.path).where(publication.c.gone_at.is_not(None))
    paths = set(connection.execute(query).scalars())
    return frozenset(paths - _living(connection, paths))


def uncleared(connection: Connection, withheld: Collection[str]) -> dict[str, list[str]]:
    """The paths of documents that are to be taken away, by the feed's name.

    Args:
        withheld: feeds that are not for the outputs.
    """
    names = rows.among(connection, feed.c.name, withheld)
    found = connection.execute(
        select(feed.c.name, publication.c.path)
        .join(feed, feed.c.id == publication.c.feed_id)
        .where(publication.c.cleared_at.is_(None), or_(publication.c.gone_at.is_not(None), names))
        .order_by(feed.c.name, publication.c.path)
    ).all()
    paths: dict[str, list[str]] = defaultdict(list)
    for row in found:
        paths[row.name].append(row.path)
    return dict(paths)


def others(connection: Connection, name: str, paths: Collection[str]) -> set[str]:
    """Those of the paths at which a document of another feed lies by now."""
    query = (
        select(publication.c.path)
        .join(feed, feed.c.id == publication.c.feed_id)
        .where(feed.c.name != name, publication.c.gone_at.is_(None))
    )
    return set(
        connection.execute(query.where(rows.among(connection, publication.c.path, paths))).scalars()
    )


def clear(connection: Connection, name: str, paths: Collection[str], now: datetime) -> None:
    """Note that these documents of a feed were taken away."""
    ours = publication.c.feed_id.in_(select(feed.c.id).where(feed.c.name == name))
    which = rows.among(connection, publication.c.path, paths)
    connection.execute(update(publication).where(ours, which).values(cleared_at=now))
