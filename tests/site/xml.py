"""XML that nobody should read to its end: bombs, entities that open files, inclusions, depth."""

from __future__ import annotations

from tests.site.pages import Page

SECRET = "root:x:0:0"
"""What stands in /etc/passwd, and must stand in nothing that a reader makes."""


def feed(title: str = "A title", *, before: str = "", after: str = "") -> str:
    """RSS with one item of that title, text in front of the root, elements behind the item."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{before}<rss version="2.0"><channel>'
        f"<title>News</title><link>http://news.example/</link><item><title>{title}</title>"
        f"<link>http://news.example/1</link><guid>1</guid></item>{after}</channel></rss>"
    )


def sitemap(location: str, *, before: str = "") -> str:
    """A sitemap of one address."""
    return (
        f'<?xml version="1.0"?>\n{before}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{location}</loc></url></urlset>"
    )


class Xml(Page):
    """Any text as XML."""

    def __init__(self, text: str | bytes, media_type: str = "application/rss+xml") -> None:
        super().__init__(text, media_type)


class BillionLaughs(Xml):
    """Ten entities, each ten of the one before: 10^10 characters."""

    def __init__(self) -> None:
        lines = "".join(
            f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 3}">\n' for n in range(11)
        )
        super().__init__(feed("&l10;", before=f"<!DOCTYPE rss [\n{lines}]>\n"))


class QuadraticBlowup(Xml):
    """One long entity, and very many references to it: no nesting to be found."""

    def __init__(self, length: int = 50_000) -> None:
        entity = f'<!DOCTYPE rss [<!ENTITY a "{"a" * length}">]>\n'
        super().__init__(feed("&a;" * length, before=entity))


class AttributeBlowup(Xml):
    """The same in an attribute, where other limits hold."""

    def __init__(self, length: int = 20_000) -> None:
        entity = f'<!DOCTYPE rss [<!ENTITY a "{"a" * length}">]>\n'
        super().__init__(feed(before=entity, after=f'<image url="{"&a;" * length}"/>'))


class RecursiveEntity(Xml):
    """Two entities that are made of each other."""

    def __init__(self) -> None:
        super().__init__(feed("&a;", before='<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'))


class ExternalEntity(Xml):
    """An entity that is a file, or an address that tells when it is asked for (XXE)."""

    def __init__(self, system: str = "file:///etc/passwd") -> None:
        super().__init__(feed("&x;", before=f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{system}">]>\n'))


class ParameterEntity(Xml):
    """A subset that is fetched as soon as it is declared, with no reference in the text."""

    def __init__(self, system: str) -> None:
        super().__init__(feed(before=f'<!DOCTYPE rss [<!ENTITY % x SYSTEM "{system}"> %x;]>\n'))


class ExternalSubset(Xml):
    """A DOCTYPE whose DTD lies elsewhere. That of RSS 0.91 is of this form and means well."""

    def __init__(self, system: str) -> None:
        super().__init__(feed(before=f'<!DOCTYPE rss SYSTEM "{system}">\n'))


class OldRss(Xml):
    """RSS 0.91 as its specification has it: the one good feed here, DOCTYPE and all."""

    def __init__(self) -> None:
        doctype = (
            '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
            ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">\n'
        )
        super().__init__(feed(before=doctype).replace('version="2.0"', 'version="0.91"'))


class Inclusion(Xml):
    """XInclude: an element that stands for a file."""

    def __init__(self, href: str = "file:///etc/passwd") -> None:
        element = (
            '<description xmlns:xi="http://www.w3.org/2001/XInclude">'
            f'<xi:include href="{href}" parse="text"/></description>'
        )
        super().__init__(feed(after=element))


class Stylesheet(Xml):
    """A processing instruction that names a stylesheet elsewhere."""

    def __init__(self, href: str) -> None:
        super().__init__(feed(before=f'<?xml-stylesheet type="text/xsl" href="{href}"?>\n'))


class DeepXml(Xml):
    """Elements in elements, as deep as it goes."""

    def __init__(self, depth: int = 100_000) -> None:
        super().__init__(feed(after="<a>" * depth + "</a>" * depth))


class TruncatedXml(Xml):
    """A feed that ends in the middle of its second item."""

    def __init__(self) -> None:
        whole = feed(after="<item><title>The second</title><link>http://news.exam")
        super().__init__(whole.partition("http://news.exam</channel>")[0])


class ManyItems(Xml):
    """A feed of very many items."""

    def __init__(self, items: int = 100_000) -> None:
        item = "<item><title>T{0}</title><link>http://news.example/{0}</link></item>"
        super().__init__(feed(after="".join(item.format(n) for n in range(items))))


class HugeItem(Xml):
    """One item of 5 MB."""

    def __init__(self, length: int = 5_000_000) -> None:
        super().__init__(feed(after=f"<item><title>Huge</title><description>{'x ' * (length // 2)}"
                              "</description></item>"))  # fmt: skip


class WrongEncodingXml(Xml):
    """The declaration says one encoding, the bytes are in another."""

    def __init__(self) -> None:
        super().__init__(feed("Grüße").replace('"utf-8"', '"us-ascii"').encode("cp1252"))


class ControlCharacters(Xml):
    """Characters that XML 1.0 does not have, bare and as references."""

    def __init__(self) -> None:
        super().__init__(feed("Bell \x07 and form feed \x0c and &#8; and &#xFFFF; end"))


BOMBS: dict[str, Xml] = {
    "billion laughs": BillionLaughs(),
    "quadratic blow-up": QuadraticBlowup(),
    "in an attribute": AttributeBlowup(),
    "recursive": RecursiveEntity(),
}
"""XML that grows as it is read."""
