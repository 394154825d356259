"""An entry on record becomes what one feed shows of it. Pure, and without a clock.

Texts are made fit for XML and addresses for a reader here, once, so that no single article can keep
a feed from being written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from html import escape
from unicodedata import normalize

from feeder.cleaner.sanitize import sanitise
from feeder.config.settings import FeedSettings
from feeder.errors import FeederError, PublishError
from feeder.languages import read_language
from feeder.models import Attribution, Enclosure, Entry, FeedEntry, Origin
from feeder.publish.pictures import without_pictures
from feeder.text import cut, one_line, shorten, xml_safe
from feeder.urls import resolve

SUMMARY_LIMIT = 300
"""Characters of a summary: what reader lists show on two or three lines."""

TITLE_LIMIT = 300
NAME_LIMIT = 120
NAMES_LIMIT = 30
"""Titles, names of authors and categories, and how many of them. They are labels, not content: a
page with a thousand keywords must not push its neighbours out of a feed that is full."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Validators and readers take an older date for a mistake (W3C `ImplausibleDate`)."""

ENCLOSURES_LIMIT = 10
"""Files that belong to one entry; an episode has one, in a handful of codings at most."""

# RFC 6838, 4.2: restricted names.
_NAME = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE = re.compile(f"{_NAME}/{_NAME}")

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_EXCERPT_FROM = 4 * SUMMARY_LIMIT  # white space and all
_REMEMBERED = 50_000
_clean: dict[bytes, None] = {}


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A source as the readers of a combined feed are told of it."""

    id: str
    title: str
    url: str | None = None


def compose(
    entry: Entry, label: SourceLabel | None = None, policy: FeedSettings | None = None
) -> FeedEntry:
    """An entry as readers are shown it. `label` is told where a feed has several sources.

    `policy` says whether it is an excerpt, whether it ends with where it is from, and which of its
    pictures are shown.

    Raises:
        PublishError: the sanitiser refuses its content; it names the entry.
    """
    image = None if policy is not None and policy.images == "none" else _image(entry)
    return FeedEntry(
        id=entry.id,
        title=_title(entry),
        html=_content(entry, image, policy, label),
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
        enclosures=tuple(_enclosures(entry.enclosures))[:ENCLOSURES_LIMIT],
    )


def _enclosures(told: Iterable[Enclosure]) -> Iterator[Enclosure]:
    """Files with a web address and a media type, but no images: podcast readers download all."""
    for file in told:
        url = _web(file.url)
        kind = file.media_type.partition(";")[0].strip().lower()
        if url and _MEDIA_TYPE.fullmatch(kind) and not kind.startswith("image/"):
            length = file.length if file.length is not None and file.length >= 0 else None
            yield Enclosure(url, kind, length)


def _web(url: str | None) -> str | None:
    return resolve(url) if url else None


def _title(entry: Entry) -> str:
    """Its title; else the first words of its text, its address, its id."""
    words = one_line(entry.title) or one_line(entry.text[:_EXCERPT_FROM])
    return _unmarked(cut(words, TITLE_LIMIT)) or _web(entry.url) or entry.id


def _summary(entry: Entry) -> str | None:
    """Its own summary, else how its text begins; none where that would be all of the text."""
    text = one_line(entry.text[:_EXCERPT_FROM])
    summary = cut(one_line(entry.summary or "") or text, SUMMARY_LIMIT)
    return _unmarked(summary) if summary != text else None


def label_of(text: str, limit: int) -> str:
    """A text as a label: one line, not too long, and without markup."""
    return _unmarked(cut(one_line(text), limit))


def _unmarked(line: str) -> str:
    """A line without markup, for readers that take labels for it (W3C `ContainsUndeclaredHTML`). A
    `<` that begins no tag is left alone."""
    return _TAG.sub("‹", line) if "<" in line else line


@lru_cache(maxsize=1_024)
def _known_name(name: str) -> str:
    """The label of a name that is not too long to be remembered: authors come again."""
    return label_of(name, NAME_LIMIT)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    shown = (
        _known_name(name) if len(name) <= NAME_LIMIT else label_of(name, NAME_LIMIT)
        for name in names
    )
    return tuple(dict.fromkeys(filter(None, shown)))[:NAMES_LIMIT]


def _attribution(told: Attribution | None) -> Attribution | None:
    if told is None:
        return None
    url = _web(told.url)
    name = label_of(told.name, NAME_LIMIT) or url
    return Attribution(name, url) if name else None


def elsewhere(label: SourceLabel, url: str | None) -> Attribution:
    """Where else an article stands, as readers are told of it."""
    return Attribution(label_of(label.title, NAME_LIMIT), _web(url))


def _origin(entry: Entry, label: SourceLabel | None) -> Origin | None:
    """`updated` is the entry's own, so that an entry's bytes do not move with its neighbours'."""
    if label is None:
        return None
    return Origin(label.id, label_of(label.title, NAME_LIMIT), entry.updated, label.url)


def _content(
    entry: Entry, image: str | None, policy: FeedSettings | None, label: SourceLabel | None
) -> str:
    """Sanitised content with the lead image first, unless that is in it: some readers show no
    other. Where sanitising leaves nothing, the text in paragraphs."""
    excerpt = policy is not None and policy.content == "excerpt"
    html = _sanitised(entry, _excerpt(entry) if excerpt else entry.html)
    html = html or _sanitised(entry, _paragraphs(entry))
    if policy is not None and policy.images != "all":
        html = _sanitised(entry, without_pictures(html)) or _sanitised(entry, _paragraphs(entry))
    # Each part is sanitised and balanced by itself, so that no limit is met by their sum.
    if image and f'src="{_quoted(image)}"' not in html:
        html = _sanitised(entry, _figure(image)) + html
    if policy is not None and (excerpt or policy.credit):
        credit = _sanitised(entry, _credit(entry, label.title if label else policy.title))
        # It is there where the entry was read back from a published feed.
        html = html if html.endswith(credit) else html + credit
    return html


def _excerpt(entry: Entry) -> str:
    text = one_line(entry.summary or "") or one_line(entry.text[:_EXCERPT_FROM])
    return f"<p>{escape(shorten(text, SUMMARY_LIMIT), quote=False)}</p>" if text else ""


def _credit(entry: Entry, site: str) -> str:
    """The site's name as a link to the article: no words, since feeds are in any language."""
    name, url = escape(one_line(site), quote=False), _web(entry.url)
    return f'<p><a href="{_quoted(url)}">{name}</a></p>' if url else f"<p>{name}</p>"


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
    """NFC, without letting U+0338, which makes `≯` of `>`, swallow the end of a tag.

    And U+0085 is a new line that HTML does not allow.
    """
    return normalize("NFC", html.replace("\x85", "\n").replace(">\u0338", ">&#824;"))
