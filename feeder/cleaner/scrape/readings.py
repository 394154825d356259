"""What one line would be in a run of furniture: which section, and how much it proves.

A reading sees the line and the next one, nothing else. Whether a line is furniture at all, the
run decides (`scrape_tail.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from feeder.cleaner.scrape.facts import byline
from feeder.cleaner.scrape.lines import LONGEST_FOOTER, Line, names_a_site
from feeder.cleaner.scrape.phrases import NOTHING, Kinds, phrases

MOST_ABOVE = 12
"""Lines among which a title is."""

_SHORTEST_TITLE = 3  # characters
_PROSE = 80  # characters of a sentence that is no title any more
_SHORT_TITLE = 12  # characters of a title that a line could hold by chance
_LONG_TITLE = 20  # characters of a title that no line holds by chance
_LONGEST_NAME = 40
_LONGEST_MEMBER = 80
_FEWEST_NETWORKS = 3
_MOST_AROUND_NAME = 3  # words
_MOST_TO_SHARE = 2  # words of "Share this" that is in no list; more announce a list
_LONGEST_TAGS = 80
_LONGEST_TAG = 3  # words
_QUOTED_END = re.compile('["”“»’」』]$')
_STAR = re.compile(r"(?<=\s)\*(?=[\s.)]|$)")
_FEWEST_WORDS = 3  # of a note; fewer with an asterisk are the label of a field
_NUMBERED = re.compile(r"\d")
_COMMENT_NUMBER = re.compile(r"#\d{1,5} +\S")


class Mode(IntEnum):
    """What the reader of a run stands in."""

    RUN = 0  # between sections
    THREAD = 1  # among comments, before the head of one
    BODY = 2  # in a comment
    LIST = 3  # under a label like "Related"
    BIO = 4  # under an author's name
    BOX = 5  # under an invitation to subscribe


class Level(IntEnum):
    """How sure it is that no more of the article follows."""

    WEAK = 0  # sections, but none that an article could not hold
    SURE = 1  # an anchor, which an article may quote: "Comments are closed."
    FINAL = 2  # what no article quotes: attribution to a site, "The post … appeared first on"


# Kinds of phrases no article ends with, given that nothing but furniture follows.
ANCHORS = {
    "note": Level.SURE,
    "closed": Level.SURE,
    "login": Level.SURE,
    "cancel": Level.SURE,
    "powered": Level.SURE,
    "appeared": Level.FINAL,
    "click": Level.FINAL,
}
# Kinds that begin a section, each with the rule that names it.
SECTIONS = {
    "note": "comment-form",
    "cancel": "comment-form",
    "form": "comment-form",
    "closed": "comments-closed",
    "login": "login",
    "appeared": "appeared-first",
    "thoughts": "comments",
    "count": "comments",
    "thread": "comments",
    "click": "share",
    "share": "share",
    "follow": "share",
    "like": "like",
    "related": "related",
    "readalso": "related",
    "navlabel": "post-navigation",
    "tags": "tags",
    "subscribe": "newsletter",
    "newsletter": "newsletter",
    "powered": "footer",
    "sidebar": "sidebar",
    "ad": "advertisement",
    "more": "related",
    "reading": "counter",
    "counter": "counter",
}
# Kinds that are furniture only below other furniture, each with its rule.
MEMBERS = {
    "field": "comment-form",
    "reply": "comments",
    "says": "comments",
    "network": "share",
    "loading": "like",
    "legal": "footer",
    "search": "sidebar",
    "skip": "sidebar",
    "home": "post-navigation",
    "section": "sidebar",
}
_ENTERS = {
    "count": Mode.THREAD,
    "thread": Mode.THREAD,
    "thoughts": Mode.THREAD,
    "related": Mode.LIST,
    "sidebar": Mode.LIST,
    "newsletter": Mode.BOX,
    "subscribe": Mode.BOX,
}
_SURE_SECTIONS = frozenset(SECTIONS) - {"more"}
_SOURCES = frozenset({"source", "via"})
_FACTS = frozenset({"by", "on", "updated"})


class Reading(NamedTuple):
    """What one line is in a run of furniture."""

    rule: str = ""  # empty: nothing that furniture says
    opener: bool = False  # may be the first line of the run
    weight: int = 0  # a run needs two in all
    level: Level = Level.WEAK
    enters: Mode = Mode.RUN


NOTHING_SAID = Reading()


def read_as_furniture(lines: list[Line], author: str | None, start: int) -> list[Reading]:
    """What each line from `start` on would be; lines before it say nothing.

    `author` is the normalised name that the head of the document tells.
    """
    reader = _Reader(lines, author, _titles(lines))
    return [NOTHING_SAID] * start + [reader.read(at) for at in range(start, len(lines))]


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

    def read(self, index: int) -> Reading:
        line = self.lines[index]
        if not line.key and not line.kinds:
            return NOTHING_SAID  # a paragraph
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        if following is not None and following.starts_low and len(following.text) > 40:
            return NOTHING_SAID  # it goes on: "Related", "is a strong word, said …"
        return (
            _footer(line)
            or self._own_author(line)
            or self._boxed_author(index, line)
            or self._networks(index, line)
            or _source(line)
            or _head_of_comment(line, following)
            or self._listed_tags(index, line)
            or self._own_title(index, line)
            or self._worded(line, following)
            or _starred(line)
            or _shares(line, following)
            or _numbered(line, following, self.lines[index + 2 : index + 3])
            or self._signed(line)
            or NOTHING_SAID
        )

    def _own_author(self, line: Line) -> Reading | None:
        """The author's name again, below the article: the head of an author box."""
        if self.author and line.key == self.author:
            return Reading("author-box", opener=True, weight=2, enters=Mode.BIO)
        return None

    def _signed(self, line: Line) -> Reading | None:
        """A word or two and the author's name, as a member of a run."""
        if not self.author or " " not in self.author or self.author not in line.key:
            return None
        around = line.key.replace(self.author, " ", 1).split()
        signs = len(around) <= _MOST_AROUND_NAME and not line.ends_sentence
        return Reading("author-box", False, 1, enters=Mode.BIO) if signs else None

    def _boxed_author(self, index: int, line: Line) -> Reading | None:
        """A name, what the person does, "View all posts by …": the link and a line or two above
        it that begin with the name."""
        for length in (1, 2):
            *above, link = self.lines[index : index + length + 1]
            if len(above) == length and "about" in link.kinds and len(link.text) <= _LONGEST_MEMBER:
                break
        else:
            return None
        named = link.hit.found[0] if link.hit.found else ""
        person = named or (line.key if length > 1 else "")
        sure = len(person) <= _LONGEST_NAME and (length > 1 or " " in person)
        if person and sure and all(one.key.startswith(person) for one in above):
            return Reading("author-box", True, 2, enters=Mode.BIO)
        return None

    def _listed_tags(self, index: int, line: Line) -> Reading | None:
        """ "Tags harbour, council" right below the last sentence: a list, and not more prose."""
        if (
            "tags" not in line.label - line.kinds
            or line.key.startswith("tag ")
            or len(line.text) > _LONGEST_TAGS
            or not index
        ):
            return None
        tags = line.after_label.replace("،", ",").replace("、", ",").split(",")
        listed = len(tags) > 1 and all(0 < len(tag.split()) <= _LONGEST_TAG for tag in tags)
        below = self.lines[index - 1].ends_sentence and not line.ends_sentence
        opener = listed and below and not _NUMBERED.search(line.after_label)
        return Reading("tags", True, 1) if opener else None

    def _networks(self, index: int, line: Line) -> Reading | None:
        """Names of networks, each in a line of its own: from the third one on no list of
        an article, which would be announced by a colon."""
        if "network" not in line.exact or index == 0:
            return None
        run = self.lines[index : index + _FEWEST_NETWORKS]
        bar = len(run) == _FEWEST_NETWORKS and all("network" in one.exact for one in run)
        before = self.lines[index - 1]
        opener = bar and before.ends_sentence and not before.text.endswith(("…", ":"))
        return Reading("share", True, 2) if opener else None

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
        counted = line.kinds & {"thoughts", "count", "form", "closed"} or _NUMBERED.search(around)
        if counted:
            first = self.lines[index + 1 : index + 3]
            thread = bool(first) and _head_of_comment(first[0], first[-1]) is not None
            opener = bool(line.kinds) or thread or len(title) >= _LONG_TITLE
            return Reading("comments", opener, 2, Level.SURE, Mode.THREAD)
        # No article names itself by its whole headline in a short line, but "The post … appeared
        # first on …" does in every language.
        within = not line.key.startswith(title) and not line.key.endswith(title)
        return Reading("own-title", within and len(title) >= _LONG_TITLE, 2, Level.SURE)

    def _worded(self, line: Line, following: Line | None) -> Reading | None:
        kinds = line.kinds
        if not kinds:
            return _navigation(line, following) or _labelled_tags(line)
        sections = kinds & _SURE_SECTIONS
        if not sections and (found := _navigation(line, following)):
            return found
        if kinds & _FACTS and not sections - {"tags"}:
            found = self._fact(line, following)
            if found:
                return found
        if "about" in kinds and (found := self._author_box(line)):
            return found
        for kind in _sections(kinds):
            if found := self._section(line, following, kind):
                return found
        return _member(line) or _labelled_tags(line)

    def _section(self, line: Line, following: Line | None, kind: str) -> Reading | None:
        if line.hit.found and not (_plausible(line, kind) or not self._elsewhere(line)):
            return None
        level = _level(line.kinds)
        if level is not Level.WEAK and not _wordy(line):
            level = Level.WEAK
        weight = 2 if level is not Level.WEAK or (kind == "tags" and line.hit.found) else 1
        if kind == "share" and "network" in line.kinds and not line.exact:
            weight = 2
        if kind in ("related", "sidebar") and following is not None and following.is_headline:
            weight = 2
        enters = _ENTERS.get(kind, Mode.RUN)
        return Reading(SECTIONS[kind], kind != "more", weight, level, enters)

    def _elsewhere(self, line: Line) -> bool:
        """Whether a phrase's places hold anything but the title of this article."""
        return self.titles.isdisjoint(line.hit.found)

    def _fact(self, line: Line, following: Line | None) -> Reading | None:
        """ "Posted by Ann Reed at 5:12 PM", "Published 3 June 2024", below the article."""
        if len(line.text) > 100 or (line.ends_sentence and line.date is None):
            return None
        told = byline(line)
        if told is None and not (line.hit.found and len(line.hit.found[0]) <= _LONGEST_NAME):
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
        named = bool(line.hit.found) and len(line.hit.found[0]) <= _LONGEST_NAME
        if not exact and (not named or line.ends_sentence):
            return None
        known = bool(self.author and self.author in line.key)
        return Reading("author-box", exact or known, 1 + known, enters=Mode.BIO)


# Few sets of kinds are ever seen, and each again and again.
@lru_cache(maxsize=1024)
def _sections(kinds: Kinds) -> tuple[str, ...]:
    return tuple(kind for kind in SECTIONS if kind in kinds)


@lru_cache(maxsize=1024)
def _level(kinds: Kinds) -> Level:
    return max((ANCHORS.get(kind, Level.WEAK) for kind in kinds), default=Level.WEAK)


@lru_cache(maxsize=1024)
def _members(kinds: Kinds) -> tuple[str, ...]:
    return tuple(kind for kind in MEMBERS if kind in kinds)


def _footer(line: Line) -> Reading | None:
    if not line.may_be_footer:
        return None
    if line.is_copyright:
        return Reading("footer", True, 2, Level.SURE)
    if line.is_legal_bar:
        return Reading("footer", True, 1)
    if line.is_cookie_notice:
        return Reading("cookie-notice", False, 1)
    return None


def _source(line: Line) -> Reading | None:
    if line.kinds.isdisjoint(_SOURCES) or not line.hit.found:
        return None
    if names_a_site(line.text):
        return Reading("source", True, 2, Level.FINAL)
    if "via" in line.kinds or len(line.hit.found[0]) > 60 or line.ends_sentence:
        return None
    return Reading("source", True, 2, Level.SURE)


def _head_of_comment(line: Line, following: Line | None) -> Reading | None:
    """Who wrote a comment and when, in one line or in two."""
    if len(line.text) > 120:
        return None
    if line.date is not None and (marked := _marked_head(line, following)):
        return marked
    if line.is_date:
        return None
    dated_next = following is not None and following.is_date
    if "says" in line.kinds and len(line.text) <= 60 and line.date is None:
        if dated_next or line.text.endswith((":", "：")):
            return Reading("comments", dated_next, 1 + dated_next, enters=Mode.BODY)
        return None
    if line.date is not None and _who_and_when(line):
        return Reading("comments", True, 2, Level.SURE, Mode.BODY)
    if dated_next and not line.kinds and _nickname(line):
        return Reading("comments", False, 1, enters=Mode.BODY)
    return None


def _marked_head(line: Line, following: Line | None) -> Reading | None:
    """ "#3 Olena 2024-10-14, 17:12", "Olena • 14.10.2024": boards and Disqus in any language."""
    if line.date is None or len(line.text) - line.date.end > 2:
        return None
    who = line.text[: line.date.start].strip()
    if len(who) > _LONGEST_NAME:
        return None
    if line.date.has_time and _COMMENT_NUMBER.match(who):
        said = following is not None and following.date is None  # else it is a timetable
        return Reading("comments", said, 2, Level.SURE, Mode.BODY)
    return Reading("comments", False, 1, enters=Mode.BODY) if who[-1:] in "•·" and who else None


def _who_and_when(line: Line) -> bool:
    """ "Olena said Oct 14, 2024 17:12": words of somebody speaking, then the date and no more."""
    if line.date is None or len(line.text) - line.date.end > 6 or line.date.start > 60:
        return False
    who = line.text[: line.date.start].rstrip(" ,|·—–-(")
    return any("says" in Line(written).kinds for written in (who, who.rstrip(":") + ":"))


def _navigation(line: Line, following: Line | None) -> Reading | None:
    """ "Previous: …" opens a run only with "Next: …" below it; articles say "next" too."""
    if not _navigates(line):
        return None
    pair = following is not None and _navigates(following)
    alone = "nav" in line.exact  # the headline stands in the next line
    return Reading("post-navigation", pair, 1, enters=Mode.LIST if alone else Mode.RUN)


def _navigates(line: Line) -> bool:
    if "nav" in line.exact or _points(line.text):
        return True
    return "nav" in (line.label | line.hit.kinds) and line.is_headline


def _points(text: str) -> bool:
    """ "← An older headline", "A newer one →"."""
    if len(text) < 4 or (text[0] in "«‹" and text[-1] in "»›"):
        return False
    return text[0] in "←«‹⟵" or text[-1] in "→»›⟶"


def _member(line: Line) -> Reading | None:
    for kind in _members(line.kinds):
        if len(line.text) <= _LONGEST_MEMBER:
            if line.hit.found and not _plausible(line, kind):
                return None
            starred = kind == "field" and "*" in line.text
            return Reading(MEMBERS[kind], starred, int(starred or kind == "network"))
    return None


def _labelled_tags(line: Line) -> Reading | None:
    """ "Tags harbour, council": the label without a colon says less."""
    if "tags" in line.label and len(line.text) <= 100 and not line.ends_sentence:
        return Reading("tags", False, 1)
    return None


def _starred(line: Line) -> Reading | None:
    """ "Required fields are marked *", "Name *" in any language: an asterisk by itself."""
    if (
        "*" not in line.text
        or line.text[0] == "*"
        or len(line.text) > LONGEST_FOOTER
        or len(_STAR.findall(line.text)) != 1
    ):
        return None
    note = len(line.text.split()) > _FEWEST_WORDS
    return Reading("comment-form", True, 1 + note, Level.SURE if note else Level.WEAK)


def _shares(line: Line, following: Line | None) -> Reading | None:
    """ "Bunu paylaş: Facebook X", or the label alone above the names of networks."""
    words = line.key.split()
    known = phrases().whole
    if len(words) > 2 and all("network" in known.get(word, NOTHING) for word in words[-2:]):
        return Reading("share", len(line.text) <= 2 * _LONGEST_NAME, 2)
    above = following is not None and "network" in following.exact
    if above and len(words) <= _MOST_TO_SHARE and not line.ends_sentence:
        return Reading("share", True, 1)
    return None


def _numbered(line: Line, following: Line | None, beyond: list[Line]) -> Reading | None:
    """ "11 Коментара" in any language: a number, a word or two, and then the first comment."""
    if len(line.text) > 30 or not _NUMBERED.search(line.text) or line.ends_sentence:
        return None
    if following is None or len(line.text.split()) > 4 or line.is_date:
        return None
    first = _head_of_comment(following, beyond[0] if beyond else None)
    return Reading("comments", False, 1, enters=Mode.THREAD) if first else None


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


def _nickname(line: Line) -> bool:
    return (
        len(line.text) <= _LONGEST_NAME
        and not line.ends_sentence
        and len(line.text.split()) <= 5
        and not line.text.endswith(":")
    )
