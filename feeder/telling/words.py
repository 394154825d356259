"""What happened to sources, in one message for people and in one for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

Event = Mapping[str, Any]
NAMED = 10
"""Sources that are named of those that have the same to tell."""


class Told(NamedTuple):
    """One message: for people `title` and `text`, for programs `events` too."""

    title: str
    text: str
    events: tuple[Event, ...] = ()

    @property
    def as_json(self) -> bytes:
        """All of it, for programs."""
        return json.dumps(self._asdict()).encode()


TRIAL = Told("feeder: a test", "This is a test of an alarm of feeder. Nothing has happened.")


def of_events(events: Sequence[Event]) -> Told:
    """What happened to sources."""
    return Told(_title(events), _text(events), tuple(events))


def _title(events: Sequence[Event]) -> str:
    """One line."""
    if len(events) == 1:
        return f"{events[0]['title']} is {_state(events[0])}"
    return "; ".join(f"{len(some)} sources are {state}" for state, some in _by_state(events))


def _text(events: Sequence[Event]) -> str:
    """All that is to be told, a paragraph for each state that sources are in now."""
    if len(events) == 1:
        return _sentence(events[0])
    return "\n".join(_gathered(state, some) for state, some in _by_state(events))


def _state(event: Event) -> str:
    return "well again" if event["becomes"] in ("ok", "unchanged") else str(event["becomes"])


def _sentence(event: Event) -> str:
    if _state(event) == "well again":
        since = (
            f" It had been {event['was']} since {_time(event['since'])}." if event["since"] else ""
        )
        return f"{event['title']} is well again since {_time(event['when'])}.{since}"
    told = f"{event['title']} is {event['becomes']} since {_time(event['when'])}"
    return f"{told}: {_ended(event['reason'])} {_ended(event['advice'])}".rstrip()


def _gathered(state: str, events: Sequence[Event]) -> str:
    titles = [str(event["title"]) for event in events[:NAMED]]
    more = f" and {len(events) - NAMED} more" if len(events) > NAMED else ""
    many = f"{len(events)} sources are" if len(events) > 1 else "1 source is"
    return f"{many} {state}: {', '.join(titles)}{more}."


def _by_state(events: Sequence[Event]) -> list[tuple[str, list[Event]]]:
    ordered = sorted(events, key=_state)
    return [(state, list(some)) for state, some in groupby(ordered, key=_state)]


def _time(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _ended(text: str) -> str:
    """A sentence with its capital and its full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""
