"""A whole state goes out and comes in again, between both engines, and nothing is lost or half."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Integer, insert
from typer.testing import CliRunner

from feeder.app import load, open_app
from feeder.cli import app as command
from feeder.config.settings import Settings
from feeder.errors import FeederError, LockedError, StateError, UnfitFileError
from feeder.models import Outcome
from feeder.porting.state_reading import look_through, things
from feeder.porting.state_writing import state_lines
from feeder.rounds.once import refresh_once
from feeder.store import nouns, tables
from feeder.store.nouns import NOUNS, Noun
from feeder.store.opening import open_store
from feeder.store.portable import Thing
from feeder.store.rows import outcome_json
from feeder.store.store import Store
from feeder.store.tables import Moment
from tests.e2e.project import LONG_AGO, article

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
AWKWARD = "ü\x00\ud800\n\x1a '\"; --"
ENGINES = (
    ("sqlite", "sqlite"),
    pytest.param(("sqlite", "postgresql"), marks=pytest.mark.postgres),
    pytest.param(("postgresql", "sqlite"), marks=pytest.mark.postgres),
)


@pytest.fixture(params=ENGINES, ids="-to-".join)
def engines(request: pytest.FixtureRequest) -> tuple[str | None, str | None]:
    """The addresses of the database that is exported and of the one that takes it; None: SQLite."""
    return tuple(
        request.getfixturevalue("postgres_database") if one == "postgresql" else None
        for one in request.param
    )  # type: ignore[return-value]  # of two


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store", now=NOON) as opened:
        yield opened


def exported(store: Store, *, pages: bool = True) -> bytes:
    return b"".join(state_lines(store, NOON, pages=pages))


def take_over(store: Store, body: bytes) -> None:
    export = look_through(io.BytesIO(body))
    store.take_over(things(io.BytesIO(body), store.files), export.prefix, NOON)


def fill(store: Store) -> None:
    """Two of each thing there is, with each of their keys, and values that are hard to carry."""
    store.authority("example.org", NOON)
    sha256 = store.files.put(b"a page\x00").sha256
    with store._database.writing() as connection:
        for noun in NOUNS.values():
            rows = [_row(noun, number, sha256) for number in (1, 2)]
            connection.execute(insert(noun.table), rows)


READ = {
    "outcome": outcome_json(Outcome("a", NOON, NOON, 3, 2, 1, hints=("ü\ud800",))),
    "patience": {"least": 60, "hours": [3], "days": [], "fresh": None},
}
"""Of these columns other values than feeder's own are refused."""


def _row(noun: Noun, number: int, sha256: str) -> dict[str, Any]:
    row = dict[str, Any]()
    for name in noun.keys.values():
        column = noun.table.c[name]
        if column.foreign_keys or name == "id":
            row[name] = number
        elif name == "sha256" and noun.name in ("page", "batch"):
            row[name] = sha256
        elif isinstance(column.type, Moment):
            row[name] = NOON + timedelta(days=number)
        elif name in READ:
            row[name] = READ[name]
        elif isinstance(column.type, JSON):
            row[name] = {"of": [name, "ü\ud800", number, None]}
        elif isinstance(column.type, Boolean):
            row[name] = number == 1
        elif isinstance(column.type, Integer):
            row[name] = number * 7
        else:
            row[name] = f"{name} {number} {AWKWARD}"
    return row


def test_every_column_is_exported_or_left_out_for_a_reason() -> None:
    told = {noun.table.name: set(noun.keys.values()) for noun in NOUNS.values()}
    for table in tables.metadata.tables.values():
        left_out = nouns.LEFT_OUT.get(table.name, frozenset())
        assert told.get(table.name, set()) | left_out == set(table.c.keys()), table.name
        assert not told.get(table.name, set()) & left_out


def test_all_that_is_on_record_comes_back(
    engines: tuple[str | None, str | None], tmp_path: Path
) -> None:
    there, here = engines
    with open_store(tmp_path / "there", database=there, now=NOON) as store:
        fill(store)
        body = exported(store)
    assert body.count(b'{"page"') == 2
    with open_store(tmp_path / "here", database=here, now=NOON) as store:
        take_over(store, body)
        assert exported(store) == body
        kept = json.loads(body.splitlines()[-1])["end"]["sha256"]
        assert hashlib.sha256(b"".join(body.splitlines(keepends=True)[:-1])).hexdigest() == kept
        with store._database.writing() as connection:  # numbers go on behind those that came
            row = _row(NOUNS["run"], 1, "")
            del row["id"]
            assert connection.execute(insert(tables.run), row).inserted_primary_key == (3,)
    with open_store(tmp_path / "here", database=here, now=NOON) as store:
        assert store.authority("elsewhere.example", NOON) == "tag:example.org,2026-03-01"
        assert store.files.get(hashlib.sha256(b"a page\x00").hexdigest()) == b"a page\x00"


@pytest.mark.slow
def test_the_feeds_are_the_same_bytes(
    engines: tuple[str | None, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _project(tmp_path / "there")
    there, here = engines
    with open_app(_at(config, there, monkeypatch)) as app:
        assert refresh_once(app).exit_code == 0
        _write(tmp_path / "there/news", 9, "busy")
        assert refresh_once(app, force=True).exit_code == 0
        (tmp_path / "state.jsonl").write_bytes(exported(app.store, pages=False))
    published = _files(tmp_path / "there/var/public")
    assert {"all.atom", "all.json", "news.html", "feeds.opml"} <= published.keys()
    assert any("/archive/" in name for name in published)
    shutil.copytree(tmp_path / "there", tmp_path / "here", ignore=shutil.ignore_patterns("var"))
    config = tmp_path / "here/config"
    settings = _at(config, here, monkeypatch)
    arguments = ["import", str(tmp_path / "state.jsonl"), "--config", str(config)]
    told = CliRunner().invoke(command, arguments)
    assert told.exit_code == 0, told.output
    assert "2 sources, 2 feeds, 9 entries taken into" in told.output
    with open_app(settings) as app:
        assert refresh_once(app, force=True).exit_code == 0
        assert [run.new for run in app.store.latest_runs(2)] == [0, 0]
    assert _files(tmp_path / "here/var/public") == published


def _at(config: Path, database: str | None, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The configuration, with its state in a database."""
    if database is None:
        monkeypatch.delenv("FEEDER_DATABASE", raising=False)
    else:
        monkeypatch.setenv("FEEDER_DATABASE", database)
    return load(config)


def _project(root: Path) -> Path:
    """Two sources, one of which has five articles; a feed of both, with a history."""
    (root / "config/sources").mkdir(parents=True)
    (root / "config/feeder.toml").write_text(
        'public_url = "https://feeds.example.org/"\n[publish]\nformats = ["atom", "json", "html"]\n'
        'history = true\nmax_entries = 3\n[[feed]]\nname = "all"\n[[feed]]\nname = "news"\n'
        'sources = ["news"]\n'
    )
    for name, numbers in (("news", range(5)), ("town", range(5, 8))):
        (root / f"config/sources/{name}.toml").write_text(f'kind = "files"\nroot = "{name}"\n')
        for number in numbers:
            _write(root / name, number)
    return root / "config"


def _write(root: Path, number: int, words: str = "quiet") -> None:
    root.mkdir(exist_ok=True)
    path = root / f"story-{number}.txt"
    path.write_text(article(number, words))
    os.utime(path, (LONG_AGO + number * 86_400,) * 2)


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".gz")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_pages_are_left_out_unless_they_are_asked_for_and_what_is_held_back_never(
    store: Store,
) -> None:
    fill(store)
    body = exported(store, pages=False)
    assert b'{"page"' not in body
    assert body.count(b'{"file"') == 2
    look_through(io.BytesIO(body))


def test_an_export_that_was_cut_anywhere_is_refused_with_the_line(store: Store) -> None:
    fill(store)
    body = exported(store)
    for end in [*range(1, len(body), 997), len(body) - 1]:
        with pytest.raises(UnfitFileError) as caught:
            look_through(io.BytesIO(body[:end]))
        assert caught.value.line == body[:end].rstrip(b"\n").count(b"\n") + 1
        assert "whole" in caught.value.advice


def _changed(body: bytes, line: int, new: bytes) -> bytes:
    lines = body.splitlines(keepends=True)
    lines[line - 1] = new + b"\n"
    return b"".join(lines)


RUN = {
    "number": 1, "source": 1, "started": "2026-03-01T12:00:00Z", "ended": "2026-03-01T12:00:00Z",
    "found": 1, "new": 1, "changed": 0, "failed": False, "outcome": {"failure": 1},
}  # fmt: skip
WRONG = (
    (3, b'{"source": {"number": 1, "nmae": "x"}}', "source has no key 'nmae'"),
    (3, b'{"source": {"number": "1"}}', "source.number is not a whole number"),
    (3, b'{"source": {"number": 1}}', "source.name is missing"),
    (3, b'{"sauce": {}}', "nothing is called 'sauce'"),
    (3, b"[1]", "not one thing"),
    (3, b'{"source": [}', "no JSON"),
    (3, b"[" * 100_000, "no JSON"),
    (3, b'{"feed": []}', "feed is no object"),
    (3, b'{"host": {"origin": "a", "wait_until": "2026-03-01T12:00:00"}}', "host.wait_until is no"),
    (3, json.dumps({"run": RUN}).encode(), "run has a value of another form"),
    (2, b'{"minting": {"prefix": "\\ud800"}}', "no id begins so"),
    (3, b'{"file": {"sha256": "00", "gzip": "AAAA"}}', "damaged"),
    (1, b'{"feeder-state": {"format": 2, "feeder": "9.0", "written": ""}}', "install feeder 9.0"),
    (1, b'{"feeder-state": 1}', "does not say what it is"),
)


@pytest.mark.parametrize(("line", "new", "words"), WRONG, ids=[one[2] for one in WRONG])
def test_a_line_that_is_wrong_is_named(line: int, new: bytes, words: str, store: Store) -> None:
    fill(store)
    with pytest.raises(UnfitFileError) as caught:
        look_through(io.BytesIO(_changed(exported(store), line, new)))
    assert words in f"{caught.value.message} {caught.value.advice}"
    assert caught.value.line == line


def test_what_was_changed_by_hand_or_put_together_is_refused(store: Store) -> None:
    fill(store)
    body = exported(store)
    with pytest.raises(UnfitFileError, match="checksum"):
        look_through(io.BytesIO(body.replace(b'"number": 1', b'"number": 9', 1)))
    with pytest.raises(UnfitFileError, match="something follows"):
        look_through(io.BytesIO(body + body))
    lines = body.splitlines(keepends=True)
    with pytest.raises(UnfitFileError, match="stands behind"):
        look_through(io.BytesIO(b"".join([*lines[:2], lines[-2], *lines[2:]])))


def test_nothing_is_written_where_the_things_do_not_go_together(store: Store) -> None:
    row = _row(NOUNS["entry"], 1, "")
    told: list[Thing] = [(3, "entry", row)]
    with pytest.raises(UnfitFileError, match="belongs to what is not there"):
        store.take_over(told, "tag:example.org,2026", NOON)
    assert [name for name, _ in store.things()] == []


def test_a_state_that_has_something_or_is_in_use_takes_nothing(
    store: Store, tmp_path: Path
) -> None:
    fill(store)
    body = exported(store)
    with pytest.raises(StateError, match="not empty"):
        take_over(store, body)
    assert exported(store) == body
    with open_store(tmp_path / "new", now=NOON) as new:
        new.begin_service(NOON)
        with pytest.raises(LockedError, match="feeder run uses this state"):
            take_over(new, body)
        new.end_service()
        take_over(new, body)


def test_a_broken_export_makes_no_state(tmp_path: Path, store: Store) -> None:
    fill(store)
    config = _project(tmp_path)
    file = tmp_path / "state.jsonl"
    file.write_bytes(exported(store)[:-20])
    arguments = ["import", str(file), "--config", str(config)]
    error = CliRunner().invoke(command, arguments).exception
    assert isinstance(error, FeederError)
    assert error.exit_code == 2
    assert str(file) in error.message
    assert not (tmp_path / "var").exists()
    file.write_bytes(exported(store))
    assert "would be taken into" in CliRunner().invoke(command, [*arguments, "--dry-run"]).output
    assert not (tmp_path / "var").exists()


def test_an_export_is_a_new_file_for_its_owner_alone(tmp_path: Path) -> None:
    config = _project(tmp_path)
    file = tmp_path / "state.jsonl"
    arguments = ["export", "state", "--output", str(file), "--config", str(config)]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    error = CliRunner().invoke(command, arguments).exception
    assert "is there already" in str(error)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".state*"))


@pytest.mark.parametrize("place", [".", "/", ""])
def test_a_folder_is_no_place_for_an_export(place: str, tmp_path: Path) -> None:
    arguments = ["export", "opml", "--output", place, "--config", str(_project(tmp_path))]
    assert "is there already" in str(CliRunner().invoke(command, arguments).exception)


@pytest.mark.slow
def test_memory_stays_flat(store: Store, tmp_path: Path) -> None:
    text = "word " * 8_000
    with store._database.writing() as connection:
        connection.execute(insert(tables.source), [_row(NOUNS["source"], 1, "")])
        for start in range(0, 1_000, 500):
            rows = [
                {**_row(NOUNS["entry"], n, ""), "source_id": 1, "html": text, "text": text}
                for n in range(start + 1, start + 501)
            ]
            connection.execute(insert(tables.entry), rows)
    file = tmp_path / "state.jsonl"
    tracemalloc.start()
    with file.open("wb") as out:
        out.writelines(state_lines(store, NOON, pages=False))
    assert file.stat().st_size > 80_000_000
    with file.open("rb") as stream, open_store(tmp_path / "new", now=NOON) as new:
        export = look_through(stream)
        new.take_over(things(stream, new.files), export.prefix, NOON)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
