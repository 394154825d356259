"""What an element can be called by in a selector, and how long each of these names will hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

from lxml import etree

from feeder.sources.listing.words import is_state, mark

# What a name costs: the longer it will hold, the less. A publishing system's names outlive its
# design, a tag its names, and what a build made of them nothing.
_TELLING, _NAMED, _SHORT, _MODIFIED, _STYLED = 0.8, 1.0, 1.6, 1.5, 3.0
_PROPERTY, _TESTED, _CARRIED = 1.2, 1.3, 1.7
_BUILT, _HASHED = 2.2, 8.0
_TAGS = {
    "article": 0.9, "time": 0.7, "h1": 1.3, "h2": 1.2, "h3": 1.2, "h4": 1.3, "h5": 1.4, "h6": 1.4,
    "main": 0.9, "dt": 2.0, "dd": 2.0, "li": 2.2, "tr": 2.2, "img": 1.0, "p": 1.4, "a": 1.5,
    "ul": 3.0, "ol": 2.6, "dl": 2.0, "tbody": 3.0, "table": 2.6, "section": 2.6, "td": 2.8,
    "figure": 2.0, "summary": 1.6, "details": 1.8, "b": 2.2, "strong": 2.2, "em": 2.6,
}  # fmt: skip
_ANY_TAG = 3.6
_LENGTH = 0.01
"""For a character: of two names that hold as long, the shorter one."""
_MOST_NAMES = 12
_LONGEST = 40
_LETTERS = re.compile(r"[A-Za-z]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")
_CAMEL = re.compile(r"[A-Z]*[a-z]*")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_NO_VOWELS = re.compile(r"[^aeiouy]{6}", re.IGNORECASE)
_MODULE = re.compile(r"([A-Z][A-Za-z]{2,}(?:[_-][A-Za-z]{2,})*_{1,2})[A-Za-z0-9_-]{4,12}")
"""A name by CSS modules: "Card_title__3xYz9" is the title of a card in each build."""
_SAYING = ("data-testid", "data-test", "data-qa", "data-component", "data-type", "data-role",
           "data-block", "role", "rel")  # fmt: skip
_MUTE = ("data-v-", "data-react", "data-src", "data-srcset", "data-aos", "data-bg", "data-index")


class Names:
    """The names of the elements of one page, each made once."""

    def __init__(self) -> None:
        self.costs: dict[str, float] = {}

    def of(self, element: etree._Element) -> Iterator[str]:
        """Simple selectors that an element matches; `costs` has what each costs."""
        tag = str(element.tag)
        for css, cost in _names(element, tag):
            self.costs.setdefault(css, cost + _LENGTH * len(css))
            yield css


def _names(element: etree._Element, tag: str) -> Iterator[tuple[str, float]]:
    if _LETTERS.match(tag):
        yield tag, _TAGS.get(tag, _ANY_TAG)
    told = element.attrib
    if not told:
        return
    for name in islice(str(told.get("class") or "").split(), _MOST_NAMES):
        yield from _of_class(name)
    if (name := str(told.get("id") or "")) and is_lasting(name):
        yield f"#{name}", _NAMED
    for key in ("itemprop", *_SAYING):
        value = str(told.get(key) or "")
        if value and is_lasting(value):
            yield f'[{key}="{value}"]', _PROPERTY if key == "itemprop" else _TESTED
    kind = str(told.get("itemtype") or "").rpartition("/")[2]
    if _NAME.fullmatch(kind):
        yield f'[itemtype$="/{kind}"]', _PROPERTY
    for name in map(str, islice(told, _MOST_NAMES)):
        if (
            name.startswith("data-")
            and not name.startswith((*_MUTE, *_SAYING))
            and is_lasting(name)
        ):
            yield f"[{name}]", _CARRIED


def _of_class(name: str) -> Iterator[tuple[str, float]]:
    if (cost := _cost_of_class(name)) is not None:
        yield f".{name}", cost
    if module := _MODULE.fullmatch(name):
        yield f'[class*="{module[1]}"]', _BUILT


@lru_cache(maxsize=4096)
def _cost_of_class(name: str) -> float | None:
    if not re.fullmatch(r"[A-Za-z][\w-]*", name, re.ASCII) or is_state(name.lower()):
        return None
    if not is_lasting(name):
        return _HASHED if len(name) <= _LONGEST else None
    pieces = re.split(r"[-_]+", name.lower())
    if pieces[0] in _styles():
        return _STYLED
    if "--" in name:
        return _MODIFIED
    known = mark(name)
    if known.item or known.heading or known.date:
        return _TELLING
    return _NAMED if len(name) > 3 else _SHORT


@lru_cache(maxsize=4096)
def is_lasting(name: str) -> bool:
    """Whether a person gave that name: it has no digits, and each part can be spoken.

    Builds of style sheets give names of six and more letters and digits by chance.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        return False
    for piece in re.split(r"[-_]+", name):
        parts = [part for part in _CAMEL.findall(piece) if part]
        if len(parts) > 1 and sum(map(len, parts)) < 3 * len(parts):  # "bdVaJa"
            return False
        if len(piece) >= 5 and (not _VOWEL.search(piece) or _NO_VOWELS.search(piece)):
            return False
    return True


@cache
def _styles() -> frozenset[str]:
    text = files("feeder.sources.listing").joinpath("looks.txt").read_text(encoding="utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )
