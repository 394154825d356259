"""RSS 2.0, written with feedgen, by the RSS Advisory Board's profile and for the W3C's validator.

feedgen 1.0 dates a feed by the clock, sets the locale of the whole process for each date, and knows
of RSS's links no more than one. Each of these is mended in one place below. What RSS has no word
for is told in Atom's and Dublin Core's, so that nothing is lost that the Atom document tells but
entries that were removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from feedgen.entry import FeedEntry as Builder
from feedgen.ext.dc import DcEntryExtension
from feedgen.ext.media import MediaEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeder.generator.rss_reading import MEDIA_TYPE, check, date
from feeder.generator.spelling import stamp
from feeder.generator.writing import Writing
from feeder.generator.xml import (
    ATOM,
    XML_LANG,
    add_image,
    append_archive_mark,
    more_links,
    program_version,
)
from feeder.models import Document, Feed, FeedEntry
from feeder.text import one_line, xml_safe


class Rss:
    """Renders a feed as one RSS document, an element a line so that people can compare two."""

    media_type = "application/rss+xml"

    def path(self, name: str) -> str:
        """Where the document of the feed `name` lies."""
        return f"{name}.rss"

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
    shell.load_extension("dc")
    shell.load_extension("media")  # declares the namespaces once, at the root
    title = one_line(feed.title) or feed.name
    shell.title(title)
    shell.description(one_line(feed.subtitle or "") or title)
    shell.generator(f"feeder {program_version()}")
    shell.dc.dc_creator(one_line(feed.author) or feed.name)
    shell.logo(feed.logo)
    shell.language(feed.language)
    shell.rights(one_line(feed.rights or ""))
    shell.link(rel="alternate", href=feed.site_url or feed.page_url or feed.self_url)
    shell._FeedGenerator__rss_lastBuildDate = None  # it would be now
    # feedgen has no public way to its tree; rss_str() would have to be parsed again.
    root: etree._Element = shell._create_rss()[0]
    _append(root[0], "lastBuildDate", date(feed.updated))
    links = [{"rel": "self", "type": Rss.media_type, "href": feed.self_url}]
    for link in (*links, *more_links(feed, Rss.media_type)):
        etree.SubElement(root[0], f"{ATOM}link", link)
    append_archive_mark(root[0], feed)
    return root


def _append(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text


def _entry(entry: FeedEntry, feed_language: str | None) -> etree._Element:
    item: etree._Element = _builder(entry).rss_entry()
    _append(item, "pubDate", date(entry.published))
    _append(item, f"{ATOM}updated", stamp(entry.updated))
    for link in _links(entry):
        etree.SubElement(item, f"{ATOM}link", link)
    if entry.language and entry.language != feed_language:
        item.set(XML_LANG, entry.language)
    return item


def _builder(entry: FeedEntry) -> Builder:
    """What feedgen can say of an entry, in its own words."""
    builder = Builder()
    # `load_extension` looks for a file in vain, each time.
    builder.register_extension("dc", DcEntryExtension)
    builder.register_extension("media", MediaEntryExtension)
    builder.guid(entry.id, permalink=False)
    builder.title(one_line(entry.title) or entry.url or entry.id)
    if entry.url:
        builder.link(rel="alternate", href=entry.url)
    _add_texts(builder, entry)
    builder.category([{"term": name} for name in _lines(entry.categories)])
    # RSS's own `author` must be an address of mail.
    builder.dc.dc_creator(list(_lines(entry.authors)))
    _add_source(builder, entry)
    _add_files(builder, entry)
    if entry.image:
        add_image(builder, entry.image)
    return builder


def _add_texts(builder: Builder, entry: FeedEntry) -> None:
    """The content is the description itself where nothing else says what the article is about."""
    builder.content(xml_safe(entry.html))
    if summary := one_line(entry.summary or ""):
        # Readers take a description as HTML.
        builder.description(escape(summary, quote=False), isSummary=True)


def _lines(texts: tuple[str, ...]) -> dict[str, None]:
    return dict.fromkeys(filter(None, map(one_line, texts)))


def _add_source(builder: Builder, entry: FeedEntry) -> None:
    """Where it is from. The address is the site's, since nobody knows of a feed there."""
    if entry.origin:
        title, url = one_line(entry.origin.title), entry.origin.url
    elif entry.attribution:
        title, url = one_line(entry.attribution.name), entry.attribution.url
    else:
        return
    if url:
        builder.source(url, title or url)
    elif title:
        builder.dc.dc_source(title)


def _add_files(builder: Builder, entry: FeedEntry) -> None:
    """An item has one enclosure; 0 stands for a length that nobody knows. Others are media."""
    for number, file in enumerate(entry.enclosures):
        length = None if file.length is None else str(file.length)
        if number == 0:
            builder.enclosure(file.url, length or "0", file.media_type)
        else:
            builder.media.content(url=file.url, type=file.media_type, fileSize=length, group=None)


def _links(entry: FeedEntry) -> Iterator[dict[str, str]]:
    """What it quotes, and other places of the same article."""
    told = [("via", entry.attribution)] if entry.attribution else []
    for rel, place in (*told, *(("related", other) for other in entry.also_at)):
        if place.url:
            named_as = {"title": title} if (title := one_line(place.name)) else {}
            yield {"rel": rel, "href": place.url, **named_as}


_WRITING = Writing(("rss", "channel"), _shell, _entry)
