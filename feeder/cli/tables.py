"""Tables: drawn on a terminal, plain columns on a pipe. NO_COLOR is minded by rich."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from feeder.logs import printable

if TYPE_CHECKING:
    from rich.console import Console


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their head, numbers to the right, whatever a site wrote made harmless."""
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    numeric = [
        bool(rows) and all(isinstance(row[column], int) for row in rows)
        for column in range(len(head))
    ]
    # Not Console.is_terminal, which FORCE_COLOR sets: who reads columns from a pipe with colours
    # wants no lines folded at a width that nobody has.
    if sys.stdout.isatty():
        from rich.console import Console

        _draw(Console(), head, cells, numeric)
    else:
        _print_columns(head, cells, numeric)


def _draw(
    console: Console, head: Sequence[str], cells: list[list[str]], numeric: list[bool]
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for title, right in zip(head, numeric, strict=True):
        table.add_column(title, justify="right" if right else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _print_columns(head: Sequence[str], cells: list[list[str]], numeric: list[bool]) -> None:
    lines = [list(head), *cells]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        typer.echo("  ".join(padded).rstrip())
