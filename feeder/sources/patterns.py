"""Which addresses a person wants: `include` and `exclude` in `[list]`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_REGEX = "re:"
_LONGEST_ADDRESS = 2_000
"""Characters that a regular expression gets to see. Its author is trusted, an address is not."""


class Patterns:
    """Patterns of addresses. With none to include, all are wanted that none excludes.

    `*` stands for anything. A pattern that begins with "/" is compared with path and query,
    another one with the whole address; "re:…" is a regular expression, searched for in the address.
    """

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = tuple(include)
        self._exclude = tuple(exclude)

    def wants(self, url: str) -> bool:
        """Whether an absolute address is wanted."""
        if self._include and not any(_matches(pattern, url) for pattern in self._include):
            return False
        return not any(_matches(pattern, url) for pattern in self._exclude)


def _matches(pattern: str, url: str) -> bool:
    if pattern.startswith("/"):
        url = "/" + url.partition("://")[2].partition("/")[2]
    return _compiled(pattern).search(url[:_LONGEST_ADDRESS]) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern.startswith(_REGEX):
        return re.compile(pattern.removeprefix(_REGEX))
    first, *rest = map(re.escape, pattern.split("*"))
    if not rest:
        return re.compile(rf"\A{first}\Z")
    *middle, last = rest
    # The first place that fits is as good as any later one, so none is given up again: each star
    # tried in every way would take as many steps as the address has pairs, triples … of places.
    parts = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(rf"\A{first}{parts}.*{last}\Z", re.DOTALL)
