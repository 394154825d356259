"""Lists of articles in JSON: where they are, by what the fields are called and hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feeder.discovery.json_lists import json_list
from feeder.errors import LayoutError
from feeder.models import Page
from feeder.sources.json_api import JsonApi

URL = "https://a.example/api/news"


TEXT = "<p>All of what happened to the boats that day.</p>" * 20


def page(document: Any) -> Page:
    return Page(URL, URL, json.dumps(document).encode(), "application/json", "utf-8")


def rows(count: int = 3, **more: Any) -> list[dict[str, Any]]:
    return [
        {"headline": f"Boat {n}", "web_url": f"/news/{n}", "publishedAt": f"2026-11-0{n}", **more}
        for n in range(1, count + 1)
    ]


DOCUMENTS: tuple[tuple[Any, str, dict[str, str]], ...] = (
    (rows(), "@", {"url": "web_url", "title": "headline", "date": "publishedAt"}),
    ({"data": {"items": rows()}}, "data.items", {"title": "headline"}),
    ({"page-data": {"all": rows()}}, '"page-data".all', {"title": "headline"}),
    (
        [
            {"title": {"rendered": f"Boat {n}"}, "link": f"https://a.example/{n}", "id": n}
            for n in range(3)
        ],
        "@",
        {"title": "title.rendered", "url": "link", "id": "id"},
    ),
    (
        {"menu": [{"title": "Home", "url": "/"}, {"title": "About", "url": "/a"}], "news": rows(5)},
        "news",
        {"title": "headline"},
    ),
    (
        {"posts": rows(author={"name": "Ann Lee", "id": 3}, body=TEXT)},
        "posts",
        {"authors": "author.name", "content": "body"},
    ),
)


@pytest.mark.parametrize(("document", "items", "fields"), DOCUMENTS)
def test_the_array_and_its_fields_are_found(
    document: Any, items: str, fields: dict[str, str]
) -> None:
    found = json_list(page(document))
    assert found is not None and found.options["items"] == items
    assert fields.items() <= found.options["fields"].items()
    again = JsonApi.model_validate({"url": URL, **found.options}).discover(page(document))
    assert [one.address for one in again.candidates] == [one.address for one in found.candidates]


NOTHING: tuple[Any, ...] = (
    {}, [], [1, 2, 3], {"a": {"b": [{"x": 1}, {"x": 2}]}},
    {"news": rows(1)},  # one is no list
    {"users": [{"name": "Ann"}, {"name": "Bo"}]},  # without an address or a text
    {"prices": [{"name": "Tea", "url": 3}, {"name": "Soup", "url": 4}]},
)  # fmt: skip


@pytest.mark.parametrize("document", NOTHING)
def test_where_there_is_none_none_is_found(document: Any) -> None:
    assert json_list(page(document)) is None


def test_what_is_no_json_is_said() -> None:
    with pytest.raises(LayoutError):
        json_list(Page(URL, URL, b"{not json", "application/json"))


def test_depth_and_number_are_bounded() -> None:
    deep: Any = rows()
    for _ in range(200):
        deep = {"a": deep}
    assert json_list(page(deep)) is None
    assert json_list(page({str(n): {"a": [n]} for n in range(30_000)})) is None


def test_names_that_no_file_can_hold_are_no_way_to_articles() -> None:
    assert json_list(page({"half \ud800": rows()})) is None
    found = json_list(page({"half \ud800": rows(9), "whole": rows()}))
    assert found is not None and found.options["items"] == "whole"
