"""JSON that a page carries in a script is read as an answer of its own, also in a shell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from feeder.errors import LayoutError, WallError
from feeder.models import Page
from feeder.refresh.job import Manner
from feeder.refresh.reading import list_page
from feeder.sources.json_api import JsonApi
from feeder.sources.json_scripts import scripts_of
from feeder.sources.listing.sheet import open_sheet
from tests.site.walls import document

URL = "https://a.example/news"
ROWS = [{"title": f"Boat {n} & the sea", "href": f"/news/{n}"} for n in range(3)]
DATA = json.dumps({"props": {"posts": ROWS}})
FIELDS = {"url": "href", "title": "title"}


def shell(script: str) -> Page:
    """A page that scripts draw, with what they draw it from."""
    noscript = "<noscript>You need to enable JavaScript to run this app.</noscript>"
    head = '<script src="/static/js/main.8f3a.js" defer></script>'
    body = document("Courier", f'{noscript}<div id="root"></div>{script}', head)
    return Page(URL, URL, body.encode(), "text/html", "utf-8")


def next_data(data: str = DATA) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'


def source(**given: Any) -> JsonApi:
    usual = {"url": URL, "items": "props.posts", "fields": FIELDS, "script": "#__NEXT_DATA__"}
    return JsonApi.model_validate(usual | given)


def test_its_articles_are_those_of_an_answer() -> None:
    found = list_page(Manner(source()), shell(next_data()), on_web=True)
    assert [one.address for one in found.candidates] == [
        f"https://a.example/news/{n}" for n in range(3)
    ]
    assert found.candidates[0].facts.title == ROWS[0]["title"]


def test_to_who_reads_no_script_such_a_page_is_a_wall() -> None:
    with pytest.raises(WallError):
        list_page(Manner(source(script=None)), shell(next_data()), on_web=True)


def test_a_selector_that_finds_nothing_is_told_what_there_is() -> None:
    with pytest.raises(LayoutError) as caught:
        source(script="#data").discover(shell(next_data()))
    assert "finds nothing" in caught.value.message and "script#__NEXT_DATA__" in caught.value.advice
    with pytest.raises(LayoutError) as caught:
        source().discover(shell(""))
    assert "carries no JSON" in caught.value.advice


def test_what_is_in_it_must_be_json() -> None:
    for text in ("", "window.data = {}", "{broken"):
        with pytest.raises(LayoutError):
            source().discover(shell(next_data(text)))


def test_a_selector_that_is_none_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ValidationError, match="no CSS selector"):
        source(script="div[")


def test_scripts_are_named_by_their_id_or_where_they_are_alone() -> None:
    kind = 'type="application/json"'
    pages: tuple[tuple[str, list[str]], ...] = (
        (next_data(), ["script#__NEXT_DATA__"]),
        (f"<script {kind}>[]</script>", ['script[type="application/json"]']),
        (f"<script {kind}>[]</script><script {kind}>[]</script>", []),
        (f'<script {kind} id="a b">[]</script><script {kind} id=c>[]</script>', ["script#c"]),
        (f"<script {kind} id=c>[]</script><script {kind} id=c>[]</script>", []),
        ("<script>let a = 1</script>", []),
        ('<script type="application/ld+json">[]</script>', []),
    )
    for scripts, selectors in pages:
        assert list(scripts_of(open_sheet(shell(scripts)))) == selectors
