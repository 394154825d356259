"""Where the title is, and what stands above it: links, breadcrumbs, counters, the site's name."""

from __future__ import annotations

import re

from feeder.cleaner.scrape.facts import byline
from feeder.cleaner.scrape.lines import Line

MOST_ABOVE = 12
"""Lines above a title that may be furniture: menus have more, but they are no article's head."""

LONGEST_TITLE = 250
SHORTEST_REPEATED = 4  # characters; Chinese titles are short
_NEAR = 200  # lines in which the next number of a numbered row is looked for
_FIRST_YEAR, _LAST_YEAR = 1500, 2199
_LINKS = frozenset({"legal", "home", "section", "skip", "search", "about", "sidebar"})
_LONGEST_LINK = 25
_DEEPEST_MENU = 6  # lines from the top
_LONGEST_ABOVE = 60  # characters of a site's name or slogan
_ABOVE = frozenset({"skip", "ad", "search", "home", "login"})
BELOW = {
    "reading": "reading-time",
    "counter": "counter",
    "count": "counter",
    "share": "share",
    "click": "share",
    "network": "share",
    "follow": "share",
    "like": "like",
    "ad": "advertisement",
    "tags": "tags",
    "ago": "date-line",
    "skip": "skip-link",
    "section": "section",
    "form": "counter",
}


def find_title(
    lines: list[Line], end: int, titles: frozenset[str], sites: frozenset[str]
) -> tuple[int, list[tuple[str, Line]]]:
    """The index of the title, and the lines above it with their rules.

    `titles` and `sites` are names that the furniture below the article uses for it, normalised.
    """
    dropped: list[tuple[str, Line]] = []
    named = _named_title(lines, end, titles)
    if named is None:
        named = _below_menu(lines, end)
    for at in range(min(end, MOST_ABOVE)):
        line = lines[at]
        if named is not None and at < named and len(line.text) <= 100:
            dropped.append((_rule_above(lines, at, end, sites) or "above-title", line))
            continue
        rule = _rule_above(lines, at, end, sites)
        if rule is None or at == named:
            return at, dropped
        dropped.append((rule, line))
    return min(end, MOST_ABOVE), dropped


def is_long_for_a_title(line: Line) -> bool:
    return len(line.text) > LONGEST_TITLE


def _named_title(lines: list[Line], end: int, titles: frozenset[str]) -> int | None:
    """The line that the furniture below names as the title, or a breadcrumb ends with."""
    titles = titles | {
        last for at in range(min(end, _DEEPEST_MENU)) if (last := _last_crumb(lines[at]))
    }
    for at in range(min(end, MOST_ABOVE)):
        if lines[at].key and lines[at].key in titles:
            return at
    return None


def _last_crumb(line: Line) -> str:
    """The last part of what may be a breadcrumb, normalised; empty where it is none."""
    last = Line(line.crumbs[-1]).key if line.crumbs else ""
    return last if len(last) >= SHORTEST_REPEATED else ""


def _below_menu(lines: list[Line], end: int) -> int | None:
    """The line below the last bar of a page's head, where only short lines stand above the bar."""
    below = None
    for at in range(min(end - 1, _DEEPEST_MENU)):
        if len(lines[at].text) > _LONGEST_ABOVE and not is_breadcrumb(lines, at, end):
            break
        bar = _is_bar(lines, at, end) or "skip" in lines[at].exact
        after = at + 1 + (lines[at + 1].is_date and at + 2 < end)
        if bar and (at == 0 or _like_a_title(lines[after])):
            below = at + 1
    return below


def _like_a_title(line: Line) -> bool:
    """Nothing that stands below a title, and not a paragraph."""
    return not (
        line.is_uuid
        or line.is_counter
        or line.date is not None
        or line.kinds & BELOW.keys()
        or line.exact & _ABOVE
        or (line.ends_sentence and line.size > _LONGEST_ABOVE)
        or line.size > LONGEST_TITLE
    )


def _is_bar(lines: list[Line], at: int, end: int) -> bool:
    if _is_menu(lines[at]) or is_breadcrumb(lines, at, end):
        return True
    parts = lines[at].bar
    short = len(parts) > 1 and all(0 < len(part) <= _LONGEST_LINK for part in parts)
    return short and at + 2 < end and is_of_a_head(lines, at + 2, end)


def _is_menu(line: Line) -> bool:
    """Links in one line: "News | Sport | Contact", one of them at least known as a link."""
    parts = line.bar
    if len(parts) < 2 or any(len(part) > 30 for part in parts):
        return False
    if len(parts) > 2:
        return True
    links = [bool(Line(part).exact & _LINKS) for part in parts]
    return all(links) or (any(links) and not any(dash in line.text for dash in "–—"))


def _rule_above(lines: list[Line], at: int, end: int, sites: frozenset[str]) -> str | None:
    line = lines[at]
    if line.is_uuid:
        return "document-id"
    if at + 1 >= end:
        return "skip-link" if line.exact & {"skip"} else None
    if is_breadcrumb(lines, at, end):
        return "breadcrumb"
    if line.is_counter and is_count(lines, at, end):
        return "counter"
    if line.exact & _ABOVE:
        return "skip-link"
    told = line.size > _LONGEST_ABOVE or line.ends_in_a_button
    if line.is_cookie_notice and told and _like_a_title(lines[at + 1]):
        return "cookie-notice"
    if line.key in sites:
        return "site-name"
    if _is_bar(lines, at, end):
        return "menu"
    following = lines[at + 1]
    if "section" in line.exact and following.is_headline and len(following.text) > len(line.text):
        return "section"
    return None


def is_breadcrumb(lines: list[Line], at: int, end: int) -> bool:
    """Whether a path of links begins at home, or ends with the title beside it."""
    parts = lines[at].crumbs
    if not parts:
        return False
    first, last = Line(parts[0]), Line(parts[-1])
    near = [lines[index].key for index in (at - 1, at + 1, at + 2) if 0 <= index < end]
    return "home" in first.exact or bool(last.key and last.key in near)


def is_count(lines: list[Line], at: int, end: int) -> bool:
    """A lone number that counts nothing in the article: no year, no first of a numbered row."""
    digits = re.sub(r"\D", "", lines[at].text)
    if at + 1 < end and lines[at + 1].is_uuid:
        return True
    number = int(digits or 0)
    if _FIRST_YEAR <= number <= _LAST_YEAR and digits == lines[at].text:
        return False
    rows = {str(number + 1), str(number - 1)} if number else {"1"}
    return not any(line.text.rstrip(".)") in rows for line in lines[at + 1 : min(end, at + _NEAR)])


def is_of_a_head(lines: list[Line], at: int, end: int) -> bool:
    line = lines[at]
    if line.is_uuid or (line.is_counter and is_count(lines, at, end)):
        return True
    told = byline(line)
    return bool(told and told.published) or bool(
        line.kinds & {"reading", "counter", "count", "on", "updated", "ago"}
        and not line.ends_sentence
    )
