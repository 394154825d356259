"""Pages without script: what is there, found, paged, explained; what a stranger cannot do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import event

from feeder.app import App, load, open_app
from feeder.models import Fault, Outcome
from feeder.store.sources import SourceSpec
from tests.server.pages.looking import Visitor, serving
from tests.server.pages.town import SOURCES, story

PLACES = (
    "",
    "?state=broken&q=mill",
    "sources/harbour-news",
    "sources/chess-club",
    "feeds",
    "feeds/harbour-news",
    "add",
    "quarantine/1",
    "sources/nobody",
)


def test_every_source_is_on_the_first_page_those_first_that_need_somebody(
    visitor: Visitor,
) -> None:
    page = visitor.ask().page
    rows = [row.get("id").removeprefix("source-") for row in page.xpath("//tbody/tr")]
    assert sorted(rows) == sorted(source.name for source in SOURCES)
    assert rows[:5] == ["bakery-blog", "old-mill", "subscribers-only", "weekly-ledger", "tram-desk"]
    assert rows[-1] == "lighthouse"


def test_a_row_says_how_a_source_is_why_and_when_it_is_next_looked_at(visitor: Visitor) -> None:
    [row] = visitor.ask().page.xpath("//tr[@id='source-subscribers-only']")
    words = " ".join(row.text_content().split())
    assert "blocked for 5 h" in words or "blocked for 6 h" in words
    assert "a log-in stands where the page should" in words
    assert "after 4 failures in a row" in words
    [state] = row.xpath(".//span[@class='standing']")
    assert state.xpath("svg/rect") and state.text_content().strip() == "blocked"
    charts = row.xpath(".//svg[@role='img']/@aria-label")
    assert charts[0].endswith("6 failed") and charts[1].startswith("Time that the last 8")


def test_the_first_page_tells_who_keeps_it_fresh_what_is_held_and_what_was_not_told(
    visitor: Visitor,
) -> None:
    words = visitor.ask().words
    assert "5 of 12 sources need a look." in words
    assert 'all of them begin with "Win a prize"' in words
    assert "hub https://hub.example/: 1 message" in words
    assert "no answer within 5 s" in words
    assert "Nobody, just now" in words


def test_sources_are_found_by_words_and_by_state(visitor: Visitor) -> None:
    def found(query: str) -> list[str]:
        rows = visitor.ask(f"?{query}").page.xpath("//tbody/tr/@id")
        return [row.removeprefix("source-") for row in rows]

    assert found("q=MILL") == ["old-mill"]
    assert found("q=harbour+news") == ["harbour-news"]
    assert found("state=paused") == ["lighthouse"]
    assert found("state=ok&q=e") == ["harbour-news", "night-train", "observatory", "town-council"]
    assert found("state=nonsense&page=0") == found("")
    assert found("q=%25") == [] and found("q=_") == []
    assert found("page=99999999999999999999") == found("")


def test_a_source_page_has_its_faults_transitions_entries_and_what_was_dropped(
    visitor: Visitor,
) -> None:
    words = visitor.ask("sources/subscribers-only").words
    assert "give it the cookie of somebody who may read it" in words
    assert "it asks for a log-in" in words
    ledger = visitor.ask("sources/weekly-ledger").words
    assert "no-article: there is no article in it" in ledger and "say in [article]" in ledger
    news = visitor.ask("sources/harbour-news")
    assert "share bar" in news.words and "Share this Tweet Mail Print" in news.words
    assert len(news.page.xpath("//section[@id='entries']//li")) > 1
    assert "it has a feed of its own" in visitor.ask("sources/observatory").words


def test_older_entries_are_a_page_further(everything: App, visitor: Visitor) -> None:
    name = "harbour-news"
    known = [entry.id for entry in everything.store.newest([name], limit=1000)]
    seen, place = list[str](), f"sources/{name}"
    while place:
        page = visitor.ask(place).page
        links = page.xpath("//section[@id='entries']//li//a/@href")
        seen += [link.partition("id=")[2] for link in links]
        older = page.xpath("//section[@id='entries']/p/a/@href")
        place = f"sources/{name}{older[0].partition('#')[0]}" if older else ""
    assert len(seen) == len(set(seen)) == len(known)


def test_an_entry_is_shown_as_it_was_cleaned_beside_how_it_was_fetched(
    everything: App, visitor: Visitor
) -> None:
    kept = everything.store.pages("harbour-news")[-1]
    [link] = [
        link
        for link in visitor.ask("sources/harbour-news").page.xpath(
            "//section[@id='entries']//@href"
        )
        if link.endswith("%2F" + kept.address.rpartition("/")[2])
    ]
    entry = visitor.ask(link.removeprefix("../"))
    assert "share bar" in entry.words and "article > div.story" in entry.words
    assert "of harbour-news, which reads" in entry.words
    assert "that it may show, newest first" in entry.words
    assert "No change of its words is on record." in entry.words
    clean, raw = entry.page.xpath("//iframe")
    assert clean.get("sandbox") == raw.get("sandbox") == ""
    article, page = visitor.ask(clean.get("src")), visitor.ask(raw.get("src"))
    assert "the plan had been agreed" in article.words and "Sign up" not in article.words
    assert "Sign up for our morning letter" in page.text and "ads.example" in page.text
    for framed in (article, page):
        policy = framed.headers["content-security-policy"].split("; ")
        assert {"sandbox", "default-src 'none'", "img-src 'none'"} <= set(policy)
        assert not any(one.startswith("script-src") for one in policy)
        assert framed.headers["x-content-type-options"] == "nosniff"


def test_what_a_stranger_wrote_is_no_document_of_ours(visitor: Visitor, everything: App) -> None:
    kept = everything.store.pages("harbour-news")[-1]
    entry = next(
        entry
        for entry in everything.store.newest(["harbour-news"], limit=1000)
        if entry.url == kept.address
    )
    for place in ("entry/page", "entry/article"):
        opened = visitor.ask(f"{place}?id={entry.id}", headers={"sec-fetch-dest": "document"})
        assert opened.status == 404
        framed = visitor.ask(f"{place}?id={entry.id}", headers={"sec-fetch-dest": "iframe"})
        assert framed.status == 200


@pytest.mark.parametrize("place", PLACES)
def test_a_page_loads_nothing_from_elsewhere_and_may_not_be_framed(
    editor: Visitor, place: str
) -> None:
    reply = editor.ask(place)
    policy = dict(one.split(" ", 1) for one in reply.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert reply.headers["x-content-type-options"] == "nosniff"
    page = reply.page
    loaded = page.xpath("//link[@rel!='icon']/@href | //script/@src | //img/@src | //iframe/@src")
    assert not [address for address in loaded if "//" in address]
    assert not page.xpath("//*[@style] | //style | //@*[starts-with(name(), 'on')]")
    assert not page.xpath("//script[not(@src)]")
    assert len(page.xpath("//h1")) == 1 and page.get("lang") == "en"
    outward = page.xpath("//main//a[starts-with(@href, 'https://')]")
    assert all(link.get("rel") == "noreferrer noopener" for link in outward)


def test_what_may_be_loaded_is_there_and_may_be_kept(visitor: Visitor) -> None:
    for address in visitor.ask().page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        reply = visitor.ask(address)
        assert reply.status == 200 and "immutable" in reply.headers["cache-control"]
        assert visitor.ask(address.partition("?")[0]).headers["cache-control"] == "no-cache"
    assert visitor.ask("static/standings.tsv").status == 404
    assert visitor.ask("static/..%2fstandings.tsv").status == 404


@pytest.mark.parametrize(
    "place",
    [
        "sources/nobody",
        "sources/%ff%00",
        "feeds/nobody",
        "quarantine/99",
        "quarantine/99999999999999999999999",
        "quarantine/%F0%9D%9F%8F",
        "entry",
        "entry?id=%00%ff",
        "entry/page?id=x",
        "entry/article?id=x",
    ],
)
def test_what_is_not_there_is_said_on_a_page(visitor: Visitor, place: str) -> None:
    reply = visitor.ask(place)
    assert reply.status == 404 and "There is no such" in reply.words


def test_the_address_without_its_slash_leads_to_the_first_page(visitor: Visitor) -> None:
    reply = visitor.ask("/status")
    assert (reply.status, reply.headers["location"]) == (308, "status/")


def test_who_may_only_look_sees_no_buttons(visitor: Visitor, editor: Visitor) -> None:
    for place in ("", "sources/harbour-news", "quarantine/1"):
        assert not visitor.ask(place).page.xpath("//form[@method='post']")
        assert editor.ask(place).page.xpath("//form[@method='post']")
    assert visitor.ask("add").status == 403 and editor.ask("add").status == 200


def test_there_are_no_pages_for_who_asks_by_somebody_elses_name(visitor: Visitor) -> None:
    assert visitor.ask(headers={"host": "evil.example"}).status == 403


def test_a_project_without_sources_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeder.toml").write_text("")
    with open_app(load(tmp_path / "config")) as app, serving(app) as nobody:
        reply = nobody.ask()
        assert "There are no sources yet." in reply.words and "config/sources/" in reply.words
        assert "There are no feeds yet" in nobody.ask("feeds").words
        with serving(app, actions=True) as editor:
            assert editor.ask().page.xpath("//main//a[@href='add']")


def test_thousands_of_sources_come_a_hundred_a_page_and_no_article_is_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeder.toml").write_text("")
    now = datetime.now(UTC)
    asked = list[str]()
    with open_app(load(tmp_path / "config")) as app, serving(app) as visitor:
        specs = [SourceSpec(f"source-{n:04}", f"Source {n}", "feed") for n in range(5000)]
        app.store.sync(specs, now)

        def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        event.listen(app.store._database.engine, "before_cursor_execute", note)
        page = visitor.ask("?page=50").page
        assert page.xpath("//tbody/tr/@id")[-1] == "source-source-4999"
        assert "Page 50 of 50" in page.text_content()
        assert len(page.xpath("//tbody/tr")) == 100
        rows = visitor.ask("?q=source+7").page.xpath("//tbody/tr")
        assert len(rows) == 100
    assert not [one for one in asked if "entry.html" in one or "entry.text" in one]
    assert len(asked) < 40, "a query for each source"


def test_what_no_page_can_carry_is_taken_out_of_what_strangers_wrote(own: App) -> None:
    strange = "\ud800<b>\x00\x1b[2J\u202eevil\u2066\u200f ملح \U0001f9c2" + "x" * 100_000
    told = {"title": strange, "authors": (strange,), "url": "javascript:alert(1)"}
    changed = story(own, "museum", 9_000, datetime.now(UTC), **told)
    now = datetime.now(UTC)
    [lease] = own.store.claim(now, timedelta(minutes=1), names=["museum"], force=True)
    fault = Fault(strange, strange, strange, strange)
    outcome = Outcome("museum", now, now, failure=fault, faults=(fault,) * 5, hints=(strange,))
    own.store.record(lease, [changed], (), outcome, now, now, failed=True, because=strange)
    with serving(own) as visitor:
        for place in ("", "sources/museum", f"entry?id={changed.entry.id}"):
            reply = visitor.ask(place)
            assert reply.status == 200 and len(reply.body) < 200_000
            assert "ملح \U0001f9c2" in reply.words or place == ""
            assert not set("\x00\x1b\u202e\u2066\u200f") & set(reply.text)
            assert not reply.page.xpath(
                "//b[starts-with(text(), '[2J')] | //@href[contains(., 'alert')]"
            )


def test_pages_work_below_whatever_address_a_server_in_front_puts_them_at(own: App) -> None:
    below = replace(own, settings=replace(own.settings, public_url="http://localhost:8080/a/b/"))
    with serving(below, actions=True) as editor:
        source = editor.ask("/a/b/status/sources/museum")
        assert "Museum of Glass" in source.words
        links = source.page.xpath("//header//a/@href | //link[@rel='stylesheet']/@href")
        assert not [link for link in links if link.startswith("/")]
        for link in links:
            assert editor.ask(urljoin("/a/b/status/sources/museum", link)).status == 200
        fields = {
            one.get("name"): one.get("value")
            for one in source.page.xpath("//form[contains(@action, 'pause')]/input")
        }
        sent = editor.send("/a/b/status/sources/museum/pause", fields)
        assert sent.headers["location"].startswith("../../sources/museum?note=")
