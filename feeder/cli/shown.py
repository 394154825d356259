"""How verbs show paths and long lists to people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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
