"""What one line would be in a run of furniture: which section, and how much it proves.

A reading sees the line and the next one, nothing else. Whether a line is furniture at all, the
run decides (`tail.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeder.cleaner.scrape.facts import byline
from feeder.cleaner.scrape.lines import Line, names_a_site
from feeder.cleaner.scrape.sections import (
    ENTERS,
    MEMBERS,
    NOTHING_SAID,
    SECTIONS,
    Level,
    Mode,
    Reading,
    level_of,
    members_of,
    sections_of,
)
from feeder.cleaner.scrape.shapes import (
    LONGEST_MEMBER,
    LONGEST_NAME,
    NUMBERED,
    boxed_author,
    footer,
    head_of_comment,
    labelled_tags,
    navigation,
    networks,
    numbered,
    shares,
    source,
    starred,
)

MOST_ABOVE = 12
"""Lines among which a title is."""

MOST_LINES = 5_000
"""Lines at the end among which the run is looked for: room for some thousand comments."""

_SHORTEST_TITLE = 3  # characters
_PROSE = 80  # characters of a sentence that is no title any more
_SHORT_TITLE = 12  # characters of a title that a line could hold by chance
_LONG_TITLE = 20  # characters of a title that no line holds by chance
_MOST_AROUND_NAME = 3  # words
_QUOTED_END = re.compile('["”“»’」』]$')
_SURE_SECTIONS = frozenset(SECTIONS) - {"more"}
_FACTS = frozenset({"by", "on", "updated"})


def read_as_furniture(lines: list[Line]) -> list[Reading]:
    """What each line would be; those before the last `MOST_LINES` say nothing."""
    start = max(0, len(lines) - MOST_LINES)
    reader = _Reader.of(lines)
    return [NOTHING_SAID] * start + [reader.read(at) for at in range(start, len(lines))]


def read_knowing(author: str, lines: list[Line], readings: list[Reading]) -> list[Reading]:
    """The readings again, once the head of the document told the author's normalised name."""
    named = [at for at, line in enumerate(lines) if author in line.key]
    if not named:
        return readings
    reader = _Reader.of(lines, author)
    again = readings.copy()
    for at in named:
        again[at] = reader.read(at)
    return again


def _titles(lines: list[Line]) -> frozenset[str]:
    """What may be the title, normalised: the lines above the first one that is prose."""
    found: set[str] = set()
    for line in lines[:MOST_ABOVE]:
        if found and line.ends_sentence and line.size > _PROSE:
            break
        found.add(line.key)
    return frozenset(key for key in found if len(key) > _SHORTEST_TITLE)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the lines of one document."""

    lines: list[Line]
    author: str | None
    titles: frozenset[str]
    links: frozenset[int]  # where the lines are that lead to what an author wrote

    @classmethod
    def of(cls, lines: list[Line], author: str | None = None) -> _Reader:
        links = (at for at, line in enumerate(lines) if "about" in line.kinds)
        short = frozenset(at for at in links if len(lines[at].text) <= LONGEST_MEMBER)
        return cls(lines, author, _titles(lines), short)

    def read(self, index: int) -> Reading:
        line = self.lines[index]
        if not line.key and not line.kinds:
            return NOTHING_SAID  # a paragraph
        if line.is_prose and not line.kinds:  # no shape of furniture is so long
            return self._boxed_author(index) or self._own_title(index, line) or NOTHING_SAID
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        if following is not None and following.starts_low and len(following.text) > 40:
            return NOTHING_SAID  # it goes on: "Related", "is a strong word, said …"
        return (
            footer(line)
            or self._own_author(line)
            or self._boxed_author(index)
            or networks(self.lines, index)
            or source(line)
            or head_of_comment(line, following)
            or self._own_title(index, line)
            or self._worded(index, line, following)
            or starred(line)
            or shares(line, following)
            or numbered(line, following, self.lines[index + 2 : index + 3])
            or self._signed(line)
            or NOTHING_SAID
        )

    def _own_author(self, line: Line) -> Reading | None:
        """The author's name again, below the article: the head of an author box."""
        if self.author and line.key == self.author:
            return Reading("author-box", opener=True, weight=2, enters=Mode.BIO)
        return None

    def _boxed_author(self, index: int) -> Reading | None:
        for link in (index + 1, index + 2):
            if link in self.links:
                return boxed_author(self.lines, index, link)
        return None

    def _signed(self, line: Line) -> Reading | None:
        """A word or two and the author's name, as a member of a run."""
        if not self.author or " " not in self.author or self.author not in line.key:
            return None
        around = line.key.replace(self.author, " ", 1).split()
        signs = len(around) <= _MOST_AROUND_NAME and not line.ends_sentence
        return Reading("author-box", False, 1, enters=Mode.BIO) if signs else None

    def _own_title(self, index: int, line: Line) -> Reading | None:
        """The title with words around it: "3 thoughts on …", "The post … appeared first on …"."""
        if index < MOST_ABOVE // 4 or not line.key or len(line.text) > 320:
            return None
        for title in self.titles:
            if len(title) >= _SHORT_TITLE and title != line.key and title in line.key:
                return self._around(index, line, title)
        return None

    def _around(self, index: int, line: Line, title: str) -> Reading | None:
        around = line.key.replace(title, " ", 1)
        if len(around) > 90:
            return None
        if line.kinds & {"appeared"}:
            return Reading("appeared-first", True, 2, Level.FINAL)
        counted = line.kinds & {"thoughts", "count", "form", "closed"} or NUMBERED.search(around)
        if counted:
            first = self.lines[index + 1 : index + 3]
            thread = bool(first) and head_of_comment(first[0], first[-1]) is not None
            opener = bool(line.kinds) or thread or len(title) >= _LONG_TITLE
            return Reading("comments", opener, 2, Level.SURE, Mode.THREAD)
        # "The post … appeared first on SITE" in every language. Without a site it is not enough:
        # an article may come back to its headline in its last line.
        within = not line.key.startswith(title) and not line.key.endswith(title)
        weight = 1 + names_a_site(line.text)
        return Reading("own-title", within and len(title) >= _LONG_TITLE, weight, Level.SURE)

    def _worded(self, index: int, line: Line, following: Line | None) -> Reading | None:
        kinds = line.kinds
        if not kinds:
            return navigation(line, following) or labelled_tags(self.lines, index)
        sections = kinds & _SURE_SECTIONS
        if not sections and (found := navigation(line, following)):
            return found
        if kinds & _FACTS and not sections - {"tags"}:
            found = self._fact(line, following)
            if found:
                return found
        if "about" in kinds and (found := self._author_box(line)):
            return found
        for kind in sections_of(kinds):
            if found := self._section(line, following, kind):
                return found
        return _member(line) or labelled_tags(self.lines, index)

    def _section(self, line: Line, following: Line | None, kind: str) -> Reading | None:
        if line.hit.found and not (_plausible(line, kind) or not self._elsewhere(line)):
            return None
        level = level_of(line.kinds)
        if level is not Level.WEAK and not _wordy(line):
            level = Level.WEAK
        weight = 2 if level is not Level.WEAK or (kind == "tags" and line.hit.found) else 1
        if kind == "share" and "network" in line.kinds and not line.exact:
            weight = 2
        if kind in ("related", "sidebar") and following is not None and following.is_headline:
            weight = 2
        enters = ENTERS.get(kind, Mode.RUN)
        return Reading(SECTIONS[kind], kind != "more", weight, level, enters)

    def _elsewhere(self, line: Line) -> bool:
        """Whether a phrase's places hold anything but the title of this article."""
        return self.titles.isdisjoint(line.hit.found)

    def _fact(self, line: Line, following: Line | None) -> Reading | None:
        """ "Posted by Ann Reed at 5:12 PM", "Published 3 June 2024", below the article."""
        if len(line.text) > 100 or (line.ends_sentence and line.date is None):
            return None
        told = byline(line)
        if told is None and not (line.hit.found and len(line.hit.found[0]) <= LONGEST_NAME):
            return Reading("byline") if not line.hit.found else None
        if told is not None and not told.authors:
            return Reading("date-line", opener=True, weight=1)
        # A byline below an article begins an author box: the next line is about the same person.
        name = line.hit.found[0] if line.hit.found else ""
        known = bool(self.author and self.author == name)
        about = bool(name and following is not None and following.key.startswith(name))
        opener = known or about or (told is not None and told.published is not None)
        return Reading("byline", opener, 1 + (known or about), enters=Mode.BIO)

    def _author_box(self, line: Line) -> Reading | None:
        exact = "about" in line.exact
        named = bool(line.hit.found) and len(line.hit.found[0]) <= LONGEST_NAME
        if not exact and (not named or line.ends_sentence):
            return None
        known = bool(self.author and self.author in line.key)
        return Reading("author-box", exact or known, 1 + known, enters=Mode.BIO)


def _member(line: Line) -> Reading | None:
    for kind in members_of(line.kinds):
        if len(line.text) <= LONGEST_MEMBER:
            if line.hit.found and not _plausible(line, kind):
                return None
            starred = kind == "field" and "*" in line.text
            return Reading(MEMBERS[kind], starred, int(starred or kind == "network"))
    return None


def _plausible(line: Line, kind: str) -> bool:
    """Whether a phrase with places, filled with any words, still reads like furniture."""
    if kind in ("click", "counter", "reading", "subscribe"):
        return True
    if kind == "appeared":
        return len(line.text) <= 300
    return len(line.text) <= 160 and (not line.ends_sentence or bool(_QUOTED_END.search(line.text)))


def _wordy(line: Line) -> bool:
    """Two words at least, or as many characters where words are not parted by spaces."""
    return " " in line.key or len(line.key) >= 6
