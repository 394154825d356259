"""One refresh over a real folder and a real store: parts, ends, faults and back-off."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeder.changes.due import Plan
from feeder.fetch.folder import Folder
from feeder.logs import configure
from feeder.models import Candidate, Draft, Outcome, Page, Validators
from feeder.refresh import flow as refreshing
from feeder.refresh.flow import refresh
from feeder.refresh.job import Job, Manner
from feeder.rounds.once import Report
from feeder.sources.files import Files
from feeder.store.opening import open_store
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from feeder.workers.here import Here

HOUR = timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "state", now=datetime.now(UTC)) as opened:
        opened.sync([SourceSpec("news", "News", "files")], datetime.now(UTC))
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def write(root: Path, number: int, words: str = "quiet") -> None:
    path = root / f"{number:03}.txt"
    path.write_text(
        f"Story number {number}\n\nThe only paragraph of story {number} is a {words} one, telling "
        "what happened in the town on that day, to whom, and what they made of it.\n"
    )
    os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))


def bring_up(
    store: Store,
    root: Path,
    *,
    kind: type[Files] = Files,
    fetcher: Folder | None = None,
    **options: object,
) -> Outcome:
    folder = fetcher or Folder(root)
    job = Job(
        "news",
        Manner(kind(root=root), language="en"),
        lambda stopping: folder,
        Plan(HOUR),
    )
    (lease,) = store.claim(datetime.now(UTC), HOUR, force=True)
    return refresh(
        job,
        lease,
        store,
        work=Here(),
        prefix="tag:example.org,2026-01-01",
        wait=lambda _: None,
        **options,  # type: ignore[arg-type]  # named options of refresh
    )


def test_a_large_source_is_read_in_parts_with_the_same_outcome(
    store: Store, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "READ_AT_ONCE", 3)
    for number in range(10):
        write(root, number)
    assert bring_up(store, root).new == 10
    before = {entry.id for entry in store.entries()}
    assert len(before) == 10
    for number in range(10):  # every name moves on by one: the parts overlap
        (root / f"{9 - number:03}.txt").rename(root / f"{10 - number:03}.txt")
    outcome = bring_up(store, root)
    assert (outcome.new, outcome.changed) == (0, 0)
    assert {entry.id for entry in store.entries()} == before


def test_two_files_of_one_id_stay_apart_though_read_in_different_parts(
    store: Store, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "READ_AT_ONCE", 1)
    for number in range(2):
        write(root, number)
        path = root / f"{number:03}.txt"
        title, rest = path.read_text().split("\n\n", 1)
        path.write_text(f"{title}\n\n0\n4bf85728-565d-47c3-8025-e25cf575c2e6\n\n{rest}")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert bring_up(store, root).new == 2
    assert len({entry.id for entry in store.entries()}) == 2


def test_a_refresh_that_is_told_to_end_records_what_it_has_and_is_due_for_the_rest(
    store: Store, root: Path
) -> None:
    for number in range(5):
        write(root, number)
    looks = iter([False, False, False, True])
    outcome = bring_up(store, root, stopping=lambda: next(looks, True))
    assert 0 < outcome.new < 5
    assert len(store.entries()) == outcome.new
    assert store.claim(datetime.now(UTC), HOUR, due_only=True, limit=1)


def test_failures_in_a_row_are_counted_and_make_the_source_wait_longer(
    store: Store, root: Path
) -> None:
    root.rmdir()
    waits = []
    for _ in range(3):
        outcome = bring_up(store, root)
        assert outcome.failure is not None
        (state,) = store.states()
        assert state.next_check_at is not None
        waits.append(state.next_check_at - outcome.ended)
    assert state.failures == 3
    assert waits[0] * 1.5 < waits[1] < waits[2] / 1.5
    root.mkdir()
    assert bring_up(store, root).failure is None
    assert store.states()[0].failures == 0


def test_a_file_is_not_read_again_and_its_fault_stands_until_it_changes(
    store: Store, root: Path
) -> None:
    write(root, 1)
    (root / "empty.txt").write_bytes(b"")
    os.utime(root / "empty.txt", (1, 1))
    for _ in range(2):
        assert [fault.address for fault in bring_up(store, root).faults] == ["empty.txt"]
    write(root, 2)
    (root / "002.txt").rename(root / "empty.txt")
    outcome = bring_up(store, root)
    assert (outcome.new, outcome.faults) == (1, ())


def test_what_was_in_the_way_of_a_file_for_a_moment_is_not_remembered(
    store: Store, root: Path
) -> None:
    (root / "sub").mkdir()
    write(root / "sub", 1)

    class Swapped(Folder):
        """A folder in which something else takes a place between a look at it and a read."""

        def fetch(self, address: str, validators: Validators | None = None) -> Page | None:
            if address:
                (root / "sub").rename(root / "aside")
                (root / "sub").symlink_to("aside")
            return super().fetch(address, validators)

    assert bring_up(store, root, fetcher=Swapped(root)).faults[0].address == "sub/001.txt"
    (root / "sub").unlink()
    (root / "aside").rename(root / "sub")
    outcome = bring_up(store, root)
    assert (outcome.new, outcome.faults) == (1, ())


class Tripping(Files):
    """A kind that does not bear one of its files, as any parser may one day."""

    def read(self, candidate: Candidate, page: Page) -> Draft:
        if candidate.address == "002.txt":
            raise ZeroDivisionError
        return super().read(candidate, page)


def test_a_bug_that_one_file_brings_to_light_is_named_and_keeps_no_other_out(
    store: Store, root: Path
) -> None:
    for number in range(5):
        write(root, number)
    log = io.StringIO()
    configure("json", log)
    for new in (4, 0):  # it is tried again each time: the next feeder may be without the bug
        outcome = bring_up(store, root, kind=Tripping)
        assert outcome.new == new
        assert [(fault.kind, fault.address) for fault in outcome.faults] == [("bug", "002.txt")]
        assert "ZeroDivisionError" in outcome.faults[0].message
    assert Report((outcome,)).exit_code == 1
    first, _ = (json.loads(line) for line in log.getvalue().splitlines())
    assert "in read" in first["exception"]
    assert bring_up(store, root).new == 1


def test_the_sources_language_is_that_of_articles_that_tell_none(store: Store, root: Path) -> None:
    (root / "a.txt").write_text("Zzyx\n\nQwrt plmk zzyx vbnm hjkl qwrt plmk zzyx vbnm hjkl.\n")
    os.utime(root / "a.txt", (1, 1))
    bring_up(store, root)
    assert [entry.language for entry in store.entries()] == ["en"]
