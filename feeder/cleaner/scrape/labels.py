"""Short lines above a headline: the labels of a menu, a section, a kicker, and the date.

The first line that is no known furniture is the title, unless it is one of these. A label is
shorter than a headline, and what follows the headline is the rest of a head: byline, date, id.
"""

from __future__ import annotations

from feeder.cleaner.scrape.above import is_of_a_head
from feeder.cleaner.scrape.facts import byline
from feeder.cleaner.scrape.lines import Line

_LINKS = frozenset({"section", "home", "skip", "search", "login", "legal", "sidebar", "nav"})
_MOST_LABELS = 6  # lines
_LONGEST_LABEL = 30  # characters
_MOST_WORDS = 2  # of a label that no list knows; titles of two words are rare
_SHORTEST = 18  # characters of a headline below a known label, those of Chinese counted twice
_LONGER = 1.4  # times the label: a headline says more than the name of its section
_LONGEST = 200  # characters of a headline
_PARAGRAPH = 60
_MENU = 2  # lines of known furniture that make what stands below them a menu, too


def past_labels(
    lines: list[Line], at: int, end: int, above: list[tuple[str, Line]]
) -> list[tuple[str, Line]]:
    """The lines from `at` on that stand above the headline, with their rules. `above` was read
    as furniture already."""
    found: list[tuple[str, Line]] = []
    while at + len(found) < end:
        start = at + len(found)
        more = _date(lines, start, end) or _labels(lines, start, end, len(above) + len(found))
        if not more:
            break
        found.extend(more)
    return found


def _date(lines: list[Line], at: int, end: int) -> list[tuple[str, Line]]:
    """A date alone is no title where one follows."""
    told = byline(lines[at])
    if at + 2 >= end or not lines[at].is_date or told is None or told.authors:
        return []
    return [("date-line", lines[at])] if _is_headline(lines[at + 1]) else []


def _labels(lines: list[Line], at: int, end: int, furniture: int) -> list[tuple[str, Line]]:
    """A run of labels and then a headline that is longer than each of them."""
    for stop in range(at, min(at + _MOST_LABELS, end - 1)):
        label, following = lines[stop], lines[stop + 1]
        known = bool(label.exact & _LINKS)
        crumb = stop > 0 and _ends_the_crumbs(lines[stop - 1], label)
        if not known and not (furniture and _is_label(label, crumb)):
            return []
        longer = following.size >= max(_SHORTEST, _LONGER * label.size)
        if longer and _is_headline(following) and not following.exact:
            sure = known or furniture + stop - at >= _MENU
            if _heads_an_article(lines, stop + 1, end, sure):
                return [("section", line) for line in lines[at : stop + 1]]
    return []


def _ends_the_crumbs(line: Line, label: Line) -> bool:
    """ "Home > Local > Lower Town" and then "Lower Town": the section once more."""
    return bool(line.crumbs) and Line(line.crumbs[-1]).key == label.key


def _is_label(line: Line, may_be_name: bool) -> bool:
    """A name of a person may be a title; one that the breadcrumb ends with is a section's."""
    words = len(line.text.split())
    return (
        line.text.replace(" ", "").isalpha()
        and len(line.text) <= _LONGEST_LABEL
        and words <= _MOST_WORDS
        and (words == 1 or may_be_name or not line.is_name)
        and not line.starts_low
    )


def _is_headline(line: Line) -> bool:
    return (
        line.is_headline
        and any(map(str.isalpha, line.text))
        and line.size <= _LONGEST
        and (" " in line.text or line.size > len(line.text))
        and not line.is_bullet
        and not line.is_date
        and not (byline(line) and line.date is None)
    )


def _heads_an_article(lines: list[Line], at: int, end: int, sure: bool) -> bool:
    """Whether the line is above the rest of a head, or, where a `sure` label stands above it,
    above a paragraph."""
    if at + 1 >= end:
        return False
    following = lines[at + 1]
    if is_of_a_head(lines, at + 1, end) or byline(following) is not None:
        return True
    if following.is_name and at + 2 < end and is_of_a_head(lines, at + 2, end):
        return True
    return sure and following.size > _PARAGRAPH
