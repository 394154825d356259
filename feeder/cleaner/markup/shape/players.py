"""What is known of the sites that others show inside of their articles (`data/players.tsv`)."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.lists import known, rows
from feeder.text import shorten
from feeder.urls import resolve, without_tracking

LISTS = "players.tsv"
_LONGEST_ADDRESS = 4096
_LONGEST_TITLE = 120
_MOST_PARAMETERS = 64
_HOLE = re.compile(r"\{(\w+)\}")
_VALUE = re.compile(r"[\w./:=@~%?&+!,-]{1,500}")
_DOCUMENT = re.compile(r"\.(?:pdf|epub|docx?|odt|pptx?|xlsx?|ods)\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


class _Frame(NamedTuple):
    path: re.Pattern[str]
    address: str


def opened_at(written: str, base: str | None) -> str | None:
    """Where people open what a frame shows, or None where it shows nothing to them."""
    url = resolve(written, base) if 0 < len(written) <= _LONGEST_ADDRESS else None
    if url is None:
        return None
    parts = urlsplit(url)
    for frame in _frames_of(parts.netloc):
        if (path := frame.path.fullmatch(parts.path)) and (
            address := _filled(frame.address, url, path, parts.query)
        ):
            return address
    return url if _DOCUMENT.search(parts.path) else None


def element_opened_at(element: HtmlElement, base: str | None) -> str | None:
    """The same for an element that is a player by its name or by an attribute."""
    told = _elements().get(str(element.tag))
    for name, template in [told] if told else _lazy().items():
        value = (element.get(name) or "").strip()
        if _VALUE.fullmatch(value):
            url = resolve(template.replace("{}", value), base)
            if url is not None:
                return opened_at(url, base) or without_tracking(url)
    return None


def elements() -> tuple[str, ...]:
    """The names of elements that are players."""
    return tuple(_elements())


def is_lazy_player(element: HtmlElement) -> bool:
    """Whether a script makes a player of the element."""
    return not known(LISTS, "lazy").isdisjoint(element.keys())


def name_of(element: HtmlElement, url: str) -> str:
    """What a link to it says: its title, if that tells anything, else the host."""
    title = shorten(element.get("title") or element.get("aria-label") or "", _LONGEST_TITLE)
    words = _WORD.findall(title.lower())
    if not known(LISTS, "generic").issuperset(words):
        return title
    return host_of(url)


def host_of(url: str) -> str:
    """The host of an address as people know it."""
    return urlsplit(url).netloc.removeprefix("www.")


def _filled(template: str, here: str, path: re.Match[str], query: str) -> str | None:
    given = {"here": here}
    if "{" in template.replace("{here}", ""):
        try:
            given |= dict(parse_qsl(query, max_num_fields=_MOST_PARAMETERS))
        except ValueError:
            return None
        given |= {str(at): group for at, group in enumerate(path.groups(), 1) if group}
    names = _HOLE.findall(template)
    if not all(given.get(name) for name in names):
        return None
    if names and template == f"{{{names[0]}}}":
        url = resolve(given[names[0]])
    else:
        url = resolve(_HOLE.sub(lambda hole: quote(given[hole[1]], safe="/-_.~@%"), template))
    return without_tracking(url) if url else None


def _frames_of(host: str) -> tuple[_Frame, ...]:
    """What is known of a host, or of the one that it is a part of."""
    labels = host.split(".")
    for start in range(max(len(labels) - 4, 0), len(labels) - 1):
        if found := _frames().get(".".join(labels[start:])):
            return found
    return ()


@cache
def _frames() -> dict[str, tuple[_Frame, ...]]:
    found: dict[str, tuple[_Frame, ...]] = {}
    for row in rows(LISTS):
        if row[0] == "frame":
            _, hosts, path, address = row
            for host in hosts.split():
                found[host] = (
                    *found.get(host, ()),
                    _Frame(re.compile(rf"(?:{path})(?:[/&;].*)?"), address),
                )
    return found


@cache
def _elements() -> dict[str, tuple[str, str]]:
    return {row[1]: (row[2], row[3]) for row in rows(LISTS) if row[0] == "element"}


@cache
def _lazy() -> dict[str, str]:
    return {row[1]: row[2] for row in rows(LISTS) if row[0] == "lazy"}
