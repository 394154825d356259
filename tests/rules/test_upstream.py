"""The public collection as a whole: every file is read, every expression compiles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from feeder.rules.expressions import fault
from feeder.rules.model import SiteRules
from feeder.rules.rulebook import Rulebook
from tests.rules.upstream import CORPORA, unpacked

pytestmark = pytest.mark.skipif(not CORPORA, reason="FEEDER_CORPORA is not set")

KNOWN = "tidy parser footnotes"
TYPOS = {"titl", "test_rul", "test", "test_content", "https"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SiteRules]:
    book = Rulebook([unpacked(tmp_path_factory.mktemp("rules"))], built_in=False)
    return {name: book.read(name) for name in book.names}


def test_all_files_load(files: dict[str, SiteRules]) -> None:
    assert len(files) == 2_040
    assert sum(not rules.empty for rules in files.values()) > 2_000


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("title", 906),
        ("author", 952),
        ("date", 769),
        ("body", 1_997),
        ("strip", 3_483 + 92),
        ("strip_id_or_class", 5_253),
        ("strip_image_src", 26),
        ("single_page_link", 109),
        ("next_page_link", 113),
        ("replacements", 452 + 321 + 14),
        ("examples", 2_817),
        ("wrap_in", 43),
        ("dissolve", 12),
        ("move_into", 7),
        ("native_ad_clue", 13),
        ("login_extra_fields", 94),
        ("post_strip_attr", 1),
    ],
)
def test_no_line_gets_lost(files: dict[str, SiteRules], name: str, lines: int) -> None:
    read = sum(len(getattr(rules, name)) for rules in files.values())
    # a few are empty, and a few are said twice
    assert lines * 0.99 <= read <= lines


def test_every_guard_has_its_link(files: dict[str, SiteRules]) -> None:
    links = [
        link for rules in files.values() for link in rules.single_page_link + rules.next_page_link
    ]
    assert sum(link.guard is not None for link in links) == 7


def test_every_expression_compiles(files: dict[str, SiteRules]) -> None:
    faults = {
        rule.value: fault(rule.value)
        for rules in files.values()
        for name in ("title", "author", "date", "body", "strip", "dissolve", "native_ad_clue")
        for rule in getattr(rules, name)
        if fault(rule.value)
    }
    assert faults == {}


def test_what_is_noted_is_what_is_not_heeded_and_typos(files: dict[str, SiteRules]) -> None:
    notes = Counter(
        note.split(": ", 1)[1].split()[0] for rules in files.values() for note in rules.notes
    )
    agents = notes.pop("http_header(user-agent)")
    assert 30 <= agents <= 60
    assert set(notes) <= {*KNOWN.split(), *TYPOS, "no"}


def test_no_file_makes_feeder_a_crawler(files: dict[str, SiteRules]) -> None:
    agents = [rules.headers.get("user-agent", "") for rules in files.values()]
    assert sum(map(bool, agents)) > 100
    assert not [agent for agent in agents if "bot" in agent.lower() or "slurp" in agent.lower()]


def test_a_rulebook_of_all_files_is_open_at_once(tmp_path: Path) -> None:
    folder = unpacked(tmp_path)
    book = Rulebook([folder])
    rules = book.rules_for("https://www.nytimes.com/2024/01/01/a.html")
    assert rules.origins[0].endswith("/nytimes.com.txt")
    assert rules.origins[-1] == "sites/global.txt"
