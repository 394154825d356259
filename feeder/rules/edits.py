"""Changes that rules make to a tree, each in time that grows with the tree and no faster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from lxml import etree

FRAME = frozenset({"html", "head", "body"})
"""Elements that hold a page together; no rule takes them out or wraps them."""

# Marks for what libxml2 takes out in one walk. One by one, with each tail joined to the text
# before it, 50,000 elements are quadratic.
_GONE, _LOOSE = "feeder-gone", "feeder-loose"

T = TypeVar("T")


def movable(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """The elements that are in a tree and do not hold the page together."""
    for element in elements:
        if element.tag not in FRAME and element.getparent() is not None:
            yield element


def remove(
    root: etree._Element, doomed: Iterable[tuple[etree._Element, T]]
) -> Iterator[tuple[etree._Element, T]]:
    """Take elements out, the texts behind them stay; each outermost is given back once.

    They come in the order of the page, and are gone when all have been given back.
    """
    gone: set[etree._Element] = set()
    for element, reason in doomed:
        if element not in gone:
            gone.update(element.iter())
            yield element, reason
            element.tag = _GONE
    if gone:
        etree.strip_elements(root, _GONE, with_tail=False)


def dissolve(root: etree._Element, elements: Iterable[etree._Element]) -> None:
    """Take elements out and leave what they hold."""
    some = False
    for element in movable(elements):
        element.tag = _LOOSE
        some = True
    if some:
        etree.strip_tags(root, _LOOSE)


def wrap(elements: Iterable[etree._Element], tag: str) -> None:
    """Put a new element round each."""
    for element in movable(elements):
        _stand_in(element, element.makeelement(tag)).append(element)


def gather(elements: Iterable[etree._Element]) -> etree._Element | None:
    """Several elements in one new `<div>` at the place of the first; those in others stay there."""
    inside: set[etree._Element] = set()
    whole: etree._Element | None = None
    for element in movable(elements):
        if element in inside:
            continue
        inside.update(element.iter())
        if whole is None:
            whole = _stand_in(element, element.makeelement("div"))
        else:
            _stand_in(element, element.makeelement("span"))
        whole.append(element)
    return whole


def move(elements: Iterable[etree._Element], target: etree._Element) -> None:
    """Put elements at the end of another, unless it is in them."""
    above = {target, *target.iterancestors()}
    for element in movable(elements):
        if element not in above:
            if element.tail and element.tail.strip():
                _stand_in(element, element.makeelement("span"))
            element.tail = None
            target.append(element)


def remove_strings(found: list[Any]) -> None:
    """Take the attributes and texts out of the tree that an expression found in it."""
    for one in found:
        parent = one.getparent() if isinstance(one, str) and hasattr(one, "getparent") else None
        if parent is None:
            continue
        if getattr(one, "is_attribute", False):
            parent.attrib.pop(getattr(one, "attrname", ""), None)
        elif getattr(one, "is_tail", False):
            parent.tail = None
        else:
            parent.text = None


def _stand_in(element: etree._Element, other: etree._Element) -> etree._Element:
    """`other` at the place of an element, which is out of the tree then; the text behind stays."""
    tail, element.tail = element.tail, None
    parent = element.getparent()
    assert parent is not None
    parent.replace(element, other)
    other.tail = tail
    return other
