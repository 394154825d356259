"""What an entry's dates are from, and why they are not what its page says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from feeder.changes.decide import EPOCH
from feeder.dates import read_date
from feeder.models import Entry, Evidence, Resource

LATE = timedelta(days=1)
"""Between its date and when it was first seen, from which on that is told: sources are read within
a day, and a date without an hour is one of midnight."""


def dates_told(
    entry: Entry, evidence: Sequence[Evidence], resources: Sequence[Resource]
) -> Iterator[str]:
    """What its dates are from, in sentences."""
    yield _published(entry, evidence, resources)
    late = entry.first_seen - entry.published
    if late > LATE:
        days = late.days
        yield (
            f"first seen {moment(entry.first_seen)}, {days} {'day' if days == 1 else 'days'} after "
            "its own date; feeds show its own"
        )
    elif late < timedelta(0):
        yield f"its date was still to come: feeds show {moment(entry.first_seen)}, when it was seen"
    else:
        yield f"first seen {moment(entry.first_seen)}"
    if entry.revision > 1:
        yield f"updated {moment(entry.updated)}, when its words changed (revision {entry.revision})"
    elif entry.updated > entry.published:
        yield f"updated {moment(entry.updated)}, as it said itself when it was first read"


def _published(entry: Entry, evidence: Sequence[Evidence], resources: Sequence[Resource]) -> str:
    told = next((one for one in evidence if one.field == "published"), None)
    when = f"published {moment(entry.published)}"
    if told is not None:
        place = f"{told.rule}: {told.text}" if told.text else told.rule
        said = read_date(told.text, entry.language) if told.text else None
        is_first_seen = said is None and _same(entry.published, entry.first_seen)
        if is_first_seen or (said is not None and not EPOCH < said <= entry.first_seen):
            return f"{when}: what it says ({place}) cannot be, so it is when it was first seen"
        if said is not None and abs(said - entry.published) > LATE:
            return f"{when}; it says another date by now ({place}), and an entry keeps its first"
        return f"{when} ({place})"
    listed = next((one.candidate for one in resources if one.candidate), None)
    if listed and listed.facts.published and _same(listed.facts.published, entry.published):
        return f"{when} (told by its listing)"
    if _same(entry.published, entry.first_seen):
        return f"{when}: nothing tells a date, so it is when it was first seen"
    if listed and listed.modified and _same(listed.modified, entry.published):
        return f"{when} (when its listing or its server says that it changed)"
    return f"{when} (of its file or its page, by its server or its time stamp)"


def moment(when: datetime) -> str:
    """A moment for people."""
    return f"{when:%Y-%m-%d %H:%M}Z"


def _same(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=1)
