"""Behaviours that mean well: pages, feeds, validators that hold, answers that change in turn."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

from tests.site.behaviour import Behaviour
from tests.site.wire import Headers, Request, Wire

HTML = "text/html; charset=utf-8"
ATOM = "application/atom+xml"


@dataclass(frozen=True)
class Page:
    """An answer with a body. `packed` sends it as gzip to those who take that."""

    body: bytes | str = "<!doctype html><title>A page</title><p>Here is a page.</p>"
    media_type: str | None = HTML
    headers: Headers = ()
    status: int = 200
    packed: bool = False

    def answer(self, asked: Request, wire: Wire) -> None:
        """The same to everybody."""
        body = self.body.encode() if isinstance(self.body, str) else self.body
        headers = [*_pairs(self.headers)]
        if self.media_type is not None:
            headers.insert(0, ("Content-Type", self.media_type))
        if self.packed and "gzip" in asked.headers.get("accept-encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        wire.reply(self.status, headers, body, method=asked.method)


class Feed(Page):
    """A feed by its media type."""

    def __init__(self, body: bytes | str, media_type: str = ATOM) -> None:
        super().__init__(body, media_type)


@dataclass(frozen=True)
class Conditional:
    """A page with validators, and 304 to those who show one that holds (RFC 9110, 13.2.2)."""

    body: bytes | str = "<!doctype html><title>A page</title><p>Here is a page.</p>"
    etag: str | None = '"1"'
    last_modified: str | None = "Thu, 01 Jan 2026 00:00:00 GMT"
    media_type: str = HTML
    headers: Headers = ()

    def answer(self, asked: Request, wire: Wire) -> None:
        """The page, or that it is as it was."""
        told = [*_pairs(self.headers)]
        told += [("ETag", self.etag)] if self.etag else []
        told += [("Last-Modified", self.last_modified)] if self.last_modified else []
        if self._holds(asked):
            wire.reply(304, told)
        else:
            Page(self.body, self.media_type, told).answer(asked, wire)

    def _holds(self, asked: Request) -> bool:
        if (shown := asked.headers.get("if-none-match")) is not None:
            # If-None-Match compares weakly (RFC 9110, 13.1.2), and wins over the date.
            return self.etag is not None and _strong(self.etag) in map(_strong, shown.split(", "))
        since = asked.headers.get("if-modified-since")
        return since is not None and since == self.last_modified


def _strong(etag: str) -> str:
    return etag.strip().removeprefix("W/")


@dataclass
class InTurn:
    """The first request gets the first, the second the second; then the last for ever."""

    behaviours: tuple[Behaviour, ...]
    _asked: int = field(default=0, init=False)

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = behaviours
        self._asked = 0

    def answer(self, asked: Request, wire: Wire) -> None:
        """As the one whose turn it is."""
        turn = min(self._asked, len(self.behaviours) - 1)
        self._asked += 1
        self.behaviours[turn].answer(asked, wire)


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers if not hasattr(headers, "items") else headers.items())
