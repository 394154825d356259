"""Where an article ends and the furniture below it begins.

Furniture at the end is a contiguous run of sections: attribution, share bar, author box, related
posts, comments, form, footer. From its first line, which must be one that opens a section, to the
last line of the document all must read as such sections, and the run must hold anchors that no
article ends with. A phrase alone decides nothing.

Some lines have to be taken on trust: a comment's text, a headline, an author's description, a
label in a language that we do not know. How many in a row depends on what was read before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from feeder.cleaner.scrape.lines import Line
from feeder.cleaner.scrape.readings import MOST_LINES
from feeder.cleaner.scrape.sections import Level, Mode, Reading

_SILENT = 5  # lines that are no furniture: verse and tables have no paragraphs
_MUCH = 4  # weight of so many sections that no article goes on after them
_NEEDED = 2  # weight of a run: one anchor, or two sections that are none

# Lines that may be taken on trust in a row: how much of an article a false opener could take with
# it. A comment has rarely more than a dozen lines, a list of related posts up to ten items, an
# author box two or three lines.
_TRUST = {Mode.BODY: 12, Mode.LIST: 12, Mode.BIO: 3, Mode.BOX: 2}
_TRUST_BETWEEN = {Level.WEAK: 0, Level.SURE: 3, Level.FINAL: 4}
# What stands between sections in words that we do not know is short. A paragraph of an article is
# longer than this; those of the labelled sets have a median of 120 characters.
_LABEL, _SENTENCE = 60, 160
_PARAGRAPH = 50
_LONGEST_BIO = 500
_BEFORE_SOURCE = 5  # lines
_LONGEST_OFFER = 100  # characters of a line in a newsletter box


class State(NamedTuple):
    """Where the reader of a run stands."""

    mode: Mode
    level: Level
    told: bool  # whether a paragraph of the article stands before the run
    weight: int = 0  # of the lines so far, as far as it matters
    trusted: int = 0  # lines in a row


@dataclass(frozen=True, slots=True)
class Tail:
    """A run of furniture: the index of its first line and, for each line, the rule."""

    start: int
    rules: tuple[str, ...]


def read_tail(lines: list[Line], readings: list[Reading]) -> Tail | None:
    """The longest run of furniture at the end that has anchors enough, or None."""
    first = max(0, len(lines) - MOST_LINES)
    failed: set[tuple[int, State]] = set()
    told, silent = False, 0  # whether the article was seen, and lines that are no furniture
    for start in range(first, len(lines)):
        reading = readings[start]
        silent += not reading.rule
        told = told or (not reading.rule and (_is_paragraph(lines[start]) or silent > _SILENT))
        if not (reading.opener and _runs(lines, readings, start, failed, told)):
            continue
        start = _after_source(readings, start, len(lines))
        weight = sum(reading.weight for reading in readings[start:])
        return Tail(start, _rules(readings[start:])) if weight >= _NEEDED else None
    return None


def _is_paragraph(line: Line) -> bool:
    return line.size > _PARAGRAPH and line.ends_sentence


def _after_source(readings: list[Reading], start: int, end: int) -> int:
    """The attribution to a site, where only sections that prove nothing stand before it.

    It is the first line below an article; what is above it may be the article's last words.
    """
    for index in range(start, min(start + _BEFORE_SOURCE + 1, end)):
        reading = readings[index]
        if reading.rule == "source" and reading.level is Level.FINAL:
            return index
        if reading.level is not Level.WEAK:
            return start
    return start


def _runs(
    lines: list[Line],
    readings: list[Reading],
    start: int,
    failed: set[tuple[int, State]],
    told: bool,
) -> bool:
    """Whether all lines from `start` to the end are one run. `failed` keeps it linear.

    Above the first paragraph (not `told`) nothing is so sure that sentences are taken on trust.
    """
    state: State | None = State(Mode.RUN, Level.WEAK, told)
    visited: list[tuple[int, State]] = []
    for index in range(start, len(lines)):
        if state is None or (failed and (index, state) in failed):
            failed.update(visited)
            return False
        visited.append((index, state))
        state = _step(state, lines[index], readings[index])
    if state is None:
        failed.update(visited)
    return state is not None


def _step(state: State, line: Line, reading: Reading) -> State | None:
    """The state after a line, or None: it does not belong to the run."""
    if reading.rule:
        return _said(state, reading)
    if line.is_date and (state.mode is not Mode.RUN or state.level is not Level.WEAK):
        return state._replace(mode=Mode.BODY) if state.mode is Mode.THREAD else state
    if state.mode is Mode.RUN or (state.mode is Mode.THREAD and state.level is not Level.WEAK):
        return _unknown(state, line)
    if not state.told:
        return _unknown(state._replace(mode=Mode.RUN), line)
    if state.mode is Mode.THREAD or not _fits(state.mode, line):
        return None if state.level is Level.WEAK else _unknown(state._replace(mode=Mode.RUN), line)
    if state.trusted >= _TRUST[state.mode]:
        return None
    return state._replace(trusted=state.trusted + 1)


def _said(state: State, reading: Reading) -> State:
    level = max(state.level, reading.level if state.told else min(reading.level, Level.SURE))
    weight = min(state.weight + reading.weight, _MUCH)
    if weight >= _MUCH and state.told:
        level = Level.FINAL
    in_comments = state.mode in (Mode.BODY, Mode.THREAD) and reading.rule == "comments"
    if reading.enters is Mode.RUN and in_comments:
        return State(Mode.THREAD, level, state.told, weight)
    return State(reading.enters, level, state.told, weight)


def _unknown(state: State, line: Line) -> State | None:
    """A line between sections that says nothing we know."""
    trust = _TRUST_BETWEEN[state.level] or int(state.weight > 0)
    if state.trusted >= trust or line.is_bullet or not state.told:
        return None
    if line.is_name and state.level is not Level.WEAK and state.told:
        return state._replace(mode=Mode.BIO, trusted=0)
    longest = _SENTENCE if state.level is Level.FINAL else _LABEL
    if line.size > longest or (line.ends_sentence and state.level is not Level.FINAL):
        return None
    return state._replace(trusted=state.trusted + 1)


def _fits(mode: Mode, line: Line) -> bool:
    if mode is Mode.LIST:
        return line.is_headline
    if mode is Mode.BOX:
        return len(line.text) <= _LONGEST_OFFER
    return mode is Mode.BODY or len(line.text) <= _LONGEST_BIO


def _rules(readings: list[Reading]) -> tuple[str, ...]:
    """The rule for each line: its own, else that of the section it stands in."""
    rules: list[str] = []
    for reading in readings:
        rules.append(reading.rule or rules[-1])
    return tuple(rules)
