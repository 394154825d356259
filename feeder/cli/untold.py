"""What waits to be told to others, in words: for `feeder status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from feeder.cli.fares import brief
from feeder.cli.shown import print_fault

if TYPE_CHECKING:
    from feeder.store.outbox import Undelivered


def untold_as_data(waiting: Sequence[Undelivered]) -> list[dict[str, Any]]:
    """What waits, as plain values for JSON. Its texts are on record for whom they are for."""
    moments = ("created_at", "due_at")
    return [
        {
            key: value.isoformat() if key in moments else value
            for key, value in asdict(one).items()
            if key != "body"
        }
        for one in waiting
    ]


def print_untold(waiting: Sequence[Undelivered], now: datetime) -> None:
    """A line for each hub and alarm that something waits for: what, why, and the next try."""
    ordered = sorted(waiting, key=_whom)
    for (kind, target), some in groupby(ordered, key=_whom):
        _print(kind, target, list(some), now)


def _whom(one: Undelivered) -> tuple[str, str]:
    return one.kind, one.target


def _print(kind: str, target: str, some: Sequence[Undelivered], now: datetime) -> None:
    most = max(some, key=lambda one: one.tries)
    told = f"{_count(len(some), 'message')} not told yet"
    if most.error:
        told += f", after {_count(most.tries, 'try', 'tries')}: {most.error}"
    print_fault(_name(kind, target), told, f"next try {_next(some, now)}")


def _count(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word if number == 1 else plural or word + 's'}"


def _name(kind: str, target: str) -> str:
    """Who is told: a hub by its address, an alarm by where it stands."""
    from feeder.fetch.shown import shown  # 40 ms, for which each press of Tab would wait

    return f"hub {shown(target)}" if kind == "websub" else f"{target.rpartition(' ')[0]} ({kind})"


def _next(some: Sequence[Undelivered], now: datetime) -> str:
    due = min(one.due_at for one in some)
    return "with the next run" if due <= now + timedelta(minutes=1) else f"in {brief(due, now)}"
