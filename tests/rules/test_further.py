"""Where the rest of an article is, as its site's rules say."""

from __future__ import annotations

import pytest
from lxml import etree
from lxml.html import HTMLParser

from feeder.rules.further import Further, further_pages
from feeder.rules.grammar import read_rules

URL = "https://www.example.org/story?page=1"


def further(html: str, rules: str, url: str | None = URL) -> Further:
    return further_pages(
        etree.fromstring(html, HTMLParser(encoding="utf-8")), url, read_rules(rules)
    )


@pytest.mark.parametrize(
    ("rule", "address"),
    [
        ("//a[@id='n']", "https://www.example.org/story?page=2"),
        ("//a/@href", "https://www.example.org/story?page=2"),
        ("//nothing", None),
        ("concat('/story?page=', '3')", "https://www.example.org/story?page=3"),
        ("//b", None),
        ("//b | //a", "https://www.example.org/story?page=2"),
        ("//[", None),
    ],
)
@pytest.mark.parametrize("name", ["single_page_link", "next_page_link"])
def test_an_expression_gives_an_address(name: str, rule: str, address: str | None) -> None:
    found = further(
        "<b>x</b><a id=n href=' /story?page=2 '>2</a><a href=/z>z</a>", f"{name}: {rule}"
    )
    assert (found.single if name == "single_page_link" else found.next) == address


def test_the_first_rule_that_gives_an_address_counts() -> None:
    rules = "next_page_link: //x\nnext_page_link: //a\nnext_page_link: //b/@data"
    assert further("<b data=/b></b><a href=/a>", rules).next == "https://www.example.org/a"


def test_a_string_ends_the_search_even_if_it_is_empty() -> None:
    rules = "next_page_link: substring-after(//b, ':')\nnext_page_link: //a"
    assert further("<b>x</b><a href=/a>", rules).next is None


def test_a_guard_keeps_a_rule_from_pages_that_lack_something() -> None:
    rules = "single_page_link: concat('/print/', //i)\nif_page_contains: //i"
    assert further("<p>x", rules).single is None
    assert further("<i>7</i>", rules).single == "https://www.example.org/print/7"


@pytest.mark.parametrize(
    "href", ["", "#top", "?page=1", "?page=1#more", "https://WWW.example.org/story?page=1", "   "]
)
def test_the_page_itself_is_no_further_page(href: str) -> None:
    rules = "single_page_link: //a\nnext_page_link: //a"
    assert further(f'<a href="{href}">x</a>', rules) == Further()


@pytest.mark.parametrize(
    ("href", "same"),
    [
        ("https://example.org/2", True),
        ("http://m.example.org/2", True),
        ("https://evil.example/2", False),
        ("https://notexample.org/2", False),
        ("//other.example/2", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://u:p@example.org/2", False),
    ],
)
def test_the_next_page_is_on_the_same_site(href: str, same: bool) -> None:
    assert bool(further(f'<a href="{href}">x</a>', "next_page_link: //a").next) is same


def test_the_whole_article_may_be_elsewhere() -> None:
    found = further(
        "<link rel=amphtml href=https://amp.example/x>", "single_page_link: //link/@href"
    )
    assert found.single == "https://amp.example/x"


def test_addresses_start_from_the_base_that_a_page_names() -> None:
    page = "<head><base href='/archive/'></head><a href=2>2</a>"
    assert further(page, "next_page_link: //a").next == "https://www.example.org/archive/2"


def test_next_pages_are_guessed_only_where_a_file_says_so() -> None:
    page = "<link rel=next href=/2>"
    assert further(page, "prune: no").next is None
    assert further(page, "autodetect_next_page: yes").next == "https://www.example.org/2"


def test_without_an_address_of_its_own_a_page_leads_nowhere() -> None:
    assert further("<a href=https://example.org/2>", "next_page_link: //a", None) == Further()
