"""What other people's validators would find is found, and nothing of ours has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeder.config.settings import FeedSettings
from feeder.generator import Renderer
from feeder.generator.atom import Atom
from feeder.generator.html import Html
from feeder.generator.json_feed import JsonFeed
from feeder.generator.opml import Opml
from feeder.generator.rss import Rss
from feeder.models import (
    Attribution,
    Catalogue,
    Document,
    Enclosure,
    Entry,
    Feed,
    FeedEntry,
    FormatLink,
    Listed,
)
from feeder.outputs.directory import Directory
from feeder.publish.compose import SourceLabel, compose
from tests.validating import assert_valid, assert_valid_folder, faults, validated

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
TALK = Enclosure("https://news.example/talk.mp3", "audio/mpeg", 1234)
ENTRY = FeedEntry(
    id="tag:news.example,2026:one",
    title="The bridge is open",
    html='<p>The <a href="https://news.example/river">river</a> went down.</p>',
    published=NOON,
    updated=NOON,
    url="https://news.example/one",
    summary="It went down.",
    categories=("Bridges",),
    authors=("Ann",),
    language="uk",
    attribution=Attribution("Paper", "https://paper.example/"),
    image="https://news.example/m.jpg",
    enclosures=(TALK,),
)
FEED = Feed(
    id="tag:news.example,2026:feeds/river",
    name="river",
    title="River news",
    updated=NOON,
    author="River news",
    self_url="",
    entries=(ENTRY, replace(ENTRY, id="tag:news.example,2026:two", url="https://news.example/2")),
    site_url="https://news.example/",
    language="en",
)
RENDERERS: dict[str, Renderer] = {
    ".atom": Atom(), ".rss": Rss(), ".json": JsonFeed(), ".html": Html(),
}  # fmt: skip
LISTED = Listed(
    "river", "River", (FormatLink("atom", "application/atom+xml", "https://news.example/r.atom"),)
)


def document(suffix: str, **changes: Any) -> Document:
    """The feed with the entries' fields changed, in one format."""
    entries = tuple(replace(entry, **changes) for entry in FEED.entries)
    return rendered(suffix, replace(FEED, entries=entries))


def rendered(suffix: str, feed: Feed) -> Document:
    if suffix == ".opml":
        return Opml().render(Catalogue("All", "https://news.example/", (LISTED,)))
    if suffix == ".css":
        return Document("feed.css", "text/css", b"feed { color: black }\n")
    return RENDERERS[suffix].render(replace(feed, self_url=f"https://news.example/river{suffix}"))


@pytest.mark.parametrize("file", sorted(GOLDEN.iterdir()), ids=lambda file: file.name)
def test_what_is_kept_as_an_example_is_valid(file: Path) -> None:
    name = file.name if file.suffix == ".opml" else f"river{file.suffix}"
    assert_valid(Document(name, "", file.read_bytes()))


@pytest.mark.parametrize("suffix", [*RENDERERS, ".opml", ".css"])
def test_a_document_of_each_kind_is_valid(suffix: str) -> None:
    assert faults(rendered(suffix, FEED)) == []


ATOM_BREAKS = [
    ("<updated>2026-03-05T12:00:00Z</updated>", "", "schema"),
    (">The bridge is open<", "><b/><", "schema"),
    ('rel="self"', 'rel="related"', "MissingSelf"),
    ("river.atom", "lake.atom", "SelfDoesntMatchLocation"),
    ("2026:two", "2026:one", "DuplicateEntries"),
    ("feeds/river</id>", "feeds/riv%65r</id>", "NonCanonicalURI"),
    ("tag:news.example,2026:one", "HTTP://news.example:80", "InvalidTAG"),
    ("tag:news.example,2026:one", "http://news.example:80/a", "NonCanonicalURI"),
    ("tag:news.example,2026:one", "http://news.example", "NonCanonicalURI"),
    ("tag:news.example,2026:one", "http://news.example/a/../b", "NonCanonicalURI"),
    ("tag:news.example,2026:one", "a b", "InvalidTAG"),
    ("https://news.example/one", "https://news.example/o|ne", "InvalidUriChar"),
    ("https://news.example/one", "https://news.example/o[n]e", "InvalidUriChar"),
    ("https://news.example/one", "javascript:alert(1)", "InvalidUriChar"),
    ("https://news.example/m.jpg", "https://news.example/ü.jpg", "InvalidUriChar"),
    ('lang="uk"', 'lang="qq"', "InvalidLanguage"),
    ('type="audio/mpeg"', 'type="audio"', "schema"),
    ('rel="via"', 'rel="seen-at"', "UnregisteredAtomLinkRel"),
    ('rel="via"', 'rel="current"', "FeedHistoryRelInEntry"),
    ('rel="via"', 'rel="alternate" type="text/html"', "DuplicateAtomLink"),
    ("2026-03-05T12:00:00Z</published>", "1969-12-31T12:00:00Z</published>", "ImplausibleDate"),
    ("2026-03-05T12:00:00Z</published>", "2026-03-05T12:00:01Z</published>", "ImplausibleDate"),
    ("The bridge is open", "The &lt;b&gt;bridge&lt;/b&gt; is open", "ContainsUndeclaredHTML"),
    ("The bridge is open", "The bridge &amp;amp; is open", "ContainsUndeclaredHTML"),
    ("The bridge is open", "The bridge &amp;#39; is open", "ContainsUndeclaredHTML"),
    ("It went down.", "It went\u0092down.", "BadCharacters"),
    ("It went down.", "It \u202ewent down.", "BadCharacters"),
    ("It went down.", " ", "NotBlank"),
    ("<title>River news</title>", '<title>River news</title><media:group/>', "MediaGroup"),
    ("<feed ", '<feed xml:base="https://news.example/" ', "SameDocumentReference"),
    ("<id>https://paper.example/</id>", "", "MissingSourceElement"),
    ("<title>River news</title>", '<title>R</title><fh:archive xmlns:fh="http://purl.org/'
     'syndication/history/1.0"/>', "MissingCurrentInArchive"),
]  # fmt: skip
CONTENT_BREAKS = [
    ("<b>The river", "NotHtml"),
    ("<p>The</b> river</p>", "NotHtml"),
    ("<p>The &nosuch; river</p>", "NotHtml"),
    ("<p>The\u0085river</p>", "BadCharacters"),
    ("<river>The river</river>", "SecurityRisk: an element river"),
    ("<script>1</script>", "SecurityRisk"),
    ("<form>1</form>", "SecurityRisk"),
    ('<p onclick="1">The river</p>', "SecurityRiskAttr"),
    ('<p style="x">The river</p>', "SecurityRiskAttr"),
    ('<a href="/river">The river</a>', "ContainsRelRef"),
    ('<a href="#river">The river</a>', "ContainsRelRef"),
    ('<img src="m.jpg" alt="">', "ContainsRelRef"),
    ('<img src="https://a.example/m" srcset="https://a.example/m 2x, n.jpg 3x">', "ContainsRelRef"),
    ('<img src="https://news.example/a b" alt="">', "InvalidUriChar"),
    ('<a href="javascript:alert(1)">The river</a>', "InvalidUriChar"),
    ('<img src="data:image/png;base64,AA" alt="">', "InvalidUriChar"),
    (" ", "NotBlank"),
]
RSS_BREAKS = [
    ('version="2.0"', 'version="0.91"', "InvalidRSSVersion"),
    ('rel="self"', 'rel="related"', "MissingAtomSelfLink"),
    ("river.rss", "lake.rss", "SelfDoesntMatchLocation"),
    ("2026:two", "2026:one", "DuplicateValue"),
    ('isPermaLink="false"', "", "InvalidPermalink"),
    ("tag:news.example,2026:one", "one", "InvalidTAG"),
    ("Thu, 05 Mar 2026 12:00:00 GMT</pubDate>", "Fri, 05 Mar 2026 12:00:00 GMT</pubDate>",
     "IncorrectDOW"),
    ("Thu, 05 Mar 2026 12:00:00 GMT</pubDate>", "2026-03-05T12:00:00Z</pubDate>",
     "InvalidRFC2822Date"),
    ("Thu, 05 Mar 2026 12:00:00 GMT</pubDate>", "Thu, 05 Mar 2026 12:00:01 GMT</pubDate>",
     "ImplausibleDate"),
    ("The bridge is open", "The &lt;b&gt;bridge&lt;/b&gt; is open", "CharacterData"),
    ("The bridge is open", "The bridge &amp;amp; is open", "ContainsUndeclaredHTML"),
    ("<description>River news</description>", "", "MissingElement"),
    ("<language>en<", "<language>qq<", "InvalidLanguage"),
    ('length="1234"', 'length="long"', "InvalidIntegerAttribute"),
    ('type="audio/mpeg"', 'type="audio"', "InvalidMIMEType"),
    ("<guid ", "<author>Ann</author><guid ", "InvalidContact"),
    ("<guid ", "<author>ann@news.example (Ann)</author><guid ", "DuplicateItemSemantics"),
    ("<title>The", "<content:encoded>x</content:encoded><title>The",
     "NeedDescriptionBeforeContent"),
    ("<guid ", "<link>https://news.example/x</link><guid ", "DuplicateElement"),
    ("https://news.example/one<", "news.example/one<", "InvalidUriChar"),
]  # fmt: skip
JSON_BREAKS = [
    ('"version":"https://jsonfeed.org/version/1.1",', "", "schema"),
    ('"id":"tag:news.example,2026:one"', '"id":1', "schema"),
    ('"title":"The bridge is open"', '"titel":"The bridge is open"', "schema"),
    ('"date_published":"2026-03-05T12:00:00Z"', '"date_published":"2026-03-05"', "schema"),
    ('"size_in_bytes":1234', '"size_in_bytes":-1', "schema"),
    ('"tags":["Bridges"]', '"tags":["Bridges","Bridges"]', "schema"),
    ("river.json", "lake.json", "SelfDoesntMatchLocation"),
    ("2026:two", "2026:one", "DuplicateEntries"),
    ("2026:one", "2026:o ne", "InvalidTAG"),
    ("audio/mpeg", "audio/", "schema"),
    ('"language":"uk"', '"language":"qq"', "InvalidLanguage"),
    ("https://news.example/one", "https://news.example/o^ne", "InvalidUriChar"),
    ("The bridge is open", " ", "NotBlank"),
    ("It went down.", "It went\u0092down.", "BadCharacters"),
    ("went down.</p>", "went down.</b>", "NotHtml"),
]
OTHER_BREAKS = [
    (".opml", 'version="2.0"', 'version="3.0"', "InvalidOPMLVersion"),
    (".opml", "xmlUrl=", "xmlURL=", "listparser"),
    (".opml", "https://news.example/r.atom", "news.example/r.atom", "InvalidUriChar"),
    (".opml", 'text="River"', 'text=" "', "NotBlank"),
    (".html", "</title>", "</title><title>x</title>", "NotHtml: it has not exactly one title"),
    (".html", "</main>", "</section>", "NotHtml"),
    (".html", "<body", '<body onload="x"', "SecurityRiskAttr"),
    (".html", 'href="https://news.example/one"', 'href="/one"', "InvalidUriChar"),
    (".css", "color: black", "color black", "CSS"),
    (".css", "color: black", "background: url(x)", "CSS: it loads"),
    (".css", "feed", "@import 'x'; feed", "CSS: it imports"),
    (".css", "feed", "@media print { a { background: url('x') } } feed", "CSS: it loads"),
]
BREAKS = [
    *((".atom", *each) for each in ATOM_BREAKS),
    *((".rss", *each) for each in RSS_BREAKS),
    *((".json", *each) for each in JSON_BREAKS),
    *OTHER_BREAKS,
]


@pytest.mark.parametrize(("suffix", "old", "new", "fault"), BREAKS)
def test_each_fault_is_found_by_name(suffix: str, old: str, new: str, fault: str) -> None:
    good = rendered(suffix, FEED)
    text = good.body.decode()
    assert old in text
    found = faults(replace(good, body=text.replace(old, new, 1).encode()))
    assert any(each.startswith(fault) for each in found), found


@pytest.mark.parametrize("suffix", [".atom", ".rss", ".json"])
@pytest.mark.parametrize(("html", "fault"), CONTENT_BREAKS)
def test_each_fault_of_content_is_found_in_each_format(suffix: str, html: str, fault: str) -> None:
    found = faults(document(suffix, html=html))
    assert any(each.startswith(fault) for each in found), found


def test_the_same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    good = document(".json", title="Read once")
    assert_valid(good)
    monkeypatch.setattr("tests.validators.json_feed.readings.json_feed", None)
    assert_valid(good)
    with pytest.raises(TypeError):
        assert_valid(document(".json", title="Read anew"))


def test_what_is_put_into_a_public_folder_fails_the_test_that_put_it(tmp_path: Path) -> None:
    bad = document(".json", html="<p>The</b> river</p>")
    with pytest.raises(AssertionError, match="NotHtml"), validated():
        Directory(tmp_path).put(bad)
    with pytest.raises(AssertionError, match="NotHtml"):
        assert_valid_folder(tmp_path)


def test_a_renamed_feed_may_lie_at_its_old_place_beside_its_new_one(tmp_path: Path) -> None:
    new = rendered(".atom", FEED)
    old = replace(new, path="old.atom")
    with validated():
        Directory(tmp_path).put(old)
        Directory(tmp_path).put(new)
    assert_valid_folder(tmp_path)
    with pytest.raises(AssertionError, match="SelfDoesntMatchLocation"), validated():
        Directory(tmp_path / "alone").put(old)


TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&;/#'\"ab\x85\u202e\ufffd %[]|")), max_size=40
)
URLS = st.builds("https://{}/{}".format, st.sampled_from(["a.example", "ü.example"]), TEXTS)


ARTICLES = st.tuples(
    TEXTS, TEXTS, TEXTS, URLS, st.sampled_from(["en", "qq", "x", "de-AT", "en_GB", ""])
)


@settings(max_examples=40)
@given(ARTICLES)
def test_whatever_an_article_says_each_format_is_valid(
    article: tuple[str, str, str, str, str],
) -> None:
    assert_valid_in_each_format(*article)


@pytest.mark.slow
@settings(max_examples=1000)
@given(ARTICLES)
def test_whatever_many_articles_say_each_format_is_valid(
    article: tuple[str, str, str, str, str],
) -> None:
    assert_valid_in_each_format(*article)


def assert_valid_in_each_format(title: str, words: str, name: str, url: str, language: str) -> None:
    entry = Entry(
        id="tag:news.example,2026:one",
        source="river",
        title=title,
        html=f'<p>{words}<a href="{url}">x</a></p>',
        text=words,
        published=NOON,
        updated=NOON,
        first_seen=NOON,
        url=url,
        summary=name,
        authors=(name,),
        categories=(name, title),
        language=language,
        attribution=Attribution(name, url),
    )
    label = SourceLabel("tag:news.example,2026:sources/river", "The river")
    shown = compose(entry, label, FeedSettings(name="river", title="River"))
    for suffix in RENDERERS:
        assert faults(rendered(suffix, replace(FEED, entries=(shown,)))) == []
