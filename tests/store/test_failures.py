"""What may be wrong with disk, rights or server is named, with what to do, and harms nothing."""

from __future__ import annotations

import codecs
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from feeder.errors import DamagedStateError, StateError
from feeder.store import failures
from feeder.store.database import Database
from feeder.store.opening import open_store
from tests.store.nouns import (
    HOUR,
    NOON,
    Place,
    change,
    ended,
    entry,
    limit_files,
    path,
    put,
    start,
    stories,
)

NOBODY = 65534


def expect_state_error(*words: str) -> pytest.RaisesExc[StateError]:
    return pytest.RaisesExc(
        StateError,
        check=lambda error: (
            not isinstance(error, DamagedStateError)
            and bool(error.advice)
            and any(word in error.message for word in words)
        ),
    )


def test_a_database_that_stays_locked_is_named(files: Place) -> None:
    with (
        files.open_with("news"),
        files.open(busy_timeout=0.05) as store,
        closing(sqlite3.connect(files.state / "feeder.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with expect_state_error("locked"):
            put(store, stories(1))
        assert store.entries() == []
        other.execute("ROLLBACK")
        put(store, stories(1))


def test_waiting_in_vain_for_one_of_the_connections_is_named(files: Place) -> None:
    files.open().close()
    url = f"sqlite:///{files.state / 'feeder.db'}"
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    database = Database(engine, failures.of_sqlite)
    with database.reading():
        for door in (database.reading, database.writing):
            with expect_state_error("no connection"), door():
                pass
    with database.writing():
        pass
    database.close()


def test_a_full_disk_in_the_middle_of_a_record_leaves_what_was_there(files: Place) -> None:
    with files.open_with("news") as store:
        put(store, stories(1))

    def run_full() -> None:
        with files.open() as store:
            limit_files((files.state / "feeder.db").stat().st_size)
            long = replace(entry(2), html="<p>" + "long " * 200_000 + "</p>")
            with expect_state_error("full", "written"):
                put(store, [change(long, path(2))], now=NOON + HOUR)
            limit_files(resource.RLIM_INFINITY)
            assert store.entries() == [entry(1)]

    assert ended(start(run_full)) == 0
    with files.open() as store:
        put(store, stories(2), now=NOON + HOUR)
        assert store.entries() == [entry(1), entry(2)]


@pytest.mark.parametrize("size", [0, 4096, 60_000])
def test_a_full_disk_at_the_first_opening_leaves_nothing_half_made(files: Place, size: int) -> None:
    def run_full() -> None:
        limit_files(size)
        with expect_state_error("full", "written", "cannot be used"):
            files.open()

    assert ended(start(run_full)) == 0
    with files.open_with("news") as store:
        assert store.repaired is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that has room for the journal of a new database, and not for the database too."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode != 0:
        pytest.skip("no tmpfs can be mounted here: that takes root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_database_without_its_journal_is_never_put_in_place(small_disk: Path) -> None:
    place = Place(small_disk / "state")
    for _ in range(2):
        with expect_state_error("full"):
            place.open()
        assert not (place.state / "feeder.db").exists()


def test_a_full_disk_keeps_the_older_backups(files: Place) -> None:
    with files.open_with("news") as store:
        put(store, stories(*range(50)))
        first = store.backup(NOON)

    def run_full() -> None:
        with files.open() as store:
            limit_files(40_000)
            with expect_state_error("full", "written"):
                store.backup(NOON + HOUR, keep=1)

    assert ended(start(run_full)) == 0
    assert list((files.state / "backups").iterdir()) == [first]


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Place]:
    """A state folder that belongs to somebody who is not root."""
    if os.geteuid() != 0:
        yield Place(tmp_path / "state")
        return
    folder = Path(tempfile.mkdtemp())  # tmp_path lies below a folder that is root's alone
    os.chown(folder, NOBODY, NOBODY)
    yield Place(folder / "state")
    shutil.rmtree(folder)


def become_nobody() -> None:
    if os.geteuid() == 0:
        codecs.lookup("ascii")  # the interpreter may lie where nobody else may look
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def test_a_folder_that_may_not_be_written_to_is_named(foreign: Place) -> None:
    def look() -> None:
        become_nobody()
        foreign.state.parent.chmod(0o500)
        with expect_state_error("cannot be used"):
            foreign.open()
        foreign.state.parent.chmod(0o700)
        with foreign.open():
            pass
        (foreign.state / "locks" / "state.lock").chmod(0o400)
        with expect_state_error("state.lock"):
            foreign.open()

    assert ended(start(look)) == 0


@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_a_file_that_may_not_be_written_to_is_named(foreign: Place, mode: int) -> None:
    def look() -> None:
        become_nobody()
        with foreign.open_with("news") as store:
            put(store, stories(1))
        (foreign.state / "feeder.db").chmod(mode)
        with (
            expect_state_error("read-only", "cannot be", "may not be"),
            foreign.open() as store,
        ):
            put(store, stories(2), now=NOON + HOUR)
        (foreign.state / "feeder.db").chmod(0o600)
        with foreign.open() as store:
            assert store.repaired is None
            assert store.entries() == [entry(1)]

    assert ended(start(look)) == 0


def test_a_database_that_was_read_only_while_in_use_can_be_written_to_again(
    foreign: Place,
) -> None:
    def look() -> None:
        become_nobody()
        with foreign.open_with("news") as store:
            put(store, stories(1))
            (foreign.state / "feeder.db").chmod(0o400)
            (foreign.state / "feeder.db-shm").chmod(0o400)
            os.kill(os.getpid(), signal.SIGKILL)

    assert ended(start(look)) == -signal.SIGKILL

    def write() -> None:
        become_nobody()
        (foreign.state / "feeder.db").chmod(0o600)
        with foreign.open() as store:
            put(store, stories(2), now=NOON + HOUR)

    assert ended(start(write)) == 0


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://feeder:hunter2@127.0.0.1:1/feeder",
        "postgres://feeder:hunter2@127.0.0.1:1/feeder",
        "postgresql+psycopg://127.0.0.1:1/feeder?user=feeder&password=hunter2",
        "postgresql://feeder:hunter2@127.0.0.1:port/feeder",
        "postgresql://feeder:hunter2@127.0.0.1:1/feeder?unheard_of=hunter2",
        "mysql://feeder:hunter2@127.0.0.1/feeder",
        "feeder:hunter2",
        "",
    ],
)
def test_a_server_that_cannot_be_used_is_named_and_its_password_is_not(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(StateError) as caught:
        open_store(tmp_path / "state", database=address, now=NOON)
    assert caught.value.advice
    said = caught.value.message + caught.value.advice + repr(caught.value.__cause__)
    assert "hunter2" not in said


def test_a_password_that_the_driver_repeats_is_blotted_out() -> None:
    psycopg = pytest.importorskip("psycopg")
    said = psycopg.OperationalError("cannot connect with password=hunter2 to host")
    error = DBAPIError("SELECT 1", None, said, connection_invalidated=True)
    failure = failures.of_postgres(error, ("hunter2",))
    assert failure is not None
    assert failure.message == "PostgreSQL: cannot connect with password=*** to host"


@pytest.mark.postgres
def test_a_connection_that_went_away_is_made_again(place: Place) -> None:
    if place.database is None:
        pytest.skip("a file does not go away")
    with place.open_with("news") as store, place.open() as other:
        with store._database.reading() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with other._database.writing() as connection:  # that one only: others test beside us
            ended = connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})").scalar_one()
        assert ended
        put(store, stories(1))
        assert store.entries() == [entry(1)]
