"""What a source's `[article]` says is a rule like those of files, and wins over them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from feeder.rules.grammar import read_rules
from feeder.rules.options import ArticleOptions, rules_of, with_own


def own(**options: object) -> ArticleOptions:
    return ArticleOptions.model_validate(options)


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
    (rule,) = getattr(rules_of(own(**{option: selector})), directive)
    assert rule.value == expression
    assert rule.origin == "[article]"


def test_several_selectors_are_tried_in_their_order() -> None:
    rules = rules_of(own(content=["main", "//div"]))
    assert [rule.value for rule in rules.body] == ["//main", "//div"]


def test_links_to_other_pages() -> None:
    rules = rules_of(own(next="a[rel~=next]", whole="//a[@class='print']"))
    assert rules.next_page_link[0].rule.value.startswith("//a[")
    assert rules.single_page_link[0].rule.value == "//a[@class='print']"


def test_comments_can_be_the_content() -> None:
    assert rules_of(own(comments=True)).strip_comments is False
    assert rules_of(own()).strip_comments is None


@pytest.mark.parametrize(
    "options",
    [
        {"content": "div >"},
        {"content": "//div["},
        {"content": ["main", "..x"]},
        {"content": ""},
        {"contents": "main"},
        {"comments": "yes"},
        {"content": 3},
    ],
)
def test_what_is_wrong_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        own(**options)


def test_the_source_s_own_rules_win() -> None:
    file = read_rules("body: //file\nstrip: //nav\nstrip_comments: yes", "a.txt")
    rules = with_own(rules_of(own(content="main", comments=True)), file)
    assert [rule.value for rule in rules.body] == ["//main", "//file"]
    assert rules.strip == file.strip
    assert rules.strip_comments is False
    assert rules.origins == ("[article]", "a.txt")


def test_without_any_the_files_rules_are_as_they_were() -> None:
    file = read_rules("body: //file", "a.txt")
    assert with_own(rules_of(own()), file) is file
