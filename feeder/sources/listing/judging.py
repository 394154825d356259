"""How much a link is like one to an article, by itself: its text, its place, its address."""

from __future__ import annotations

import re

from feeder.sources.listing.links import Link
from feeder.sources.listing.shapes import Shape, host_of, same_site, section_of, shape_of
from feeder.sources.listing.words import is_furniture, stands_for_title

# Scripts that write no spaces: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_LETTERS_A_WORD = 4
"""Of those: twelve are a headline of three words."""
# What a headline is worth by its words. Names of sections have one or two, and some have three.
_WORTH = (0.0, 0.0, 0.7, 1.8, 2.5, 3.0)
_HEADING = 2.5
_ITEM = 1.0
_PICTURE = 0.3
_NUMBERED = 0.5
"""A number that no other link has: it names what "PDF" beside it does not."""
_NUMBER = re.compile(r"(?:[^\W\d_]{1,8}[:.# -]?)?#?\d[\d./:-]*\d", re.ASCII)
_LONGEST_NUMBER = 30
_MOST_OF_SHAPE = 3.0
"""All that an address can say for a link: two of a slug, a date, a number, a telling part."""
_SLUG = 3
"""Words of a slug that is made of a headline; "privacy-policy" and "about-us" have two."""
_AREAS: dict[str | None, float] = {
    None: 0.0, "main": 0.7, "nav": -4.0, "header": -3.0, "footer": -4.0, "aside": -2.5,
    "related": -2.5, "comments": -4.0, "pager": -5.0, "share": -5.0, "ad": -3.5, "meta": -3.0,
}  # fmt: skip
_NO_ARTICLE = -4.0
_FURNITURE = -5.0
_ELSEWHERE = -1.0


def words_of(text: str) -> float:
    """How many words a text has; of scripts without spaces, as many as it would have."""
    if text.isascii():
        return len(text.split())
    unspaced = len(UNSPACED.findall(text))
    return len(UNSPACED.sub(" ", text).split()) + unspaced / _LETTERS_A_WORD


def is_number(text: str) -> bool:
    """Whether a text is a number by which something is known: "2605.01234", "v4.1.0", "#310"."""
    return len(text) <= _LONGEST_NUMBER and bool(_NUMBER.fullmatch(text))


def worth_of_title(text: str) -> float:
    """What a text is worth as a headline."""
    return _WORTH[min(int(words_of(text)), len(_WORTH) - 1)]


def worth_of_shape(shape: Shape) -> float:
    """What an address says for or against an article behind it."""
    if shape.kind in ("list", "service", "page") or shape.is_file:
        return _NO_ARTICLE
    return min(
        _MOST_OF_SHAPE,
        1.5 * (shape.words >= _SLUG)
        + 1.5 * shape.dated
        + 1.0 * shape.numbered
        + 1.0 * (shape.kind == "article"),
    )


class Judge:
    """Judges the links of one page; `host` is the page's."""

    def __init__(self, address: str, links: list[Link]) -> None:
        self.host = host_of(address)
        self._section = section_of(address)
        self._repeated = _repeated(links)

    def worth(self, link: Link) -> float:
        """How much a link is like one to an article; below nothing it is none."""
        worth = _AREAS[link.area] + worth_of_shape(shape_of(link.address))
        worth += _HEADING * link.heading + _ITEM * link.place.item + _PICTURE * link.image
        if self.names_nothing(link):
            return worth + _NUMBERED * is_number(link.title)
        if is_furniture(link.title):
            return worth + _FURNITURE
        return worth + worth_of_title(link.title) + _ELSEWHERE * (not self.is_own(link))

    def names_nothing(self, link: Link) -> bool:
        """Whether its text is no title: "read more", a number, or the same as of other links."""
        return (
            not link.title
            or link.title in self._repeated
            or is_number(link.title)
            or stands_for_title(link.title)
        )

    def is_own(self, link: Link) -> bool:
        """Whether it leads to the page's own site."""
        host = host_of(link.address)
        return host == self.host or same_site(host, self.host)

    def lies_below(self, link: Link) -> bool:
        """Whether its address lies below the page's, as articles of a section do; never on a front
        page."""
        return bool(self._section) and link.address.startswith(self._section)


_OFTEN = 3
"""Addresses that a text leads to before it stops to be a title: two articles may share one."""


def _repeated(links: list[Link]) -> frozenset[str]:
    led: dict[str, set[str]] = {}
    for link in links:
        led.setdefault(link.title, set()).add(link.address)
    return frozenset(title for title, addresses in led.items() if len(addresses) >= _OFTEN)
