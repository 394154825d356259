"""Something is told to an address by POST, under the guard that all requests are under.

    poster = Poster(settings.fetch)
    poster.post("https://hub.example/", b"a=b", "application/x-www-form-urlencoded", seconds=10)

There is no budget, no robots.txt and no pace: the address is one that the person wrote down.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from feeder.config.settings import FetchSettings
from feeder.errors import FetchError, ForbiddenAddressError, RedirectError, TooLargeError, WaitError
from feeder.fetch import statuses
from feeder.fetch.asking import trust_of
from feeder.fetch.redirects import STATUSES
from feeder.fetch.shown import shown
from feeder.fetch.transport import Answer, Ask, Transport
from feeder.fetch.web import user_agent
from feeder.urls import resolve

_MOST = 65_536
"""Bytes of an answer that nobody reads."""
_UNTOLD = "it was not taken"
_ADVICE = "it is tried again; look at webhook in [[alarm]] if it goes on"
_REASONS = {
    "forbidden-address": "its address is not http or https, has a user name in it, or is in a "
    "network that allow_networks in [fetch] does not name",
    "dns": "its host has no address",
    "connect": "it cannot be reached, or hangs up",
    "tls": "its certificate does not hold, or there is no TLS",
    "timeout": "it is silent or too slow",
    "protocol": "its answer breaks the rules of HTTP",
    "redirect": "it sends on to another address: write that one",
}


class Poster:
    """Posts. For all threads of a process."""

    def __init__(self, settings: FetchSettings, transport: Transport | None = None) -> None:
        self._agent = user_agent(settings)
        self._trust = trust_of(settings)
        self._transport = transport or Transport()

    def post(self, address: str, body: bytes, media_type: str, *, seconds: float) -> None:
        """Send it, and have it taken: any answer of 200 to 299 says that it was.

        Redirects are not followed: what is told is for whom it was meant.

        Args:
            seconds: after which it has failed.

        Raises:
            FetchError: it was not taken, or nobody knows; the message holds the address as
                `shown` does. `WaitError.until` is when to try again.
        """
        url = resolve(address)
        if url is None:
            raise ForbiddenAddressError(f"{shown(address)} is no address of http or https")
        try:
            answer = self._transport.ask(self._ask(url, body, media_type, seconds), self._trust)
        except TooLargeError:
            return  # only of an answer that says yes so much is read
        _check(url, answer)

    def close(self) -> None:
        """Close all connections, those in use too."""
        self._transport.close()

    def _ask(self, url: str, body: bytes, media_type: str, seconds: float) -> Ask:
        headers = {
            "user-agent": self._agent,
            "accept": "*/*",
            "content-type": media_type,
            # One that is kept may be gone when it is used again, and a POST be sent twice for it.
            "connection": "close",
        }
        return Ask(
            url=url.partition("#")[0],
            headers=headers,
            connect_timeout=seconds,
            read_timeout=seconds,
            deadline=time.monotonic() + seconds,
            max_bytes=_MOST,
            method="POST",
            body=body,
        )


def _check(url: str, answer: Answer) -> None:
    if 200 <= answer.status < 300:
        return
    if answer.status in STATUSES:
        raise RedirectError(f"{shown(url)}: it sends on to another address: write that one")
    now = datetime.now(UTC)
    raise statuses.error_of(url, answer.status, answer.headers, b"", now)


def without_address(error: FetchError) -> FetchError:
    """The failure of a POST in words that hold nothing of the address, nor of its host."""
    status = getattr(error, "status", 0)
    if isinstance(error, WaitError):
        told = f"its server answers {status} and wants to be left alone for a while"
        return WaitError(told, advice=_ADVICE, status=status, until=error.until)
    told = f"its server answers {status}" if status else _REASONS.get(error.kind, _UNTOLD)
    return FetchError(told, advice=_ADVICE)
