"""The public collection of site rules, fetched into a folder: whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeder.config.settings import FetchSettings, Settings
from feeder.errors import ConfigError, ConfigFault, FeederError
from feeder.jobs import closed_door
from feeder.models import Page, Validators
from feeder.siterules.archive import rule_files
from feeder.siterules.exchanging import exchange
from feeder.siterules.marker import NAME, Marker, digest_of, files_in, read_marker
from feeder.workers import Work

PUBLIC = "https://github.com/fivefilters/ftr-site-config/archive/refs/heads/master.tar.gz"
"""The Five Filters collection, in the public domain."""
MOST_BYTES = 32_000_000
"""Of the archive as it comes: it has .8 MB."""
_SECONDS = 300.0
_LEFT = 3_600


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of a folder: how many files it has, and how many of them are new, are others
    than before, or are gone."""

    folder: Path
    address: str
    files: int
    new: int = 0
    changed: int = 0
    gone: int = 0


def folder_to_update(settings: Settings) -> Path:
    """The folder of `[rules]` that is meant where none is named: the one that was filled before,
    or else the one that is empty.

    Raises:
        ConfigError: there is none, or there are several.
    """
    folders = settings.rules.folders
    found = [one for one in folders if read_marker(one)] or [
        one for one in folders if _is_empty(one)
    ]
    if len(found) == 1:
        return found[0]
    told = "no folder of [rules] is empty, or was filled by it" if not found else (
        f"it may be any of {', '.join(map(str, found))}"
    )  # fmt: skip
    fault = ConfigFault(str(settings.path), None, None, "rules.folders", f"which folder? {told}")
    raise ConfigError([fault], advice="name one: feeder rules update rules/public")


def update(fetch: FetchSettings, work: Work, folder: Path, address: str | None = None) -> Updated:
    """Bring a folder up to date with the collection at an address.

    Args:
        fetch: how it is asked for.
        work: where the archive is read.
        address: of a `.tar.gz`; without it the one from which the folder was filled, or `PUBLIC`.

    Raises:
        ConfigError: the folder has files of somebody else, or was changed by hand.
        SourceError: the collection cannot be had, or is none. The folder stays as it is.
        FeederError: the folder cannot be written.
    """
    folder = folder.resolve()
    marker = read_marker(folder)
    _check(folder, marker)
    address = address or (marker.address if marker else PUBLIC)
    is_same = marker is not None and marker.address == address
    held = Validators(marker.etag, marker.last_modified) if marker and is_same else None
    page = _fetched(fetch, address, held)
    if page is None:
        assert marker is not None, "asked with what it was filled with"
        return Updated(folder, address, marker.files)
    files = work.submit(rule_files, page.body).result()
    made = Marker(
        address=address,
        digest=digest_of(files.items()),
        files=len(files),
        etag=page.validators.etag,
        last_modified=page.validators.last_modified,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    try:
        return _put(folder, files, made)
    except OSError as error:
        raise FeederError(
            f"{folder} cannot be written: {error.strerror}; it is as it was",
            advice="feeder needs to write to it and to the folder around it",
        ) from error


def _check(folder: Path, marker: Marker | None) -> None:
    """Nothing that a person wrote is replaced."""
    if not folder.exists():
        return
    message = ""
    try:
        if not folder.is_dir():
            message = "it is no folder"
        elif marker is None and not _is_empty(folder):
            message = "it has files that feeder did not put there"
        elif marker is not None and digest_of(files_in(folder)) != marker.digest:
            message = "files in it were changed, added or taken away by hand since it was filled"
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
    if message:
        raise ConfigError(
            [ConfigFault(str(folder), None, None, "", message)],
            advice="rules of your own belong into a folder of their own, behind it in folders of "
            "[rules]; name an empty folder, or one that is not there yet",
        )


def _is_empty(folder: Path) -> bool:
    with suppress(OSError):
        return not any(folder.iterdir())
    return False


def _fetched(settings: FetchSettings, address: str, held: Validators | None) -> Page | None:
    """The archive; None where it is as it was.

    It is a file that the person asks for by name, and no page that is crawled: so robots.txt is
    left aside. All the other guards hold.
    """
    fetch = settings.model_copy(
        update={
            "robots": False,
            "max_bytes": MOST_BYTES,
            "total_timeout": max(settings.total_timeout, timedelta(seconds=_SECONDS)),
        }
    )
    with closing(closed_door()) as door:
        web = door.client().begin(fetch, start=address, seconds=_SECONDS)
        return web.fetch(address, held)


def _put(folder: Path, files: Mapping[str, bytes], marker: Marker) -> Updated:
    before = dict(files_in(folder)) if folder.exists() else {}
    done = Updated(
        folder,
        marker.address,
        len(files),
        new=len(files.keys() - before.keys()),
        changed=sum(before[name] != files[name] for name in files.keys() & before.keys()),
        gone=len(before.keys() - files.keys()),
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}.feeder-"
    _clear(folder.parent, prefix)
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        for name, body in files.items():
            path = made / name
            path.write_bytes(body)
            if before.get(name) == body:  # its time stamp tells whether rules have changed
                stamp = (folder / name).stat()
                os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        (made / NAME).write_text(marker.text(), encoding="utf-8")
        made.chmod(0o755)
        os.sync()  # else a power cut may leave names without what stands in them
        exchange(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return done


def _clear(parent: Path, prefix: str) -> None:
    """Take away what an update left that was killed, once none can be at it any more."""
    for left in [one for one in parent.iterdir() if one.name.startswith(prefix)]:
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT:
                shutil.rmtree(left)
