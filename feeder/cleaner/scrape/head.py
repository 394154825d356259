"""What stands between an article's title and its first paragraph: byline, counters, facts.

Read from the first line down, and only as long as each line is something that belongs there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from feeder.cleaner.scrape.above import (
    BELOW,
    LONGEST_TITLE,
    SHORTEST_REPEATED,
    find_title,
    is_breadcrumb,
    is_count,
    is_long_for_a_title,
    is_of_a_head,
)
from feeder.cleaner.scrape.facts import Told, attribution, byline
from feeder.cleaner.scrape.labels import past_labels
from feeder.cleaner.scrape.lines import Line, is_name
from feeder.models import Attribution

_LONGEST_TOPIC = 25  # of a label like "Local" between other lines of a head
_LONGEST_STANDFIRST = 2  # lines
_DEEPEST_ID = 6  # lines
_LONGEST_LABEL = 70
_LONGEST_HEAD = 80  # characters of a line between title and first paragraph
_DIGITS = re.compile(r"\d+")
_NOT_DIGITS = re.compile(r"[^\s\d:]+")


@dataclass(slots=True)
class Head:
    """The head of a document: where its body begins, and what was read on the way."""

    title: Line | None = None
    start: int = 0
    kept: list[Line] = field(default_factory=list)  # of the article, above the byline
    dropped: list[tuple[str, Line]] = field(default_factory=list)
    told: list[tuple[Line, Told]] = field(default_factory=list)
    id: Line | None = None
    source: tuple[Line, Attribution] | None = None

    @property
    def author(self) -> str | None:
        for _, told in self.told:
            if told.authors:
                return Line(told.authors[0]).key
        return None


def read_head(
    lines: list[Line],
    end: int,
    *,
    titles: frozenset[str],
    sites: frozenset[str],
) -> Head:
    """Read down to the first paragraph. `titles` and `sites` are names that the furniture below
    the article uses for it ("The post … appeared first on …"), normalised."""
    at, above = find_title(lines, end, titles, sites)
    if at < end and lines[at].key not in titles:
        labels = past_labels(lines, at, end, above)
        at, above = at + len(labels), [*above, *labels]
    head = Head(dropped=above, id=next((line for _, line in above if line.is_uuid), None))
    dates = ((line, byline(line)) for rule, line in above if rule == "date-line")
    head.told.extend((line, told) for line, told in dates if told)
    if at >= end:
        head.start = end
        return head
    head.title = lines[at]
    head.start = at if len(lines[at].text) > LONGEST_TITLE else at + 1
    _below(lines, end, head)
    return head


def _to_the_id(lines: list[Line], start: int, end: int) -> int | None:
    """The place of a document's id among short lines below the title: all of it is the head."""
    for at in range(start, min(start + _DEEPEST_ID, end)):
        if lines[at].is_uuid:
            return at
        if len(lines[at].text) > _LONGEST_LABEL or lines[at].text.endswith((":", "：")):
            return None
    return None


def _below(lines: list[Line], end: int, head: Head) -> None:
    """Lines between the title and the first paragraph."""
    if head.title is None or head.start < 1 or is_long_for_a_title(head.title):
        return
    readers: tuple[Callable[[list[Line], int, int, Head], str | None], ...]
    readers = (_number_or_id, _repeated, _fact, _bare_name, _worded, _label)
    while (at := head.start) < end:
        rule = next((rule for read in readers if (rule := read(lines, at, end, head))), None)
        if rule is None and head.author is None and not head.kept:
            to_byline = _to_a_byline(lines, at, end)
            head.kept.extend(lines[at : at + to_byline])
            head.start += to_byline
            if to_byline:
                continue
        if rule is None:
            return
        head.dropped.append((rule, lines[at]))
        head.start += 1


def _to_a_byline(lines: list[Line], at: int, end: int) -> int:
    """How many lines of a standfirst, which belong to the article, stand above the byline."""
    for ahead in range(1, _LONGEST_STANDFIRST + 1):
        told = byline(lines[at + ahead]) if at + ahead < end else None
        if told and told.authors and told.published:
            return ahead
    return 0


def _label(lines: list[Line], at: int, end: int, head: Head) -> str | None:
    """A label in words that we do not know, amid a head: a topic before a reading time, and
    whatever is short above the document's id."""
    line = lines[at]
    if at + 1 >= end or line.ends_sentence:
        return None
    signed = byline(lines[at + 1])
    above = is_of_a_head(lines, at + 1, end) and not (signed and signed.authors)
    if above and head.author is None and (name := _labelled_name(line)):
        head.told.append((line, Told(authors=(name,))))
        return "byline"
    if head.dropped and _is_topic(line) and is_of_a_head(lines, at + 1, end):
        return "section"
    return "label" if head.id is None and _to_the_id(lines, at, end) is not None else None


def _labelled_name(line: Line) -> str:
    """The name in "Word: First Last", in whatever language the word is; else empty."""
    label, _, name = line.text.partition(":")
    return name.strip() if label.isalpha() and is_name(name.strip()) else ""


def _number_or_id(lines: list[Line], at: int, end: int, head: Head) -> str | None:
    line = lines[at]
    if line.is_uuid and head.id is None:
        head.id = line
        return "document-id"
    return "counter" if line.is_counter and is_count(lines, at, end) else None


def _fact(lines: list[Line], at: int, end: int, head: Head) -> str | None:
    line = lines[at]
    told = byline(line)
    if told is not None and not (_goes_on(lines, at, end) or _is_of_a_timetable(lines, at, end)):
        head.told.append((line, told))
        return "byline" if told.authors else "date-line"
    if line.kinds & {"source"} and (where := attribution(line)) and where.url:
        head.source = head.source or (line, where)
        return "source"
    if line.exact & {"by", "on", "updated"} and at + 1 < end and _told_next(lines, at, end):
        return "byline" if "by" in line.exact else "date-line"
    return None


def _is_of_a_timetable(lines: list[Line], at: int, end: int) -> bool:
    """Whether the next line, too, has a date, and neither says what happened then."""
    line, following = lines[at], lines[min(at + 1, end - 1)]
    if following is line or line.date is None or following.date is None:
        return False
    return not ((line.label | following.label) & {"on", "updated", "by"})


def _told_next(lines: list[Line], at: int, end: int) -> bool:
    """A label in a line of its own, the name or date in the next one."""
    following = lines[at + 1]
    return following.is_name or byline(following) is not None


def _goes_on(lines: list[Line], at: int, end: int) -> bool:
    return at + 1 < end and lines[at + 1].starts_low and not lines[at].date


def _bare_name(lines: list[Line], at: int, end: int, head: Head) -> str | None:
    """A name in a line of its own is a byline between other lines of a head, and told as a fact
    above a paragraph; but there it stays in the text, since a heading may look the same."""
    line = lines[at]
    if not line.is_name or head.author or line.kinds - {"by"}:
        return None
    sure = at + 1 < end and is_of_a_head(lines, at + 1, end)
    labelled = at > 0 and "by" in lines[at - 1].exact
    repeated = any(other.key == line.key for other in lines[end:])
    if not (sure or labelled or repeated):
        if at + 1 < end and (_opens_text(lines[at + 1])):
            head.told.append((line, Told(authors=(line.text,))))
        return None
    head.told.append((line, Told(authors=(line.text,))))
    return "byline"


def _is_topic(line: Line) -> bool:
    return (
        len(line.text) <= _LONGEST_TOPIC and len(line.text.split()) <= 2 and not line.ends_sentence
    )


def _opens_text(line: Line) -> bool:
    return len(line.text) > 60 or line.ends_sentence or not line.is_name


def _repeated(lines: list[Line], at: int, end: int, head: Head) -> str | None:
    same = head.title is not None and lines[at].key == head.title.key and bool(head.title.key)
    return "title-again" if same and len(lines[at].text) >= SHORTEST_REPEATED else None


def _worded(lines: list[Line], at: int, end: int, head: Head) -> str | None:
    line = lines[at]
    if len(line.text) > _LONGEST_HEAD or (line.ends_sentence and "count" not in line.kinds):
        return None
    if at + 1 < end and lines[at + 1].starts_low:
        return None
    if is_breadcrumb(lines, at, end):
        return "breadcrumb"
    kinds = line.kinds
    if head.title is not None and _counts_comments(line, head.title):
        return "counter"
    if _is_reading_time(line):
        return "reading-time"
    if "tags" in kinds and line.hit.found and at + 1 < end and lines[at + 1].size > 60:
        return "tags"
    if "tags" in line.label and len(line.text) <= _LONGEST_LABEL:
        return "tags"
    for kind, rule in BELOW.items():
        if kind in kinds and (
            kind not in ("section", "tags", "form", "like") or _in_a_row(lines, at, end)
        ):
            return rule
    return None


def _counts_comments(line: Line, title: Line) -> bool:
    """ "No comments on TITLE", "TITLE: 3 …"."""
    if len(title.key) < SHORTEST_REPEATED or title.key not in line.key or title.key == line.key:
        return False
    around = line.key.replace(title.key, " ", 1)
    worded = bool(line.kinds & {"count", "thoughts", "form"})
    return worded or (len(around) <= _LONGEST_TOPIC and bool(_DIGITS.search(around)))


def _is_reading_time(line: Line) -> bool:
    """ "Doba čtení: 3 minuty": one small number and a word for minutes, in few words."""
    words = line.key.replace(":", " ").split()
    return (
        len(words) <= 6
        and len(_DIGITS.findall(line.key)) == 1
        and any("minutes" in Line(word).exact for word in _NOT_DIGITS.findall(line.key))
    )


def _in_a_row(lines: list[Line], at: int, end: int) -> bool:
    """Whether the next line, too, is worded like a head's: such a word alone is a heading."""
    if at + 1 >= end:
        return False
    following = lines[at + 1]
    if following.is_uuid or following.is_counter or following.kinds & BELOW.keys():
        return True
    return following.date is not None and len(following.text) < _LONGEST_HEAD
