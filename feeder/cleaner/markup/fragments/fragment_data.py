"""What is known of fragments: names of boxes, where links lead, words. All of it is data."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feeder.cleaner.scrape.phrases import Phrases, normalise

_LONGEST_NAMES = 400  # characters of an element's class and id that are read


@lru_cache(maxsize=4096)
def link_kind(href: str) -> str:
    """What kind of place an address is, as far as feeds link to it; empty: another."""
    address = href.strip().lower()
    return next((kind for kind, pattern in _places() if pattern.search(address)), "")


@lru_cache(maxsize=4096)
def kind_of_name(names: str) -> tuple[str, str]:
    """The kind of box that one of these names is given to, and the name; or nothing."""
    for name in names[:_LONGEST_NAMES].lower().split():
        if kind := _names().get(name):
            return kind, name
        for beginning, kind in _beginnings():
            if name.startswith(beginning):
                return kind, name
    return "", ""


def is_more_link(element: HtmlElement | None) -> bool:
    """Whether a link is called what systems call the one to the rest of an article."""
    if element is None:
        return False
    return kind_of_name((element.get("class") or "")[:_LONGEST_NAMES])[0] == "more"


def is_below(page: str, site: str) -> bool:
    """Whether the first address is a page of the site that the second is the front of."""
    inner, front = place_of(page), place_of(site)
    return bool(
        inner[0]
        and inner[0] == front[0]
        and len(front[1]) < len(inner[1])
        and inner[1].startswith(front[1])
    )


def place_of(url: str) -> tuple[str, str]:
    """Host and path of an address."""
    try:
        parts = urlsplit(url.strip())
        return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/")
    except ValueError:
        return "", ""


@lru_cache(maxsize=1)
def own_words() -> Phrases:
    """What feeds say and pages do not."""
    known = Phrases()
    for kind, written in _rows("words"):
        for phrase in written.split("; "):
            known.add(frozenset({kind}), normalise(phrase))
    return known


@lru_cache(maxsize=1)
def invitations() -> tuple[str, ...]:
    """How lines begin that ask to be followed, normalised."""
    return tuple(phrase for phrase, kinds in own_words().whole.items() if "follow" in kinds)


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds: dict[str, list[str]] = {}
    for kind, pattern in _rows("links"):
        kinds.setdefault(kind, []).append(pattern)
    return tuple((kind, re.compile("|".join(patterns))) for kind, patterns in kinds.items())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name: kind for kind, names in _rows("names") for name in names.split()}


@lru_cache(maxsize=1)
def _beginnings() -> tuple[tuple[str, str], ...]:
    return tuple((name[:-1], kind) for name, kind in _names().items() if name.endswith("*"))


def _rows(name: str) -> list[tuple[str, str]]:
    """The rows of one of the data files."""
    file = files("feeder.cleaner.markup") / "data" / f"fragment_{name}.tsv"
    rows = file.read_text(encoding="utf-8").splitlines()
    parted = (row.partition("\t") for row in rows if row and not row.startswith("#"))
    return [(kind, rest) for kind, _, rest in parted]
