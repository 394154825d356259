"""The state folder: where the database, its backups and the locks lie, all of them private.

STATE/
  feeder.db          the database, where no PostgreSQL server has it
  feeder.db.*        what was set aside: damaged ones, replaced ones
  state-id           outside the database, so that a lost one is told from a new one
  backups/ locks/
  private/           documents for who has a token
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feeder import locks
from feeder.errors import StateError

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it belongs to exactly that database."""

PATIENCE = 30.0
"""Seconds to wait for another process that writes the same small file."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What must outlive the database: which state this is, and what its minted ids begin with."""

    state_id: str
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The places in one state folder."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "feeder.db"

    @property
    def suspect(self) -> Path:
        """Exists where a process met damage and the next one to open has to look."""
        return self.path / "feeder.db.suspect"

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    @property
    def locks(self) -> Path:
        return self.path / "locks"

    @property
    def use_lock(self) -> Path:
        """Shared by all who have the database open; held alone to migrate or to repair it."""
        return self.locks / "state.lock"

    def make(self) -> None:
        """Make the folders that are missing, for their owner alone whatever the umask.

        A state folder that exists keeps its mode: whoever made it (systemd, say) chose it.
        """
        with named_failures(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self.backups, self.locks, self.path / "private"):
                if not folder.is_dir():
                    folder.mkdir(mode=0o700, exist_ok=True)
                    folder.chmod(0o700)

    def mend_modes(self) -> None:
        """Give SQLite's side files the mode of the database: what it makes while that is read-only
        for a while stays so, and would keep all from writing for good."""
        mode = stat.S_IMODE(self.database.stat().st_mode)
        for end in SIDE_FILES:
            file = Path(f"{self.database}{end}")
            if file.exists() and stat.S_IMODE(file.stat().st_mode) != mode:
                file.chmod(mode)

    def identity(self) -> Identity | None:
        """Who this state is, or None where it is new."""
        with named_failures(self.path):
            try:
                lines = (self.path / "state-id").read_text(encoding="utf-8").split("\n")
            except (FileNotFoundError, UnicodeDecodeError):
                return None
        if not lines[0]:
            return None
        return Identity(lines[0], lines[1] or None if len(lines) > 1 else None)

    def keep_identity(self, identity: Identity) -> None:
        """Write who this state is, if that is not what stands there already."""
        if identity == self.identity():
            return
        lock = self.locks / "state-id.lock"
        with (
            locks.exclusive(lock, "note the state's id", wait=PATIENCE),
            named_failures(self.path),
            fresh_file(self.path / "state-id.new") as fresh,
        ):
            fresh.write_text(f"{identity.state_id}\n{identity.prefix or ''}\n", encoding="utf-8")
            put_in_place(fresh, self.path / "state-id")

    def set_aside(self, why: str, now: datetime) -> Path | None:
        """Take the database and what belongs to it out of the way; None where there is none."""
        target = self._free_name(f"{self.database.name}.{why}-{stamp(now)}")
        moved = False
        for end in ("", *SIDE_FILES):
            file = Path(f"{self.database}{end}")
            if file.exists():
                file.rename(f"{target}{end}")
                moved = True
        self.suspect.unlink(missing_ok=True)
        sync_folder(self.path)
        return target if moved else None

    def _free_name(self, name: str) -> Path:
        """The name, or the same with a number where something of that second lies there."""
        taken = {file.name for file in self.path.iterdir()}
        free = name
        number = 2
        while any(free + end in taken for end in ("", *SIDE_FILES)):
            free = f"{name}.{number}"
            number += 1
        return self.path / free


def new_identity() -> Identity:
    """A state that nobody has seen before."""
    return Identity(secrets.token_hex(16))


def stamp(now: datetime) -> str:
    """A moment as it stands in the names of files: 20260131T120000."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%S")


@contextmanager
def fresh_file(path: Path) -> Iterator[Path]:
    """An empty file at `path` that only its owner may read; removed if it is still there after."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    try:
        yield path
    finally:
        for end in ("", *SIDE_FILES):
            Path(f"{path}{end}").unlink(missing_ok=True)


def put_in_place(fresh: Path, path: Path) -> None:
    """Make `fresh` the file at `path`, so that a power cut leaves the one or the other whole."""
    sync_file(fresh)
    fresh.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Wait until a folder's names are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def named_failures(folder: Path) -> Iterator[None]:
    """What the operating system refuses in the state folder, as a `StateError`."""
    try:
        yield
    except OSError as error:
        raise StateError(
            f"the state folder {folder} cannot be used: {error.strerror or error}",
            advice="It must be writable for the user that runs feeder, on a disk with room left.",
        ) from error


class File:
    """A file as it was when it was opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._was = self._is()

    def is_here(self) -> bool:
        """Whether it is still the one at its path."""
        return self._is() == self._was

    def _is(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
