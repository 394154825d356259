"""A selector for what holds the article in a source's pages: by the texts that are on record.

    texts on record, on the pages they are from → what holds each of them → what all of it is called

A redesign moves a text, and leaves its words. So what holds most of the words on record, and little
besides, is the article, and a selector counts if it finds that and nothing else on each page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

from lxml import etree

from feeder.changes.likeness import folded
from feeder.errors import LayoutError, SourceError
from feeder.models import Page
from feeder.rules.expressions import Evaluation, xpath
from feeder.sources.listing.judging import UNSPACED
from feeder.sources.listing.naming import Names
from feeder.sources.listing.sheet import open_sheet
from feeder.sources.walls import wall_of

_RUN = 4
"""Words in a row that are looked for, or letters of scripts that write no spaces: single ones are
everywhere."""
_LONGEST = 1_000_000
"""Characters of a page that are looked through."""
_LEAST_RUNS = 40
"""Of a text on record: a shorter one may be an excerpt, or stand on other pages too."""
_MOST_OF = 0.6
"""Of a text on record, for its place to be known: an article is edited, and not written anew."""
_ALL = 0.95
"""Of what an element holds of it: its one part that holds so much is the place rather than it."""
_OWN = 0.4
"""Of what an element says: what holds the page around the article too is no place of it."""
_LEAST_PAGES = 2
"""One page shows what one article is in."""
_MOST_TRIED, _MOST_ABOVE, _MOST_DEEP = 80, 6, 200
_INSIDE, _BELOW = 0.4, 0.55
"""What "a b" and "a > b" cost beside their names, as in listings."""
_WHOLE_PAGES = ("html", "body")
_NOT_SHOWN = ("script", "style", "template", "noscript")
_NO_PLACES = (*_NOT_SHOWN, "p", "span", "font", "b", "strong", "i", "em", "a")
"""What holds an article of one paragraph holds only a part of the next."""
_SHOWN = etree.XPath(f".//text()[not({' or '.join(f'parent::{tag}' for tag in _NOT_SHOWN)})]")


@dataclass(frozen=True, slots=True)
class OnRecord:
    """An article's page as it is now, and its text as it was read before."""

    page: Page
    text: str


@dataclass(frozen=True, slots=True)
class MendedContent:
    """A selector in place of those that find nothing, and what speaks for it: on how many of the
    pages that were looked at it finds the article, and how much of the texts on record (0 to 1)."""

    old: tuple[str, ...]
    new: str
    pages: int
    of: int
    held: float


def mend_content(old: Sequence[str], known: Sequence[OnRecord]) -> MendedContent:
    """A selector that finds the articles where they are now.

    Args:
        old: the selectors that the source has.

    Raises:
        LayoutError: they still find the articles, or these are not on their pages, or no selector
            finds them alone. It says which.
    """
    sheets = [sheet for one in known if (sheet := _opened(one)) is not None]
    if not sheets:
        raise LayoutError(
            f"of {len(known)} pages of articles on record, none has an article to go by",
            advice="`feeder status` says how the source is",
        )
    _refuse_working(old, sheets)
    placed = [one for one in sheets if one.place is not None]
    if len(placed) < max(_LEAST_PAGES, (len(sheets) + 1) // 2):
        raise LayoutError(
            f"the texts on record are in one place on {len(placed)} of {len(sheets)} pages, which "
            "is too few to go by",
            advice="open one in a browser: they may be behind a log-in, or on other pages by now",
        )
    css = next((css for css in _called(placed[0]) if all(one.only(css) for one in placed)), None)
    if css is None:
        raise LayoutError(
            f"the texts on record are on {len(placed)} pages, and no selector finds just them",
            advice="take content out of [article] to have them found automatically",
        )
    held = sum(one.held for one in placed) / len(placed)
    return MendedContent(tuple(old), css, len(placed), len(sheets), round(held, 2))


class _Sheet:
    """A page, and the element that holds the text on record."""

    def __init__(self, root: etree._Element, runs: frozenset[str]) -> None:
        self.root = root
        self._runs = runs
        self._evaluation = Evaluation(root)
        self.place, self.held = self._placed()

    def holds(self, element: etree._Element) -> float:
        """How much of the text an element holds, from 0 to 1."""
        return len(self._runs & _runs_of(element)) / len(self._runs)

    def found(self, css: str) -> list[etree._Element]:
        return self._evaluation.elements(xpath(css))

    def only(self, css: str) -> bool:
        """Whether a selector finds the place and nothing else."""
        return self.found(css) == [self.place]

    def _placed(self) -> tuple[etree._Element | None, float]:
        body = next(self.root.iter("body"), self.root)
        place, held = body, self.holds(body)
        if held < _MOST_OF:
            return None, held
        for _ in range(_MOST_DEEP):
            parts = (part for part in place if part.tag not in _NO_PLACES)
            inner = next((part for part in parts if self.holds(part) >= _ALL * held), None)
            if inner is None:
                break
            place = inner
        said = _runs_of(place)
        is_article = place.tag not in _WHOLE_PAGES and len(self._runs & said) >= _OWN * len(said)
        return (place if is_article else None), held


def _opened(known: OnRecord) -> _Sheet | None:
    """A page that can be looked at, of an article with a text to go by."""
    runs = _runs(known.text)
    if len(runs) < _LEAST_RUNS or wall_of(known.page, known.page.url):
        return None
    try:
        return _Sheet(open_sheet(known.page).root, runs)
    except SourceError:
        return None


def _refuse_working(old: Sequence[str], sheets: Sequence[_Sheet]) -> None:
    working = sum(any(_works(css, sheet) for css in old) for sheet in sheets)
    if working and 2 * working >= len(sheets):
        raise LayoutError(
            "nothing is to be repaired: content in [article] finds the text on record on "
            f"{working} of {len(sheets)} pages",
            advice="`feeder status` says what else is wrong",
        )


def _works(css: str, sheet: _Sheet) -> bool:
    found = sheet.found(css)
    return bool(found) and sum(map(sheet.holds, found[:_MOST_ABOVE])) >= _MOST_OF


def _called(sheet: _Sheet) -> Iterator[str]:
    """What the place of a page may be called by, the name that will hold longest first."""
    assert sheet.place is not None
    names = Names()
    own = list(names.of(sheet.place))
    costs = {css: names.costs[css] for css in own}
    for above in islice(sheet.place.iterancestors(), _MOST_ABOVE):
        is_parent = above is sheet.place.getparent()
        for scope in names.of(above):
            for css in own:
                cost = names.costs[scope] + names.costs[css]
                costs.setdefault(f"{scope} {css}", cost + _INSIDE)
                if is_parent:
                    costs.setdefault(f"{scope} > {css}", cost + _BELOW)
    yield from sorted(costs, key=lambda css: (costs[css], css))[:_MOST_TRIED]


def _runs_of(element: etree._Element) -> frozenset[str]:
    return _runs(" ".join(map(str, cast("list[str]", _SHOWN(element)))))


def _runs(text: str) -> frozenset[str]:
    words = UNSPACED.sub(r" \g<0> ", folded(text, _LONGEST)).split()
    return frozenset(" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1))
