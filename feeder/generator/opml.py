"""OPML 2.0 (opml.org): all feeds as one list, to be subscribed to at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from feeder.errors import PublishError
from feeder.generator.spelling import is_web
from feeder.languages import is_language
from feeder.models import Catalogue, Document, FormatLink, Listed
from feeder.text import one_line

_MEDIA_TYPE = "text/x-opml; charset=utf-8"
_ADVICE = "What was published before stays. This is a fault of feeder or of a plug-in: report it."
# RFC 4287's is what readers take best; the page for people is none.
_PREFERRED, _PAGE = "atom", "html"


class Opml:
    """Renders the list of all feeds, without dates: only feeds that come and go move it."""

    path = "feeds.opml"

    def render(self, catalogue: Catalogue) -> Document:
        """All feeds that are published in a format for readers, in the order they are given in.

        Raises:
            PublishError: a text in it cannot be written.
        """
        root = etree.Element("opml", version="2.0")
        try:
            head = etree.SubElement(root, "head")
            etree.SubElement(head, "title").text = one_line(catalogue.title) or "Feeds"
            body = etree.SubElement(root, "body")
            for feed in catalogue.feeds:
                _append(body, feed)
        except ValueError as error:
            raise PublishError(f"{self.path}: {error}", advice=_ADVICE) from error
        data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
        return Document(self.path, _MEDIA_TYPE, data)

    def check(self, document: Document) -> None:
        """Read the document back strictly.

        Raises:
            PublishError: it is not what a strict reader takes.
        """
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(document.body, parser)
        except etree.XMLSyntaxError as error:
            fault = f"{document.path}: not well-formed XML: {error}"
            raise PublishError(fault, advice=_ADVICE) from error
        for fault in _faults(root):
            raise PublishError(f"{document.path}: {fault}", advice=_ADVICE)


def _append(body: etree._Element, feed: Listed) -> None:
    address = _address(feed.formats)
    if address is None:
        return
    title = one_line(feed.title) or feed.name
    page = next((one.url for one in feed.formats if one.format == _PAGE), None)
    told = {
        "text": title,
        "title": title,
        "type": "rss",  # of every format: "version" is what tells them apart, and is optional
        "xmlUrl": address,
        "htmlUrl": feed.site_url or page,
        "language": feed.language,
        "description": one_line(feed.subtitle or ""),
    }
    etree.SubElement(body, "outline", {name: text for name, text in told.items() if text})


def _address(formats: tuple[FormatLink, ...]) -> str | None:
    feeds = [one for one in formats if one.format != _PAGE]
    feeds.sort(key=lambda one: one.format != _PREFERRED)
    return feeds[0].url if feeds else None


def _faults(root: etree._Element) -> Iterator[str]:
    if root.tag != "opml" or root.get("version") != "2.0":
        yield "it is no OPML 2.0"
        return
    if [child.tag for child in root] != ["head", "body"]:
        yield "it has not exactly one head and one body"
    if not (root.findtext("head/title") or "").strip():
        yield "it has no title"
    outlines = root.findall("body/outline")
    for outline in outlines:
        yield from _faults_of(outline)
    for address, count in Counter(outline.get("xmlUrl") for outline in outlines).items():
        if count > 1:
            yield f"{count} outlines have the address {address}"


def _faults_of(outline: etree._Element) -> Iterator[str]:
    name = f"outline {outline.get('text')!r}"
    if not (outline.get("text") or "").strip() or outline.get("type") != "rss":
        yield f"{name} has no text, or not the type rss"
    for key in ("xmlUrl", "htmlUrl"):
        url = outline.get(key)
        if (url is None and key == "xmlUrl") or (url is not None and not is_web(url)):
            yield f"{name}: {key} is no web address: {url!r}"
    language = outline.get("language")
    if language is not None and not is_language(language):
        yield f"{name} has the language {language!r}, which is none"
