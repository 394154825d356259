"""Atom 1.0 (RFC 4287), written with feedgen.

feedgen 1.0 loses everything but `href` of an entry's links, knows neither an entry's language nor
a whole `source`, writes dates with offsets and fractions, and raises for the whole feed where one
text has a character that XML cannot carry. Each of these is mended in one place below. Entries are
made apart and put in, so feedgen's own order (newest last) never matters; one that is as it was is
not written again.
"""

from __future__ import annotations

import re
from datetime import datetime

from feedgen.entry import FeedEntry as Builder
from feedgen.ext.media import MediaEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeder.generator.atom_reading import MEDIA_TYPE, check
from feeder.generator.spelling import stamp
from feeder.generator.writing import Writing
from feeder.generator.xml import (
    XML_LANG,
    add_image,
    append_archive_mark,
    more_links,
    program_version,
)
from feeder.models import Document, Feed, FeedEntry
from feeder.text import one_line, xml_safe

_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"  # RFC 6721

# White space and ASCII punctuation. Not `\W`, which would cut words at Indic vowel signs.
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~]+")


class Atom:
    """Renders a feed as one Atom document, an element a line so that people can compare two."""

    media_type = "application/atom+xml"

    def path(self, name: str) -> str:
        """Where the document of the feed `name` lies."""
        return f"{name}.atom"

    def render(self, feed: Feed) -> Document:
        """The feed as it is given: nothing is left out, sorted or dated here.

        Raises:
            PublishError: a text, date or address in it cannot be written; it names the entry.
        """
        return Document(self.path(feed.name), MEDIA_TYPE, _WRITING.body(feed))

    def check(self, document: Document) -> None:
        """Read the document back as the strictest reader would.

        Raises:
            PublishError: it says what is wrong, and where.
        """
        check(document)


def _shell(feed: Feed) -> etree._Element:
    """The feed without its entries."""
    shell = FeedGenerator()
    shell.load_extension("media")  # declares the namespace once, at the root
    shell.id(feed.id)
    shell.title(one_line(feed.title) or feed.name)
    shell.author({"name": one_line(feed.author) or feed.name})
    shell.generator("feeder", version=program_version())
    _add_options(shell, feed)
    # feedgen has no public way to its tree; atom_str() would have to be parsed again.
    root: etree._Element = shell._create_atom()[0]
    _set_date(root, "updated", feed.updated)
    append_archive_mark(root, feed)
    _append_tombstones(root, feed)
    return root


def _append_tombstones(root: etree._Element, feed: Feed) -> None:
    """The namespace is declared only where it is used."""
    shown = {entry.id for entry in feed.entries}  # what is in the feed is not deleted
    for stone in feed.tombstones:
        if stone.id not in shown:
            told = {"ref": stone.id, "when": stamp(stone.when)}
            etree.SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", told, {"at": _TOMBSTONES})


def _add_options(shell: FeedGenerator, feed: Feed) -> None:
    # `self` first: feedgen takes the last link for RSS's only one.
    shell.link(rel="self", type="application/atom+xml", href=feed.self_url)
    for link in more_links(feed, Atom.media_type):
        shell.link(link)
    if feed.site_url:
        shell.link(rel="alternate", type="text/html", href=feed.site_url)
    shell.language(feed.language)
    shell.icon(feed.icon)
    shell.logo(feed.logo)
    shell.subtitle(one_line(feed.subtitle or ""))
    shell.rights(one_line(feed.rights or ""))


def _entry(entry: FeedEntry, feed_language: str | None) -> etree._Element:
    builder = _builder(entry)
    links = _links(entry)
    builder.link(links)
    element: etree._Element = builder.atom_entry()
    # feedgen's loop shadows its own variable and writes nothing but href.
    for written, link in zip(element.findall("link"), links, strict=True):
        for name, value in link.items():
            written.set(name, value)
    _set_date(element, "published", entry.published)
    _set_date(element, "updated", entry.updated)
    if entry.language and entry.language != feed_language:
        element.set(XML_LANG, entry.language)
    _append_source(element, entry)
    return element


def _builder(entry: FeedEntry) -> Builder:
    """What feedgen can say of an entry, in its own words."""
    builder = Builder()
    builder.register_extension("media", MediaEntryExtension)
    builder.id(entry.id)
    builder.title(one_line(entry.title) or entry.url or entry.id)
    builder.published(entry.published)
    builder.content(xml_safe(entry.html), type="html")
    builder.author([{"name": name} for author in entry.authors if (name := one_line(author))])
    builder.category(_categories(entry.categories))
    if summary := one_line(entry.summary or ""):
        builder.summary(summary)
    if entry.image:
        add_image(builder, entry.image)
    return builder


def _links(entry: FeedEntry) -> list[dict[str, str]]:
    links = []
    if entry.url:
        links.append({"rel": "alternate", "type": "text/html", "href": entry.url})
    if entry.attribution and entry.attribution.url:
        via = {"rel": "via", "href": entry.attribution.url}
        title = one_line(entry.attribution.name)
        links.append({**via, "title": title} if title else via)
    for other in entry.also_at:
        if other.url:
            named = {"title": title} if (title := one_line(other.name)) else {}
            links.append({"rel": "related", "href": other.url, **named})
    for file in entry.enclosures:
        length = {} if file.length is None else {"length": str(file.length)}
        links.append({"rel": "enclosure", "type": file.media_type, "href": file.url, **length})
    return links


def _categories(names: tuple[str, ...]) -> list[dict[str, str]]:
    labels: dict[str, str] = {}
    for name in names:
        if label := one_line(name):
            labels.setdefault(_slug(label), label)
    return [{"term": term, "label": label} for term, label in labels.items()]


def _slug(label: str) -> str:
    return _BETWEEN_WORDS.sub("-", label.casefold()).strip("-") or label


def _append_source(element: etree._Element, entry: FeedEntry) -> None:
    """The source of a combined feed's entry; else the one that the article itself names."""
    if entry.origin:
        told = entry.origin
        element.append(_source(told.id, told.title, told.updated, told.url))
    elif entry.attribution:
        name, url = entry.attribution.name, entry.attribution.url
        element.append(_source(url, name, entry.updated, url))


def _source(id_: str | None, title: str, updated: datetime, url: str | None) -> etree._Element:
    source = etree.Element("source")
    told = {"id": id_, "title": one_line(title) or id_, "updated": stamp(updated)}
    for name, text in told.items():
        if text:
            etree.SubElement(source, name).text = text
    if url:
        etree.SubElement(source, "link", rel="alternate", type="text/html", href=url)
    return source


def _set_date(element: etree._Element, name: str, moment: datetime) -> None:
    date = element.find(name)
    if date is not None:
        date.text = stamp(moment)


_WRITING = Writing(("feed",), _shell, _entry)
