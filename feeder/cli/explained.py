"""How `feeder explain` shows what it found, to people and to programs."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from feeder.cli.shown import print_fault
from feeder.fetch.shown import shown
from feeder.logs import printable

if TYPE_CHECKING:
    from feeder.explaining.absent import Because
    from feeder.explaining.entry import Explained, Revised
    from feeder.explaining.words import Passage
    from feeder.models import Dropped
    from feeder.store.quarantine import Quarantined

BLOCKS_SHOWN = 30
"""Dropped blocks that are shown; --json has all of them."""
PASSAGES_SHOWN = 12
"""Paragraphs of one change that are shown."""
_COLOURS = {"gone": typer.colors.RED, "new": typer.colors.GREEN}
_MARKS = {"gone": "[-{}-]", "new": "{{+{}+}}", "same": "{}", "left out": "…"}


def print_plain(told: Explained) -> None:
    """All of it, under headings."""
    entry = told.entry
    _say(entry.title or "(no title)", 0, bold=True)
    _say(f"entry {told.number}: {entry.id}")
    if entry.url:
        _say(entry.url)
    _part("Where it is from", told.source)
    for address in told.copies:
        _say(f"{address} says the same, and is no entry of its own")
    for batch in told.held:
        _say(_held(batch))
    _part("Dates", told.dates)
    _part("Feeds", () if told.feeds else ("no feed is made of its source",))
    for feed in told.feeds:
        _say(f"{feed.feed}: {'shown' if feed.is_shown else 'not shown'}")
        for why in feed.why:
            _say(why, 4)
        for merge in feed.merged:
            if merge.entry.id != entry.id:
                _say(f"it stands for {merge.entry.source}'s as well: {merge.reason}", 4)
    _part("Recognised by", (f"{key.kind:<8}{key.value}" for key in told.keys))
    _part("What gave each field", () if told.evidence else ("that is not on record",))
    for one in told.evidence:
        _say(f"{one.field:<11} {one.rule}" + (f": {one.text}" if one.text else ""))
    _print_dropped(told.dropped)
    _part("The page that it was read from", (_page(told),))
    _part("Changes", () if told.revisions else ("no change of its words is on record",))
    for revised in told.revisions:
        _print_revised(revised)
    if told.missing:
        _say(told.missing)


def _page(told: Explained) -> str:
    if told.page is None:
        return (
            "is not kept: it came with its source's feed or list, is a file, or was fetched too "
            "long ago ([pages])"
        )
    when = f"{told.page.fetched_at:%Y-%m-%d %H:%M}Z"
    return f"kept as it was fetched {when}: feeder replay {told.entry.source} --dry-run reads it"


def _held(batch: Quarantined) -> str:
    since = f"held back from {batch.first_seen:%Y-%m-%d %H:%M}Z on, in quarantine {batch.id}"
    until = f", {batch.status} {batch.decided_at:%Y-%m-%d %H:%M}Z" if batch.decided_at else ""
    why = "; ".join(reason.message for reason in batch.reasons)
    return f"{since}{until}: {why}"


def _print_dropped(dropped: Sequence[Dropped]) -> None:
    blocks = "1 block" if len(dropped) == 1 else f"{len(dropped)} blocks"
    _part("Dropped" + (f": {blocks}" if dropped else ""), () if dropped else ("nothing",))
    before = ""
    for one in dropped[:BLOCKS_SHOWN]:
        rule = f"{one.step}, {one.rule}" if one.rule else one.step
        if rule != before:  # a rule that took ten links is said once
            _say(rule)
        before = rule
        if one.text:
            _say(f"“{one.text}”", 4)
    if len(dropped) > BLOCKS_SHOWN:
        _say(f"… and {len(dropped) - BLOCKS_SHOWN} more, which --json has")


def _print_revised(revised: Revised) -> None:
    _say(f"revision {revised.number}, {revised.updated:%Y-%m-%d %H:%M}Z")
    if revised.was is not None:
        _say(f"the title was: {revised.was}", 4)
        _say(f"now it is:     {revised.title}", 4)
    for passage in revised.passages[:PASSAGES_SHOWN]:
        typer.echo("    " + " ".join(map(_piece, passage)))
    if len(revised.passages) > PASSAGES_SHOWN:
        _say(f"… and {len(revised.passages) - PASSAGES_SHOWN} more paragraphs, in --json", 4)
    if not revised.passages and revised.was is None:
        _say("white space alone, or what stands beside the words", 4)


def _piece(piece: Any) -> str:
    """Words as `git diff --word-diff` shows them; at a terminal in colours besides."""
    marked = _MARKS[piece.kind].format(printable(piece.text))
    return typer.style(marked, fg=_COLOURS.get(piece.kind))


def _part(heading: str, lines: Iterable[str]) -> None:
    typer.echo()
    _say(heading, 0, bold=True)
    for line in lines:
        _say(line)


def _say(text: str, indent: int = 2, *, bold: bool = False) -> None:
    """A line; at a terminal it is folded below its own beginning."""
    line = " " * indent + printable(text)
    if sys.stdout.isatty():
        width = max(shutil.get_terminal_size().columns, 40)
        behind = " " * (indent + 2)
        line = textwrap.fill(
            line, width, subsequent_indent=behind, break_long_words=False, break_on_hyphens=False
        )
    typer.secho(line, bold=bold or None)


def print_absent(address: str, reasons: Sequence[Because]) -> None:
    """Why an address is no entry, and what to do."""
    typer.echo(printable(f"{shown(address)} is no entry"))
    for one in reasons:
        where = f"  {one.source}: " if one.source else "  "
        print_fault(where.rstrip(": "), one.reason, one.advice) if one.source else _say(one.reason)
        if one.advice and not one.source:
            typer.echo(printable(f"  → {one.advice}"))


def print_absent_json(address: str, reasons: Sequence[Because]) -> None:
    """The same for programs."""
    _print_json({"address": shown(address), "entry": None, "because": list(map(asdict, reasons))})


def print_json(told: Explained) -> None:
    """All that is known of an entry, for programs; its text is in the API."""
    facts = asdict(told)
    entry = {k: v for k, v in facts.pop("entry").items() if k not in ("html", "text")}
    held = [
        {
            "id": batch.id,
            "status": batch.status,
            "first_seen": batch.first_seen,
            "decided_at": batch.decided_at,
            "reasons": [reason.message for reason in batch.reasons],
        }
        for batch in told.held
    ]
    revisions = [
        asdict(one) | {"passages": list(map(_passage_as_data, one.passages))}
        for one in told.revisions
    ]
    kept = {"url": told.page.final_url, "fetched_at": told.page.fetched_at} if told.page else None
    keys = [{"kind": key.kind, "value": key.value} for key in told.keys]
    _print_json(
        {
            "entry": entry,
            **facts,
            "keys": keys,
            "held": held,
            "page": kept,
            "revisions": revisions,
        }
    )


def _passage_as_data(passage: Passage) -> list[dict[str, str]]:
    return [{"kind": piece.kind, "text": piece.text} for piece in passage]


def _print_json(data: Any) -> None:
    import json

    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=datetime.isoformat))
