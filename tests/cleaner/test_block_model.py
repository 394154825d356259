"""Which blocks of a page are its article: choice, second look, weights, and the step itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from math import isfinite

import pytest

from feeder.cleaner.markup.blocks.choice import choose
from feeder.cleaner.markup.blocks.looks import first_look
from feeder.cleaner.markup.blocks.places import MEASURES, Places, ask, second_look
from feeder.cleaner.markup.blocks.weights import WORD_TABLES, Looks, Model, Tree, learnt, looks_from
from feeder.cleaner.markup.content import find_content
from feeder.cleaner.markup.writing import written
from feeder.cleaner.plain import text_of
from feeder.cleaner.sanitize import sanitise
from tests.cleaner.test_blocks import PARAGRAPHS, STORY, looked_at
from tests.cleaner.trees import seconds, work_on

# --- what is chosen -------------------------------------------------------------------------------


def chosen(html: str, scores: Sequence[float]) -> list[bool]:
    return choose(looked_at(html), scores)


def test_blocks_above_nought_are_chosen() -> None:
    assert chosen(PARAGRAPHS, [1.0, -1.0, 0.5]) == [True, False, True]


TABLE = "<table><tr><td>Boats sold<td>Twelve<tr><td>Goats kept<td>One</table>"
LIST = "<ul><li>Boats sold<li>Twelve<li>Goats kept<li>One</ul>"


@pytest.mark.parametrize("whole", [TABLE, LIST])
@pytest.mark.parametrize(
    ("scores", "kept"), [([1.0, 1.0, 1.0, -1.0], True), ([-1.0, -1.0, -1.0, 1.0], False)]
)
def test_tables_and_lists_stay_or_go_as_one(whole: str, scores: list[float], kept: bool) -> None:
    assert chosen(whole + PARAGRAPHS, [*scores, 1.0, 1.0, 1.0])[:4] == 4 * [kept]


def test_a_table_that_lays_out_the_page_is_no_whole() -> None:
    long = " ".join(STORY)
    html = f"<table><tr><td>Home<td>{long}<td>Contact</table>"
    assert chosen(html, [-1.0, 1.0, -1.0]) == [False, True, False]


def test_a_heading_with_nothing_below_it_goes() -> None:
    html = f"<h2>Hay</h2>{PARAGRAPHS}<h2>More</h2><h3>News</h3><p>Teaser</p>"
    assert chosen(html, [1.0] * 6 + [-1.0]) == [True] * 4 + [False] * 3


def test_where_little_is_chosen_the_bar_is_lower() -> None:
    html = "<p>Closed today.</p><p>The ferry sails tomorrow.</p><p>Imprint</p>"
    assert chosen(html, [0.5, -0.5, -3.0]) == [True, True, False]
    assert chosen(PARAGRAPHS + html, [1.0, 1.0, 1.0, 0.5, -0.5, -3.0])[-2:] == [False, False]


@pytest.mark.parametrize("html", ["", "<div></div>", "<img src=a.png>", "<p>One</p>"])
def test_pages_of_next_to_nothing_are_measured_and_chosen_from(html: str) -> None:
    looked, model = looked_at(html), learnt()
    scores = second_look(Places(looked, first_look(looked, model.looks)), model)
    assert len(choose(looked, scores)) == len(scores) == len(looked.page.blocks)


# --- the second look ------------------------------------------------------------------------------


def measures(html: str, looks: Sequence[float] | None = None) -> list[dict[str, float]]:
    looked = looked_at(html, "The late ferry")
    places = Places(looked, looks or [1.0] * len(looked.page.blocks))
    return [dict(zip(MEASURES, places.measures(b), strict=True)) for b in looked.page.blocks]


PAGE = f'<h1>The late ferry</h1><div class="a">{PARAGRAPHS}</div><aside>{LIST}</aside>'


def test_every_number_has_a_name_and_is_one() -> None:
    for html in ("<p>One</p>", PAGE, "<div>" * 20 + "One" + "</div>" * 20):
        for numbers in measures(html):
            assert all(isfinite(number) for number in numbers.values())
    assert len(set(MEASURES)) == len(MEASURES)


def test_a_block_is_measured_by_its_neighbours_and_the_boxes_around_it() -> None:
    looks = [2.0, 1.0, 1.5, 0.5, -1.0, -1.0, -1.0, -1.0]
    found = measures(PAGE, looks)
    assert found[2]["look"] == 1.5
    assert found[2]["look 1 before"] == 1.0
    assert found[2]["look 1 after"] == 0.5
    assert found[0]["look 1 before"] < -50  # there is none
    assert found[2]["from the headline"] == 2
    assert found[4]["in lists"] == 1
    assert found[4]["in aside"] == 1
    assert found[2]["in aside"] == 0
    assert found[2]["blocks in box 1"] == 3
    assert found[2]["share of prose in box 1"] == 1.0


def test_blocks_in_boxes_of_the_same_names_are_told_together() -> None:
    card = '<div class="card"><p>One</p></div>'
    found = measures(f"{card}{card}{card}<section><p>Two</p></section>")
    assert [numbers["how many alike"] for numbers in found] == [3, 3, 3, 1]


def test_trees_are_asked_up_to_their_leaves() -> None:
    forest: list[Tree] = [(0, 1.0, -1.0, (1, 2.0, 0.25, 0.5)), 0.125]
    model = Model(looks_from({}), forest, 1.0)
    assert ask(model, [1.0, 9.0]) == 0.125
    assert ask(model, [1.5, 2.0]) == 1.375
    assert ask(model, [1.5, 2.5]) == 1.625


# --- the weights that ship ------------------------------------------------------------------------


def nodes(tree: Tree) -> Iterator[tuple[int, float]]:
    if isinstance(tree, tuple):
        measure_number, bound, less, more = tree
        yield measure_number, bound
        yield from nodes(less)
        yield from nodes(more)


def test_every_table_of_weights_is_asked_by_the_first_look() -> None:
    rows = (files("feeder.cleaner.markup") / "data/looks.tsv").read_text(encoding="utf-8")
    tables = {row.split("\t")[0] for row in rows.splitlines() if not row.startswith("#")}
    known = {name.replace("_", "-") for name in Looks.__dataclass_fields__}
    assert tables <= known
    assert known >= WORD_TABLES


def test_the_trees_ask_for_measures_that_there_are() -> None:
    found = [node for tree in learnt().forest for node in nodes(tree)]
    assert found
    assert {number for number, _ in found} <= set(range(len(MEASURES)))
    assert all(isfinite(bound) for _, bound in found)


def test_the_weights_are_words_and_numbers_and_no_text() -> None:
    rows = (files("feeder.cleaner.markup") / "data/looks.tsv").read_text(encoding="utf-8")
    for row in rows.splitlines()[1:]:
        table, sign, weight = row.split("\t")
        assert isfinite(float(weight))
        assert len(sign) <= 60, row
        if table not in WORD_TABLES:
            int(sign)


def test_the_trees_are_read_as_they_were_written() -> None:
    told = json.loads((files("feeder.cleaner.markup") / "data/places.json").read_text("utf-8"))
    model = learnt()
    assert model.bias == told["bias"]
    assert json.loads(json.dumps(model.forest)) == told["forest"]


# --- the step -------------------------------------------------------------------------------------

SITE = """<header><a href="/">The Site</a></header><nav><a href="/news">News</a></nav>
<h1>The late ferry</h1>{}<div class="related"><h3>Related</h3><ul><li><a href="/a">Ten bridges
that were never built</a><li><a href="/b">A goat on a pier</a></ul></div>
<footer>© The Site. <a href="/imprint">Imprint</a></footer>"""


def found_in(html: str) -> str:
    work = work_on(html)
    find_content(work)
    return text_of(sanitise(written(work.body)))


def test_the_article_of_a_plain_page_is_found_whole_and_alone() -> None:
    assert [line for line in found_in(SITE.format(PARAGRAPHS * 3)).split("\n") if line] == STORY * 3


def test_dropped_blocks_say_why() -> None:
    work = work_on(SITE.format(PARAGRAPHS * 3))
    find_content(work, next(work.body.iter("h1")))
    told = " ".join(dropped.text for dropped in work.dropped)
    assert all(text in told for text in ("The late ferry", "Ten bridges", "Imprint"))
    assert all(dropped.step == "content" and dropped.rule for dropped in work.dropped)
    assert "headline" in {dropped.rule for dropped in work.dropped}


@pytest.mark.parametrize(
    ("opened", "depth"),
    [
        ("<div>", 10),
        ("<div>", 40),
        ("<section>", 200),
        ("<div>", 200),
        ("<table><tr><td>", 60),
        ("<ul><li>", 100),
    ],
)
def test_an_article_is_found_however_deep_it_lies(opened: str, depth: int) -> None:
    found = found_in(opened * depth + PARAGRAPHS * 3)
    assert all(text in found for text in STORY)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>One two three.</p>" * 10_000, id="many blocks"),
        pytest.param("<p>" + "<b>One</b> two " * 20_000 + "</p>", id="many pieces"),
        pytest.param("<nav><a href=/>One</a>" * 200 + PARAGRAPHS, id="furniture in furniture"),
        pytest.param("<p>One<br>" * 10_000, id="many line ends"),
        pytest.param(
            "<nav><p>" + "word " * 100 + "</p></nav>" + "<nav>" * 900, id="deep furniture"
        ),
        pytest.param(f'<div class="{"share bar " * 100_000}">{PARAGRAPHS}</div>', id="long names"),
    ],
)
def test_no_page_takes_long(html: str) -> None:
    assert seconds(find_content, html) < 5
