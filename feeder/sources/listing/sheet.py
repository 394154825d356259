"""A listing as a tree, within bounds, and what is true of all of its links."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from feeder.encoding import decode
from feeder.errors import LayoutError, TooLargeError
from feeder.languages import read_language
from feeder.markup import LONGEST_PAGE, MANY_ATTRIBUTES, tree_of
from feeder.models import Page
from feeder.urls import led_to, resolve, without_tracking

MOST_TAGS = 500_000
"""A page of 10⁵ items has 400,000; 2,000,000 tags take libxml2's tree 1 GB."""
MANY_LINKS = 20_000
"""Links that are looked at: a listing of all articles of twenty years has fewer."""
_MOST_ATTRIBUTES = 1_000
_ATTRIBUTES = re.compile(
    r"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\s>]*+))?+)"
    rf"{{0,{_MOST_ATTRIBUTES}}}+(?P<more>[\s/]*+[^\s/>])?"
)
_LONG = 16_384  # characters; no thousand attributes in less take long


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed page. `address` is where it came from, `base` what its links are relative to."""

    root: etree._Element
    address: str
    base: str
    language: str | None

    def address_of(self, href: str | None) -> str | None:
        """The absolute address that a link leads to, without its fragment and tracking."""
        if not href or href[0] == "#":
            return None
        address = resolve(href, self.base)
        return address and without_tracking(led_to(address.partition("#")[0]))


def open_sheet(page: Page) -> Sheet:
    """The tree of a page that was fetched.

    Raises:
        NotTextError: it is binary.
        TooLargeError: too long, too many tags, nested too deep, or a tag of 1,000 attributes.
        LayoutError: there is no markup in it.
    """
    text = decode(page.body, charset=page.charset, markup=True).text
    _refuse_too_much(text)
    root = tree_of(text)
    if root is None:
        raise LayoutError(
            f"{page.final_url} is empty, or is no HTML page",
            advice='open it in a browser; an answer in JSON is read by kind = "json"',
        )
    base = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), None)
    return Sheet(
        root=root,
        address=page.final_url,
        base=(base and resolve(base, page.final_url)) or page.final_url,
        language=read_language(root.get("lang") or ""),
    )


def _refuse_too_much(text: str) -> None:
    if len(text) > LONGEST_PAGE:
        raise TooLargeError(f"a page of {len(text):,} characters is over {LONGEST_PAGE:,}")
    if text.count("<") > MOST_TAGS:
        raise TooLargeError(f"a page of over {MOST_TAGS:,} tags")
    if len(text) > _LONG and _has_many(text):
        raise TooLargeError(f"a tag of the page has over {_MOST_ATTRIBUTES:,} attributes")


def _has_many(text: str) -> bool:
    """Whether a tag has so many, and not one as long: some pages keep data in an attribute."""
    position = 0
    while tag := MANY_ATTRIBUTES.match(text, position):
        attributes = _ATTRIBUTES.match(text, tag.end("name"))
        if attributes is None or attributes["more"]:
            return True
        position = attributes.end()
    return False
