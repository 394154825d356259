"""Expressions are evaluated within bounds, and a bad one is named and hurts nobody."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HTMLParser

from feeder.rules.expressions import MAX_FOUND, Evaluation, fault, within, xpath


def tree(text: str) -> etree._Element:
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, no_network=True)
    return etree.fromstring(text.encode(), parser)


PAGE = tree("<title>A - Site</title><div id=a class='x y'><p>one<p>two<a href=/b>three</a></div>")


@pytest.mark.parametrize(
    "bad", ["//[", "//a[", "", "a b", "//x:y", "unknown(//a)", "//a\x00", "1 +"]
)
def test_a_bad_expression_finds_nothing_and_is_named(bad: str) -> None:
    page = Evaluation(PAGE)
    assert page.find(bad) == []
    assert len(page.notes) == 1
    assert page.find("//p")


def test_a_fault_is_told_without_a_page() -> None:
    assert fault("//a[")
    assert fault("//a") is None


def test_what_an_expression_gives() -> None:
    page = Evaluation(PAGE)
    assert page.find("substring-before(//title, ' -')") == "A"
    assert page.find("//a/@href") == ["/b"]
    assert page.find("count(//p)") == []
    assert page.find("true()") == []
    assert len(page.elements("//p | //p/text()")) == 2
    assert page.elements("string(//p)") == []
    assert page.notes == []


def test_an_expression_for_a_page_can_be_one_for_an_element() -> None:
    inner = tree("<p>a</p><div id=i><p>b</p><b>c</b></div>")
    (element,) = Evaluation(inner).elements("//div")
    found = Evaluation(inner).find(within("//p | //b"), element)
    assert [one.text for one in found if not isinstance(one, str)] == ["b", "c"]


@pytest.mark.parametrize(
    ("css", "found"),
    [("div#a > p", 2), (".y a[href]", 1), ("p, a", 3), ("P:first-child", 1), ("nav", 0)],
)
def test_css_finds_what_it_says(css: str, found: int) -> None:
    assert len(Evaluation(PAGE).elements(xpath(css))) == found


@pytest.mark.parametrize("path", ["//p", "/html/body/div/p", "(//p)[1]"])
def test_a_slash_or_a_bracket_begins_xpath(path: str) -> None:
    assert xpath(path) == path


@pytest.mark.parametrize("bad", ["//p[", "div >", "p::nope(", "..", "a:hover(", "", "p[" * 3000])
def test_a_selector_that_is_neither_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        xpath(bad)


@settings(max_examples=200)
@given(st.text(alphabet="/@[]()'\"*=.:|, abp12<>$", max_size=30))
def test_any_text_as_an_expression_is_a_result_or_a_note(text: str) -> None:
    page = Evaluation(PAGE)
    found = page.find(text)
    assert isinstance(found, list | str)


def test_an_expression_of_unreasonable_length_is_a_bad_one() -> None:
    assert fault("//a[" * 2_000)
    assert fault("//a" + "/b" * 2_100)


FLAT = "<p class=x>a</p>" * 20_000
DEEP = "<div class=x>" * 1_900 + "a" * 1_000
WIDE = ("<div class='x'>" * 50 + "<p>a</p>" * 50 + "</div>" * 50) * 60


@pytest.mark.slow
@pytest.mark.parametrize("page", [FLAT, DEEP, WIDE], ids=["flat", "deep", "wide"])
@pytest.mark.parametrize(
    "expression",
    [
        "//p/following-sibling::*",
        "//p/following::p",
        "//p/preceding::*",
        "//*//*",
        "//div//div//p",
        "//p[text() = //p/text()]",
        "//*/ancestor::*",
        "//div[.//p]//p",
        "//*[contains(., 'b')]",
    ],
)
def test_no_page_keeps_an_expression_busy(page: str, expression: str) -> None:
    """Without the bounds most of these take minutes."""
    evaluation = Evaluation(tree(page))
    begin = time.process_time()
    evaluation.find(expression)
    assert time.process_time() - begin < 10


def test_what_is_too_much_is_noted() -> None:
    evaluation = Evaluation(tree(FLAT))
    assert evaluation.find("//p/following::p") == []
    assert "not tried" in evaluation.notes[0]
    assert evaluation.elements("//p[@class='x']")


def test_a_page_of_too_many_elements_has_no_rules() -> None:
    evaluation = Evaluation(tree("<b>x</b>" * 50_001))
    assert evaluation.find("//b") == []
    assert "elements" in evaluation.notes[0]


def test_results_are_bounded() -> None:
    assert len(Evaluation(tree(FLAT)).find("//p")) == MAX_FOUND


@pytest.mark.parametrize(
    "expression",
    ["//p/following-sibling::*", "//div//p", "//a/following::*[1]", "//a/ancestor::div[1]"],
)
def test_ordinary_pages_get_every_expression(expression: str) -> None:
    """3,000 elements are more than nine pages in ten have."""
    page = tree("<body>" + "<div><p>a<a href=x>b</a></p><p>c</p></div>" * 600)
    evaluation = Evaluation(page)
    assert evaluation.find(expression)
    assert evaluation.notes == []
