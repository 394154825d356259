"""What a shell offers for a word that is half typed: names of sources, by the names of their files.

Nothing is checked and no database opened for that: a person waits for it with each press of Tab.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import typer


def sources(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of sources that begin so, but those that stand there already."""
    given = ctx.params.get("names")
    there = set(given) if isinstance(given, Iterable) and not isinstance(given, str) else set()
    return [name for name in _names(ctx) if name.startswith(incomplete) and name not in there]


def _names(ctx: typer.Context) -> list[str]:
    from feeder.config.places import locate, source_names
    from feeder.errors import FeederError

    told = ctx.params.get("config") or ctx.find_root().params.get("config")
    try:
        return source_names(locate(Path(told) if told else None, os.environ), os.environ)
    except (FeederError, OSError, ValueError, RuntimeError):  # nothing to offer; `check` says why
        return []
