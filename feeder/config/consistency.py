"""What is wrong only when several parts of a configuration, or the folders that it names, are seen.
Nothing is read but links and lists: folders are compared as the file system resolves them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from feeder.config.checking import did_you_mean
from feeder.config.settings import (
    AlarmSettings,
    FeedSettings,
    OutputSettings,
    SourceSettings,
    chosen,
)
from feeder.config.toml import Place
from feeder.errors import ConfigFault

RESERVED = ("feeds", "health", "index")
"""Names of documents that are no feeds of articles."""


def source_faults(sources: Iterable[SourceSettings]) -> Iterator[ConfigFault]:
    """Former names that do not lead to one source, and repairs that nobody would look at."""
    every = tuple(sources)
    for source in every:
        if source.list.repair == "apply" and not source.guard:
            message = (
                "expected guard = true beside it: what repaired selectors find is judged by it"
            )
            yield source.place.fault(("list", "repair"), message)
    yield from _former_name_faults("source", every)


def feed_faults(feeds: tuple[FeedSettings, ...], sources: Collection[str]) -> Iterator[ConfigFault]:
    """Names that clash, and patterns that match none of `sources` (all their names)."""
    seen: set[str] = set()
    for feed in feeds:
        if feed.name in RESERVED:
            message = f"no feed may be named {feed.name!r}: {', '.join(RESERVED)} are reserved"
            yield feed.place.fault(("name",), message)
        if feed.name in seen:
            yield feed.place.fault(("name",), f"there is another feed named {feed.name!r}")
        seen.add(feed.name)
    places = {name: place for place, name in enumerate(sources)}
    yield from chain.from_iterable(_pattern_faults(feed, places) for feed in feeds)
    if all(feed.place.at for feed in feeds):  # the feeds of sources only repeat their names
        yield from _former_name_faults("feed", feeds)


def alarm_faults(
    alarms: tuple[AlarmSettings, ...], sources: Collection[str]
) -> Iterator[ConfigFault]:
    """Alarms that tell nobody or in two ways, and patterns that match none of `sources`."""
    places = {name: place for place, name in enumerate(sources)}
    for alarm in alarms:
        if [bool(way) for way in (alarm.notify, alarm.webhook, alarm.command)].count(True) != 1:
            yield alarm.place.fault((), "expected one of notify, webhook and command")
        yield from _pattern_faults(alarm, places)


def _pattern_faults(
    feed: FeedSettings | AlarmSettings, sources: Mapping[str, int]
) -> Iterator[ConfigFault]:
    if not feed.sources:
        yield feed.place.fault(("sources",), 'names no source; expected names or ["*"]')
    for index, pattern in enumerate(feed.sources):
        if not chosen((pattern,), sources):
            message = f"no source matches {pattern!r}{did_you_mean(pattern, sources)}"
            yield feed.place.fault(("sources", index), message)


def _former_name_faults(
    what: str, owners: tuple[FeedSettings, ...] | tuple[SourceSettings, ...]
) -> Iterator[ConfigFault]:
    living = {owner.name for owner in owners}
    heirs: dict[str, str] = {}
    for owner in owners:
        for index, name in enumerate(owner.formerly):
            message = ""
            if name in living:
                message = f"there is a {what} named {name!r} now"
            elif heirs.setdefault(name, owner.name) != owner.name:
                message = f"{name!r} is already what {heirs[name]!r} was called"
            if message:
                yield owner.place.fault(("formerly", index), message)


def path_faults(
    folder: Path, state: Path, public: Path, main: Place, outputs: Iterable[OutputSettings]
) -> Iterator[ConfigFault]:
    """Folders that must not be published, or into which two outputs would write."""
    written: set[Path] = set()
    if message := _exposed(folder, state, public):
        key = "public" if "public" in main.table else "state"
        yield main.fault((key,), message)
    for output in outputs:
        # A bucket has no folder, though every output is handed one.
        if output.path is None or not (output.kind == "directory" or "path" in output.place.table):
            continue
        path = output.path.resolve()
        if path in written:
            yield output.place.fault(("path",), "another output has the same folder")
        elif path != public.resolve() and (message := _exposed(folder, state, path)):
            yield output.place.fault(("path",), message)
        written.add(path)


def folder_faults(folders: Iterable[Path], main: Place) -> Iterator[ConfigFault]:
    """Folders of site rules that are not there, or cannot be listed."""
    for index, folder in enumerate(folders):
        try:
            with os.scandir(folder):
                pass
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"the folder {folder} cannot be read: {reason}"
            yield main.fault(("rules", "folders", index), message)


def _exposed(folder: Path, state: Path, published: Path) -> str:
    """Why nothing may be published in that folder; empty if it may."""
    folder, state, published = folder.resolve(), state.resolve(), published.resolve()
    if state.is_relative_to(published):
        return "the state folder would be published: put it elsewhere"
    if folder.is_relative_to(published):
        return "the configuration would be published: choose another folder"
    if published.is_relative_to(state) and published != state / "public":
        return 'of what is in the state folder only its "public" may be published'
    return ""
