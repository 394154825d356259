"""One exchange under way: its times, what came so far, and what its failures are called."""

from __future__ import annotations

import http.client
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from feeder.errors import (
    ConnectError,
    FetchError,
    HostNameError,
    ProtocolError,
    TimeLimitError,
    TlsError,
    TooLargeError,
)
from feeder.fetch.resolver import Resolver
from feeder.fetch.shown import host_of, plain, shown
from feeder.fetch.watchdog import Watch

if TYPE_CHECKING:
    from feeder.fetch.transport import Ask, Trust

_HEAD_LIMIT = 256_000
"""Bytes before a body: what servers send is below 16 kB; http.client would take 6.5 MB."""
_FRAMES = 8
"""One byte of framing for so many of content: chunks of a hundred bytes have one for twelve."""
_HANG_UP = "what came may be incomplete; the next refresh asks again"
_CERTIFICATE = (
    "if you trust it, name its authority's certificates in ca_file; "
    "verify = false accepts any certificate"
)


class StaleError(Exception):
    """The server had closed the pooled connection before it heard of the request."""


@dataclass(slots=True)
class Exchange:
    """What the parts of one exchange tell each other.

    `phase` says which time limit a silence breaks; `reused` is whether the connection was one
    from the pool; `address` is whose it is.
    """

    ask: Ask
    trust: Trust
    resolver: Resolver
    watch: Watch
    begun: float
    phase: Literal["connect", "head", "body"] = "connect"
    reused: bool = False
    address: str | None = None
    received: int = 0

    def left(self) -> float:
        """Seconds until the deadline.

        Raises:
            TimeLimitError: there are none.
        """
        left = self.ask.deadline - time.monotonic()
        if left <= 0 or self.watch.fired:
            raise self.too_late()
        return left

    def connect_left(self) -> float:
        """Seconds that are left for the connection to be made."""
        limit = self.begun + self.ask.connect_timeout - time.monotonic()
        if limit <= 0:
            raise self.failure(TimeoutError())
        return min(limit, self.left())

    def came(self, count: int) -> None:
        """Bytes came over the wire, framing and headers among them.

        Raises:
            ProtocolError, TooLargeError: they are too many.
        """
        self.received += count
        if self.phase != "body":
            if self.received > _HEAD_LIMIT:
                raise ProtocolError(
                    f"{self.shown}: headers of more than {_HEAD_LIMIT:,} bytes",
                    advice="nothing can be done here; tell the site",
                )
        elif self.received > _HEAD_LIMIT + self.ask.max_bytes * (1 + 1 / _FRAMES):
            raise self.too_large()

    def ended(self) -> None:
        """No more bytes come: the server closed the connection, or the watchdog did.

        Raises:
            TimeLimitError: the watchdog did.
            ProtocolError: the headers have not ended; http.client would take them for whole.
        """
        if self.watch.fired:
            raise self.too_late()
        if self.phase == "head" and self.received:
            raise self.malformed("it breaks off among its headers")

    @property
    def shown(self) -> str:
        """The address for messages."""
        return shown(self.ask.url)

    @property
    def peer(self) -> str:
        """Whom a connection is made to."""
        host = host_of(self.ask.url)
        if self.trust.proxy is None:
            return host
        return f"{host} through the proxy {host_of(self.trust.proxy)}"

    @property
    def so_far(self) -> str:
        """How much came by now."""
        return f"{self.received:,} bytes had come" if self.received else "nothing had come"

    def failure(self, error: Exception) -> Exception:
        """`error`, which the network or a library raised, as one of ours."""
        if isinstance(error, (FetchError, TooLargeError, StaleError)):
            return error
        if self.watch.fired or time.monotonic() >= self.ask.deadline:
            return self.too_late()
        if self.phase == "connect":
            return self._no_connection(error)
        if self.reused and not self.received and not isinstance(error, TimeoutError):
            return StaleError()
        return self._no_answer(error)

    def too_late(self) -> TimeLimitError:
        """The deadline came first."""
        took = max(time.monotonic() - self.begun, 0)
        return TimeLimitError(
            f"{self.shown}: not over {took:.1f} s after it began (total_timeout); {self.so_far}",
            advice="if the site is only slow, raise total_timeout in [fetch]",
        )

    def too_large(self) -> TooLargeError:
        """It is larger than it may be."""
        return TooLargeError(
            f"{self.shown}: larger than {self.ask.max_bytes:,} bytes",
            advice="if it is meant to be, raise max_bytes in [fetch]",
        )

    def malformed(self, what: str) -> ProtocolError:
        """The answer breaks the rules of HTTP."""
        return ProtocolError(f"{self.shown}: {what}", advice=_HANG_UP)

    def no_such_name(self, error: Exception) -> HostNameError:
        """The name leads nowhere."""
        reason = getattr(error, "strerror", None) or "it cannot be the name of a host"
        return HostNameError(
            f"{self.peer}: {plain(str(reason))}",
            advice="look at the address for a slip, and whether this machine's DNS works",
        )

    def no_name_in_time(self, seconds: float) -> HostNameError:
        """DNS did not answer."""
        return HostNameError(
            f"{self.peer}: DNS gave no answer within {seconds:.1f} s",
            advice="look whether this machine's DNS works",
        )

    def _no_connection(self, error: Exception) -> FetchError:
        if isinstance(error, TimeoutError):
            limit = self.ask.connect_timeout
            return TimeLimitError(
                f"{self.peer}: no connection within {limit:.1f} s (connect_timeout)",
                advice="if the site is only slow, raise connect_timeout in [fetch]",
            )
        if isinstance(error, ssl.SSLError):
            return self._no_tls(error)
        reason = getattr(error, "strerror", None) or str(error)
        return ConnectError(
            f"{self.peer}: no connection: {plain(reason)}",
            advice="the site may be down; the next refresh asks again",
        )

    def _no_tls(self, error: ssl.SSLError) -> TlsError:
        if isinstance(error, ssl.SSLCertVerificationError):
            what = f"its certificate does not hold: {plain(error.verify_message)}"
            return TlsError(f"{self.peer}: {what}", advice=_CERTIFICATE)
        reason = plain(error.reason or str(error)).replace("_", " ").lower()
        return TlsError(
            f"{self.peer}: no TLS: {reason}",
            advice="look whether the address should begin with http://, or tell the site",
        )

    def _no_answer(self, error: Exception) -> FetchError:
        if isinstance(error, TimeoutError):
            limit = self.ask.read_timeout
            return TimeLimitError(
                f"{self.shown}: silent for {limit:.1f} s (read_timeout); {self.so_far}",
                advice="if the site is only slow, raise read_timeout in [fetch]",
            )
        if isinstance(error, ssl.SSLError):
            return self._no_tls(error)
        if isinstance(error, OSError):  # of http.client's errors, RemoteDisconnected is one
            reason = error.strerror or "the server closed the connection without an answer"
            return ConnectError(f"{self.shown}: {plain(reason)}; {self.so_far}", advice=_HANG_UP)
        if isinstance(error, http.client.BadStatusLine):
            line = plain(str(error.args[0]))
            return self.malformed(f"this is no HTTP; its answer begins with {line!a}")
        if self.phase == "body":
            return self.malformed(f"it breaks off before its end; {self.so_far}")
        return self.malformed(f"its headers break the rules: {plain(str(error))}")


CURRENT: ContextVar[Exchange] = ContextVar("exchange")
"""The exchange of this thread: urllib3 makes connections, and hands nothing through to them."""
