"""An answer read: its headers as text, its body unpacked and within its bounds."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from requests import RequestException
from requests.exceptions import InvalidURL
from urllib3.exceptions import ClosedPoolError, HTTPError, LocationValueError
from urllib3.response import BaseHTTPResponse, HTTPResponse

from feeder.errors import FetchError, ProtocolError, TooLargeError
from feeder.fetch.adapter import GuardedAdapter
from feeder.fetch.exchange import Exchange, StaleError
from feeder.fetch.unpacking import CorruptError, Gunzip, OverflowedError

_PIECE = 65_536
_UNWANTED = 65_536
"""Bytes of the body of an answer that is no success: enough to say what it was."""
_WITHOUT_BODY = (204, 304)
_GZIP = ("gzip", "x-gzip")  # one and the same (RFC 9110, 8.4.1.3)
_PLAIN = ("", "identity")


@contextmanager
def opened(adapter: GuardedAdapter, exchange: Exchange) -> Iterator[BaseHTTPResponse]:
    """The answer with its body still on the wire.

    A connection whose answer was read whole is in the pool by then; any other is closed.
    """
    try:
        raw = adapter.open(exchange.ask)
    except (LocationValueError, InvalidURL) as error:
        raise exchange.no_such_name(error) from None
    except ValueError:  # its message would hold the header
        raise ProtocolError(
            f"{exchange.shown}: a header of the request cannot be sent",
            advice="look at [headers], [cookies], user_agent and contact for line breaks "
            "and for letters that are not Latin-1",
        ) from None
    except (RequestException, HTTPError) as error:
        raise _wrapped(error, exchange) from None
    except (http.client.HTTPException, OSError) as error:
        raise exchange.failure(error) from error
    try:
        yield raw
    finally:
        raw.close()


def _wrapped(error: Exception, exchange: Exchange) -> Exception:
    """What urllib3 and requests made of an error themselves: their words hold the address whole."""
    if any(isinstance(one, ClosedPoolError) for one in (error, *error.args)):
        return StaleError()  # another thread asked so many hosts that this one's pool was let go
    return exchange.failure(OSError(0, type(error).__name__))


def head_of(raw: BaseHTTPResponse) -> dict[str, str]:
    """The headers by their names in lower case."""
    return {name.lower(): _text(value) for name, value in raw.headers.itermerged()}


def body_of(raw: BaseHTTPResponse, head: Mapping[str, str], exchange: Exchange) -> bytes:
    """The body unpacked; of an answer that is no success, what there is of its beginning.

    Raises:
        FetchError, TooLargeError: it is not whole, or not within its bounds.
    """
    if raw.status in _WITHOUT_BODY:
        raw.read(_PIECE, decode_content=False)  # nothing, and the connection goes back
        return b""
    pieces: list[bytes] = []
    wanted = raw.status < 300
    try:
        for piece in _unpacked(raw, head, exchange, exchange.ask.max_bytes if wanted else None):
            pieces.append(piece)
    except (FetchError, TooLargeError):
        if wanted:
            raise
    return b"".join(pieces)[: None if wanted else _UNWANTED]


def _unpacked(
    raw: BaseHTTPResponse, head: Mapping[str, str], exchange: Exchange, limit: int | None
) -> Iterator[bytes]:
    coding = head.get("content-encoding", "").strip().lower()
    if coding in _PLAIN:
        yield from _pieces(raw, exchange, limit)
        return
    if coding not in _GZIP:
        raise exchange.malformed(f"packed as {coding[:40]!a}, which nobody asked for")
    gunzip = Gunzip(_UNWANTED if limit is None else limit)
    try:
        for piece in _pieces(raw, exchange, limit):
            yield gunzip.feed(piece)
        gunzip.finish()
    except CorruptError as error:
        raise exchange.malformed(f"its gzip is damaged: {error}") from None
    except OverflowedError as error:
        if limit is not None:
            raise exchange.too_large() from None
        yield error.rest


def _pieces(raw: BaseHTTPResponse, exchange: Exchange, limit: int | None) -> Iterator[bytes]:
    """The body as it comes."""
    left = _UNWANTED if limit is None else limit
    if limit is not None and isinstance(raw, HTTPResponse) and (raw.length_remaining or 0) > limit:
        raise exchange.too_large()
    while piece := _piece(raw, exchange):
        left -= len(piece)
        if left < 0 and limit is not None:
            raise exchange.too_large()
        yield piece
        if left < 0:
            return


def _piece(raw: BaseHTTPResponse, exchange: Exchange) -> bytes:
    try:
        return raw.read(_PIECE, decode_content=False)
    except (HTTPError, http.client.HTTPException, OSError) as error:
        raise exchange.failure(error) from error


def _text(value: str) -> str:
    """A header's value: http.client reads it as Latin-1, most who write more mean UTF-8."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
