"""A feed's fragment: an article with no page around it, and what plug-ins added to it.

All of it is the article but boxes that no author writes, wherever they stand, and the furniture
below its last line: "The post … appeared first on …", share and subscribe lines, counters, tags,
related posts. From the end upwards each line must be furniture by itself (`fragment_signs.py`);
the first that is not ends the run. When in doubt a line stays.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from feeder.cleaner.markup.fragments.fragment_data import is_more_link, link_kind
from feeder.cleaner.markup.fragments.fragment_lines import (
    ANYWHERE,
    AT_END,
    MEDIA,
    Box,
    Fragment,
    Line,
    Link,
    read_lines,
)
from feeder.cleaner.markup.fragments.fragment_signs import (
    ORIGIN,
    READ_MORE,
    Known,
    labels,
    leads_on,
    sign_of,
)
from feeder.cleaner.markup.fragments.fragment_tail import Tail, is_said_before
from feeder.cleaner.markup.shape.marks import GONE, sweep
from feeder.cleaner.markup.work import Work
from feeder.cleaner.scrape.phrases import normalise
from feeder.models import Attribution
from feeder.text import fold, one_line
from feeder.urls import resolve

_STEP = "fragment"
_TITLES = frozenset({"h1", "h2"})
_BUTTONS = frozenset({"subscribe", "share", "comments"})
_SMALL = 300  # characters of a named box that may be more than what is left
# Characters of a paragraph. The longest line beside links in 3,504 share bars of the open pages,
# forms for mails aside, has 88.
_PROSE = 100
_MOST_ABOVE = 3  # lines of furniture above an article
_LONGEST_NAME = 100  # characters of a site's
_END = re.compile(r"[\s.…\])»>→]*")
_SAID_ALL = re.compile(r"[.!?…。！？؟।։\])\"”»’']\s*[\[(]?\s*$")

_PAGE = re.compile(r"<!doctype\s+html|<head[\s>]", re.IGNORECASE)
# Elements of a page that no article has; svg has titles and microdata has meta.
_AROUND = re.compile(r"<(html|body|title|link|nav|header|footer|main)[\s>]", re.IGNORECASE)
_FEWEST_AROUND = 3


def looks_like_fragment(text: str) -> bool:
    """Whether there is no page around an article: neither a head nor three of a page's parts."""
    if _PAGE.search(text):
        return False
    found: set[str] = set()
    for match in _AROUND.finditer(text):
        found.add(match[1].lower())
        if len(found) >= _FEWEST_AROUND:
            return False
    return True


def clean_fragment(work: Work, *, keep_section: bool = True) -> None:
    """Take out of `work.body` what is not of the article, and a heading that is its title.

    Args:
        keep_section: whether a lone <h2> that is taken for the title stays in the text, too, as
            it may be the heading of a section. Where the title is shown above, nothing is lost.
    """
    fragment = read_lines(work.body)
    known = Known(normalise(str(work.facts.get("title") or "")), work.url or "")
    _drop_boxes(work, fragment)
    _drop_buttons(work, fragment)
    _cut_tail(work, fragment.lines, known)
    _cut_head(work, fragment.lines)
    _drop_title(work, fragment.lines, known, keep_section=keep_section)
    sweep(work.body)
    _trim(work.body)


def keep_whole(work: Work) -> None:
    """Leave in `work.body` all that its author wrote there, but for a heading that is the title."""
    known = Known(normalise(str(work.facts.get("title") or "")), work.url or "")
    _drop_title(work, read_lines(work.body).lines, known, keep_section=False)
    sweep(work.body)


def _go(work: Work, element: HtmlElement, lines: list[Line], rule: str) -> None:
    """Mark an element that shall go with all its lines, and put it on record."""
    for line in lines:
        line.gone = rule
    work.note(_STEP, rule, " ".join(line.text for line in lines[:12]))
    element.tag = GONE


def _drop_boxes(work: Work, fragment: Fragment) -> None:
    """Boxes of plug-ins, and forms, that are not most of the fragment."""
    size, shows, past = fragment.size, fragment.shows, 0
    for box in fragment.boxes:
        box.at_end = box.kind in AT_END and _can_go(box, size, shows)
        if box.start < past or box.kind not in ANYWHERE:
            continue
        lines = fragment.lines[box.start : box.end]
        if _can_go(box, size, shows) and not (box.kind == "share" and _has_prose(lines)):
            past = box.end
            size, shows = size - box.size, shows - box.shows
            _go(work, box.element, lines, box.rule)
            _drop_label(work, fragment.lines, box)
        elif box.kind == "form":
            box.element.tag = "div"  # one around the whole page, as ASP.NET makes them


def _can_go(box: Box, size: int, shows: int) -> bool:
    """Whether the article is elsewhere."""
    rest = size - box.size
    return (rest > 0 or shows > box.shows) and (box.size <= _SMALL or box.size <= rest)


def _has_prose(lines: list[Line]) -> bool:
    """Whether a paragraph is among the lines: what is called `font-size-large` is no share bar."""
    return any(len(fold("".join(line.beside))) > _PROSE for line in lines)


def _drop_label(work: Work, lines: list[Line], box: Box) -> None:
    """ "Share this:" right above a box."""
    above = lines[box.start - 1] if box.start else None
    if above is None or above.gone or not above.alone:
        return
    sign = sign_of(above, Known())
    if sign is not None and sign.proof == "label" and box.kind in labels(sign):
        _go(work, above.block, [above], box.rule)


def _drop_buttons(work: Work, fragment: Fragment) -> None:
    """Buttons between paragraphs: "Subscribe now", "Share", as newsletters have them."""
    for line in fragment.lines:
        if len(line.links) != 1 or line.gone or not line.alone or fold("".join(line.beside)):
            continue
        link = line.links[0]
        if _is_button(link) and link_kind(link.href) in _BUTTONS:
            _go(work, line.block, [line], "button")


def _is_button(link: Link) -> bool:
    return link.element is not None and "button" in (link.element.get("class") or "")[:400].split()


def _cut_tail(work: Work, lines: list[Line], known: Known) -> None:
    """Everything from the first line of the furniture at the end on."""
    tail = Tail(lines, known)
    if not any(map(_is_content, lines[: tail.start])):
        return  # then it is all that there is
    below = lines[tail.start :]
    for line, rule in zip(below, tail.rules, strict=True):
        if _is_content(line):
            work.note(_STEP, rule or "separator", line.text)
            line.gone = rule or "separator"
            if rule == ORIGIN:
                _tell_origin(work, line)
    if below and below[0].start is not None:
        _cut(work.body, *below[0].start)
    if tail.last is not None:
        _cut_more(work, lines, tail.last, known)


def _tell_origin(work: Work, line: Line) -> None:
    """Where it says that it was published before."""
    link, _ = line.with_addresses()
    name = one_line(link[0].text)[:_LONGEST_NAME]
    source = Attribution(name, resolve(link[0].href, work.base))
    work.tell("attribution", source, ORIGIN, line.text)


def _is_content(line: Line) -> bool:
    return not line.gone and not line.is_empty


def _cut(body: HtmlElement, element: HtmlElement, tail: bool) -> None:
    """Take out all that follows a place, to the end of the body."""
    if tail:
        element.tail = None
        first = element.getnext()
    else:
        first = _highest(body, element)
        if first is body:
            return
    above = element.getparent() if tail else first.getparent()
    while above is not None:
        _remove(above, first)
        if above is body:
            return
        first = above.getnext()
        above.tail = None
        above = above.getparent()


def _highest(body: HtmlElement, element: HtmlElement) -> HtmlElement:
    """The outermost element that begins with this one."""
    while element is not body:
        above = element.getparent()
        if above is body or element.getprevious() is not None or fold(above.text or ""):
            return element
        element = above
    return element


def _remove(above: HtmlElement, first: HtmlElement | None) -> None:
    if first is not None:
        for element in [first, *first.itersiblings()]:
            above.remove(element)


def _cut_more(work: Work, lines: list[Line], line: Line, known: Known) -> None:
    """ "… and that was it. Continue reading": a link at the end of the last line."""
    link = line.links[-1] if line.links and line.beside else None
    if link is None or link.element is None or not leads_on(link, known):
        return
    text, said = line.text, link.text
    at = text.rfind(said) if said else -1
    sure = is_more_link(link.element) or bool(_SAID_ALL.search(text[max(0, at - 8) : max(0, at)]))
    sure = sure and not is_said_before(lines, lines.index(line))
    if at > 0 and sure and _END.fullmatch(text[at + len(said) :]):
        work.note(_STEP, READ_MORE, said)
        link.element.tag = GONE


def _cut_head(work: Work, lines: list[Line]) -> None:
    """ "View this email in your browser", "Send us a text" above the article."""
    for at, line in enumerate(lines[:_MOST_ABOVE]):
        if line.gone or line.is_empty:
            continue
        sign = sign_of(line, Known())
        if sign is None or sign.proof != "sure" or sign.rule not in ("host", "newsletter"):
            return
        if not line.alone:
            return
        if any(map(_is_content, lines[at + 1 :])):
            _go(work, line.block, [line], sign.rule)


def _drop_title(work: Work, lines: list[Line], known: Known, *, keep_section: bool) -> None:
    """A first heading that says the title again. Without a title, it is the title.

    An <h1> that is alone is nothing else; another heading may be the first of the article's own,
    so that it stays.
    """
    at = next((at for at, line in enumerate(lines) if _is_content(line)), None)
    if at is None:
        return
    line, tag = lines[at], lines[at].block.tag
    if known.title:
        element = _element_of(work, line)
        same = element is not None and normalise(line.text) == known.title
        if same and any(map(_is_content, lines[at + 1 :])):
            _go(work, element, [line], "title")
    elif tag in _TITLES and line.alone and sum(1 for _ in work.body.iter(tag)) == 1:
        work.tell("title", line.text, "the only heading of its level, above all text", line.text)
        sure = tag == "h1" or not keep_section
        if sure and any(map(_is_content, lines[at + 1 :])):
            _go(work, line.block, [line], "title")


def _element_of(work: Work, line: Line) -> HtmlElement | None:
    """The element that holds a line and nothing else."""
    if line.alone:
        return line.block
    if len(line.pieces) == 1 and line.start is not None and not line.start[1]:
        return line.start[0] if line.start[0] is not work.body else None
    return None


def _trim(body: HtmlElement) -> None:
    """Take rules and what is empty off the end."""
    here = body
    while (last := next(here.iterchildren(reversed=True), None)) is not None:
        if fold(last.tail or "") or last.tag in MEDIA:
            return
        holds = next(last.iterchildren(), None) is not None or fold(last.text or "")
        if last.tag in ("hr", "br") or not holds:
            here.remove(last)
        else:
            here = last
