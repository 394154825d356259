"""A whole state from elsewhere is taken into an empty one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import BinaryIO

from feeder.app import opened_store
from feeder.config.settings import Settings
from feeder.porting.state_reading import Export, things


def take_over(settings: Settings, file: BinaryIO, export: Export) -> list[str]:
    """Put an export on record, all of it or nothing; the sources in it that no file configures.

    Raises:
        StateError: the state has something on record, or cannot be used.
        LockedError: a service uses it.
        UnfitFileError: the things in it do not go together.
    """
    now = datetime.now(UTC)
    with opened_store(settings, now) as store:
        store.take_over(things(file, store.files), export.prefix, now)
        names = {source.name for source in settings.sources}
        names |= {name for source in settings.sources for name in source.formerly}
        return sorted(state.name for state in store.states() if state.name not in names)
