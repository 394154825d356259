"""A sitemap's bytes become what is listed in it, whatever the bytes are.

XML goes through libxml2 event by event, so that no tree is built: 50 MB take no more memory than
their text. Names count without their namespace and in any case; half of the sitemaps that were
ever written by hand get one of these wrong.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from feeder.encoding import decode
from feeder.errors import LayoutError, NotTextError, TooLargeError, UnreadableError
from feeder.models import Page
from feeder.text import shorten, xml_safe

MOST_BYTES = 52_428_800
"""What a sitemap may have, unpacked (sitemaps.org, "Sitemap file size")."""
_GZIP = b"\x1f\x8b"
_STEP = 65_536
# Programs write one, tools that work on all cores one a block of 64 kB or more.
_MOST_MEMBERS = 1_024
# Of one field. Addresses have up to 2,048 characters (sitemaps.org, "loc"); what is longer than
# this is no address, title or list of keywords any more.
_LONGEST = 4_096
_INTERNAL_SUBSET = re.compile(
    r"(?:\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+"
    r"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*+\["
)
# An ampersand that nobody escaped is the commonest fault there is, and ends the document.
_BARE = re.compile(
    r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)"
)
_HTML = re.compile(
    r"(?:\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+<(?:!doctype\s+)?html\b", re.I
)
_IS_ADDRESS = re.compile(r"https?://\S", re.IGNORECASE)
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
_ADVICE = "set url to the sitemap; robots.txt names it, and /sitemap.xml is where most are"
# Where a field stands: the element and the one around it, and its name in `Listed`.
_FIELDS = {
    ("url", "loc"): "address", ("sitemap", "loc"): "address",
    ("url", "lastmod"): "lastmod", ("sitemap", "lastmod"): "lastmod",
    ("image", "loc"): "image", ("news", "title"): "title", ("news", "keywords"): "keywords",
    ("news", "publication_date"): "published", ("publication", "language"): "language",
}  # fmt: skip


class Listed(NamedTuple):
    """One address of a sitemap with what stands beside it, as it is written there.

    `is_sitemap` tells a further sitemap from a page, `is_news` that it is announced as news.
    """

    address: str
    lastmod: str = ""
    published: str = ""
    title: str = ""
    keywords: str = ""
    language: str = ""
    image: str = ""
    is_sitemap: bool = False
    is_news: bool = False


def read_sitemap(page: Page, take: Callable[[Listed], None]) -> str:
    """Hand each address that a sitemap lists to `take`, and say why that ended before its end.

    The answer is empty where it was read to its end.

    Raises:
        LayoutError: it is no sitemap, or one that declares entities.
        TooLargeError: it is larger than a sitemap may be.
        UnreadableError: it is compressed and cannot be unpacked.
    """
    text = _text(page)
    if _INTERNAL_SUBSET.match(text):
        raise LayoutError("the sitemap has a document type of its own, which none may have")
    if _IS_ADDRESS.match(text.lstrip()[:16]):
        return _read_lines(text, take)
    if _HTML.match(text):
        raise LayoutError("a web page came instead of a sitemap", advice=_ADVICE)
    if not text.lstrip().startswith("<"):
        raise LayoutError(f"this is no sitemap: {_beginning(text)}", advice=_ADVICE)
    return _read_xml(text, take)


def _text(page: Page) -> str:
    body = page.body
    if body.startswith(_GZIP):
        body = _unpacked(body)
        if body.startswith(_GZIP):
            raise UnreadableError("the sitemap is compressed twice")
    if len(body) > MOST_BYTES:
        raise _too_large()
    try:
        text = decode(body, charset=page.charset, markup=True).text
    except NotTextError as error:
        raise LayoutError(f"this is no sitemap: {error.message}", advice=_ADVICE) from None
    if not text.strip():
        raise LayoutError("the sitemap is empty")
    return xml_safe(text)


def _unpacked(body: bytes) -> bytes:
    """All members of a gzip file (RFC 1952, 2.2), step by step up to what a sitemap may have."""
    parts: list[bytes] = []
    room, members, reader = MOST_BYTES, 1, zlib.decompressobj(wbits=31)
    for start in range(0, len(body), _STEP):
        data = body[start : start + _STEP]
        while data:
            if reader.eof:
                if not data.startswith(_GZIP[: len(data)]):
                    return b"".join(parts)  # padding behind the last member, as tar writes it
                members, reader = members + 1, zlib.decompressobj(wbits=31)
                if members > _MOST_MEMBERS:
                    raise UnreadableError(f"the sitemap has over {_MOST_MEMBERS:,} gzip members")
            try:
                part = reader.decompress(data, room + 1)
            except zlib.error:
                raise UnreadableError("the sitemap's gzip data is damaged") from None
            room -= len(part)
            if room < 0:
                raise _too_large()
            parts.append(part)
            data = reader.unconsumed_tail or reader.unused_data
    if not reader.eof:
        raise UnreadableError("the sitemap's gzip data ends before its end")
    return b"".join(parts)


def _too_large() -> TooLargeError:
    return TooLargeError(
        f"the sitemap has over {MOST_BYTES:,} bytes, which none may have",
        advice="name one of its parts as url, or the site's feed",
    )


def _read_lines(text: str, take: Callable[[Listed], None]) -> str:
    """A sitemap of one address a line."""
    for line in re.finditer(r"[^\r\n]+", text):
        address = line[0].strip()
        if address:
            take(Listed(address[:_LONGEST]))
    return ""


def _read_xml(text: str, take: Callable[[Listed], None]) -> str:
    target = _Events(take)
    parser = etree.XMLParser(
        target=target,  # type: ignore[arg-type]  # the stubs want what lxml leaves out: comments
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        _feed(parser, _BARE.sub(_escaped, text.lstrip()))
        parser.close()
    except etree.XMLSyntaxError as error:
        if not target.root:
            reason = shorten(error.msg or "not XML", 120)
            raise LayoutError(f"the sitemap is no XML: {reason}", advice=_ADVICE) from None
        return shorten(error.msg or "it is not XML to its end", 160)
    return ""


def _feed(parser: etree.XMLParser, text: str) -> None:
    for start in range(0, len(text), _STEP):
        # Half of a surrogate pair cannot be here: xml_safe took lone ones out.
        parser.feed(text[start : start + _STEP].encode())


def _escaped(match: re.Match[str]) -> str:
    return "&amp;" if match[0] == "&" else match[0]


class _Events:
    """What libxml2 tells of a document, as it goes."""

    def __init__(self, take: Callable[[Listed], None]) -> None:
        self.root = ""
        self._take = take
        self._around: list[str] = []
        self._text: list[str] = []
        self._room = 0
        self._fields: dict[str, str] = {}
        self._news = False

    def start(self, tag: str, attributes: object) -> None:
        name = tag.rpartition("}")[2].lower()
        if not self._around:
            self._begin(name)
        elif name in ("url", "sitemap"):
            self._fields, self._news = {}, False
        elif name == "news":
            self._news = True
        self._around.append(name)
        self._text, self._room = [], _LONGEST

    def data(self, text: str) -> None:
        if self._room > 0:
            self._text.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        name = self._around.pop()
        if name in ("url", "sitemap") and len(self._around) == 1:
            self._finish(is_sitemap=name == "sitemap")
        elif self._around:
            field = _FIELDS.get((self._around[-1], name))
            if field:
                # The first of several counts: of images it is the one that leads.
                self._fields.setdefault(field, "".join(self._text).strip())
        self._text, self._room = [], 0

    def close(self) -> None:
        """libxml2 is done."""

    def _begin(self, name: str) -> None:
        self.root = name
        if name in _FEED_ROOTS:
            advice = 'write kind = "feed"'
            raise LayoutError("this is a feed and no sitemap", advice=advice)
        if name not in ("urlset", "sitemapindex"):
            what = shorten(name, 40)
            raise LayoutError(f"this is no sitemap: it begins with <{what}>", advice=_ADVICE)

    def _finish(self, *, is_sitemap: bool) -> None:
        fields, self._fields = self._fields, {}
        if fields.get("address"):
            self._take(Listed(**fields, is_sitemap=is_sitemap, is_news=self._news))


def _beginning(text: str) -> str:
    return f'it begins with "{shorten(text[:200], 40)}"'
