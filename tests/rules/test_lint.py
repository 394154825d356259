"""What is wrong in a rule file is named with its line; what is right is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeder.rules.grammar import read_rules
from feeder.rules.lines import DIRECTIVES, read_lines, text_of
from feeder.rules.lint import dead_expression, lint
from feeder.rules.rulebook import BUILT_IN
from feeder.rules.standing import standings
from tests.rules.test_documentation import DIRECTIVES as DOCUMENTED
from tests.rules.upstream import CORPORA, unpacked

NAME = "example.org.txt"


def told(text: str, name: str = NAME) -> list[str]:
    return [f"{one.number} {one.weight}: {one.message}" for one in lint(text, name)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("titl: //h1", "1 fault: titl is not known"),
        ("\n# good\nhello there", "3 fault: no rule: 'hello there'"),
        ("body: //div[", "1 fault: body: no XPath expression: "),
        ("body: //DIV[@id='A']", "1 fault: body can never match: DIV is upper case"),
        ("strip: //div/@CLASS", "1 fault: strip can never match: CLASS is upper case"),
        ("body: string(//div)", "1 fault: body can never match: it gives a text"),
        ("body: //div/@class", "1 fault: body can never match: it gives attributes"),
        ("strip: concat('a', 'b')", "1 fault: strip can never match: it gives a text"),
        ("strip_id_or_class: .ad", "1 fault: strip_id_or_class wants the bare name"),
        ("strip_id_or_class: a.b", "1 hint: hardly a class is called 'a.b'"),
        ("strip:", "1 fault: strip without a value"),
        ("prune: maybe", "1 fault: prune is yes or no, and 'maybe' counts as no"),
        ("tidy: no", "1 hint: tidy means nothing here"),
        ("http_header(host): x", "1 fault: http_header(host) may not be set by a rule"),
        ("http_header(user-agent): Googlebot/2.1", "1 hint: it would pass feeder off"),
        ("wrap_in(script): //p", "1 fault: nothing can be wrapped in <script>"),
        ("move_into(): //p", "1 fault: move_into wants a target in brackets"),
        ("test_contains: words", "1 fault: test_contains before any test_url"),
        ("if_page_contains: //p", "1 fault: if_page_contains before any link"),
        ("find_string: a", "1 fault: 1 find_string and 0 replace_string"),
        ("body: //p\nbody: //p", "2 hint: it says the same as line 1"),
        ("prune: no\nprune: yes", "2 hint: it overrules line 1"),
        ("test_url: nothing", "1 fault: test_url is no address"),
        ("test_url: https://other.example/a", "1 hint: the file does not hold for other.example"),
        ("# only this", "1 hint: there is no rule in it"),
    ],
)
def test_each_slip_is_named(text: str, expected: str) -> None:
    (one,) = told(text)
    assert one.startswith(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "//div[@id='STORY'] | //p[contains(., \"SHOUT\")]",
        "//h1[translate(@class, 'ABC', 'abc')='a']",
        "//*[name()='svg']",
        "//div[not(@data-x) and position() < 3]",
        "//a[contains(text(), 'More (Photos)')]/following-sibling::p[1]",
    ],
)
def test_what_may_match_is_not_called_dead(expression: str) -> None:
    assert dead_expression(expression) is None
    assert told(f"body: {expression}") == []


def test_what_comes_with_feeder_is_right() -> None:
    for path in BUILT_IN.glob("*.txt"):
        assert [one for one in lint(text_of(path), path.name) if one.weight == "fault"] == []


def test_lines_are_those_that_are_documented() -> None:
    assert DIRECTIVES == DOCUMENTED


def test_all_that_reading_notes_is_found_too() -> None:
    text = "titl: x\nno rule\nbody:\ntidy: no\nwrap_in(video): //p\nhttp_header(host): a\n"
    assert len(read_rules(text).notes) == len({one.number for one in lint(text, NAME)}) == 6


def test_of_files_the_nearest_line_counts_and_in_a_file_the_last_switch() -> None:
    near, far = Path("near"), Path("far")
    found = standings(
        [
            (near, read_lines("body: //a\nprune: no\nprune: yes\ntest_url: https://a.example/")),
            (far, read_lines("body: //b\nbody: //a\nprune: no\ntidy: no\nodd: x")),
        ]
    )
    shown = [
        (one.placed.path.name, one.placed.line.text, one.overruled_by is None, one.is_heeded)
        for one in found
    ]
    assert shown == [
        ("near", "body: //a", True, True),
        ("near", "prune: no", False, True),
        ("near", "prune: yes", True, True),
        ("far", "body: //b", True, True),
        ("far", "body: //a", False, True),
        ("far", "prune: no", False, True),
        ("far", "tidy: no", True, False),
        ("far", "odd: x", True, False),
    ]
    assert [one.turn for one in found][:5] == [1, None, None, 2, None]


@pytest.mark.skipif(not CORPORA, reason="FEEDER_CORPORA is not set")
def test_of_the_public_collection_little_is_wrong(tmp_path: Path) -> None:
    faults = [
        f"{path.name}:{one.number}: {one.message}"
        for path in unpacked(tmp_path).glob("*.txt")
        if path.name != "LICENSE.txt"
        for one in lint(text_of(path), path.name)
        if one.weight == "fault"
    ]
    # Misspelt directives and expressions that give texts; no expression that could match.
    assert 5 <= len(faults) <= 25, faults
