"""A stranger's page made safe to be shown, and in it those elements that are ours to find.

It goes through the one sanitiser, which leaves no attribute that could carry a number. So numbers
go through it as text, in characters that no page may hold, and become attributes afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree
from lxml.html import HtmlElement, tostring

from feeder.cleaner.markup.blocks.measure import BOXES
from feeder.cleaner.sanitize import TAGS, sanitise

# Two of Unicode's private use: taken out of the page first.
_BEGIN, _END = "\ue0f0", "\ue0f1"
_OURS = re.compile(f"[{_BEGIN}{_END}]")
# Only for what the sanitiser wrote: there, no value holds a bare < or >.
_NUMBERED = re.compile(f"<([a-z][a-z0-9]*)([^<>]*)>{_BEGIN}(\\d+){_END}")
_LEFT = re.compile(f"{_BEGIN}\\d+{_END}")
_NEVER_SHOWN = (
    "script",
    "style",
    "template",
    "svg",
    "math",
    "head",
    "object",
    "applet",
    "noembed",
    "source",
    "track",
)
_VOID = frozenset({"br", "hr", "wbr", "col", "source", "input"})
_PLAYED = frozenset({"audio", "video", "picture"})
_ROWS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "ol", "ul", "dl"})
"""In these, text would be moved elsewhere by a parser."""

Attributes = Callable[[int], str]
"""The attributes of an element by its number, as they stand in its tag, after a space."""


def numbered(
    root: HtmlElement | etree._Element,
    numbers: Mapping[etree._Element, int],
    attributes: Attributes,
    *,
    base_url: str | None,
) -> str:
    """The page as sanitised markup; elements that have a number have the attributes for it.

    Forms are shown as the text in them, pictures as what stands in for them, links lead nowhere:
    it is a page to look at. `root` is changed.

    Raises:
        TooLargeError: it has over 1,000,000 characters, or is nested too deep.
    """
    for element in root.iter():
        element.text = _OURS.sub("", element.text) if element.text else element.text
        element.tail = _OURS.sub("", element.tail) if element.tail else element.tail
    for element, number in numbers.items():
        if can_be_marked(element):
            element.text = f"{_BEGIN}{number}{_END}{element.text or ''}"
    etree.strip_elements(root, etree.Comment, etree.PI, *_NEVER_SHOWN, with_tail=False)
    for element in root.iter(etree.Element):
        _plain(element)
    clean = sanitise(tostring(root, encoding="unicode"), base_url=base_url)
    return _LEFT.sub("", _NUMBERED.sub(lambda one: _tagged(one, attributes), clean))


def can_be_marked(element: etree._Element) -> bool:
    """Whether a number can stand in it; of a list or a row of a table, in its parts alone."""
    return element.tag not in _VOID and element.tag not in _ROWS


def _plain(element: etree._Element) -> None:
    """An element that the sanitiser would drop with what it says, as one that it shows."""
    element.attrib.pop("href", "")
    if element.tag == "img":
        element.tag = "span"
        element.text = f"{element.text or ''}[{_OURS.sub('', element.get('alt') or '…')}]"
        element.attrib.clear()
    elif element.tag in _PLAYED:
        element.tag = "span"
        element.attrib.clear()
    elif element.tag not in TAGS and element.tag not in ("html", "body"):
        element.tag = "div" if element.tag in BOXES else "span"


def _tagged(found: re.Match[str], attributes: Attributes) -> str:
    return f"<{found[1]}{found[2]}{attributes(int(found[3]))}>"
