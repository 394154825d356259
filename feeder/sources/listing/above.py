"""What stands above a list: a heading that says whether it is beside the page's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree

from feeder.sources.listing.items import HIGHEST
from feeder.sources.listing.links import HEADINGS, text_of
from feeder.sources.listing.words import heads_others
from feeder.text import fold

_LEVELS = 3
"""Between a list and its heading: `<div><h3>…</h3></div><div><ul>`."""
_NEAR = 2
"""Elements before the list, or before what is around it, among which its heading is."""
_LONGEST = 60
"""Characters of a heading over a list; what is longer tells something itself."""
_SHORTEST = 3


def stands_beside(links: Sequence[etree._Element]) -> bool:
    """Whether a list stands under a heading such as "most read", "related" or "our sponsors".

    Args:
        links: its links, in the order of the page.
    """
    return heads_others(heading_of(links))


def heading_of(links: Sequence[etree._Element]) -> str:
    """The heading right above a list, or nothing."""
    for one in _holders(links):
        for before in islice(one.itersiblings(preceding=True), _NEAR):
            text = fold(text_of(before, _LONGEST + 1))
            if before.tag in HEADINGS or _SHORTEST <= len(text) <= _LONGEST:
                if any(map(str.isalpha, text)):
                    return text
            elif text:
                return ""
    return ""


def _holders(links: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """The list's first item, the list, and what is around it as far as its heading may be."""
    ends = {links[-1], *islice(links[-1].iterancestors(), HIGHEST)}
    below = links[0]
    for above in islice(links[0].iterancestors(), HIGHEST):
        if above in ends:
            yield below
            yield above
            yield from islice(above.iterancestors(), _LEVELS - 1)
            return
        below = above
