"""Where the furniture at the end of a fragment begins: its lines read upwards, one by one.

The first line that may be of the article ends the run. A list of links goes only with a label above
it, a link to an account only beside other such lines, and "Read more" only where it is said once.
"""

from __future__ import annotations

from feeder.cleaner.markup.fragments.fragment_lines import Line
from feeder.cleaner.markup.fragments.fragment_signs import (
    READ_MORE,
    SOCIAL,
    Known,
    Sign,
    is_mine,
    labels,
    sign_of,
)
from feeder.cleaner.scrape.phrases import normalise

_MOST_ITEMS = 40  # of a list under one label
_MOST_LINES = 1_000  # of furniture


class Tail:
    """The run of furniture at the end of `lines`."""

    def __init__(self, lines: list[Line], known: Known) -> None:
        self.lines = lines
        self.known = known
        self.start = len(lines)
        """The index of its first line."""
        self.last: Line | None = None
        """The line above it, if there is nothing between that may be of the article."""
        self._rules: list[str] = []  # from the end up, of all lines that were read
        self._items: list[Line] = []  # of a list whose label has not been found yet
        self._below: Sign | None = None
        self._social = self._weak = False
        self._read()

    @property
    def rules(self) -> list[str]:
        """The rule for each of its lines; empty for one that shows nothing."""
        return self._rules[: len(self.lines) - self.start][::-1]

    def _read(self) -> None:
        for at in range(len(self.lines) - 1, max(-1, len(self.lines) - 1 - _MOST_LINES), -1):
            line = self.lines[at]
            silent = line.gone or line.is_empty
            sign = Sign("", "nothing") if silent else sign_of(line, self.known)
            if sign is None or not self._goes_on(sign, at):
                passed = any(self._rules[len(self.lines) - self.start :])
                self.last = None if passed else line
                return
            self._rules.append(sign.rule)
            if sign.proof != "nothing":
                self._take(sign, at)
            elif not silent and self._below and not (self._items or self._weak):
                self.start = at  # a rule of dashes above furniture

    def _goes_on(self, sign: Sign, at: int) -> bool:
        """Whether a line belongs to the run, given what stands below it."""
        if sign.proof == "nothing":
            return True
        if sign.proof == "label":
            return self._labels(sign)
        if sign.proof == "item":
            return len(self._items) < _MOST_ITEMS
        if self._items:
            return False  # a list without a label
        once = READ_MORE not in self._rules and not self._weak
        return sign.rule != READ_MORE or (once and not is_said_before(self.lines, at))

    def _labels(self, label: Sign) -> bool:
        """Whether a label stands above what it names."""
        if self._below is None:
            return False
        if self._below.proof == "item":
            return bool(labels(label) & {"related", "tags"}) and is_mine(self._items, self.known)
        return self._below.rule in labels(label)

    def _take(self, sign: Sign, at: int) -> None:
        self._below = sign
        if sign.proof == "item":
            self._items.append(self.lines[at])
            return
        self._items = []
        self._weak = sign.proof == "weak" and not self._social
        if not self._weak:
            self.start = at
            self._social = self._social or sign.rule in SOCIAL


def is_said_before(lines: list[Line], at: int) -> bool:
    """Whether "Read more" stands below each of several notes: then it is a part of them."""
    said = normalise(lines[at].links[-1].text) if lines[at].links else ""
    above = (line.links[-1] for line in lines[:at] if line.links and not line.gone)
    return any(len(link.pieces) < 4 and normalise(link.text) == said for link in above)
