"""Feeds and all other documents for readers: the route that nearly every request takes.

Such a request is one look-up in a dictionary, one `stat`, and bytes that were read before. Whatever
takes longer is done in a thread, once for all who wait for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from anyio import CapacityLimiter, to_thread
from starlette.types import Message, Scope, Send

from feeder.logs import logger
from feeder.server.negotiation import coding_for, has_already
from feeder.server.record import Record
from feeder.server.replies import send_empty, send_text
from feeder.server.shelf import CORS, Answer, Moved, Shown
from feeder.server.snapshots import (
    PACKERS,
    Coded,
    Header,
    Headers,
    Kept,
    Snapshot,
    pack,
    read,
)

TRY_AGAIN_SECONDS = 1.0
"""Between two tries to read a document that could not be read."""
_READERS = 4
"""Threads that read and pack documents."""
_REMEMBERED = 256
"""Values of `Accept-Encoding`: the readers of a feed send a dozen."""
_ALLOWED: Header = (b"allow", b"GET, HEAD, OPTIONS")
_PREFLIGHT: Headers = [
    *CORS,
    _ALLOWED,
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since"),
    (b"access-control-max-age", b"86400"),
]
_NOTHING: Message = {"type": "http.response.body", "body": b""}


class Feeds:
    """Answers with documents. For the event loop alone."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._kept = Kept()
        self._under_way: dict[object, asyncio.Future[Any]] = {}
        self._not_before: dict[str, float] = {}
        self._ill: set[str] = set()
        self._codings: dict[bytes | None, str | None] = {}
        self._limiter: CapacityLimiter | None = None

    async def answer(self, answer: Answer, scope: Scope, send: Send) -> None:
        """Answer a request for what was found on record."""
        method = scope["method"]
        shared = [] if answer.is_private else CORS
        if method == "OPTIONS":
            await send_empty(send, 204, [_ALLOWED] if answer.is_private else _PREFLIGHT)
        elif method not in ("GET", "HEAD"):
            await send_text(send, 405, "Documents are only read.", [_ALLOWED])
        elif isinstance(answer, Shown):
            await self._show(answer, scope, send)
        elif isinstance(answer, Moved):
            place = (b"location", answer.url.encode("ascii", errors="replace"))
            await send_text(send, 308, "It lies elsewhere now.", [*shared, place])
        else:
            await send_text(send, 410, "It was removed for good.", shared)

    def at_once(self, path: str, asked: Headers) -> tuple[bytes, bytes] | None:
        """The answer to a GET that nothing need be waited for, as `Protocol` sends it."""
        shown = self._record.find(path)
        if not isinstance(shown, Shown) or not self._record.is_new or self._ill:
            return None
        snapshot = self._kept.get(shown.place)
        try:
            if snapshot is None or not snapshot.is_as_it_lies(shown.place):
                return None
        except OSError:
            return None
        accepted, tags, since = _wishes(asked)
        coding = self._codings.get(accepted)
        coded = snapshot.coded.get(coding) if coding else None
        if coded is None:
            return None
        made = _made(shown, snapshot, coded)
        if has_already(tags, since, coded.etag, made.modified):
            return made.head_unchanged, b""
        return made.head_whole, coded.body

    async def _show(self, shown: Shown, scope: Scope, send: Send) -> None:
        snapshot = self._kept.get(shown.place)
        try:
            snapshot = await self._as_it_is(shown.place, snapshot)
        except OSError as error:
            # It may be gone, or private, by what another process has put on record.
            found = await self._record.look_again(scope["path"], is_private=shown.is_private)
            if not isinstance(found, Shown):
                await (self.answer(found, scope, send) if found else send_not_found(send))
                return
            if found.may_lack:
                await send_not_found(send)
                return
            self._note(found, error)
            shown = found
        if snapshot is not None:
            await self._send(shown, snapshot, scope, send)
        else:
            retry = (b"retry-after", b"60")
            await send_text(send, 503, "It cannot be read just now.", [retry])

    async def _as_it_is(self, place: str, known: Snapshot | None) -> Snapshot:
        """The document that lies there now.

        Raises:
            OSError: nothing lies there that can be read.
        """
        if known is not None and known.is_as_it_lies(place):
            if self._ill:
                self._note_well(place)
            return known
        if time.monotonic() < self._not_before.get(place, 0.0):
            raise OSError("it could not be read a moment ago")
        try:
            found: Snapshot = await self._once(place, lambda: read(place))
        except OSError:
            self._not_before[place] = time.monotonic() + TRY_AGAIN_SECONDS
            raise
        self._not_before.pop(place, None)
        self._note_well(place)
        latest = self._kept.get(place)
        if latest is not None and latest.takes_over(found):
            return latest
        self._kept.put(place, found)
        return found

    async def _send(self, shown: Shown, snapshot: Snapshot, scope: Scope, send: Send) -> None:
        accepted, tags, since = _wishes(scope["headers"])
        coding = self._coding(accepted)
        if coding is None:
            await send_text(send, 406, "There is no coding that you take.", shown.unchanged)
            return
        coded = snapshot.coded.get(coding) or await self._packed(shown.place, snapshot, coding)
        made = _made(shown, snapshot, coded)
        if has_already(tags, since, coded.etag, made.modified):
            await send(made.unchanged)
            await send(_NOTHING)
        else:
            await send(made.whole)
            await send(made.body)

    def _coding(self, accepted: bytes | None) -> str | None:
        if accepted in self._codings:
            return self._codings[accepted]
        found = coding_for(accepted, PACKERS)
        if len(self._codings) >= _REMEMBERED:
            self._codings.clear()
        if accepted is None or len(accepted) < _REMEMBERED:
            self._codings[accepted] = found
        return found

    async def _packed(self, place: str, snapshot: Snapshot, coding: str) -> Coded:
        found: Coded = await self._once((snapshot, coding), lambda: pack(snapshot, coding))
        known = snapshot.coded.get(coding)
        if known is not None:
            return known
        self._kept.grew(place, snapshot, found)
        return found

    async def _once(self, key: object, work: Callable[[], Any]) -> Any:
        """What the work gives, done in a thread, and once for all who want it meanwhile."""
        future = self._under_way.get(key)
        if future is None:
            self._limiter = self._limiter or CapacityLimiter(_READERS)
            future = asyncio.ensure_future(to_thread.run_sync(work, limiter=self._limiter))
            self._under_way[key] = future
            future.add_done_callback(lambda done: self._done(key, done))
        # One who hangs up takes it from nobody else.
        return await asyncio.shield(future)

    def _done(self, key: object, future: asyncio.Future[Any]) -> None:
        self._under_way.pop(key, None)
        if not future.cancelled():
            future.exception()  # else asyncio would complain where all have hung up

    def _note(self, shown: Shown, error: OSError) -> None:
        """Log that something cannot be read: once, however many documents and readers there are."""
        if not self._ill:
            logger().error(
                "document cannot be read",
                file=shown.place,
                message=error.strerror or str(error),
                advice="see to the public folder; what was read before is served on",
            )
        self._ill.add(shown.place)

    def _note_well(self, place: str) -> None:
        if place in self._ill:
            self._ill.discard(place)
            if not self._ill:
                logger().info("documents can be read again", file=place)


def _wishes(asked: Headers) -> tuple[bytes | None, bytes | None, bytes | None]:
    """What a request says of codings, of tags and of dates."""
    accepted = tags = since = None
    for name, value in asked:
        if name == b"accept-encoding":
            accepted = value if accepted is None else b"%s,%s" % (accepted, value)
        elif name == b"if-none-match":
            tags = value if tags is None else b"%s,%s" % (tags, value)
        elif name == b"if-modified-since":
            since = value
    return accepted, tags, since


class _Made(NamedTuple):
    """What a snapshot is sent with, made once: for a task, and as it goes over the wire."""

    shown: Shown
    modified: bytes | None
    whole: Message
    body: Message
    unchanged: Message
    head_whole: bytes
    head_unchanged: bytes


def _made(shown: Shown, snapshot: Snapshot, coded: Coded) -> _Made:
    made = coded.made
    if isinstance(made, _Made) and made.shown is shown and made.modified is snapshot.modified:
        return made
    modified = snapshot.modified if time.time() >= snapshot.dated_from else None
    about = [(b"etag", coded.etag)]
    told = [*about, (b"content-length", b"%d" % len(coded.body))]
    if modified is not None:
        told.append((b"last-modified", modified))
    if coded.coding in PACKERS:
        told.append((b"content-encoding", coded.coding.encode()))
    told = [*shown.headers, *told]
    about = [*shown.unchanged, *about]
    coded.made = made = _Made(
        shown,
        modified,
        {"type": "http.response.start", "status": 200, "headers": told},
        {"type": "http.response.body", "body": coded.body},
        {"type": "http.response.start", "status": 304, "headers": about},
        _head(b"200 OK", told),
        _head(b"304 Not Modified", about),
    )
    return made


def _head(status: bytes, headers: Headers) -> bytes:
    return b"HTTP/1.1 %s\r\n" % status + b"".join(b"%s: %s\r\n" % header for header in headers)


async def send_not_found(send: Send) -> None:
    """There is nothing at that path."""
    await send_text(send, 404, "There is no such page.")
