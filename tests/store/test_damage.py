"""Damage and loss: whatever happened to the file, ids stay and nothing known is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from feeder.errors import DamagedStateError
from feeder.models import Entry, Key, Known
from tests.store.nouns import (
    HOUR,
    NOON,
    PREFIX,
    Place,
    change,
    ended,
    entry,
    path,
    put,
    start,
    stories,
)

BACKED_UP = range(40)
PUBLISHED = range(30, 60)
LOST = range(60, 70)
"""Recorded after the backup and never published: only the source can tell them again."""
OWN = Key("id", "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6")


def published() -> list[Known]:
    """What the published feeds tell, less than what is on record."""
    return [Known(entry(number), (Key("content", f"news {number}"),), "m") for number in PUBLISHED]


def fill(place: Place) -> None:
    """A store with a backup behind it; the process ends as by kill -9."""
    with place.open_with("news") as store:
        put(store, [*stories(*BACKED_UP), change(entry(99), OWN)])
        store.feed("town", now=NOON)
        store.backup(NOON)
    store = place.open()
    put(store, stories(*range(40, 70)), now=NOON + HOUR)
    if place.state.name == "clean":
        store.close()


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state that was closed, and one whose process was killed: its journal is still there."""
    folder = tmp_path_factory.mktemp("states")
    for name in ("clean", "killed"):
        assert ended(start(partial(fill, Place(folder / name)))) == 0
    assert (folder / "killed/feeder.db-wal").stat().st_size > 0
    assert not (folder / "clean/feeder.db-wal").exists()
    return folder


@pytest.fixture(params=["clean", "killed"])
def state(request: pytest.FixtureRequest, states: Path, tmp_path: Path) -> Place:
    shutil.copytree(states / request.param, tmp_path / "state")
    return Place(tmp_path / "state")


def whole(place: Place) -> list[Entry]:
    """Open the store and hold it to what must have outlived the damage."""
    with place.open(NOON + 2 * HOUR, published=published) as store:
        entries = store.entries()
        kept = {one.id: one for one in entries}
        for number in {*BACKED_UP, *PUBLISHED, 99}:
            assert kept[entry(number).id] == entry(number)
        known = store.known("news", [OWN, *(path(n) for n in BACKED_UP)])
        assert {record.entry.id for record in known.values()} == {
            entry(n).id for n in (*BACKED_UP, 99)
        }
        for number in PUBLISHED:
            key = Key("content", f"news {number}")
            assert store.known("news", [key])[key].entry.id == entry(number).id
        assert store.authority("other.example", NOON) == PREFIX
        assert store.feed("town", now=NOON + HOUR).uid == f"{PREFIX}:feeds/town"
        # What was lost is found again by its source, and then it is on record as before.
        again = put(store, stories(*LOST), now=NOON + 3 * HOUR) if len(kept) < 71 else ()
        assert [one.id for one in again] == [entry(n).id for n in LOST][: len(again)]
    return entries


def cuts(size: int) -> list[int]:
    """Twenty lengths: none, parts of the header, at and around the ends of pages, nearly all."""
    pages = size // 4096
    at_pages = [4096 * page for page in (1, 2, 3, pages // 4, pages // 2, pages - 2, pages - 1)]
    odd = [1, 15, 16, 99, 100, 512, 4095, 4097, 4096 * (pages // 2) + 17, size - 4095, size - 100]
    return [0, *at_pages, *odd, size - 1]


@pytest.mark.parametrize("which", range(20))
def test_a_file_cut_short_loses_nothing_that_is_known(state: Place, which: int) -> None:
    database = state.state / "feeder.db"
    length = cuts(database.stat().st_size)[which]
    os.truncate(database, length)
    whole(state)
    with state.open() as store:
        assert store.repaired is None


@pytest.mark.parametrize("which", range(20))
def test_what_was_cut_short_is_kept_as_it_was(states: Path, tmp_path: Path, which: int) -> None:
    shutil.copytree(states / "clean", tmp_path / "state")
    database = tmp_path / "state" / "feeder.db"
    os.truncate(database, cuts(database.stat().st_size)[which])
    left = database.read_bytes()
    with Place(tmp_path / "state").open(NOON + HOUR, published=published) as store:
        assert store.repaired is not None
    assert (tmp_path / "state/feeder.db.damaged-20260301T130000").read_bytes() == left


def remove(database: Path) -> None:
    database.unlink()


def scribble_over_the_header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(os.urandom(100))


def scribble_over_the_schema(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3996)


def write_text(database: Path) -> None:
    database.write_text("<html>a captive portal</html>" * 1000)


@pytest.mark.parametrize(
    "damage", [remove, scribble_over_the_header, scribble_over_the_schema, write_text]
)
def test_other_damage_is_seen_when_opening(state: Place, damage: Callable[[Path], None]) -> None:
    damage(state.state / "feeder.db")
    (state.state / "feeder.db-wal").unlink(missing_ok=True)
    assert len(whole(state)) == 61


def test_what_happened_is_told_and_what_was_left_is_kept(state: Place) -> None:
    database = state.state / "feeder.db"
    (state.state / "feeder.db-wal").unlink(missing_ok=True)
    os.truncate(database, 8192)
    left = database.read_bytes()
    with state.open(NOON + HOUR, published=published) as store:
        told = store.repaired or ""
    assert "feeder-20260301T120000.db" in told
    assert "20 published entries" in told
    aside = state.state / "feeder.db.damaged-20260301T130000"
    assert aside.name in told
    assert aside.read_bytes() == left
    assert aside.stat().st_mode & 0o777 == 0o600


def test_a_damaged_backup_is_passed_over_for_an_older_one(state: Place) -> None:
    backups = state.state / "backups"
    for name in ("feeder-20260301T125900.db", "feeder-20260301T125959.db"):
        shutil.copy(backups / "feeder-20260301T120000.db", backups / name)
    os.truncate(backups / "feeder-20260301T125900.db", 12288)
    with (backups / "feeder-20260301T125959.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40960)
    (state.state / "feeder.db").write_bytes(b"")
    with state.open(NOON + HOUR, published=published) as store:
        assert "feeder-20260301T120000.db" in (store.repaired or "")
    whole(state)


def test_without_a_backup_the_published_entries_and_the_prefix_are_left(state: Place) -> None:
    shutil.rmtree(state.state / "backups")
    (state.state / "feeder.db").unlink()
    with state.open(NOON + HOUR, published=published) as store:
        assert "30 published entries" in (store.repaired or "")
        assert {one.id for one in store.entries()} == {entry(n).id for n in PUBLISHED}
        assert store.authority("other.example", NOON + HOUR) == PREFIX
        assert store.feed("town", now=NOON + HOUR).uid == f"{PREFIX}:feeds/town"
        [news] = store.states()
        assert (news.name, news.enabled) == ("news", False)


def test_the_prefix_is_read_off_published_ids_where_nothing_else_tells_it(state: Place) -> None:
    shutil.rmtree(state.state / "backups")
    (state.state / "feeder.db").unlink()
    (state.state / "state-id").write_text("0123456789abcdef\n")
    with state.open(NOON + HOUR, published=published) as store:
        assert store.authority("other.example", NOON + HOUR) == PREFIX


def test_damage_met_while_at_work_is_named_and_repaired_at_the_next_opening(state: Place) -> None:
    with state.open(published=published) as store:
        pass
    database = state.state / "feeder.db"
    with state.open() as store:
        with database.open("r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * (database.stat().st_size - 8192))
        with pytest.raises(DamagedStateError) as caught:
            store.entries()
        assert "run feeder again" in caught.value.advice
    assert len(whole(state)) == 61


def test_damage_is_not_backed_up_but_repaired_at_the_next_opening(state: Place) -> None:
    with state.open(published=published):
        pass
    database, backups = state.state / "feeder.db", state.state / "backups"
    before = sorted(backups.iterdir())
    with state.open() as store:
        with database.open("r+b") as file:
            file.seek(40960)  # a page that only a thorough look finds
            file.write(b"\xff" * 4096)
        with pytest.raises(DamagedStateError):
            store.backup(NOON + 3 * HOUR)
    assert sorted(backups.iterdir()) == before
    assert len(whole(state)) == 61


def test_a_kill_leaves_nothing_to_repair(states: Path, tmp_path: Path) -> None:
    shutil.copytree(states / "killed", tmp_path / "state")
    with Place(tmp_path / "state").open(published=published) as store:
        assert store.repaired is None
        assert len(store.entries()) == 71


@pytest.mark.postgres
def test_an_emptied_server_takes_over_what_is_published(place: Place, tmp_path: Path) -> None:
    if place.database is None:
        pytest.skip("files are lost in other ways")
    with Place(tmp_path / "state").open_with("news"):
        pass  # until now the state lay in a file
    with place.open(published=published) as store:
        assert "30 published entries" in (store.repaired or "")
        assert store.authority("other.example", NOON) == PREFIX
        assert {one.id for one in store.entries()} == {entry(n).id for n in PUBLISHED}
    with place.open(published=published) as store:
        assert store.repaired is None
