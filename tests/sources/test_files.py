"""A listing becomes candidates, and a file a draft, by its name and its looks."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feeder.errors import NoArticleError, NotTextError, SourceError, TooLargeError, UnreadableError
from feeder.models import Attribution, Candidate, Draft, Key, Page, Validators
from feeder.sources.files import Files
from feeder.sources.frontmatter import as_uri, read_moment, split
from feeder.sources.markdown import render

WRITTEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def files(**options: Any) -> Files:
    return Files(root=Path("articles"), **options)


def read(address: str, body: str | bytes, **options: Any) -> Draft:
    data = body.encode() if isinstance(body, str) else body
    page = Page(address, address, data, modified=WRITTEN)
    return files(**options).read(Candidate(address), page)


def matter(lines: str, **options: Any) -> Draft:
    return read("a.md", f"---\n{lines}\n---\nText.\n", **options)


def test_a_listing_becomes_candidates_and_faults() -> None:
    fault = {"kind": "unreadable", "message": "x", "address": "sub", "advice": "y"}
    file = {"path": "gr%C3%B6%C3%9Fe.txt", "size": 1, "mtime_ns": 10**18, "etag": "e"}
    body = json.dumps({"files": [file], "faults": [fault]}).encode()
    found = files().discover(Page("", "", body))
    (candidate,) = found.candidates
    assert candidate.address == "gr%C3%B6%C3%9Fe.txt"
    assert candidate.keys == (Key("path", "größe.txt"),)
    assert candidate.validators == Validators(etag="e")
    assert candidate.modified == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
    assert found.faults[0].address == "sub"


def test_names_that_are_no_utf_8_are_told_apart() -> None:
    listed = [
        {"path": path, "size": 1, "mtime_ns": 10**18, "etag": "e"} for path in ("a%FF", "a%FE")
    ]
    body = json.dumps({"files": listed, "faults": []}).encode()
    one, other = files().discover(Page("", "", body)).candidates
    assert one.keys != other.keys


@pytest.mark.parametrize(
    ("name", "body", "shape"),
    [
        ("a.txt", "Title\n\nText.", "scrape"),
        ("a", "Title\n\nText.", "scrape"),
        ("a.txt", "a < b and <p> is a tag", "scrape"),
        ("a.md", "# Title\n\nText.", "whole"),
        ("a.MARKDOWN", "Text.", "whole"),
        ("a.html", "<p>Text.", "fragment"),
        ("a.html", "just text", "fragment"),
        ("a.htm", "<!DOCTYPE html><title>x</title><body>Text", "page"),
        ("a.xhtml", '<?xml version="1.0"?><html><body/></html>', "page"),
        ("saved", "\n<!-- saved from url --> <!doctype html><html><p>Text", "page"),
        ("a.txt", "<p>Text</p><p>more</p>", "fragment"),
        ("a.txt", "<div class=x>Text</div>", "fragment"),
    ],
)
def test_the_shape_of_a_file(name: str, body: str, shape: str) -> None:
    assert read(name, body).shape == shape


def test_front_matter_in_yaml_becomes_facts() -> None:
    facts = matter(
        "id: 4BF85728-565D-47C3-8025-E25CF575C2E6\n"
        "title: 'A title: with colon'\ndate: 2025-01-20\nlastmod: 2025-01-21 10:00:00 +0100\n"
        "author: [Ann, {name: Bob}]\ntags: one, two\nlang: pt_BR\ndescription: >\n  In\n  short.\n"
        "canonical_url: https://site.example/x\nimage: {src: /i.png}\n"
        "source: {name: The Paper, url: https://paper.example/}",
        link_base="https://blog.example/posts",
    ).facts
    assert facts.id == "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6"
    assert facts.title == "A title: with colon"
    assert facts.published == datetime(2025, 1, 20, tzinfo=UTC)
    assert facts.modified == datetime(2025, 1, 21, 9, tzinfo=UTC)
    assert facts.authors == ("Ann", "Bob")
    assert facts.categories == ("one", "two")
    assert (facts.language, facts.summary) == ("pt-BR", "In short.")
    assert facts.url == "https://site.example/x"
    assert facts.image == "https://blog.example/i.png"
    assert facts.attribution == Attribution("The Paper", "https://paper.example/")


def test_front_matter_in_toml() -> None:
    body = '+++\ntitle = "T"\ndate = 2025-01-20T10:00:00Z\ntags = ["a", 1]\n+++\nText.\n'
    draft = read("a.md", body)
    assert draft.facts.title == "T"
    assert draft.facts.published == datetime(2025, 1, 20, 10, tzinfo=UTC)
    assert draft.facts.categories == ("a", "1")
    assert draft.content == "<p>Text.</p>\n"


def test_a_number_that_python_does_not_write_out_counts_as_not_told() -> None:
    draft = read("a.md", f"+++\ntitle = 0x{'f' * 9_000}\ntags = ['one']\n+++\nText.\n")
    assert draft.facts.title is None
    assert draft.facts.categories == ("one",)


def test_dates_that_name_no_zone_are_in_that_of_the_source() -> None:
    zone = "Europe/Kyiv"
    assert matter("date: 2025-07-01 12:00", timezone=zone).facts.published == datetime(
        2025, 7, 1, 9, tzinfo=UTC
    )
    assert matter("date: 2025-07-01T12:00:00Z", timezone=zone).facts.published == datetime(
        2025, 7, 1, 12, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["Mon, 20 Jan 2025 10:00:00 GMT", "2025-01-20T10:00Z"])
def test_other_spellings_of_dates(text: str) -> None:
    assert read_moment(text) == datetime(2025, 1, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "lines",
    [
        "title: [1, 2]\ndate: yes\nauthor: 5\ntags: {a: b}\nlang: 7\nlink: [x]\nimage: true",
        "title: {a: {b: c}}\ndate: [[[x]]]\nauthor: null\ntags: null\nid: []\nsource: [1]",
        "date: 2025-99-99\nupdated: 99999-01-01\nid: ''\ntitle: ~",
        "date: 0000-00-00\nlang: '../../etc/passwd'\nlink: javascript:alert(1)\nsource: 2025",
    ],
)
def test_values_of_the_wrong_type_hurt_nothing(lines: str) -> None:
    draft = matter(lines)
    assert draft.content == "<p>Text.</p>\n"
    assert draft.facts.published is None
    assert draft.facts.url is None
    assert draft.facts.id is None


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    assert matter("title: yes").facts.title == "yes"
    assert matter("title: 2024").facts.title == "2024"
    assert matter("title: 0x10\nlang: no").facts.language == "no"


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: [unclosed\n---\n",
        "---\na: &a [x]\nb: *a\n---\n",
        "---\ntitle: x\n  y: - z\n---\n",
        "---\nx: " + "[" * 5000 + "\n---\n",
        "---\nx: !!python/object/apply:os.system [ls]\n\tz\n---\n",
        "+++\ntitle = \n+++\n",
        "+++\nx = " + "[" * 5000 + "\n+++\n",
        "---\nx: " + "y" * 70_000 + "\n---\n",
    ],
    ids=lambda front: front[4:20],
)
def test_broken_front_matter_is_named(front: str) -> None:
    with pytest.raises(UnreadableError, match="front matter") as refused:
        read("a.md", front + "Text.")
    assert refused.value.advice


def test_the_line_of_a_fault_in_front_matter() -> None:
    with pytest.raises(UnreadableError, match="line 3"):
        matter("a: b\nc: 'x' y")


@pytest.mark.parametrize("text", ["---\n\nText\n\n---\nmore", "---\nno end", "--- a\nb: c\n---\n"])
def test_rules_are_no_front_matter(text: str) -> None:
    assert split(text).fields == {}
    assert split(text).body == text


def test_empty_front_matter_and_windows_line_ends() -> None:
    assert split("---\n---\nText").body == "Text"
    assert split("---\r\ntitle: x\r\n---\r\nText").body == "Text"


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("4bf85728-565d-47c3-8025-e25cf575c2e6", "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6"),
        ("urn:isbn:0451450523", "urn:isbn:0451450523"),
        ("tag:site.example,2026:x", "tag:site.example,2026:x"),
        ("https://site.example/?p=1", "https://site.example/?p=1"),
        ("javascript:alert(1)", None),
        ("post-17", None),
        ("urn:x y", None),
        ("", None),
    ],
)
def test_ids_as_uris(written: str, uri: str | None) -> None:
    assert as_uri(written) == uri


def test_an_id_that_is_no_uri_is_a_key() -> None:
    draft = matter("id: post-17")
    assert draft.keys == (Key("guid", "post-17"),)
    assert draft.facts.id is None


def test_a_first_heading_is_the_title_and_leaves_the_body() -> None:
    draft = read("a.md", "# The *big* `one`\n\nText.\n\n# Second\n")
    assert draft.facts.title == "The big one"
    assert draft.content == "<p>Text.</p>\n<h1>Second</h1>\n"


def test_a_heading_that_is_not_the_title_stays() -> None:
    assert "<h1>" in read("a.md", "---\ntitle: T\n---\n# Other\n\nText.").content
    assert "<h1>" not in read("a.md", "---\ntitle: T\n---\n# t\n\nText.").content
    assert "<h1>" in read("a.md", "Text.\n\n# Later\n").content


def test_markdown_has_tables_and_raw_html() -> None:
    _, html = render("| a |\n|---|\n| 1 |\n\n<b>x</b> ~~y~~ www.site.example\n")
    assert "<table>" in html
    assert "<b>x</b> <s>y</s> www.site.example" in html


@pytest.mark.parametrize(
    "deep", ["".join(f"{'  ' * n}- level {n}\n" for n in range(20)), f"{'>' * 60} level 19\n"]
)
def test_deeply_nested_markdown_is_read_whole(deep: str) -> None:
    _, html = render(f"{deep}\nThe end.\n")
    assert "level 19" in html
    assert "The end." in html


@pytest.mark.parametrize(
    "deep", ["".join(f"{'  ' * n}- level {n}\n" for n in range(99)), f"{'>' * 5000} level\n"]
)
def test_markdown_that_would_lose_its_depths_is_refused(deep: str) -> None:
    with pytest.raises(TooLargeError):
        render(f"{deep}\nThe end.\n")


@pytest.mark.parametrize("piece", ["[", "![", "[a]("])
def test_brackets_without_end_are_not_looked_for_without_end(piece: str) -> None:
    started = time.process_time()
    with pytest.raises(TooLargeError):
        render(piece * 200_000)
    assert time.process_time() - started < 1


def test_addresses_come_of_the_link_base() -> None:
    draft = read("sub/a%20b.txt", "Title\n\nText.", link_base="https://blog.example/posts")
    assert draft.facts.url == "https://blog.example/posts/sub/a%20b.txt"
    assert draft.base_url == draft.facts.url
    assert read("a.txt", "Title\n\nText.").facts.url is None


def test_the_time_of_the_file_is_the_date_to_fall_back_on() -> None:
    assert read("a.txt", "Title\n\nText.").fallback_date == WRITTEN


@pytest.mark.parametrize("body", [b"", b" \n\t\n", "\ufeff\n".encode()])
def test_an_empty_file_is_no_article(body: bytes) -> None:
    with pytest.raises(NoArticleError, match="empty"):
        read("a.txt", body)


def test_what_is_marked_as_a_draft_is_not_published() -> None:
    with pytest.raises(NoArticleError, match="draft"):
        matter("draft: true")
    assert matter("draft: false").content


def test_binary_data_is_refused_whatever_its_name() -> None:
    with pytest.raises(NotTextError):
        read("a.md", b"\x89PNG\r\n\x1a\n\0\0")


def test_pages_in_old_encodings() -> None:
    page = '<html><meta charset="windows-1251"><body>Привет'.encode("cp1251")
    assert "Привет" in read("a.html", page).content


@pytest.mark.parametrize(
    "options",
    [
        {"glob": "../*"},
        {"glob": "/etc/*"},
        {"glob": ""},
        {"link_base": "/posts"},
        {"link_base": "javascript:x"},
        {"link_base": "https://a.example/?x="},
        {"unknown": 1},
    ],
)
def test_options_that_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        files(**options)


@given(st.text(max_size=200), st.sampled_from(["a.md", "a.html", "a.txt"]), st.booleans())
def test_any_text_is_read_or_refused(text: str, name: str, has_matter: bool) -> None:
    body = f"---\n{text}\n---\n{text}" if has_matter else text
    try:
        assert read(name, body.encode("utf-8", "surrogatepass")).content is not None
    except SourceError as error:
        assert error.message
