"""A feed's history is kept: entries leave by rule or into archives, and archives are put in place.

All is put on record before a document shows it, and what is on record is put in place again as long
as it is not there. So a kill at any point ends in the same documents.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from feeder.generator import Renderer
from feeder.models import Entry, FeedEntry, FormatLink, History, Tombstone
from feeder.outputs import Weighing
from feeder.publish.build import build_feed
from feeder.publish.history import archive_name, batches, caps_of, due
from feeder.publish.placing import Placing, lies_there
from feeder.publish.press import Press, composed
from feeder.store.feeds import FeedRecord
from feeder.urls import is_id

TOLD_FOR = timedelta(days=30)
"""How long a removed entry is named: readers that ask once a month still meet it."""
MOST_TOLD = 200

_PIECE = 200
_CLOSED = "closed"
"""What a closed archive is made of: nothing of it moves."""

_in_place: set[tuple[Path, tuple[str, ...]]] = set()
"""Archives that this process has seen in place or put there, by their folder and documents."""


def is_kept(renderer: Renderer) -> bool:
    """Whether a format has archives: those that programs read."""
    return renderer.media_type != "text/html"


def note(press: Press, shown: Sequence[FeedEntry]) -> None:
    """Put on record what is in the feed, and what its rules removed from it."""
    settings, store = press.settings, press.store
    if settings.history:
        _note_news(press)
    store.join_feed(settings.name, [entry.id for entry in shown])
    ids = {entry.id for entry in shown}
    left = [uid for uid in store.open_entries(settings.name, press.labels) if uid not in ids]
    if settings.history:
        # What has grown old leaves into an archive.
        if settings.keep or settings.drop:
            _remove_unwanted(press, left)
    elif left:
        _remove_unwanted(press, left)
        store.make_room(settings.name, left, press.now)


def _note_news(press: Press) -> None:
    """Entries may come so many at a time, or with so old dates, that the feed never shows them."""
    name, store = press.settings.name, press.store
    for source in store.history_news(name, press.labels):
        while piece := store.history_unseen(name, source, _PIECE):
            wanted = [one.id for one in press.choosing.entries(iter([piece])) if is_id(one.id)]
            store.note_history(name, piece, wanted)


def _remove_unwanted(press: Press, uids: Sequence[str]) -> None:
    name, store = press.settings.name, press.store
    for entries in _read(press, uids):
        wanted = {entry.id for entry in press.choosing.entries(iter([entries]))}
        dropped = [entry.id for entry in entries if entry.id not in wanted]
        aged = [e.id for e in entries if e.id in wanted and press.is_aged(e)]
        store.leave_feed(name, dropped, "keep and drop", press.now)
        if not press.settings.history:
            store.leave_feed(name, aged, "max_age", press.now)


def _read(press: Press, uids: Sequence[str]) -> Iterator[list[Entry]]:
    for start in range(0, len(uids), _PIECE):
        some = uids[start : start + _PIECE]
        found = {entry.id: entry for entry in press.store.entries_of(some)}
        yield [found[uid] for uid in some if uid in found]


def tombstones(press: Press) -> tuple[Tombstone, ...]:
    """The entries whose removal the feed tells of."""
    if not press.settings.tombstones:
        return ()
    since = press.day - TOLD_FOR
    return tuple(press.store.tombstones(press.settings.name, since, MOST_TOLD))


def close_due(press: Press, shown: Collection[str], renderers: Sequence[Renderer]) -> bool:
    """Close archives until the feed shows all that is in none; whether there was anything to do.

    Args:
        shown: what all the documents of the feed have.
    """
    settings, store = press.settings, press.store
    name = settings.name
    unarchived = store.open_entries(name, press.labels)
    count = due(unarchived, shown)
    if not count:
        return False
    # Should it go wrong from here on, the next publication looks whether all are in place.
    _in_place.discard(_archives_of(press, renderers))
    entries = (entry for piece in _read(press, unarchived) for entry in piece)
    for batch in batches(entries, count, caps_of(settings.max_entries, settings.max_bytes)):
        updated = max(entry.updated for entry in batch)
        store.close_archive(name, [entry.id for entry in batch], updated, press.now)
    return True


def latest(press: Press, renderer: Renderer) -> History | None:
    """Where the feed leads to what it does not have any more."""
    number = press.store.latest_archive(press.settings.name)
    return _history(press, renderer, number) if number else None


def _history(press: Press, renderer: Renderer, previous: int) -> History:
    name = archive_name(press.settings.name, previous)
    return History(previous=press.url(renderer, name) if previous else None)


def put_archives(
    press: Press, feed: FeedRecord, renderers: Sequence[Renderer], placing: Placing
) -> None:
    """Put in place what lies at an output not yet, or no more: looked at once in each process."""
    all_ = _archives_of(press, renderers)
    if all_ in _in_place:
        return
    last = press.store.latest_archive(press.settings.name)
    there = _there(press, renderers, last)
    for number in range(1, last + 1):
        name = archive_name(press.settings.name, number)
        missing = [renderer for renderer in renderers if renderer.path(name) not in there]
        if missing:
            _put(press, feed, number, missing, placing)
    if not placing.failed:
        _in_place.add(all_)


def _there(press: Press, renderers: Sequence[Renderer], last: int) -> Collection[str]:
    """The paths of archives that lie at all outputs, as far as can be told at little cost."""
    known = press.store.archive_publications(press.settings.name)
    newest = {renderer.path(archive_name(press.settings.name, last)) for renderer in renderers}
    if all(lies_there(one, press.outputs) for one in known if one.path in newest):
        weighing = [output for output in press.outputs if isinstance(output, Weighing)]
        return {p.path for p in known if all(one.lies(p.path, p.size) for one in weighing)}
    # They are put in their order: an output without the last one may be new, and have none.
    return {one.path for one in known if lies_there(one, press.outputs)}


def _put(
    press: Press,
    feed: FeedRecord,
    number: int,
    missing: Sequence[Renderer],
    placing: Placing,
) -> None:
    settings = press.settings
    name = archive_name(settings.name, number)
    entries, _ = composed(press, press.store.archived(settings.name, number))
    links = _links(press, name)
    for renderer in missing:
        whole = build_feed(settings, feed, entries, self_url=press.url(renderer, name))
        archive = replace(
            whole,
            name=name,
            formats=links,
            hubs=(),  # they tell of what changes
            stylesheet=press.style(renderer),
            history=replace(
                _history(press, renderer, number - 1), current=press.url(renderer, settings.name)
            ),
        )
        document = renderer.render(archive)
        renderer.check(document)
        placing.put(document, len(entries), _CLOSED)


def _links(press: Press, name: str) -> tuple[FormatLink, ...]:
    """The archive in its formats, and the feed's page for people."""
    page = (link for link in press.links if link.format == "html")
    kinds = ((kind, one) for kind, one in press.formats.items() if is_kept(one))
    archives = (FormatLink(kind, one.media_type, press.url(one, name)) for kind, one in kinds)
    return (*archives, *page)


def _archives_of(press: Press, renderers: Sequence[Renderer]) -> tuple[Path, tuple[str, ...]]:
    return press.state, tuple(renderer.path(press.settings.name) for renderer in renderers)
