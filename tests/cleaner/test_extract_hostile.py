"""Whatever a page is, the cleaner ends soon with a safe article, none, or a refusal by name."""

from __future__ import annotations

import json
import os
import random
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeder.cleaner.markup.extract import extract
from feeder.errors import NotTextError, TooLargeError
from feeder.models import Article
from feeder.rules.grammar import read_rules
from feeder.rules.model import SiteRules
from tests.cleaner import hostile
from tests.cleaner.fuzzing import check
from tests.cleaner.hostile import END, STORY, WORDS, page
from tests.cleaner.no_article import PAGES
from tests.cleaner.test_sanitize import NASTY

URL = "https://site.example/news/one"
RULES = read_rules(
    "title: //h1\nauthor: //*[@class='author']\ndate: //time\nbody: //article | //body\n"
    "strip: //aside\nstrip_id_or_class: share\nstrip_image_src: pixel\n"
    "find_string: <o:p>\nreplace_string: <p>",
    "hostile.txt",
)
SOAK = float(os.environ.get("FEEDER_SOAK", "1"))
TAGS = 10_000
A_TAG = 0.0003
"""Seconds of CPU a tag at most: the slowest kind of page takes a fifth of it."""
CHARACTERS = 300_000


def ends(html: str | bytes, seconds: float, rules: SiteRules | None = None) -> Article | None:
    """The article, checked, after at most so much CPU time; None where it is refused by name."""
    for fragment in (None, True) if rules is None else (None,):
        began = time.process_time()
        try:
            article = extract(html, URL, fragment=fragment, rules=rules)
        except TooLargeError:
            article = None
        taken = time.process_time() - began
        assert taken < seconds, f"{taken:.1f} s"
        if article is not None and len(article.html) < 200_000:
            check(article)
    return article


def short(text: str) -> str:
    return json.dumps(text)[1:25]


# --- how long it takes --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", hostile.KINDS, ids=short)
def test_no_number_of_tags_takes_long(kind: str) -> None:
    _many_tags(kind, 2 * TAGS)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_no_great_number_of_tags_takes_long() -> None:
    for kind in random.sample(hostile.KINDS, k=max(12, int(len(hostile.KINDS) * SOAK))):
        _many_tags(kind, 6 * TAGS)


def _many_tags(kind: str, tags: int) -> None:
    ends(hostile.many(kind, tags), 1 + tags * A_TAG)
    ends(hostile.many(kind, tags), 1 + 2 * tags * A_TAG, RULES)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["<div>", "<b>", "<ul><li>", "<font>", "<table><tr><td>", "<a>"])
def test_a_hundred_thousand_nested_tags_take_not_long(kind: str) -> None:
    ends(kind * (100_000 // kind.count("<")) + WORDS, 30)
    ends(page(STORY + kind * (1_900 // kind.count("<")) + "<b>x</b>" * TAGS + END), 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["navigation", "site-footer", "comments", "share", "related"])
def test_boxes_of_furniture_in_each_other_are_not_read_time_and_again(name: str) -> None:
    inside = "<a>x</a>" * 4 * TAGS + "word " * TAGS
    ends(page(STORY + f"<div class={name}>beside it " * 1_900 + inside), 6)


@pytest.mark.parametrize(("tag", "name"), hostile.ATTRIBUTES, ids=str)
def test_no_long_attribute_takes_long(tag: str, name: str) -> None:
    for value in hostile.VALUES:
        began = time.process_time()
        ends(hostile.long_value(tag, name, value, CHARACTERS // 5), 1.5)
        assert time.process_time() - began < 3, value


@pytest.mark.slow
@pytest.mark.parametrize(("tag", "name"), hostile.ATTRIBUTES, ids=str)
def test_no_very_long_attribute_takes_long(tag: str, name: str) -> None:
    for value in hostile.VALUES:
        ends(hostile.long_value(tag, name, value, 3 * CHARACTERS), 4)


@pytest.mark.slow
@pytest.mark.parametrize("holder", hostile.HOLDERS)
def test_no_long_text_takes_long(holder: str) -> None:
    for text in hostile.TEXTS:
        ends(hostile.long_text(holder, text, CHARACTERS // 10), 1.5)


@pytest.mark.slow
@pytest.mark.parametrize("holder", hostile.HOLDERS)
def test_no_very_long_text_takes_long(holder: str) -> None:
    for text in hostile.TEXTS:
        ends(hostile.long_text(holder, text, CHARACTERS), 5)


@pytest.mark.parametrize("kind", hostile.LINKED)
def test_no_linked_data_takes_long(kind: str) -> None:
    ends(hostile.linked(hostile.LINKED[kind](10_000)), 3)


@pytest.mark.parametrize("separator", [" | a", "a_", " w"])
def test_a_page_that_is_called_by_seven_hundred_titles_takes_not_long(separator: str) -> None:
    names = "og:title twitter:title citation_title dc.title dcterms.title parsely-title".split()
    head = "".join(
        f'<meta name="{name}" content="{number} {separator * 480}">'
        for name in names
        for number in range(100)
    )
    ends(page(STORY + END, head), 8)


def test_a_page_that_is_told_to_be_by_thousands_takes_not_long() -> None:
    people = (f"A{one}{two} B{one}x" for one in "bcdfghjklm" for two in "aeioubcdfg")
    names = [f'<meta name="article:author" content="{name}">' for name in people]
    head = "".join(names) + '<meta property="article:published_time" content="2020-01-01">'
    ends(page(STORY + "x" * 2_000_000, head.replace("A", "C, Ann Reed, A")), 4)


@pytest.mark.parametrize(
    "tag",
    [
        "<p " + " ".join(f"a{number}" for number in range(1_000_000)) + ">x</p>",
        "<p " + "a " * 1_000_000 + ">x</p>",
        "<body " + " ".join(f"a{number}='b>'" for number in range(500_000)) + ">",
    ],
    ids=["names", "the same name", "values"],
)
def test_a_tag_with_a_million_attributes_takes_not_long_and_harms_no_other(tag: str) -> None:
    article = ends(page(STORY + tag + END), 8)
    assert article is not None
    assert article.text.count(WORDS) >= 12


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["x" * 7_900_000, "x " * 3_900_000, "&amp;" * 1_500_000, f"<p>{WORDS}" * 80_000]
)
def test_eight_megabytes_of_an_article_are_refused_by_name_or_named_as_none(text: str) -> None:
    began = time.process_time()
    try:
        article = extract(page(text), URL)
        assert article.text == ""
        assert article.dropped
    except TooLargeError as refused:
        assert "1,000,000" in str(refused)
    assert time.process_time() - began < 10


# --- what becomes of the text -------------------------------------------------------------------


_LINES = [f"<p>Line {number} of the story has words enough to be one.</p>" for number in range(300)]
_TAGS = ("<font>", "<b>", "<div>", "<a href=/x>", "<span>", "<table><tr><td>", "<i><b>", "<ul>")


def _missing(article: Article) -> list[int]:
    return [n for n in range(300) if f"Line {n} of the story" not in article.text]


@pytest.mark.parametrize("tag", [tag for tag in _TAGS if tag != "<a href=/x>"])
def test_no_word_behind_an_unclosed_tag_vanishes(tag: str) -> None:
    assert not _missing(extract(page(tag + "".join(_LINES)), URL))


@pytest.mark.parametrize("tag", _TAGS)
def test_no_word_of_a_fragment_behind_hundreds_of_unclosed_tags_vanishes(tag: str) -> None:
    assert not _missing(extract(tag + "".join(_LINES), URL, fragment=True))
    assert not _missing(extract(tag + tag.join(_LINES), URL, fragment=True))


@pytest.mark.parametrize("tag", _TAGS)
def test_what_is_left_out_behind_hundreds_of_unclosed_tags_is_named(tag: str) -> None:
    article = extract(page(tag + tag.join(_LINES)), URL)
    if _missing(article):
        assert any(dropped.text.startswith("Line") for dropped in article.dropped)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "shift_jis", "gb18030", "euc-kr"])
def test_a_page_in_any_encoding_is_read(encoding: str) -> None:
    words = {"shift_jis": "渡し船の時刻", "gb18030": "渡船时刻", "euc-kr": "나룻배"}.get(
        encoding, "Fähre"
    )
    body = "".join(f"<p>{words}。{WORDS}</p>" for _ in range(5))
    head = "" if encoding.startswith("utf") else f"<meta charset={encoding}>"
    article = extract(page(body, head).encode(encoding), URL)
    assert words in article.text
    check(article)


def test_a_page_that_names_a_wrong_encoding_is_read_all_the_same() -> None:
    html = page(f"<p>Die Fähre fährt früh. {WORDS}</p>" * 5, "<meta charset=utf-16>")
    assert "Fähre fährt" in extract(html.encode(), URL).text


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj", b"\x89PNG\r\n\x1a\n" + bytes(99), b"PK\x03\x04" + bytes(99),
        b"\x1f\x8b\x08" + bytes(range(256)) * 9, bytes(range(256)) * 99,
    ],
)  # fmt: skip
def test_what_is_no_text_is_named(data: bytes) -> None:
    with pytest.raises(NotTextError):
        extract(data, URL)


@pytest.mark.parametrize(
    "nothing",
    ["", " ", "\n\n", "\ufeff", "<!", "<!--", "<!-- x -->", "<?xml", "<html>",
     "<!doctype html>", "<html><body></body></html>", "<html><head></head></html>", "<p>", "</p>",
     "<title></title>", "<script>alert(1)</script>", "<style>p{}</style>", "<template>x</template>",
     "<frameset><frame src=x></frameset>", "<svg><text>x</text></svg>",
     "<form><input><button>Go</button></form>", "<img>", "<img src=javascript:1>", "<hr>", "<br>"],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("fragment", [None, True, False])
def test_what_holds_nothing_gives_an_article_without_text(nothing: str, fragment: bool) -> None:
    for html in (nothing, nothing.encode()):
        article = extract(html, URL, fragment=fragment)
        assert (article.text, article.html) == ("", "")


@pytest.mark.parametrize(
    "html",
    [
        '{"title": "x", "items": [1, 2, {"a": "<p>b</p>"}]}',
        '<?xml version="1.0"?><rss><channel><title>x</title><item/></channel></rss>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]>'
        "<html><body><p>&b;&d;</p></body></html>",
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="x:y"><o:p>x</o:p><fb:like/>',
        "<body><body onload=alert(1)><html><body>x</html>y",
        "<base href='javascript:alert(1)//'><a href=x>y</a><base href='//e.example/'><img src=z>",
        "<base href='http://[::1'><a href=x>y</a><a href='http://[::1'>z</a>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=1>'>",
        "<svg><foreignObject><body><p>x</p></body></foreignObject><script>1</script></svg>",
        "<a b:c='d' :e='f' @click='g' 1='2' <='>' \"='>x</a>",
        "<p\x00class='a\x0bb'>x\x01\x02\x85\x9f\ufffe\U0001ffff</p>",
        "<a href='http://e.example/\x00\ud800'>\ud800x\udfff</a><img alt='\ud800' src='/\ud800'>",
        "<time datetime='99999-99-99'>0</time><time datetime='0001-01-01T00:00:00+14:00'>1</time>",
        "<meta name=date content='9999-12-31T23:59:59-12:00'><meta name=author content='\ud800'>",
        "<td>x</td><li>y</li><dd>z</dd><caption>c</caption><option>o</option>",
        "<p>" + "\u202e" * 50 + "x</p><h1>\u202ey</h1>",
    ],
    ids=short,
)  # fmt: skip
@pytest.mark.parametrize("fragment", [None, True, False])
@pytest.mark.parametrize("rules", [None, RULES], ids=["", "rules"])
def test_what_is_odd_is_read_safely(html: str, fragment: bool, rules: SiteRules | None) -> None:
    for given_ in (html, html.encode("utf-8", "surrogatepass"), page(STORY + html + END, html)):
        try:
            article = extract(given_, URL, fragment=fragment, rules=rules)
        except NotTextError:
            continue  # a few bytes of which many are controls
        check(article)
        assert "passwd" not in article.html
        assert "root:" not in article.html


@pytest.mark.parametrize("name", ["{{a}}", "{b}c", "{", "{q", "{a:b}", "}", "{}"])
def test_no_attribute_that_a_template_left_unfilled_hurts(name: str) -> None:
    odd = f"{name}=1 {name}"
    body = (
        f"<a href=/x {odd}><div {odd}>A link with a block in it, and words.</div></a>"
        f"<p {odd}>{WORDS} <img src=/a.jpg {odd}><a href=/y {odd}>y</a></p><q cite=/z {odd}>z</q>"
        f"<img data-src=/b.jpg {odd}><noscript><img src=/b.jpg {odd}></noscript>"
        f"<picture {odd}><source srcset='/c.jpg 1x' {odd}><img {odd}></picture><embed src=/d {odd}>"
        f"<video src=/e.mp4 {odd}></video><iframe src=//youtube.com/embed/x {odd}></iframe>"
    )
    for fragment in (False, True):
        article = extract(
            page(f"<article {odd}>{STORY}{body}{END}</article>"), URL, fragment=fragment
        )
        assert "https://site.example/c.jpg" in article.html
        check(article)


def test_no_wrong_type_in_linked_data_hurts() -> None:
    for html in hostile.wrong_types():
        article = extract(html, URL)
        check(article)
        assert article.text.count(WORDS) >= 12


@pytest.mark.parametrize(
    "url", ["", "x", "http://[::1", "javascript:1", "//", "\ud800", "a" * 9999]
)
def test_no_address_of_a_page_hurts(url: str) -> None:
    article = extract(page(STORY + "<a href=x>x</a><img src=y>" + END), url)
    check(article)
    assert article.text.count(WORDS) >= 12


# --- pages without an article -------------------------------------------------------------------

# Results of a search whose snippets are sentences, and walls of a sentence or two, look like short
# notes. The figure may only fall.
MOST_FOUND = 3
_SURELY_NONE = ("a list", "cards of", "a log-in form", "not found", "a shell", "a frameset",
                "a check for robots", "a page that sends on", "tags of an author")  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind.startswith(_SURELY_NONE)])
def test_a_page_without_an_article_gives_none(kind: str) -> None:
    assert (extract(PAGES[kind], URL).text, extract(PAGES[kind], URL).html) == ("", "")


def test_no_more_pages_without_an_article_give_one_than_are_known() -> None:
    found = [kind for kind, html in PAGES.items() if extract(html, URL).text]
    assert len(found) <= MOST_FOUND, found


# --- properties ---------------------------------------------------------------------------------

_PARTS = st.sampled_from(
    [STORY, END, f"<h2>{WORDS[:20]}</h2>", f"<div>{WORDS}<br><br>{WORDS}</div>", f"<li>{WORDS}",
     f"<td>{WORDS}</td>", f"<blockquote>{WORDS}</blockquote>", f"<figcaption>{WORDS}</figcaption>"]
)  # fmt: skip
SOUP = st.lists(st.one_of(_PARTS, NASTY), max_size=12).map("".join)
_FRAGMENT = st.sampled_from([None, True, False])


@given(st.one_of(st.text(max_size=200), NASTY, SOUP), _FRAGMENT)
@example("<pre>\n\n</pre>", None)
def test_any_markup_makes_a_valid_and_safe_article(html: str, fragment: bool | None) -> None:
    check(extract(html, URL, fragment=fragment))


@given(st.one_of(st.text(max_size=200), NASTY, SOUP))
def test_any_markup_is_read_by_rules_safely(html: str) -> None:
    check(extract(html, URL, rules=RULES))


@given(st.binary(max_size=300), _FRAGMENT)
def test_any_bytes_make_a_valid_and_safe_article(data: bytes, fragment: bool | None) -> None:
    try:
        check(extract(data, URL, fragment=fragment))
    except NotTextError:
        return


@given(SOUP)
def test_cleaning_what_is_clean_loses_no_word(html: str) -> None:
    once = extract(html, URL)
    again = extract(once.html, URL, fragment=True)
    assert again.text.split() == once.text.split()
