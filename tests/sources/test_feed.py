"""A feed of any format gives its articles, whole or to be fetched; all else a named error."""

from __future__ import annotations

import contextlib
import json
import pickle
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from feeder.errors import LayoutError, SourceError, TooLargeError
from feeder.models import Candidate, Facts, Key, Page
from feeder.sources import Found
from feeder.sources.feed import Feed

URL = "https://example.org/feed"
FEEDS = Path(__file__).parent / "feeds"
EXPECTED = tomllib.loads((FEEDS / "expected.toml").read_text(encoding="utf-8"))
NAMESPACES = (
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
SENTENCE = "The harbour council met on Tuesday evening to decide about the old cranes. "
ARTICLE = f"<p>{SENTENCE * 6}</p><p>{SENTENCE * 5}</p>"


def discover(body: str | bytes, charset: str | None = None, **options: Any) -> Found:
    data = body.encode() if isinstance(body, str) else body
    return Feed(url=URL, **options).discover(Page(URL, URL, data, charset=charset))


def rss(*items: str, head: str = "") -> str:
    link = "" if "<link>" in head else "<link>https://example.org/</link>"
    return (
        f'<?xml version="1.0"?><rss version="2.0"{NAMESPACES}><channel><title>T</title>{link}{head}'
        f"{''.join(items)}</channel></rss>"
    )


def item(path: str = "/a", more: str = "") -> str:
    return f"<item><title>Story {path}</title><link>https://example.org{path}</link>{more}</item>"


def content(markup: str) -> str:
    return f"<content:encoded><![CDATA[{markup}]]></content:encoded>"


def atom(*entries: str, attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{attributes}>{"".join(entries)}</feed>'


def entry(more: str, title: str = "<title>A story</title>") -> str:
    return f'<entry><id>tag:x,2026:1</id><link href="https://example.org/a"/>{title}{more}</entry>'


def only(found: Found) -> Candidate:
    assert len(found.candidates) == 1
    return found.candidates[0]


def facts(body: str) -> Facts:
    return only(discover(body)).facts


def markup(found: Found) -> str:
    draft = only(found).draft
    assert draft is not None
    return draft.content


def keys(candidate: Candidate, kind: str) -> list[str]:
    return [key.value for key in candidate.keys if key.kind == kind]


def addresses(found: Found) -> list[str]:
    return [candidate.address.removeprefix("https://example.org") for candidate in found.candidates]


@pytest.mark.parametrize("name", EXPECTED)
def test_whole_articles_are_told_from_teasers(name: str) -> None:
    found = discover((FEEDS / name).read_bytes())
    assert [int(c.complete) for c in found.candidates] == EXPECTED[name]["whole"]
    assert not found.faults
    assert all(c.facts.published and c.address.startswith("https://") for c in found.candidates)


@pytest.mark.parametrize("name", EXPECTED)
def test_reading_is_the_same_each_time_and_can_be_sent_to_a_worker(name: str) -> None:
    first = discover((FEEDS / name).read_bytes())
    assert discover((FEEDS / name).read_bytes()) == first
    assert pickle.loads(pickle.dumps(first)) == first
    assert pickle.loads(pickle.dumps(Feed(url=URL))) == Feed(url=URL)


# What an item tells


def test_all_that_an_item_of_rss_tells_is_taken() -> None:
    more = (
        '<guid isPermaLink="false"> id-7 </guid><pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate>'
        "<dc:creator>Ann Example</dc:creator><category>Port</category><category>News</category>"
        f"<description>Two lines &lt;b&gt;of it&lt;/b&gt;.</description>{content(ARTICLE)}"
        '<media:content url="/large.jpg" medium="image" width="1200"/>'
        '<media:thumbnail url="/small.jpg" width="100"/>'
    )
    found = discover(rss(item("/a", more), head="<language>de-AT</language>"))
    candidate = only(found)
    published = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert candidate.facts == Facts(
        title="Story /a",
        summary="Two lines of it.",
        authors=("Ann Example",),
        categories=("Port", "News"),
        published=published,
        image="https://example.org/large.jpg",
        language="de-AT",
    )
    assert candidate.keys[:2] == (Key("guid", "id-7"), Key("url", "example.org/a"))
    assert keys(candidate, "story")
    assert candidate.complete
    assert candidate.draft is not None
    assert candidate.draft.shape == "fragment"
    assert candidate.draft.content == ARTICLE
    assert candidate.draft.base_url == candidate.draft.facts.url == "https://example.org/a"


def test_an_entry_of_atom_has_the_feeds_author_and_its_own_dates() -> None:
    dates = "<published>2026-01-01T00:00:00Z</published><updated>2026-02-01T00:00:00Z</updated>"
    body = atom("<author><name>Ann</name></author>", entry(dates), attributes=' xml:lang="fr"')
    told = facts(body)
    assert told.authors == ("Ann",)
    assert told.language == "fr"
    assert told.published == datetime(2026, 1, 1, tzinfo=UTC)
    assert told.modified == datetime(2026, 2, 1, tzinfo=UTC)
    assert facts(body.replace("</entry>", "<author><name>Bo</name></author></entry>")).authors == (
        "Bo",
    )


def test_rss_1_has_dublin_cores_date_and_items_beside_the_channel() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://example.org/"><title>T</title></channel>'
        '<item rdf:about="https://example.org/a"><title>A</title><link>https://example.org/a</link>'
        "<dc:date>2026-01-01T10:00+01:00</dc:date></item></rdf:RDF>"
    )
    assert facts(body).published == datetime(2026, 1, 1, 9, tzinfo=UTC)


def test_json_feed_1_and_its_attachments() -> None:
    one = {
        "id": 7, "url": "/a", "title": "A & B", "content_text": "one\n\ntwo < three",
        "author": {"name": "Ann"}, "tags": ["x"], "date_published": "2026-01-01T00:00:00Z",
        "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg"}],
    }  # fmt: skip
    document = {"version": "https://jsonfeed.org/version/1", "items": [one, "no item"]}
    found = discover(json.dumps(document))
    told = only(found)
    assert told.facts.title == "A & B"
    assert (told.facts.authors, told.facts.categories) == (("Ann",), ("x",))
    assert keys(told, "guid") == ["7"]
    assert told.address == "https://example.org/a"
    assert markup(found).startswith("<p>one</p><p>two &lt; three</p><p><audio controls ")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("<title>a &amp;amp; b</title>", "a & b"),
        ("<title>AT&amp;T</title>", "AT&T"),
        ("<title><![CDATA[The <em>old</em> crane]]></title>", "The old crane"),
        ("<title>The &lt;video&gt; element</title>", "The <video> element"),
        ("<title>caf&eacute; &nbsp;&copy;</title>", "café ©"),
        ("<title> two\n lines </title>", "two lines"),
        ("<title/>", None),
    ],
)
def test_titles_of_rss_are_read_once(title: str, text: str | None) -> None:
    assert facts(rss(f"<item>{title}<link>/a</link></item>")).title == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("<title>a &lt;b&gt; &amp;amp;</title>", "a <b> &amp;"),
        ('<title type="html">a &lt;b&gt;c&lt;/b&gt; &amp;lt;d&amp;gt;</title>', "a c <d>"),
        (
            '<title type="xhtml"><d xmlns="http://www.w3.org/1999/xhtml">a <b>c</b></d></title>',
            "a c",
        ),
    ],
)
def test_titles_of_atom_are_what_their_type_says(title: str, text: str) -> None:
    assert facts(atom(entry("", title))).title == text


@pytest.mark.parametrize(
    ("element", "html"),
    [
        ("<content>a &lt; b\n\nc</content>", "<p>a &lt; b</p><p>c</p>"),
        ('<content type="html">&lt;p>a&lt;/p></content>', "<p>a</p>"),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; b<br/>c</p>'
            '<img src="i.png"/></div></content>',
            '<p>a &amp; b<br>c</p><img src="i.png">',
        ),
        (
            '<content type="xhtml" xmlns:h="http://www.w3.org/1999/xhtml"><h:div><h:p>a</h:p>'
            "</h:div></content>",
            "<p>a</p>",
        ),
        ('<content type="image/png">iVBORw0KGgo=</content><summary>s</summary>', "<p>s</p>"),
        ('<content type="text/html" src="https://x.org/"/><summary>s</summary>', "<p>s</p>"),
        ('<content type="text/html" mode="base64">PHA+YTwvcD4=</content>', "<p>a</p>"),
    ],
)
def test_content_of_atom_is_what_its_type_says(element: str, html: str) -> None:
    assert markup(discover(atom(entry(element)))) == html


def test_text_in_a_description_becomes_paragraphs() -> None:
    told = "<description>one &amp;amp; two\n\nthree\nfour</description>"
    assert markup(discover(rss(item("/a", told)))) == "<p>one &amp; two</p><p>three<br>four</p>"


def test_sounds_and_films_are_played_in_the_text_and_pictures_are_not() -> None:
    more = (
        '<enclosure url="/a.mp3?x=1&amp;y=2" type="audio/mpeg"/><enclosure url="/b.jpg"'
        ' type="image/jpeg"/><enclosure url="/c.mp4" type="video/mp4"/>'
    )
    found = discover(rss(item("/a", more)))
    assert markup(found) == (
        '<p><audio controls src="https://example.org/a.mp3?x=1&amp;y=2">'
        '</audio><br><a href="https://example.org/a.mp3?x=1&amp;y=2">a.mp3</a></p>'
        '<p><video controls src="https://example.org/c.mp4">'
        '</video><br><a href="https://example.org/c.mp4">c.mp4</a></p>'
    )
    assert only(found).complete
    assert only(found).facts.image == "https://example.org/b.jpg"


def test_the_face_of_an_author_is_no_picture_of_an_article() -> None:
    more = (
        '<dc:creator>Ann</dc:creator><media:content url="https://x.org/face" medium="image">'
        '<media:title type="html">Ann</media:title></media:content>'
        '<media:content url="https://x.org/crane.jpg" medium="image"/>'
    )
    assert facts(rss(item("/a", more))).image == "https://x.org/crane.jpg"


def test_addresses_of_mail_are_not_published() -> None:
    assert facts(rss(item("/a", "<author>ann@example.org (Ann)</author>"))).authors == ("Ann",)
    assert facts(rss(item("/a", "<author>ann@example.org</author>"))).authors == ()


def test_dates_without_a_zone_are_in_the_sources() -> None:
    body = rss(item("/a", "<pubDate>2026-03-02 10:00:00</pubDate>"))
    found = discover(body, timezone="Europe/Berlin")
    assert only(found).facts.published == datetime(2026, 3, 2, 9, tzinfo=UTC)


# Links and keys


@pytest.mark.parametrize(
    ("inner", "address"),
    [
        ("<link> https://example.org/a?utm_source=rss#x </link>", "https://example.org/a#x"),
        ("<link>/a</link>", "https://example.org/a"),
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<link>https://example.org/a</link><guid>https://x.org/g</guid>", "https://example.org/a"),
        (
            "<link>https://feeds.x.org/~r/1</link>"
            "<feedburner:origLink>https://example.org/a</feedburner:origLink>",
            "https://example.org/a",
        ),
        (
            "<link>https://www.google.com/url?q=https://example.org/a&amp;sa=1</link>",
            "https://example.org/a",
        ),
    ],
)
def test_an_items_link_is_its_articles_own_address(inner: str, address: str) -> None:
    assert only(discover(rss(f"<item><title>t</title>{inner}</item>"))).address == address


def test_of_atoms_links_the_page_counts_and_xml_base_resolves_it() -> None:
    links = (
        '<link rel="self" href="self.atom"/><link rel="enclosure" href="e.mp3"/>'
        '<link rel="alternate" type="application/json" href="a.json"/><link href="a.html"/>'
    )
    one = f'<entry xml:base="sub/"><id>1</id><title>t</title>{links}</entry>'
    found = discover(atom(one, attributes=' xml:base="https://b.org/x/"'))
    assert only(found).address == "https://b.org/x/sub/a.html"


def test_an_item_without_a_page_is_told_by_its_guid_and_never_fetched() -> None:
    inner = '<guid isPermaLink="false">n 1</guid><description>A short note.</description>'
    candidate = only(discover(rss(f"<item>{inner}</item>"), full_text="always"))
    assert candidate.address == f"{URL}#n%201"
    assert candidate.complete
    assert candidate.draft is not None
    assert candidate.draft.facts.url is None


@pytest.mark.parametrize(
    ("inner", "guid"),
    [
        (
            '<enclosure url="/1.mp3" type="audio/mpeg"/><title>t</title>',
            "https://example.org/1.mp3",
        ),
        ("<title>A headline</title>", "A headline"),
    ],
)
def test_an_item_without_link_and_guid_stays_one_when_its_text_changes(
    inner: str, guid: str
) -> None:
    for text in ("One.", "Another."):
        body = rss(f"<item>{inner}<description>{text}</description></item>")
        assert keys(only(discover(body)), "guid") == [guid]


@pytest.mark.parametrize(
    "ending",
    [
        "and then…",
        "and then [&#8230;]",
        "and then (...)",
        "and then ... &raquo;",
        "the end.</p><p><a href='x'>Read the full story</a> »",
        "the end.</p><p>Lire l’article complet sur notre site",
        "and then… <a>Weiterlesen</a>",
        "the end.</p><p>[続きを読む]",
    ],
)
def test_however_long_a_text_is_its_ending_tells_a_teaser(ending: str) -> None:
    assert not only(discover(rss(item("/a", content(f"{ARTICLE}<p>{ending}</p>"))))).complete
    assert only(discover(rss(item("/a", content(f"{ARTICLE}<p>Then… it ended.</p>"))))).complete


def test_a_content_that_says_no_more_than_a_teaser_is_one() -> None:
    long = SENTENCE * 9
    teaser = f"<description>{long}</description>{content(f'<p>{long}</p>')}"
    less = f"<description>{long}</description>{content(f'<p>{SENTENCE * 6}</p>')}"
    more = f"<description>{SENTENCE}</description>{content(f'<p>{long}</p>')}"
    found = discover(rss(item("/a", teaser), item("/b", less), item("/c", more)))
    assert [candidate.complete for candidate in found.candidates] == [False, False, True]


def test_what_is_relative_in_a_content_is_so_to_xml_base_or_to_the_article() -> None:
    one = '<content type="html" xml:base="/files/">&lt;img src="a.png"></content>'
    based = only(discover(atom(entry(one), attributes=' xml:base="https://b.org/"'))).draft
    plain = only(discover(atom(entry(one.replace(' xml:base="/files/"', ""))))).draft
    assert based and based.base_url == "https://b.org/files/"
    assert plain and plain.base_url == "https://example.org/a"


def test_a_film_beside_a_teaser_makes_it_no_article() -> None:
    more = '<description>A teaser.</description><media:content url="/c.mp4" type="video/mp4"/>'
    assert not only(discover(rss(item("/a", more)))).complete


def test_what_media_rss_says_of_a_film_is_its_summary() -> None:
    group = "<media:group><media:description>On film.</media:description></media:group>"
    assert facts(rss(item("/a", group))).summary == "On film."
    told = "<description>In words.</description>"
    assert facts(rss(item("/a", group + told))).summary == "In words."


def test_a_link_to_a_script_is_no_link() -> None:
    inner = "<title>t</title><link>javascript:alert(1)</link><description>Text.</description>"
    assert only(discover(rss(f"<item>{inner}</item>"))).address.startswith(f"{URL}#")


def test_a_guid_or_link_that_several_articles_have_is_none_of_theirs() -> None:
    same = '<guid isPermaLink="false">1</guid>'
    found = discover(rss(item("/a", same), item("/b", same), item("/c", "<guid> </guid>")))
    assert [keys(candidate, "guid") for candidate in found.candidates] == [[], [], []]
    home = "<link>https://example.org/</link>"
    one = f"<item><title>One</title>{home}<guid>x1</guid><description>1</description></item>"
    two = f"<item><title>Two</title>{home}<guid>x2</guid><description>2</description></item>"
    found = discover(rss(one, two))
    assert [keys(candidate, "url") for candidate in found.candidates] == [[], []]
    assert len({candidate.address for candidate in found.candidates}) == 2
    assert all(candidate.complete for candidate in found.candidates)
    bare = [f"<item><title>{title}</title>{home}</item>" for title in ("One", "Two")]
    assert {c.address for c in discover(rss(*bare)).candidates} == {"https://example.org/"}


def test_an_article_that_is_listed_twice_is_one() -> None:
    same = "<guid>1</guid>"
    one = item("/a", same)
    found = discover(rss(one, one, one.replace("/a</link>", "/a?utm_medium=x</link>")))
    assert keys(only(found), "guid") == ["1"]


def test_a_guid_that_moves_is_found_again_by_its_story() -> None:
    when = "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>"
    first = only(discover(rss(item("/a", f"<guid>1</guid>{when}"))))
    second = only(discover(rss(item("/a", f"<guid>2</guid>{when}"))))
    assert keys(first, "guid") != keys(second, "guid")
    assert keys(first, "story") == keys(second, "story") != []


def test_an_item_is_the_same_until_what_it_tells_changes() -> None:
    def etag(body: str) -> str | None:
        return discover(body).candidates[-1].validators.etag

    one = item("/a", content(ARTICLE))
    assert etag(rss(one)) == etag(rss(item("/new"), one))
    assert etag(rss(one)) == etag(rss(one.replace("</item>", "<x:comments>7</x:comments></item>")))
    assert etag(rss(one)) != etag(rss(item("/a", content(ARTICLE + "<p>More.</p>"))))


def test_patterns_say_which_addresses_count() -> None:
    body = rss(item("/news/a"), item("/sport/b"), item("/news/live/c"))
    patterns = {"include": ["/news/*"], "exclude": ["/news/live/*"]}
    assert addresses(discover(body, list=patterns)) == ["/news/a"]


def test_pages_are_fetched_always_or_never_where_that_is_said() -> None:
    body = rss(item("/a", content(ARTICLE)), item("/b", "<description>A teaser…</description>"))
    complete = {
        choice: [c.complete for c in discover(body, full_text=choice).candidates]
        for choice in ("auto", "always", "never")
    }
    assert complete == {"auto": [True, False], "always": [False, False], "never": [True, True]}
    unread = only(discover(rss(item("/a")), full_text="never"))
    assert unread.complete and unread.draft
    assert unread.draft.content == '<p><a href="https://example.org/a">Story /a</a></p>'
    with pytest.raises(ValidationError):
        Feed.model_validate({"url": URL, "full_text": "sometimes"})


def test_a_teasers_words_are_a_summary_without_what_leads_on() -> None:
    teaser = "&lt;p>The first words.&lt;/p>&lt;p>&lt;a>Read more&lt;/a>&lt;/p>"
    assert facts(rss(item("/a", f"<description>{teaser}</description>"))).summary == (
        "The first words."
    )


def test_the_page_of_a_teaser_is_read_with_what_the_feed_told() -> None:
    feed = Feed(url=URL)
    candidate = only(discover(rss(item("/a", "<guid>1</guid>"))))
    page = Page(candidate.address, "https://example.org/a", b"<html><p>All of it</p></html>")
    draft = feed.read(candidate, page)
    assert (draft.shape, draft.facts.title) == ("page", "Story /a")
    assert Key("guid", "1") in draft.keys


# What is not as it should be


def test_encodings_are_told_by_header_and_declaration() -> None:
    body = '<?xml version="1.0" encoding="windows-1251"?>' + rss(item("/a")).partition("?>")[2]
    russian = body.replace("Story /a", "Старые краны")
    assert only(discover(russian.encode("cp1251"))).facts.title == "Старые краны"
    assert only(discover(russian.encode("koi8-r"), charset="koi8-r")).facts.title == "Старые краны"
    assert only(discover(b"\xff\xfe" + russian.encode("utf-16-le"))).facts.title == "Старые краны"


def test_what_xml_forbids_and_programs_write_is_read() -> None:
    body = rss(item("/a", "<description>A & B &copy; &unknown;\x0b\x1f</description>"))
    assert markup(discover(body)) == "<p>A &amp; B © &amp;unknown;</p>"


def test_namespaces_that_are_not_declared_or_are_none_cost_nothing() -> None:
    more = content(ARTICLE) + '<media:thumbnail url="/a.jpg"/><dc:creator>Ann</dc:creator>'
    undeclared = only(discover(f"<rss><channel>{item('/a', more)}</channel></rss>"))
    assert (undeclared.facts.image, undeclared.facts.authors) == (
        "https://example.org/a.jpg",
        ("Ann",),
    )
    assert undeclared.complete
    both = "<description>In short.</description><itunes:summary>Of the sound.</itunes:summary>"
    told = only(discover(f"<rss><channel>{item('/a', both)}</channel></rss>"))
    assert told.facts.summary == "In short."
    odd = rss(item("/a", content(ARTICLE) + "<i:x>1</i:x>")).replace("<rss ", '<rss xmlns:i="a b" ')
    assert only(discover(odd)).complete


def test_a_link_behind_many_categories_and_pictures_is_found() -> None:
    categories = "".join(f"<category>c{n}</category>" for n in range(80))
    pictures = '<media:content url="/a.jpg" medium="image"/>' * 40
    groups = f"<media:group>{pictures}</media:group>" * 3
    last = "<title>t</title><link>/a</link><guid>7</guid>"
    found = discover(rss(f"<item>{categories}{groups}{last}</item>"))
    assert keys(only(found), "guid") == ["7"]
    assert only(found).address == "https://example.org/a"


def test_a_feed_that_is_cut_off_gives_what_is_whole_and_a_fault() -> None:
    body = rss(item("/a", content(ARTICLE)), item("/b"), item("/c"))
    for cut in (body.index("/c</title>"), body.rindex("<item>"), body.index("</channel>")):
        found = discover(body[:cut])
        assert [c.address for c in found.candidates][:2] == [
            "https://example.org/a",
            "https://example.org/b",
        ]
        assert found.candidates[0].complete
        assert "ends before its end" in found.faults[0].message
    with pytest.raises(LayoutError, match="no whole item"):
        discover(body[: body.index("</item>")])


def test_an_item_in_broken_xml_costs_no_other_and_is_read_from_its_page() -> None:
    broken = item("/b", f'{content(ARTICLE)}<enclosure url="/b.jpg" type="image/jpeg">')
    whole = item("/a", content(ARTICLE))
    found = discover(rss(whole, broken, item("/c", content(ARTICLE))))
    assert addresses(found) == ["/a", "/b", "/c"]
    assert [candidate.complete for candidate in found.candidates] == [True, False, True]
    assert "1 of 3 items" in found.faults[0].message


def test_an_empty_feed_is_no_fault() -> None:
    assert discover(rss()) == Found()
    assert discover(atom()) == Found()


PAGE = (
    '<!doctype html><html><head><link rel="alternate" type="application/atom+xml"'
    ' href="/all.atom"></head><body>x</body></html>'
)


@pytest.mark.parametrize(
    ("body", "message", "advice"),
    [
        (PAGE, "web page .* https://example.org/all.atom", "all.atom"),
        ("<html><body>x</body></html>", "a web page came", "set url"),
        ("", "empty", ""),
        ("Not found", 'begins with "Not found"', ""),
        ('{"error": "no such feed"}', "no JSON Feed: .* the keys error", "json"),
        ("[1]", "an array of 1", ""),
        ('{"items": [', "JSON ends before its end", ""),
        ("<urlset><url/></urlset>", "sitemap", "sitemap"),
        ("<opml><body/></opml>", "OPML", "xmlUrl"),
        ("<xml/>", "begins with <xml>", ""),
        ("<", "no XML", ""),
        ("\x89PNG\r\n", "PNG", ""),
        ('<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss/>', "entities of its own", ""),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss/>', "entities of its own", ""),
        ("<!DOCTYPE rss [", "no end", ""),
    ],
)
def test_what_is_no_feed_is_named(body: str, message: str, advice: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        discover(body.encode("latin-1"))
    assert advice in caught.value.advice


def test_document_types_of_old_feeds_are_passed_over_and_nothing_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for declared in (
        'rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/0.91.dtd"',
        f'rss SYSTEM "file://{secret}"',
        f'rdf:RDF [<!ENTITY % x SYSTEM "file://{secret}"> %x; <!ENTITY nbsp "&#160;">]',
    ):
        body = rss(item("/a", "<description>&nbsp;&x;</description>"))
        found = discover(f"<!DOCTYPE {declared}>" + body.partition("?>")[2])
        assert only(found).facts.title == "Story /a"
        assert "secret" not in repr(found)


def test_of_very_many_items_the_newest_count() -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    days = [(start + timedelta(hours=n)).isoformat() for n in range(3_000)]
    items = [item(f"/s/{n}", f"<dc:date>{day}</dc:date>") for n, day in enumerate(days)]
    found = discover(rss(*items))
    assert addresses(found) == [f"/s/{n}" for n in range(2_800, 3_000)]


REPEATED = {
    "items": ("<item>", "<title>a</title></item>" * 60_000),
    "depth": ("<item><link>/a</link>", "<b>" * 100_000),
    "elements": ("<item><link>/a</link>", "<category>x</category>" * 50_000 + "</item>"),
    "media": ("<item><link>/a</link><media:group>", '<media:content url="x"/>' * 50_000),
    "lines": ("<item><link>/a</link><description>", "\n a" * 300_000 + "</description></item>"),
    "marked sections": ("<item>", "<![CDATA[" * 100_000),
    "comments": ("<item>", "<!--" * 200_000),
    "attributes": ("<item ", 'a="1" ' * 100_000),
    "open items": ("", "<item>" * 50_000),
    "links": ("<item><link>/a</link>", "<link>/x</link>" * 50_000 + "</item>"),
    "ampersands": ("<item><link>/a</link><description>", "&" * 300_000),
}


@pytest.mark.parametrize("kind", REPEATED)
def test_hostile_feeds_end_in_linear_time(kind: str) -> None:
    before, repeated = REPEATED[kind]
    body = rss().partition("</channel>")[0] + before + repeated + "</channel></rss>"
    discover(rss(item()))  # feedparser's import is none of it
    best = min(_seconds(body) for _ in range(2))
    # Each takes a tenth to half of a second on a free machine; what is quadratic takes minutes.
    assert best < 4


def _seconds(body: str) -> float:
    start = time.process_time()
    with contextlib.suppress(SourceError):
        discover(body)
    return time.process_time() - start


@pytest.mark.parametrize("character", ["<", "&"])
def test_more_tags_or_references_than_any_feed_has_are_refused(character: str) -> None:
    with pytest.raises(TooLargeError, match="over 1,000,000"):
        discover(rss(item("/a", content(character * 1_000_001))))


@pytest.mark.parametrize("name", ["wordpress-full-en.xml", "atom-xhtml-en.xml", "podcast-en.xml"])
def test_no_damage_to_a_feed_is_unforeseen(name: str) -> None:
    body = (FEEDS / name).read_bytes()
    for at in range(0, len(body), max(1, len(body) // 40)):
        for damaged in (body[:at], body[at:], body[:at] + b"<\xff\x00&]]>" + body[at + 9 :]):
            try:
                found = discover(damaged)
            except SourceError as error:
                assert error.message
            else:
                assert all(len(fault.message) < 400 for fault in found.faults)
