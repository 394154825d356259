"""Locks between processes: who holds one, and that death lets go of it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from feeder import locks
from feeder.errors import LockedError, StateError
from tests.store.nouns import ended, start


def test_the_second_one_is_told_who_holds_it_and_what_for(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "feed.lock"
    with (
        locks.exclusive(lock, "publish the feed town"),
        pytest.raises(LockedError) as caught,
        locks.exclusive(lock, "publish it too"),
    ):
        pytest.fail("two held it")
    assert f"process {os.getpid()}" in caught.value.message
    assert "to publish the feed town" in caught.value.message
    assert caught.value.message.startswith("cannot publish it too")
    assert caught.value.exit_code == 3
    with locks.exclusive(lock, "go on"):
        assert locks.is_held(lock)
    assert not locks.is_held(lock)


def test_a_lock_can_be_waited_for(tmp_path: Path) -> None:
    lock = tmp_path / "feed.lock"
    said, say = os.pipe()

    def hold_for_a_moment() -> None:
        with locks.exclusive(lock, "hold it"):
            os.write(say, b"!")
            signal.sigtimedwait([], 0.2)

    child = start(hold_for_a_moment)
    assert os.read(said, 1) == b"!"
    os.close(said)
    os.close(say)
    assert locks.is_held(lock)
    with locks.exclusive(lock, "have it next", wait=30):
        pass
    assert ended(child) == 0


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "feed.lock"

    def die_holding_it() -> None:
        with locks.exclusive(lock, "die"):
            os.kill(os.getpid(), signal.SIGKILL)

    assert ended(start(die_holding_it)) == -signal.SIGKILL
    assert not locks.is_held(lock)
    with locks.exclusive(lock, "go on"):
        pass


def test_sharers_keep_out_only_those_who_want_it_alone(tmp_path: Path) -> None:
    lock = tmp_path / "state.lock"
    first, second = locks.try_shared(lock), locks.try_shared(lock)
    assert first is not None
    assert second is not None
    first.release()
    assert locks.try_exclusive(lock, "migrate") is None
    second.release()
    alone = locks.try_exclusive(lock, "migrate")
    assert alone is not None
    assert locks.try_shared(lock) is None
    alone.share()
    third = locks.try_shared(lock)
    assert third is not None
    third.release()
    alone.release()


def test_sweeping_removes_what_dead_processes_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "holder-dead.lock").touch()
    with locks.exclusive(tmp_path / "holder-living.lock", "live"):
        locks.sweep(tmp_path.glob("holder-*.lock"))
        assert [path.name for path in tmp_path.iterdir()] == ["holder-living.lock"]


def test_lock_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with locks.exclusive(tmp_path / "locks" / "a.lock", "look"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "locks").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "locks" / "a.lock").stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_is_no_lock_file(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep me")
    (tmp_path / "a.lock").symlink_to("precious")
    with pytest.raises(StateError), locks.exclusive(tmp_path / "a.lock", "look"):
        pytest.fail("it was followed")
    assert (tmp_path / "precious").read_text() == "keep me"
