"""Every example of docs/site-rules.md is run, and every directive is in it."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.site import SitePage
from feeder.cleaner.markup.tree import parse
from feeder.cleaner.markup.work import Work
from feeder.config.settings import ArticleSettings
from feeder.rules import grammar
from feeder.rules.further import further_pages
from feeder.rules.grammar import read_rules
from feeder.rules.options import rules_of
from feeder.rules.rulebook import Rulebook

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/site-rules.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"<!-- ([^>]+?) -->\n```\w*\n(.*?)```", DOCUMENT, re.DOTALL))
SITE = "https://news.example.org"
EXAMPLES = {
    name: (path, rules)
    for key, rules in BLOCKS.items()
    for name, path in re.findall(r"example: (\w+), on (.+)", key)
}


def applied(name: str) -> tuple[SitePage, Work]:
    path, rules = EXAMPLES[name]
    read = read_rules(rules)
    assert read.notes == ()
    page = SitePage(read)
    root = parse(page.replace(BLOCKS[f"page: {name}"]))
    assert root is not None
    work = Work(root, root.find("body"), url=SITE + path)
    page.learn(work)
    page.edit(work)
    chosen = page.choose(work)
    if chosen is not None:
        work.body = chosen
    page.finish(work)
    return page, work


def squeezed(markup: str) -> str:
    return re.sub(r">\s+<", "><", markup).strip()


def inner(element: HtmlElement) -> str:
    parts = [element.text or "", *(etree.tostring(one, encoding="unicode") for one in element)]
    return "".join(parts)


def test_there_are_examples() -> None:
    assert EXAMPLES.keys() == {"first", "edit", "pages"}


@pytest.mark.parametrize("name", ["first", "edit"])
def test_an_example_gives_what_the_document_says(name: str) -> None:
    page, work = applied(name)
    assert squeezed(inner(work.body)) == squeezed(BLOCKS[f"result: {name}"])
    assert page.notes == ()
    assert all(hit.matches for hit in page.hits)


def test_the_first_example_s_facts() -> None:
    page, work = applied("first")
    assert work.facts == {
        "title": "Harbour closed",
        "authors": ("Ann Reed",),
        "published": datetime(2024, 5, 3, 12, 40, tzinfo=UTC),
    }
    (example,) = page.rules.examples
    assert example.url == work.url
    assert all(text in str(work.body.text_content()) for text in example.contains)


def test_the_example_of_several_pages() -> None:
    path, rules = EXAMPLES["pages"]
    root = parse(BLOCKS["page: pages"])
    assert root is not None
    further = further_pages(root, SITE + path, read_rules(rules))
    assert further == (None, BLOCKS["next: pages"].strip())


def test_the_example_of_layers(tmp_path: Path) -> None:
    for name in ("collection", "ours"):
        (tmp_path / name).mkdir()
        text = BLOCKS[f"layers: {name}/example.org.txt"]
        (tmp_path / name / "example.org.txt").write_text(text, encoding="utf-8")
    folders = [tmp_path / "collection", tmp_path / "ours"]
    told = Rulebook(folders, built_in=False).read("example.org.txt")
    meant = read_rules(BLOCKS["layers: merged"])
    for name in ("body", "strip"):
        assert [r.value for r in getattr(told, name)] == [r.value for r in getattr(meant, name)]
    assert told.prune is meant.prune is True


def test_the_example_of_a_source() -> None:
    options = tomllib.loads(BLOCKS["article"])["article"]
    assert options.keys() == ArticleSettings.model_fields.keys()
    rules = rules_of(**dict(ArticleSettings.model_validate(options)))
    assert len(rules.body) == len(rules.strip) == 2


def test_every_key_of_a_source_is_documented() -> None:
    for key in ArticleSettings.model_fields:
        assert re.search(rf"^\|.*`{key}`", DOCUMENT, re.MULTILINE), key


DIRECTIVES = {
    *grammar.LISTS,
    *grammar.LINKS,
    *grammar.SWITCHES,
    *grammar.WORDS,
    *grammar._SPECIAL,
    *grammar._ARGUED,
    "strip_attr",
    "find_string",
    "replace_string",
}


@pytest.mark.parametrize("directive", sorted(DIRECTIVES))
def test_every_directive_is_documented(directive: str) -> None:
    assert re.search(rf"^\|.*`{directive}\b", DOCUMENT, re.MULTILINE)


def test_every_directive_of_the_document_is_known() -> None:
    rows = re.findall(r"^\| (`[a-z_]+[`(].*?) \|", DOCUMENT, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)", row)}
    assert named - {*ArticleSettings.model_fields} <= DIRECTIVES
