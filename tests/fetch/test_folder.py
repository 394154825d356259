"""Every file below the root that can be read, and not one byte from anywhere else."""

from __future__ import annotations

import json
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeder.errors import StillChangingError, TooLargeError, UnreadableError
from feeder.fetch.folder import LISTING_TYPE, Folder
from feeder.models import Page, Validators

DESCRIPTORS = Path("/proc/self/fd")
LATER = time.time() + 3600
as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("A")
    (root / "sub" / "b.md").write_text("B")
    return root


def folder(root: Path, glob: str = "**/*", **options: Any) -> Folder:
    return Folder(root, glob, **{"clock": lambda: LATER} | options)


def listing(root: Path, glob: str = "**/*") -> dict[str, Any]:
    page = folder(root, glob).fetch("")
    assert page is not None
    assert page.media_type == LISTING_TYPE
    listed: dict[str, Any] = json.loads(page.body)
    return listed


def paths(root: Path, glob: str = "**/*") -> list[str]:
    return [file["path"] for file in listing(root, glob)["files"]]


def read(root: Path, address: str) -> Page:
    page = folder(root).fetch(address)
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("**/*", ["a.txt", "sub/b.md"]),
        ("*", ["a.txt"]),
        ("*.txt", ["a.txt"]),
        ("**/*.md", ["sub/b.md"]),
        ("sub/*", ["sub/b.md"]),
        ("*/*.txt", []),
        ("**", ["a.txt", "sub/b.md"]),
        ("*.[tm]*", ["a.txt"]),
    ],
)
def test_the_listing_holds_what_the_glob_matches(root: Path, glob: str, found: list[str]) -> None:
    assert paths(root, glob) == found


def test_folders_in_which_nothing_can_match_are_not_looked_into(root: Path) -> None:
    (root / "other" / Path(*["deep"] * 70)).mkdir(parents=True)
    assert len(listing(root)["faults"]) == 1
    assert listing(root, "sub/**/*.md")["faults"] == []
    assert paths(root, "sub/**/*.md") == ["sub/b.md"]
    assert paths(root, "*/*.md") == ["sub/b.md"]


def test_any_bytes_make_a_file_name(root: Path) -> None:
    names = [b"\xff\xfe.txt", b"a b?#%.txt", b"new\nline.txt", "größe.txt".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(name)
    read_back = {read(root, path).body for path in paths(root) if path not in ("a.txt", "sub/b.md")}
    assert read_back == set(names)


def test_leftovers_of_editors_and_downloads_are_not_seen(root: Path) -> None:
    for name in (".hidden", "a.txt~", ".a.txt.swp", "b.part", "c.tmp", "#a.txt#", ".git/config"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x")
    assert paths(root) == ["a.txt", "sub/b.md"]


def test_a_page_says_when_the_file_was_written(root: Path) -> None:
    os.utime(root / "a.txt", (0, 1_000_000_000))
    page = read(root, "a.txt")
    assert (page.url, page.body) == ("a.txt", b"A")
    assert page.modified == datetime.fromtimestamp(1_000_000_000, UTC)


def test_validators_hold_until_the_file_changes(root: Path) -> None:
    etag = listing(root)["files"][0]["etag"]
    assert folder(root).fetch("a.txt", Validators(etag)) is None
    before = (root / "a.txt").stat()
    (root / "a.txt").write_text("Z")  # same size
    os.utime(root / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))  # and same mtime
    page = folder(root).fetch("a.txt", Validators(etag))
    assert page is not None
    assert page.body == b"Z"
    assert page.validators.etag not in (None, etag)


@pytest.mark.parametrize(
    "address",
    [
        "../secret.txt",
        "sub/../../secret.txt",
        "%2e%2e/secret.txt",
        "..%2Fsecret.txt",
        "/etc/passwd",
    ],
)
def test_addresses_that_leave_the_root_are_refused(root: Path, address: str) -> None:
    with pytest.raises(UnreadableError, match="no path below"):
        folder(root).fetch(address)


@pytest.mark.parametrize("address", [".", "..", "a.txt/", "//a.txt", "a\0.txt", "./a.txt"])
def test_odd_addresses_are_refused(root: Path, address: str) -> None:
    with pytest.raises(UnreadableError):
        folder(root).fetch(address)


def test_links_are_named_and_never_followed(root: Path) -> None:
    (root / "out.txt").symlink_to("../secret.txt")
    (root / "in.txt").symlink_to("a.txt")
    (root / "loop").symlink_to("loop")
    (root / "up").symlink_to("..")
    listed = listing(root)
    assert [file["path"] for file in listed["files"]] == ["a.txt", "sub/b.md"]
    assert {fault["address"] for fault in listed["faults"]} == {"out.txt", "in.txt", "loop", "up"}
    assert all("symbolic link" in fault["message"] for fault in listed["faults"])
    for address in ("out.txt", "in.txt", "loop", "up/secret.txt", "up/root/a.txt"):
        with pytest.raises(UnreadableError, match="symbolic link"):
            folder(root).fetch(address)


def test_a_file_that_turns_into_a_link_after_the_listing_is_not_followed(root: Path) -> None:
    assert "a.txt" in paths(root)
    (root / "a.txt").unlink()
    (root / "a.txt").symlink_to("../secret.txt")
    with pytest.raises(UnreadableError):
        folder(root).fetch("a.txt")


def test_special_files_are_named_and_never_opened(root: Path) -> None:
    os.mkfifo(root / "fifo.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        # By a relative path: those of sockets may have 107 bytes only.
        here = Path.cwd()
        os.chdir(root)
        listener.bind("socket.txt")
        os.chdir(here)
        faults = listing(root)["faults"]
        assert {fault["address"] for fault in faults} == {"fifo.txt", "socket.txt"}
        for address in ("fifo.txt", "socket.txt"):
            with pytest.raises(UnreadableError, match="no plain file"):
                folder(root).fetch(address)


def test_a_file_that_was_just_written_waits(root: Path) -> None:
    os.utime(root / "a.txt", (1000, 1000))
    for now, waits in [(1001.5, True), (1000, True), (996, True), (1002, False), (900, False)]:
        fetcher = folder(root, clock=lambda now=now: now)
        if waits:
            with pytest.raises(StillChangingError):
                fetcher.fetch("a.txt")
        else:
            assert fetcher.fetch("a.txt") is not None


def test_how_long_a_file_settles_can_be_set(root: Path) -> None:
    os.utime(root / "a.txt", (1000, 1000))
    assert folder(root, clock=lambda: 1000.0, settle=timedelta(0)).fetch("a.txt") is not None


def test_a_large_file_is_refused_unread(root: Path) -> None:
    with (root / "big.txt").open("wb") as big:
        big.truncate(50_000_000)
    with pytest.raises(TooLargeError, match=r"50\.0 MB"):
        folder(root).fetch("big.txt")
    assert folder(root, max_bytes=1).fetch("a.txt") is not None


@as_root
def test_what_may_not_be_read_is_named_with_advice(root: Path) -> None:
    (root / "a.txt").chmod(0)
    (root / "sub").chmod(0)
    try:
        with pytest.raises(UnreadableError) as refused:
            folder(root).fetch("a.txt")
        assert refused.value.advice
        assert [fault["address"] for fault in listing(root)["faults"]] == ["sub"]
    finally:
        (root / "sub").chmod(0o755)


def test_a_vanished_file_is_named(root: Path) -> None:
    with pytest.raises(UnreadableError, match=r"gone\.txt is gone"):
        folder(root).fetch("gone.txt")
    with pytest.raises(UnreadableError, match="is a folder"):
        folder(root).fetch("sub")


@pytest.mark.parametrize("missing", ["nowhere", "secret.txt"])
def test_a_root_that_is_no_folder(tmp_path: Path, root: Path, missing: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        folder(tmp_path / missing).fetch("")
    assert refused.value.advice
    assert str(tmp_path) not in str(refused.value)


def test_no_message_holds_an_absolute_path(root: Path) -> None:
    (root / "l.txt").symlink_to("/etc/passwd")
    messages = [fault["message"] for fault in listing(root)["faults"]]
    for address in ("gone", "l.txt", "sub", "../x"):
        with pytest.raises(UnreadableError) as refused:
            folder(root).fetch(address)
        messages.append(str(refused.value))
    assert not any(str(root) in message for message in messages)


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="only Linux lists open descriptors there")
def test_no_descriptor_is_left_open(root: Path) -> None:
    (root / "l.txt").symlink_to("a.txt")
    before = len(list(DESCRIPTORS.iterdir()))
    for _ in range(20):
        listing(root)
        read(root, "sub/b.md")
        with pytest.raises(UnreadableError):
            folder(root).fetch("l.txt")
    assert len(list(DESCRIPTORS.iterdir())) == before


@pytest.mark.parametrize("replaced_by", ["link", "fifo"])
def test_a_file_that_is_replaced_between_look_and_opening_is_not_read(
    root: Path, monkeypatch: pytest.MonkeyPatch, replaced_by: str
) -> None:
    def replace() -> None:
        (root / "a.txt").unlink()
        if replaced_by == "link":
            (root / "a.txt").symlink_to(root.parent / "secret.txt")
        else:
            os.mkfifo(root / "a.txt")

    looked: list[os.stat_result] = []
    real = os.stat

    def look(*args: Any, **options: Any) -> os.stat_result:
        status = real(*args, **options)
        if args == (b"a.txt",) and not looked:
            looked.append(status)
            replace()
        return status

    monkeypatch.setattr(os, "stat", look)
    with pytest.raises(UnreadableError):
        folder(root).fetch("a.txt")
    assert looked
