"""What the class of an element says of it: an author, a date, or none of the article's own."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from lxml.html import HtmlElement

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST = 300
_APART = frozenset({"nav", "form", "select", "template", "noscript"})
_DETAILS = frozenset({"author", "date", "meta"})
_HIGHEST = 40  # elements around one that are asked


@cache
def _kinds() -> dict[str, frozenset[str]]:
    text = (files(__package__) / "data" / "classes.tsv").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for row in text.splitlines():
        if row and row[0] != "#":
            kind, words = row.split("\t")
            for word in words.split():
                found.setdefault(word, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


def kinds_of(name: str) -> frozenset[str]:
    """The kinds that the words of a class or id belong to."""
    return _kinds_of(name[:_LONGEST])  # what is remembered must not be as long as a page


@lru_cache(maxsize=8192)
def _kinds_of(name: str) -> frozenset[str]:
    words = [word.lower() for word in _WORD.findall(name)]
    known = _kinds()
    return frozenset(kind for word in words for kind in known.get(word, ()))


def is_apart(element: HtmlElement, above: frozenset[HtmlElement] = frozenset()) -> bool:
    """Whether an element lies in something around the article: comments, menus, related ones.

    What the headline is in as well, `above` it, is the article's own.
    """
    here: HtmlElement | None = element
    for _ in range(_HIGHEST):
        if here is None or here.tag == "body" or here in above:
            return False
        if here.tag in _APART or is_other(here, teasers=True):
            return True
        here = here.getparent()
    return False


def is_other(element: HtmlElement, *, teasers: bool = False) -> bool:
    """Whether an element's class or id says that it is none of the article's own."""
    for name in (element.get("class"), element.get("id")):
        if name and (kinds := kinds_of(name)) and says_other(kinds, element, teasers=teasers):
            return True
    return False


def says_other(kinds: frozenset[str], element: HtmlElement, *, teasers: bool = False) -> bool:
    """Whether the kinds of one name of an element say that it is none of the article's own."""
    if "other" in kinds or (teasers and "teaser" in kinds):
        return True
    if "bar" in kinds and not kinds & _DETAILS:
        return True
    return "foot" in kinds and "own" not in kinds and not _is_own_foot(element)


def _is_own_foot(element: HtmlElement) -> bool:
    """Whether a footer is an article's: it lies right in the article."""
    above = element.getparent()
    if above is None:
        return False
    return above.tag == "article" or "own" in kinds_of(above.get("class") or "")
