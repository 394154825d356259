"""What the description says is what is answered, whatever strangers have written."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

import pytest
from openapi_spec_validator import validate

from feeder.server.api.endpoints import Endpoint
from feeder.server.api.routes import ENDPOINTS
from tests.server.api.conftest import HOSTILE, Served, check

ROOT = "/api/v1"
GETS = [one for one in ENDPOINTS if not one.acts]


@pytest.fixture(scope="module")
def described(served: Served) -> Any:
    return served.ask(f"{ROOT}/openapi.json").json


def targets(served: Served, endpoint: Endpoint) -> list[str]:
    entry = served.ask(f"{ROOT}/entries?source=news").json["entries"][0]["id"]
    queries = {"/entries": ["?source=news", "?feed=news"], "/entry": [f"?id={entry}"]}
    path = ROOT + endpoint.path.replace("{name}", "news")
    return [path + query for query in queries.get(endpoint.path, [""])]


def test_the_description_is_valid(described: Any) -> None:
    validate(described)
    assert described["openapi"].startswith("3.1")


def test_paths_are_found_from_where_the_description_is(described: Any) -> None:
    (server,) = described["servers"]
    for prefix in ("", "/behind/a/prefix"):
        base = urljoin(f"http://localhost{prefix}{ROOT}/openapi.json", server["url"])
        assert base == f"http://localhost{prefix}{ROOT}"
    assert set(described["paths"]) == {one.path for one in ENDPOINTS}


@pytest.mark.parametrize("endpoint", GETS, ids=lambda one: one.path)
def test_each_answer_is_what_is_described(
    served: Served, described: Any, endpoint: Endpoint
) -> None:
    for target in targets(served, endpoint):
        reply = served.ask(target)
        assert reply.status == 200, reply.body
        check(described, endpoint, reply)


@pytest.mark.parametrize("endpoint", GETS, ids=lambda one: one.path)
def test_each_problem_is_what_is_described_and_says_what_to_do(
    served: Served, described: Any, endpoint: Endpoint
) -> None:
    target = targets(served, endpoint)[0]
    wrong = f"{target}{'&' if '?' in target else '?'}nonsense=1"
    for reply in (served.ask(wrong), served.ask(target, token=None)):
        assert reply.status in (400, 401)
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json["advice"]
        check(described, endpoint, reply)


@pytest.mark.parametrize("endpoint", GETS, ids=lambda one: one.path)
def test_who_has_the_answer_is_told_so(served: Served, endpoint: Endpoint) -> None:
    if endpoint.path == "/health":  # it has the time in it
        return
    target = targets(served, endpoint)[0]
    first = served.ask(target)
    etag = first.headers["etag"]
    for told in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = served.ask(target, headers={"if-none-match": told})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
    assert served.ask(target, headers={"if-none-match": '"other"'}).body == first.body


def test_every_endpoint_with_a_method_that_it_has_not_says_which_it_has(served: Served) -> None:
    for endpoint in ENDPOINTS:
        reply = served.ask(ROOT + endpoint.path.replace("{name}", "news"), "DELETE")
        assert reply.status == 405
        assert endpoint.method in reply.headers["allow"]


def test_a_head_has_the_headers_of_the_answer_alone(served: Served) -> None:
    got, head = served.ask(f"{ROOT}/sources"), served.ask(f"{ROOT}/sources", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == str(len(got.body))


def test_texts_of_strangers_are_valid_json_with_nothing_lost_that_utf_8_can_carry(
    served: Served,
) -> None:
    entries = served.ask(f"{ROOT}/entries?source=news").json["entries"]
    (strange,) = [one for one in entries if one["revision"] == 2]
    whole = served.ask(f"{ROOT}/entry?id={strange['id']}").json
    batch = served.ask(f"{ROOT}/quarantine").json["batches"][0]
    history = served.ask(f"{ROOT}/sources/town").json["history"][0]
    told = HOSTILE.replace("\ud800", "\ufffd")
    assert strange["authors"] == whole["authors"] == [told]
    assert whole["text"] == whole["revisions"][0]["title"] == told
    assert batch["reasons"][0]["message"] == told
    assert history["reason"] == told


def test_what_is_not_there_is_a_problem_and_no_other_error(served: Served) -> None:
    for target in (
        "/sources/nobody",
        "/sources/%00%ff%f0",
        "/feeds/nobody",
        "/entry?id=nothing",
        "/entry?id=%ED%A0%80",
        "/entries?source=nobody",
        "/entries?feed=nobody",
        "/runs?source=nobody",
        "/nothing",
        "/sources/news/nothing",
        "/" + "x" * 3_000,
    ):
        reply = served.ask(ROOT + target)
        assert reply.status == 404, target
        assert reply.headers["content-type"] == "application/problem+json"
        assert json.loads(reply.body)["title"]


def test_a_parameter_that_is_wrong_is_named(served: Served) -> None:
    for target, word in (
        ("/sources?limit=201", "limit"),
        ("/sources?limit=0", "limit"),
        ("/sources?limit=x", "limit"),
        ("/sources?limit=1&limit=2", "twice"),
        ("/sources?state=unheard-of", "state"),
        ("/entries", "source or feed"),
        ("/entries?source=news&feed=news", "source or feed"),
        ("/entries?source=news&since=yesterday", "since"),
        ("/entries?source=news&since=2026-01-01T00:00:00", "since"),
        ("/entries?source=news&since=0001-01-01T00:00:00%2B14:00", "since"),
        ("/entries?source=news&since=9999-12-31T23:59:59-14:00", "since"),
        ("/entries?source=news&token=secret", "token"),
        ("/entries?source=news&after=%C3%A9", "after"),
        ("/entries?source=news&after=AAAA", "after"),
        ("/runs?after=-1", "after"),
        ("/runs?after=" + "9" * 40, "after"),
        ("/feeds?after=nobody", "after"),
        ("/sources?after=" + "x" * 2_001, "too long"),
    ):
        reply = served.ask(ROOT + target)
        assert reply.status == 400, target
        assert word in reply.json["title"] + reply.json["detail"], reply.json
