"""A preview on the terminal, and as JSON."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from feeder.cli.shown import place_of, print_fault
from feeder.logs import printable
from feeder.text import shorten

if TYPE_CHECKING:
    from feeder.previewing.found import Preview, Previewed
    from feeder.previewing.removals import Removal, Removals

_COLOURS = {
    "site-rules": typer.colors.MAGENTA,
    "content": typer.colors.BRIGHT_BLUE,
    "comments": typer.colors.RED,
    "furniture": typer.colors.YELLOW,
    "ends": typer.colors.GREEN,
    "images": typer.colors.CYAN,
}
"""Of the cleaner's steps, as in the pictures of docs/cleaning.md."""
_INDENT = " " * 4


def print_plain(found: Preview, removals: Sequence[Removals] | None) -> None:
    """For people; with `removals`, one of each article, what went of it too."""
    from feeder.previewing.target import UNNAMED

    source = found.source
    name = source.title if source.name == UNNAMED else source.name
    if found.failure:
        print_fault(name, found.failure.message, found.failure.advice)
        return
    typer.echo(printable(f"{source.title}: {_counted(found)}"))
    for number, one in enumerate(found.articles):
        _print_article(one)
        if removals is not None:
            _print_removals(removals[number])
    if found.faults or found.hints:
        typer.echo()
    for fault in found.faults:
        is_told = source.name == UNNAMED and fault.address
        print_fault(
            fault.address if is_told else place_of(name, fault), fault.message, fault.advice
        )
    for hint in found.hints:
        typer.echo(f"note: {printable(hint)}")
    typer.echo("\nNothing was stored.")


def _counted(found: Preview) -> str:
    listed = "1 article" if found.listed == 1 else f"{found.listed} articles"
    return f"{listed} listed ({found.source.kind}), {len(found.articles)} read"


def _print_article(one: Previewed) -> None:
    from feeder.previewing.oddities import length

    entry = one.entry
    typer.secho(f"\n{entry.published:%Y-%m-%d}  {printable(entry.title)}", bold=True)
    by = f"by {', '.join(entry.authors)}" if entry.authors else "no author"
    facts = (by, length(one.article.text), entry.language or "no language")
    typer.echo(_INDENT + printable(" · ".join(facts)))
    typer.echo(_INDENT + printable(entry.url or one.address))
    for words in one.oddities:
        typer.secho(f"{_INDENT}! {printable(words)}", fg=typer.colors.YELLOW)


def _print_removals(removals: Removals) -> None:
    rows = [(one, f"{one.step}: {one.rule}", _words(one)) for one in removals.removals]
    if not rows:
        typer.echo(f"{_INDENT}nothing was taken out")
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    widest = min(max((len(rule) for _, rule, _ in rows), default=0), 32)
    for one, rule, words in rows:
        name = printable(shorten(rule, 32)).ljust(widest)
        before = f"{_INDENT}- {name}  {words:>5}  "
        text = printable(shorten(one.text, max(room - len(before), 12)) if room else one.text)
        typer.secho(f"{_INDENT}- {name}", fg=_COLOURS.get(one.step), nl=False)
        typer.echo(f"  {words:>5}  {text}")
    if removals.fault:
        typer.echo(f"{_INDENT}{printable(removals.fault)}")


def _words(one: Removal) -> str:
    return f"{one.words:,}" if one.words else "–"


def print_json(found: Preview, removals: Sequence[Removals] | None) -> None:
    """For programs. Keys are part of the interface; they only get more."""
    import json

    from feeder.refresh.faults import told

    data = {
        "source": found.source.name,
        "kind": found.source.kind,
        "url": told(found.source.url) if found.source.url else None,
        "listed": found.listed,
        "articles": [
            _article_as_data(one, removals[number] if removals is not None else None)
            for number, one in enumerate(found.articles)
        ],
        "faults": [_fault_as_data(fault) for fault in found.faults],
        "hints": list(found.hints),
        "failure": _fault_as_data(found.failure) if found.failure else None,
    }
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _fault_as_data(fault: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(fault)


def _article_as_data(one: Previewed, removals: Removals | None) -> dict[str, Any]:
    entry = one.entry
    data: dict[str, Any] = {
        "title": entry.title,
        "url": entry.url,
        "address": one.address,
        "published": entry.published.isoformat(),
        "updated": entry.updated.isoformat(),
        "authors": list(entry.authors),
        "categories": list(entry.categories),
        "language": entry.language,
        "image": entry.image,
        "summary": entry.summary,
        "html": entry.html,
        "words": len(one.article.text.split()),
        "characters": len(one.article.text),
        "odd": list(one.oddities),
    }
    if removals is not None:
        data["removed"] = [removal._asdict() for removal in removals.removals]
    return data
