"""Sources, entries, runs and batches, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from feeder.server.api.routes import routes
from feeder.server.desk import Desk
from feeder.store.claims import ASKED
from tests.server.api.conftest import Served, opened, project, serving
from tests.store.nouns import NOON, put, stories

ROOT = "/api/v1"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Three sources, two of them in one feed."""
    feeds = '[[feed]]\nname = "both"\nsources = ["news", "town"]\n'
    config = project(tmp_path, feeds, sources=("news", "sport", "town"))
    with opened(config) as (app, desk), serving(app, desk) as found:
        put(app.store, stories(1, 3, 5), source="news")
        put(app.store, stories(2, 4, source="town"), source="town")
        put(app.store, stories(6, source="sport"), source="sport")
        yield found


def pages(served: Served, target: str, key: str) -> list[list[Any]]:
    """The pages of an answer, as a program follows them."""
    found, after = list[list[Any]](), ""
    while True:
        reply = served.ask(f"{ROOT}{target}{after}")
        assert reply.status == 200, reply.body
        found.append(reply.json[key])
        if reply.json["next"] is None:
            return found
        after = f"&after={quote(reply.json['next'])}"
        assert len(found) < 20, "it never ends"


def test_entries_of_a_source_and_of_a_feed_are_paged_newest_first(served: Served) -> None:
    for target, numbers in (
        ("/entries?source=news&limit=2", [[1, 3], [5]]),
        ("/entries?feed=both&limit=2", [[1, 2], [3, 4], [5]]),
        ("/entries?feed=both&limit=5", [[1, 2, 3, 4, 5]]),
    ):
        titles = [[one["title"] for one in page] for page in pages(served, target, "entries")]
        assert titles == [[f"Story {number}" for number in page] for page in numbers]


def test_entries_of_one_moment_are_each_on_one_page(served: Served) -> None:
    made = stories(*range(10, 25))
    at_noon = [replace(one, entry=replace(one.entry, published=NOON)) for one in made]
    put(served.app.store, at_noon)
    found = pages(served, "/entries?source=news&limit=4", "entries")
    ids = [one["id"] for page in found for one in page]
    assert len(ids) == len(set(ids)) == 18


def test_entries_since_a_moment_are_those_alone(served: Served) -> None:
    since = quote((NOON - timedelta(days=3)).isoformat())
    told = served.ask(f"{ROOT}/entries?feed=both&since={since}").json["entries"]
    assert [one["title"] for one in told] == ["Story 1", "Story 2", "Story 3"]


def test_a_list_has_no_texts_and_the_entry_has_all(served: Served) -> None:
    (first, *_) = served.ask(f"{ROOT}/entries?source=news").json["entries"]
    assert not {"html", "text"} & set(first)
    whole = served.ask(f"{ROOT}/entry?id={quote(first['id'])}").json
    assert whole["text"] == "What happened on day 1."
    assert whole["html"] == "<p>What happened on day 1.</p>"
    assert [one["number"] for one in whole["revisions"]] == [1]


def test_sources_are_paged_by_name_and_chosen_by_state(served: Served) -> None:
    put(served.app.store, source="town", failed=True)
    names = [[s["name"] for s in page] for page in pages(served, "/sources?limit=2", "sources")]
    assert names == [["news", "sport"], ["town"]]
    failing = served.ask(f"{ROOT}/sources?state=failing").json["sources"]
    assert [one["name"] for one in failing] == ["town"]
    assert failing[0]["last_run"]["failure"]["message"] == "the folder is gone"


def test_a_source_that_somebody_has_asked_for_says_so(served: Served) -> None:
    served.app.store.ask(["news"], NOON)
    told = served.ask(f"{ROOT}/sources/news").json
    assert told["asked_for"]
    assert told["next_check_at"] == ASKED.isoformat().replace("+00:00", "Z")
    assert not served.ask(f"{ROOT}/sources/town").json["asked_for"]


def test_runs_are_paged_latest_first_of_all_sources_or_one(served: Served) -> None:
    for _ in range(3):
        put(served.app.store, source="town")
    found = [run for page in pages(served, "/runs?limit=2", "runs") for run in page]
    assert [run["source"] for run in found] == ["town"] * 3 + ["sport", "town", "news"]
    ours = [run for page in pages(served, "/runs?source=town&limit=3", "runs") for run in page]
    assert [run["number"] for run in ours] == [6, 5, 4, 2]


def test_feeds_name_their_sources_and_documents(served: Served) -> None:
    told = served.ask(f"{ROOT}/feeds").json["feeds"]
    assert [(one["name"], one["sources"], one["documents"]) for one in told] == [
        ("both", ["news", "town"], [])
    ]
    assert served.ask(f"{ROOT}/feeds/both").json == told[0]


def test_an_address_with_a_secret_is_told_without_it(served: Served) -> None:
    from feeder.store.sources import SourceSpec

    secret = SourceSpec("news", "News", "feed", "https://x.example/?token=s3cr3tValue99")
    served.app.store.sync([secret], NOON)
    assert "s3cr3t" not in served.ask(f"{ROOT}/sources/news").body.decode()


def test_services_are_told(served: Served) -> None:
    now = datetime.now(UTC)
    served.app.store.begin_service(now)
    served.app.store.answer_reload("no such key", now)
    (service,) = served.ask(f"{ROOT}/services").json["services"]
    assert service["refused"] == "no such key"
    served.app.store.end_service()
    assert served.ask(f"{ROOT}/services").json["services"] == []


def test_where_nothing_was_configured_lists_are_empty(tmp_path: Path) -> None:
    with opened(project(tmp_path, sources=())) as (app, desk), serving(app, desk) as found:
        for target, key in (
            ("/sources", "sources"),
            ("/runs", "runs"),
            ("/feeds", "feeds"),
            ("/quarantine", "batches"),
        ):
            assert found.ask(ROOT + target).json == {key: [], "next": None}


def test_a_fault_of_ours_is_a_problem_too(served: Served) -> None:
    broken = Desk(lambda: None, served.desk.last_tick)  # type: ignore[arg-type, return-value]
    with serving(served.app, broken, Starlette(routes=routes(broken))) as found:
        for target in ("/api/v1/sources", "/metrics", "/api/v1/openapi.json"):
            reply = found.ask(target)
            assert reply.status == 500
            assert reply.headers["content-type"] == "application/problem+json"
            assert "NoneType" not in reply.body.decode()
