"""Folders of browsers: one a page, none left, those of the killed removed by the next."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from feeder import locks
from feeder.errors import BrowserError
from feeder.fetch.browser.profile import fresh_profile, sweep


def test_what_the_killed_have_left_is_removed_and_nothing_else(profiles: Path) -> None:
    left, used, newborn = (profiles / f"feeder-browser-{name}" for name in "abc")
    for folder in (left, used, newborn):
        folder.mkdir()
    (left / "in-use").touch()  # whose holder is no more
    held = locks.try_exclusive(used / "in-use", "draw")
    elsewhere = profiles / "elsewhere"
    elsewhere.mkdir()
    (profiles / "feeder-browser-link").symlink_to(elsewhere)
    with fresh_profile() as folder:
        assert {one.name for one in profiles.iterdir()} == {
            used.name, newborn.name, folder.name, "elsewhere", "feeder-browser-link",
        }  # fmt: skip
    assert held is not None
    held.release()
    os.utime(newborn, (0, 0))
    sweep()
    assert {one.name for one in profiles.iterdir()} == {"elsewhere", "feeder-browser-link"}
    (profiles / "feeder-browser-link").unlink()
    elsewhere.rmdir()


def test_a_path_that_is_too_long_for_sockets_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / ("x" * 50)
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with pytest.raises(BrowserError, match="is too long for the sockets"), fresh_profile():
        pass
    assert not list(place.iterdir())
