"""What a source's `[article]` says is a rule like those of files, and wins over them."""

from __future__ import annotations

import pytest

from feeder.config.settings import ArticleSettings
from feeder.rules.grammar import read_rules
from feeder.rules.model import SiteRules
from feeder.rules.options import rules_of, selector_fault, with_own


def own(**options: object) -> SiteRules:
    return rules_of(**dict(ArticleSettings.model_validate(options)))


@pytest.mark.parametrize(
    ("option", "directive"),
    [
        ("content", "body"),
        ("remove", "strip"),
        ("title", "title"),
        ("author", "author"),
        ("date", "date"),
    ],
)
@pytest.mark.parametrize(
    ("selector", "expression"),
    [
        ("//div[@id='a']", "//div[@id='a']"),
        ("(//p)[1]", "(//p)[1]"),
        ("main", "//main"),
        ("#a", "//*[@id = 'a']"),
    ],
)
def test_css_and_xpath_become_rules(
    option: str, directive: str, selector: str, expression: str
) -> None:
    (rule,) = getattr(own(**{option: selector}), directive)
    assert rule.value == expression
    assert rule.origin == "[article]"


def test_several_selectors_are_tried_in_their_order() -> None:
    rules = own(content=["main", "//div"])
    assert [rule.value for rule in rules.body] == ["//main", "//div"]


def test_links_to_other_pages() -> None:
    rules = own(next="a[rel~=next]", whole="//a[@class='print']")
    assert rules.next_page_link[0].rule.value.startswith("//a[")
    assert rules.single_page_link[0].rule.value == "//a[@class='print']"


def test_comments_can_be_the_content() -> None:
    assert own(comments=True).strip_comments is False
    assert own().strip_comments is None


@pytest.mark.parametrize("selector", ["div >", "//div[", "..x", "", "(//p", "a" * 5_000 + "["])
def test_what_is_neither_css_nor_xpath_is_named(selector: str) -> None:
    assert selector_fault(selector)
    with pytest.raises(ValueError, match=r"no CSS selector|no XPath expression"):
        own(content=selector)


@pytest.mark.parametrize("selector", ["main", "(//p)[1]", "a[rel~=next]", " //div "])
def test_in_a_good_selector_nothing_is_wrong(selector: str) -> None:
    assert selector_fault(selector) is None


def test_the_source_s_own_rules_win() -> None:
    file = read_rules("body: //file\nstrip: //nav\nstrip_comments: yes", "a.txt")
    rules = with_own(own(content="main", comments=True), file)
    assert [rule.value for rule in rules.body] == ["//main", "//file"]
    assert rules.strip == file.strip
    assert rules.strip_comments is False
    assert rules.origins == ("[article]", "a.txt")


def test_without_any_the_files_rules_are_as_they_were() -> None:
    file = read_rules("body: //file", "a.txt")
    assert with_own(own(), file) is file
