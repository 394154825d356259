"""Opening: private from the first moment, migrated once, refused where it is not ours."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from feeder.errors import LockedError, NewerSchemaError, StateError
from feeder.store import migrations, opening
from feeder.store.damage import read_header
from feeder.store.database import sqlite_database
from tests.store.nouns import NOON, Place, ended, entry, put, start, stories
from tests.tracing import durable_calls, needs_strace

NEXT = migrations.VERSION + 1
"""A version that is still to come."""


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_everything_is_private_whatever_the_umask(files: Place) -> None:
    def use_it() -> None:
        os.umask(0)
        with files.open_with("news") as store:
            put(store, stories(1))
            store.backup(NOON)
            for path in (files.state, *files.state.rglob("*")):
                allowed = 0o700 if path.is_dir() else 0o600
                assert stat.S_IMODE(path.stat().st_mode) == allowed, path

    assert ended(start(use_it)) == 0
    assert {"feeder.db", "state-id"} <= snapshot(files.state).keys()


def test_a_state_folder_that_exists_keeps_its_mode(files: Place) -> None:
    files.state.mkdir(mode=0o755)
    with files.open():
        assert stat.S_IMODE(files.state.stat().st_mode) == 0o755
        assert stat.S_IMODE((files.state / "feeder.db").stat().st_mode) == 0o600


@needs_strace
def test_a_new_database_is_on_disk_before_it_has_its_name_and_the_name_after(
    files: Place,
) -> None:
    script = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path; "
        "from feeder.store.opening import open_store; "
        "open_store(Path(sys.argv[1]), now=datetime.now(UTC)).close()"
    )
    calls = durable_calls(script, files.state)
    for name in ("feeder.db", "state-id"):
        at = calls.index(f"rename {name}")
        assert calls[at - 1 : at + 2] == [f"fsync {name}.new", f"rename {name}", "fsync state"]


def test_opening_again_finds_what_was_recorded_and_nothing_to_repair(place: Place) -> None:
    with place.open_with("news") as store:
        assert store.repaired is None
        put(store, stories(1))
    with place.open() as store:
        assert store.repaired is None
        assert store.entries() == [entry(1)]


def test_many_processes_may_open_a_new_store_at_once(place: Place) -> None:
    def open_it() -> None:
        with place.open_with("news"):
            pass

    assert [ended(child) for child in [start(open_it) for _ in range(6)]] == [0] * 6
    with place.open() as store:
        assert [state.name for state in store.states()] == ["news"]
        assert store.repaired is None


def test_durable_by_its_pragmas(files: Place) -> None:
    with files.open():
        database = sqlite_database(files.state / "feeder.db")
        with database.reading() as connection:
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        database.close()
    full = 2
    assert asked == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_newer_schema_is_refused_and_its_files_are_left_alone(files: Place) -> None:
    with files.open():
        pass
    with closing(sqlite3.connect(files.state / "feeder.db")) as connection:
        connection.execute("INSERT INTO schema_version VALUES (?, '2027-01-01 00:00:00.0')", [NEXT])
        connection.execute(f"PRAGMA user_version = {NEXT}")
        connection.commit()
    before = snapshot(files.state)
    with pytest.raises(NewerSchemaError) as caught:
        files.open()
    assert "newer feeder" in caught.value.message
    assert caught.value.advice
    assert snapshot(files.state) == before


@pytest.mark.postgres
def test_a_newer_schema_on_a_server_is_refused(place: Place) -> None:
    with place.open() as store, store._database.writing() as connection:
        migrations._note_version(connection, NEXT, NOON)
    with pytest.raises(NewerSchemaError):
        place.open()


def test_steps_are_taken_once_in_order_each_whole_or_not_at_all(place: Place) -> None:
    taken: list[int] = []

    def add_table(connection: Connection) -> None:
        taken.append(NEXT)
        connection.execute(text("CREATE TABLE extra (a integer)"))

    def fail_after_writing(connection: Connection) -> None:
        taken.append(NEXT + 1)
        connection.execute(text("INSERT INTO extra VALUES (1)"))
        raise RuntimeError("this step is wrong")

    with place.open() as store:
        database = store._database
        with pytest.raises(RuntimeError):
            migrations.upgrade(database, NOON, {NEXT: add_table, NEXT + 1: fail_after_writing})
        migrations.upgrade(database, NOON, {NEXT: add_table})
        with database.reading() as connection:
            assert migrations.version_of(connection) == NEXT
            assert connection.execute(text("SELECT count(*) FROM extra")).scalar() == 0
    assert taken == [NEXT, NEXT + 1]
    if place.database is None:
        header = read_header(place.state / "feeder.db")
        assert header is not None
        assert header.version == NEXT


def test_an_older_database_is_backed_up_and_migrated_when_opened(
    files: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_table(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE extra (a integer)"))

    with files.open_with("news") as store:
        put(store, stories(1))
    monkeypatch.setattr(migrations, "STEPS", {NEXT: add_table})
    monkeypatch.setattr(migrations, "VERSION", NEXT)
    with files.open() as store, store._database.reading() as connection:
        assert migrations.version_of(connection) == NEXT
        assert store.entries() == [entry(1)]
    [backup] = (files.state / "backups").iterdir()
    header = read_header(backup)
    assert header is not None
    assert header.version == NEXT - 1


def test_a_database_in_use_is_not_migrated_under_its_users(
    files: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with files.open():
        monkeypatch.setattr(migrations, "VERSION", NEXT)
        monkeypatch.setattr(opening, "PATIENCE", 0.1)
        with pytest.raises(LockedError, match="in use by another feeder process"):
            files.open()


def test_the_database_of_another_program_is_refused_and_left_alone(files: Place) -> None:
    files.state.mkdir()
    with closing(sqlite3.connect(files.state / "feeder.db")) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    before = snapshot(files.state)
    with pytest.raises(StateError, match="another program"):
        files.open()
    assert snapshot(files.state) == before


def test_the_database_of_another_state_is_refused(files: Place, tmp_path: Path) -> None:
    other = Place(tmp_path / "other")
    for place in (files, other):
        with place.open():
            pass
    (other.state / "feeder.db").replace(files.state / "feeder.db")
    with pytest.raises(StateError) as caught:
        files.open()
    assert "restore" in caught.value.advice


def test_a_state_id_that_was_lost_is_taken_from_the_database(files: Place) -> None:
    with files.open() as store:
        store.authority("example.org", NOON)
    before = (files.state / "state-id").read_bytes()
    (files.state / "state-id").unlink()
    with files.open() as store:
        assert store.repaired is None
    assert (files.state / "state-id").read_bytes() == before


def test_a_kill_while_the_first_database_is_made_leaves_none_or_a_whole_one(files: Place) -> None:
    for call in ("fsync", "replace", "rename"):
        for after in (0, 1, 2):

            def die_there(call: str = call, after: int = after) -> None:
                real, calls = getattr(os, call), 0

                def counted(*args: object, **kwargs: object) -> object:
                    nonlocal calls
                    if calls == after:
                        os._exit(9)
                    calls += 1
                    return real(*args, **kwargs)

                setattr(os, call, counted)
                with files.open():
                    pass

            ended(start(die_there))
            with files.open() as store:
                assert store.repaired is None
            for path in files.state.glob("*"):
                if path.is_file():
                    path.unlink()
