"""The step that cuts what is left of the furniture at an article's ends, by its words.

The structure of a page has told by now which element is the article; what nothing in its markup
sets apart ("Share this:", "Posted in News", comments under a rule in a page written by hand) is
known by its words and by where it stands. The text cleaner knows both: it is handed the outermost
lines of the article and says where it would cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from feeder.cleaner.markup.around.edges import EdgeLine, first_lines, last_lines
from feeder.cleaner.markup.work import Work
from feeder.cleaner.scrape.facts import attribution
from feeder.cleaner.scrape.lines import Line
from feeder.cleaner.scrape.readings import read_as_furniture, read_knowing
from feeder.cleaner.scrape.tail import read_tail

STEP = "ends"

# What stands above an article in words that no article begins with.
_ABOVE = frozenset({"share", "click", "follow", "like", "ad", "skip", "tool", "reading"})
_LABEL = 60  # characters
_ASKED = 10  # lines at the end, one of which at least is known where furniture is left
_READ = 100  # lines that are read then: a share bar, a list and a short thread
_NOTE = 160
_DIGIT = re.compile(r"\d")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th", "dt"})
_SHOWN = ("img", "picture", "video", "audio", "iframe", "svg", "table")


def trim_tail(work: Work) -> None:
    """Cut furniture off both ends of `work.body`."""
    language = work.facts.get("language")
    above = first_lines(work.body)
    _trim_head(work, above, language)
    if any(_may_be_furniture(Line(line.text)) for line in last_lines(work.body, _ASKED)):
        below = last_lines(work.body, _READ)
        _trim(work, above, below, [Line(line.text, language) for line in below])


def _may_be_furniture(line: Line) -> bool:
    """Whether a line is worth reading all of them: most articles end in paragraphs."""
    text = line.text
    if len(text) > _NOTE or (len(text) > _LABEL and line.ends_sentence):
        return False
    return bool(line.kinds) or "©" in text or (bool(_DIGIT.search(text)) and line.date is not None)


def _trim(
    work: Work, above: Sequence[EdgeLine], below: Sequence[EdgeLine], lines: Sequence[Line]
) -> None:
    """Cut at the end, where the text cleaner would."""
    known = {line.pieces[0][:2] for line in below}
    before = [line for line in above if line.pieces[0][:2] not in known]
    head = [Line(str(work.facts.get("title") or ""))] + [Line(line.text) for line in before]
    context = [line for line in head if line.text]
    document = [*context, *lines]
    readings = read_as_furniture(document)
    for author in work.facts.get("authors") or ():
        readings = read_knowing(Line(str(author)).key, document, readings)
    tail = read_tail(document, readings)
    start = tail.start - len(context) if tail else len(lines)
    if tail is None or start < 0 or not (start or before):
        return
    for line, read, rule in zip(below[start:], lines[start:], tail.rules, strict=True):
        if rule == "source":
            work.tell("attribution", attribution(read), "source-line", line.text)
        _drop(work, line, rule)


def _trim_head(work: Work, above: Sequence[EdgeLine], language: str | None) -> None:
    """Cut "Share", "Listen", "Advertisement" above the first paragraph."""
    if not any(len(edge.text) > _LABEL for edge in above):
        return
    for edge in above[:-1]:
        line = Line(edge.text, language)
        if len(line.text) > _LABEL or edge.box.tag in _HEADINGS or not line.exact & _ABOVE:
            return
        _drop(work, edge, "above the article")


def _drop(work: Work, line: EdgeLine, rule: str) -> None:
    work.note(STEP, rule, line.text)
    line.blank()
    _sweep(work.body, line.pieces[0].element)


def _sweep(body: HtmlElement, element: HtmlElement) -> None:
    """Take out an element that shows nothing any more, and those around it that do not either."""
    while element is not body:
        around = element.getparent()
        if around is None or any(text and not text.isspace() for text in element.itertext()):
            return
        if next(element.iter(*_SHOWN), None) is not None:
            return
        element.drop_tree()
        element = around
