"""A page as people read it: its blocks, and which of them a removal took. Pure.

The record of a removal has its rule and its first words (`Dropped`). Where these stand in the page
is found here, so that the page can be shown with what went marked, and each removal counted whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile

from lxml import etree
from lxml.html import Element, HtmlElement

from feeder.cleaner.markup.blocks.measure import BOXES, UNSEEN
from feeder.cleaner.markup.tree import parse
from feeder.models import Article, Dropped

_SHORT = 12
"""Letters. What is shorter is found by chance within the words of an article."""
_ELLIPSIS = "…"


@dataclass(eq=False, slots=True)
class Block:
    """A run of words with no box in it: what it says by its letters, and what became of it.

    `fate` is the place of its removal in `Article.dropped`; without one, and not `kept`, it went
    and nothing on record says why.
    """

    element: HtmlElement
    letters: str
    words: int
    kept: bool = False
    fate: int | None = None


@dataclass(slots=True)
class Original:
    """A page with its blocks, in their order. `root` is theirs to be changed."""

    root: HtmlElement
    blocks: list[Block]

    def words(self, removal: int) -> int:
        """How many words a removal took; 0: it was not found in the page."""
        return sum(block.words for block in self.blocks if block.fate == removal)


def original_of(markup: str, article: Article) -> Original | None:
    """The page that an article was made of; None where there is nothing in it.

    Raises:
        TooLargeError: it is too long, or nested too deep.
    """
    root = parse(markup)
    if root is None:
        return None
    body = root.find("body")
    blocks = list(_blocks_in(root if body is None else body))
    _mark_kept(blocks, article.text)
    spans = _spans(blocks)
    for number, dropped in enumerate(article.dropped):
        _assign(number, dropped, blocks, spans)
    return Original(root, blocks)


def markup_of(text: str) -> str:
    """Plain text as markup, a paragraph a line."""
    return "".join(f"<p>{escape(line)}</p>\n" for line in text.splitlines() if line.strip())


# Blocks


def _blocks_in(body: HtmlElement) -> Iterator[Block]:
    left = [body]  # no recursion: strangers nest as deep as they like
    while left:
        run = left.pop()
        if run is body or run.tag in BOXES:
            left.extend(reversed(_runs(run)))
        elif (text := _text(run)).strip():
            yield Block(run, letters_of(text), len(text.split()))


def _runs(box: HtmlElement) -> list[HtmlElement]:
    """The parts of a box: boxes in it, and what stands between them, each in an element.

    A box of words alone is one part, itself.
    """
    children = [child for child in box if isinstance(child.tag, str) and child.tag not in UNSEEN]
    if not any(_has_box(child) for child in children):
        return [_without_box(box)]
    runs = [_gathered(box, None)]
    for child in children:
        if _has_box(child):
            child.tag = child.tag if child.tag in BOXES else "div"
            runs += [child, _gathered(box, child)]
    return [run for run in runs if run is not None]


def _without_box(box: HtmlElement) -> HtmlElement:
    """The words of a box in an element that is no box, so that it ends the descent."""
    inner = Element("span")
    inner.text, box.text = box.text, None
    inner.extend(list(box))
    box.append(inner)
    return inner


def _gathered(box: HtmlElement, before: HtmlElement | None) -> HtmlElement | None:
    """What stands in a box behind one of its boxes, or at its beginning, in an element of its own;
    None where that is nothing."""
    run = Element("span")
    if before is None:
        run.text, box.text = box.text, None
        behind: Iterator[HtmlElement] = iter(box)
    else:
        run.text, before.tail = before.tail, None
        behind = before.itersiblings()
    run.extend(
        list(takewhile(lambda one: not isinstance(one.tag, str) or not _has_box(one), behind))
    )
    if before is None:
        box.insert(0, run)
    else:
        before.addnext(run)
    if _text(run).strip():
        return run
    run.drop_tree()
    return None


def _has_box(element: HtmlElement) -> bool:
    return element.tag in BOXES or any(one.tag in BOXES for one in element.iterdescendants())


def _text(element: HtmlElement) -> str:
    """What is seen of it."""
    pieces = list[str]()
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        if event == "end":
            pieces.append((one is not element and one.tail) or "")
        elif not isinstance(one.tag, str) or one.tag in UNSEEN:
            walk.skip_subtree()
        else:
            pieces.append(" " if one.tag == "br" else one.text or "")
    return "".join(pieces)


def letters_of(text: str) -> str:
    """A text by which it is known again, whatever stands between its words."""
    return "".join(character for character in text if character.isalnum()).casefold()


# What became of them


def _mark_kept(blocks: Sequence[Block], text: str) -> None:
    lines = set(map(letters_of, text.splitlines()))
    every = letters_of(text)
    for block in blocks:
        is_long = len(block.letters) >= _SHORT
        block.kept = (
            block.letters in lines
            or (is_long and block.letters in every)
            or _row(block.element) in lines
        )


def _row(element: HtmlElement) -> str | None:
    """The table row around a cell's words, which an article's text has as one line."""
    row = next(element.iterancestors("tr"), None)
    return None if row is None else letters_of(_text(row))


def _spans(blocks: Sequence[Block]) -> Mapping[HtmlElement, range]:
    """Which blocks are in each box, by their places: they are in the order of the page."""
    spans: dict[HtmlElement, range] = {}
    for place, block in enumerate(blocks):
        for box in block.element.iterancestors():
            known = spans.get(box)
            spans[box] = range(known.start if known else place, place + 1)
    return spans


def _assign(
    number: int,
    dropped: Dropped,
    blocks: Sequence[Block],
    spans: Mapping[HtmlElement, range],
) -> None:
    """Give a removal the blocks that it begins with, and what went in one with them."""
    wanted = letters_of(dropped.text)
    if not wanted:
        return
    free = [place for place, block in enumerate(blocks) if block.fate is None]
    gone = [place for place in free if not blocks[place].kept]
    run = _run(wanted, blocks, gone) or _run(wanted, blocks, free)
    if run and dropped.text.endswith(_ELLIPSIS):  # cut: what follows in its box went with it
        run += _rest(run, blocks, spans)
    for place in run:
        blocks[place].fate, blocks[place].kept = number, False


def _run(wanted: str, blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """Blocks one after the other, of those at these places, that begin with these letters."""
    for start, place in enumerate(places):
        first = blocks[place].letters
        if not first or not (wanted.startswith(first) or first.startswith(wanted)):
            continue
        said, end = "", start
        while end < len(places) and len(said) < len(wanted) and wanted.startswith(said):
            said += blocks[places[end]].letters
            end += 1
        if said.startswith(wanted):
            return list(places[start:end])
    return []


def _rest(
    run: Sequence[int], blocks: Sequence[Block], spans: Mapping[HtmlElement, range]
) -> list[int]:
    """The blocks behind a run that are in the widest box around it that has nothing before it and
    nothing that was kept."""
    first, last = run[0], run[-1]
    end = last + 1
    for box in blocks[first].element.iterancestors():
        span = spans[box]
        if any(blocks[place].fate is None for place in range(span.start, first)):
            break
        if any(blocks[place].kept for place in range(end, span.stop)):
            break
        end = max(end, span.stop)
    return [place for place in range(last + 1, end) if blocks[place].fate is None]
