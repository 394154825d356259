"""What rules are written in: XPath 1.0 and CSS, compiled once, evaluated within bounds.

A bad expression finds nothing and is named by `fault`; it never stops the rules beside it.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any, cast

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

MAX_ELEMENTS = 50_000
"""Elements of the largest tree that rules are tried on: `contains(@class, …)` takes 25 ms there."""

MAX_FOUND = 5_000
"""Nodes that one expression may find; what is behind them stays as it is."""

MAX_LENGTH = 4_096
"""Characters of an expression; the longest of 8,545 known ones has under 385."""

SECONDS = 2.0
"""CPU time after which a page's rules are broken off. No page of the corpora needs a tenth."""

_SMALL = 1_000  # elements; there the worst expression measured takes .37 s
# libxml2 compares each node with all that it has found already: 1,999 `<p>` take 2.1 s for
# `//p/following-sibling::*`, 1,900 nested `<div>` 1.8 s for `//*//*`, some .25 ns a comparison.
_MOST_COMPARISONS = 8_000_000_000
_ANYWHERE = re.compile(r"\b(?:following|preceding)\s*::")
_SIBLINGS = re.compile(r"\b(?:following|preceding)-sibling\s*::")
_NESTED = re.compile(
    r"(?<!^)(?<![|(\s])\s*//|\b(?:descendant|descendant-or-self|ancestor|ancestor-or-self)\s*::"
)
# A path from the root within a predicate, walked anew for each element: 120 times as dear.
_CROSSED = re.compile(r"\[[^\]]*(?<![\w\])*.\s/])\s*/")
_CROSSED_COST = 120
_COUNT = etree.XPath("count(//*)", regexp=False)
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_AT_THE_START = re.compile(r"(^|\|)\s*(?=//)")


@lru_cache(maxsize=8192)
def _compiled(expression: str) -> etree.XPath | str:
    """The expression ready to be evaluated, or what is wrong with it."""
    if len(expression) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters"
    try:
        return etree.XPath(expression, regexp=False)
    except (etree.XPathError, ValueError, UnicodeError) as error:
        return str(error) or "not an XPath expression"


def fault(expression: str) -> str | None:
    """What is wrong with an XPath expression, in libxml2's words; None where nothing is."""
    found = _compiled(expression)
    return found if isinstance(found, str) else None


@lru_cache(maxsize=1024)
def xpath(selector: str) -> str:
    """A selector as XPath: it is XPath where it begins with a slash or a bracket, else CSS.

    Raises:
        ValueError: it is neither.
    """
    selector = selector.strip()
    if selector.startswith(("/", "(")):
        problem = fault(selector)
        if problem is not None:
            raise ValueError(f"{selector!r} is no XPath expression: {problem}")
        return selector
    try:
        return str(HTMLTranslator().css_to_xpath(selector, prefix="//"))
    except (SelectorError, RecursionError) as error:
        raise ValueError(f"{selector!r} is no CSS selector: {error}") from error


@lru_cache(maxsize=1024)
def within(expression: str) -> str:
    """An expression for a whole page as one for the parts of an element."""
    return _AT_THE_START.sub(r"\1.", expression)


class Evaluation:
    """Expressions on one page, within its bounds; what was left out stands in `notes`."""

    def __init__(self, root: etree._Element) -> None:
        self.notes: list[str] = []
        self._root = root
        self._counted: int | None = None
        self._until = time.thread_time() + SECONDS
        self._comparisons: dict[str, int] | None = None

    def find(self, expression: str, context: etree._Element | None = None) -> list[Any] | str:
        """The nodes, or the string, that an expression finds; a number or a truth is no string."""
        ready = _compiled(expression)
        if isinstance(ready, str):
            self.notes.append(f"{expression}: {ready}")
            return []
        reason = self._too_much(expression)
        if reason:
            self.notes.append(f"{expression}: {reason}")
            return []
        try:
            found = ready(self._root if context is None else context)
        except (etree.XPathError, ValueError, UnicodeError) as error:
            self.notes.append(f"{expression}: {error}")
            return []
        return _bounded(found)

    def holds(self, expression: str) -> bool:
        """Whether an expression finds a node, or a string that is not empty."""
        return bool(self.find(expression))

    def elements(self, expression: str) -> list[etree._Element]:
        """The elements among what an expression finds, in the order of the page."""
        found = self.find(expression)
        return [] if isinstance(found, str) else [one for one in found if etree.iselement(one)]

    @property
    def _elements(self) -> int:
        if self._counted is None:
            self._counted = int(cast("float", _COUNT(self._root)))
        return self._counted

    def _too_much(self, expression: str) -> str:
        if self._elements > MAX_ELEMENTS:
            return f"not tried on a page of {self._elements} elements"
        if time.thread_time() > self._until:
            return f"not tried after {SECONDS:g} s of rules"
        if self._elements > _SMALL and self._estimate(expression) > _MOST_COMPARISONS:
            return f"not tried on a page of {self._elements} elements of this shape"
        return ""

    def _estimate(self, expression: str) -> int:
        """Comparisons that an expression takes at worst."""
        kind = _costly(expression)
        if kind == "":
            return 0
        if kind == "anywhere":
            return self._elements**3 // 2
        if kind == "crossed":
            return self._elements**2 * _CROSSED_COST
        if self._comparisons is None:
            self._comparisons = _shape(self._root)
        return self._comparisons[kind] * self._elements


@lru_cache(maxsize=8192)
def _costly(expression: str) -> str:
    """Which walk in an expression may grow faster than the page does."""
    bare = _LITERAL.sub("''", expression)
    if _ANYWHERE.search(bare):
        return "anywhere"
    if _CROSSED.search(bare):
        return "crossed"
    siblings, nested = bool(_SIBLINGS.search(bare)), bool(_NESTED.search(bare))
    return "both" * (siblings and nested) or "siblings" * siblings or "nested" * nested


def _shape(root: etree._Element) -> dict[str, int]:
    """Pairs of siblings, and of elements with those around them."""
    siblings = nested = 0
    depths: dict[etree._Element, int] = {}
    for element in root.iter(etree.Element):
        parent = element.getparent()
        depth = depths[element] = depths.get(parent, 0) + 1 if parent is not None else 1
        nested += depth
        siblings += len(element) ** 2 // 2
    return {"siblings": siblings, "nested": nested, "both": max(siblings, nested)}


def _bounded(found: Any) -> list[Any] | str:
    if isinstance(found, list):
        return found[:MAX_FOUND]
    return str(found) if isinstance(found, str) else []
