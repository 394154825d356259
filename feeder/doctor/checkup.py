"""All that is looked at, in the order in which things stand on each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from feeder.app import load, opened_store
from feeder.config.settings import Settings
from feeder.doctor import environment, folders, network, readers, record, service
from feeder.doctor.findings import Finding, broken, good, note
from feeder.errors import FeederError
from feeder.store.store import Store


def checkup(path: Path | None, *, online: bool) -> Iterator[Finding]:
    """Look at everything. What cannot be looked at is a finding itself.

    Args:
        path: of the configuration, as for every verb.
        online: whether names are looked up, and our own feed is asked for.
    """
    settings, told = _configuration(path)
    yield from environment.environment(settings)
    yield from told
    if settings is None:
        yield from service.units()
        return
    yield from folders.folders(settings)
    yield from network.certificates(settings)
    if online:
        yield from network.names(settings)
    found = list(record.record(settings))
    yield from found
    yield from service.units()
    if any(one.mark == "broken" for one in found):  # opening it would have it repaired
        yield from environment.clock(datetime.now(UTC), None, None)
    else:
        yield from _of_store(settings, online=online)


def _configuration(path: Path | None) -> tuple[Settings | None, list[Finding]]:
    area = "configuration"
    try:
        settings = load(path)
    except FeederError as error:
        advice = error.advice or "feeder check names all of it; the next verb needs it right"
        return None, [broken(area, line, advice) for line in error.message.splitlines()]
    found = [good(area, f"{settings.path} and {len(settings.sources)} sources are right")]
    # The one about public_url is told with what a subscriber gets there.
    warnings = (one for one in settings.warnings if not one.startswith("public_url"))
    return settings, found + [note(area, one) for one in warnings]


def _of_store(settings: Settings, *, online: bool) -> Iterator[Finding]:
    """What only the open record tells; it is left shut where opening would change anything."""
    now = datetime.now(UTC)
    try:
        if not record.can_be_opened(settings):
            message = "the record is not opened: there is none yet, or it is not this user's"
            yield note("service", message, "run this as the user that runs feeder, to see more")
            yield from environment.clock(now, None, None)
            return
        with opened_store(settings, now) as store:
            seen = readers.look(settings, store) if online else None
            yield from environment.clock(now, _latest(store), readers.clock_of(seen))
            yield from service.at_work(store, now)
            if online:
                yield from readers.readers(settings, seen)
    except FeederError as error:
        yield broken("database", error.message, error.advice)


def _latest(store: Store) -> datetime | None:
    runs = store.latest_runs(1)
    return runs[-1].started if runs else None
