"""Tables that only lay a page out become what stands in them; tables of data stay tables."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.marks import GONE

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})
_PARTS = _SECTIONS | _CELLS | {"tr", "caption"}
# Where a part may stand; cells without a row are put into one by every HTML5 parser.
_HOME = (
    dict.fromkeys(("thead", "tbody", "tfoot", "caption"), frozenset({"table"}))
    | {"tr": _SECTIONS | {"table"}}
    | dict.fromkeys(("td", "th"), _SECTIONS | {"tr", "table"})
)
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "section")
_BLOCKS_OF_PROSE = 3
_LONG_CELL = 600
"""Characters. A cell of three blocks and this much text is a column of a page, no value."""


def settle_tables(body: HtmlElement) -> None:
    """Dissolve tables for layout, the innermost first, and parts whose table is not there."""
    for part in list(body.iter(*_HOME)):
        above = part.getparent()
        if part is not body and above is not None and above.tag not in _HOME[str(part.tag)]:
            part.tag = "div"
    tables = [table for table in body.iter("table") if table is not body]
    for table in reversed(tables):
        if _is_layout(table):
            _dissolve(table)


def _is_layout(table: HtmlElement) -> bool:
    if table.get("role") in ("presentation", "none") or table.get("datatable") == "0":
        return True
    rows = [list(row_cells(row)) for row in table_rows(table)]
    if sum(map(len, rows)) <= 1 or max(map(len, rows)) == 1 or len(rows) == 1:
        return True
    if _is_marked_as_data(table, rows):
        return False
    cells = [cell for row in rows for cell in row]
    if any(next(cell.iter("table"), None) is not None for cell in cells):
        return True
    return any(map(_is_prose, cells))


def _is_marked_as_data(table: HtmlElement, rows: list[list[HtmlElement]]) -> bool:
    return (
        table.get("summary") is not None
        or table.find("thead") is not None
        or table.find("caption") is not None
        or any(cell.tag == "th" for row in rows for cell in row)
    )


def _is_prose(cell: HtmlElement) -> bool:
    """Whether paragraphs of text stand in a cell."""
    if len(cell) < _BLOCKS_OF_PROSE:
        return False
    blocks = sum(child.tag in _BLOCKS for child in cell)
    return blocks >= _BLOCKS_OF_PROSE and sum(map(len, cell.itertext())) >= _LONG_CELL


def table_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Its own rows, not those of tables in it."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in _SECTIONS:
            yield from (row for row in part if row.tag == "tr")


def row_cells(row: HtmlElement) -> Iterator[HtmlElement]:
    """The cells of a row."""
    return (cell for cell in row if cell.tag in _CELLS)


def _dissolve(table: HtmlElement) -> None:
    """Boxes for the table's own parts; those of tables in it stay."""
    sections = [part for part in table if part.tag in _SECTIONS]
    rows = [part for holder in (table, *sections) for part in holder if part.tag == "tr"]
    for holder in (table, *sections, *rows):
        for part in holder:
            if part.tag in _PARTS:
                part.tag = "div"
            elif part.tag in ("col", "colgroup"):
                part.tag = GONE
    table.tag = "div"
