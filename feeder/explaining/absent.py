"""Why an address is no entry: what each source that may have met it knows of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from feeder.app import App
from feeder.changes.identity import Reading
from feeder.changes.looks import MOST_RETRIES
from feeder.config.settings import SourceSettings
from feeder.errors import StateError
from feeder.explaining.dates import moment
from feeder.explaining.naming import forms_of
from feeder.fetch.hosts import origin_of
from feeder.fetch.robots import allows
from feeder.models import Resource
from feeder.refresh.faults import told
from feeder.refresh.held import from_bytes
from feeder.rules.rulebook import host_key
from feeder.sources.patterns import Patterns
from feeder.urls import address_key

_RUNS = 20
"""Refreshes among whose faults one of an address is looked for."""
_NOW = "feeder refresh {} does it now, as far as max_articles in [fetch] has room"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason why an address is no entry, by a source, and what to do; of no source in
    particular where that is empty."""

    source: str
    reason: str
    advice: str = ""


def why_absent(app: App, address: str, now: datetime) -> list[Because]:
    """Why there is no entry of an address, from what is on record and in the configuration.

    Raises:
        StateError: the database cannot be used.
    """
    forms = forms_of(address)
    remembered = app.store.finder.resources_at(forms)
    near = [source for source in app.settings.sources if _is_near(app, source, address)]
    found: list[Because] = []
    for name in dict.fromkeys([*(one.source for one in remembered), *(s.name for s in near)]):
        own = [one.resource for one in remembered if one.source == name]
        found += _held(app, name, forms)
        found += _copied(app, name, forms) or (_remembered(app, name, one, now) for one in own)
        if not own:
            found += _waiting(app, name, forms)
    found += (because for source in near for because in _excluded(source, address))
    if all(source.fetch.robots for source in near):
        found += _robots(app, address)
    if not found:
        found += (_unlisted(app, source, address, forms) for source in near)
    return found or [_nowhere(app, address)]


def _remembered(app: App, name: str, resource: Resource, now: datetime) -> Because:
    """What is remembered of an address that gave no entry."""
    job = app.jobs.get(name)
    fault, is_on_web = resource.fault, job is not None and job.host is not None
    if is_on_web and resource.candidate is None:
        message = f"{fault.message}; it" if fault else "it"
        advice = fault.advice if fault else ""
        return Because(name, f"{message} is a page of the listing, and no article", advice)
    if fault is not None:
        again = f"; {_again(resource, now)}" if is_on_web else ""
        return Because(name, f"{fault.message}{again}", fault.advice)
    if resource.look_at is not None and not resource.validators.etag:
        turn = "with the next refresh" if resource.look_at <= now else moment(resource.look_at)
        return Because(name, f"listed, and not read yet: its turn comes {turn}", _NOW.format(name))
    dropped = [str(b.id) for b in app.store.quarantined(name) if b.status == "dropped"]
    if dropped:
        numbers = ", ".join(dropped)
        return Because(
            name,
            "met, and not taken: you dropped it with a batch that was held back (quarantine "
            f"{numbers}), or it was listed before the source was met",
        )
    if resource.look_at is not None:
        return Because(name, "read, and it said what another entry or several others say")
    return Because(
        name,
        "it was listed already when the source was met, whose first refresh takes the newest "
        "alone (first_articles in [fetch]); it is read when its listing says something new of it",
    )


def _again(resource: Resource, now: datetime) -> str:
    tries = "once" if resource.looks == 1 else f"{resource.looks} times in a row"
    so_far = f"tried {tries}" if resource.looks else "tried"
    if resource.look_at is None:
        gave_up = " and given up" if resource.looks > MOST_RETRIES else ""
        return f"{so_far}{gave_up}, and not again unless its listing says something new of it"
    if resource.look_at <= now:
        return f"{so_far}, and again with the next refresh"
    return f"{so_far}, and again from {moment(resource.look_at)} on"


def _held(app: App, name: str, forms: Sequence[str]) -> Iterator[Because]:
    """The batches that are held back with it, and those that ended."""
    for batch in app.store.quarantined(name):
        body = app.store.files.get(batch.sha256) if batch.sha256 else None
        if batch.status not in ("held", "ended") or body is None:
            continue
        try:
            readings = from_bytes(body)
        except StateError:  # what is kept of it is of a later feeder
            continue
        if any(_is_of(reading, forms) for reading in readings):
            why = "; ".join(reason.message for reason in batch.reasons)
            how = "held back" if batch.status == "held" else "was held back until it was gone again"
            yield Because(
                name,
                f"{how} in quarantine {batch.id} since {moment(batch.first_seen)}: {why}",
                f"feeder quarantine show {batch.id}, then release or drop it",
            )


def _is_of(reading: Reading, forms: Sequence[str]) -> bool:
    own = {key.value for key in reading.keys if key.kind == "url"} | {reading.address}
    if reading.article.url:
        own.add(address_key(reading.article.url))
    return not own.isdisjoint(forms)


def _copied(app: App, name: str, forms: Sequence[str]) -> list[Because]:
    """That it says the same as another one, as one of the last refreshes found."""
    faults = (fault for outcome in app.store.runs(name, _RUNS) for fault in outcome.faults)
    copied = (f for f in faults if f.kind == "copy" and _key(f.address) in forms)
    return [Because(name, fault.message) for fault in copied][:1]


def _waiting(app: App, name: str, forms: Sequence[str]) -> Iterator[Because]:
    """What the last refresh tells, where nothing is remembered of the address itself."""
    last = next(iter(app.store.runs(name, 1)), None)
    if last is None:
        yield Because(name, "its source was never refreshed", f"feeder refresh {name}")
    elif any(_key(one) in forms for one in last.waiting):
        yield Because(name, "listed, and waits for the next refresh", _NOW.format(name))
    elif last.failure is not None:
        failure = last.failure
        yield Because(
            name, f"its source could not be read the last time: {failure.message}", failure.advice
        )


def _key(address: str) -> str:
    return address_key(address) if "://" in address else address


def _excluded(source: SourceSettings, address: str) -> Iterator[Because]:
    """The patterns of its source's `[list]` that leave it out."""
    listed = source.list
    for index, pattern in enumerate(listed.exclude):
        if not Patterns(exclude=[pattern]).wants(address):
            place = source.place.fault(("list", "exclude", index), "").line
            where = f" ({source.place.file.path}:{place})" if place else ""
            yield Because(source.name, f"left out by exclude = {pattern!r} in [list]{where}")
    if listed.include and not Patterns(listed.include).wants(address):
        place = source.place.fault(("list", "include"), "").line
        where = f" ({source.place.file.path}:{place})" if place else ""
        yield Because(source.name, f"none of the patterns of include in [list] is like it{where}")


def _robots(app: App, address: str) -> Iterator[Because]:
    """Whether the rules for robots that are on record keep it from us."""
    host = app.store.host(origin_of(address))
    if host is not None and host.robots and not allows(host.robots, address):
        yield Because(
            "",
            f"the robots.txt of {urlsplit(address).hostname} asks robots to leave it alone",
            "ask the site; where it agrees, write robots = false into [fetch] of the source",
        )


def _unlisted(app: App, source: SourceSettings, address: str, forms: Sequence[str]) -> Because:
    """That a source of the same site does not list it, and whether its page links to it."""
    parts = urlsplit(address)
    link = parts.path + (f"?{parts.query}" if parts.query else "")
    spelt = re.escape(link).replace(r"\&", "&(?:amp;)?")
    links = re.compile(f"{spelt}[\"'<>\\s#]".encode())
    for kept in app.store.pages(source.name):
        is_other = link.strip("/") and _key(kept.address) not in forms
        page = app.store.page(kept) if is_other else None
        if page is not None and links.search(page.body):
            return Because(
                source.name,
                f"never listed; {told(kept.final_url)} had its address in it at "
                f"{moment(kept.fetched_at)}, which was not taken for an article",
                f"feeder refresh {source.name} if it is new there; else name the items of the "
                "list with item in [list]",
            )
    good = app.store.browser.freshness([source.name]).get(source.name)
    when = f" (last read {moment(good.last_success)})" if good and good.last_success else ""
    return Because(
        source.name,
        f"never listed by its source{when}",
        "it may be too old for the list, or stand in another section: add that as a source",
    )


def _is_near(app: App, source: SourceSettings, address: str) -> bool:
    """Whether a source is of the site that an address is on."""
    job = app.jobs.get(source.name)
    start = source.url or (job.manner.source.start if job else None)
    here, there = host_key(address), host_key(start)
    if not here or not there:
        return False
    return here == there or here.endswith(f".{there}") or there.endswith(f".{here}")


def _nowhere(app: App, address: str) -> Because:
    site = host_key(address)
    return Because(
        "",
        f"no source lists it, and none is of {site or 'that address'}",
        "add the page that lists it as a source: a file in sources/ with its address as url",
    )
