"""The metrics by their names; docs/api.md tells what each of them means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from feeder.server.desk import Desk
from feeder.server.noted import BOUNDS, Noted
from feeder.store.board import STANDINGS

if TYPE_CHECKING:
    from feeder.fetch.traffic import Traffic
    from feeder.server.api.metrics import Gathered


def of_process(desk: Desk) -> Iterator[Metric]:
    """What this process knows by itself."""
    build = GaugeMetricFamily("feeder_build_info", "The version that runs.", labels=["version"])
    build.add_metric([version("feeder")], 1)
    yield build
    if desk.last_tick is not None:
        yield GaugeMetricFamily(
            "feeder_last_tick_timestamp_seconds",
            "When the scheduler last looked for due sources.",
            desk.last_tick().timestamp(),
        )
        yield GaugeMetricFamily(
            "feeder_tick_seconds", "How long that took.", round(desk.noted.tick_seconds, 6)
        )
        yield from _of_refreshes(desk.noted)
        yield from _of_fetches(desk.current().door.traffic)
    yield from _of_own_feed(desk.noted)


def of_store(gathered: Gathered | None) -> Iterator[Metric]:
    """What the store says; with None, that it cannot be read."""
    yield GaugeMetricFamily(
        "feeder_database_up", "Whether the database can be read.", gathered is not None
    )
    if gathered is not None:
        yield from _of_sources(gathered)
        yield from _of_record(gathered)
        yield from _of_feeds(gathered)


def _of_refreshes(noted: Noted) -> Iterator[Metric]:
    seconds = HistogramMetricFamily(
        "feeder_refresh_seconds", "How long refreshes took, by how they ended.", labels=["outcome"]
    )
    bounds = [*map(str, BOUNDS), "+Inf"]
    for ending, told in noted.refreshes().items():
        buckets = list(zip(bounds, accumulate(told.counts), strict=True))
        seconds.add_metric([ending], buckets, told.seconds)
    yield seconds
    articles = CounterMetricFamily(
        "feeder_articles", "Entries that refreshes brought or changed.", labels=["change"]
    )
    for change, count in noted.articles().items():
        articles.add_metric([change], count)
    yield articles


def _of_fetches(traffic: Traffic | None) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "feeder_fetch_requests",
        "Requests to sites, by the status of the answer; none is one that did not come whole.",
        labels=["status"],
    )
    for kind, count in (traffic.requests if traffic else {}).items():
        requests.add_metric([kind], count)
    yield requests
    yield CounterMetricFamily(
        "feeder_fetch_bytes",
        "Bytes that came from sites over the wire.",
        traffic.wire_bytes if traffic else 0,
    )


def _of_own_feed(noted: Noted) -> Iterator[Metric]:
    seen = noted.checked
    if seen is None:
        return
    yield GaugeMetricFamily(
        "feeder_own_feed_up", "Whether readers get our feed as it should be.", seen.message is None
    )
    yield GaugeMetricFamily(
        "feeder_own_feed_timestamp_seconds", "When that was last looked at.", seen.at.timestamp()
    )
    yield GaugeMetricFamily(
        "feeder_own_feed_seconds", "How long that look took.", round(seen.seconds, 3)
    )


def _of_sources(gathered: Gathered) -> Iterator[Metric]:
    figures = gathered.figures
    states = GaugeMetricFamily("feeder_sources", "Sources by how they are.", labels=["state"])
    for word in STANDINGS:
        states.add_metric([word], figures.standings.get(word, 0))
    yield states
    yield GaugeMetricFamily(
        "feeder_sources_refreshing", "Sources that are being refreshed.", figures.refreshing
    )
    yield GaugeMetricFamily("feeder_sources_due", "Sources that wait to be.", figures.due)
    yield GaugeMetricFamily(
        "feeder_sources_late", "Sources that have waited for more than a minute.", figures.late
    )
    yield GaugeMetricFamily(
        "feeder_lateness_seconds",
        "How long the source waits that has waited longest.",
        _seconds_since(figures.waiting_since, gathered.at),
    )


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment else 0.0


def _of_record(gathered: Gathered) -> Iterator[Metric]:
    figures = gathered.figures
    yield GaugeMetricFamily("feeder_entries", "Entries on record.", figures.entries)
    yield GaugeMetricFamily(
        "feeder_quarantine_held", "Batches of articles that wait for a decision.", figures.held
    )
    yield GaugeMetricFamily(
        "feeder_outbox_waiting", "What hubs and alarms are still to be told.", figures.untold
    )


def _of_feeds(gathered: Gathered) -> Iterator[Metric]:
    feeds = GaugeMetricFamily(
        "feeder_feeds", "Feeds by whether they are within their objective.", labels=["fresh"]
    )
    feeds.add_metric(["yes"], gathered.fresh)
    feeds.add_metric(["no"], gathered.stale)
    yield feeds
    age = GaugeMetricFamily(
        "feeder_feed_age_seconds", "Since a source of it was last read well.", labels=["feed"]
    )
    objective = GaugeMetricFamily(
        "feeder_feed_objective_seconds", "What that is to be at most.", labels=["feed"]
    )
    fresh = GaugeMetricFamily("feeder_feed_fresh", "Whether it is.", labels=["feed"])
    for name, told in gathered.feeds.items():
        if told.age is not None:
            age.add_metric([name], told.age.total_seconds())
        objective.add_metric([name], told.objective.total_seconds())
        fresh.add_metric([name], told.is_fresh)
    yield from (age, objective, fresh)
