"""The health feed: what befell the sources, for the person who runs feeder and nobody else.

An entry for each illness, which follows it to its last turn, and one for its end. It lies in the
private folder, and is made anew only when the condition of a source has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from feeder.fetch.shown import shown
from feeder.locks import exclusive
from feeder.models import Condition, Document, Feed, FeedEntry, Transition
from feeder.outputs import Output
from feeder.publish.flow import WAIT_FOR_LOCK
from feeder.store.conditions import Incident
from feeder.store.store import Store
from feeder.text import one_line, shorten
from feeder.urls import resolve

NAME = "health"
NEWEST = 100
"""Transitions that the feed tells of: what is older is in `feeder status NAME`."""
_LONGEST_TITLE = 120

_IS: dict[Condition, str] = {
    "ok": "is well again",
    "unchanged": "has been silent for long",
    "degraded": "is read in part",
    "blocked": "is blocked",
    "broken": "is broken",
    "gone": "is gone",
}
_STAYS = "Its feeds stay as they are: what was published stays, and no fault is published as news."


@dataclass(frozen=True, slots=True)
class HealthPress:
    """What the health feed is published with. `prefix` begins minted ids; `state` has the locks."""

    store: Store
    output: Output
    prefix: str
    public_url: str
    state: Path

    @property
    def file(self) -> Path:
        """Where the feed lies, in a folder for its owner alone."""
        return self.state / "private" / f"{NAME}.atom"


def publish_health(press: HealthPress) -> bool:
    """Bring the health feed up to date; whether it was written.

    Raises:
        PublishError: it could not be put in place. What lay there before stays.
        LockedError: another process has been publishing it all the while.
        StateError: the database cannot be used.
    """
    if _is_up_to_date(press):
        return False
    with exclusive(press.state / "locks" / f"publish-{NAME}.lock", "publish", wait=WAIT_FOR_LOCK):
        mark = _mark(press)  # before the rows: a transition in between has it made anew
        written = press.output.put(_document(press))
        press.store.keep_health_feed_mark(mark)
    return written


def _is_up_to_date(press: HealthPress) -> bool:
    """Nothing ever befell a source, or nothing since the feed was made."""
    mark = _mark(press)
    if mark.startswith("0 "):
        return True
    return press.store.health_feed_mark() == mark and press.file.is_file()


def _mark(press: HealthPress) -> str:
    return f"{press.store.latest_transition()} {press.prefix} {press.public_url}"


def _document(press: HealthPress) -> Document:
    from feeder.generator.atom import Atom  # it takes longer than all that happens without it

    renderer = Atom()
    document = renderer.render(health_feed(press, press.store.incidents(NEWEST)))
    renderer.check(document)
    return document


def health_feed(press: HealthPress, incidents: list[Incident]) -> Feed:
    """What befell the sources, as a feed. There is at least one incident."""
    entries = tuple(_entry(press.prefix, one) for one in incidents)
    return Feed(
        id=f"{press.prefix}:{NAME}",
        name=NAME,
        title="feeder: how the sources are",
        updated=max(entry.updated for entry in entries),
        author="feeder",
        self_url=f"{press.public_url}{NAME}.atom",
        entries=entries,
        subtitle="For who runs feeder: sources that fell ill, or are well again.",
        language="en",
    )


def _entry(prefix: str, incident: Incident) -> FeedEntry:
    latest = incident.latest
    name = one_line(incident.title) or latest.source
    return FeedEntry(
        id=f"{prefix}:{NAME}/{incident.number}",
        title=f"{shorten(name, _LONGEST_TITLE)} {_is(latest)}",
        html="".join(f"<p>{line}</p>" for line in _lines(incident)),
        published=incident.begun,
        updated=max(incident.begun, latest.at),
        url=_link(incident),
        categories=(latest.becomes,),
    )


def _is(told: Transition) -> str:
    if told.becomes == "ok" and told.was == "unchanged":
        return "has something new again"
    if told.becomes == "unchanged" and told.was not in ("ok", None):
        return "is well again, and silent"
    return _IS[told.becomes]


def _lines(incident: Incident) -> list[str]:
    """Paragraphs, with whatever a site has said in them as plain text."""
    told = incident.latest
    lines = [escape(one_line(told.reason)), escape(one_line(told.advice))]
    if told.becomes not in ("ok", "unchanged"):
        lines.append(_STAYS)
    lines.append(f"Since {_minute(told.at)}. The source is {escape(told.source)}{_at(incident)}.")
    return [line for line in lines if line]


def _at(incident: Incident) -> str:
    told = shown(incident.url) if incident.url else ""
    if _link(incident) is None:
        return f", {escape(told)}" if told else ""
    return f', <a href="{escape(told)}">{escape(told)}</a>'


def _link(incident: Incident) -> str | None:
    """The address of the source, unless it holds what may be a secret: without that it would lead
    astray."""
    url = resolve(incident.url) if incident.url else None
    return url if url is not None and url == incident.url == shown(url) else None


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
