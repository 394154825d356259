"""The title: the headline that readers see, checked against what the page calls itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from feeder.cleaner.markup.facts.page import Page, Said, line_of, runs_of

LONGEST = 300
"""Characters of the longest title."""
_MOST_HEADINGS = 120
_MOST_CUTS = 12  # separators at the beginning and the end that may part a site's name from a title
_MOST_RUNS = 12  # pieces of one heading that are tried as the title
SEPARATOR = re.compile(r"\s+[|\-–—―·•»«›‹:/~⋆★*│]+\s+|\s*[|»«│｜]\s*|:\s+|_(?=[^_]*$)")
_HOME = re.compile(r"(?:https?://(?:www\.)?([^/?#]+))?/?(?:index\.\w+)?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(?:www\.)?([^/?#]+)", re.IGNORECASE)
_OTHER = re.compile(r"[\W_]+")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
_META = "og:title twitter:title citation_title dc.title dcterms.title parsely-title sailthru.title"
# How much like a heading must be what the page calls itself (F1 of their words), by its rank.
# .5 to .8 tried for h2: wcxb's titles .860 to .868; .05 to .4 for h1: .868, .868, .863.
_LEAST = {"h1": 0.2, "h2": 0.7, "h3": 0.8}
# The ranks are apart: a related article's <h3> of the very words loses to an <h1> of a word more.
# .25 to .5 tried for h1: .909, .909 (.3), .906, .906 on trafilatura's set, .858 to .868 on wcxb.
_BONUS = {"h1": 0.3, "h2": 0.1, "h3": 0.0}
_PIECE = 0.7  # how much like the whole a heading is that is one of its parts
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
    key: str


@lru_cache(maxsize=1024)
def key_of(text: str) -> str:
    """A title or a name as it is compared: letters and digits only."""
    return _OTHER.sub("", text.casefold())


def find_title(page: Page, told: Iterable[Said], sites: frozenset[str]) -> Headline | None:
    """The page's title. `told` are JSON-LD's titles, `sites` the site's names as compared."""
    said = [*page.told("og:title"), *told, *page.told(_META.partition(" ")[2])]
    if page.head_title:
        said.append(Said("<title>", page.head_title))
    said = [one._replace(text=without_site(one.text, sites)) for one in said]
    named = [one for one in said if key_of(one.text) not in sites]
    return (
        _alike(_headings(page, sites), named)
        or _only(_headings(page, sites))
        or _as_told(named)
        or _only(_headings(page, frozenset()))
        or _as_told(said)
    )


def _headings(page: Page, sites: frozenset[str]) -> Iterator[_Heading]:
    """The headings that are not the site's name, those of the first rank first."""
    for element in page.titles[:_MOST_HEADINGS]:
        if _leads_home(element, page.url):
            continue
        runs = runs_of(element)
        text = line_of("".join(runs))
        key = key_of(text)
        if key and len(text) <= LONGEST and key not in sites:
            yield _Heading(element, runs, text, key)


def _leads_home(element: HtmlElement, url: str | None) -> bool:
    """Whether a heading is a link to the site's first page: its name, not the headline."""
    link = element.find(".//a") if len(element) else element.getparent()
    if link is None or link.tag != "a":
        return False
    if "home" in (link.get("rel") or ""):
        return True
    home = _HOME.fullmatch((link.get("href") or "").strip()[:200])
    if not home:
        return False
    here = _ORIGIN.match(url or "")
    at_home = url is not None and here is not None and url[here.end() :] in ("", "/")
    return not at_home and (not home[1] or (here is not None and here[1] == home[1].lower()))


def _alike(headings: Iterable[_Heading], said: list[Said]) -> Headline | None:
    """The heading that is most like what the page is called."""
    texts = dict.fromkeys(one.text for one in said)
    keys = set(map(key_of, texts))
    pieces = {key_of(piece) for text in texts for piece in SEPARATOR.split(text)}
    best, most = None, 0.0
    for heading in headings:
        rank = str(heading.element.tag)
        if most >= 1 + _BONUS[rank]:
            break  # no heading of this rank or a lower one is more like it
        likeness = 1.0 if heading.key in keys else _most_alike(heading.text, texts)
        if len(heading.key) >= _SURE and heading.key in pieces:
            likeness = max(likeness, _PIECE)  # "The Site » Blog » Headline"
        if likeness >= _LEAST[rank] and likeness + _BONUS[rank] > most:
            best, most = heading, likeness + _BONUS[rank]
    if best is None:
        return None
    return Headline(_without_kicker(best, said), f"<{best.element.tag}>", best.element)


def _most_alike(text: str, others: Iterable[str]) -> float:
    words = _words(text)
    return max((_f1(words, _words(other)) for other in others), default=0.0)


@lru_cache(maxsize=512)
def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text[:LONGEST].casefold()))


def _f1(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(min(count, other[word]) for word, count in one.items() if word in other)
    return 2 * shared / ((sum(one.values()) + sum(other.values())) or 1)


def _without_kicker(heading: _Heading, said: list[Said]) -> str:
    """The heading without what stands before or behind the title in elements of its own."""
    wholes = {key_of(one.text) for one in said}
    runs = [run for run in heading.runs if key_of(run)][:_MOST_RUNS]
    if len(runs) > 1:
        pieces = {key_of(piece) for one in said for piece in SEPARATOR.split(one.text)}
        size = len(heading.key)
        for names, shortest in ((wholes, size // 4), (pieces, size // 2)):
            if found := _part(runs, names, shortest):
                return found
    for cut in SEPARATOR.finditer(heading.text):
        rest = heading.text[cut.end() :]
        if key_of(rest) in wholes and heading.key not in wholes:
            return rest
    return heading.text


def _part(runs: list[str], names: set[str], shortest: int) -> str | None:
    """The longest part of a heading that has one of the names; of two, the last."""
    for start, end in _parts(len(runs)):
        part = "".join(runs[start:end])
        key = key_of(part)
        if len(key) >= max(shortest, _SURE) and key in names:
            return line_of(part)
    return None


def _parts(count: int) -> Iterator[tuple[int, int]]:
    for size in range(count - 1, 0, -1):
        for start in range(count - size, -1, -1):
            yield start, start + size


def _only(headings: Iterable[_Heading]) -> Headline | None:
    """The one heading of the first rank."""
    first = [heading for heading in headings if heading.element.tag == "h1"]
    if len({heading.key for heading in first}) == 1:
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
    if len(cuts) > 2 * _MOST_CUTS:
        cuts = cuts[:_MOST_CUTS] + cuts[-_MOST_CUTS:]
    for cut in cuts:
        if key_of(text[cut.end() :]) in sites:
            return line_of(text[: cut.start()])
        if key_of(text[: cut.start()]) in sites:
            return line_of(text[cut.end() :])
    return text
