"""What Atom and RSS share: faults by name, links, a lead image, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from html import unescape
from importlib.metadata import version
from typing import TYPE_CHECKING

from lxml import etree

from feeder.errors import PublishError
from feeder.generator.spelling import is_web
from feeder.models import Document, Feed

if TYPE_CHECKING:
    from feedgen.entry import FeedEntry as Builder

ADVICE = "What was published before stays. This is a fault of feeder or of a plug-in: report it."
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"

_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005, 4
_NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"  # RFC 6838, 4.2
_MEDIA_TYPE = re.compile(f"{_NAME}/{_NAME}")
_STYLE = re.compile(r'type="text/css" href="([^"<>]*)"')


@contextmanager
def named(place: str) -> Iterator[None]:
    """What feedgen, lxml or a date refuse, as a fault that says where.

    Raises:
        PublishError: in place of it.
    """
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise PublishError(f"{place}: {error}", advice=ADVICE) from error


@cache  # it takes 1 ms to read
def program_version() -> str:
    """The version that a feed's generator is told with."""
    return version("feeder")


def more_links(feed: Feed, media_type: str) -> Iterator[dict[str, str]]:
    """Hubs, other formats and history, in a feed of `media_type`; one alternate a media type.

    That is RFC 4287, 4.1.1. A feed's title leads readers to its site, so the page for people is the
    alternate in HTML only where there is no site, and else a related one.
    """
    yield from ({"rel": "hub", "href": hub} for hub in feed.hubs)
    taken = {media_type, *(["text/html"] if feed.site_url else [])}
    # The page last: of several alternates, newsboat opens the last one, whatever its type.
    for one in sorted(feed.formats, key=lambda one: one.format == "html"):
        if one.media_type not in taken:
            taken.add(one.media_type)
            yield {"rel": "alternate", "type": one.media_type, "href": one.url}
        elif one.format == "html":
            yield {"rel": "related", "type": one.media_type, "href": one.url}
    if feed.history:
        told = {"prev-archive": feed.history.previous, "current": feed.history.current}
        for rel, url in told.items():
            if url:
                yield {"rel": rel, "type": media_type, "href": url}


def append_archive_mark(parent: etree._Element, feed: Feed) -> None:
    """Say that it is an archive, where it is; the namespace is declared nowhere else."""
    if feed.history and feed.history.current:
        etree.SubElement(parent, f"{{{_HISTORY}}}archive", nsmap={"fh": _HISTORY})


def add_image(builder: Builder, image: str) -> None:
    """The lead image of an entry, by feedgen's `media`, for readers that look into no content."""
    # A group of one is an error to the W3C's validator, and feedgen makes one unless told.
    builder.media.thumbnail(url=image, group=None)
    builder.media.content(url=image, medium="image", group=None)


def parse(document: Document) -> etree._Element:
    """The root of a document of ours.

    Raises:
        PublishError: it is not well-formed, or has what no document of ours has.
    """
    # In a document of ours each `<` of a text is escaped: it has neither a document type, nor
    # comments and CDATA, in which an end tag would be none.
    if b"<!" in document.body:
        what = "a document type, a comment or CDATA stands in it"
        raise PublishError(f"{document.path}: {what}", advice=ADVICE)
    try:
        root = etree.fromstring(document.body, strict_parser())
    except etree.XMLSyntaxError as error:
        fault = f"{document.path}: not well-formed XML: {error}"
        raise PublishError(fault, advice=ADVICE) from error
    for instruction in root.itersiblings(preceding=True):
        if not _is_style(instruction):
            fault = f"{document.path}: before the feed stands {instruction!s:.200}"
            raise PublishError(fault, advice=ADVICE)
    return root


class Checked:
    """Entries that were found without a fault, by the hash of their lines.

    A fault is one of the entry's alone: what is around it has no part in it but its root element.
    """

    def __init__(self, tag: str, check: Callable[[etree._Element], Iterable[str]]) -> None:
        self._start, self._end = f"<{tag}".encode(), f"</{tag}>".encode()
        self._check = check
        self._passed = Passed()

    def faults(self, body: bytes, entries: Sequence[etree._Element]) -> Iterator[str]:
        """What is wrong with a document's entries; those known to be good are not looked at."""
        lines = body.split(self._end)[:-1]
        # Each `<` of a text is escaped: where these do not agree, something is at fault.
        whole = len(lines) == len(entries)
        opening = body[: body.find(b">", body.find(b"xmlns")) + 1].partition(b"?>")[2]
        for place, entry in enumerate(entries):
            key = None
            if whole:
                own = lines[place][lines[place].rfind(self._start) :]
                key = blake2b(opening + own, digest_size=16).digest()
            if key is not None and key in self._passed:
                continue
            found = list(self._check(entry))
            yield from found
            if key is not None and not found:
                self._passed.add(key)


class Passed:
    """Hashes, as many as can be remembered."""

    _MOST = 50_000

    def __init__(self) -> None:
        self._kept: set[bytes] = set()

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._kept

    def add(self, digest: bytes) -> None:
        """Remember it; when there are too many, forget all others."""
        if len(self._kept) >= self._MOST:
            self._kept = set()
        self._kept.add(digest)


def strict_parser() -> etree.XMLParser:
    """A parser that mends nothing and asks nobody for anything."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )


def _is_style(node: etree._Element) -> bool:
    if not isinstance(node, etree._ProcessingInstruction) or node.target != "xml-stylesheet":
        return False
    told = _STYLE.fullmatch(node.text or "")
    return told is not None and is_web(unescape(told[1]))


def is_media_type(text: str) -> bool:
    """Whether `text` is a media type without parameters."""
    return bool(_MEDIA_TYPE.fullmatch(text))
