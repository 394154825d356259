"""What Prometheus is told: by its own parser, as documented, in bounded time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_text

from feeder.errors import StateError
from feeder.models import Fault, Outcome
from feeder.server.api import metrics
from feeder.server.desk import Desk
from feeder.server.noted import BOUNDS, Checked, Noted
from tests.server.api.conftest import Served, hold, opened, project, serving
from tests.store.nouns import put, stories

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/api.md"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """A project of one's own: three entries, a batch that is held, and a source that fails."""
    with opened(project(tmp_path, sources=("news", "town"))) as (app, desk):
        put(app.store, stories(1, 2, 3), now=datetime.now(UTC))
        put(app.store, source="town", failed=True, now=datetime.now(UTC))
        hold(app, datetime.now(UTC))
        with serving(app, desk) as found:
            yield found


def scraped(served: Served) -> dict[str, Metric]:
    reply = served.ask("/metrics")
    assert reply.status == 200, reply.body
    families = list(parse_text(reply.body.decode()))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), "a family that is told in two pieces"
    return {family.name: family for family in families}


def value(families: dict[str, Metric], sample: str, **labels: str) -> float:
    (found,) = [
        one.value
        for family in families.values()
        for one in family.samples
        if one.name == sample and one.labels == labels
    ]
    return found


def test_both_formats_are_what_prometheus_own_parser_takes(served: Served) -> None:
    text = served.ask("/metrics")
    assert text.headers["content-type"].startswith("text/plain; version=")
    accept = "application/openmetrics-text; version=1.0.0"
    openly = served.ask("/metrics", headers={"accept": accept})
    assert openly.headers["content-type"].startswith("application/openmetrics-text")
    families = parse_openmetrics(openly.body.decode())  # type: ignore[no-untyped-call]
    assert {one.name for one in families} == set(scraped(served))


def test_names_follow_the_conventions_and_each_is_explained(served: Served) -> None:
    served.desk.noted.checked = Checked(datetime.now(UTC), "http://localhost/")
    for family in scraped(served).values():
        assert family.documentation, family.name
        assert re.fullmatch(r"(feeder|process)_[a-z_]+", family.name)
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter"), sample.name
        assert not re.search(r"_(ms|kb|minutes|percent)\b", family.name)


def test_the_document_has_each_metric_and_no_other(served: Served) -> None:
    served.desk.noted.checked = Checked(datetime.now(UTC), "http://localhost/")
    exposed = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in scraped(served).values()
    }
    told = re.findall(r"^\| `(\w+)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name in told if name.startswith(("feeder_", "process_"))} == exposed


def test_sources_entries_and_what_waits_are_counted(fresh: Served) -> None:
    fresh.app.store.pause(["town"], datetime.now(UTC))
    found = scraped(fresh)
    assert value(found, "feeder_sources", state="paused") == 1
    assert sum(one.value for one in found["feeder_sources"].samples) == 2
    assert value(found, "feeder_entries") == 3
    assert value(found, "feeder_quarantine_held") == 1
    assert value(found, "feeder_outbox_waiting") == 0
    assert value(found, "feeder_database_up") == 1


def test_what_is_late_is_told_with_how_long_it_has_been(fresh: Served) -> None:
    now = datetime.now(UTC)
    put(fresh.app.store, now=now - timedelta(minutes=10), due=timedelta(minutes=5))
    found = scraped(fresh)
    assert value(found, "feeder_sources_due") == 1
    assert value(found, "feeder_sources_late") == 1
    assert 295 < value(found, "feeder_lateness_seconds") < 330


def test_what_a_person_asks_for_is_due_and_not_late(fresh: Served) -> None:
    fresh.app.store.ask(["news"], datetime.now(UTC), force=True)
    found = scraped(fresh)
    assert value(found, "feeder_sources_due") == 1
    assert value(found, "feeder_sources_late") == 0
    assert value(found, "feeder_lateness_seconds") == 0


def test_refreshes_are_counted_by_how_they_ended(fresh: Served) -> None:
    begun = datetime.now(UTC)
    quick = Outcome("news", begun, begun + timedelta(seconds=0.2), new=2, changed=1)
    noted = fresh.desk.noted
    noted.refreshed(quick)
    noted.refreshed(replace(quick, new=0, changed=0, ended=begun + timedelta(seconds=700)))
    noted.refreshed(replace(quick, failure=Fault("dns", "no such host"), new=0, changed=0))
    noted.refreshed(replace(quick, ended=begun - timedelta(hours=1), new=0))  # the clock went back
    found = scraped(fresh)
    assert value(found, "feeder_refresh_seconds_count", outcome="new") == 2
    assert value(found, "feeder_refresh_seconds_count", outcome="failed") == 1
    assert value(found, "feeder_refresh_seconds_sum", outcome="new") == pytest.approx(0.2)
    assert value(found, "feeder_refresh_seconds_bucket", outcome="unchanged", le="600.0") == 0
    assert value(found, "feeder_refresh_seconds_bucket", outcome="unchanged", le="+Inf") == 1
    assert value(found, "feeder_articles_total", change="new") == 2
    assert value(found, "feeder_articles_total", change="changed") == 2


def test_a_boundary_is_within_its_bucket() -> None:
    noted, begun = Noted(), datetime.now(UTC)
    for bound in BOUNDS:
        noted.refreshed(Outcome("news", begun, begun + timedelta(seconds=bound)))
    assert noted.refreshes()["unchanged"].counts == (*[1] * len(BOUNDS), 0)


def test_freshness_of_each_feed_and_of_all_is_told(fresh: Served) -> None:
    put(fresh.app.store, now=datetime.now(UTC), due=timedelta(hours=1))
    found = scraped(fresh)
    assert value(found, "feeder_feed_fresh", feed="news") == 1
    assert value(found, "feeder_feed_objective_seconds", feed="news") == 7_200
    assert value(found, "feeder_feed_fresh", feed="town") == 0
    assert not [s for s in found["feeder_feed_age_seconds"].samples if s.labels["feed"] == "town"]
    assert value(found, "feeder_feeds", fresh="yes") == 1
    assert value(found, "feeder_feeds", fresh="no") == 1


def test_no_more_than_so_many_feeds_are_told_of_one_by_one(
    fresh: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "FEEDS", 1)
    found = scraped(fresh)
    assert [one.labels["feed"] for one in found["feeder_feed_fresh"].samples] == ["news"]
    assert value(found, "feeder_feeds", fresh="no") == 1


def test_a_database_that_cannot_be_read_is_told_and_the_process_still_is(
    fresh: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StateError("it is locked")

    monkeypatch.setattr(type(fresh.app.store.browser), "figures", refuse)
    found = scraped(fresh)
    assert value(found, "feeder_database_up") == 0
    assert "feeder_entries" not in found
    assert "feeder_refresh_seconds" in found
    assert value(found, "process_open_fds") > 0


def test_scrapes_take_no_more_than_their_share_of_the_time(
    fresh: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered = list[float]()
    whole = metrics.Metrics._gather

    def slow(self: metrics.Metrics, app: object) -> metrics.Gathered:
        gathered.append(time.monotonic())
        time.sleep(0.1)
        return whole(self, app)  # type: ignore[arg-type]

    monkeypatch.setattr(metrics.Metrics, "_gather", slow)
    begun = time.monotonic()
    for _ in range(5):
        scraped(fresh)
    # Four of them are told what the first was told, unless this machine has slept meanwhile.
    assert len(gathered) == 1 or time.monotonic() - begun > 0.1 * metrics.SHARE


def test_a_server_without_a_scheduler_tells_of_no_refreshes(served: Served) -> None:
    with serving(served.app, Desk(served.desk.current)) as found:
        assert not {"feeder_refresh_seconds", "feeder_last_tick_timestamp_seconds"} & set(
            scraped(found)
        )


def test_who_has_no_token_is_told_nothing(served: Served) -> None:
    assert served.ask("/metrics", token=None).status == 401


def test_requests_to_sites_are_counted_by_status(fresh: Served) -> None:
    from feeder.config.settings import FetchSettings
    from feeder.errors import SourceError
    from tests.site.server import Site
    from tests.site.statuses import Status

    settings = FetchSettings.model_validate(
        {"allow_networks": ["127.0.0.0/8"], "robots": False, "delay": "0s"}
    )
    with Site() as site:
        missing = site.at("/a", Status(404))
        web = fresh.app.door.client().begin(settings, start=missing, seconds=10)
        with pytest.raises(SourceError):
            web.fetch(missing)
    found = scraped(fresh)
    assert value(found, "feeder_fetch_requests_total", status="4xx") == 1
    assert value(found, "feeder_fetch_bytes_total") > 0
