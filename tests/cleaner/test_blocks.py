"""A page is taken into blocks as readers see them, and looked at for the first time."""

from __future__ import annotations

import pytest

from feeder.cleaner.markup.blocks.looks import Looked, first_look, look_at
from feeder.cleaner.markup.blocks.measure import Block, Measured, measure
from feeder.cleaner.markup.blocks.weights import Looks, looks_from
from tests.cleaner.trees import work_on

STORY = [
    "The ferry was an hour late on the first morning of the winter timetable, and so was the next.",
    "Nobody on the pier minded but a goat, which had been promised hay at eight, as on every day.",
    "“It has happened before, and it will happen again,” said the harbour master, who has a dog.",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)


def page(html: str) -> Measured:
    return measure(work_on(html).body)


def texts(html: str) -> list[str]:
    return [block.text for block in page(html).blocks]


def block(html: str) -> Block:
    [only] = page(html).blocks
    return only


# --- blocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<div>One.<p>Two.</p>Three.</div>", ["One.", "Two.", "Three."]),
        ("<table><tr><td>One<td>Two<tr><td>Three</table>", ["One", "Two", "Three"]),
        ("<ul><li>One<ul><li>Two</ul><li>Three</ul>", ["One", "Two", "Three"]),
        ("<dl><dt>One<dd>Two</dl>", ["One", "Two"]),
        ("<h2>One</h2>Two", ["One", "Two"]),
        ("<p> </p><p>\n\t</p><div></div>", []),
    ],
)
def test_what_readers_see_as_one_piece_is_a_block(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


@pytest.mark.parametrize(
    "run",
    [
        "<em>One</em> <a href=/>two</a><span>, three</span>.",
        "<span>One</span> <i><b>two</b></i>, three.",
        "\n One\n two,<font>  three</font>. ",
        "One <custom-tag>two</custom-tag>, three.",
    ],
)
def test_inline_elements_do_not_part_a_run(run: str) -> None:
    assert texts(f"<div>{run}</div>") == ["One two, three."]


def test_two_line_ends_part_blocks_and_one_does_not() -> None:
    assert texts("<div>One<br>two<br><br>Three<br/>\n<br/>Four</div>") == [
        "One two",
        "Three",
        "Four",
    ]


def test_line_ends_in_a_block_are_counted() -> None:
    assert block("<p>One<br>two<br>three</p>").breaks == 2


@pytest.mark.parametrize(
    "unseen",
    ["<script>x()</script>", "<style>p{}</style>", "<svg><text>x</text></svg>",
     "<select><option>x</select>", "<textarea>x</textarea>", "<template>x</template>"],
)  # fmt: skip
def test_what_no_reader_sees_is_in_no_block_and_what_is_behind_it_is(unseen: str) -> None:
    assert texts(f"<p>One {unseen}two</p>") == ["One two"]


def test_text_behind_a_picture_belongs_to_the_block() -> None:
    measured = page("<p>One <img src=a.png> two</p><p>Three</p>")
    assert [block.text for block in measured.blocks] == ["One two", "Three"]
    assert [element.tag for element, _, _ in measured.media] == ["img"]


def test_pieces_are_where_a_blocks_text_is_held() -> None:
    found = block("<p>One <b>two</b> three</p>")
    held = [element.tail if tail else element.text for element, tail in found.pieces]
    assert held == ["One ", "two", " three"]


def test_the_share_of_links_is_in_words() -> None:
    found = block("<p>One two <a href=/>three four five</a> and <a href=/>six</a></p>")
    assert (found.words, found.link_words, found.links) == (7, 4, 2)


def test_links_of_a_block_are_not_counted_in_the_next() -> None:
    first, second = page("<p><a href=/>One</a></p><p>Two words</p>").blocks
    assert (first.link_words, second.link_words, second.links) == (1, 0, 0)


def test_a_link_around_several_blocks_is_one_of_each() -> None:
    measured = page("<a href=/><div>One two</div><div>three</div></a><p>Four</p>")
    assert [block.link_words for block in measured.blocks] == [2, 1, 0]


def test_words_of_a_script_without_spaces_are_estimated() -> None:
    found = block("<p>渡し船は冬の時刻表の最初の朝に一時間遅れたが、誰も気にしなかった。</p>")
    assert 5 < found.words < 15


def test_a_long_latin_word_is_one() -> None:
    assert block(f"<p>{'x' * 200}</p>").words == 1


@pytest.mark.parametrize(("html", "strong"), [("<b>One</b>", True), ("One two", False)])
def test_bold_blocks_are_known(html: str, strong: bool) -> None:
    assert block(f"<p>{html}</p>").strong is strong


# --- boxes ----------------------------------------------------------------------------------------


def test_a_box_knows_its_blocks_boxes_and_words() -> None:
    measured = page(
        "<p>Zero</p><div id=a><p>One two</p><p><a href=/>Three</a></p></div><p>Four</p>"
    )
    [box] = [box for box in measured.boxes if box.names.identity == "a"]
    assert [block.text for block in measured.blocks[box.start : box.end]] == ["One two", "Three"]
    assert (box.words, box.link_words, box.past - box.number) == (3, 1, 3)
    assert measured.boxes[0].words == 5


def test_only_long_blocks_that_are_no_links_are_prose() -> None:
    links = "".join(f"<li><a href=/>{text}</a></li>" for text in STORY)
    measured = page(f"{PARAGRAPHS}<ul>{links}</ul><p>Short line</p>")
    assert measured.boxes[0].prose == sum(len(text.split()) for text in STORY)


@pytest.mark.parametrize("furniture", ["<nav>{}</nav>", '<div id="footer">{}</div>'])
def test_furniture_that_says_nothing_is_passed_by(furniture: str) -> None:
    links = '<ul><li><a href="/a">News</a><li><a href="/b">Sport</a></ul>'
    measured = page(PARAGRAPHS + furniture.format(links))
    assert [block.text for block in measured.blocks] == STORY
    [(element, _, rule)] = measured.passed_by
    assert element.tag in furniture
    assert rule


@pytest.mark.parametrize(
    "inside", ["".join(f"<p>{text}</p>" for text in STORY * 2), "<h1>The late ferry</h1>"]
)
def test_what_is_called_furniture_but_holds_prose_or_the_headline_is_read(inside: str) -> None:
    measured = page(f"<nav>{inside}</nav>")
    assert measured.blocks
    assert not measured.passed_by


def test_a_long_list_of_links_says_nothing() -> None:
    links = "".join(f'<li><a href="/{n}">{STORY[n % 3]}</a>' for n in range(30))
    assert page(f"{PARAGRAPHS}<footer><ul>{links}</ul></footer>").passed_by


# --- the page as a whole --------------------------------------------------------------------------


def looked_at(html: str, *titles: str) -> Looked:
    return look_at(page(html), titles)


@pytest.mark.parametrize(
    ("html", "titles", "headline"),
    [
        ("<h1>The Site</h1><h2>The late ferry</h2>", ["The late ferry | The Site"], 1),
        ("<h1>The late ferry</h1><h2>Hay</h2>", ["The Late Ferry – The Site"], 0),
        ("<h2>Hay</h2><h1>The late ferry</h1>", ["Something else"], 1),
        ("<h2>Hay</h2><h1>The late ferry</h1>", [], 1),
        ("<h2>Hay</h2><h3>Straw</h3>", [], None),
        ("<p>The late ferry</p>", ["The late ferry"], None),
        (f"<h1>{' '.join(STORY * 2)}</h1><h1>The late ferry</h1>", [], 1),
    ],
)
def test_the_headline_is_the_heading_that_the_title_repeats(
    html: str, titles: list[str], headline: int | None
) -> None:
    assert looked_at(html, *titles).headline == headline


def bias_only(table: str) -> Looks:
    """Weights of the signs of one table, each 1."""
    everything = dict.fromkeys(range(-20, 10000), 1.0)
    return looks_from({table: everything})


def test_a_text_in_several_boxes_is_repeated_and_a_refrain_is_not() -> None:
    card = "<div><p>Read more</p></div>"
    poem = "<div><p>Row, row</p><p>Gently</p><p>Row, row</p></div>"
    looks = first_look(looked_at(card + card + poem), bias_only("repeated"))
    assert looks == [1.0, 1.0, 0.0, 0.0, 0.0]


def test_names_around_a_block_weigh_on_all_within_them() -> None:
    html = '<div class="c-ShareBar__item"><div><p>One</p></div></div><p>Two</p>'
    looks = first_look(looked_at(html), looks_from({"within": {"share": -2.0}}))
    assert looks == [-2.0, 0.0]


def test_a_tables_own_names_weigh_on_its_own_text_only() -> None:
    html = '<div class="teaser">One<div><p>Two</p></div></div>'
    assert first_look(looked_at(html), looks_from({"of": {"teaser": -2.0}})) == [-2.0, 0.0]


def test_words_of_long_blocks_weigh_nothing() -> None:
    long = " ".join(STORY)
    weights = looks_from({"word": {"ferry": 3.0}})
    assert first_look(looked_at(f"<p>The ferry</p><p>{long}</p>"), weights) == [3.0, 0.0]
