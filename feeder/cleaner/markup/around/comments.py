"""The step that takes out comments and their forms, by structure, before the article is chosen.

First what is called so (`names.py`), then forms with a field to write in, wherever they stand and
in any language, then threads of systems that nobody here has heard of (`threads.py`). Nothing goes
that the page cannot spare (`prose.py`): a form around a whole page, an article in a wrapper called
"comment", a forum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from lxml.html import HtmlElement

from feeder.cleaner.markup.around.furniture import STOPS, UNSEEN, Cut
from feeder.cleaner.markup.around.names import NOTHING, Verdict, named
from feeder.cleaner.markup.around.prose import ABOUT_COMMENTS, kinds_of, prose_in, text_in
from feeder.cleaner.markup.around.threads import threads_in
from feeder.cleaner.markup.work import Work

STEP = "comments"

_OURS = frozenset({"comments", "comment form"})
# "reaction" and "discussion" are sections of a page, too: what is broadly called so goes by its
# structure or stays. With "comment" in its name, 1,022 paragraphs of the open pages of aeb and
# wcxb were none of the article and one was.
_SURE = frozenset({"specific", "shared"})
_BROAD = "comment"
_BOXED = frozenset({*_OURS, "newsletter", "search", "notice"})  # what a form's frame is called
_WORDED = ABOUT_COMMENTS | {"subscribe"}
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "legend"})
_FIELDS = ("textarea", "input", "select", "button")
_MOST_FRAMES = 6  # elements around a form that hold it, its title and notes
_MOST_BESIDE = 30  # children of such a frame
_NOTES = 300  # characters of the notes around a comment form: rules, moderation, privacy
_PITCH = 160  # … of the invitation around any other form
_MUCH_MORE = 3  # times as much prose has the page as a frame has notes


def drop_comments(
    work: Work, known: Mapping[HtmlElement, Verdict] | None = None, *, keep: bool = False
) -> None:
    """Take comments and comment forms out of `work.body`.

    `known` is what elements are called, where it was looked up already. `keep` is for sites whose
    comments are the content: then only forms go.
    """
    cut = Cut(work, named(work.body) if known is None else known, STEP)
    if not keep:
        cut.drop_called(_OURS, _SURE, broad=_BROAD)
    _drop_forms(cut)
    if not keep:
        for thread in threads_in(work.body, cut.prose):
            cut.drop(thread.element, thread.rule)


def _drop_forms(cut: Cut) -> None:
    """Take out every form that holds no article, and fields that stand in none."""
    body = cut.work.body
    for form in list(body.iter("form")):
        if form not in cut.gone and cut.can_spare(form, sure=False):
            written = next(form.iter("textarea"), None) is not None
            cut.drop(_frame(cut, form, written), "comment form" if written else "form")
    for field in list(body.iter("textarea")):
        if field not in cut.gone and (box := _fields_around(body, field)) is not None:
            cut.drop(_frame(cut, box, written=True), "comment fields")


def _fields_around(body: HtmlElement, field: HtmlElement) -> HtmlElement | None:
    """The smallest element with the field and a button or another field, if nothing else."""
    for box in islice(field.iterancestors(), _MOST_FRAMES):
        if box is body or box.tag in STOPS:
            return None
        if len(list(islice(box.iter(*_FIELDS), 2))) > 1:
            alone = not prose_in(box) and len(text_in(box, _NOTES)) <= _NOTES
            return box if alone and next(box.iter("h1"), None) is None else None
    return None


def _frame(cut: Cut, form: HtmlElement, written: bool) -> HtmlElement:
    """The element that holds a form with its title and notes, and nothing else."""
    box = form
    for _ in range(_MOST_FRAMES):
        frame = box.getparent()
        if frame is None or frame is cut.work.body or frame.tag in STOPS:
            break
        if not _frames(cut, frame, box, written):
            break
        box = frame
    return box


def _frames(cut: Cut, frame: HtmlElement, box: HtmlElement, written: bool) -> bool:
    if len(frame) > _MOST_BESIDE:
        return False
    ours = cut.known.get(frame, NOTHING).kind in _BOXED
    size, titled, worded = 0, False, ours
    for text, title in _texts_beside(frame, box):
        titled = titled or (title and not size)
        worded = worded or bool(kinds_of(text) & _WORDED)
        size += len(text)
        if size > (_NOTES if written or ours else _PITCH):
            return False
    return not size or ((titled or worded) and cut.prose.has(_MUCH_MORE * size))


def _texts_beside(frame: HtmlElement, box: HtmlElement) -> Iterator[tuple[str, bool]]:
    """The texts in a frame around what it frames, and whether each is a heading's."""
    if frame.text and not frame.text.isspace():
        yield frame.text.strip(), False
    for child in frame:
        if child is not box and child.tag not in UNSEEN:
            if next(child.iter("h1", "img", "picture", "table", "article"), None) is not None:
                yield " " * (_NOTES + 1), False  # no title and no note has these
            elif text := text_in(child, _NOTES):
                yield text, child.tag in _HEADINGS or next(child.iter(*_HEADINGS), None) is not None
        if child.tail and not child.tail.isspace():
            yield child.tail.strip(), False
