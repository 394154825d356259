"""Backups: made while the database is in use, whole by themselves, and put back without a loss."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from feeder.errors import DamagedStateError, LockedError, NewerSchemaError, StateError
from feeder.models import Key, Known
from feeder.store.backups import KEPT
from feeder.store.opening import restore
from tests.store.nouns import (
    HOUR,
    MINUTE,
    NOON,
    Place,
    claim_one,
    ended,
    entry,
    put,
    start,
    stories,
)


def names(files: Place) -> list[str]:
    return sorted(path.name for path in (files.state / "backups").iterdir())


def titles(files: Place) -> list[str]:
    with files.open() as store:
        return [one.title for one in store.entries()]


def test_the_newest_three_are_kept_each_a_single_file(files: Place) -> None:
    with files.open_with("news") as store:
        for hour in range(5):
            made = store.backup(NOON + hour * HOUR)
        assert made == files.state / "backups" / "feeder-20260301T160000.db"
    assert names(files) == [f"feeder-20260301T{hour}0000.db" for hour in (14, 15, 16)]
    assert len(names(files)) == KEPT


def test_a_backup_just_made_stays_even_if_the_clock_was_put_back(files: Place) -> None:
    with files.open_with("news") as store:
        for hour in range(4):
            store.backup(NOON + hour * HOUR)
        store.backup(NOON - HOUR, keep=2)
    assert names(files) == ["feeder-20260301T110000.db", "feeder-20260301T150000.db"]


def test_a_backup_is_made_while_others_read_and_write(files: Place) -> None:
    with files.open_with("news") as store, files.open() as other:
        put(store, stories(1))
        lease = claim_one(other, now=NOON + HOUR)
        made = store.backup(NOON)
        other.abandon(lease, NOON)
    with closing(sqlite3.connect(f"file:{made}?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("SELECT title FROM entry").fetchall() == [("Story 1",)]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_restoring_goes_back_and_keeps_what_was_there(files: Place) -> None:
    with files.open_with("news") as store:
        put(store, stories(1))
        backup = store.backup(NOON)
        put(store, stories(2), now=NOON + HOUR)
    replaced = restore(files.state, backup, now=NOON + HOUR)
    assert replaced == files.state / "feeder.db.replaced-20260301T130000"
    assert titles(files) == ["Story 1"]
    assert restore(files.state, replaced, now=NOON + HOUR + MINUTE) is not None
    assert titles(files) == ["Story 1", "Story 2"]


def test_restoring_loses_no_published_entry(files: Place) -> None:
    with files.open_with("news") as store:
        backup = store.backup(NOON)
        put(store, stories(1))
    told = Known(entry(1), (Key("content", "news 1"),), "m")
    restore(files.state, backup, now=NOON + HOUR, published=lambda: [told])
    with files.open() as store:
        assert store.known("news", told.keys)[told.keys[0]].entry == entry(1)


def test_a_state_can_be_made_of_a_backup_alone(files: Place, tmp_path: Path) -> None:
    with files.open_with("news") as store:
        put(store, stories(1))
        prefix = store.authority(None, NOON)
        backup = store.backup(NOON).rename(tmp_path / "moved here.db")
    elsewhere = Place(tmp_path / "elsewhere")
    assert restore(elsewhere.state, backup, now=NOON) is None
    with elsewhere.open() as store:
        assert store.repaired is None
        assert store.authority("other.example", NOON) == prefix
        assert store.entries() == [entry(1)]


def test_a_service_that_ran_when_the_backup_was_made_is_not_waited_for(
    files: Place, tmp_path: Path
) -> None:
    with files.open() as store:
        store.begin_service(NOON)
        backup = store.backup(NOON)
    # Another folder looks like another machine, of whose services we never know.
    elsewhere = Place(tmp_path / "elsewhere")
    restore(elsewhere.state, backup, now=NOON)
    with elsewhere.open() as store:
        assert store.services(NOON) == []


def test_nothing_is_restored_under_those_who_use_the_database(files: Place) -> None:
    with files.open_with("news") as store:
        backup = store.backup(NOON)
        with pytest.raises(LockedError):
            restore(files.state, backup, now=NOON)
        assert [state.name for state in store.states()] == ["news"]


def test_what_is_no_whole_backup_is_not_restored(files: Place, tmp_path: Path) -> None:
    with files.open_with("news") as store:
        backup = store.backup(NOON)
    cut, text, gone = tmp_path / "cut.db", tmp_path / "text.db", tmp_path / "gone.db"
    cut.write_bytes(backup.read_bytes()[:-4096])
    text.write_text("these are no tables")
    for path in (cut, text):
        with pytest.raises(DamagedStateError, match=path.name):
            restore(files.state, path, now=NOON)
    with pytest.raises(StateError, match=r"gone\.db cannot be read: No such file"):
        restore(files.state, gone, now=NOON)
    with files.open() as store:
        assert [state.name for state in store.states()] == ["news"]


def test_the_backup_of_a_newer_feeder_is_not_restored(files: Place) -> None:
    with files.open_with("news") as store:
        backup = store.backup(NOON)
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("PRAGMA user_version = 99").close()
    with pytest.raises(NewerSchemaError):
        restore(files.state, backup, now=NOON)


def test_a_damaged_database_is_not_backed_up_over_whole_backups(files: Place) -> None:
    with files.open_with("news") as store:
        put(store, stories(*range(40)))
        store.backup(NOON)
    database = files.state / "feeder.db"
    with files.open() as store:
        with database.open("r+b") as file:
            file.seek(20480)
            file.write(b"\xff" * (database.stat().st_size - 20480))
        with pytest.raises(DamagedStateError):
            store.backup(NOON + HOUR, keep=1)
    assert names(files) == ["feeder-20260301T120000.db"]
    with files.open() as store:
        assert "feeder-20260301T120000.db" in (store.repaired or "")
        assert len(store.entries()) == 40


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_a_kill_during_a_backup_or_a_restore_loses_neither(files: Place, call: str) -> None:
    with files.open_with("news") as store:
        put(store, stories(1))
        backup = store.backup(NOON)

    def die_at(after: int) -> None:
        real, calls = getattr(os, call), 0

        def counted(*args: object, **kwargs: object) -> object:
            nonlocal calls
            if calls == after:
                os.kill(os.getpid(), signal.SIGKILL)
            calls += 1
            return real(*args, **kwargs)

        setattr(os, call, counted)
        with files.open() as store:
            store.backup(NOON + timedelta(hours=1 + after))
        restore(files.state, backup, now=NOON + timedelta(hours=1 + after))

    for after in range(6):
        ended(start(partial(die_at, after)))
        assert titles(files) == ["Story 1"]
        assert all(name.endswith(".db") for name in names(files) if name != "backup.new")


@pytest.mark.postgres
def test_a_server_has_its_own_backups(place: Place) -> None:
    if place.database is None:
        pytest.skip("files are backed up")
    with place.open() as store, pytest.raises(StateError) as caught:
        store.backup(NOON)
    assert "pg_dump" in caught.value.advice
