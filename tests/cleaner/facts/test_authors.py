"""Authors are people by name, or the agency that is named; none is better than a wrong one."""

from __future__ import annotations

import pytest

from feeder.cleaner.markup.facts.people import BOUND, people, signed
from tests.cleaner.facts.reading import PROSE, linked, meta, rule, told, told_by

DAY = "<time datetime=2024-06-03>3 June 2024</time>"


def names(text: str) -> list[str]:
    return [person.name for person in people(text.replace("|", BOUND))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Reed", ["Ann Reed"]),
        ("By Ann Reed", ["Ann Reed"]),
        ("By : Joe S.", ["Joe S."]),
        ("Posted by Ann Reed on 3 June 2024", ["Ann Reed"]),
        ("Posted on September 21, 2020 by Ann Reed", ["Ann Reed"]),
        ("View all posts by Ann Reed", ["Ann Reed"]),
        ("Ann Reed, Bob Fox and Cy Moss", ["Ann Reed", "Bob Fox", "Cy Moss"]),
        ("Von Ann Reed und Bob Fox", ["Ann Reed", "Bob Fox"]),
        ("Par Ann Reed et Bob Fox", ["Ann Reed", "Bob Fox"]),
        ("Por Ann Reed y Bob Fox", ["Ann Reed", "Bob Fox"]),
        ("Di Ann Reed e Bob Fox", ["Ann Reed", "Bob Fox"]),
        ("Av Ann Reed og Bob Fox", ["Ann Reed", "Bob Fox"]),
        ("Автор: Анна Рид и Боб Фокс", ["Анна Рид", "Боб Фокс"]),
        ("By |Ann Reed|, |Bob Fox| and |Cy Moss", ["Ann Reed", "Bob Fox", "Cy Moss"]),
        ("By |Ann Reed|Staff Writer|Feb. 19, 2020 4 AM", ["Ann Reed"]),
        ("Ann Reed Staff Writer", ["Ann Reed"]),
        ("Ann Reed, political editor", ["Ann Reed"]),
        ("Ann Reed, Sr. Director of Operations, Boat Lines", ["Ann Reed"]),
        ("Ann Reed, London", ["Ann Reed"]),
        ("Ann Reed in Kyiv", ["Ann Reed"]),
        ("Von FOCUS-Online-Experte Robin Tschöpe", ["Robin Tschöpe"]),
        ("Interview: Ann Reed Foto: Bob Fox", ["Ann Reed"]),
        ("Ann Reed | Photos by Bob Fox", ["Ann Reed"]),
        ("Ann Reed Fact checked by: Bob Fox", ["Ann Reed"]),
        ("Ann Reed, PhD, Bob Fox, M.D.", ["Ann Reed, PhD", "Bob Fox, M.D."]),
        ("von lupa am 26/10/13, 03:48 pm", ["lupa"]),
        ("freeman1984", ["freeman1984"]),
        ("der Michel", ["der Michel"]),
        ("T. V. Raman", ["T. V. Raman"]),
        ("Leah van der Stokes", ["Leah van der Stokes"]),
        ("AFP/The Local - news@local.example", ["AFP/The Local"]),
        ("ann@site.example Ann Reed @ann", ["Ann Reed"]),
        ("记者 王小明", ["王小明"]),
        ("作者：孔德明", ["孔德明"]),
        ("By EcoCult Staff", ["EcoCult Staff"]),
        ("Sat, 20 Dec, 2025 - 06:36", []),
        ("Posted on", []),
        ("Veröffentlicht am 19.10.19 um 14:34 Uhr", []),
        ("Publicado el 11 de mayo", []),
        ("5 min read", []),
        ("ca. 8 Min. 12.01.2022", []),
        ("Video by |Bob Fox", []),
        ("Staff Writer", []),
        ("https://site.example/ann", []),
        ("No Author", []),
        ("Learn More", []),
        ("Alles über Lautsprecher und Tricks für zu Hause", []),
        ("Ann is a writer who lives by the sea. " * 8, []),
        ("", []),
        ("12 | 34", []),
    ],
)
def test_bylines_are_taken_apart(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "name",
    "admin Administrator wpadmin webmaster root Unknown Anonymous anónimo Редактор n/a".split(),
)
def test_accounts_are_nobody(name: str) -> None:
    assert names(name) == []
    assert told("", f"<p class=byline>{DAY} by <a rel=author>{name}</a></p>").facts.authors == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Ann Reed", ["Ann Reed"]),
        ("Von Ann Reed, Berlin", ["Ann Reed"]),
        ("By Ann Reed | 3 June 2024", ["Ann Reed"]),
        ("Par Ann Reed et Bob Fox", ["Ann Reed", "Bob Fox"]),
        ("Ann Reed", []),
        ("By the time the boat came, everyone had left.", []),
        ("By Sea and Land: what the boats cost the town in the year of the flood", []),
        ("Die Ticketpreise werden ab 1. Januar 2024 angehoben.", []),
        ("Das Evangelische Jugendwerk gehört zu:", []),
        ("Coney Island, New York. Photo: Getty", []),
    ],
)
def test_lines_that_could_be_sentences_name_nobody(line: str, expected: list[str]) -> None:
    assert [person.name for person in signed(line)] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p class=byline>By <a>Ann Reed</a> {DAY}</p>", ("Ann Reed",)),
        ("<div class=post-author>Ann Reed</div>", ("Ann Reed",)),
        ("<span class='author vcard'><a class='url fn n'>Ann Reed</a></span>", ("Ann Reed",)),
        ("<div class=ArticlePage-authorName__x1>By <b>Ann Reed</b></div>", ("Ann Reed",)),
        ("<a rel=author href=/ann>Ann Reed</a>", ("Ann Reed",)),
        ("<div itemprop=author><span itemprop=name>Ann Reed</span></div>", ("Ann Reed",)),
        ("<p>By Ann Reed</p>", ("Ann Reed",)),
        ("<p>Von Ann Reed</p>", ("Ann Reed",)),
        (f"<div class=entry-meta><span>Ann Reed</span> {DAY}</div>", ("Ann Reed",)),
        (f"<address>Ann Reed, {DAY}</address>", ("Ann Reed",)),
        ("<i class=author>Ann Reed</i><i class=author>Bob Fox</i>", ("Ann Reed", "Bob Fox")),
        ("<p class=byline><a>Ann Reed</a> <a>Bob Fox</a></p>", ("Ann Reed", "Bob Fox")),
        ("<p class=byline>By dpa</p>", ("dpa",)),
        ("<p class=byline>By Harbour staff</p>", ("Harbour staff",)),
    ],
)
def test_what_readers_see_by_the_headline_is_told_with_its_place(
    body: str, expected: tuple[str, ...]
) -> None:
    page = told("", body)
    assert page.facts.authors == expected
    assert rule(page, "authors")
    assert page.marks


@pytest.mark.parametrize(
    "name",
    "author article:author dc.creator parsely-author sailthru.author citation_author byl".split(),
)
def test_what_the_head_tells_counts_where_readers_see_the_name(name: str) -> None:
    head = f'<meta property="{name}" content="Ann Reed"><title>x</title>'
    seen = f"{DAY}<p>It was seen by Ann Reed, who wrote it all down in the harbour</p>"
    page = told(head, seen)
    assert (page.facts.authors, rule(page, "authors")) == (("Ann Reed",), f"meta {name}")
    assert told(head, DAY).facts.authors == ()


def test_yoast_tells_the_author_in_a_card_for_twitter() -> None:
    head = meta(twitter__label1="Verfasst von", twitter__data1="Ann Reed")
    assert told(head, "<p>Words that Ann Reed wrote</p>").facts.authors == ("Ann Reed",)
    head = meta(twitter__label1="Est. reading time", twitter__data1="Ann Reed")
    assert told(head, "<p>Words that Ann Reed wrote</p>").facts.authors == ()


def test_the_webmaster_of_a_page_of_no_day_is_no_author() -> None:
    assert told(meta(author="Ann Reed"), "<p>Write to Ann Reed</p>").facts.authors == ()


@pytest.mark.parametrize(
    "body",
    [
        "<p class=byline>By The Harbour Post</p>",
        "<a rel=author>site.example</a>",
        "<span class=author>Site</span>",
    ],
)
def test_the_site_is_no_author(body: str) -> None:
    head = '<meta property="og:site_name" content="The Harbour Post">'
    assert told(head, body).facts.authors == ()
    head = linked({"@type": "Article", "author": "The Harbour Post"}) + head
    assert told(head, body).facts.authors == ()


@pytest.mark.parametrize(
    "around",
    [
        "<div id=comments><p class=comment-author>{}</p></div>",
        "<div class=related-posts><p class=byline>By {}</p></div>",
        "<ol class=commentlist><li><cite class=fn>{}</cite></ol>",
        "<form><input class=author><label class=comment-form-author>{}</label></form>",
        "<nav><a class=author>{}</a></nav>",
        "<div class=author-bio><p>{} is a writer who lives by the sea with two dogs</p></div>",
        "<div class=newsletter><p>By {}</p></div>",
        "<footer class=site-footer><p class=theme-author>Theme by {}</p></footer>",
    ],
)
def test_who_else_is_named_on_a_page_is_not_its_author(around: str) -> None:
    assert told("", around.format("Bob Fox")).facts.authors == ()
    page = told_by(f"<h1>A Story</h1>{PROSE * 5}{around.format('Bob Fox')}")
    assert page.facts.authors == ()


def test_a_signature_at_the_end_is_read_if_there_is_but_one() -> None:
    end = "<p>By Ann Reed</p>"
    assert told_by(f"<h1>A Story</h1>{PROSE * 9}{end}").facts.authors == ("Ann Reed",)
    more = f"{end}<p>By Bob Fox</p>"
    assert told_by(f"<h1>A Story</h1>{PROSE * 9}{more}").facts.authors == ()
    end = "<article><h1>A Story</h1>{}<footer class=post-footer><a rel=author class=author>Ann</a>"
    assert told_by(end.format(PROSE * 9)).facts.authors == ("Ann",)


def test_no_paragraph_is_a_mark() -> None:
    page = told("", f"<p>3 June 2024 – It rained.{PROSE[3:]}")
    assert page.facts.published is not None
    assert page.marks == ()
