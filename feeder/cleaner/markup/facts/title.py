"""The title: the headline that readers see, checked against what the page calls itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.page import Page, Said, runs_of
from feeder.text import one_line

LONGEST = 300
"""Characters of the longest title."""
_MOST_HEADINGS = 120
_MOST_RUNS = 12  # pieces of one heading that are tried as the title
SEPARATOR = re.compile(r"\s+[|\-–—―·•»«›‹:/~⋆★*│]+\s+|\s*[|»«│｜]\s*|:\s+|_(?=[^_]*$)")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
_META = "og:title twitter:title citation_title dc.title dcterms.title parsely-title sailthru.title"
# How much like a heading must be what the page calls itself (F1 of their words), by its rank.
# The ranks are apart: a related article's <h3> of the very words loses to an <h1> of a word more.
# .25 to .5 tried for h1: .909, .909 (.3), .906, .906 on trafilatura's set, .858 to .868 on wcxb.
_BONUS = {"h1": 0.3, "h2": 0.1, "h3": 0.0}
_LEAST = {"h1": 0.2, "h2": 0.5, "h3": 0.8}
_SURE = 8  # comparable characters that are no title by chance


class Headline(NamedTuple):
    """A title, the rule that gave it, and the visible heading that it is, if it is one."""

    text: str
    rule: str
    element: HtmlElement | None = None


class _Heading(NamedTuple):
    element: HtmlElement
    runs: list[str]
    text: str


def key_of(text: str) -> str:
    """A title as it is compared: letters and digits only."""
    return "".join(filter(str.isalnum, text.casefold()))


def find_title(page: Page, told: Iterable[Said], sites: frozenset[str]) -> Headline | None:
    """The page's title. `told` are JSON-LD's titles, `sites` the site's names as compared."""
    said = [*page.told("og:title"), *told, *page.told(_META.partition(" ")[2])]
    if page.head_title:
        said.append(Said("<title>", page.head_title))
    said = [one._replace(text=without_site(one.text, sites)) for one in said]
    named = [one for one in said if key_of(one.text) not in sites]
    headings = list(_headings(page))
    visible = [heading for heading in headings if key_of(heading.text) not in sites]
    return (
        _alike(visible, named)
        or _only(visible, named)
        or _as_told(named)
        or _only(headings, said)
        or _as_told(said)
    )


def _headings(page: Page) -> Iterator[_Heading]:
    for element in page.titles[:_MOST_HEADINGS]:
        if _leads_home(element, page.url):
            continue
        runs = runs_of(element)
        text = one_line("".join(runs))
        if key_of(text) and len(text) <= LONGEST:
            yield _Heading(element, runs, text)


def _leads_home(element: HtmlElement, url: str | None) -> bool:
    """Whether a heading is a link to the site's first page: its name, not the headline."""
    link = element.find(".//a") if len(element) else None
    if link is None:
        above = element.getparent()
        if above is None or above.tag != "a":
            return False
        link = above
    if "home" in (link.get("rel") or ""):
        return True
    href = (link.get("href") or "").strip()[:200]
    try:
        home = urlsplit(urljoin(url or "", href))
        here = urlsplit(url or "")
    except ValueError:
        return False
    return (
        bool(href)
        and not href.startswith("#")
        and home.path in ("", "/")
        and not home.query
        and here.path not in ("", "/")
    )


def _alike(headings: list[_Heading], said: list[Said]) -> Headline | None:
    """The heading that is most like what the page is called."""
    names = [_words(one.text) for one in said]
    best, most = None, 0.0
    for heading in headings:
        rank = str(heading.element.tag)
        words = _words(heading.text)
        likeness = max((_f1(words, name) for name in names), default=0.0)
        if likeness >= _LEAST[rank] and likeness + _BONUS[rank] > most:
            best, most = heading, likeness + _BONUS[rank]
    if best is None:
        return None
    return Headline(_without_kicker(best, said), f"<{best.element.tag}>", best.element)


@lru_cache(maxsize=512)
def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text[:LONGEST].casefold()))


def _f1(one: Counter[str], other: Counter[str]) -> float:
    shared = sum((one & other).values())
    return 2 * shared / ((one.total() + other.total()) or 1)


def _without_kicker(heading: _Heading, said: list[Said]) -> str:
    """The heading without what stands before or behind the title in elements of its own."""
    wholes = {key_of(one.text) for one in said}
    runs = [run for run in heading.runs if key_of(run)][:_MOST_RUNS]
    if len(runs) > 1:
        pieces = {key_of(piece) for one in said for piece in SEPARATOR.split(one.text)}
        for names in (wholes, pieces):
            if found := _part(runs, names, len(key_of(heading.text)) // 2):
                return found
    for cut in SEPARATOR.finditer(heading.text):
        rest = heading.text[cut.end() :]
        if key_of(rest) in wholes and key_of(heading.text) not in wholes:
            return rest
    return heading.text


def _part(runs: list[str], names: set[str], shortest: int) -> str | None:
    """The longest part of a heading that has one of the names; of two, the last."""
    for start, end in _parts(len(runs)):
        part = "".join(runs[start:end])
        key = key_of(part)
        if len(key) >= max(shortest, _SURE) and key in names:
            return one_line(part)
    return None


def _parts(count: int) -> Iterator[tuple[int, int]]:
    for size in range(count - 1, 0, -1):
        for start in range(count - size, -1, -1):
            yield start, start + size


def _only(headings: list[_Heading], said: list[Said]) -> Headline | None:
    first = [heading for heading in headings if heading.element.tag == "h1"]
    if len({key_of(heading.text) for heading in first}) == 1:
        return Headline(first[0].text, "only <h1>", first[0].element)
    return None


def _as_told(said: list[Said]) -> Headline | None:
    """What the page is called, without its site's name."""
    for one in said:
        if one.text:
            return Headline(one.text[:LONGEST], one.rule)
    return None


def without_site(text: str, sites: frozenset[str]) -> str:
    """A title without the name of the site at its beginning or end."""
    cuts = list(SEPARATOR.finditer(text))
    for cut in cuts:
        if key_of(text[cut.end() :]) in sites:
            return one_line(text[: cut.start()])
        if key_of(text[: cut.start()]) in sites:
            return one_line(text[cut.end() :])
    return text
