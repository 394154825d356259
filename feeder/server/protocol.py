"""Bounds for clients: what they send, how slowly, and how many of them.

uvicorn parses requests with httptools, which refuses what is no HTTP, and stops reading a body that
nobody wants. It bounds neither heads nor time. That is added here, with no timer for each request:
all connections are looked at once a second.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeder.server.connections import Connections

HEAD_SECONDS = 10.0
"""For a request's head to be whole, from the connection or its first byte on."""
KEPT_SECONDS = 15
"""For the next request to begin."""
STUCK_SECONDS = 10.0
"""For a client to take anything of what it asked for."""
LINGER_SECONDS = 2.0
"""For a client that was refused to notice it: it may be sending still, and not be reading yet."""
LINGER_BYTES = 4_000_000
HEAD_BYTES = 32_768
HEAD_LINES = 100
TARGET_BYTES = 8_192
"""Of a request's path and query (RFC 9112, 3 asks for 8,000)."""
BODY_BYTES = 1_000_000
PIPELINED = 16
"""Requests that one client may send before it has the first answer."""

_PIECE = 16_384
"""Bytes that are parsed at once: of thousands of requests in one chunk most are never looked at."""

_REASONS = {
    400: b"Bad Request",
    408: b"Request Timeout",
    413: b"Content Too Large",
    414: b"URI Too Long",
    431: b"Request Header Fields Too Large",
    501: b"Not Implemented",
    503: b"Service Unavailable",
}
# RFC 3986, 3.2.2 and 3.2.3; it may be empty (RFC 9112, 3.2).
_HOST = re.compile(
    rb"(?:[A-Za-z0-9._~%!$&'()*+,;=-]{0,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?"
)

AtOnce = Callable[[str, "list[tuple[bytes, bytes]]"], tuple[bytes, bytes] | None]
"""By a path and a head: the status line and the head of an answer, but for its date, and its body.
None: it takes a task to answer."""


class Protocol(HttpToolsProtocol):
    """One connection. `since` is when what we wait for began, on the monotonic clock."""

    server_state: Connections

    def __init__(
        self,
        config: Config,
        server_state: Connections,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.url, self.headers = b"", []
        self.since = time.monotonic()
        self._is_in_head = True
        self._fed = 0  # bytes, in chunks that were of this head alone
        self._at_once: AtOnce | None = getattr(config.loaded_app, "at_once", None)
        self._at_once_left = PIPELINED  # of one chunk: others have their turn between
        self._is_answered = False  # at once
        self._is_deaf = False  # whatever comes is dropped
        self._is_last = False  # no request after this one is wanted
        self._dropped: int | None = None  # bytes, since it was refused
        self._unsent = 0
        self._stuck_since = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether no answer is being made."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def is_idle(self) -> bool:
        """Whether the client has all that it asked for."""
        return self.is_waiting and not self.transport.get_write_buffer_size()

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Another client is there."""
        super().connection_made(transport)
        self.server_state.make_room(self)

    def data_received(self, data: bytes) -> None:
        """Parse it, as far as anything of this client is wanted still."""
        self._at_once_left = PIPELINED
        if len(data) <= _PIECE:
            self._take(data)
            return
        for start in range(0, len(data), _PIECE):
            self._take(data[start : start + _PIECE])

    def _take(self, data: bytes) -> None:
        if self._is_deaf:
            self._drop(data)
            return
        fed = self._fed
        super().data_received(data)
        self._bound(len(data), fed)

    def _bound(self, size: int, fed: int) -> None:
        """Refuse a head that grows too long, before it is whole."""
        if self._is_deaf:
            return
        if self._is_in_head:
            # It is not known how much of a chunk was of a head that began in it.
            self._fed = self._fed + size if fed and self._fed == fed else 1
        if self._fed > HEAD_BYTES or len(self.headers) > HEAD_LINES or len(self.url) > TARGET_BYTES:
            self.refuse(431 if self.headers else 414)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """A client that has said all that it will may still wait for its answer."""
        if self.is_waiting or self.cycle.response_started:
            return None
        self.cycle.keep_alive = False
        return True

    # What the parser calls

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_deaf = self._is_deaf or self._is_last
        if self._is_deaf:
            return
        self._is_in_head, self._is_answered, self._fed = True, False, 0
        if self.is_waiting:
            self.since = time.monotonic()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is whole: have it answered, unless something is wrong with it."""
        if self._is_deaf:
            self.url, self.headers = b"", []  # of thousands in one chunk nothing is kept
            return
        self._is_in_head, self._fed = False, 0
        fault = self._fault_of_head()
        if fault:
            self.refuse(fault)
        elif not self._answer_at_once():
            super().on_headers_complete()
            # What follows on a request for another protocol is not parsed.
            if len(self.pipeline) >= PIPELINED or self.parser.should_upgrade():
                self.cycle.keep_alive = False
            self._is_last = not self.cycle.keep_alive
        self.headers = []  # lines that follow on a body are nobody's

    def _answer_at_once(self) -> bool:
        """Answer without a task, if what is asked for is at hand, and nothing else is under way."""
        path = self.url.partition(b"?")[0]
        if (
            self._at_once is None
            or not self._at_once_left
            or not self.is_idle
            or not self.server_state.default_headers
            or not self._is_plain_get(path)
        ):
            return False
        found = self._at_once(path.decode("ascii"), self.headers)
        if found is None:
            return False
        self._at_once_left -= 1
        head, body = found
        date = self.server_state.default_headers[0][1]
        self._is_answered, self._is_last = True, not self.parser.should_keep_alive()
        end = b"connection: close\r\n\r\n" if self._is_last else b"\r\n"
        self.transport.write(b"%sdate: %s\r\n%s" % (head, date, end))
        if body:
            self.transport.write(body)
        if self._is_last:
            self.transport.close()
        self.since = time.monotonic()
        return True

    def _is_plain_get(self, path: bytes) -> bool:
        """Whether no more than the path need be looked at to know what is asked for."""
        parser = self.parser
        return (
            parser.get_method() == b"GET"
            and path.isascii()
            and b"%" not in path
            and not parser.should_upgrade()
            and parser.get_http_version() == "1.1"
        )

    def on_body(self, body: bytes) -> None:
        """A piece of its body."""
        if not (self._is_deaf or self._is_answered):
            super().on_body(body)

    def on_message_complete(self) -> None:
        """It is whole."""
        if not (self._is_deaf or self._is_answered):
            super().on_message_complete()

    # What uvicorn calls

    def on_response_complete(self) -> None:
        """It was answered."""
        self.since = time.monotonic()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """It is no HTTP."""
        self.refuse(400)

    def shutdown(self) -> None:
        """The server is to stop: what has no end, such as a stream of events, ends at once."""
        super().shutdown()
        if not self.is_waiting and self.cycle.chunked_encoding:
            self._leave_cycle()
            self.transport.close()

    # What is added

    def look(self, now: float) -> None:
        """End it if it keeps us waiting for too long."""
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            if not self._unsent or unsent < self._unsent:
                self._stuck_since = now
            if now - self._stuck_since > STUCK_SECONDS:
                self.transport.abort()
        elif self._unsent:
            self.since = now
        elif self.is_waiting and now - self.since > self._patience:
            self._lose_patience()
        self._unsent = unsent

    @property
    def _patience(self) -> float:
        if self._dropped is not None:
            return LINGER_SECONDS
        return HEAD_SECONDS if self._is_in_head else KEPT_SECONDS

    def _lose_patience(self) -> None:
        if self._is_in_head and self._fed and self._dropped is None:
            self.refuse(408)
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """End it now."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def refuse(self, status: int) -> None:
        """Say why nothing more is wanted, unless an answer is under way: that becomes the last."""
        # It was told so already, or its last answer is under way.
        if self._is_deaf or self.transport.is_closing():
            return
        self._is_deaf = True
        if not self.is_waiting:
            if self.pipeline or not self.cycle.more_body:
                self.cycle.keep_alive = False
                return
            # It is the body of this very request that goes wrong: nobody waits for its end.
            self._leave_cycle()
            if self.cycle.response_started:
                self.transport.close()
                return
        body = _REASONS[status] + b"\n"
        head = b"HTTP/1.1 %d %s\r\n" % (status, _REASONS[status])
        told = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(body)
        self.transport.write(head + told + b"connection: close\r\n\r\n" + body)
        # To close it with something unread would take the answer back (RFC 9112, 9.6).
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._dropped = 0
        self.since = time.monotonic()

    def _leave_cycle(self) -> None:
        self.cycle.disconnected = self.cycle.response_complete = True
        self.cycle.message_event.set()

    def _drop(self, data: bytes) -> None:
        if self._dropped is not None:
            self._dropped += len(data)
            if self._dropped > LINGER_BYTES:
                self.transport.abort()

    def _fault_of_head(self) -> int:
        size = hosts = 0
        for name, value in self.headers:
            size += len(name) + len(value)
            if name == b"host":
                hosts += 1 if _HOST.fullmatch(value) else 2
            elif name == b"content-length" and int(value) > BODY_BYTES:
                return 413
            # Where somebody on the way may see another end of the body than we do (RFC 9112, 6.1).
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                return 501
        if len(self.url) > TARGET_BYTES:
            return 414
        if size > HEAD_BYTES or len(self.headers) > HEAD_LINES:
            return 431
        # RFC 9112, 3.2
        return 400 if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1") else 0
