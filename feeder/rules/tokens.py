"""Classes and ids that rules name, found in one look at each element's own."""

from __future__ import annotations

import re
from functools import lru_cache

from feeder.rules.model import Rule

# A lone word is a part of too many others: on 91 open pages of sites with files, files none of
# whose words matched named three as parts; "social" took 6 of 23 lines of an article with it.
_COMPOUND = re.compile(r"\w[-_]+\w")
_REMEMBERED = 20_000  # class attributes of a site's pages; most of them occur on every page
_LONGEST = 400  # characters of an attribute that is remembered


class Tokens:
    """Which of many rules names an element's classes or its id.

    A word must be a whole one of the attribute's; several words must stand there in a row. With
    `parts`, a compound word such as `share-bar` may also be a part of a longer one.
    """

    def __init__(self, rules: tuple[Rule, ...], *, parts: bool = False) -> None:
        self._words: dict[str, Rule] = {}
        self._rows: list[tuple[str, Rule]] = []
        self._parts: list[tuple[str, Rule]] = []
        self._known: dict[str, Rule | None] = {}
        for rule in rules:
            words = rule.value.replace("'", "").replace('"', "").split()
            if len(words) > 1:
                self._rows.append((f" {' '.join(words)} ", rule))
            elif parts and words and _COMPOUND.search(words[0]):
                self._parts.append((words[0], rule))
            elif words and not parts:
                self._words.setdefault(words[0], rule)

    def match(self, attribute: str) -> Rule | None:
        """The rule that names a class attribute or an id; None where none does."""
        try:
            return self._known[attribute]
        except KeyError:
            found = self._match(attribute)
            if len(attribute) <= _LONGEST:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[attribute] = found
            return found

    def _match(self, attribute: str) -> Rule | None:
        words = attribute.split()
        for word in words:
            if word in self._words:
                return self._words[word]
        row = f" {' '.join(words)} "
        for named, rule in self._rows:
            if named in row:
                return rule
        return next((rule for part, rule in self._parts if part in attribute), None)


@lru_cache(maxsize=256)
def tokens(rules: tuple[Rule, ...], *, parts: bool = False) -> Tokens:
    """The index of a set of rules, made once for all pages of a site."""
    return Tokens(rules, parts=parts)
