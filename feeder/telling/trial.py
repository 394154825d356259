"""Alarms tried out, since nobody wants to learn in an emergency that one does not work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from feeder.config.settings import Settings
from feeder.errors import FeederError
from feeder.telling.alarms import way_of
from feeder.telling.ways import Ways
from feeder.telling.words import TRIAL


def tried(settings: Settings) -> Iterator[tuple[str, FeederError | None]]:
    """Tell each alarm that it is tried out: what it is called, and why it failed if it did."""
    with closing(Ways(settings.fetch)) as ways:
        for index, alarm in enumerate(settings.alarms, 1):
            name = f"alarm {index} ({way_of(alarm)})"
            try:
                ways.tell(alarm, TRIAL)
            except FeederError as error:
                yield name, error
            else:
                yield name, None
