"""Entries on record become a feed, a document, and what readers are given.

    entries → compose → build_feed → fit → check → outputs → recorded

All that decides is pure and has no clock, so the same record gives the same bytes, and publishing
can be repeated at any time. Texts are made fit for XML and addresses for a reader here, once, so
that no single article can keep a feed from being written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b, sha256
from html import escape
from importlib.metadata import version
from pathlib import Path
from unicodedata import normalize

from feeder.cleaner.sanitize import sanitise
from feeder.config.settings import FeedSettings
from feeder.errors import FeederError, PublishError
from feeder.generator import Renderer
from feeder.languages import read_language
from feeder.locks import exclusive
from feeder.models import (
    Attribution,
    Document,
    Entry,
    Fault,
    Feed,
    FeedEntry,
    Origin,
    Publication,
)
from feeder.outputs import Lasting, Output
from feeder.store.feeds import FeedRecord, Standing
from feeder.store.store import Store
from feeder.text import one_line, shorten, xml_safe
from feeder.urls import is_id, resolve

SUMMARY_LIMIT = 300
"""Characters of a summary: what reader lists show on two or three lines."""

TITLE_LIMIT = 300
NAME_LIMIT = 120
NAMES_LIMIT = 30
"""Titles, names of authors and categories, and how many of them. They are labels, not content: a
page with a thousand keywords must not push its neighbours out of a feed that is full."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Validators and readers take an older date for a mistake (W3C `ImplausibleDate`)."""

WAIT_FOR_LOCK = 30.0
"""Seconds to wait for another process that publishes the same feed; it takes milliseconds."""

_EXCERPT_FROM = 4 * SUMMARY_LIMIT  # white space and all
_REMEMBERED = 50_000
_clean: dict[bytes, None] = {}


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A source as the readers of a combined feed are told of it."""

    id: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing one document. `faults` name entries that could not be in it."""

    path: str
    written: bool
    entries: int
    size: int
    faults: tuple[Fault, ...] = ()


def publish(
    settings: FeedSettings,
    store: Store,
    renderer: Renderer,
    outputs: Sequence[Output],
    *,
    labels: Mapping[str, SourceLabel],
    standing: Standing,
    public_url: str,
    state: Path,
    now: datetime,
) -> Published:
    """Bring one document of a feed up to date at all outputs.

    Args:
        labels: the feed's sources by name. With more than one, each entry tells where it is from.
        standing: what was put in place, and how the sources stood, no longer ago than this round.
        public_url: where the outputs' documents are served, with a slash at its end.
        state: the folder in which locks are kept.
        now: for the record only; no document has it.

    Raises:
        PublishError: an output or the document itself failed. What lay there before stays.
        LockedError: another process has been publishing this feed all the while.
    """
    path = renderer.path(settings.name)
    word = _made_of(settings, labels, standing.changes, public_url, renderer)
    last = standing.publications.get((settings.name, path))
    if last is not None and last.made_of == word and _lies_there(last, outputs):
        return Published(path, written=False, entries=last.entries, size=last.size)
    lock = state / "locks" / f"publish-{settings.name}.lock"
    with exclusive(lock, f"publish the feed {settings.name}", wait=WAIT_FOR_LOCK):
        # Read under the lock: otherwise a slower process could put an older state in place. What it
        # is made of before what is read: a change in between has it made anew the next time.
        word = _made_of(settings, labels, store.changes(labels), public_url, renderer)
        feed = store.feed(settings.name, settings.formerly, now=now)
        shown, faults = _compose_all(store.entries(labels, settings.max_entries), labels)
        self_url = public_url + path
        whole = build_feed(settings, feed, shown, self_url=self_url)
        kept, document = fit(whole, renderer, settings.max_bytes)
        renderer.check(document)
        written = _put(document, outputs)
        _record(store, kept, document, now, made_of="" if faults else word)
    return Published(document.path, written, len(kept.entries), len(document.body), faults)


def _made_of(
    settings: FeedSettings,
    labels: Mapping[str, SourceLabel],
    changes: Mapping[str, int],
    public_url: str,
    renderer: Renderer,
) -> str:
    """A word for all that a document is made of; another one as soon as that changes.

    The version of feeder stands for what composes and renders it.
    """
    counts = [changes.get(name, 0) for name in labels]
    told = (_version(), settings, labels, counts, public_url, type(renderer).__qualname__)
    return blake2b(repr(told).encode(errors="surrogatepass"), digest_size=16).hexdigest()


@cache  # it takes 1 ms to read
def _version() -> str:
    return version("feeder")


def _lies_there(last: Publication, outputs: Sequence[Output]) -> bool:
    """Whether every output has the document that was put in place last."""
    return all(
        isinstance(output, Lasting) and output.holds(last.path, last.size, last.sha256)
        for output in outputs
    )


def _put(document: Document, outputs: Sequence[Output]) -> bool:
    """At every output, those after a failed one too; whether any was not up to date."""
    written, errors = False, list[PublishError]()
    for output in outputs:
        try:
            written |= output.put(document)
        except PublishError as error:
            errors.append(error)
    if errors:
        message = "; ".join(error.message for error in errors)
        raise PublishError(message, advice=errors[0].advice)
    return written


def _record(store: Store, feed: Feed, document: Document, now: datetime, *, made_of: str) -> None:
    """Compared with the record, not with what was written: a kill may have come in between."""
    digest = sha256(document.body).hexdigest()
    last = store.publication(feed.name, document.path)
    if last is None or (last.sha256, last.made_of) != (digest, made_of):
        size, count = len(document.body), len(feed.entries)
        when = last.published_at if last is not None and last.sha256 == digest else now
        store.record_publication(
            Publication(feed.name, document.path, digest, size, count, when, made_of)
        )


def _compose_all(
    entries: Iterable[Entry], labels: Mapping[str, SourceLabel]
) -> tuple[list[FeedEntry], tuple[Fault, ...]]:
    shown, faults = list[FeedEntry](), list[Fault]()
    for entry in entries:
        if is_id(entry.id):
            shown.append(compose(entry, labels[entry.source] if len(labels) > 1 else None))
        else:
            # It was never in a feed, since `check` would not have let it: it cannot vanish.
            faults.append(Fault("unpublishable", f"its id is no URI: {entry.id!r}", entry.id))
    return shown, tuple(faults)


def build_feed(
    settings: FeedSettings, feed: FeedRecord, entries: Iterable[FeedEntry], *, self_url: str
) -> Feed:
    """The feed with its newest entries, at most `max_entries`. An empty one is as old as itself."""
    newest = sorted(sorted(entries, key=_id), key=_published, reverse=True)
    shown = tuple(newest[: settings.max_entries])
    return Feed(
        id=feed.uid,
        name=settings.name,
        title=settings.title,
        updated=_updated(shown) if shown else feed.created_at,
        author=settings.author or settings.title,
        self_url=self_url,
        entries=shown,
        subtitle=settings.subtitle,
        language=settings.language,
        rights=settings.rights,
        site_url=settings.site_url,
        icon=settings.icon,
        logo=settings.logo,
    )


def _id(entry: FeedEntry) -> str:
    return entry.id


def _published(entry: FeedEntry) -> datetime:
    return entry.published


def _updated(entries: Sequence[FeedEntry]) -> datetime:
    return max(entry.updated for entry in entries)


def fit(feed: Feed, renderer: Renderer, max_bytes: int) -> tuple[Feed, Document]:
    """As many of the newest entries as `max_bytes` hold, and their document.

    The newest is kept whatever its size: a feed that falls silent would be worse.
    """
    document = renderer.render(feed)
    if len(document.body) <= max_bytes or len(feed.entries) <= 1:
        return feed, document

    def size(count: int) -> int:
        return len(renderer.render(_newest(feed, count)).body)

    fewer = range(1, len(feed.entries))
    smaller = _newest(feed, max(1, bisect_right(fewer, max_bytes, key=size)))
    return smaller, renderer.render(smaller)


def _newest(feed: Feed, count: int) -> Feed:
    entries = feed.entries[:count]
    return replace(feed, entries=entries, updated=_updated(entries))


def compose(entry: Entry, label: SourceLabel | None = None) -> FeedEntry:
    """An entry as readers are shown it. `label` is told where a feed has several sources.

    Raises:
        PublishError: the sanitiser refuses its content; it names the entry.
    """
    image = _image(entry)
    return FeedEntry(
        id=entry.id,
        title=_title(entry),
        html=_content(entry, image),
        # A date from the future would stay on top of the feed until it has come.
        published=max(EARLIEST, min(entry.published, entry.first_seen)),
        updated=entry.updated,
        url=_web(entry.url),
        summary=_summary(entry),
        authors=_names(entry.authors),
        categories=_names(entry.categories),
        image=image,
        language=read_language(entry.language or ""),
        attribution=_attribution(entry.attribution),
        origin=_origin(entry, label),
    )


def _web(url: str | None) -> str | None:
    return resolve(url) if url else None


def _title(entry: Entry) -> str:
    """Its title; else the first words of its text, its address, its id."""
    words = one_line(entry.title) or one_line(entry.text[:_EXCERPT_FROM])
    return shorten(words, TITLE_LIMIT) or _web(entry.url) or entry.id


def _summary(entry: Entry) -> str | None:
    """Its own summary, else how its text begins; none where that would be all of the text."""
    text = one_line(entry.text[:_EXCERPT_FROM])
    summary = shorten(one_line(entry.summary or "") or text, SUMMARY_LIMIT)
    return summary if summary != text else None


def _names(names: Iterable[str]) -> tuple[str, ...]:
    shown = (shorten(one_line(name), NAME_LIMIT) for name in names)
    return tuple(dict.fromkeys(filter(None, shown)))[:NAMES_LIMIT]


def _attribution(told: Attribution | None) -> Attribution | None:
    if told is None:
        return None
    url = _web(told.url)
    name = shorten(one_line(told.name), NAME_LIMIT) or url
    return Attribution(name, url) if name else None


def _origin(entry: Entry, label: SourceLabel | None) -> Origin | None:
    """`updated` is the entry's own, so that an entry's bytes do not move with its neighbours'."""
    return Origin(label.id, label.title, entry.updated, label.url) if label else None


def _content(entry: Entry, image: str | None) -> str:
    """Sanitised content with the lead image first, unless that is in it: some readers show no
    other. Where sanitising leaves nothing, the text in paragraphs."""
    html = _sanitised(entry, entry.html) or _sanitised(entry, _paragraphs(entry))
    if image and f'src="{_quoted(image)}"' not in html:
        # Each part is sanitised and balanced by itself, so that no limit is met by their sum.
        html = _sanitised(entry, _figure(image)) + html
    return html


def _image(entry: Entry) -> str | None:
    """Its lead image, unless the sanitiser would not show it (a counting pixel)."""
    url = _web(entry.image)
    return url if url and "<img" in _sanitised(entry, _figure(url)) else None


def _figure(image: str) -> str:
    return f'<p><img src="{_quoted(image)}" alt=""></p>'


def _quoted(url: str) -> str:
    # In a resolved address only `&` could mean something to an HTML attribute.
    return url.replace("&", "&amp;")


def _paragraphs(entry: Entry) -> str:
    lines = filter(None, map(str.strip, (entry.text or entry.title).splitlines()))
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def _sanitised(entry: Entry, html: str) -> str:
    """Sanitised, unless this process has seen that nothing of just this would change.

    Remembered by hash. The policy cannot change within a process, so it is no part of the key.
    """
    digest = blake2b(html.encode(errors="surrogatepass"), digest_size=16).digest()
    if digest in _clean:
        return html
    try:
        clean = sanitise(_composed(xml_safe(html)))
    except FeederError as error:
        raise PublishError(f"entry {entry.id}: {error.message}", advice=error.advice) from error
    if clean == html:
        _remember(digest)
    return clean


def _remember(digest: bytes) -> None:
    if len(_clean) >= _REMEMBERED:
        _clean.clear()
    _clean[digest] = None


def _composed(html: str) -> str:
    """NFC, without letting U+0338, which makes `≯` of `>`, swallow the end of a tag."""
    return normalize("NFC", html.replace(">\u0338", ">&#824;"))
