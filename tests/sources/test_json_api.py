"""What an API answers becomes articles, by expressions, and anything else a named error."""

from __future__ import annotations

import json
import pickle
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from feeder.errors import LayoutError, SourceError
from feeder.models import Candidate, Facts, Key, Page
from feeder.sources import Found
from feeder.sources.json_api import JsonApi

URL = "https://example.org/api/posts"


def api(**options: Any) -> JsonApi:
    options.setdefault("fields", {"url": "link", "title": "title", "date": "date"})
    return JsonApi.model_validate({"url": URL, **options})


def discover(document: Any, url: str = URL, **options: Any) -> Found:
    body = document if isinstance(document, str | bytes) else json.dumps(document)
    data = body.encode(errors="replace") if isinstance(body, str) else body
    return api(**options).discover(Page(url, url, data, media_type="application/json"))


def one(item: Any, **fields: str) -> Candidate:
    (candidate,) = discover([item], fields={"url": "link", **fields}).candidates
    return candidate


def links(found: Found) -> list[str]:
    return [candidate.address.removeprefix("https://example.org") for candidate in found.candidates]


ITEM: dict[str, Any] = {
    "id": 17,
    "link": "/a-story?utm_source=api",
    "title": {"rendered": "Bridge &amp; <em>river</em>"},
    "date": "2026-05-12T08:00:00",
    "changed": 1778580000,
    "excerpt": "<p>What the river did.</p>",
    "body": "<p>The river rose.</p>",
    "by": [{"name": "Ann Reed"}, {"name": "Bo Li"}, {"name": "Ann Reed"}],
    "tags": ["Rivers", 2026],
    "picture": ["/one.jpg", "/two.jpg"],
    "lang": "en_GB",
    "views": 1,
}
FIELDS = {
    "id": "id", "url": "link", "title": "title.rendered", "date": "date", "modified": "changed",
    "summary": "excerpt", "content": "body", "authors": "by[].name", "categories": "tags",
    "image": "picture", "language": "lang",
}  # fmt: skip


def test_every_field_of_an_item_is_told() -> None:
    found = discover({"data": {"posts": [ITEM]}}, items="data.posts", fields=FIELDS)
    (candidate,) = found.candidates
    assert not found.faults
    assert candidate.address == "https://example.org/a-story"
    assert candidate.facts == Facts(
        url="https://example.org/a-story",
        title="Bridge & river",
        summary="What the river did.",
        authors=("Ann Reed", "Bo Li"),
        categories=("Rivers", "2026"),
        published=datetime(2026, 5, 12, 8, tzinfo=UTC),
        modified=datetime(2026, 5, 12, 10, tzinfo=UTC),
        image="https://example.org/one.jpg",
        language="en-GB",
    )
    assert candidate.keys[0] == Key("guid", "17")
    assert [key.kind for key in candidate.keys] == ["guid", "url", "story"]


def test_content_is_the_article_and_its_page_is_not_fetched() -> None:
    candidate = one(ITEM, content="body")
    assert candidate.complete
    assert candidate.draft is not None
    assert candidate.draft.shape == "fragment"
    assert candidate.draft.content == "<p>The river rose.</p>"
    assert candidate.draft.base_url == "https://example.org/a-story"
    assert candidate.draft.keys == candidate.keys


def test_without_content_the_page_is_fetched_and_tells_its_own_address() -> None:
    candidate = one(ITEM, content="no.such.thing")
    assert not candidate.complete
    assert candidate.draft is None
    assert candidate.facts.url is None


@pytest.mark.parametrize(
    ("written", "markup"),
    [
        (
            "One & two < three\nline\r\n \r\n\nLast",
            "<p>One &amp; two &lt; three<br>line</p><p>Last</p>",
        ),
        ("Tom &amp; Jerry", "<p>Tom &amp; Jerry</p>"),
        (["One", "Two"], "<p>One</p><p>Two</p>"),
        ("a <b>bold</b> word", "a <b>bold</b> word"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a\u0000b\ud800c", "<p>abc</p>"),
    ],
)
def test_plain_text_is_escaped_with_its_paragraphs(written: Any, markup: str) -> None:
    draft = one({"link": "/a", "body": written}, content="body").draft
    assert draft is not None
    assert draft.content == markup


def test_an_item_without_an_address_is_known_by_its_id() -> None:
    item = {"id": "a b/c", "body": "<p>Text.</p>"}
    (candidate,) = discover([item], fields={"id": "id", "content": "body"}).candidates
    assert candidate.address == f"{URL}#a%20b%2Fc"
    assert candidate.keys == (Key("guid", "a b/c"),)
    assert candidate.complete


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-05-12T10:00:00+02:00", datetime(2026, 5, 12, 8, tzinfo=UTC)),
        ("Tue, 12 May 2026 10:00:00 GMT", datetime(2026, 5, 12, 10, tzinfo=UTC)),
        ("2026-05-12", datetime(2026, 5, 11, 15, tzinfo=UTC)),
        (1778580000, datetime(2026, 5, 12, 10, tzinfo=UTC)),
        ("1778580000", datetime(2026, 5, 12, 10, tzinfo=UTC)),
        (1778580000.5, datetime(2026, 5, 12, 10, 0, 0, 500_000, tzinfo=UTC)),
        (1778580000000, datetime(2026, 5, 12, 10, tzinfo=UTC)),
        ("/Date(1778580000000+0200)/", datetime(2026, 5, 12, 10, tzinfo=UTC)),
        (20260512, datetime(2026, 5, 11, 15, tzinfo=UTC)),
        (["2026-05-12T10:00:00Z"], datetime(2026, 5, 12, 10, tzinfo=UTC)),
        (None, None),
        ("", None),
    ],
)  # fmt: skip
def test_dates_in_the_forms_that_apis_have(written: Any, read: datetime | None) -> None:
    found = discover([{"link": "/a", "date": written}], timezone="Asia/Tokyo")
    assert not found.faults
    assert found.candidates[0].facts.published == read


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", {"en": "x", "de": "y"}, "an object with the keys en, de"),
        ("title", ["one", "two"], "an array of 2"),
        ("title", True, "true or false"),
        ("date", "soon", '"soon"'),
        ("date", {"at": 1}, "keys at"),
        ("date", 10**30, "a number"),
        ("date", False, "true or false"),
        ("date", "9" * 500, "no date"),
        ("authors", [{"name": "Ann"}], "keys name"),
        ("language", "Deutsch!", "no language"),
        ("image", "javascript:alert(1)", "no web address"),
        ("image", 5, "a number"),
        ("id", "x" * 2_000, "2,000"),
    ],
)
def test_a_value_that_a_field_cannot_have_is_a_fault_that_names_it(
    field: str, value: Any, words: str
) -> None:
    found = discover([{"link": "/a", "x": value}], fields={"url": "link", field: "x"})
    assert links(found) == ["/a"]
    (fault,) = found.faults
    assert f"fields.{field} cannot be read in 1 of 1 items" in fault.message
    assert words in fault.message


def test_numbers_are_taken_for_text_as_json_means_them() -> None:
    assert one({"link": "/a", "id": 12.0}, id="id").keys[0] == Key("guid", "12")
    assert one({"link": "/a", "t": 0.5}, title="t").facts.title == "0.5"
    assert one({"link": "/a", "t": None}, title="t").facts.title is None


def test_what_is_no_number_is_nothing() -> None:
    found = discover(b'[{"link": "/a", "title": NaN, "date": -Infinity}]')
    assert found.candidates[0].facts == Facts()
    assert not found.faults


def test_faults_are_counted_and_not_one_for_each_item() -> None:
    items = [{"link": "/a"}, {"link": "javascript:x"}, {"link": None}, "text", None, {"link": "/b"}]
    found = discover(items)
    assert links(found) == ["/a", "/b"]
    assert [fault.message for fault in found.faults] == [
        "fields.url cannot be read in 1 of 6 items: no web address",
        "4 of 6 items have neither url nor content",
    ]


def test_an_item_is_read_again_when_what_is_told_of_it_changed() -> None:
    seen, changed = {**ITEM, "views": 2}, {**ITEM, "body": "<p>The river fell.</p>"}
    before, again, after = (one(item, content="body").validators for item in (ITEM, seen, changed))
    assert before == again
    assert before != after


def test_an_id_that_several_articles_have_is_none_and_a_copy_is_left_out() -> None:
    items = [{"link": "/a", "id": 1}, {"link": "/b", "id": 1}, {"link": "/c", "id": 2}]
    found = discover([*items, items[2]], fields={"url": "link", "id": "id"})
    assert links(found) == ["/a", "/b", "/c"]
    kinds = [[key.kind for key in candidate.keys] for candidate in found.candidates]
    assert kinds == [["url"], ["url"], ["guid", "url"]]


def test_an_address_that_several_articles_share_is_that_of_none_if_each_has_its_text() -> None:
    items = [{"id": n, "link": "/all", "body": f"<p>Note {n}.</p>"} for n in range(3)]
    found = discover(items, fields={"id": "id", "url": "link", "content": "body"})
    assert links(found) == ["/api/posts#0", "/api/posts#1", "/api/posts#2"]
    for candidate in found.candidates:
        assert [key.kind for key in candidate.keys] == ["guid"]
        assert candidate.draft is not None
        assert candidate.draft.keys == candidate.keys
    with_pages = discover(items, fields={"id": "id", "url": "link"})
    assert set(links(with_pages)) == {"/all"}


def test_of_very_many_the_newest_are_taken() -> None:
    items: list[dict[str, Any]] = [
        {"link": f"/{n}", "date": 1_700_000_000 + n * 7919 % 5_000} for n in range(5_000)
    ]
    newest = sorted(items, key=lambda item: item["date"], reverse=True)[:200]
    found = discover(items)
    assert links(found) == [item["link"] for item in newest]
    assert not found.faults
    (fault,) = discover(items * 3).faults
    assert "15,000 items" in fault.message
    (fault,) = discover([{"link": f"/{n}", "date": "soon"} for n in range(250)]).faults
    assert "in 200 of 250 items" in fault.message


def test_relative_addresses_start_at_link_base() -> None:
    found = discover([{"link": "a"}, {"link": "/b"}], link_base="https://example.org/blog/")
    assert links(found) == ["/blog/a", "/b"]


def test_include_and_exclude_choose_by_address() -> None:
    items = [{"link": "/news/a"}, {"link": "/shop/b"}, {"title": "x"}]
    assert links(discover(items, list={"include": ["*/news/*"]})) == ["/news/a"]
    assert links(discover(items, list={"exclude": ["*/news/*"]})) == ["/shop/b"]


@pytest.mark.parametrize("items", ["", "@"])
def test_the_answer_itself_can_be_the_array(items: str) -> None:
    assert links(discover([{"link": "/a"}], items=items)) == ["/a"]
    assert discover([], items=items) == Found()


def test_the_next_page_by_an_address_a_cursor_or_a_number() -> None:
    page = {"items": [{"link": "/a"}], "next": "?page=2", "cursor": "x=&y", "end": None}
    by_address = discover(page, items="items", next="next")
    assert by_address.wanted == (f"{URL}?page=2",)
    by_cursor = discover(
        page, url=f"{URL}?n=5&after=old", items="items", next="cursor", cursor_parameter="after"
    )
    assert by_cursor.wanted == (f"{URL}?after=x%3D%26y",)
    assert not discover(page, items="items", next="end").wanted
    assert not discover({**page, "next": URL}, items="items", next="next").wanted
    assert not discover({**page, "items": []}, items="items", next="next").wanted


def test_pages_are_counted_from_the_first_up_to_the_most() -> None:
    options = {"url": f"{URL}?tag=a+b&flag", "page_parameter": "page", "max_pages": 3}
    addresses = [f"{URL}?tag=a+b&flag"]
    while wanted := discover([{"link": "/a"}], url=addresses[-1], **_without_url(options)).wanted:
        addresses += wanted
    assert addresses == [f"{URL}?tag=a+b&flag", f"{URL}?page=2", f"{URL}?page=3"]
    zero = discover([{"link": "/a"}], page_parameter="page", first_page=0)
    assert zero.wanted == (f"{URL}?page=1",)
    source = api(**options)
    found = source.discover(Page(source.start, source.start, b'[{"link": "/a"}]'))
    assert found.wanted == (f"{URL}?tag=a+b&flag&page=2",)


def _without_url(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key != "url"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("https://victim.example/", "another site"),
        ("https://[", "no web address"),
        ({"href": "/2"}, "keys href"),
        (True, "true or false"),
        ("x" * 5_000, "characters"),
    ],
)
def test_a_next_page_that_is_none_is_a_fault_and_the_articles_stay(told: Any, words: str) -> None:
    cursor = {"cursor_parameter": "c"} if words == "characters" else {}
    found = discover({"i": [{"link": "/a"}], "n": told}, items="i", next="n", **cursor)
    assert links(found) == ["/a"]
    assert not found.wanted
    (fault,) = found.faults
    assert fault.message.startswith("next: ")
    assert words in fault.message


def test_items_that_are_not_there_are_an_error_that_shows_what_is() -> None:
    with pytest.raises(LayoutError) as raised:
        discover({"data": 1, "error": "gone"}, items="posts")
    assert "gives nothing" in raised.value.message
    assert "keys data, error" in raised.value.message
    with pytest.raises(LayoutError) as raised:
        discover({"posts": {"1": {"link": "/a"}}}, items="posts")
    assert "posts.*" in raised.value.advice
    with pytest.raises(LayoutError) as raised:
        discover({"version": "https://jsonfeed.org/version/1.1", "items": []}, items="posts")
    assert 'kind = "feed"' in raised.value.advice


def test_items_of_which_none_leads_anywhere_are_an_error_that_shows_the_first() -> None:
    with pytest.raises(LayoutError) as raised:
        discover([{"href": "/a", "name": "x"}, {"href": "/b"}])
    assert "keys href, name" in raised.value.message
    assert "'link'" in raised.value.advice


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!doctype html><title>Log in</title>", "web page"),
        (b'callback({"items": []})', "JSONP"),
        (b"/**/ jQuery_12.cb([1]);", "JSONP"),
        (b'[{"link": "/a"}', "ends before"),
        (b'[{"link": "/a', "ends before"),
        (b"[1,]", "column"),
        (b"Not found", "no JSON"),
        (b'{"a": 1} {"b"', "no JSON"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"[" + b"9" * 10_000 + b"]", "number"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_what_is_no_json_is_a_layout_error_that_says_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        discover(body)


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf[{"link": "/a"}]',
        '[{"link": "/a"}]'.encode("utf-16"),
        '[{"link": "/a"}]'.encode("utf-16-le"),
        b')]}\',\n[{"link": "/a"}]',
        b'{"link": "/a"}\n\n{"link": "/a"}\r\n',
        b'[{"link": "/x", "link": "/a"}]',
        b'[{"link": "/a", "n": NaN, "m": -Infinity, "o": 1e999}]',
    ],
)
def test_json_as_people_write_it_is_read(body: bytes) -> None:
    assert links(discover(body)) == ["/a"]


def test_text_in_another_encoding_is_text() -> None:
    body = '[{"link": "/a", "title": "Größe"}]'.encode("latin-1")
    assert discover(body).candidates[0].facts.title == "Größe"


@pytest.mark.parametrize(
    ("options", "place", "words"),
    [
        ({"items": "data["}, ("items",), "ends before its end"),
        ({"items": "a..b"}, ("items",), "column 3"),
        ({"items": "a.$"}, ("items",), "Unknown token $, at column 3"),
        ({"items": "lenght(a)"}, ("items",), "did you mean 'length'"),
        ({"fields": {"url": "a['x"}}, ("fields", "url"), "Unclosed"),
        ({"fields": {"url": ""}}, ("fields", "url"), "expected a JMESPath expression"),
        ({"fields": {"url": "a[?" * 600}}, ("fields", "url"), "nested"),
        ({"fields": {"url": "!" * 1_999 + "a"}}, ("fields", "url"), "nested"),
        ({"fields": {"url": "a" * 9_999}}, ("fields", "url"), "characters"),
        ({"fields": {"title": "a"}}, ("fields",), "url, content or both"),
        ({"cursor_parameter": "c"}, ("cursor_parameter",), "needs next"),
        ({"page_parameter": "p", "next": "n"}, ("page_parameter",), "without next"),
    ],
)
def test_a_wrong_expression_is_told_where_it_stands(
    options: dict[str, Any], place: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        api(**options)
    (error,) = raised.value.errors()
    assert error["loc"] == place
    assert words in error["msg"]
    assert "\n" not in error["msg"]


@pytest.mark.parametrize(
    "expression", ["length(a)", "a[::0]", "join(a, a)", "to_number(b)[0]", "ceil(c)"]
)
def test_an_expression_that_the_values_break_is_a_fault_of_its_field(expression: str) -> None:
    item = {"link": "/a", "a": 5, "b": "x", "c": 1e308}
    found = discover([item], fields={"url": "link", "title": expression})
    assert links(found) == ["/a"]
    with pytest.raises(SourceError):
        discover({"a": 5, "b": "x"}, items=expression)


def test_the_source_goes_to_a_worker_and_what_it_found_comes_back() -> None:
    source = pickle.loads(pickle.dumps(api(fields=FIELDS)))
    found = source.discover(Page(URL, URL, json.dumps([ITEM]).encode()))
    assert pickle.loads(pickle.dumps(found)) == found


def test_messages_hold_nothing_that_cannot_be_printed_or_stored() -> None:
    odd = "\ud800\x1b[31m\n\u202e"
    found = discover(
        {"i": [{"link": "/a", "date": odd + "x", "title": {odd + "k": 1}}], "n": "https://[" + odd},
        items="i", next="n",
    )  # fmt: skip
    messages = [fault.message for fault in found.faults]
    assert len(messages) == 3
    for document, items in (({odd: 1}, "i"), (f"[1, {odd}]", "@"), ({"i": odd}, "sum(i)")):
        with pytest.raises(LayoutError) as raised:
            discover(document, items=items)
        messages.append(raised.value.message)
    assert not set("\ud800\x1b\n\u202e") & set("".join(messages))
    cursor = discover({"i": [{"link": "/a"}], "n": odd}, items="i", next="n", cursor_parameter="c")
    assert cursor.wanted == (f"{URL}?c=%5B31m%0A%E2%80%AE",)


HOSTILE = {
    "spaces": " " * 1_000_000 + "x",
    "brackets": "[[],[[]]," * 100_000,
    "quotes": '"' * 1_000_000,
    "escapes": "[" + json.dumps({"link": "/a", "title": "\\" * 500_000}) + "]",
    "less-than": json.dumps([{"link": "/a", "title": "<" * 1_000_000, "body": "<p" * 500_000}]),
    "white space": json.dumps([{"link": "/a", "body": "\n" + " " * 1_000_000 + "x"}]),
    "lines": json.dumps([{"link": "/a", "body": "\n \n x" * 200_000}]),
    "references": json.dumps([{"link": "/a", "title": "&a" * 500_000, "body": "&#" * 500_000}]),
    "items": json.dumps([{"link": f"/{n}"} for n in range(50_000)]),
    "nothing": "[" + "{}," * 300_000 + "{}]",
    "names": json.dumps([{"link": "/a", "by": ["x"] * 500_000}]),
    "an address": json.dumps([{"link": "/" + "a" * 1_000_000}]),
    "surrogates": '[{"link": "/a", "title": "' + "\\ud800" * 150_000 + '"}]',
    "documents": '{"link": "/a"}\n' * 50_000,
    "a deep field": '[{"link": "/a", "title": ' + "[" * 900 + "]" * 900 + "}]",
    "digits": '[{"link": "/a", "date": "' + "1" * 1_000_000 + '"}]',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_answers_end_soon_and_in_a_named_error(kind: str) -> None:
    fields = {"url": "link", "title": "title", "content": "body", "authors": "by", "date": "date"}
    started = time.process_time()
    try:
        discover(HOSTILE[kind], fields=fields)
    except SourceError as error:
        assert len(error.message) < 600
    # Several times what the slowest takes; what is quadratic takes minutes.
    assert time.process_time() - started < 5
