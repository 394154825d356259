"""Where a page stands: its own address, its language, and what its site is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit

from feeder.cleaner.markup.facts.jsonld import Linked, Node
from feeder.cleaner.markup.facts.page import Page, Said, line_of
from feeder.cleaner.markup.facts.title import SEPARATOR, key_of
from feeder.languages import read_language
from feeder.urls import resolve

_NAMES = "og:site_name application-name apple-mobile-web-app-title dc.publisher publisher"
_LANGUAGES = "content-language og:locale dc.language dcterms.language language inlanguage"
_LONGEST_NAME = 80
_SECOND_LEVEL = frozenset("co com org net ac gov edu gob gouv or ne".split())


def own_address(page: Page) -> Said | None:
    """The canonical address, if it is one of this page.

    One on another site is what a page was copied from or an error; the first page of the site is
    what careless programs put on every page.
    """
    links = (link.href for link in page.links if "canonical" in link.rel)
    said = (Said("<link rel=canonical>", href) for href in links)
    for one in chain(said, page.told("og:url")):
        url = resolve(one.text, page.base)
        if url and (page.url is None or url == page.url or _is_own(url, page.url)):
            return Said(one.rule, url)
    return None


def _is_own(url: str, page: str) -> bool:
    here = resolve(page)
    if here is None:
        return True
    parts, own = urlsplit(url), urlsplit(here)
    is_home = parts.path in ("", "/") and not parts.query
    at_home = own.path in ("", "/") and not own.query
    return site_of(url) == site_of(here) and (at_home or not is_home)


@lru_cache(maxsize=256)
def site_of(url: str) -> str:
    """The registered domain of an address, as far as its form tells."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return ""
    second = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3 if second else -2 :])


def language_of(page: Page, linked: Linked, article: Node | None) -> Said | None:
    """The language that the page says it is in."""
    said = [Said("<html lang>", page.root.get(name) or "") for name in ("lang", "xml:lang")]
    told = linked.texts(article, "inLanguage") if article is not None else ()
    linked_said = (Said("JSON-LD inLanguage", text) for text in told)
    for one in chain(said, page.told(_LANGUAGES), linked_said):
        language = read_language(one.text.partition(",")[0])
        if language:
            return Said(one.rule, language)
    return None


def site_names(page: Page, linked: Linked) -> Iterator[Said]:
    """What the page's site is called, in the order of trust."""
    for said in (
        *page.told(_NAMES),
        *(Said("JSON-LD publisher", name) for name in linked.site_names()),
    ):
        name = line_of(said.text)
        if 0 < len(name) <= _LONGEST_NAME and "://" not in name:
            yield said._replace(text=name)


def name_keys(names: Iterable[str], url: str | None) -> frozenset[str]:
    """The names of a site as they are compared, with those that its host makes."""
    return frozenset(filter(None, map(key_of, (*names, *_host_names(url)))))


def _host_names(url: str | None) -> Iterator[str]:
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return
    yield host
    yield host.rpartition(".")[0]
    yield site_of(url or "").partition(".")[0]


def named_beside(head_title: str, title: str) -> frozenset[str]:
    """What `<title>` has beside the headline, compared: the site's name, or parts of it."""
    before, found, behind = head_title.partition(title)
    if not found or not title:
        return frozenset()
    return frozenset(
        filter(None, map(key_of, (behind, *SEPARATOR.split(behind), *SEPARATOR.split(before))))
    )
