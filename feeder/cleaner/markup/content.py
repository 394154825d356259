"""The step that finds the article in a page and cuts everything else away.

The page is measured, its blocks are looked at twice (`looks.py`, `places.py`), and what is chosen
(`choice.py`) stays where it is: boxes without any of it go, and so do pictures that belong to no
part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lxml.html import Element, HtmlElement

from feeder.cleaner.markup.around.prose import text_in
from feeder.cleaner.markup.blocks.choice import choose, is_article
from feeder.cleaner.markup.blocks.looks import Looked, first_look, look_at
from feeder.cleaner.markup.blocks.measure import Block, Box, Measured, measure
from feeder.cleaner.markup.blocks.places import Places, second_look
from feeder.cleaner.markup.blocks.weights import learnt
from feeder.cleaner.markup.work import Work
from feeder.models import DROPPED_TEXT_LIMIT

STEP = "content"

_TITLES = frozenset({"og:title", "twitter:title"})
_CAPTION = 40  # words beside a picture that are its caption, not a teaser
_CAPTION_LINKS = 10
_SUBHEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_MARK = 40  # words of a headline, byline or date line
_MOSTLY_LINKS = 4  # class of the share of links


def find_content(
    work: Work, headline: HtmlElement | None = None, marks: Collection[HtmlElement] = ()
) -> None:
    """Make `work.body` the element that holds the article, and nothing else in it.

    Args:
        headline: the visible title, which an article does not repeat.
        marks: elements that told facts, such as a byline and a date line.
    """
    page = measure(work.body)
    looked = look_at(page, titles_of(work.root))
    model = learnt()
    scores = second_look(Places(looked, first_look(looked, model.looks)), model)
    kept = choose(looked, scores)
    # A heading that is a date, as in a list of changes, is a heading.
    told = {headline, *(mark for mark in marks if mark.tag not in _SUBHEADINGS)}
    for box in page.boxes:
        if box.element in told and box.words <= _MARK:
            kept[box.start : box.end] = [False] * (box.end - box.start)
    if not is_article(page, kept, asks_password=lambda: _asks_password(work.body)):
        kept = [False] * len(kept)
    _cut(work, looked, kept)


def _asks_password(body: HtmlElement) -> bool:
    return any(field.get("type") == "password" for field in body.iter("input"))


def titles_of(root: HtmlElement) -> Iterator[str]:
    """What a page says that its title is."""
    title = next(root.iter("title"), None)
    if title is not None and title.text:
        yield title.text
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name")) in _TITLES:
            yield meta.get("content") or ""


def _cut(work: Work, looked: Looked, kept: Sequence[bool]) -> None:
    page = looked.page
    count = _kept_in(page, kept)
    article = _innermost(page, count)
    shown = _show_media(page, kept, count, article)
    for block in page.blocks:
        if not kept[block.index] and (count[block.box.number] or block.box.number in shown):
            _note(work, looked, [block], article)
            _blank(block)
    for element, box, rule in page.passed_by:
        if box is article or _is_in(box, article):
            work.drop(element, STEP, rule)
        else:
            work.note(STEP, rule, text_in(element, DROPPED_TEXT_LIMIT))
    past = 0  # boxes up to here have gone with the one around them
    for box in page.boxes:
        if box.number < past or count[box.number] or box.number in shown:
            continue
        past = box.past
        if box.end > box.start:
            _note(work, looked, page.blocks[box.start : box.end], article)
        if _is_in(box, article):
            box.element.drop_tree()
    work.body = article.element if count[0] else Element("body")
    for noscript in list(work.body.iter("noscript")):
        noscript.tag = "div"  # its text is all that there is to read without scripts


def _kept_in(page: Measured, kept: Sequence[bool]) -> list[int]:
    """How many kept blocks are in each box and those within it."""
    count = [0] * len(page.boxes)
    for block in page.blocks:
        count[block.box.number] += kept[block.index]
    for box in reversed(page.boxes[1:]):
        assert box.above is not None
        count[box.above.number] += count[box.number]
    return count


def _innermost(page: Measured, count: Sequence[int]) -> Box:
    """The innermost box that holds all that is kept."""
    return max(
        (box for box in page.boxes if count[box.number] == count[0]), key=lambda box: box.depth
    )


def _is_in(box: Box, other: Box) -> bool:
    return other.number < box.number < other.past


def _show_media(
    page: Measured, kept: Sequence[bool], count: Sequence[int], article: Box
) -> set[int]:
    """Take out the pictures that belong to no kept text; the boxes that hold the others."""
    last = max((n for n, keep in enumerate(kept) if keep), default=-1)
    shown: set[int] = set()
    for element, box, index in page.media:
        chain: list[Box] = []
        around = box
        while not count[around.number] and around.above is not None:
            chain.append(around)
            around = around.above
        inside = around is article or _is_in(around, article)
        if inside and (not chain or _is_picture(chain[-1], after=index > last)):
            shown.update(each.number for each in chain)
        elif inside:
            element.drop_tree()
    return shown


def _is_picture(box: Box, *, after: bool) -> bool:
    """Whether a box without kept text is a picture with at most a caption, and no teaser."""
    if after:  # below an article, what links is a teaser of another one
        return box.words <= _CAPTION and not box.link_words and box.element.find(".//a") is None
    return box.words <= _CAPTION and box.link_words <= _CAPTION_LINKS


def _blank(block: Block) -> None:
    for element, tail in block.pieces:
        if tail:
            element.tail = None
        else:
            element.text = None


def _note(work: Work, looked: Looked, blocks: Sequence[Block], article: Box) -> None:
    text = ""
    for block in blocks:
        if len(text) > DROPPED_TEXT_LIMIT:
            break
        text = f"{text} {block.text}"
    work.note(STEP, _reason(looked, blocks, article), text)


def _reason(looked: Looked, blocks: Sequence[Block], article: Box) -> str:
    """Why blocks were dropped, in a word or two for people."""
    if any(block.index == looked.headline for block in blocks):
        return "headline"
    longest = max(blocks, key=lambda block: block.words)
    if looked.linked[longest.index] >= _MOSTLY_LINKS:
        return "links"
    return "in the article" if _is_in(longest.box, article) else "around the article"
