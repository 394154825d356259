"""Listings of programs as one `<pre>`: line ends as written, without the numbers of lines.

Highlighters put each line into a box, the numbers into a column of a table, and the line ends
nowhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.lists import known
from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank
from feeder.cleaner.markup.shape.paragraphs import BLOCKS
from feeder.cleaner.markup.shape.tables import row_cells, table_rows

LISTS = "shapes.tsv"
_NUMBERS = re.compile(r"\s*\d{1,7}(?:[\s.:|]+\d{1,7})*[\s.:|]*")
_LONGEST_GUTTER = 100_000
_CLIMB = 6
_TABLE_PARTS = frozenset({"tbody", "thead", "tfoot", "td", "th"})
_SECTIONS = _TABLE_PARTS | {"table", "ul", "ol"}
"""What begins or ends no line by itself, but for the rows and items in it."""


def settle_listings(body: HtmlElement) -> None:
    """Make one plain `<pre>` of each listing."""
    for old in list(body.iter("listing", "xmp", "plaintext")):
        old.tag = "pre"
    for table in list(body.iter("table")):
        if table is not body:
            _settle_table(table)
    for listing in body.iter("pre"):
        if len(listing):
            _settle_lines(listing)
        if listing.text:
            listing.text = listing.text.lstrip("\r\n")  # no browser shows the first line end


# --- Tables with the numbers in a column --------------------------------------------------------


def _settle_table(table: HtmlElement) -> None:
    rows = list(table_rows(table))
    lines = [list(row_cells(row)) for row in rows]
    if not lines or not all(map(_is_numbered, lines)):
        return
    if len(lines) > 1 and not all(_says_numbers(cells[0]) for cells in lines):
        return  # numbers beside code may well be data
    if not any(_holds_code(cells[-1]) for cells in lines):
        return
    for cells in lines:
        for cell in cells[:-1]:
            cell.tag = GONE
    if _is_in_listing(table):
        return
    if len(lines) > 1:
        table.tag = "pre"
    else:
        code = lines[0][-1]
        code.tag = "div" if next(code.iter("pre"), None) is not None else "pre"
        for part in (rows[0], rows[0].getparent(), table):
            part.tag = "div"


def _is_numbered(cells: list[HtmlElement]) -> bool:
    return len(cells) > 1 and all(map(_is_gutter, cells[:-1]))


def _says_numbers(cell: HtmlElement) -> bool:
    return "data-line-number" in cell.attrib or bool(_names(cell) & known(LISTS, "gutter"))


def _holds_code(cell: HtmlElement) -> bool:
    if _names(cell) & known(LISTS, "code"):
        return True
    return next(cell.iter("pre", "code"), None) is not None


def _is_in_listing(table: HtmlElement) -> bool:
    above = table.getparent()
    for _ in range(_CLIMB):
        if above is None or above.tag == "pre":
            break
        above = above.getparent()
    return above is not None and above.tag == "pre"


def _is_gutter(element: HtmlElement) -> bool:
    """Whether it holds the number of a line, or of all lines, and nothing else."""
    text = ""
    for piece in element.itertext():
        text += f" {piece}"
        if len(text) > _LONGEST_GUTTER:
            return False
    return _NUMBERS.fullmatch(text) is not None or (not text.strip() and _says_numbers(element))


def _names(element: HtmlElement) -> frozenset[str]:
    return _split(element.get("class") or "")


@lru_cache(maxsize=1024)
def _split(classes: str) -> frozenset[str]:
    return frozenset(classes.lower().split())


# --- Boxes for lines ----------------------------------------------------------------------------


def _settle_lines(listing: HtmlElement) -> None:
    """End each line that has a box of its own, and leave the boxes out."""
    for element in reversed(list(listing.iter())):
        if element is listing or element.tag == GONE:
            continue
        names = _names(element)
        if names & known(LISTS, "gutter") and _is_gutter(element):
            element.tag = GONE
        elif element.tag in BLOCKS:
            if element.tag not in _TABLE_PARTS:
                _begin_line(element)
            if element.tag not in _SECTIONS:
                _end_line(element)
            element.tag = UNWRAPPED
        elif _is_one_of_lines(element, names):
            _end_line(element)


def _is_one_of_lines(element: HtmlElement, names: frozenset[str]) -> bool:
    """Whether the element and the one after it are lines of code."""
    following = element.getnext()
    if following is None:
        return False
    if names & known(LISTS, "line"):
        return bool(_names(following) & known(LISTS, "line"))
    above = element.getparent()
    return element.tag == following.tag == "code" and above is not None and above.tag == "pre"


def _begin_line(element: HtmlElement) -> None:
    """Put a line end before the element, where words stand before it on its line."""
    before, above = element.getprevious(), element.getparent()
    for _ in range(_CLIMB):
        if before is not None or above is None or above.tag == "pre" or above.text:
            break
        before, above = above.getprevious(), above.getparent()
    if before is None:
        if above is not None and not is_blank(above.text) and not above.text.endswith("\n"):
            above.text += "\n"
    elif not is_blank(before.tail):
        before.tail = before.tail.rstrip("\n") + "\n"
    elif before.tag in BLOCKS - _TABLE_PARTS:
        return  # it ends its own line
    elif not _last_text(before).endswith("\n"):
        before.tail = "\n"


def _end_line(element: HtmlElement) -> None:
    """Put a line end behind the element, unless there is one."""
    following = element.getnext()
    tail = element.tail or ""
    if "\n" in tail or (following is not None and following.tag == "br" and not tail):
        return
    if not _last_text(element).endswith("\n"):
        element.tail = f"\n{tail}"


def _last_text(element: HtmlElement) -> str:
    """The text at the end of an element; a line end for `<br>`."""
    while len(element):
        element = element[-1]
        if element.tail:
            return str(element.tail)
        if element.tag == "br":
            return "\n"
    return str(element.text or "")
