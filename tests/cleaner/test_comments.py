"""Comments, their forms and other furniture go by structure; articles stay."""

from __future__ import annotations

import time
from typing import Any

import pytest
from lxml import etree, html

from feeder.cleaner.markup.around.comments import drop_comments
from feeder.cleaner.markup.around.furniture import drop_furniture
from feeder.cleaner.markup.work import Work

PROSE = (
    "The council met on Tuesday evening to hear what the harbour master had to say about the"
    " ferry, and it sat until well after midnight before anybody dared to call a vote. "
)
ARTICLE = f"<h1>The ferry stays</h1><p>{PROSE}</p><p>{PROSE}{PROSE}</p><p>{PROSE}</p>"


def work(body: str) -> Work:
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True)
    root: Any = etree.fromstring(f"<html><body>{body}</body></html>".encode(), parser)
    return Work(root, root.find("body"))


def left(body: str, *, keep: bool = False) -> str:
    page = work(body)
    drop_comments(page, keep=keep)
    return " ".join(page.body.text_content().split())


def comment(name: str, text: str, reply: str = "Reply", date: str = "3 May 2024") -> str:
    return (
        f'<div class="x7"><b>{name}</b> <time>{date}</time><p>{text}</p>'
        f'<button type="button">{reply}</button></div>'
    )


ONLY_ARTICLE = left(ARTICLE)


@pytest.mark.parametrize(
    "below",
    [
        # named by a system, or by people
        '<div id="respond"><h3>Leave a Reply</h3><form><textarea></textarea></form></div>',
        '<h3>Comments</h3><div id="disqus_thread">Please enable JavaScript.</div>',
        '<section class="ArticleComments_root__x8d2"><h2>What you say</h2><p>Well.</p></section>',
        "<hyvor-talk-comments>Loading</hyvor-talk-comments>",
        # not named: the form, its title and its notes, in any language
        "<div><div><h3>Skriv något</h3><p>Vi visar den aldrig.</p>"
        "<form><textarea></textarea><input type=submit></form></div></div>",
        "<h3>Deixe um comentário</h3><form><textarea></textarea></form>",
        # no form, since a script sends it
        "<div><h3>Sag was</h3><div><textarea></textarea><button>Ab</button></div></div>",
        # a thread that nothing names, with buttons that say "reply" in some language
        "<div class=a>" + comment("A", "Ja.", "Antworten") + comment("B", PROSE, "Antworten")
        + "</div>",
        # links to each comment
        "<ul><li><a href='#comment-1'>3 May 2024</a> Ann: no</li>"
        "<li><a href='#comment-2'>4 May 2024</a> Bob: yes</li></ul>",
        # a newsletter box, a search form
        "<div><h4>Stay in touch</h4><p>One letter a week.</p><form><input name=q></form></div>",
    ],
)  # fmt: skip
def test_what_is_no_article_goes(below: str) -> None:
    assert left(f"<div>{ARTICLE}</div>{below}") == ONLY_ARTICLE


def test_a_form_around_the_whole_page_is_no_comment_form() -> None:
    fields = "<div><h3>Say it</h3><textarea></textarea><input type=submit></div>"
    assert left(f"<form action='page.aspx'>{ARTICLE}{fields}</form>") == ONLY_ARTICLE


def test_an_article_in_a_wrapper_called_comment_stays() -> None:
    assert left(f"<div class='comment'>{ARTICLE}</div>") == ONLY_ARTICLE
    without_headline = ARTICLE.partition("</h1>")[2]
    assert PROSE.strip() in left(f"<div id='comments'>{without_headline}</div><p>{PROSE[:90]}</p>")


def test_a_forum_whose_posts_are_comments_keeps_them() -> None:
    posts = "".join(
        f"<div class='comment'><a href='#comment-{n}'>4 May 2024</a><p>{PROSE * 3}</p></div>"
        for n in range(8)
    )
    page = f"<h1>Which ferry?</h1><div class='comment-list'>{posts}</div><p>{PROSE}</p>"
    assert left(page).count(PROSE.strip()) > 8


def test_questions_and_answers_stay_where_the_page_says_so() -> None:
    answers = "<div>" + comment("A", PROSE) + comment("B", PROSE) + "</div>"
    said = '<script type="application/ld+json">{"@type": "QAPage"}</script>'
    assert "A 3 May 2024" not in left(ARTICLE + answers)
    assert "A 3 May 2024" in left(ARTICLE + said + answers)


def test_a_long_thread_under_a_short_article_goes() -> None:
    item = f"<li class='comment'><p>{PROSE * 2}</p></li>"
    thread = f"<ol class='comment-list'>{item * 40}</ol>"
    note = f"<div class='entry-content'><p>{PROSE}</p></div>"
    assert left(note + thread) == PROSE.strip()


@pytest.mark.parametrize(
    "within",
    [
        "<h2>Comments</h2><p>The ministry had no comments, and so had nobody else.</p>",
        "<p>She asked: “Reply?” He wrote a reply.</p><p>Reply came there none.</p>",
        "<ul><li><a href='#c1'>One</a></li><li><a href='#c2'>Two</a></li></ul>",
        "<p>Read <a class='comment-link' href='/c'>a comment</a> on it by a reader of ours.</p>",
        "<h3>A question, 3 May 2024</h3><p>Well?</p><h3>An answer, 4 May 2024</h3><p>No.</p>",
    ],
)
def test_articles_about_such_things_keep_their_lines(within: str) -> None:
    page = f"<div>{ARTICLE}{within}<p>{PROSE}</p></div>"
    assert left(page) == " ".join(work(page).body.text_content().split())


def test_where_comments_are_the_content_only_forms_go() -> None:
    thread = "<div class='comment-list'>" + comment("A", "Yes.") + comment("B", "No.") + "</div>"
    form = "<form><textarea></textarea></form>"
    assert "Yes." in left(ARTICLE + thread + form, keep=True)
    assert "<textarea" not in etree.tostring(work_without_forms(ARTICLE + form)).decode()


def work_without_forms(body: str) -> Any:
    page = work(body)
    drop_comments(page, keep=True)
    return page.body


def test_each_thing_dropped_is_on_record_with_its_rule() -> None:
    page = work(ARTICLE + "<div id='comments'>3 comments</div><form>Your mail<input></form>")
    drop_comments(page)
    assert [(each.rule, each.text) for each in page.dropped] == [
        ("#comments", "3 comments"),
        ("form", "Your mail"),
    ]


def test_furniture_goes_where_its_name_is_sure() -> None:
    page = work(
        f"<nav>Home News</nav><div class='has-sidebar'>{ARTICLE}</div>"
        "<div class='share-buttons'>Facebook</div><aside class='relatedPosts'>More</aside>"
    )
    drop_furniture(page)
    assert " ".join(page.body.text_content().split()) == ONLY_ARTICLE


def test_an_article_that_a_broken_menu_swallowed_stays() -> None:
    page = work(f"<nav class='main-menu'><ul><li>Home<li>{ARTICLE}")
    drop_furniture(page)
    assert "The ferry stays" in page.body.text_content()


@pytest.mark.parametrize(
    "page",
    [
        "<form>" * 3000 + "<textarea>" + "x" * 100_000,
        "<div class='comment'>" * 2000 + ARTICLE,
        "<div>" * 1900 + "<a href='#comment-1'>Reply</a>" * 5000,
        ARTICLE + "<div><a href='#comment-1'>Reply</a> 3 May 2024</div>" * 20_000,
        ("<form><textarea></textarea></form>" + f"<p>{PROSE}</p>") * 3000,
        "<p class='comment-\x00\ufffe'>\x01</p><textarea>",
    ],
)  # fmt: skip
def test_hostile_pages_take_no_long_time(page: str) -> None:
    started = time.process_time()
    left(page)
    drop_furniture(work(page))
    assert time.process_time() - started < 5
