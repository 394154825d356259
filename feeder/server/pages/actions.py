"""What can be done from a page. Each tells what came of it; who may is asked before."""

from __future__ import annotations

from feeder.app import feeds_of
from feeder.errors import UnknownEntryError, UnknownSourceError
from feeder.quarantines import drop as drop_batches
from feeder.quarantines import release as release_batches
from feeder.rounds.publishing import publish_feeds
from feeder.server.pages.answering import Visit
from feeder.server.pages.batch import find
from feeder.server.pages.notes import Note
from feeder.server.pages.shown import count
from feeder.store.quarantine import Quarantined


def refresh(visit: Visit) -> Note:
    """Have a source refreshed next, also one that backs off."""
    name = _name(visit)
    visit.app.store.ask([name], visit.now, force=True)
    if not visit.app.store.services(visit.now):
        return Note(f"{name} is due; it is refreshed by the next `feeder refresh --due`.")
    return Note(f"{name} is refreshed next; what came of it shows here.")


def pause(visit: Visit) -> Note:
    """Have a source refreshed no more."""
    name = _name(visit)
    visit.app.store.pause([name], visit.now)
    return Note(f"{name} is paused: it is refreshed only when you ask for it.")


def resume(visit: Visit) -> Note:
    """End the pause of a source."""
    name = _name(visit)
    visit.app.store.resume([name])
    return Note(f"{name} is looked at again.")


def release(visit: Visit) -> Note:
    """Put a batch on record after all, and publish it."""
    batch = _batch(visit)
    entries = release_batches(visit.app, [batch])
    _, errors = publish_feeds(visit.app, feeds_of(visit.app, {batch.source}))
    for error in errors:
        raise error
    new = count(entries, "entry is", "entries are")
    return Note(f"Batch {batch.id} of {batch.source} was released: {new} new or changed.")


def drop(visit: Visit) -> Note:
    """Never publish a batch."""
    batch = _batch(visit)
    drop_batches(visit.app, [batch])
    return Note(
        f"Batch {batch.id} of {batch.source} was dropped, and the same is refused from now on."
    )


def reload(visit: Visit) -> Note:
    """Have the configuration read again."""
    visit.app.store.ask_reload(visit.now)
    return Note("The configuration is read again; whether it was taken over shows below.")


def _name(visit: Visit) -> str:
    name: str = visit.request.path_params["name"]
    if name not in visit.app.jobs:
        raise UnknownSourceError(f"no source that is switched on is called {name!r}")
    return name


def _batch(visit: Visit) -> Quarantined:
    found = find(visit.app, visit.request.path_params["number"])
    if found is None or found.status not in ("held", "ended"):
        raise UnknownEntryError("that batch is not held back any more")
    return found
