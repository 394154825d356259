"""What came of an action, to be told on the page that follows it; kept for a while, in memory."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

MOST = 200
"""As many notes as a few people leave in the time that they are kept."""
SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of what happened, and one of what can be done."""

    message: str
    advice: str = ""
    is_failure: bool = False


class _Kept(NamedTuple):
    until: float
    note: Note


class Notes:
    """The latest notes, each under a word that nobody guesses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def put(self, note: Note) -> str:
        """Keep a note; the word for it."""
        word = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[word] = _Kept(time.monotonic() + SECONDS, note)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return word

    def get(self, word: str) -> Note | None:
        """The note, unless it is too old."""
        with self._lock:
            found = self._kept.get(word)
        return found.note if found is not None and found.until > time.monotonic() else None
