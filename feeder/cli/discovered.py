"""What was found at an address: on the terminal, and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from feeder.logs import printable

if TYPE_CHECKING:
    from feeder.discovery.finds import Discovery, Find
    from feeder.models import Candidate

TITLES_SHOWN = 3
_INDENT = " " * 3


def print_found(found: Discovery, networks: Sequence[str]) -> None:
    """For people: each find with its evidence, the best first."""
    typer.secho(printable(found.title or found.url), bold=True)
    asked = "1 request" if found.requests == 1 else f"{found.requests} requests"
    typer.echo(printable(f"{found.url} · {asked}"))
    for number, find in enumerate(found.finds, 1):
        typer.echo()
        _print_find(number, found, find, networks)
    if found.ended:
        typer.echo()
        _print_marked("!", found.ended, typer.colors.YELLOW)
    if found.best is None:
        typer.echo("\nNothing here can be subscribed to as it is.")


def _print_find(number: int, found: Discovery, find: Find, networks: Sequence[str]) -> None:
    from feeder.discovery.words import counted, evidence

    typer.secho(f"{number}. {find.form}: ", bold=True, nl=False)
    typer.echo(printable(counted(find)))
    typer.echo(_INDENT + printable(find.url))
    for words in evidence(found, find):
        _print_marked("+", words, typer.colors.GREEN)
    for obstacle in find.obstacles:
        colour = typer.colors.RED if obstacle.is_final else typer.colors.YELLOW
        _print_marked("✗" if obstacle.is_final else "!", obstacle.message, colour)
        if obstacle.advice:
            typer.echo(f"{_INDENT}  → {printable(obstacle.advice)}")
    if number == 1 and not find.is_blocked:
        print_titles(find.candidates[:TITLES_SHOWN])
    if not find.is_blocked:
        typer.echo(f"{_INDENT}→ {printable(command(found, find, networks))}")


def _print_marked(mark: str, words: str, colour: str) -> None:
    typer.secho(f"{_INDENT}{mark} ", fg=colour, nl=False)
    typer.echo(printable(words))


def print_titles(candidates: Sequence[Candidate]) -> None:
    """A line for each article: its date and its title, or where it is."""
    from feeder.discovery.finds import moment_of

    for one in candidates:
        moment = moment_of(one)
        date = f"{moment:%Y-%m-%d}  " if moment else ""
        typer.echo(printable(f"{_INDENT}• {date}{one.facts.title or one.address}"))


def command(found: Discovery, find: Find, networks: Sequence[str]) -> str:
    """The command that makes a find a source."""
    words = ["feeder", "add", find.url]
    at_page = [one for one in found.finds if one.url == find.url]
    if found.url == find.url and (found.best is not find or len(at_page) > 1):
        words += ["--kind", find.kind]
    for network in networks:
        words += ["--allow-network", network]
    return shlex.join(words)


def as_data(found: Discovery, networks: Sequence[str]) -> dict[str, Any]:
    """For programs."""
    return {
        "url": found.url,
        "title": found.title or None,
        "requests": found.requests,
        "ended": found.ended or None,
        "finds": [_find_as_data(found, find, networks) for find in found.finds],
        "asked": [{"url": url, "outcome": outcome} for url, outcome in found.asked],
    }


def _find_as_data(found: Discovery, find: Find, networks: Sequence[str]) -> dict[str, Any]:
    from feeder.discovery.finds import moment_of
    from feeder.discovery.words import evidence

    newest = find.newest
    return {
        "kind": find.kind,
        "form": find.form,
        "url": find.url,
        "title": find.title or None,
        "articles": len(find.candidates),
        "documents": find.parts,
        "newest": newest.isoformat() if newest else None,
        "dated": find.dated,
        "whole_texts": find.whole,
        "first_article_characters": find.text,
        "evidence": evidence(found, find),
        "obstacles": [
            {"message": one.message, "advice": one.advice or None, "final": one.is_final}
            for one in find.obstacles
        ],
        "options": dict(find.options),
        "next": None if find.is_blocked else command(found, find, networks),
        "sample": [
            {
                "url": one.address,
                "title": one.facts.title,
                "date": moment.isoformat() if (moment := moment_of(one)) else None,
            }
            for one in find.candidates[:TITLES_SHOWN]
        ],
    }
