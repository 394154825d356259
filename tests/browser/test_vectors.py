"""Whatever a site puts into an article, nothing of it runs: in readers of any kind, or on our page.

The vectors go through what composes and renders, are read back as readers read, and are shown by a
real browser in every careless way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog

from feeder.cleaner import sanitize
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.html import Html
from feeder.generator.json_feed import JsonFeed
from feeder.generator.rss import Rss
from feeder.models import Feed
from feeder.publish import compose
from tests.browser.vectors import LINES, contents, feed, vector

pytestmark = pytest.mark.slow

READER = (Path(__file__).parent / "reader.js").read_text("utf-8")
HOOK = """(() => { for (const name of ["alert", "confirm", "prompt", "print", "fetch"])
  window[name] = what => { console.log("ran " + what); }; })()"""
HARMLESS = {"image", "media"}
"""What may be asked for in the name of an article."""

_POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')


class Read(NamedTuple):
    """What a reader that cleans nothing has of a feed, each text once."""

    contents: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


def shown(browser: Browser, read: Read, page_of_ours: str = "") -> set[str]:
    """What ran, was asked for, or stood there and should not have."""
    with browser.new_context(offline=True) as context:
        said = set[str]()

        def note(message: ConsoleMessage) -> None:
            if message.text.startswith("ran "):
                said.add(message.text)

        def dismiss(dialog: Dialog) -> None:
            said.add(f"ran {dialog.message} in a dialog")
            dialog.dismiss()

        context.on("console", note)
        context.on("dialog", dismiss)
        context.on("request", lambda asked: said.add(f"asked for a {asked.resource_type}"))
        context.add_init_script(HOOK)
        page = context.new_page()
        page.set_content(page_of_ours or "<!doctype html><body></body>")
        faults = page.evaluate(
            READER, {name: list(texts) for name, texts in read._asdict().items()}
        )
        said.update(faults)
        return said - {f"asked for a {kind}" for kind in HARMLESS}


def unique(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def parsed(renderer: Renderer, whole: Feed) -> list[Any]:
    document = renderer.render(whole)
    renderer.check(document)
    read = feedparser.parse(document.body, sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo
    assert len(read.entries) == len(LINES)
    return list(read.entries)


def read_of(renderer: Renderer, whole: Feed) -> Read:
    entries = parsed(renderer, whole)
    labels = (
        text
        for one in entries
        for text in (
            one.get("title"),
            one.get("summary"),
            *(author.get("name") for author in one.get("authors", [])),
            *(text for tag in one.get("tags", []) for text in (tag.term, tag.label)),
            one.get("source", {}).get("title"),
            *(link.get("title") for link in one.get("links", [])),
            *(file.get("type") for file in one.get("links", [])),
        )
    )
    urls = (url for one in entries for url in addresses(one))
    return Read(
        unique(each.value for one in entries for each in one.content), unique(labels), unique(urls)
    )


def addresses(entry: Any) -> Iterator[str | None]:
    yield entry.get("link")
    yield entry.get("source", {}).get("href")
    for name in ("links", "media_thumbnail", "media_content"):
        for place in entry.get(name, []):
            yield place.get("href") or place.get("url")


def read_of_json(whole: Feed) -> Read:
    document = JsonFeed().render(whole)
    JsonFeed().check(document)
    items = json.loads(document.body)["items"]
    assert [item["content_html"] for item in items] == [one.html for one in whole.entries]
    labels = (
        text
        for item in items
        for text in (
            item["title"],
            item.get("summary"),
            *(author["name"] for author in item["authors"]),
            *item["tags"],
            item["_feeder"]["origin"]["title"],
        )
    )
    urls = (
        url
        for item in items
        for url in (
            item.get("url"),
            item.get("external_url"),
            item.get("image"),
            *(file["url"] for file in item.get("attachments", [])),
        )
    )
    return Read(unique(item["content_html"] for item in items), unique(labels), unique(urls))


@pytest.fixture(scope="module")
def whole() -> Feed:
    return feed()


def test_nothing_runs_in_a_reader_that_takes_everything_for_markup(
    browser: Browser, whole: Feed
) -> None:
    """What two formats tell alike is shown once."""
    reads = [read_of(Atom(), whole), read_of(Rss(), whole), read_of_json(whole)]
    merged = Read(*(unique(text for one in reads for text in one[at]) for at in range(3)))
    assert len(merged.labels) > len(LINES)
    assert shown(browser, merged) == set()


def test_nothing_runs_wherever_in_an_article_it_stands(browser: Browser) -> None:
    made = unique(html for number in range(len(LINES)) for html in contents(number))
    assert len(made) > len(LINES)
    assert shown(browser, Read(contents=made)) == set()


def test_nothing_runs_on_our_page_even_without_its_policy(browser: Browser, whole: Feed) -> None:
    document = Html().render(whole)
    Html().check(document)
    body = _POLICY.sub("", document.body.decode(), count=1)
    assert shown(browser, Read(), body) == set()


@pytest.mark.parametrize(
    ("place", "markup"),
    [
        ("contents", "<img src=x onerror=alert(7)>"),
        ("contents", "<svg onload=alert(7)>"),
        ("contents", "<script>alert(7)</script>"),
        ("contents", "<a href='javascript:alert(7)'>x</a>"),
        ("contents", "<p onmouseover=alert(7)>x</p>"),
        ("contents", "<iframe src='javascript:alert(7)'></iframe>"),
        ("labels", "<img src=x onerror=alert(7)>"),
        ("urls", "javascript:alert(7)"),
    ],
)
def test_the_browser_would_notice_what_runs(browser: Browser, place: str, markup: str) -> None:
    assert "ran 7" in shown(browser, Read(**{place: (markup,)}))


def test_the_browser_would_notice_a_hole_in_the_page(browser: Browser) -> None:
    assert "ran 7" in shown(browser, Read(), "<!doctype html><p><img src=x onerror=alert(7)>")
    foreign = "<!doctype html><script src=https://x.example/x.js></script>"
    assert "asked for a script" in shown(browser, Read(), foreign)


def test_a_handler_that_the_list_lets_through_is_noticed(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {**sanitize.ATTRIBUTES, "*": sanitize.ATTRIBUTES["*"] | {"onerror"}}
    monkeypatch.setattr(sanitize, "ATTRIBUTES", listed)
    monkeypatch.setitem(sanitize._SHAPES, "onerror", re.compile(".*"))
    monkeypatch.setattr(sanitize, "_CLEANER", sanitize._cleaner(None))
    monkeypatch.setattr(compose, "_clean", {})
    number = next(at for at in range(len(LINES)) if vector(at).startswith("<image src="))
    assert f"ran {number}" in shown(browser, Read(contents=tuple(contents(number))))
