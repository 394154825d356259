"""What is published beside feeds: lists of feeds in OPML, pages in HTML, and style sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import html5lib
import listparser
import tinycss2
from html5lib.html5parser import ParseError
from lxml import etree

from feeder.models import Document
from tests.validators import w3c


def faults_of_opml(document: Document) -> Iterator[str]:
    """OPML 2.0, and what another program takes from it."""
    root = etree.fromstring(document.body, etree.XMLParser(resolve_entities=False))
    if root.tag != "opml" or root.get("version") != "2.0":
        yield "InvalidOPMLVersion: it is no OPML 2.0"
    outlines = root.findall("body//outline")
    for outline in outlines:
        yield from w3c.labels(outline.get("text", ""))
        for name in {"xmlUrl", "htmlUrl"} & set(map(str, outline.attrib)):
            yield from w3c.link(outline.get(name, ""))
        if "language" in outline.attrib:
            yield from w3c.language(outline.get("language", ""))
    read = listparser.parse(document.body.decode())
    if read.bozo:
        yield f"listparser refuses it: {read.bozo_exception}"
    told = [(outline.get("text"), outline.get("xmlUrl")) for outline in outlines]
    if told != [(feed.title, feed.url) for feed in read.feeds]:
        yield f"listparser reads {len(read.feeds)} feeds, or others than the {len(told)} in it"


def faults_of_html(document: Document) -> Iterator[str]:
    """HTML 5 without a mistake in it, whose every address is whole."""
    text = document.body.decode()
    yield from w3c.texts(text)
    try:
        page = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(text)
    except ParseError as error:
        yield f"NotHtml: {error}"
        return
    if [bool((title.text or "").strip()) for title in page.iter("title")] != [True]:
        yield "NotHtml: it has not exactly one title"
    ids = Counter(element.get("id") for element in page.iter() if "id" in element.attrib)
    yield from (f"NotHtml: {count} elements are {id_}" for id_, count in ids.items() if count > 1)
    for element in page.iter():
        for name in {"href", "src"} & set(element.attrib):
            url = element.get(name).removeprefix("feed:")  # which readers register for
            if not (url.startswith("#") and url[1:] in ids):
                yield from w3c.link(url)
        if "lang" in element.attrib:
            yield from w3c.language(element.get("lang"))
        for name in element.attrib:
            if name.startswith("on"):
                yield f"SecurityRiskAttr: {element.tag} has {name}"


def faults_of_css(document: Document) -> Iterator[str]:
    """A style sheet that parses to its end and loads nothing."""
    rules = tinycss2.parse_stylesheet(document.body.decode(), skip_comments=True)
    pending = list(rules)
    while pending:
        node = pending.pop()
        if node.type == "error":
            yield f"CSS: {node.message} at line {node.source_line}"
        elif node.type == "url" or (node.type == "function" and node.lower_name == "url"):
            yield f"CSS: it loads something at line {node.source_line}"
        elif node.type == "at-rule" and node.lower_at_keyword == "import":
            yield f"CSS: it imports something at line {node.source_line}"
        pending += getattr(node, "prelude", None) or []
        if node.type == "qualified-rule":
            pending += tinycss2.parse_blocks_contents(node.content, skip_comments=True)
        elif node.type == "at-rule" and node.content is not None:
            pending += tinycss2.parse_rule_list(node.content, skip_comments=True)
        elif node.type == "declaration":
            pending += node.value
