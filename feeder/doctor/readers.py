"""What a subscriber gets at the public address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from feeder.config.settings import Settings, is_for_this_machine
from feeder.doctor.findings import Finding, broken, good, note
from feeder.fetch.own import OwnSite
from feeder.fetch.shown import shown
from feeder.server.noted import Checked
from feeder.server.subscriber import own_document, seen_by_subscriber
from feeder.store.store import Store

_AREA = "public address"


def look(settings: Settings, store: Store) -> Checked | None:
    """Ask for our feed as a reader does; None where nothing is published yet."""
    own = own_document(settings, store)
    if own is None:
        return None
    with closing(OwnSite(settings.public_url, settings.fetch)) as site:
        return seen_by_subscriber(site, own, store)


def readers(settings: Settings, seen: Checked | None) -> Iterator[Finding]:
    """What was seen, in words."""
    is_ours_alone = is_for_this_machine(settings.public_url)
    if is_ours_alone:
        message = f"public_url is {settings.public_url}, which only this machine can reach"
        yield note(_AREA, message, "set public_url in feeder.toml to what readers subscribe to")
    if seen is None:
        yield note(_AREA, "nothing is published yet", "feeder refresh")
    elif seen.message is None:
        yield good(_AREA, f"{shown(seen.url)} is what was published, and comes as 304 if unchanged")
    elif is_ours_alone:
        yield note(_AREA, seen.message, "feeder run serves it; who reads the files needs no server")
    else:
        yield broken(_AREA, seen.message, seen.advice)


def clock_of(seen: Checked | None) -> datetime | None:
    """What time it is where our feed is served."""
    return seen.clock if seen is not None else None
