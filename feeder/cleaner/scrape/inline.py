"""Furniture between the paragraphs of an article: advertisements, "read also".

Only what no author writes there: a label in a line of its own with nothing going on after it.
"""

from __future__ import annotations

from feeder.cleaner.scrape.lines import Line

_LONGEST = 160
_PARAGRAPH = 40  # characters from which a line is taken for prose and not for an item or label


def inline_rule(lines: list[Line], at: int, end: int, elsewhere: frozenset[str]) -> str | None:
    """The rule by which a line between paragraphs is furniture, or None: it stays.

    `elsewhere` are the headlines that the furniture below the article links to, normalised.
    """
    line = lines[at]
    if len(line.text) > _LONGEST:
        return None
    if _links_elsewhere(line, elsewhere):
        return "read-also"
    if not line.kinds:
        return None
    if at + 1 < end and lines[at + 1].starts_low:
        return None
    if "ad" in line.exact and _between_prose(lines, at, end):
        return "advertisement"
    if "readalso" in line.hit.kinds and line.hit.found and _is_link(line):
        return "read-also"
    if "click" in line.kinds and "(" in line.text:
        return "share"
    return None


def _links_elsewhere(line: Line, elsewhere: frozenset[str]) -> bool:
    """A label, a colon, and a headline that is listed below the article as well."""
    _, colon, headline = line.key.partition(":")
    return bool(colon) and headline.strip(" |") in elsewhere


def _between_prose(lines: list[Line], at: int, end: int) -> bool:
    """A paragraph before or after it, so that it is no item of a list and no cell of a table."""
    near = [lines[index] for index in (at - 1, at + 1) if 0 <= index < end]
    return any(len(line.text) >= _PARAGRAPH or line.ends_sentence for line in near)


def _is_link(line: Line) -> bool:
    """The rest reads like a headline."""
    if Line(line.text.partition(":")[2].strip()).starts_low:
        return False
    return not line.text.endswith((".", "。", "।", ";", ",")) and len(line.hit.found[0]) >= 8
