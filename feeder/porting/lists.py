"""A list of subscriptions from elsewhere becomes files of sources: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from feeder.adding import checked, folder_for, keep
from feeder.config.settings import Settings
from feeder.errors import FeederError, UnfitFileError
from feeder.porting.addresses import read_addresses
from feeder.porting.opml import read_opml
from feeder.porting.plan import Step, planned


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list came to.

    Args:
        steps: what became, or would become, of each of its lines.
        folder: where the new sources are, or would be.
        feedless: the new sources that no feed of the configuration has.
    """

    steps: Sequence[Step]
    folder: Path
    feedless: Sequence[str]

    def count(self, outcome: str) -> int:
        """How many lines came to that."""
        return sum(step.outcome == outcome for step in self.steps)


def plan_list(settings: Settings, file: BinaryIO, name: str, *, is_opml: bool) -> Taken:
    """What would become of each line. Nothing is written, and no site is asked.

    Raises:
        UnfitFileError: it is broken, or nothing in it is an address.
        ConfigError: the configuration would be wrong with the new sources.
    """
    found = read_opml(file) if is_opml else read_addresses(file)
    if not found:
        what = "no outline in it has an xmlUrl" if is_opml else "there is no address in it"
        raise UnfitFileError(what, advice="is it the file that you meant?")
    steps = tuple(planned(found, _there(settings), name, is_opml=is_opml))
    if all(step.outcome == "refused" for step in steps):
        first = steps[0]
        raise UnfitFileError(
            f"none of its {len(steps)} lines can be a source; the first: {first.why}",
            advice="expected OPML, a list of addresses, or what `feeder export state` wrote",
            line=first.line,
        )
    new = [step.source for step in steps if step.source is not None]
    whole = checked(settings.folder, new) if new else settings
    shown = {source.name for feed in whole.feeds for source in whole.sources_of(feed)}
    feedless = [source.name for source in new if source.name not in shown]
    if all(feed.place.at == () for feed in whole.feeds):  # each source has a feed of its own
        feedless = []
    return Taken(steps, folder_for(settings), feedless)


def write(taken: Taken) -> None:
    """Write the new sources: all of them, or none where one cannot be written.

    Raises:
        StateError: one cannot be written.
        KeyboardInterrupt: somebody wants none of them.
    """
    written = list[Path]()
    try:
        for step in taken.steps:
            if step.source is not None:
                written.append(keep(taken.folder, step.source))
    except (FeederError, KeyboardInterrupt):
        for place in written:
            with suppress(OSError):
                place.unlink()
        raise


def _there(settings: Settings) -> Mapping[str, str | None]:
    return {source.name: source.url for source in settings.sources}
