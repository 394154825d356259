"""Selectors of a listing that find nothing any more: what would find its articles, and where to
write it. The page is asked once; nothing is put on record."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from feeder.adding import NewSource, made_sources, source_toml
from feeder.app import App
from feeder.config.settings import Settings, SourceSettings
from feeder.errors import LayoutError, StateError
from feeder.models import Resource, Validators
from feeder.outputs import files
from feeder.refresh.asking import Asking
from feeder.refresh.mending import check_mendable, proposed
from feeder.sources.listing.mending import Mended

_TABLE = re.compile(r"\s*\[list\]\s*(#.*)?")
_ANY_TABLE = re.compile(r"\s*\[")


def propose(app: App, name: str) -> Mended:
    """Selectors that find the articles of a listing where they are now.

    Raises:
        SourceError: its page cannot be had, or nothing is to be proposed; it says why.
    """
    job = app.jobs[name]
    check_mendable(job)
    start = job.manner.source.start
    asking = Asking(job, job.begin(lambda: False), app.work, lambda addresses: {})
    page = asking.ask(Resource(start, Validators()), start, anew=True)
    if page is None:
        raise LayoutError(f"{start} says that it has not changed, though nobody asked that")
    return proposed(job, app.store, app.work, page)


def edited(text: str, mended: Mended) -> str | None:
    """The text of a source's file with the new selectors in its `[list]`; None where they are
    written in another way than one a line."""
    lines = text.splitlines(keepends=True)
    begin = next((n for n, line in enumerate(lines) if _TABLE.fullmatch(line.rstrip())), None)
    if begin is None:
        return None
    end = next((n for n in range(begin + 1, len(lines)) if _ANY_TABLE.match(lines[n])), len(lines))
    table, left = list[str](), dict(mended.new)
    for line in lines[begin + 1 : end]:
        key = line.partition("=")[0].strip()
        if key in left:
            table.append(_line(key, left.pop(key)))
        elif key not in mended.old:
            table.append(line)
    first = [_line(key, value) for key, value in left.items()]
    made = "".join([*lines[:begin], lines[begin].rstrip("\r\n") + "\n", *first, *table])
    made += "".join(lines[end:])
    return made if _says(made) == _wanted(text, mended) else None


def written_anew(mended: Mended) -> str:
    """`[list]` with the new selectors alone."""
    return source_toml(NewSource("", {"list": dict(mended.new)})).lstrip("\n")


def is_ours(source: SourceSettings, settings: Settings) -> bool:
    """Whether feeder wrote the file of a source: it lies in `sources.d` of the state folder."""
    return source.place.file.path.parent == made_sources(settings)


def write(path: Path, text: str) -> None:
    """Put a new text in the place of a source's file, whole or not at all.

    Raises:
        StateError: it cannot be written.
    """
    try:
        with (
            files.opened(path.parent) as folder,
            files.staged(folder, path.name, text.encode()) as staged,
        ):
            os.replace(staged, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}") from error


def _line(key: str, value: str) -> str:
    return source_toml(NewSource("", {key: value})).strip() + "\n"


def _says(text: str) -> Mapping[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _wanted(text: str, mended: Mended) -> Mapping[str, object]:
    table = tomllib.loads(text)
    kept = {key: value for key, value in table["list"].items() if key not in mended.old}
    return {**table, "list": {**kept, **mended.new}}
