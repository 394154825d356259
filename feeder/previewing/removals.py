"""What each step took out of an article's page, for people: in words, and marked in the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from feeder.encoding import decode
from feeder.errors import SourceError
from feeder.models import Article, Dropped, Page
from feeder.previewing.found import Previewed
from feeder.text import one_line
from feeder.workers import Work

if TYPE_CHECKING:
    # What parses pages takes 150 ms to import, and is needed in workers alone.
    from feeder.previewing.original import Original

_MARKUP = "<"
_STEPS = frozenset({"site-rules", "content", "comments", "furniture", "ends", "images"})
"""Those that have a colour of their own; plug-ins' steps share one."""


class Removal(NamedTuple):
    """A block that went: which rule of which step took it, how much it was, how it begins.

    `words` is 0 where the page no longer shows what went, as with a picture.
    """

    step: str
    rule: str
    words: int
    text: str


class Removals(NamedTuple):
    """All that went, in the order in which it did; the page with it marked, where that was asked
    for. `fault` is why the page cannot be shown."""

    removals: tuple[Removal, ...]
    original: str = ""
    fault: str = ""


def removals_of(one: Previewed, work: Work, *, shown: bool = False) -> Removals:
    """What was taken out of the page that an article was made of.

    Args:
        shown: whether the page itself is wanted, sanitised, with what went marked.
    """
    if one.page is None and not one.markup:
        return _unplaced(one.article)
    made_of = one.page or one.markup
    try:
        return work.submit(removed_from, made_of, one.article, shown=shown).result()
    except SourceError as error:
        return _unplaced(one.article)._replace(fault=error.message)


def hue_of(step: str) -> str:
    """The class that a step's things have in a page."""
    return f"step-{step}" if step in _STEPS else "step-other"


def _unplaced(article: Article) -> Removals:
    return Removals(tuple(_removal(dropped, 0) for dropped in article.dropped))


def _removal(dropped: Dropped, words: int) -> Removal:
    return Removal(dropped.step, dropped.rule, words, dropped.text)


def removed_from(made_of: Page | str, article: Article, *, shown: bool) -> Removals:
    """In a worker.

    Raises:
        SourceError: it cannot be read, or not be shown.
    """
    from feeder.previewing.original import markup_of, original_of

    text = made_of if isinstance(made_of, str) else _text(made_of)
    is_markup = text.lstrip().startswith(_MARKUP)
    original = original_of(text if is_markup else markup_of(text), article)
    if original is None:
        return _unplaced(article)
    removals = tuple(
        _removal(dropped, original.words(number)) for number, dropped in enumerate(article.dropped)
    )
    return Removals(removals, _marked(original, article) if shown else "")


def _text(page: Page) -> str:
    return decode(page.body, charset=page.charset, markup=True).text


def _marked(original: Original, article: Article) -> str:
    from feeder.previewing.numbered import numbered

    gone = [block for block in original.blocks if not block.kept]
    numbers = {block.element: place for place, block in enumerate(gone)}

    def attributes(number: int) -> str:
        fate = gone[number].fate if number < len(gone) else None
        if fate is None:
            return ' class="gone" title="nothing on record says why it went"'
        dropped = article.dropped[fate]
        told = escape(one_line(f"{dropped.step}: {dropped.rule}"))
        hue = hue_of(dropped.step)
        return f' class="gone told {hue}" data-removal="{fate}" data-rule="{told}"'

    return numbered(original.root, numbers, attributes, base_url=None)
