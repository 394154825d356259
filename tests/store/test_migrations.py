"""A database of version 1 becomes today's when it is opened, and loses nothing on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from feeder.errors import DamagedStateError, StateError
from feeder.models import Attribution, Fault, Key, Resource, Validators
from feeder.store import migrations
from feeder.store.damage import read_header
from feeder.store.opening import restore
from feeder.store.store import Store
from feeder.store.tables import metadata
from tests.store import old
from tests.store.nouns import (
    HOUR,
    NOON,
    Place,
    ended,
    entry,
    limit_files,
    path,
    put,
    start,
    stories,
)

LONG = "c/" + "%D1%84" * 90


@contextmanager
def bare(place: Place) -> Iterator[Connection]:
    """A connection to the place's database that no code of the store has a part in."""
    url = make_url(place.database or f"sqlite:///{place.state / 'feeder.db'}")
    if place.database:
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def expect_all_of_version_1(store: Store) -> None:
    """The store knows all that the rows of version 1 say."""
    corrected = entry(
        1,
        title="Story 1, corrected",
        text="Better.",
        html="<p>Better.</p>",
        updated=NOON,
        revision=2,
        url="https://news.example/1",
        authors=("Ada", "Боб"),
        categories=("town",),
        attribution=Attribution("Gazette", "https://gazette.example/"),
    )
    assert store.entries() == [corrected, entry(2)]
    assert [one.text for one in store.revisions(corrected.id)] == [entry(1).text, "Better."]
    keys = (path(1), Key("content", "news 1"))
    assert store.known("news", keys)[path(1)].keys == keys
    assert store.resources("news") == {
        r.address: r
        for r in (
            Resource("story-1.txt", Validators("1", "Sun, 01 Mar 2026 12:00:00 GMT"), corrected.id),
            Resource(
                "b.bin", Validators("2"), fault=Fault("binary", "no text", "b.bin", "Remove it.")
            ),
            Resource(LONG, Validators("3")),
        )
    }
    news, sport = store.states()
    assert (news.last_success, news.next_check_at, news.entries) == (
        NOON + HOUR,
        NOON + 2 * HOUR,
        2,
    )
    assert (sport.failures, sport.failing_since) == (1, NOON)
    [run] = store.runs("sport")
    assert run.failure == Fault("unreadable", "the folder is gone")
    assert run.hints == ()
    published = store.publication("all", "all.xml")
    assert published is not None
    assert published.size == 1234


def test_a_database_of_version_1_loses_nothing(place: Place) -> None:
    old.make_version_1(place)
    with bare(place) as connection:
        before = old.contents(connection)
        assert old.version(connection) == 1
    with place.open(NOON + HOUR) as store:
        assert store.repaired is None
        expect_all_of_version_1(store)
        put(store, stories(3), [replace(looked_at(), looks=2)], now=NOON + 2 * HOUR)
        assert store.looks_due("news", NOON, 9) == [replace(looked_at(), looks=2)]
    with bare(place) as connection:
        after = old.contents(connection)
    for table in before.keys() - {"source"}:  # the refresh above wrote when it is due
        assert set(before[table]) <= set(after[table]), table


def looked_at() -> Resource:
    return Resource("d", Validators("4"), look_at=NOON)


def test_a_migrated_database_has_the_schema_of_a_new_one(place: Place) -> None:
    old.make_version_1(place)
    place.open().close()
    with bare(place) as connection:
        migrated = old.schema(connection)
        metadata.drop_all(connection)
        assert old.schema(connection) == set()
        metadata.create_all(connection)
        assert migrated == old.schema(connection)
        assert any("resource_look" in str(row) for row in migrated)


def test_a_file_of_version_1_is_backed_up_before_it_is_migrated(files: Place) -> None:
    old.make_version_1(files)
    files.open().close()
    [backup] = (files.state / "backups").iterdir()
    assert [version_of(path) for path in (backup, files.state / "feeder.db")] == [
        1,
        migrations.VERSION,
    ]


def version_of(file: Path) -> int:
    header = read_header(file)
    assert header is not None
    return header.version


def die_at(place: Place, number: int) -> None:
    """Open the store, and die before the statement or commit of that number."""
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    place.open(NOON).close()


def test_a_kill_at_any_statement_leaves_the_version_before_or_the_version_after(
    place: Place,
) -> None:
    old.make_version_1(place)
    with bare(place) as connection:
        before, rows = old.schema(connection), old.contents(connection)
    kills, migrated = 0, False
    while not migrated:
        assert ended(start(partial(die_at, place, kills))) == -signal.SIGKILL
        kills += 1
        with bare(place) as connection:
            migrated = old.version(connection) == 2
            assert (old.schema(connection) != before) == migrated
            contents = old.contents(connection)
        contents["schema_version"] = contents["schema_version"][:1]
        assert contents == rows
    assert kills > 8, "at each of the statements of the step, at least"
    with place.open() as store:
        assert store.repaired is None
        expect_all_of_version_1(store)


@pytest.mark.parametrize("room", [0, 60_000, 115_000, 130_000])
def test_a_disk_that_is_full_while_migrating_costs_nothing_but_time(
    files: Place, room: int
) -> None:
    old.make_version_1(files)

    def run_full() -> None:
        limit_files(room)
        try:
            files.open().close()
        except StateError as error:
            assert not isinstance(error, DamagedStateError)
            assert error.advice

    assert ended(start(run_full)) == 0
    with files.open() as store:
        assert store.repaired is None
        expect_all_of_version_1(store)


def test_many_processes_may_open_a_database_of_version_1_at_once(place: Place) -> None:
    old.make_version_1(place)

    def open_it() -> None:
        with place.open() as store:
            expect_all_of_version_1(store)

    assert [ended(child) for child in [start(open_it) for _ in range(4)]] == [0] * 4


def test_the_backup_of_version_1_is_migrated_where_it_is_restored(
    files: Place, tmp_path: Path
) -> None:
    backup = tmp_path / "old.db"
    old.make_file(backup)
    before = backup.read_bytes()
    restore(files.state, backup, now=NOON + HOUR)
    assert version_of(files.state / "feeder.db") == migrations.VERSION
    assert backup.read_bytes() == before
    with files.open() as store:
        assert store.repaired is None
        expect_all_of_version_1(store)


@pytest.mark.parametrize("loss", ["gone", "damaged"])
def test_a_lost_database_is_rebuilt_from_a_backup_of_version_1(files: Place, loss: str) -> None:
    old.make_version_1(files)
    files.open().close()
    database = files.state / "feeder.db"
    if loss == "gone":
        database.unlink()
    else:
        database.write_bytes(b"\xff" * 20_000)
    with files.open(NOON + HOUR) as store:
        assert "rebuilt from the backup" in (store.repaired or "")
        expect_all_of_version_1(store)
    assert version_of(database) == migrations.VERSION
