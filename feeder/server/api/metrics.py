"""What Prometheus is told. The store is read at the scrape, in bounded time and no more often than
is worth it; labels have a bounded number of values."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from starlette.responses import Response

from feeder.app import App
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.server.api.freshness import FeedFreshness, Intervals, freshness_of
from feeder.server.desk import Desk
from feeder.store.browsing import Figures

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric

FEEDS = 500
"""Feeds that are told of one by one, the first of the configuration. All are in the sums."""
LATE = timedelta(seconds=60)
"""After which a source that waits for its refresh is late. What is due at once is begun within a
second or two, as long as there is a thread free."""
SHARE = 50
"""What took 10 ms to gather is told again for half a second: scrapes take a fiftieth of a core at
most. With 100,000 sources and as many feeds it is a second."""
_OPEN = "application/openmetrics-text"
LONGEST = 60.0
"""Seconds for which it is told again at most, however long a locked database was waited for."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the store says. `feeds` are those that are told of one by one."""

    figures: Figures
    feeds: Mapping[str, FeedFreshness]
    fresh: int
    stale: int
    at: datetime


class Metrics:
    """Collects for one process. One thread at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._registry: CollectorRegistry | None = None
        self._intervals = Intervals()
        self._gathered: Gathered | None = None
        self._until = 0.0

    def response(self, accept: str) -> Response:
        """The answer to a scrape, in the format that it wants."""
        # 30 ms and 2 MB, and not everybody has a Prometheus.
        from prometheus_client.exposition import choose_encoder

        # Not by what else was said: the library repeats any version, and breaks at some.
        encode, media_type = choose_encoder(f"{_OPEN};version=1.0.0" if _OPEN in accept else "")
        body = encode(self._own_registry())
        return Response(body, headers={"content-type": media_type, "cache-control": "no-store"})

    def collect(self) -> Iterator[Metric]:
        """All of ours."""
        from feeder.server.api import families

        gathered = self._lately()
        yield from families.of_process(self._desk)
        yield from families.of_store(gathered)

    def _own_registry(self) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry
        from prometheus_client.process_collector import ProcessCollector

        if self._registry is None:
            # Not the library's own one, which anything that is imported may add to.
            self._registry = CollectorRegistry()
            self._registry.register(self)
            ProcessCollector(registry=self._registry)
        return self._registry

    def _lately(self) -> Gathered | None:
        """What the store said lately; None where it cannot be read."""
        if time.monotonic() < self._until:
            return self._gathered
        begun = time.monotonic()
        try:
            self._gathered = self._gather(self._desk.current())
        except FeederError as error:
            self._gathered = None
            logger().warning("no metrics", message=error.message, advice=error.advice)
        took = time.monotonic() - begun
        self._until = time.monotonic() + min(SHARE * took, LONGEST)
        return self._gathered

    def _gather(self, app: App) -> Gathered:
        now = datetime.now(UTC)
        browser = app.store.browser
        feeds = {feed.name: app.settings.sources_of(feed) for feed in app.settings.feeds}
        names = {source.name for sources in feeds.values() for source in sources}
        sources = browser.freshness(names)
        self._intervals.learn(sources)
        every = {
            name: freshness_of((one.name for one in ours), sources, self._intervals, now)
            for name, ours in feeds.items()
        }
        told = {name: one for name, one in every.items() if one is not None}
        fresh = sum(one.is_fresh for one in told.values())
        return Gathered(
            figures=browser.figures(now, now - LATE),
            feeds={name: told[name] for name in islice(feeds, FEEDS) if name in told},
            fresh=fresh,
            stale=len(told) - fresh,
            at=now,
        )
