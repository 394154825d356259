"""The nouns of feeder, in the order in which they come to be. All are frozen.

    Source → Page → Candidate → Draft → Article → Entry → Feed → Document

Nothing is filled in later: the next stage makes the next noun. All datetimes are aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

KeyKind = Literal["id", "guid", "url", "story", "path", "content"]
Shape = Literal["scrape", "page", "fragment", "whole"]
"""Text as somebody copied it; a page as it is served; an article without a page around it, as feeds
carry it, with what plug-ins put below; markup all of which its author wrote as the article."""

DROPPED_TEXT_LIMIT = 120
"""Characters of a dropped block that provenance keeps: enough to recognise it, no second copy."""


class Key(NamedTuple):
    """One way to recognise an article again within its source.

    `id` is the document's own id as a URI, `guid` a feed's, `url` its address as
    `urls.address_key` spells it, `story` a listing's title and date, `path` the place under a root,
    `content` a hash of what it says. The strongest comes first.
    """

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells a changed resource from an unchanged one without reading it (RFC 9110, 8.8).

    For a file, `etag` is made of its size and time stamps.
    """

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one request, unread. `url` is what was asked for, `final_url` what gave it.

    `moved_to` is where permanent redirects say that it lives now (RFC 9110, 15.4.2, 15.4.9);
    `fresh_until` is how long the server says that it need not be asked again (RFC 9111, 4.2).
    """

    url: str
    final_url: str
    body: bytes
    media_type: str | None = None
    charset: str | None = None
    validators: Validators = Validators()
    modified: datetime | None = None
    moved_to: str | None = None
    fresh_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where an article says that it is from."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an article, such as a recording (RFC 4287, 4.2.7.2).

    `length` is its size in bytes where somebody told it.
    """

    url: str
    media_type: str
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article besides its body. None or empty: not told."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    image: str | None = None
    language: str | None = None
    attribution: Attribution | None = None
    enclosures: tuple[Enclosure, ...] = ()


class Patience(NamedTuple):
    """When a feed, or its server, says that it need not be asked, until it says otherwise.

    `least` is the time between two changes, `hours` and `days` are those without any, in UTC;
    Monday is 0. `fresh` is how long after an answer its server says that it holds.
    """

    least: timedelta | None = None
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    fresh: timedelta | None = None


NO_PATIENCE = Patience()
"""Of a feed that says nothing of when to ask it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its source shows it, with everything around it; `pages` are its further ones.

    `facts` were told beside the content (front matter, a feed's fields) and win over what the
    content itself tells. `base_url` resolves relative addresses. `fallback_date` is the date to
    take where neither tells one. `keys` are the source's own ways to recognise it.
    """

    shape: Shape
    content: str
    facts: Facts = Facts()
    base_url: str | None = None
    keys: tuple[Key, ...] = ()
    fallback_date: datetime | None = None
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that a source mentions and nobody has read yet.

    `address` is what the fetcher is asked for; `validators` are those that the listing shows.
    `draft` is the article as far as the listing itself has it; with `complete` that is all of it,
    and its page is not fetched.
    """

    address: str
    keys: tuple[Key, ...] = ()
    facts: Facts = Facts()
    validators: Validators = Validators()
    modified: datetime | None = None
    draft: Draft | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A block that did not come through: which step and rule dropped it, and its beginning."""

    step: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which rule gave a field its value, and the line or element that it was read from."""

    field: str
    rule: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article.

    `id` is the document's own id as a URI, or None. `html` is sanitised and `text` derived from
    it, a paragraph a line. An article with no `text` and no `html` is no article: it is never
    published. `dropped` and `evidence` explain how it came to be.
    """

    title: str
    html: str
    text: str
    id: str | None = None
    url: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    image: str | None = None
    language: str | None = None
    attribution: Attribution | None = None
    enclosures: tuple[Enclosure, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An article on record. `id` is minted once and never changes, nor does `published`.

    `first_seen` ≤ `updated`; `updated` moves only on a material change, with `revision`.
    """

    id: str
    source: str
    title: str
    html: str
    text: str
    published: datetime
    updated: datetime
    first_seen: datetime
    revision: int = 1
    url: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    attribution: Attribution | None = None
    enclosures: tuple[Enclosure, ...] = ()


class Appeared(NamedTuple):
    """When an entry was published, by its own account, and when it was first seen."""

    published: datetime
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry without what it says: enough to see which others may be the same article."""

    id: str
    source: str
    title: str
    published: datetime
    first_seen: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """An entry that another one stands for in a feed, and why."""

    entry: Heading
    into: str
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The source that an entry of a combined feed is from (RFC 4287, 4.2.11)."""

    id: str
    title: str
    updated: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry as one feed shows it: content composed and sanitised, summary apart from it.

    `also_at` are other places where the same article stands, in a feed that combines sources.
    """

    id: str
    title: str
    html: str
    published: datetime
    updated: datetime
    url: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    attribution: Attribution | None = None
    origin: Origin | None = None
    enclosures: tuple[Enclosure, ...] = ()
    also_at: tuple[Attribution, ...] = ()


@dataclass(frozen=True, slots=True)
class FormatLink:
    """Where a feed, or one page of its history, is in one format. `format` is the kind's name."""

    format: str
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class History:
    """Where a document stands in a feed's history (RFC 5005, 4).

    `current` is the feed's own document, told by an archive alone; `previous` the archive before.
    """

    previous: str | None = None
    current: str | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that left the feed by the person's own rules (RFC 6721)."""

    id: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """All that a renderer needs, and no clock. Entries are newest first.

    `self_url` is where this very document is served, `formats` where all of the feed's are,
    this one too. `refreshed` is the day of the last good refresh, told to pages for people alone:
    in a feed it would make new bytes of old articles.
    """

    id: str
    name: str
    title: str
    updated: datetime
    author: str
    self_url: str
    entries: tuple[FeedEntry, ...] = ()
    subtitle: str | None = None
    language: str | None = None
    rights: str | None = None
    site_url: str | None = None
    icon: str | None = None
    logo: str | None = None
    formats: tuple[FormatLink, ...] = ()
    hubs: tuple[str, ...] = ()
    stylesheet: str | None = None
    history: History | None = None
    tombstones: tuple[Tombstone, ...] = ()
    refreshed: date | None = None

    @property
    def page_url(self) -> str | None:
        """Its page for people, if it has one."""
        return next((one.url for one in self.formats if one.format == "html"), None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed as lists of feeds show it. It has nothing that moves with the feed's entries."""

    name: str
    title: str
    formats: tuple[FormatLink, ...]
    subtitle: str | None = None
    language: str | None = None
    site_url: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All public feeds, for documents that list them. `url` is where the outputs are served."""

    title: str
    url: str
    feeds: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to be put at `path`, relative to where an output puts things."""

    path: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """An entry on record together with what it is recognised and compared by.

    `keys` are all that lead to it; `material` is the fingerprint of `changes.material`.
    """

    entry: Entry
    keys: tuple[Key, ...]
    material: str


ChangeKind = Literal["new", "changed", "retouched", "unchanged"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one article means for the record, decided and not yet done.

    `entry` is as it shall stand afterwards. `changed` moves `updated` and the revision;
    `retouched` stores a better rendering of the same words in silence; `unchanged` only takes
    over new keys. `fallback_id` is minted for a new entry whose id another entry already has.
    `address` is what it was read from.
    """

    kind: ChangeKind
    entry: Entry
    keys: tuple[Key, ...]
    material: str
    fallback_id: str
    address: str
    dropped: tuple[Dropped, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of one source. `kind` is the error's class in words; `address` what failed."""

    kind: str
    message: str
    address: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """What is remembered of one address of a source between refreshes.

    `fault` stands as long as the validators do: what could not be read is not read again, and
    is named again. `entry_id` is the entry that it gave, if it gave one. `looks` counts how often
    in a row it could not be had.

    Of an article's page, `look_at` is when it is asked for (again), and `candidate` what its
    listing said of it. Of a listing, `moved_to` is where permanent redirects led, `wanted` are the
    pages that are asked along with it or, until `look_at`, in its place.
    """

    address: str
    validators: Validators
    entry_id: str | None = None
    fault: Fault | None = None
    moved_to: str | None = None
    look_at: datetime | None = None
    looks: int = 0
    candidate: Candidate | None = None
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Host:
    """What is remembered of a server, by its origin ("https://example.org:8080").

    Nobody asks it for anything before `wait_until`. `robots` is its robots.txt (None: not known,
    "": nothing is forbidden), good until `robots_until`.
    """

    origin: str
    wait_until: datetime | None = None
    robots: str | None = None
    robots_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one refresh of one source ended.

    `failure` is set where the source as a whole could not be read; `faults` name single things
    in it; `waiting` are addresses that are still being written to, or whose turn comes later.
    `dropped` counts blocks. `hints` say what would serve the source better, such as its own feed.
    """

    source: str
    started: datetime
    ended: datetime
    found: int = 0
    new: int = 0
    changed: int = 0
    dropped: int = 0
    faults: tuple[Fault, ...] = ()
    waiting: tuple[str, ...] = ()
    failure: Fault | None = None
    hints: tuple[str, ...] = ()


Condition = Literal["ok", "unchanged", "degraded", "blocked", "broken", "gone"]
"""How a source is, once several refreshes say so. `changes.conditions` tells what each means."""


@dataclass(frozen=True, slots=True)
class Health:
    """The condition of a source, and what the next one is decided by.

    `condition` is None before there was enough to tell. `streak` counts refreshes in a row that
    spoke for another one: above 0 for being well, below for an illness. `last_new` is when it
    last had something new.
    """

    condition: Condition | None = None
    since: datetime | None = None
    streak: int = 0
    last_new: datetime | None = None


NOT_KNOWN = Health()
"""How a source is before it was ever refreshed."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A source fell ill, or ill in another way, or is well again; why, and what to do.

    `was_since` is since when it had been what it was before.
    """

    source: str
    at: datetime
    was: Condition | None
    becomes: Condition
    reason: str
    advice: str = ""
    was_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the store knows of a source besides its entries.

    `failures` counts failed refreshes in a row, `failing_since` is when they began;
    `leased_until` is set while somebody refreshes it; without `next_check_at` it is refreshed
    only when it is asked for, and why it is due then is `because`, in words. `condition` is None
    before enough refreshes have told one. `unchanged` counts refreshes in a row that brought
    nothing new.
    """

    name: str
    title: str
    enabled: bool
    next_check_at: datetime | None
    failures: int = 0
    failing_since: datetime | None = None
    leased_until: datetime | None = None
    last_success: datetime | None = None
    outcome: Outcome | None = None
    entries: int = 0
    condition: Condition | None = None
    condition_since: datetime | None = None
    paused_at: datetime | None = None
    because: str | None = None
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Publication:
    """The document of a feed that was last put in place: its hash, size and when.

    `made_of` is a word for all that went into it: where that is as it was, so is the document.
    """

    feed: str
    path: str
    sha256: str
    size: int
    entries: int
    published_at: datetime
    made_of: str = ""
