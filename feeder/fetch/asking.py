"""One request of a refresh: when it is its turn, within the budget, with secrets for one origin."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from feeder.config.settings import FetchSettings
from feeder.errors import (
    FetchError,
    ForbiddenAddressError,
    HostNameError,
    TimeLimitError,
    WaitError,
)
from feeder.fetch import robots, statuses
from feeder.fetch.addresses import address_of
from feeder.fetch.budget import Budget
from feeder.fetch.credentials import Credentials
from feeder.fetch.hops import Hops
from feeder.fetch.hosts import Hosts, origin_of
from feeder.fetch.pace import Pace, Turn
from feeder.fetch.retry import LONGEST
from feeder.fetch.transport import Answer, Ask, Transport, Trust

_LEAST_DELAY = 1.0
"""Seconds of peace for hosts outside of `allow_networks`, whatever `delay` says."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all refreshes of a process have in common."""

    transport: Transport
    pace: Pace
    hosts: Hosts
    clock: Callable[[], datetime]


def trust_of(settings: FetchSettings) -> Trust:
    """Whom the settings have us trust."""
    return Trust(
        allow_networks=settings.allow_networks,
        verify=settings.verify,
        ca_file=settings.ca_file,
        proxy=settings.proxy.get_secret_value() if settings.proxy else None,
    )


class Asker:
    """Makes the requests of one refresh, those for robots.txt too. For one thread, but for what
    is asked `beside`."""

    def __init__(
        self,
        shared: Shared,
        settings: FetchSettings,
        budget: Budget,
        own_origin: str,
        credentials: Credentials,
    ) -> None:
        self._shared = shared
        self._settings = settings
        self._budget = budget
        self._own_origin = own_origin
        self._secrets = credentials.as_headers()
        self._inside: dict[str, bool] = {}
        self._trust = trust_of(settings)
        self._in_turn = True

    def beside(self) -> Asker:
        """One that waits for no turns: for what a page wants at once that a browser draws.

        For several threads. Hosts have their peace afterwards, by `rest`.
        """
        other = copy(self)
        other._in_turn = False
        return other

    def ask(
        self,
        hops: Hops,
        headers: dict[str, str],
        *,
        max_bytes: int,
        openly: bool = False,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Answer:
        """The answer of where `hops` are now, whatever it says.

        Args:
            openly: without credentials, also at the source's own origin.
            body: of a POST.

        Raises:
            BudgetError: nothing is left for it.
            WaitError: the host wants no requests yet.
            FetchError, TooLargeError: there was no answer.
        """
        url = hops.url
        origin = origin_of(url)
        if origin == self._own_origin and not openly:
            # Judged anew at each hop: what leaves the origin and comes back may have them again.
            headers = headers | self._secrets
        self._budget.check(url)
        with self._turn(url) as turn:
            self.check_wait(url, turn)  # whoever had the turn before may have been told to wait
            ask = self._ask(hops, headers, max_bytes, method, body)
            return self._exchange(hops, ask, turn)

    def rest(self, url: str) -> None:
        """Give the host of `url` the peace that it has after a request in turn."""
        self._shared.pace.rest(urlsplit(url).netloc, self._delay(url))

    def check_wait(self, url: str, turn: Turn | None = None) -> None:
        """Look whether the host of `url` wants to be left alone.

        Raises:
            WaitError: it does.
        """
        until = self._shared.hosts.get(origin_of(url)).host.wait_until
        now = self._shared.clock()
        # What is farther away was written while the clock was wrong: no server gets so long.
        if until and now < until <= now + LONGEST:
            if turn:
                turn.delay = 0.0
            raise statuses.waiting(url, until)

    def refusal(self, url: str, answer: Answer) -> FetchError:
        """The error that an answer is; one that asks for patience binds all who ask that host."""
        now = self._shared.clock()
        error = statuses.error_of(url, answer.status, answer.headers, answer.body, now)
        if isinstance(error, WaitError):
            self._shared.hosts.learn(origin_of(url), wait_until=error.until)
        elif answer.status in (401, 403) and self._secrets:
            error.advice = self._advice(url)
        return error

    def _advice(self, url: str) -> str:
        """What to do about a server that wants a log-in, or another one, of a source with one."""
        if origin_of(url) == self._own_origin:
            return "it does not take the source's credentials: look whether they still hold"
        scheme, _, host = self._own_origin.partition("://")
        return (
            f"the source's credentials go to {host} by {scheme} alone: if this is the source "
            "itself, write its address as it is here"
        )

    def _turn(self, url: str) -> AbstractContextManager[Turn]:
        if not self._in_turn:
            return nullcontext(Turn())
        return self._shared.pace.turn(
            urlsplit(url).netloc,
            per_host=self._settings.per_host,
            until=self._budget.ends,
            stopping=self._budget.stopping,
        )

    def _ask(
        self, hops: Hops, headers: dict[str, str], most: int, method: str, body: bytes | None
    ) -> Ask:
        return Ask(
            url=hops.url,
            headers=headers,
            connect_timeout=self._settings.connect_timeout.total_seconds(),
            read_timeout=self._settings.read_timeout.total_seconds(),
            deadline=time.monotonic() + min(max(hops.seconds, 0.0), self._budget.left()),
            max_bytes=most,
            method=method,
            body=body,
        )

    def _exchange(self, hops: Hops, ask: Ask, turn: Turn) -> Answer:
        url, budget = hops.url, self._budget
        begun = budget.monotonic()
        turn.delay = self._delay(url)
        budget.take(url)
        try:
            answer = self._shared.transport.ask(ask, self._trust, count=budget.count)
        except (ForbiddenAddressError, HostNameError):
            turn.delay = 0.0  # nobody was bothered
            raise
        except FetchError as error:
            if budget.stopping():  # it may have been cut off for that
                raise budget.ending(url) from error
            if isinstance(error, TimeLimitError) and not budget.left():
                raise budget.no_time(url) from error
            raise
        finally:
            hops.seconds -= budget.monotonic() - begun
        self._inside[origin_of(url)] = self._is_inside(answer.peer)
        turn.delay = self._delay(url)
        return answer

    def _delay(self, url: str) -> float:
        """Seconds of peace: ours, or what the site's robots.txt asks for if that is longer."""
        origin = origin_of(url)
        delay = self._settings.delay.total_seconds()
        if delay < _LEAST_DELAY and not self._is_known_inside(url):
            delay = _LEAST_DELAY
        told = self._shared.hosts.get(origin).host.robots if self._settings.robots else None
        return max(delay, robots.delay_of(told or ""))

    def _is_known_inside(self, url: str) -> bool:
        """Of a name, it is the address that answered which tells; before that, it is a stranger."""
        known = self._inside.get(origin_of(url))
        if known is not None:
            return known
        try:
            return self._is_inside(str(ip_address((urlsplit(url).hostname or "").strip("[]"))))
        except ValueError:
            return False

    def _is_inside(self, peer: str | None) -> bool:
        """Whether an address is in the networks that the source may ask; a proxy's is not."""
        if peer is None or self._trust.proxy:
            return False
        address = address_of(peer)
        return any(address in network for network in self._trust.allow_networks)
