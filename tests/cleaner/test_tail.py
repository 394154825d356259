"""What is left of the furniture at an article's ends goes by its words; an article's own stay."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from feeder.cleaner.markup.around.tail import trim_tail
from feeder.cleaner.markup.work import Work

PROSE = (
    "The council met on Tuesday evening to hear what the harbour master had to say about the"
    " ferry, and it sat until well after midnight before anybody dared to call a vote."
)
ARTICLE = f"<p>{PROSE}</p><p>{PROSE} {PROSE}</p><p>It was unanimous.</p>"
LABELS = Path(__file__).parent / "pages" / "labels.jsonl"


def work(body: str, **facts: Any) -> Work:
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True)
    root: Any = etree.fromstring(f"<html><body><div>{body}</div></body></html>".encode(), parser)
    return Work(root, root.find("body/div"), facts=dict(facts))


def trimmed(body: str, **facts: Any) -> str:
    page = work(body, **facts)
    trim_tail(page)
    return str(etree.tostring(page.body, encoding="unicode", with_tail=False))


WHOLE = f"<div>{ARTICLE}</div>"


@pytest.mark.parametrize(
    "below",
    [
        "<p>Share this:</p><ul><li>Facebook</li><li>Twitter</li></ul>",
        "<p>Teilen mit:</p><p>Facebook</p><p>WhatsApp</p>",
        "<h3>Related posts</h3><ul><li><a href='/1'>A Bridge Too Many</a></li></ul>"
        "<p>Leave a Reply</p><p>Your email address will not be published.</p>",
        "<p>Laisser un commentaire</p><p>Votre adresse e-mail ne sera pas publiée.</p>",
        "<p>コメントを残す</p><p>メールアドレスが公開されることはありません。</p>",
        "<b>Oddvar skrev 7. april 2008:</b><br>Ja.<br><b>Turid skrev 9. mai 2008:</b><br>Nei.",
        "<div><p>© 2024 Harbour Gazette. All rights reserved.</p></div>",
    ],
)  # fmt: skip
def test_furniture_below_an_article_goes(below: str) -> None:
    assert trimmed(ARTICLE + below).replace("<br/>", "") == WHOLE


def test_labels_above_an_article_go() -> None:
    assert trimmed(f"<p>Advertisement</p><div>Share this</div>{ARTICLE}") == WHOLE


@pytest.mark.parametrize(
    "within",
    [
        "<h2>Comments</h2><p>The ministry had none.</p>",
        "<p>Share this with a friend who cooks.</p>",
        "<p>Your email address will not be published.</p><p>That is what the plate says.</p>",
        "<p>Comments are closed.</p><p>It feels strange to write that in a story of my own.</p>",
        "<table><tr><td>Foley</td><td>0</td></tr></table>",
        "<p>Share</p><p>and</p><p>share alike.</p>",
        "<ul><li>07.10 Korpo</li><li>08.20 Pargas</li></ul><p>The dog travels free.</p>",
        "<p>— Reply?</p><p>— Reply.</p><p>So they went.</p>",
    ],
)
def test_an_articles_own_last_lines_stay(within: str) -> None:
    page = work(ARTICLE + within)
    before = etree.tostring(page.body)
    trim_tail(page)
    assert etree.tostring(page.body) == before


def test_a_heading_that_is_worded_like_a_label_stays() -> None:
    body = f"<h2>Share</h2>{ARTICLE}"
    assert trimmed(body) == f"<div>{body}</div>"


def test_all_of_a_page_is_no_furniture() -> None:
    body = "<p>Share this:</p><p>Facebook</p><p>Comments are closed.</p>"
    assert trimmed(body) == f"<div>{body}</div>"


def test_a_picture_among_the_furniture_stays() -> None:
    kept = trimmed(f"{ARTICLE}<p>Share this:<img src='a.png'/></p><p>Facebook</p>")
    assert "Facebook" not in kept
    assert "<img" in kept


def test_where_an_article_is_from_is_told() -> None:
    page = work(f"{ARTICLE}<p>Source: kyivindependent.com</p>")
    trim_tail(page)
    assert page.facts["attribution"].name == "kyivindependent.com"
    assert [(each.step, each.rule) for each in page.dropped] == [("ends", "source")]


def labelled() -> list[dict[str, Any]]:
    rows = map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["trap"]]


@pytest.mark.parametrize("row", labelled(), ids=lambda row: str(row["id"]))
def test_trap_articles_keep_their_lines(row: dict[str, Any]) -> None:
    """The labelled lines by themselves, as they stand once the article was found."""
    kept = [text for label, text in row["lines"] if label == "keep"]
    page = work("".join(f"<p>{etree_text(text)}</p>" for text in kept), title=row["title"])
    trim_tail(page)
    assert [" ".join(p.itertext()) for p in page.body] == kept


def etree_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 1900 + "Share this:" + "</div>" * 1900,
        ARTICLE + "<br>" * 100_000 + "Share this:",
        ARTICLE + "<p>Share this:</p>" * 20_000,
        ARTICLE + "<p>" + "Share this: " * 100_000 + "</p>",
        "\x01<p>\ufffe</p>",
    ],
)
def test_hostile_bodies_take_no_long_time(body: str) -> None:
    started = time.process_time()
    trimmed(body)
    assert time.process_time() - started < 3
