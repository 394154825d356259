"""How one entry came to be, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from feeder.app import App
from feeder.changes.guard.told import Told
from feeder.changes.identity import Reading
from feeder.explaining.dates import dates_told, moment
from feeder.explaining.feeds import InFeed, in_feeds
from feeder.explaining.words import Passage, differing
from feeder.models import Article, Dropped, Entry, Evidence, Key, Resource
from feeder.refresh.faults import told
from feeder.store.entries import Revision
from feeder.store.finding import Match
from feeder.store.pages import KeptPage
from feeder.store.quarantine import Quarantined
from feeder.urls import address_key

REVISIONS = 20
"""Changes that are told, the last ones: one that is edited each hour has thousands."""


@dataclass(frozen=True, slots=True)
class Revised:
    """A change of an entry: `was` is its title before where that is another one by now."""

    number: int
    updated: datetime
    title: str
    was: str | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is known of how an entry came to be.

    `source` says in sentences where it was found, `dates` what its dates are from; `held` are the
    batches with which it was held back. `missing` says what of its changes is not on record.
    """

    entry: Entry
    number: int
    keys: tuple[Key, ...]
    source: tuple[str, ...]
    dates: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    dropped: tuple[Dropped, ...]
    feeds: tuple[InFeed, ...]
    copies: tuple[str, ...]
    held: tuple[Quarantined, ...]
    page: KeptPage | None
    revisions: tuple[Revised, ...]
    missing: str | None


def explain(app: App, match: Match, now: datetime) -> Explained:
    """How the entry came to be.

    Raises:
        StateError: the database cannot be used.
    """
    store = app.store
    entry = store.entry(match.heading.id)
    assert entry is not None, "nothing is ever deleted"
    dropped, evidence = store.provenance(entry.id)
    resources = store.finder.resources_of(entry.id)
    revisions = store.browser.revisions(entry.id, REVISIONS + 1)
    return Explained(
        entry=entry,
        number=match.number,
        keys=tuple(map(_without_secrets, store.finder.keys(entry.id))),
        source=tuple(_found_at(app, entry, resources, now)),
        dates=tuple(dates_told(entry, evidence, resources)),
        evidence=evidence,
        dropped=dropped,
        feeds=tuple(in_feeds(app, entry, now)),
        copies=tuple(_copies(app, entry, resources)),
        held=tuple(_held_with(app, entry)),
        page=store.page_of(entry.id),
        revisions=tuple(_revised(revisions)),
        missing=_missing(entry, revisions),
    )


def _found_at(
    app: App, entry: Entry, resources: Sequence[Resource], now: datetime
) -> Iterator[str]:
    """Where its source found it, and when it is looked at again."""
    job = app.jobs.get(entry.source)
    if job is None:
        yield f"of {entry.source}, which is switched off or no longer in the configuration"
    else:
        yield f"of {entry.source}, which reads {told(job.manner.source.start)}"
    for resource in resources:
        yield from _listed(resource, now)
    if not resources and job is not None and job.host is not None:
        yield "what its listing said of it is not on record any more"


def _listed(resource: Resource, now: datetime) -> Iterator[str]:
    candidate = resource.candidate
    if candidate is None:
        yield f"read from {told(resource.address)}"
        return
    date = candidate.facts.published
    said = f"listed as {told(candidate.address)}"
    if candidate.facts.title:
        said += f" with the title “{candidate.facts.title}”"
    yield said + (f", of {moment(date)}" if date else "")
    yield (
        "its listing has all of it, and its page is not asked for"
        if candidate.complete
        else "read from its own page"
    )
    if resource.fault is not None:
        yield resource.fault.message
    if resource.look_at is not None:
        due = "is due" if resource.look_at <= now else f"is at {moment(resource.look_at)}"
        yield f"the next look at its page {due}"
    elif not candidate.complete:
        yield "its page is old, and not looked at again while its listing says nothing new of it"


def _copies(app: App, entry: Entry, resources: Sequence[Resource]) -> Iterator[str]:
    """Other addresses of its source that have the same, when that was read last."""
    ours = {address_key(one.address) for one in resources} | {r.address for r in resources}
    if entry.url:
        ours.add(address_key(entry.url))
    for outcome in app.store.runs(entry.source, 5):
        for fault in outcome.faults:
            of = fault.message.removeprefix("says the same as ").partition("; ")[0]
            if fault.kind == "copy" and (of in ours or address_key(of) in ours):
                yield fault.address


def _without_secrets(key: Key) -> Key:
    if key.kind != "url":
        return key
    return Key("url", told(f"https://{key.value}").removeprefix("https://"))


def _held_with(app: App, entry: Entry) -> Iterator[Quarantined]:
    """The batches in which it was, told by its title and first words."""
    article = Article(title=entry.title, html=entry.html, text=entry.text)
    mark = Told(Reading("", article, ())).mark
    yield from (batch for batch in app.store.quarantined(entry.source) if mark in batch.marks)


def _revised(revisions: Sequence[Revision]) -> Iterator[Revised]:
    """The changes that are on record, the latest first."""
    for before, after in reversed(list(pairwise(revisions))):
        yield Revised(
            number=after.number,
            updated=after.updated,
            title=after.title,
            was=before.title if before.title != after.title else None,
            passages=tuple(differing(before.text, after.text)),
        )


def _missing(entry: Entry, revisions: Sequence[Revision]) -> str | None:
    first = revisions[0].number if revisions else entry.revision
    if first == 1:
        return None
    if len(revisions) > REVISIONS:
        return f"{first - 1} earlier ones are on record and not shown"
    return (
        f"what it said before revision {first} is not on record; a page that is kept is as it was "
        "fetched last, and tells no more"
    )
