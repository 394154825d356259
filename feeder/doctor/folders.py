"""The folders: whose they are, who may read and write them, and how much room there is."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from feeder.config.settings import Settings
from feeder.doctor.findings import Finding, broken, good, note

_LITTLE, _SCARCE = 100_000_000, 1_000_000_000
"""Bytes: a refresh of a large source with its backup takes some tens of MB."""
_FEW = 1_000
"""Inodes; each kept page is a file."""
_LOOKED_AT = 5_000
"""Files of the state folder whose owner is looked at."""


def folders(settings: Settings) -> Iterator[Finding]:
    """All folders that feeder has to do with."""
    yield from _state(settings)
    for folder in settings.folders:
        yield from _public(folder)
    yield from _configuration(settings)
    places = [_nearest(place) for place in (settings.state, *settings.folders)]
    for place in {one.stat().st_dev: one for one in reversed(places)}.values():
        yield from _room(place)


def _state(settings: Settings) -> Iterator[Finding]:
    state = settings.state
    if not state.exists():
        yield from _to_be_made("state folder", state)
        return
    mode = stat.S_IMODE(state.stat().st_mode)
    if not _is_usable(state):
        yield broken("state folder", f"{state} cannot be written by {_me()}", _owner_advice(state))
        return
    strangers = _of_others(state)
    if strangers:
        owner = _name(state.stat().st_uid)
        message = f"{strangers[0]} is not {owner}'s, as its folder is"
        advice = f"was feeder run as another user? chown -R {owner} {state}"
        yield broken("state folder", message, advice)
    elif mode & (stat.S_IROTH | stat.S_IWOTH) and not _is_around(state, settings.folders):
        message = f"{state} is open to all users of this machine (mode {mode:o})"
        yield note(
            "state folder", message, f"chmod o-rwx {state}: entries of private feeds are in it"
        )
    else:
        yield good("state folder", f"{state} can be written by {_me()}")


def _public(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        yield from _to_be_made("public folder", folder)
        return
    if not _is_usable(folder):
        message = f"{folder} cannot be written by {_me()}"
        yield broken("public folder", message, _owner_advice(folder))
        return
    closed = next((one for one in (folder, *folder.parents) if not _is_open(one)), None)
    if closed is None:
        yield good("public folder", f"{folder} can be written by {_me()}, and read by a web server")
    else:
        message = (
            f"{closed} is closed to others, so that a web server as another user reads nothing"
        )
        advice = f"chmod o+x {closed}, or let `feeder run` serve: it needs no web server"
        yield note("public folder", message, advice)


def _configuration(settings: Settings) -> Iterator[Finding]:
    token = settings.server.token_file
    if token is not None and token.exists() and token.stat().st_mode & stat.S_IROTH:
        yield note("secrets", f"{token} can be read by all users", f"chmod 600 {token}")
    if os.access(settings.folder, os.W_OK):
        yield good(
            "configuration folder", f"{settings.folder} can be written: new sources go there"
        )
    else:
        message = f"{settings.folder} is read-only here: new sources go to the state folder"
        yield good("configuration folder", message)


def _room(place: Path) -> Iterator[Finding]:
    try:
        found = os.statvfs(place)
    except OSError as error:
        yield broken("disk", f"{place} cannot be looked at: {error.strerror}", "is it mounted?")
        return
    free, inodes = found.f_bavail * found.f_frsize, found.f_favail
    told = f"{free / 1e9:,.1f} GB free at {place}"
    advice = "make room; what was published stays, and nothing new is recorded until then"
    if found.f_flag & os.ST_RDONLY:
        yield broken("disk", f"{place} is mounted read-only", "is the disk failing? see dmesg")
    elif free < _LITTLE:
        yield broken("disk", told, advice)
    elif found.f_files and inodes < _FEW:  # some file systems have no number of files
        yield broken("disk", f"room for {inodes:,} more files at {place}", advice)
    elif free < _SCARCE:
        yield note("disk", told, "less than 1 GB: backups and kept pages may soon have no room")
    else:
        yield good("disk", told)


def _to_be_made(what: str, folder: Path) -> Iterator[Finding]:
    nearest = _nearest(folder)
    if _is_usable(nearest):
        yield good(what, f"{folder} is not there yet, and can be made")
    else:
        message = f"{folder} is not there, and {_me()} cannot make it in {nearest}"
        yield broken(what, message, f"make it, and give it to that user: chown {_me()} {folder}")


def _is_around(state: Path, published: Iterable[Path]) -> bool:
    """Whether a folder for all is in it: then it must be open to be walked through, and what is
    beside that folder is closed by itself."""
    return any(one.is_relative_to(state) for one in published)


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _is_usable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.W_OK | os.X_OK)


def _is_open(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _of_others(state: Path) -> list[Path]:
    """The first file in it that another user owns than the folder."""
    owner = state.stat(follow_symlinks=True).st_uid
    files = islice((one for one in state.rglob("*") if not one.is_symlink()), _LOOKED_AT)
    return [*islice((one for one in files if _owner_of(one) not in (owner, None)), 1)]


def _owner_of(file: Path) -> int | None:
    try:
        return file.lstat().st_uid
    except OSError:  # gone again
        return None


def _owner_advice(folder: Path) -> str:
    owner = _name(folder.stat().st_uid)
    return f"it is {owner}'s: run feeder as that user, or chown -R {_me()} {folder}"


def _me() -> str:
    return _name(os.geteuid())


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
