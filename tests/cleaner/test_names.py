"""What classes, ids and other attributes say of an element."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from feeder.cleaner.markup.around import names

DATA = Path(names.__file__).parent / "data"


@pytest.mark.parametrize(
    ("tag", "class_", "id_", "kind"),
    [
        ("div", "comment-respond", "respond", "comment form"),
        ("ol", "commentlist", "", "comments"),
        ("div", "", "disqus_thread", "comments"),
        ("div", "ArticleShare_buttons__x8d2", "", "share"),
        ("div", "css-1abcd-ShareBar", "", "share"),
        ("ul", "c-share-bar__list", "", "share"),
        ("section", "relatedArticles", "", "related"),
        ("div", "newsletterSignup newsletterSignup--dark", "", "newsletter"),
        ("div", "", "div-gpt-ad-1432-0", "ad"),
        ("div", "", "taboola-below-article", "ad"),
        ("ul", "pager pagenav", "", "navigation"),
        ("hyvor-talk-comments", "", "", "comments"),
        ("nav", "", "", "navigation"),
    ],
)  # fmt: skip
def test_a_name_that_means_one_thing_is_specific(
    tag: str, class_: str, id_: str, kind: str
) -> None:
    verdict = names.rules_of(tag, class_, id_)
    assert (verdict.kind, verdict.reach) == (kind, "specific")


@pytest.mark.parametrize(
    "class_",
    [
        "content has-sidebar",
        "post type-post status-publish category-comments tag-newsletter",
        "no-share-buttons",
        "main with-related-posts",
        "col-md-6 text-center md:flex",
        "css-1q2w3e",
    ],
)
def test_a_name_that_says_what_is_within_says_nothing_of_the_element(class_: str) -> None:
    assert names.rules_of("div", class_, "").reach not in ("specific", "shared")


def test_the_whole_page_is_no_furniture_whatever_it_is_called() -> None:
    assert names.rules_of("body", "comments-area share-buttons", "comments") == names.NOTHING
    assert names.rules_of("main", "share-buttons", "").reach != "specific"
    assert names.rules_of("article", "comment-body", "").reach == "specific"


def test_a_part_of_a_word_is_no_word() -> None:
    for class_ in ("shareholder", "adapter", "loading", "navy", "header-image-shared"):
        assert names.rules_of("div", class_, "").reach != "specific"


def test_words_are_parted_at_hyphens_underscores_and_capitals() -> None:
    assert names.words_of("ArticleShare_root__x8d2 sharebar col-12", "post-tags-3") == {
        "article", "share", "root", "bar", "col", "post", "tags",
    }  # fmt: skip


def test_attributes_say_what_names_do_not() -> None:
    page: Any = html.document_fromstring(
        '<div role="navigation" id="x"><p>a</p></div><div data-spotim-module="conversation"></div>'
        '<form action="/wp-comments-post.php"></form>'
        '<div itemscope itemtype="https://schema.org/Comment"></div><div role="note"></div>'
    )
    found = [names.verdict_of(element).kind for element in page.find("body")]
    assert found == ["navigation", "comments", "comment form", "comments", None]
    assert [verdict.kind for verdict in names.named(page).values()] == found[:4]


def test_hostile_names_take_no_time() -> None:
    assert names.rules_of("div", "share-" * 500_000, "-" * 1_000_000).kind in (None, "share")
    assert names.words_of("aB" * 1_000_000, "")
    assert names.rules_of("div", "\x00 \ud800", "\uffff") == names.NOTHING


def test_every_row_of_the_data_is_read_and_has_a_reach() -> None:
    for path in DATA.glob("furniture*.tsv"):
        for row in path.read_text(encoding="utf-8").splitlines():
            if row and not row.startswith("# "):
                kind, reach, matches = row.split("\t")
                assert kind and reach in ("specific", "shared", "broad"), row
                assert all(match.strip() for match in matches.split(";")), row
