"""Where an article ends and the furniture below it begins.

Furniture at the end is a contiguous run of sections: attribution, share bar, author box, related
posts, comments, form, footer. The whole run, up to the last line, must read as such sections, and
somewhere in it must stand anchors that no article ends with. A phrase alone decides nothing.

Read from the last line backwards. For each line and each state of the reader we keep how many
lines in a row had to be taken on trust (a comment's text, a headline, an author's description);
beyond the limit of the state the run ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from feeder.cleaner.scrape_lines import Line, is_name

NEVER = 1_000_000
MOST_ABOVE = 12  # lines among which the title is
_QUOTED_END = re.compile('["”“»’」』]$')


class State(IntEnum):
    """What has been read of the furniture so far."""

    WEAK = 0  # sections, but none that an article could not hold
    SURE = 1  # at least one anchor
    THREAD = 2  # among comments, before the head of one
    BODY = 3  # in a comment
    LIST = 4  # under a label like "Related"
    BIO = 5  # under an author's name


# Lines that may be taken on trust in a row. A comment has rarely more than a dozen lines; lists of
# related posts have up to ten items, some with a date; author boxes have one or two lines, three
# with a link. Each is a limit on how much of an article a false opener could take with it.
TRUST = {
    State.WEAK: 0,
    State.SURE: 3,
    State.THREAD: 0,
    State.BODY: 12,
    State.LIST: 12,
    State.BIO: 3,
}
MOST_TRUSTED = max(TRUST.values())

# Kinds of phrases no article ends with, given that nothing but furniture follows.
ANCHORS = frozenset({"note", "closed", "login", "appeared", "click", "powered", "cancel"})
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
    "nav": "post-navigation",
    "legal": "footer",
    "search": "sidebar",
    "skip": "sidebar",
    "home": "post-navigation",
    "section": "sidebar",
    "about": "author-box",
    "by": "byline",
    "on": "date-line",
    "updated": "date-line",
}
LABELS_OF_LISTS = frozenset({"related", "sidebar"})


@dataclass(slots=True)
class Reading:
    """What one line is in a run of furniture."""

    rule: str = ""  # empty: nothing that furniture says
    opener: bool = False  # may be the first line of the run
    anchor: bool = False
    weight: int = 0
    enters: State | None = None  # None: the reader stays where it is


@dataclass(slots=True)
class Tail:
    """A run of furniture: the index of its first line and, for each line, the rule."""

    start: int
    rules: list[str]


class TailReader:
    """Reads the end of one document."""

    def __init__(self, lines: list[Line], author: str | None = None) -> None:
        self.lines = lines
        self.author = author
        self.readings: dict[int, Reading] = {}
        self.titles = {line.key for line in lines[:MOST_ABOVE] if len(line.key) > 3}

    def reading(self, index: int) -> Reading:
        found = self.readings.get(index)
        if found is None:
            found = self.readings[index] = self._read(index)
        return found

    # --- what a line is ------------------------------------------------------------------------

    def _read(self, index: int) -> Reading:
        line = self.lines[index]
        for look in (self._structure, self._head_of_comment, self._source, self._worded):
            found = look(index, line)
            if found is not None:
                return found
        return Reading()

    def _structure(self, index: int, line: Line) -> Reading | None:
        """Footers and the author's own name, told by their shape."""
        if line.is_copyright:
            return Reading("footer", opener=True, anchor=True, weight=2, enters=State.SURE)
        if line.is_legal_bar:
            return Reading("footer", opener=True, weight=1)
        if self.author and line.key == self.author:
            return Reading("author-box", opener=True, weight=2, enters=State.BIO)
        return None

    def _source(self, index: int, line: Line) -> Reading | None:
        if not line.kinds & {"source", "via"} or not line.hit.found:
            return None
        sure = names_a_site(line.text)
        if not sure and ("via" in line.kinds or len(line.hit.found[0]) > 60 or line.ends_sentence):
            return None
        return Reading("source", opener=True, anchor=sure, weight=2, enters=State.SURE)

    def _head_of_comment(self, index: int, line: Line) -> Reading | None:
        """Who wrote a comment and when, in one line or in two."""
        if len(line.text) > 120:
            return None
        says = "says" in line.kinds
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        dated_next = following is not None and following.is_date
        if says and len(line.text) <= 60 and not line.date:
            return Reading(
                "comments", opener=dated_next, weight=2 if dated_next else 1, enters=State.BODY
            )
        if line.date is not None and not line.is_date and self._who_and_when(line):
            return Reading("comments", opener=True, weight=2, enters=State.BODY)
        if dated_next and _nickname(line) and not line.kinds:
            return Reading("comments", weight=1, enters=State.BODY)
        return None

    def _who_and_when(self, line: Line) -> bool:
        """ "Olena said Oct 14, 2024 17:12": words of somebody speaking before a closing date."""
        assert line.date is not None
        before, after = line.text[: line.date.start], line.text[line.date.end :]
        if len(after.strip(" .:,)р.г.年日")) > 6 or len(before) > 60:
            return False
        who = Line(before.rstrip(" ,|·—–-("))
        return "says" in who.kinds or "says" in Line(f"{who.text}:").kinds

    def _worded(self, index: int, line: Line) -> Reading | None:
        kinds = line.kinds
        if _goes_on(self.lines, index):
            return None
        if not kinds & SECTIONS.keys() - {"more"} and (found := self._navigation(index, line)):
            return found
        if kinds & {"by", "on", "updated"} and not kinds & (SECTIONS.keys() - {"tags"}):
            return self._fact(line)
        if "about" in kinds:
            return self._author_box(line)
        for kind, rule in SECTIONS.items():
            if kind in kinds:
                return self._section(index, line, kind, rule)
        for kind, rule in MEMBERS.items():
            if kind in kinds and len(line.text) <= 80:
                return self._member(line, kind, rule)
        return None

    def _section(self, index: int, line: Line, kind: str, rule: str) -> Reading | None:
        whole = not line.hit.found
        if not whole and not (_plausible(line, kind) or self._about_this(line)):
            return None
        anchor = bool(line.kinds & ANCHORS) and _wordy(line)
        thoughts = kind == "thoughts" and bool(line.hit.found)
        enters = State.SURE if anchor else None
        if kind in ("count", "thread", "thoughts"):
            enters = State.THREAD
        if kind in LABELS_OF_LISTS:
            enters = State.LIST
        weight = 2 if anchor or thoughts else 1
        if kind == "tags" and line.hit.found:
            weight = 2
        if kind in ("related", "sidebar") and self._headline_follows(index):
            weight = 2
        return Reading(rule, opener=kind != "more", anchor=anchor, weight=weight, enters=enters)

    def _about_this(self, line: Line) -> bool:
        """Whether a phrase's place holds the title of this very article."""
        return not self.titles.isdisjoint(line.hit.found)

    def _member(self, line: Line, kind: str, rule: str) -> Reading | None:
        if line.hit.found and not _plausible(line, kind):
            return None
        starred = kind == "field" and "*" in line.text
        return Reading(rule, opener=starred, weight=int(starred or kind == "network"))

    def _navigation(self, index: int, line: Line) -> Reading | None:
        """ "Previous: …" opens a run only with "Next: …" below it; articles say "next" too."""
        if not _navigates(line):
            return None
        pair = index + 1 < len(self.lines) and _navigates(self.lines[index + 1])
        return Reading("post-navigation", opener=pair, weight=1)

    def _fact(self, line: Line) -> Reading | None:
        """ "Posted by Ann Reed at 5:12 PM", "Published 3 June 2024" below the article."""
        if len(line.text) > 100 or (line.ends_sentence and not line.date):
            return None
        named = "by" in line.kinds and any(is_name(_bare(line, found)) for found in line.hit.found)
        if line.date is None and not named:
            return Reading("byline") if not line.hit.found else None
        return Reading("byline" if named else "date-line", opener=line.date is not None, weight=1)

    def _author_box(self, line: Line) -> Reading | None:
        exact = "about" in line.exact
        if not exact and not (line.hit.found and is_name(_bare(line, line.hit.found[0]))):
            return None
        known = bool(self.author and self.author in line.key)
        return Reading("author-box", opener=exact or known, weight=1 + known, enters=State.BIO)

    def _headline_follows(self, index: int) -> bool:
        return index + 1 < len(self.lines) and self.lines[index + 1].is_headline

    # --- the run -------------------------------------------------------------------------------

    def read(self) -> Tail | None:
        """The longest run of furniture at the end that has anchors enough, or None."""
        trust = [0] * len(State)
        ahead: list[list[int]] = []
        best = None
        weight = 0
        for index in range(len(self.lines) - 1, -1, -1):
            reading = self.reading(index)
            weight += reading.weight
            row = [self._trust(index, state, trust) for state in State]
            if reading.opener and weight >= 2 and self._opens(reading, trust):
                best = index
            ahead.append(row)
            trust = row
            if all(needed >= NEVER for needed in row):
                break
        if best is None:
            return None
        return Tail(best, self._rules(best))

    def _opens(self, reading: Reading, trust: list[int]) -> bool:
        entered = State.WEAK if reading.enters is None else reading.enters
        return trust[entered] < NEVER

    def _trust(self, index: int, state: State, trust: list[int]) -> int:
        """How many lines in a row are taken on trust from here on, or NEVER."""
        line, reading = self.lines[index], self.reading(index)
        if reading.rule:
            entered = _after(state, reading)
            return 0 if trust[entered] < NEVER else NEVER
        if state is State.WEAK or (state is State.THREAD and not line.is_date):
            return NEVER
        if line.is_date and state in (State.THREAD, State.BODY, State.LIST, State.SURE):
            stays = State.BODY if state is State.THREAD else state
            return 0 if trust[stays] < NEVER else NEVER
        if not self._trustworthy(line, state):
            return NEVER
        stays = State.BIO if state is State.SURE and line.is_name else state
        needed = trust[stays] + 1
        return needed if needed <= TRUST[state] or stays is not state else NEVER

    def _trustworthy(self, line: Line, state: State) -> bool:
        if state is State.LIST:
            return line.is_headline
        if state is State.SURE:
            return len(line.text) <= 60 and not line.ends_sentence and not line.is_bullet
        if state is State.BIO:
            return len(line.text) <= 500
        return state is State.BODY

    def _rules(self, start: int) -> list[str]:
        """The rule for each line of the run: its own, else that of the section it stands in."""
        rules: list[str] = []
        for index in range(start, len(self.lines)):
            own = self.reading(index).rule
            rules.append(own or (rules[-1] if rules else "furniture"))
        return rules


def _after(state: State, reading: Reading) -> State:
    """The state after a line that furniture says."""
    if reading.enters is not None:
        return reading.enters
    if state is State.BODY:
        return State.THREAD if reading.rule == "comments" else State.SURE
    if state is State.THREAD:
        return State.THREAD if reading.rule == "comments" else State.SURE
    if state is State.WEAK:
        return State.SURE if reading.anchor else State.WEAK
    return State.SURE if state is State.SURE or reading.anchor else State.WEAK


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


def _goes_on(lines: list[Line], index: int) -> bool:
    """Whether the next line carries this one on: "Related", "is a strong word, said …"."""
    return (
        index + 1 < len(lines) and lines[index + 1].starts_low and len(lines[index + 1].text) > 40
    )


def _navigates(line: Line) -> bool:
    """ "Next post", or that and a headline."""
    if "nav" in line.exact:
        return True
    return "nav" in (line.label | line.hit.kinds) and line.is_headline


def _nickname(line: Line) -> bool:
    return len(line.text) <= 40 and not line.ends_sentence and len(line.text.split()) <= 5


def names_a_site(text: str) -> bool:
    """Whether the last word is a host name or a web address."""
    last = text.split()[-1].strip("()[]<>.,。")
    host = last.removeprefix("https://").removeprefix("http://").partition("/")[0]
    name, dot, top = host.rpartition(".")
    return bool(dot and name and len(top) >= 2 and top.isalpha() and "@" not in host)


def _bare(line: Line, found: str) -> str:
    """The words of a place as the line writes them, capitals and all."""
    count = len(found.split())
    words = line.text.split()
    for start in range(len(words) - count + 1):
        piece = " ".join(words[start : start + count])
        if piece.casefold().strip(" :.,") == found:
            return piece.strip(" :.,")
    return found
