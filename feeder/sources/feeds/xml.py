"""The items of a feed in XML: texts by `texts`, everything else by feedparser."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any, NamedTuple

from lxml.etree import _Element

from feeder.enclosures import MOST, enclosure_of
from feeder.languages import read_language
from feeder.models import Enclosure
from feeder.sources.feeds.document import Item, name_of, parse
from feeder.sources.feeds.parsed import XML, parsed
from feeder.sources.feeds.patience import patience_of
from feeder.sources.feeds.texts import MOST_CHILDREN, Texts, summary_of, texts_of
from feeder.sources.feeds.told import Read, Told
from feeder.sources.moments import moment_of
from feeder.text import one_line
from feeder.urls import resolve

MOST_ITEMS = 200
"""Of one feed in one refresh."""
_LONGEST = 4_096
_LONGEST_NAME = 200
_MOST_NAMES = 20
_DATES = frozenset("pubdate published issued created date updated modified".split())
_LANG, _BASE = f"{{{XML}}}lang", f"{{{XML}}}base"
_FIRST_YEAR, _LAST_YEAR = 1700, 2199


class _Shown(NamedTuple):
    texts: Texts
    base: str | None  # of the content
    own_base: str | None  # of the item
    language: str | None


class _Setting(NamedTuple):
    zone: tzinfo
    address: str
    is_atom: bool
    site: str | None
    language: str | None
    authors: tuple[str, ...]


def read_xml(text: str, address: str, zone: tzinfo) -> Read:
    """The newest items of a feed in XML, in its order.

    Raises:
        LayoutError: it is no feed, or nothing in it is whole.
        TooLargeError: it has more tags than any feed.
    """
    document = parse(text)
    chosen = _newest(document.items, zone)
    is_atom = name_of(document.root) == "feed"
    shown = [_shown(item, address, is_atom=is_atom) for _, item in chosen]
    feed, entries = parsed(document, chosen)
    setting = _setting(feed, document.root, address, zone, is_atom)
    items = tuple(
        _Entry(entries.get(place, {}), item, setting).told(place, each)
        for (place, item), each in zip(chosen, shown, strict=True)
    )
    return Read(items, document.number, document.broken, patience_of(document.root))


def _shown(item: Item, address: str, *, is_atom: bool) -> _Shown:
    """What is read of an item before feedparser gets what is left of it."""
    texts = texts_of(item.element, is_atom=is_atom)
    element = item.element if texts.element is None else texts.element
    return _Shown(texts, _base(element, address), _base(item.element, address), _language(element))


def _newest(items: list[Item], zone: tzinfo) -> list[tuple[int, Item]]:
    """The newest items with their places, in the feed's order."""
    placed = list(enumerate(items))
    if len(placed) <= MOST_ITEMS:
        return placed
    dated = [(_when(item.element, zone), place, item) for place, item in placed]
    dated.sort(key=lambda each: (each[0], each[1]))
    return sorted(
        ((place, item) for _, place, item in dated[:MOST_ITEMS]), key=lambda each: each[0]
    )


def _when(item: _Element, zone: tzinfo) -> float:
    for child in islice(item, MOST_CHILDREN):
        if name_of(child) in _DATES and child.text and len(child.text) < 100:
            moment = moment_of(child.text, zone)
            if moment is not None:
                return -moment.timestamp()
    return math.inf


def _setting(
    feed: Mapping[str, Any], root: _Element, address: str, zone: tzinfo, is_atom: bool
) -> _Setting:
    language = read_language(str(feed.get("language") or "")) or _language(root)
    site = _alternate(feed)
    return _Setting(
        zone,
        address,
        is_atom,
        resolve(site, address) if site else None,
        language,
        # An Atom feed's author is that of its entries (RFC 4287, 4.2.1); RSS names who runs it.
        _names(feed) if is_atom else (),
    )


class _Entry:
    """One item as feedparser read it, beside its element."""

    def __init__(self, entry: Mapping[str, Any], item: Item, setting: _Setting) -> None:
        self._entry, self._item, self._setting = entry, item, setting
        self._base = ""

    def told(self, place: int, shown: _Shown) -> Told:
        setting, texts = self._setting, shown.texts
        self._base = shown.own_base or setting.site or setting.address
        link = self._link()
        teaser = summary_of(texts.teaser)
        published, modified = self._dates()
        authors = _names(self._entry) or setting.authors
        return Told(
            place=place,
            guid=one_line(str(self._entry.get("id") or ""))[:_LONGEST],
            link=link,
            title=texts.title,
            summary=teaser,
            content=texts.content or texts.teaser,
            is_summary=not texts.content,
            is_only_summary=not texts.content and setting.is_atom,
            published=published,
            modified=modified,
            authors=authors,
            categories=self._categories(),
            image=self._image(authors),
            language=shown.language
            or read_language(self._child("language")[:40])
            or setting.language,
            # Without xml:base, what is relative is so to the article's page: that is where the
            # markup was taken from.
            base=shown.base or link or setting.site or setting.address,
            enclosures=tuple(islice(self._enclosures(), MOST)),
            damaged=self._item.is_damaged,
        )

    def _link(self) -> str | None:
        """The article's address: behind FeedBurner's, the link to it, or the guid that is one."""
        entry = self._entry
        written = entry.get("feedburner_origlink") or _alternate(entry)
        if not written and not self._setting.is_atom and self._guid_is_link():
            written = entry.get("id")
        if not written:
            return None
        return resolve(str(written), self._base)

    def _guid_is_link(self) -> bool:
        for child in islice(self._item.element, MOST_CHILDREN):
            if name_of(child) == "guid":
                return (child.get("isPermaLink") or "true").strip().lower() != "false"
        return False

    def _dates(self) -> tuple[datetime | None, datetime | None]:
        published = self._moment("published") or self._moment("created")
        modified = self._moment("updated")
        if published is None and not self._setting.is_atom:
            return modified, None  # dc:date, which is all that RSS 1.0 has
        return published, modified

    def _moment(self, name: str) -> datetime | None:
        text = str(self._entry.get(name) or "")
        moment = moment_of(text, self._setting.zone, self._setting.language)
        if moment is not None or not any(map(str.isdigit, text)):
            return moment
        parsed = self._entry.get(f"{name}_parsed")  # Korean, Greek, Hungarian and other old habits
        try:
            if not parsed or not _FIRST_YEAR <= parsed[0] <= _LAST_YEAR:
                return None
            year, month, day, hour, minute, second = parsed[:6]
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        except ValueError:
            return None

    def _categories(self) -> tuple[str, ...]:
        tags = self._entry.get("tags") or ()
        names = (one_line(str(tag.get("label") or tag.get("term") or "")) for tag in tags)
        return tuple(dict.fromkeys(name for name in names if name and len(name) <= _LONGEST_NAME))[
            :_MOST_NAMES
        ]

    def _image(self, authors: tuple[str, ...]) -> str | None:
        """The largest picture that the feed names; WordPress.com names the author's face first."""
        faces = {author.casefold() for author in authors}
        pictures = [
            (_width(each), each.get("url") or each.get("href"))
            for each in self._pictures()
            if str(each.get("title") or "").casefold() not in faces
        ]
        pictures.sort(key=lambda each: -each[0])
        addresses = (resolve(str(url), self._base) for _, url in pictures if url)
        return next(filter(None, addresses), None)

    def _pictures(self) -> Iterator[Mapping[str, Any]]:
        for element in islice(self._item.element.iter("{*}content"), MOST_CHILDREN):
            kind, medium = element.get("type") or "", element.get("medium") or ""
            if element.get("url") and (medium == "image" or kind.startswith("image/")):
                title = next((c.text for c in element if name_of(c) == "title"), None)
                yield {"url": element.get("url"), "width": element.get("width"), "title": title}
        for link in self._entry.get("links") or ():
            if link.get("rel") == "enclosure" and str(link.get("type", "")).startswith("image/"):
                yield link
        if image := self._entry.get("image"):
            yield image
        yield from self._entry.get("media_thumbnail") or ()

    def _enclosures(self) -> Iterator[Enclosure]:
        """Its files; not those of Media RSS, which newspapers put beside their teasers."""
        links = self._entry.get("links") or ()
        for link in {
            each.get("href"): each for each in links if each.get("rel") == "enclosure"
        }.values():
            address = resolve(str(link.get("href") or ""), self._base)
            kind, length = str(link.get("type") or ""), str(link.get("length") or "")
            made = enclosure_of(address, kind, length)
            if made is not None:
                yield made

    def _child(self, name: str) -> str:
        children = islice(self._item.element, MOST_CHILDREN)
        return next((c.text or "" for c in children if name_of(c) == name), "")


def _width(picture: Mapping[str, Any]) -> int:
    width = str(picture.get("width") or "")
    return int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 0


def _alternate(context: Mapping[str, Any]) -> str | None:
    """The link to the page that a feed or an item stands for, HTML before others."""
    links = [each for each in context.get("links") or () if each.get("href")]
    pages = [each for each in links if each.get("rel") == "alternate"]
    pages.sort(
        key=lambda each: (
            str(each.get("type") or "text/html") not in ("text/html", "application/xhtml+xml")
        )
    )
    return pages[0]["href"] if pages else None


def _names(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of authors. Addresses of mail are not published."""
    written = [str(each.get("name") or "") for each in context.get("authors") or ()]
    written = (
        written if any(written) else [str((context.get("author_detail") or {}).get("name") or "")]
    )
    names = (one_line(name) for name in written)
    kept = (name for name in names if name and "@" not in name and len(name) <= _LONGEST_NAME)
    return tuple(dict.fromkeys(kept))[:_MOST_NAMES]


def _language(element: _Element) -> str | None:
    for each in (element, *element.iterancestors()):
        if (told := each.get(_LANG)) is not None:
            return read_language(told[:40])
    return None


def _base(element: _Element | None, address: str) -> str | None:
    """The address that xml:base gives an element (XML Base, 4.2), if any is around it."""
    if element is None:
        return None
    told = [each.get(_BASE) for each in (element, *element.iterancestors()) if each.get(_BASE)]
    base: str | None = None
    for written in reversed(told):
        base = resolve(str(written), base or address) or base
    return base
