"""How a feed in XML is written: its shell, and in it the lines of its entries.

An entry that is as it was is not written again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from feeder.generator.pieces import Pieces
from feeder.generator.spelling import is_web
from feeder.generator.xml import named
from feeder.models import Feed, FeedEntry

# How RSS's profile has a character that could be taken for markup: of a title nobody can tell if it
# is plain text or HTML, and only these mean the same in both to nearly all readers. Of Atom too the
# W3C's validator warns (ContainsUndeclaredHTML) of a text that looks like it, unless so written.
_LABEL = re.compile(
    rb"<(?:title|summary|subtitle|rights|name|category|copyright|dc:creator)>[^<]*&[^<]*"
)
_HEXADECIMAL = {b"&amp;": b"&#x26;", b"&lt;": b"&#x3C;", b"&gt;": b"&#x3E;"}
_REFERENCE = re.compile(b"&(?:amp|lt|gt);")


@dataclass(frozen=True)
class Writing:
    """One format: what is around entries in it, from the root on, and what makes the elements.

    `shell` is the feed without its entries, `entry` one of them in a feed of a language.
    """

    around: tuple[str, ...]
    shell: Callable[[Feed], etree._Element]
    entry: Callable[[FeedEntry, str | None], etree._Element]
    pieces: Pieces = field(default_factory=Pieces)

    def body(self, feed: Feed) -> bytes:
        """The whole document, an element a line so that people can compare two.

        Raises:
            PublishError: a text, date or address in it cannot be written; it names the entry.
        """
        with named(feed.name):
            shell = self.shell(feed)
        pieces = []
        for entry in feed.entries:
            with named(f"{feed.name}: entry {entry.id}"):
                pieces.append(self._piece(entry, feed.language, shell))
        with named(feed.name):
            return _spliced(shell, self.around, pieces, feed.stylesheet)

    def _piece(self, entry: FeedEntry, language: str | None, shell: etree._Element) -> bytes:
        def made() -> bytes:
            return _written_in(self.around, shell.nsmap, self.entry(entry, language))

        return self.pieces.get((entry, language), made)


def _serialised(root: etree._Element, stylesheet: str | None) -> bytes:
    """The document, an element a line, with the stylesheet that browsers show it by.

    Raises:
        ValueError: the stylesheet has no web address.
    """
    if stylesheet:
        if not is_web(stylesheet):
            raise ValueError(f"the stylesheet has no web address: {stylesheet!r}")
        told = f'type="text/css" href="{escape(stylesheet)}"'
        root.addprevious(etree.ProcessingInstruction("xml-stylesheet", told))
    tree = root.getroottree()
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _written_in(
    parents: Sequence[str], nsmap: dict[str | None, str], element: etree._Element
) -> bytes:
    """The lines of an element as they stand in a document in which these are around it."""
    inner = root = etree.Element(parents[0], nsmap=nsmap)  # type: ignore[arg-type]  # stubs: no default one
    for name in parents[1:]:
        inner = etree.SubElement(inner, name)
    inner.append(element)
    body: bytes = etree.tostring(root, encoding="UTF-8", pretty_print=True)
    lines = body.split(b"\n", len(parents))[-1]
    return _plainly(lines[: lines.rindex(_end(parents))])


def _spliced(
    shell: etree._Element, parents: Sequence[str], pieces: Iterable[bytes], stylesheet: str | None
) -> bytes:
    """A document of its shell and the lines of its entries, the last thing within `parents`."""
    body = _plainly(_serialised(shell, stylesheet))
    at = body.rindex(_end(parents))
    return b"".join([body[:at], *pieces, body[at:]])


def _end(parents: Sequence[str]) -> bytes:
    return f"{'  ' * (len(parents) - 1)}</{parents[-1]}>".encode()


def _plainly(body: bytes) -> bytes:
    """With titles and names in which nothing can be taken for markup.

    Exact: each `<` of a text is escaped, so `<title>` can be nothing but the element.
    """
    return _LABEL.sub(_in_hexadecimal, body)


def _in_hexadecimal(match: re.Match[bytes]) -> bytes:
    return _REFERENCE.sub(lambda reference: _HEXADECIMAL[reference.group()], match.group())
