"""Answers that say no, not now, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from tests.site.pages import Page
from tests.site.wire import Headers, Request, Wire

REFUSALS = (400, 401, 402, 403, 404, 405, 406, 407, 418, 423, 451, 499)
FAILURES = (500, 501, 502, 503, 504, 508, 511, 520, 526, 599)
RETRY_AFTER = (
    "120", "0", "86400", "999999999999", "Fri, 27 Nov 2026 10:00:00 GMT",
    "Friday, 27-Nov-26 10:00:00 GMT", "Fri Nov 27 10:00:00 2026", "Thu, 01 Jan 1970 00:00:00 GMT",
)  # fmt: skip
"""Both forms, a date in all the three ways of HTTP (RFC 9110, 5.6.7), near, far and long ago."""
BAD_RETRY_AFTER = (
    "", "soon", "-1", "1.5", "1e9", "12 hours", "٣٠", "0x10", "120, 60", "9" * 5_000,
    "Fri, 99 Nov 2026 99:99:99 GMT", "Fri, 27 Nov 99999 10:00:00 GMT", "2026-11-27T10:00:00Z",
)  # fmt: skip
"""What stands in Retry-After without being either."""


@dataclass(frozen=True)
class Status:
    """Any status, with a page that says so."""

    code: int
    headers: Headers = ()
    body: bytes = b"<!doctype html><title>Sorry</title><h1>Sorry</h1>"

    def answer(self, asked: Request, wire: Wire) -> None:
        """That."""
        Page(self.body, headers=self.headers, status=self.code).answer(asked, wire)


class TooManyRequests(Status):
    """429, with Retry-After if it is given."""

    def __init__(self, retry_after: str | None = None, code: int = 429) -> None:
        super().__init__(code, {} if retry_after is None else {"Retry-After": retry_after})


class Unavailable(TooManyRequests):
    """503, with Retry-After if it is given."""

    def __init__(self, retry_after: str | None = None) -> None:
        super().__init__(retry_after, 503)


class LogInRequired(Status):
    """401, with a challenge."""

    def __init__(self) -> None:
        super().__init__(401, {"WWW-Authenticate": 'Basic realm="news"'})


class Gone(Status):
    """410."""

    def __init__(self) -> None:
        super().__init__(410)


@dataclass(frozen=True)
class NotModified:
    """304, whether or not anybody showed a validator."""

    headers: Headers = ()

    def answer(self, asked: Request, wire: Wire) -> None:
        """As it was, whatever that was."""
        wire.reply(304, self.headers)


class Partial(Status):
    """206, which nobody asked for."""

    def __init__(self) -> None:
        super().__init__(206, {"Content-Range": "bytes 0-15/1000"}, b"<p>Sixteen bytes")


@dataclass(frozen=True)
class NoContent:
    """204 (or 205): done, and nothing to show."""

    code: int = 204

    def answer(self, asked: Request, wire: Wire) -> None:
        """Nothing."""
        wire.reply(self.code)
