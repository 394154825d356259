"""Which of the things that were found is the best to subscribe to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from feeder.changes.picking import agree
from feeder.discovery.finds import Find

STALE = timedelta(days=90)
"""A feed that ends a quarter of a year before the newest article elsewhere was given up: programs
that were replaced leave their feeds behind."""
_FULL = 0
_TEASERS, _PAGE, _NAMED, _MAP = range(1, 5)


def ranked(finds: Sequence[Find]) -> tuple[Find, ...]:
    """The finds, the best first; what is alike stays in the order in which it was found.

    In this order it counts

    1. whether it gives anything: a list behind a log-in is no source;
    2. whether it is about the page that was asked for: the feed of a whole site has other articles
       than the section that somebody looked at. Half of the shorter list, and one of the page's
       first three, must be the same; where the page lists nothing, nobody can tell;
    3. whether it is alive: it has an article of the last quarter before the newest one;
    4. how it is read: what has whole texts needs one request where others need one an article, and
       is the author's own word; then a feed of teasers, which promises to stay; then the page,
       found by looks that a redesign changes; then JSON, which is made for the site's own scripts
       and changes with them; a sitemap has no titles, and pages that are no articles;
    5. how many articles it has.
    """
    page = next((find for find in finds if find.kind == "listing" and _is_page(find)), None)
    newest = max(
        (find.newest for find in finds if find.newest and not find.is_blocked), default=None
    )

    def key(find: Find) -> tuple[bool, bool, bool, int, int]:
        is_stale = bool(newest and find.newest and newest - find.newest > STALE)
        return (find.is_blocked, _is_other(find, page), is_stale, _way(find), -_size(find))

    return tuple(sorted(finds, key=key))


def _is_page(find: Find) -> bool:
    return find.form == "list of links"


def _is_other(find: Find, page: Find | None) -> bool:
    """Whether it tells of other articles than the page that was asked for."""
    if page is None or find is page or not page.candidates:
        return False
    return not agree(page.candidates, find.candidates)


def _way(find: Find) -> int:
    if find.candidates and find.is_whole:
        return _FULL
    if find.kind == "feed":
        return _TEASERS
    return {"listing": _PAGE, "json": _NAMED}.get(find.kind, _MAP)


def _size(find: Find) -> int:
    """In steps, since a feed with one more article than another is no better for that."""
    return len(find.candidates).bit_length()
