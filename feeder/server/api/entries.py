"""Entries: the articles on record, and how each came to be what it is."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from feeder.models import Dropped, Evidence
from feeder.server.api.answers import ProblemError, Told, Words
from feeder.server.api.endpoints import Asked, Endpoint, Page, Query
from feeder.store.browsing import Brief, Place
from feeder.text import shorten

_SUMMARY = 1_000
"""Characters of a summary in a list; with the entry itself it is whole."""
_REVISIONS = 20
"""The latest texts of an entry that are told: one that is edited each hour has thousands."""


class EntryTold(Told):
    """An entry, without what it says."""

    id: Words
    source: str
    title: Words
    url: Words | None
    summary: Words | None
    authors: tuple[Words, ...]
    categories: tuple[Words, ...]
    image: Words | None
    language: Words | None
    published: datetime
    updated: datetime = Field(description="moves only when it says something else")
    first_seen: datetime
    revision: int


class EntriesTold(Told):
    """A page of entries, the newest first."""

    entries: tuple[EntryTold, ...]
    next: str | None = Field(description="`after` for the next page; none: this is the last one")


class DroppedTold(Told):
    """A block that did not come through."""

    step: str
    rule: Words
    text: Words = Field(description="its beginning")


class EvidenceTold(Told):
    """What a field of the entry was read from."""

    field: str
    rule: Words
    text: Words


class RevisionTold(Told):
    """What an entry said from `updated` on."""

    number: int
    updated: datetime
    title: Words
    text: Words


class EnclosureTold(Told):
    """A file that belongs to an entry."""

    url: Words
    media_type: Words
    length: int | None


class EntryInFull(EntryTold):
    """An entry with what it says, and how it came to be."""

    text: Words
    html: Words = Field(description="sanitised, as feeds have it")
    enclosures: tuple[EnclosureTold, ...]
    dropped: tuple[DroppedTold, ...] = Field(description="what was no part of the article")
    evidence: tuple[EvidenceTold, ...] = Field(description="where its facts are from")
    revisions: tuple[RevisionTold, ...] = Field(
        description=f"what it said in its time, the last {_REVISIONS}; what it says now is last"
    )


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # within a day of the years 1 and 9999
        raise ValueError("there is no such moment in UTC") from None


class EntriesPage(Page):
    """Which entries: of a source or of a feed."""

    source: str | None = Field(default=None, description="of this source")
    feed: str | None = Field(default=None, description="of all sources of this feed")
    since: Annotated[AwareDatetime, AfterValidator(_utc)] | None = Field(
        default=None,
        description="none that was published before that, such as 2026-11-01T00:00:00Z",
    )


class OneEntry(Query):
    """Which entry."""

    id: str = Field(description="as `id` has it in a list, and feeds have it")


def _list(asked: Asked[EntriesPage]) -> EntriesTold:
    query = asked.query
    entries = asked.app.store.browser.entries(
        _sources(asked),
        limit=query.limit + 1,
        before=_place(query.after) if query.after else None,
        since=query.since,
    )
    shown = entries[: query.limit]
    return EntriesTold(
        entries=tuple(map(_brief_told, shown)),
        next=_cursor(shown[-1]) if len(entries) > query.limit else None,
    )


def _sources(asked: Asked[EntriesPage]) -> list[str]:
    """The sources whose entries are asked for.

    Raises:
        ProblemError: neither a source nor a feed is named, or both, or what is none.
    """
    query, app = asked.query, asked.app
    if (query.source is None) == (query.feed is None):
        raise ProblemError(
            400,
            "of which source or feed?",
            advice="name one of them: ?source=NAME or ?feed=NAME",
        )
    if query.source is not None:
        if app.store.seen_as(query.source) is None:
            raise ProblemError(404, "no such source", f"no source is called {query.source!r}")
        return [query.source]
    feed = next((feed for feed in app.settings.feeds if feed.name == query.feed), None)
    if feed is None:
        raise ProblemError(404, "no such feed", f"no feed is called {query.feed!r}")
    return [source.name for source in app.settings.sources_of(feed)]


def _cursor(last: Brief) -> str:
    """Where a page ends, for whoever asks for the next one."""
    told = f"{last.published.isoformat()} {last.id}"
    return urlsafe_b64encode(told.encode("utf-8", "surrogatepass")).decode("ascii").rstrip("=")


def _place(cursor: str) -> Place:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        moment, _, uid = (
            urlsafe_b64decode(padded.encode("ascii"))
            .decode("utf-8", "surrogatepass")
            .partition(" ")
        )
        return Place(datetime.fromisoformat(moment).astimezone(UTC), uid)
    except (ValueError, OverflowError, binascii.Error):
        raise ProblemError(
            400,
            "a parameter is wrong",
            "after: it is none of ours",
            "give what `next` said in the page before, letter by letter",
        ) from None


def _brief_told(entry: Brief) -> EntryTold:
    told = EntryTold.model_validate(entry)
    if entry.summary is None or len(entry.summary) <= _SUMMARY:
        return told
    return told.model_copy(update={"summary": shorten(told.summary or "", _SUMMARY)})


def _one(asked: Asked[OneEntry]) -> EntryInFull:
    store, uid = asked.app.store, asked.query.id
    entry = store.entry(uid)
    if entry is None:
        raise ProblemError(
            404, "no such entry", "no entry has this id", "GET /api/v1/entries lists a source's"
        )
    dropped, evidence = store.provenance(uid)
    told = EntryTold.model_validate(entry)
    return EntryInFull(
        **told.model_dump(),
        text=entry.text,
        html=entry.html,
        enclosures=tuple(EnclosureTold.model_validate(one) for one in entry.enclosures),
        dropped=tuple(map(_dropped_told, dropped)),
        evidence=tuple(map(_evidence_told, evidence)),
        revisions=tuple(
            RevisionTold.model_validate(one) for one in store.browser.revisions(uid, _REVISIONS)
        ),
    )


def _dropped_told(dropped: Dropped) -> DroppedTold:
    return DroppedTold.model_validate(dropped)


def _evidence_told(evidence: Evidence) -> EvidenceTold:
    return EvidenceTold.model_validate(evidence)


ENDPOINTS = (
    Endpoint(
        "/entries",
        "The entries of a source or a feed, the newest first.",
        _list,
        EntriesTold,
        EntriesPage,
        faults={404: "no source or feed is called so"},
    ),
    Endpoint(
        "/entry",
        "One entry: what it says, where it is from, and what it said before.",
        _one,
        EntryInFull,
        OneEntry,
        faults={404: "no entry has this id"},
    ),
)
