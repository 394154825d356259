"""How verbs show paths, long lists and faults to people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import typer

if TYPE_CHECKING:
    from feeder.models import Fault

NAMES_SHOWN = 12


def short(path: Path) -> str:
    """The path as seen from the working folder if it lies there, else as it is."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def listed(names: Sequence[str]) -> str:
    """The names, or how many there are and the first of them."""
    if len(names) <= NAMES_SHOWN:
        return ", ".join(names) or "none"
    more = len(names) - NAMES_SHOWN
    return f"{len(names)}: {', '.join(names[:NAMES_SHOWN])} and {more} more"


def print_fault(where: str, message: str, advice: str) -> None:
    """What failed and what to do, whatever a site wrote made harmless."""
    from feeder.logs import printable

    typer.echo(printable(f"{where}: {message}") + (f"\n  → {printable(advice)}" if advice else ""))


def place_of(name: str, fault: Fault) -> str:
    """Where a fault is: the source or feed, and what in it."""
    is_told = not fault.address or fault.message.startswith(fault.address)
    return name if is_told else f"{name}: {unquote(fault.address)}"
