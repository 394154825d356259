"""Whether a site leaves an address to us: its robots.txt, from memory or asked for."""

from __future__ import annotations

from datetime import datetime

from feeder.errors import (
    BudgetError,
    FetchError,
    RedirectError,
    SourceError,
    StatusError,
    TooLargeError,
    WaitError,
)
from feeder.fetch import redirects, robots, statuses
from feeder.fetch.asking import Asker, Shared
from feeder.fetch.budget import Budget
from feeder.fetch.hops import Hops
from feeder.fetch.hosts import Known, origin_of

_LOOK_UP = 0.25
"""Seconds after which one that waits for another's answer looks whether its own time is up."""


class Permission:
    """Asks the sites that one refresh meets for their robots.txt. For one thread.

    What sites say is shared by all refreshes.
    """

    def __init__(
        self,
        shared: Shared,
        asker: Asker,
        budget: Budget,
        *,
        headers: dict[str, str],
        seconds: float,
        max_bytes: int,
    ) -> None:
        self._shared = shared
        self._asker = asker
        self._budget = budget
        self._headers = headers
        self._seconds = seconds
        # It is read as far as the rules have it, whatever a page may weigh; that much must come.
        self._max_bytes = max(max_bytes, robots.MOST_BYTES)
        self._unreachable: dict[str, SourceError] = {}

    def check(self, url: str) -> None:
        """Look whether `url` may be asked for.

        Raises:
            RobotsError: the site asks us not to, or cannot say.
            FetchError: it cannot be reached.
        """
        if not robots.allows(self._rules(url), url):
            raise robots.forbidden(url)

    def _rules(self, url: str) -> str:
        known = self._shared.hosts.get(origin_of(url))
        rules = self._remembered(known, url)
        if rules is None:
            self._wait_for(known, url)
            try:
                rules = self._remembered(known, url)  # another thread may have asked meanwhile
                return self._asked(known, url) if rules is None else rules
            finally:
                known.asking.release()
        return rules

    def _wait_for(self, known: Known, url: str) -> None:
        while not known.asking.acquire(timeout=_LOOK_UP):
            self._budget.check(url)

    def _remembered(self, known: Known, url: str) -> str | None:
        """The rules, as far as they need not be asked for now.

        Raises:
            SourceError: they were asked for in vain, and not long ago.
        """
        host, now = known.host, self._shared.clock()
        if host.robots is not None and robots.is_fresh(host.robots_until, now):
            return host.robots
        old = host.robots if robots.is_good_still(host.robots_until, now) else None
        if known.robots_again and known.robots_again > now:
            if old is None:
                raise robots.unknown(url, known.robots_status, known.robots_again)
            return old
        if error := self._unreachable.get(host.origin):
            if old is None:
                raise _once_more(error)
            return old
        return None

    def _asked(self, known: Known, url: str) -> str:
        now = self._shared.clock()
        try:
            rules = self._fetched(known)
        except BudgetError:
            raise  # nothing was learnt of the site
        except StatusError as error:
            known.robots_status = error.status
            known.robots_again = _again(error, now)
            return self._old(known, now, _named(error, url, known.robots_again))
        except (FetchError, TooLargeError) as error:
            is_size = isinstance(error, TooLargeError)
            named = robots.too_large(url, self._max_bytes) if is_size else error
            self._unreachable[known.host.origin] = named
            return self._old(known, now, named)
        known.robots_again = None
        until = now + robots.LIFETIME
        self._shared.hosts.learn(known.host.origin, robots=rules, robots_until=until)
        return rules

    def _old(self, known: Known, now: datetime, error: SourceError) -> str:
        """RFC 9309, 2.3.1.4: where there is no newer copy to be had, an old one serves a while."""
        if known.host.robots is None or not robots.is_good_still(known.host.robots_until, now):
            raise error
        return known.host.robots

    def _fetched(self, known: Known) -> str:
        """The rules of the file; "" where there is none.

        Raises:
            StatusError: the server cannot say whether there is one.
            FetchError, TooLargeError: there is no answer.
        """
        address = f"{known.host.origin}/robots.txt"
        hops = Hops(address, address, self._seconds)
        while True:
            answer = self._asker.ask(hops, self._headers, max_bytes=self._max_bytes, openly=True)
            if answer.status in redirects.STATUSES:
                try:
                    hops.follow(answer)
                except RedirectError:
                    return ""  # RFC 9309, 2.3.1.2: as if there were none
            elif answer.status in statuses.GOOD:
                known.sitemaps = robots.sitemaps(answer.body)
                return robots.ours(answer.body)
            else:
                error = self._asker.refusal(hops.url, answer)
                if answer.status == 429 or answer.status >= 500:
                    raise error
                return ""  # RFC 9309, 2.3.1.3


def _again(error: StatusError, now: datetime) -> datetime:
    until = error.until if isinstance(error, WaitError) else None
    return until or now + robots.TRY_AGAIN


def _named(error: StatusError, url: str, again: datetime) -> StatusError | SourceError:
    """A host that wants to be left alone is that first of all."""
    return error if isinstance(error, WaitError) else robots.unknown(url, error.status, again)


def _once_more(error: SourceError) -> SourceError:
    """The same, said anew: an exception carries the trace of where it was raised."""
    return type(error)(error.message, advice=error.advice)
