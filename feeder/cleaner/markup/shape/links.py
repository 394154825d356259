"""Links that lead a reader somewhere: absolute, without tracking, and never into the page itself.

The sanitiser takes all ids away, so a link within the page has nowhere to lead.
"""

from __future__ import annotations

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.lists import known
from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank, shows_nothing, sweep
from feeder.cleaner.markup.shape.paragraphs import HEADINGS
from feeder.cleaner.markup.work import Work
from feeder.urls import led_to, mail_link, resolve, without_tracking

_LISTS = "shapes.tsv"
_KEPT = frozenset({"href", "title", "lang", "dir"})
_LONGEST_ADDRESS = 8_192
_LONGEST_SIGN = 8
_CITING = ("blockquote", "q", "ins", "del")


def settle_links(work: Work) -> None:
    """Make each link absolute and plain, or leave its text alone."""
    body, base = work.body, work.base or work.url
    page = _page(work.url)
    for link in list(body.iter("a")):
        if link is body:
            continue
        href = (link.get("href") or "").strip()
        url = _target(href, base, page)
        if url is None:
            link.tag = GONE if _is_sign(link) else UNWRAPPED
        elif is_blank(link.text) and shows_nothing(link):
            link.tag = UNWRAPPED
        else:
            _write(link, url)
    for element in body.iter(*_CITING):
        _settle_citation(element, base)
    sweep(body)


def _page(url: str | None) -> str | None:
    return (resolve(url) or url).partition("#")[0] if url else None


def _target(href: str, base: str | None, page: str | None) -> str | None:
    """The address that a link leads to, or None where it leads nowhere but into the page."""
    if not href or href.startswith("#") or len(href) > _LONGEST_ADDRESS:
        return None
    url = resolve(href, base)
    if url is None:
        return mail_link(href)
    url = without_tracking(led_to(url))
    address, mark, _ = url.partition("#")
    return None if mark and address == page else url


def _is_sign(link: HtmlElement) -> bool:
    """Whether a link into the page only says that it is one: the way back from a footnote."""
    names = (link.get("class") or "").split()
    if not known(_LISTS, "backlink").isdisjoint(names) or "data-footnote-backref" in link.attrib:
        return True
    text = link.text or ""
    if len(link) or len(text) > _LONGEST_SIGN:
        return False
    sign = text.strip().rstrip("\ufe0e\ufe0f")
    if sign in known(_LISTS, "sign of a backlink"):
        return True
    above = link.getparent()
    in_heading = above is not None and above.tag in HEADINGS
    named = not known(_LISTS, "permalink").isdisjoint(names)
    return (in_heading or named) and sign in known(_LISTS, "sign of a permalink")


def _write(link: HtmlElement, url: str) -> None:
    for name in list(link.attrib):
        if name not in _KEPT:
            del link.attrib[name]
    link.set("href", url)


def _settle_citation(element: HtmlElement, base: str | None) -> None:
    cited = element.get("cite")
    if cited is None:
        return
    url = resolve(cited, base) if len(cited) <= _LONGEST_ADDRESS else None
    if url is None:
        del element.attrib["cite"]
    else:
        element.set("cite", without_tracking(led_to(url)))
