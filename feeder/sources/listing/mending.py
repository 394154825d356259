"""New selectors for a listing whose old ones find nothing: by the articles that are on record.

    known articles on the page → lists that hold them → the list that is theirs → its selectors

A redesign moves a list, and leaves the articles in it. So a list is the one that is looked for if
it holds mostly articles on record, the newest among them, and nearly as many as it used to: what is
read most, or related, or an archive of old ones holds a few, or none of the newest. Where no list
does, the articles are gone, and nothing is proposed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from feeder.errors import LayoutError
from feeder.models import Page
from feeder.sources.listing.above import stands_beside
from feeder.sources.listing.alike import Group, group_of
from feeder.sources.listing.automatic import shown_on
from feeder.sources.listing.deriving import derive, finds
from feeder.sources.listing.judging import Judge, words_of
from feeder.sources.listing.links import Link, links_of
from feeder.sources.listing.sheet import Sheet, open_sheet
from feeder.sources.patterns import Patterns
from feeder.sources.walls import wall_of
from feeder.text import fold
from feeder.urls import address_key

if TYPE_CHECKING:
    from feeder.sources.listing.listing import Listing

LEAST = 3
"""Articles on record that a list must hold: two may be anywhere."""
_MOSTLY = 0.5
"""Of a list's links: so many are articles on record, even after a week in which it was not read."""
_AS_MANY = 0.5
"""Of what the listing showed before: a list beside it holds five of twenty."""
_NEWEST, _OF_NEWEST = 10, 3
"""Of the newest articles on record, those that a list of news still holds."""
_WORDS = 3
"""Of a title that is looked for: shorter ones are names of sections."""
_SAMPLE = 3
_OTHER_AREAS = frozenset({"nav", "header", "footer", "aside", "related", "comments", "ad", "meta"})
_KEYS = ("item", "link", "title", "date", "summary", "image")


class Known(NamedTuple):
    """An article on record."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Mended:
    """Selectors in place of those that find nothing, by their keys in `[list]`, and what speaks for
    them: how many articles on record they find, how many others, and the first titles of each."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    known: int
    fresh: int
    titles: tuple[str, ...]
    fresh_titles: tuple[str, ...]


def mend(listing: Listing, page: Page, known: Sequence[Known], shown: int) -> Mended:
    """Selectors that find a listing's articles where they are now.

    Args:
        known: the articles on record, the newest first.
        shown: how many articles the listing showed when it was read last; 0: nobody knows.

    Raises:
        WallError: the page is none of the site's lists but a log-in, or the like.
        LayoutError: the selectors still find the articles, or these are not on the page, or no
            selectors find them alone. It says which.
        NotTextError, TooLargeError: see `open_sheet`.
    """
    if wall := wall_of(page, page.url, listing=True):
        raise wall
    sheet = open_sheet(page)
    wants = Patterns(listing.list.include, listing.list.exclude).wants
    links = [link for link in links_of(sheet) if wants(link.address)]
    record = _Record(known)
    _refuse_working(listing, sheet, record)
    chosen = _list_of(sheet, links, record, shown, listing)
    settings = derive(sheet, {link.address for link in chosen}, listing.timezone)
    if settings is None:
        raise LayoutError(
            f"{len(chosen)} articles are on {page.url}, and no selectors find just these",
            advice="take [list] out to have its articles found automatically",
        )
    old = {key: value for key in _KEYS if (value := getattr(listing.list, key))}
    told = {key: value for key in _KEYS if (value := getattr(settings, key))}
    # What the source never told of its items it need not tell now.
    new = {key: value for key, value in told.items() if key in old or key in ("item", "link")}
    on_record = [link for link in chosen if record.knows(link)]
    others = [link for link in chosen if not record.knows(link)]
    return Mended(
        old=old,
        new=new,
        known=len(on_record),
        fresh=len(others),
        titles=tuple(link.title for link in on_record[:_SAMPLE]),
        fresh_titles=tuple(link.title for link in others[:_SAMPLE]),
    )


class _Record:
    """The articles on record, to be found by their addresses, or by titles where these changed."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.size = len(known)
        self._by_address = {address_key(one.address): place for place, one in enumerate(known)}
        self._by_title = {
            _folded(one.title): place
            for place, one in enumerate(known)
            if words_of(one.title) >= _WORDS
        }

    def place(self, link: Link) -> int | None:
        """Which of them a link leads to, counted from the newest."""
        place = self._by_address.get(address_key(link.address))
        return self._by_title.get(_folded(link.title)) if place is None else place

    def knows(self, link: Link) -> bool:
        return self.place(link) is not None


def _folded(title: str) -> str:
    return fold(title).casefold()


def _refuse_working(listing: Listing, sheet: Sheet, record: _Record) -> None:
    """Say so if the selectors do what they should: a source may be broken for another reason."""
    found = finds(sheet, listing.list, listing.timezone)
    links = {link.address: link for link in links_of(sheet)}
    known = sum(1 for one in found if one in links and record.knows(links[one]))
    if known >= LEAST:
        raise LayoutError(
            f"nothing is to be repaired: the selectors find {len(found)} links on "
            f"{sheet.address}, and {known} of them lead to articles on record",
            advice="`feeder status` says what else is wrong",
        )


def _list_of(
    sheet: Sheet, links: Sequence[Link], record: _Record, shown: int, listing: Listing
) -> list[Link]:
    places = {link.address: place for link in links if (place := record.place(link)) is not None}
    own = _own_list(sheet, links, listing)
    lists = [own, *_lists(sheet, links)]
    wanted = [
        one
        for one in lists
        # Beside a longer list, which is what the page is for by now, it is a box of a few.
        if len(one) >= len(own) and _is_theirs(one, places, record, shown)
    ]
    if not wanted:
        raise LayoutError(
            f"{len(set(places.values()))} of {record.size} articles on record are linked on "
            f"{sheet.address}, in no list that could be the one they were in",
            advice="open it in a browser: it may have moved, or be another page by now",
        )
    # Of several, the one that holds most of them, and least beside them.
    return max(wanted, key=lambda one: (len(_held(one, places)), -len(one)))


def _own_list(sheet: Sheet, links: Sequence[Link], listing: Listing) -> list[Link]:
    """The page's own list, as it is found where nobody described it; or nothing."""
    try:
        shown = {one.address for one in shown_on(sheet, links, listing.timezone)}
    except LayoutError:
        return []
    once = {link.address: link for link in reversed(links) if link.address in shown}
    return list(reversed(once.values()))


def _lists(sheet: Sheet, links: Sequence[Link]) -> Iterator[list[Link]]:
    """What stands at places of one kind, but in menus, sidebars and the like."""
    judge = Judge(sheet.address, list(links))
    for group in _groups(links, judge):
        if group.links[0].area not in _OTHER_AREAS:
            yield group.links


def _groups(links: Sequence[Link], judge: Judge) -> Iterator[Group]:
    places: dict[tuple[int, str | None], dict[str, Link]] = {}
    for link in links:
        places.setdefault((link.place.path, link.area), {}).setdefault(link.address, link)
    for place in places.values():
        if len(place) >= LEAST:
            yield group_of(list(place.values()), judge)


def _is_theirs(
    links: Sequence[Link], places: Mapping[str, int], record: _Record, shown: int
) -> bool:
    held = _held(links, places)
    newest = sum(place < _NEWEST for place in held)
    return (
        len(held) >= LEAST
        and len(held) >= _MOSTLY * len(links)
        and len(held) >= _AS_MANY * min(shown, record.size)
        and newest >= min(_OF_NEWEST, record.size)
        and not all(link.area in _OTHER_AREAS for link in links)
        and not stands_beside([link.element for link in links])
    )


def _held(links: Sequence[Link], places: Mapping[str, int]) -> Collection[int]:
    """Which articles on record a list holds."""
    return {places[link.address] for link in links if link.address in places}
