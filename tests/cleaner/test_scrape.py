"""What the text cleaner makes of scrapes: the real one, the shapes they take, and the traps."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from feeder.cleaner.plain import text_of
from feeder.cleaner.scrape.extract import LARGEST, extract_text
from feeder.errors import TooLargeError
from feeder.models import Article, Attribution

LONG = "The boat, which carries at most sixty passengers, loses money on two crossings of three."
ALSO = "Its supporters say that the figures miss the point: there is no other way home."
FORM = "Leave a Reply\nYour email address will not be published. Required fields are marked *"


def scrape(*lines: str) -> Article:
    return extract_text("\n\n".join(lines))


def rules(article: Article) -> dict[str, str]:
    """The rule for each dropped line."""
    return {dropped.text: dropped.rule for dropped in article.dropped}


@pytest.mark.skipif("FEEDER_CORPORA" not in os.environ, reason="FEEDER_CORPORA is not set")
def test_the_document_that_the_project_began_with() -> None:
    path = Path(os.environ["FEEDER_CORPORA"]) / "seeds" / "article-4bf85728.txt"
    article = extract_text(path.read_text(encoding="utf-8"))
    assert article.title == (
        "Russian Soldiers Receive Medical Treatment in North Korea Amid Strengthened Ties"
    )
    assert article.id == "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6"
    assert article.attribution == Attribution("kyivindependent.com", "https://kyivindependent.com/")
    assert article.language == "en"
    assert article.html.count("<p>") == 7
    assert "“the best hospitals and sanatoriums,”" in article.text
    for litter in ("Leave a Reply", "email address", "4bf85728", "Original Source", "\n0\n"):
        assert litter not in article.text
    assert set(rules(article).values()) >= {"counter", "document-id", "source", "comment-form"}


def test_facts_come_with_the_line_that_told_them() -> None:
    article = scrape("A Title", "By Ann Reed | June 3, 2024", LONG, "Source: example.org")
    told = {evidence.field: evidence.text for evidence in article.evidence}
    assert article.authors == ("Ann Reed",)
    assert article.published == datetime(2024, 6, 3, tzinfo=UTC)
    assert told["authors"] == told["published"] == "By Ann Reed | June 3, 2024"
    assert told["attribution"] == "Source: example.org"


@pytest.mark.parametrize(
    ("line", "author", "day"),
    [
        ("Posted on February 9, 2024 by Lucía Prado", "Lucía Prado", "2024-02-09"),
        ("21 лютого 2024 р. — Олена Бойко", "Олена Бойко", "2024-02-21"),
        ("Von Jana Vogt, 14. September 2023", "Jana Vogt", "2023-09-14"),
        ("Par Hélène Marchais, le 22 février 2024", "Hélène Marchais", "2024-02-22"),
        ("作者：林若溪 2024年3月12日", "林若溪", "2024-03-12"),
        ("بقلم ليلى الحداد | 10 آذار 2024", "ليلى الحداد", "2024-03-10"),
        ("ავტორი: ნინო ბერაძე, 15 მარტი 2024", "ნინო ბერაძე", "2024-03-15"),
    ],
)
def test_bylines_in_many_languages(line: str, author: str, day: str) -> None:
    article = scrape("Something That Happened Here", line, LONG, ALSO)
    assert article.authors == (author,)
    assert article.published is not None
    assert article.published.date().isoformat() == day
    assert line not in article.text


@pytest.mark.parametrize(
    "line",
    [
        "4BF85728-565D-47C3-8025-E25CF575C2E6",
        "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6",
        "Document ID: 4bf85728-565d-47c3-8025-e25cf575c2e6",
    ],
)
def test_the_documents_own_id(line: str) -> None:
    article = scrape("A Title", line, LONG)
    assert article.id == "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6"
    assert article.text == LONG


def test_a_date_keeps_its_own_zone() -> None:
    article = scrape("A Title", "2024-06-03T10:00:00+02:00", LONG)
    assert article.published == datetime(2024, 6, 3, 10, tzinfo=timezone(timedelta(hours=2)))


def test_a_short_date_behind_a_label_is_read() -> None:
    article = scrape("Was geschah", "Veröffentlicht am 13.09.23", f"{LONG} Das ist die Welt.")
    assert article.published == datetime(2023, 9, 13, tzinfo=UTC)


def test_an_update_is_no_publication() -> None:
    article = scrape("A Title", "Last updated: 3 June 2024", LONG)
    assert article.published is None
    assert article.modified == datetime(2024, 6, 3, tzinfo=UTC)


TAILS = {
    "share": "Share this:\nClick to share on Facebook (Opens in new window) Facebook",
    "appeared-first": "The post A Title of Some Length appeared first on Harbour Gazette.",
    "related": "Related Articles\nCouncil opens a reading room\nFerry timetable changes",
    "post-navigation": "← Council opens a reading room\nFerry timetable changes →\n" + FORM,
    "tags": "Tags: harbour, council",
    "author-box": "About the author\nWrites about local affairs.\n" + FORM,
    "comments-closed": "Comments are closed.",
    "login": "You must be logged in to post a comment.",
    "footer": "© 2024 Harbour Gazette. All rights reserved.\nPrivacy Policy | Terms",
    "newsletter": "Sign up for our newsletter\nEvery Friday.\n© 2024 Harbour Gazette",
    "comments": "2 Comments\nOlena says:\nMay 19, 2024\nGreat article, thank you!\nReply",
    "comment-form": FORM,
}


@pytest.mark.parametrize("rule", TAILS)
def test_furniture_at_the_end_goes_and_says_why(rule: str) -> None:
    article = extract_text(f"A Title of Some Length\n\n{LONG}\n\n{ALSO}\n\n{TAILS[rule]}")
    assert article.text == f"{LONG}\n\n{ALSO}"
    assert [dropped.text for dropped in article.dropped] == TAILS[rule].split("\n")
    assert rule in rules(article).values()


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("counter", "0"),
        ("counter", "12 Shares"),
        ("counter", "No Comments"),
        ("reading-time", "Doba čtení: 3 minuty"),
        ("reading-time", "5 min read"),
        ("share", "Facebook Twitter WhatsApp"),
        ("breadcrumb", "Home » News » A Title of Some Length"),
    ],
)
def test_furniture_between_title_and_text_goes(rule: str, line: str) -> None:
    article = scrape("A Title of Some Length", line, LONG, ALSO)
    assert article.text == f"{LONG}\n\n{ALSO}"
    assert rules(article) == {line: rule}


@pytest.mark.parametrize(
    "above",
    ["Skip to content", "Home » News » A Title of Some Length", "News | Sport | Contact"],
)
def test_the_title_is_found_below_what_stands_above_it(above: str) -> None:
    article = scrape(above, "A Title of Some Length", LONG)
    assert article.title == "A Title of Some Length"
    assert article.text == LONG


@pytest.mark.parametrize("line", ["ADVERTISEMENT", "READ ALSO: Council opens a reading room"])
def test_furniture_between_paragraphs_goes(line: str) -> None:
    assert scrape("A Title", LONG, line, ALSO).text == f"{LONG}\n\n{ALSO}"


@pytest.mark.parametrize(
    "line",
    [
        "Comments are closed.",
        "4bf85728-565d-47c3-8025-e25cf575c2e6",
        "0",
        "Reply",
        "John says: Is anybody there?",
        "Leave a Reply",
        "Your email address will not be published.",
        "© 1911 by the heirs of the author, reads the oldest example, which is a forgery.",
        "Share this view who will.",
    ],
)
def test_an_article_may_say_what_furniture_says(line: str) -> None:
    article = scrape("A Title of Some Length", LONG, line, LONG, ALSO, FORM)
    assert article.text == f"{LONG}\n\n{line}\n\n{LONG}\n\n{ALSO}"


@pytest.mark.parametrize("reply", ["Vastaa", "Reply", "Répondre", "Відповісти", "返信"])
def test_a_reply_button_alone_decides_nothing(reply: str) -> None:
    assert scrape("A Title", LONG, ALSO, reply).text == f"{LONG}\n\n{ALSO}\n\n{reply}"


IN_ANY_LANGUAGE = {
    "board": "#1 Juma 2024-05-01, 10:11\nAsante sana.\n#2 Asha 2024-05-01, 10:12\nKweli kabisa.",
    "title": "Makala A Title of Some Length ilionekana kwanza kwenye kisiwa.example.",
    "count": "A Title of Some Length: 12 ta izoh\nAziz • 03.04.2024\nRahmat!",
    "networks": "Facebook\nTwitter\nReddit\nCopy link",
    "author": "Ann Reed\nAnn Reed writes about rivers.\nView all posts by Ann Reed",
    "tags": "Tags harbour, council\n" + FORM,
}


@pytest.mark.parametrize("name", IN_ANY_LANGUAGE)
def test_furniture_is_known_by_its_shape(name: str) -> None:
    tail = IN_ANY_LANGUAGE[name]
    article = extract_text(f"A Title of Some Length\n\n{LONG}\n\n{ALSO}\n\n{tail}")
    assert article.text == f"{LONG}\n\n{ALSO}"


@pytest.mark.parametrize(
    "lines",
    [
        ["The largest networks are:", "Facebook", "Twitter", "Reddit"],
        ["Kyiv | 3 June 2024", "Lviv | 4 June 2024", "Odesa | 5 June 2024"],
        ["#1 Kyiv 3 June 2024, 20:00", "#2 Lviv 4 June 2024, 20:00"],
        ["Anna Meier", "Anna Meier is 34 and rows.", "Bert Olsen", "Bert Olsen is 40."],
        ["We end where the tale began: a title of some length, and no more."],
        ["Read more: it is good for you."],
    ],
)
def test_an_article_may_have_the_shape_of_furniture(lines: list[str]) -> None:
    article = scrape("A Title of Some Length", LONG, ALSO, *lines)
    assert article.text.split("\n\n") == [LONG, ALSO, *lines]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Interview: Veronika Stainer, 8. November 2023", "Veronika Stainer"),
        ("Sólveig Arnardóttir skrifar, 4. mars 2024", "Sólveig Arnardóttir"),
        ("한서윤 기자 | 2024년 3월 18일", "한서윤"),
        ("نویسنده: نرگس کاویانی، ۱۵ فروردین ۱۴۰۳", "نرگس کاویانی"),
    ],
)
def test_who_signed_beside_a_date(line: str, author: str) -> None:
    article = scrape("A Title", line, LONG, ALSO)
    assert article.authors == (author,)
    assert article.text == f"{LONG}\n\n{ALSO}"


def test_a_short_cookie_notice_with_a_button_is_not_the_title() -> None:
    article = scrape("Táto stránka používa súbory cookie. Súhlasím", "A Title", LONG)
    assert article.title == "A Title"


def test_a_numbered_row_keeps_its_first_number() -> None:
    lines = ["1", LONG, "2", ALSO]
    assert scrape("Two Reasons to Stay", *lines).text == "\n\n".join(lines)


def test_lists_quotes_and_headings_stay_as_they_are() -> None:
    lines = [LONG, "What the numbers say", "- two Sundays a month", "> a quotation", ALSO]
    assert scrape("A Title", *lines).text == "\n\n".join(lines)


def test_hard_wrapped_paragraphs_are_put_together() -> None:
    wrapped = (
        "A Title\n\n"
        "Residents of the island parish voted by 412 to 97 on Sunday to keep the\n"
        "evening ferry running through the winter, ending a dispute that had\n"
        "divided the council since spring.\n\n"
        "- a list\n- of two\n"
    )
    assert extract_text(wrapped).text.split("\n\n") == [
        "Residents of the island parish voted by 412 to 97 on Sunday to keep the "
        "evening ferry running through the winter, ending a dispute that had "
        "divided the council since spring.",
        "- a list",
        "- of two",
    ]


def test_verse_is_not_put_together() -> None:
    verse = "A Title\n\nThe rain comes up\nstep by step\nand nobody opens"
    assert extract_text(verse).text == "The rain comes up\n\nstep by step\n\nand nobody opens"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_any_line_end_parts_lines(end: str) -> None:
    assert extract_text(f"\ufeffA Title{end}{end}{LONG}{end}{ALSO}").text == f"{LONG}\n\n{ALSO}"


@pytest.mark.parametrize("text", ["", "\x00", "\ud800\n\u200b", "\n \n", FORM])
def test_where_there_is_no_article_the_text_is_empty(text: str) -> None:
    article = extract_text(text)
    assert (article.text, article.html) == ("", "")


def test_one_line_is_a_title() -> None:
    article = extract_text("Only a headline")
    assert (article.title, article.text) == ("Only a headline", "")


def test_a_text_without_a_title_gets_its_first_words_and_loses_none() -> None:
    paragraph = f"{LONG} {ALSO} {LONG} {ALSO}"
    article = scrape(paragraph, ALSO)
    assert article.text == f"{paragraph}\n\n{ALSO}"
    assert article.title.endswith("…") and paragraph.startswith(article.title[:-1])


def test_markup_in_a_scrape_is_text() -> None:
    article = scrape("A <b>Title</b>", f"<script>alert(1)</script> {LONG}")
    assert "<script>" not in article.html
    assert article.text.startswith("<script>alert(1)</script>")
    assert text_of(article.html) == article.text


@pytest.mark.parametrize(
    "text",
    ["word " * (LARGEST // 4), "Reply\n" * 60_000, f"Title\n\n{'a' * 1_100_000}"],
)
def test_what_is_too_large_is_refused_whole(text: str) -> None:
    with pytest.raises(TooLargeError):
        extract_text(text)


@pytest.mark.timeout(20)
def test_a_long_thread_takes_no_longer_than_its_length() -> None:
    thread = "John says:\nMay 3, 2024\nI do not agree.\n" * 1_500
    article = extract_text(f"A Title\n\n{LONG}\n\n1500 Comments\n{thread}")
    assert article.text == LONG
