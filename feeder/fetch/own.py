"""What we publish ourselves, asked for as a reader does.

    site = OwnSite("https://feeds.example.org/", settings.fetch)
    answer = site.ask("https://feeds.example.org/news.atom", seconds=20, max_bytes=2_000_000)

It is the person's own site, so that its address may be in any network, but for those of link-local
addresses and clouds' metadata; and nothing else is ever asked: redirects are not followed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network

from feeder.config.settings import FetchSettings, is_for_this_machine
from feeder.errors import ForbiddenAddressError
from feeder.fetch.asking import trust_of
from feeder.fetch.hosts import origin_of
from feeder.fetch.shown import shown
from feeder.fetch.transport import Answer, Ask, Transport, Trust
from feeder.fetch.web import user_agent

_ANYWHERE = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))


class OwnSite:
    """Asks one origin, and no other. For one thread."""

    def __init__(self, public_url: str, settings: FetchSettings) -> None:
        self._origin = origin_of(public_url)
        trust = trust_of(settings)
        proxy = None if is_for_this_machine(public_url) else trust.proxy
        self._trust = Trust(_ANYWHERE, trust.verify, trust.ca_file, proxy)
        self._headers = {"user-agent": user_agent(settings), "accept": "*/*", "connection": "close"}
        self._transport = Transport()

    def ask(
        self, url: str, headers: Mapping[str, str] | None = None, *, seconds: float, max_bytes: int
    ) -> Answer:
        """The answer, whatever it says.

        Args:
            headers: those that make it conditional.
            seconds: after which it has failed.

        Raises:
            ForbiddenAddressError: it is at another origin.
            FetchError, TooLargeError: there was no answer, or not the whole of it.
        """
        if origin_of(url) != self._origin:
            raise ForbiddenAddressError(f"{shown(url)} is not where our feeds are")
        return self._transport.ask(
            Ask(
                url=url,
                headers={**self._headers, **(headers or {})},
                connect_timeout=seconds,
                read_timeout=seconds,
                deadline=time.monotonic() + seconds,
                max_bytes=max_bytes,
            ),
            self._trust,
        )

    def close(self) -> None:
        """Close all connections, those in use too."""
        self._transport.close()
