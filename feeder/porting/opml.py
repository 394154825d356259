"""OPML from elsewhere (opml.org, versions 1.0 to 2.0): its outlines, read as a stream.

Files come from strangers' programs and may be of any size, so that no tree is built: what is kept
are the subscriptions, and the folders around the one that is read. A document that declares
entities is refused where it does (XML external entities; "billion laughs"), and so is one that
declares attributes: each outline would have them, whatever their length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO
from xml.parsers import expat

from feeder.errors import UnfitFileError
from feeder.porting.subscriptions import LONGEST, MOST, Subscription
from feeder.text import one_line, shorten

_PIECE = 65_536
_MOST_BYTES = 256_000_000
"""Of a document: as many outlines as are taken, each with 2.5 kB."""
_LARGEST_TAG = 1_000_000
"""Bytes of one tag or comment. Before expat 2.6 each further piece had it read from its beginning
once more: 16 MB took 2 s, and all that a document may have would have taken minutes."""
_DEEPEST = 100
"""Elements within each other: readers show a few levels of folders."""
_FOLDER = 100
"""Characters of a folder's name that are kept: it stands in a comment of each source in it."""
_FRESHRSS = "https://freshrss.org/opml"
_BETWEEN = " "
"""What the parser puts between a namespace and a name; no address has it."""
_OTHERS = {
    "html": "it is a web page; `feeder discover` looks for what can be subscribed to on one",
    "rss": "it is a feed itself; name its address in a list of addresses",
    "feed": "it is a feed itself; name its address in a list of addresses",
    "rdf": "it is a feed itself; name its address in a list of addresses",
}


def read_opml(file: BinaryIO) -> list[Subscription]:
    """All outlines with an address, in their order.

    Raises:
        UnfitFileError: it is no OPML, no well-formed XML, or declares entities; with the line.
    """
    reading = _Reading()
    left = _MOST_BYTES
    try:
        while piece := file.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise UnfitFileError(f"over {_MOST_BYTES // 1_000_000} MB, which no OPML has")
            reading.feed(piece)
        reading.end()
    except expat.ExpatError as error:
        raise UnfitFileError(
            f"no well-formed XML: {expat.ErrorString(error.code)} at column {error.offset + 1}",
            advice="it may have been cut, or changed by hand: export it once more",
            line=error.lineno,
        ) from None
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise UnfitFileError(f"its encoding cannot be read: {error}", line=1) from None
    return reading.found


class _Reading:
    """One document under way."""

    def __init__(self) -> None:
        self.found: list[Subscription] = []
        self._folders: list[str] = []
        self._depth = 0
        self._begun = False
        self._fed = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity
        parser.AttlistDeclHandler = self._attribute

    def feed(self, piece: bytes) -> None:
        if not self._begun:
            piece = piece.lstrip(b" \t\r\n")  # some programs write an empty line first
            self._begun = bool(piece)
        self._parser.Parse(piece, False)
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > _LARGEST_TAG:
            raise UnfitFileError(
                f"a tag of over {_LARGEST_TAG // 1_000_000} MB", line=self._parser.CurrentLineNumber
            )

    def end(self) -> None:
        self._parser.Parse(b"", True)

    def _entity(self, name: str, *_: object) -> None:
        raise UnfitFileError(
            f"it declares an entity, {shorten(name, 40)!r}, and none is ever expanded",
            advice="no program for feeds writes any: take the declaration out",
            line=self._parser.CurrentLineNumber,
        )

    def _attribute(self, element: str, name: str, *_: object) -> None:
        raise UnfitFileError(
            f"it declares an attribute, {shorten(name, 40)!r}, of all {shorten(element, 40)!r}",
            advice="no program for feeds declares any: take the declaration out",
            line=self._parser.CurrentLineNumber,
        )

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        line = self._parser.CurrentLineNumber
        if self._depth == 1:
            _check_root(name, line)
        if self._depth > _DEEPEST:
            raise UnfitFileError(f"elements within each other over {_DEEPEST} deep", line=line)
        title = ""
        if _local(name) == "outline":
            title = one_line((attributes.get("text") or attributes.get("title", ""))[:LONGEST])
            self._keep(attributes, title, line)
        self._folders.append(title[:_FOLDER])

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._folders.pop()

    def _keep(self, attributes: Mapping[str, str], title: str, line: int) -> None:
        told = {key.lower(): value for key, value in attributes.items()}
        address = told.get("xmlurl", "").strip()
        if not address:
            return
        if len(self.found) == MOST:
            raise UnfitFileError(f"over {MOST:,} subscriptions; divide it", line=line)
        for key, value in told.items():
            if len(value) > LONGEST and key != "description":
                message = (
                    f"{shorten(key.rpartition(_BETWEEN)[2], 40)} has {len(value):,} characters"
                )
                raise UnfitFileError(message, line=line)
        prefix = _FRESHRSS + _BETWEEN
        scraping = {
            key.removeprefix(prefix): value
            for key, value in attributes.items()
            if key.startswith(prefix) and value
        }
        self.found.append(
            Subscription(
                line=line,
                address=address,
                title=title,
                site=told.get("htmlurl", "").strip(),
                folder=tuple(filter(None, self._folders)),
                kind=told.get("type", "").strip().lower(),
                language=told.get("language", "").strip(),
                scraping=scraping,
            )
        )


def _check_root(name: str, line: int) -> None:
    local = _local(name)
    if local != "opml":
        advice = _OTHERS.get(local, "export the list of feeds as OPML")
        raise UnfitFileError(f"no OPML, but <{shorten(local, 40)}>", advice=advice, line=line)


def _local(name: str) -> str:
    return name.rpartition(_BETWEEN)[2].lower()
