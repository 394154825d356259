"""`feeder explain`: why an entry is what it is, or why an address is no entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from feeder.cli.options import AsJson, ConfigPath

if TYPE_CHECKING:
    from feeder.app import App
    from feeder.store.finding import Match

Called = Annotated[
    str,
    typer.Argument(
        metavar="ENTRY|URL",
        help="An entry by its id, its number, its guid, any address that leads to it, or a part of "
        "its title; or an address that should be one.",
    ),
]


def explain(
    ctx: typer.Context, called: Called, as_json: AsJson = False, config: ConfigPath = None
) -> None:
    """Say how an entry came to be, or why an address is none.

    That is: where it was found, what its dates are from, which feeds show it and by what, which
    place gave each field, what was dropped by which rule, by what it is recognised, what it was
    merged or held back with, and which words changed when. Of an address that is no entry: whether
    it was never listed, left out, held back, is still waited for, or failed. Nothing is fetched.

    Examples: `feeder explain https://news.example.org/story`, `feeder explain "harbour closed"`
    """
    from datetime import UTC, datetime

    from feeder.app import load, open_app
    from feeder.cli import explained
    from feeder.explaining.absent import why_absent
    from feeder.explaining.entry import explain as explain_entry
    from feeder.explaining.naming import pointed_at

    now = datetime.now(UTC)
    with open_app(load(config or ctx.obj)) as app:
        found = pointed_at(app.store.finder, called)
        if found.entries:
            told = explain_entry(app, _one_of(found.entries, called), now)
            (explained.print_json if as_json else explained.print_plain)(told)
        elif found.address is not None:
            because = why_absent(app, found.address, now)
            say = explained.print_absent_json if as_json else explained.print_absent
            say(found.address, because)
        else:
            raise _unknown(app, called)


def _one_of(entries: Sequence[Match], called: str) -> Match:
    from feeder.errors import UnknownEntryError

    if len(entries) == 1:
        return entries[0]
    lines = (f"  {m.number}  {m.heading.source}: {m.heading.title}" for m in entries)
    raise UnknownEntryError(
        "\n".join([f"{called!r} fits several entries:", *lines]),
        advice="name one of them by its number: feeder explain NUMBER",
    )


def _unknown(app: App, called: str) -> Exception:
    from feeder.errors import UnknownEntryError
    from feeder.refresh.faults import told

    count = sum(state.entries for state in app.store.states())
    return UnknownEntryError(
        f"none of the {count} entries on record is called {told(called)!r}, "
        "or has that in its title",
        advice="give an id, an address with http:// or https://, or other words of its title",
    )
