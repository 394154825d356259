"""How much was asked of the web, and came of it: counted where requests are made."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["2xx", "304", "3xx", "4xx", "5xx", "none"]
"""What an answer was, by its status; "none" is one that did not come, or not whole."""

_NOT_MODIFIED = 304


@dataclass(slots=True)
class Traffic:
    """Requests by what their answers were, and bytes that came over the wire. For all threads."""

    wire_bytes: int = 0
    _requests: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(get_args(Kind), 0))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, status: int | None, wire_bytes: int) -> None:
        """A request is over; `status` is None where there was no answer."""
        kind = _kind(status)
        with self._lock:
            self._requests[kind] += 1
            self.wire_bytes += wire_bytes

    @property
    def requests(self) -> dict[Kind, int]:
        """How many there were of each kind."""
        with self._lock:
            return dict(self._requests)


def _kind(status: int | None) -> Kind:
    if status is None:
        return "none"
    if status == _NOT_MODIFIED:
        return "304"
    kinds: dict[int, Kind] = {2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}
    return kinds.get(status // 100, "none")
