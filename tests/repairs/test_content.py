"""The article's place in redesigned pages is found by the texts on record, or nothing is."""

from __future__ import annotations

from random import Random

import pytest
from lxml.html import HtmlElement, document_fromstring

from feeder.errors import LayoutError
from feeder.repairs.content import OnRecord, mend_content
from feeder.rules.expressions import xpath
from tests.repairs.designs import ALIVE, AROUND, GONE, RELATED, Design, blocks, page, story, text
from tests.sources.listing.pages_set import page as fetched

OLD = ("div.story-text", "//div[@id='old']")
NUMBERS = range(1, 6)


def on_record(design: Design, number: int) -> OnRecord:
    body = design(number).encode()
    return OnRecord(fetched(body, f"https://news.example/{number}"), text(number))


def found_on(body: str, css: str) -> list[HtmlElement]:
    found = document_fromstring(body).xpath(xpath(css))
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, HtmlElement)]


@pytest.mark.parametrize("name", ALIVE)
def test_the_text_is_found_in_its_new_place_and_nothing_beside_it(name: str) -> None:
    mended = mend_content(OLD, [on_record(ALIVE[name], number) for number in NUMBERS])
    assert (mended.old, mended.pages, mended.of) == (OLD, 5, 5)
    assert mended.held == 1
    for number in (*NUMBERS, 77):  # the last one was not among those that it is made of
        (found,) = found_on(ALIVE[name](number), mended.new)
        said = str(found.text_content())
        assert all(paragraph in said for paragraph in story(number))
        assert not any(words in said for words in AROUND)


@pytest.mark.parametrize(
    "letters",
    [
        "日本語港町新聞記者橋修理朝市魚船海風山川雪花",
        "กขคงจฉชซดตถทนบปผพมยรลวสหอ",
    ],
    ids=["japanese", "thai"],
)
def test_scripts_without_spaces_are_read_too(letters: str) -> None:
    def prose(number: int) -> str:
        random = Random(f"{letters} {number}")
        return "".join(random.choices(letters, k=400))

    known = [
        OnRecord(
            fetched(
                page(f"{RELATED}<div class=lead>{prose(n + 50)}</div><div class=honbun><p>"
                     f"{prose(n)}</p></div>"),
                f"https://news.example/{n}",
            ),
            prose(n),
        )
        for n in NUMBERS
    ]  # fmt: skip
    assert mend_content(OLD, known).new == ".honbun"


@pytest.mark.parametrize("name", GONE)
def test_where_it_is_gone_or_in_nothing_of_its_own_nothing_is_proposed(name: str) -> None:
    with pytest.raises(LayoutError, match="texts on record"):
        mend_content(OLD, [on_record(GONE[name], number) for number in NUMBERS])


def test_what_works_is_left_alone() -> None:
    with pytest.raises(LayoutError, match="nothing is to be repaired"):
        mend_content((*OLD, ".article__body"), [on_record(blocks, number) for number in NUMBERS])


def test_a_selector_that_finds_something_else_by_now_does_not_work() -> None:
    mended = mend_content((".share",), [on_record(blocks, number) for number in NUMBERS])
    assert mended.new == ".article__body"


def test_names_that_only_some_pages_have_do_not_count() -> None:
    mended = mend_content(OLD, [on_record(ALIVE["sectioned"], number) for number in NUMBERS])
    assert mended.new == ".wording-of-story"


def test_an_article_that_was_edited_or_is_gone_is_no_hindrance() -> None:
    known = [on_record(blocks, number) for number in NUMBERS]
    cut = page(f"<div class=article__body><p>{story(1)[0]}</p></div>").encode()
    known[0] = OnRecord(fetched(cut, "https://news.example/1"), text(1))
    mended = mend_content(OLD, known)
    assert (mended.new, mended.pages, mended.of) == (".article__body", 4, 5)


def test_one_page_is_too_few_to_go_by() -> None:
    with pytest.raises(LayoutError, match="on 1 of 1 pages"):
        mend_content(OLD, [on_record(blocks, 1)])
    with pytest.raises(LayoutError, match="none has an article"):
        mend_content(OLD, [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe" * 50,
        b"<div>" * 20_000,
        b"<div " + b" ".join(b"a%d" % n for n in range(5_000)) + b">x</div>",
        f"<div>{'<p>word of this' * 30_000}</div>".encode(),
    ],
    ids=["empty", "binary", "deep", "attributes", "long"],
)
def test_pages_that_are_none_give_nothing(body: bytes) -> None:
    known = [OnRecord(fetched(body, f"https://news.example/{n}"), text(n)) for n in range(5)]
    with pytest.raises(LayoutError):
        mend_content(OLD, known)
