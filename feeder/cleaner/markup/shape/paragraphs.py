"""Paragraphs out of what pages make do with: bare text, boxes, and two line ends in a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank, shows_nothing, sweep

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
WRAPPERS = (
    "div", "section", "article", "main", "center", "header", "footer", "aside", "nav", "hgroup",
    "form", "fieldset", "dialog", "search", "address",
)  # fmt: skip
"""Boxes that mean nothing to a reader once the text in them stands in paragraphs."""
CELLS = ("li", "td", "th", "dd", "dt", "figcaption", "summary", "caption")
"""What may hold text as well as paragraphs."""
BLOCKS = frozenset(
    (*WRAPPERS, *CELLS, *HEADINGS, "p", "ul", "ol", "dl", "table", "tbody", "thead", "tfoot", "tr",
     "blockquote", "pre", "figure", "hr", "details")
)  # fmt: skip
_ONE_LINE = frozenset([*HEADINGS, "dt", "summary", "caption"])
_HOLD_BLOCKS = BLOCKS - _ONE_LINE - {"p"}
_LINE_HOLDERS = frozenset([*WRAPPERS, "p", "li", "td", "th", "dd", "blockquote", "body"])
_HOLDERS = (*WRAPPERS, "blockquote", "details", "p", "li", "td", "th", "dd")
_MIXED = frozenset({"blockquote", "details"})
"""Where text beside a block is a paragraph; in a list it may be the item's first line."""
_BLOCK_LINK = "feeder-link"


def make_paragraphs(body: HtmlElement) -> None:
    """Put every run of text in `body` into a paragraph, and take away the boxes around them."""
    _lift_blocks(body)
    broken = _broken_twice(body)
    _wrap_runs(body)
    for link in list(body.iter(_BLOCK_LINK)):
        _wrap_runs(link)
    for box in list(body.iter(*(_HOLDERS if broken else (*WRAPPERS, *_MIXED)))):
        if box is body:
            continue
        if box.tag in WRAPPERS:
            _settle_wrapper(box)
        elif box in broken or (box.tag in _MIXED and _holds_blocks(box)):
            _wrap_runs(box)
            if box.tag == "p":
                box.tag = UNWRAPPED
    for link in list(body.iter(_BLOCK_LINK)):
        link.tag = "a"
    sweep(body)
    for cell in body.iter(*CELLS):
        if _is_paragraph_alone(cell):
            cell[0].tag = UNWRAPPED
    sweep(body)


def tells_language(box: HtmlElement) -> bool:
    """Whether it says which language it is in, or which way that runs."""
    return bool(box.get("lang")) or box.get("dir") in ("rtl", "ltr")


def _holds_blocks(box: HtmlElement) -> bool:
    return any(child.tag in BLOCKS or child.tag == _BLOCK_LINK for child in box)


def _is_paragraph_alone(cell: HtmlElement) -> bool:
    return len(cell) == 1 and cell[0].tag == "p" and is_blank(cell.text) and is_blank(cell[0].tail)


# --- Blocks inside of lines ---------------------------------------------------------------------


def _lift_blocks(body: HtmlElement) -> None:
    """No block lies in a paragraph, a heading or an inline element; but a link may hold blocks."""
    holders: dict[HtmlElement, None] = {}  # a set in the order of the page
    for block in body.iter(*BLOCKS):
        above = block.getparent() if block is not body else None
        while above is not None and above.tag not in _HOLD_BLOCKS:
            if above is body or above in holders:
                break
            holders[above] = None
            above = above.getparent()
    if not holders:
        return
    lines = []
    for line in list(body.iter(*_ONE_LINE)):  # the outermost first: what is in it is none then
        if line in holders and line.tag in _ONE_LINE:
            _make_one_line(line)
            lines.append(line)
    for holder in holders:
        if holder.tag == "p":
            holder.tag = "div"
        elif holder.tag != "a" and holder.tag not in _ONE_LINE:
            holder.tag = UNWRAPPED
    sweep(body)
    for line in lines:
        _keep_line_ends_between(line)
    for holder in holders:
        if holder.tag == "a":
            _settle_block_link(holder)


def _make_one_line(holder: HtmlElement) -> None:
    """The blocks in a heading become lines of it."""
    for block in list(holder.iter(*BLOCKS)):
        if block is not holder:
            block.addprevious(block.makeelement("br"))
            block.append(block.makeelement("br"))
            block.tag = UNWRAPPED


def _keep_line_ends_between(line: HtmlElement) -> None:
    """One line end between two lines, and none at the ends."""
    last: HtmlElement | None = None
    is_empty = is_blank(line.text)
    for child in list(line):
        if child.tag == "br":
            if is_empty:
                child.tag = GONE
            else:
                last = child
            is_empty = True
        elif not shows_nothing(child):
            is_empty, last = False, None
        if not is_blank(child.tail):
            is_empty, last = False, None
    if last is not None:
        last.tag = GONE


def _settle_block_link(link: HtmlElement) -> None:
    """`<a><h3>x</h3></a>` becomes `<h3><a>x</a></h3>`; a link around several blocks stays one."""
    link.tag = _BLOCK_LINK
    while (block := _only_child(link)) is not None and block.tag in WRAPPERS:
        if (inner := _only_child(block)) is None or inner.tag not in BLOCKS:
            break
        link.replace(block, inner)
    if block is None or _holds_blocks(block):
        return
    if block.tag in HEADINGS or block.tag in ("p", "div"):
        link.tag, block.tag = block.tag, "a"
        block.attrib.clear()
        block.attrib.update(dict(link.attrib))
        link.attrib.clear()


def _only_child(box: HtmlElement) -> HtmlElement | None:
    """The one element that stands in the box with no text beside it."""
    if len(box) == 1 and is_blank(box.text) and is_blank(box[0].tail):
        return box[0]
    return None


# --- Text into paragraphs -----------------------------------------------------------------------


def _broken_twice(body: HtmlElement) -> set[HtmlElement]:
    """What has two line ends in a row among its own children."""
    found = set()
    for line_end in body.iter("br"):
        following = line_end.getnext()
        if following is not None and following.tag == "br" and is_blank(line_end.tail):
            holder = line_end.getparent()
            if holder is not None and holder.tag in _LINE_HOLDERS:
                found.add(holder)
    return found


def _settle_wrapper(box: HtmlElement) -> None:
    """A box becomes a paragraph, or its text does and it goes."""
    above = box.getparent()
    if _holds_blocks(box) or next(box.iterchildren("br"), None) is not None:
        _wrap_runs(box)
    elif above is not None and above.tag == "figure" and is_blank("".join(box.itertext())):
        box.tag = UNWRAPPED
        return
    else:
        box.tag = "p"
        return
    box.tag = "div" if tells_language(box) else UNWRAPPED


@dataclass(slots=True)
class _Run:
    """Text and inline elements that belong in one paragraph."""

    text: str | None
    elements: list[HtmlElement] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not self.elements and is_blank(self.text)

    def ends_line(self) -> bool:
        """Whether its last element is a line end with nothing behind it."""
        if not self.elements:
            return False
        last = self.elements[-1]
        return last.tag == "br" and is_blank(last.tail)

    def shows(self) -> bool:
        return not is_blank(self.text) or any(
            not is_blank(element.tail) or not shows_nothing(element) for element in self.elements
        )


def _wrap_runs(box: HtmlElement) -> None:
    """Each run of text and inline elements in the box becomes a paragraph."""
    if is_blank(box.text) and all(map(_stands_alone, box)):
        return
    run = _Run(box.text)
    box.text = None
    for child in list(box):
        if child.tag in BLOCKS or child.tag == _BLOCK_LINK:
            _close(run, box, child)
        elif child.tag == "br" and (run.is_empty() or run.ends_line()):
            _close(run, box, child)
            child.tag = GONE
        else:
            run.elements.append(child)
            continue
        run = _Run(child.tail)
        child.tail = None
    _close(run, box, None)


def _stands_alone(child: HtmlElement) -> bool:
    """Whether it is a block with no text behind it."""
    return (child.tag in BLOCKS or child.tag == _BLOCK_LINK) and is_blank(child.tail)


def _close(run: _Run, box: HtmlElement, following: HtmlElement | None) -> None:
    """Put the run into a paragraph before what follows it."""
    while run.ends_line():
        run.elements.pop().tag = GONE
    if run.is_empty() or not run.shows():
        for element in run.elements:
            element.tag = GONE
        return
    paragraph = etree.SubElement(box, "p")
    if following is not None:
        following.addprevious(paragraph)
    paragraph.text = run.text
    paragraph.extend(run.elements)
