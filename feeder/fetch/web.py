"""The web as a fetcher: one refresh of one source, within its budget and its manners.

    client = Client()
    web = client.begin(settings, start="https://example.org/", seconds=600)
    page = web.fetch("https://example.org/", validators)

What all sources share (connections, pace, robots.txt, hosts that wait) is the client's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from feeder.config.settings import FetchSettings
from feeder.errors import ForbiddenAddressError
from feeder.fetch import redirects, statuses
from feeder.fetch.asking import Asker, Shared
from feeder.fetch.budget import Budget, most_bytes
from feeder.fetch.credentials import Credentials
from feeder.fetch.freshness import fresh_until
from feeder.fetch.hops import Hops, returnable
from feeder.fetch.hosts import Hosts, origin_of
from feeder.fetch.media import charset_of, media_type_of
from feeder.fetch.pace import Pace
from feeder.fetch.permission import Permission
from feeder.fetch.shown import shown
from feeder.fetch.traffic import Traffic
from feeder.fetch.transport import Answer, Transport
from feeder.models import Host, Page, Validators
from feeder.urls import resolve

if TYPE_CHECKING:
    from feeder.fetch.browser.errands import Errands, Kept

_ACCEPT = (
    "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,"
    "application/feed+json,application/json;q=0.9,application/xml;q=0.9,*/*;q=0.8"
)


def _now() -> datetime:
    return datetime.now(UTC)


class Client:
    """What the sources of a process share when they ask. For all its threads.

    Args:
        recall: what an earlier run has kept of a host, by its origin.
        keep: called with what is to be remembered of a host, whenever that changes.
    """

    def __init__(
        self,
        *,
        transport: Transport | None = None,
        recall: Callable[[str], Host | None] = lambda origin: None,
        keep: Callable[[Host], None] = lambda host: None,
        clock: Callable[[], datetime] = _now,
        pace: Pace | None = None,
    ) -> None:
        self._shared = Shared(transport or Transport(), pace or Pace(), Hosts(recall, keep), clock)

    @property
    def traffic(self) -> Traffic:
        """What all of them have asked so far, and what came."""
        return self._shared.transport.traffic

    def begin(
        self,
        settings: FetchSettings,
        *,
        start: str,
        seconds: float,
        credentials: Credentials | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Web:
        """A fetcher for one refresh of the source whose address is `start`.

        Args:
            seconds: after which it asks nothing any more.
            credentials: for the origin of `start` alone.
            stopping: whether feeder is about to end.
        """
        monotonic = self._shared.pace.monotonic
        budget = Budget(
            ends=monotonic() + seconds,
            most_requests=settings.max_requests,
            most_bytes=most_bytes(settings.max_bytes),
            monotonic=monotonic,
            stopping=stopping,
        )
        own = origin_of(resolve(start) or "")
        asker = Asker(self._shared, settings, budget, own, credentials or Credentials())
        return Web(self._shared, settings, budget, asker)

    def close(self) -> None:
        """Close all connections."""
        self._shared.transport.close()


class Web:
    """A fetcher for one refresh of one source. For one thread."""

    def __init__(
        self, shared: Shared, settings: FetchSettings, budget: Budget, asker: Asker
    ) -> None:
        self._shared = shared
        self._settings = settings
        self._clock, self._hosts = shared.clock, shared.hosts
        self.budget = budget
        self._asker = asker
        self._seconds = settings.total_timeout.total_seconds()
        self._max_bytes = settings.max_bytes
        self._headers = {"user-agent": user_agent(settings), "accept": _ACCEPT}
        self._permission = self._permission_of(asker)

    @property
    def requests(self) -> int:
        """Requests that were made so far, those for robots.txt and of redirects too."""
        return self.budget.requests

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of an address's site names, if it was asked for that."""
        return self._hosts.get(origin_of(url)).sitemaps

    @property
    def wire_bytes(self) -> int:
        """Bytes that came over the wire so far."""
        return self.budget.wire_bytes

    def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
        """The page at `address`, or None where `validators` still hold.

        Raises:
            FetchError: it gave no page, or may not be asked for.
            TooLargeError: it is over `max_bytes`.
        """
        url = resolve(address)
        if url is None:
            raise ForbiddenAddressError(
                f"{shown(address)} is no address of http or https",
                advice="no other addresses are asked, nor any with a user name in them",
            )
        url = url.partition("#")[0]
        hops = Hops(url, url, self._seconds)
        while True:
            conditions = hops.conditions(validators)
            answer = self._asked(hops, conditions)
            if answer.status in redirects.STATUSES:
                hops.follow(answer)
            elif answer.status == statuses.NOT_MODIFIED and conditions:
                return None
            elif answer.status in statuses.GOOD:
                return self._page(address, hops, answer)
            else:
                raise self._asker.refusal(hops.url, answer)

    def errands(self, page: Page, seconds: float, kept: Kept) -> Errands:
        """What asks for all that a page wants while a browser draws it, as this refresh asks.

        Args:
            seconds: after which nothing more is asked for it.
            kept: scripts and styles that this refresh has had before.
        """
        from feeder.fetch.browser.errands import Errands

        asker = self._asker.beside()
        return Errands(
            page,
            asker,
            self._permission_of(asker),
            self.budget,
            user_agent=self._headers["user-agent"],
            ends=self.budget.monotonic() + seconds,
            most_seconds=self._seconds,
            max_bytes=self._max_bytes,
            kept=kept,
        )

    def _permission_of(self, asker: Asker) -> Permission | None:
        if not self._settings.robots:
            return None
        return Permission(
            self._shared,
            asker,
            self.budget,
            headers=self._headers,
            seconds=self._seconds,
            max_bytes=self._max_bytes,
        )

    def _asked(self, hops: Hops, conditions: dict[str, str]) -> Answer:
        self._asker.check_wait(hops.url)  # before its robots.txt, too, and not only in our turn
        if self._permission:
            self._permission.check(hops.url)
        return self._asker.ask(hops, self._headers | conditions, max_bytes=self._max_bytes)

    def _page(self, address: str, hops: Hops, answer: Answer) -> Page:
        headers = answer.headers
        told = headers.get("content-type", "")
        return Page(
            url=address,
            final_url=hops.url,
            body=answer.body,
            media_type=media_type_of(told),
            charset=charset_of(told),
            validators=Validators(
                returnable(headers.get("etag")), returnable(headers.get("last-modified"))
            ),
            moved_to=hops.moved_to,
            fresh_until=fresh_until(headers, self._clock()),
        )


def user_agent(settings: FetchSettings) -> str:
    """Who we say that we are."""
    if settings.user_agent:
        return settings.user_agent
    contact = f"+{settings.contact}" if settings.contact else "feed reader; no contact is given"
    return f"feeder/{_version()} ({contact})"


@cache
def _version() -> str:
    from importlib.metadata import version  # half of what all of this takes to import

    return version("feeder")
