"""The public rules come whole or not at all, and nothing that a person wrote is replaced."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from feeder.app import load
from feeder.errors import ConfigError, FetchError, LayoutError, TooLargeError
from feeder.siterules import archive, exchanging, updating
from feeder.siterules.archive import rule_files
from feeder.siterules.marker import NAME
from feeder.siterules.updating import Updated, folder_to_update, update
from feeder.workers.here import Here
from tests.refresh.room import Room
from tests.site.pages import Conditional
from tests.site.server import Site
from tests.site.statuses import Status
from tests.siterules.said import said

FIRST = {"example.org.txt": b"body: //p\n", ".example.com.txt": b"body: //q\n"}


def packed(
    files: Mapping[str, bytes], *others: tarfile.TarInfo, folder: str = "rules-main/"
) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as made:
        for other in others:
            made.addfile(other)
        for name, body in files.items():
            member = tarfile.TarInfo(f"{folder}{name}")
            member.size = len(body)
            made.addfile(member, io.BytesIO(body))
    return whole.getvalue()


def put(site: Site, files: Mapping[str, bytes], etag: str = '"one"') -> str:
    body = packed(files)
    page = Conditional(body, etag, last_modified=None, media_type="application/gzip")
    return site.at("/rules.tar.gz", page)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != NAME}


def updated(room: Room, address: str | None = None) -> Updated:
    settings = load(room.root / "config")
    return update(settings.fetch, Here(), folder_to_update(settings), address)


@pytest.fixture
def public(room: Room) -> Path:
    room.source('kind = "listing"\nurl = "https://example.org/"\n')
    (room.root / "house/example.org.txt").write_text("body: //mine\n")
    return room.root / "public"


def test_rules_are_fetched_then_asked_for_with_their_etag_and_changed_as_a_whole(
    room: Room, site: Site, public: Path
) -> None:
    address = put(site, FIRST)
    assert "2 new, 0 changed, 0 gone" in said(room, "update", "--from", address)
    assert files_of(public) == FIRST
    assert "body: //q" in said(room, "show", "news.example.com")
    stamp = (public / ".example.com.txt").stat().st_mtime_ns
    assert "nothing has changed" in said(room, "update")
    assert site.requests[-1].headers["if-none-match"] == '"one"'
    put(site, {"new.example.txt": b"body: //n\n", ".example.com.txt": b"body: //q\n"}, '"two"')
    done = json.loads(said(room, "update", "--json"))
    assert (done["files"], done["new"], done["changed"], done["gone"]) == (2, 1, 0, 1)
    assert files_of(public).keys() == {"new.example.txt", ".example.com.txt"}
    # So that rules which are as they were are not taken for others.
    assert (public / ".example.com.txt").stat().st_mtime_ns == stamp
    assert [path.name for path in room.root.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_not_there_is_made_and_said_to_be_of_no_use_yet(
    room: Room, site: Site, public: Path
) -> None:
    made = room.root / "deep/rules"
    shown = said(room, "update", str(made), "--from", put(site, FIRST))
    assert "→ put it into [rules]: folders = " in shown
    assert files_of(made) == FIRST
    assert made.stat().st_mode & 0o777 == 0o755


def test_what_a_killed_update_left_goes_with_a_later_one(
    room: Room, site: Site, public: Path
) -> None:
    for name, age in (("old", 7_200), ("young", 60)):
        left = room.root / f".public.feeder-{name}"
        left.mkdir()
        os.utime(left, (time.time() - age,) * 2)
    updated(room, put(site, FIRST))
    assert [path.name for path in room.root.glob(".public*")] == [".public.feeder-young"]
    os.utime(left, (time.time() - 7_200,) * 2)
    updating._clear(room.root, ".*.feeder-")
    assert left.exists(), "the name of a folder is no pattern"


@pytest.mark.parametrize("change", ["edited", "added", "removed", "linked"])
def test_what_was_changed_by_hand_is_left_alone(
    room: Room, site: Site, public: Path, change: str
) -> None:
    updated(room, put(site, FIRST))
    file = public / "example.org.txt"
    if change == "edited":
        file.write_text("body: //edited\n")
    elif change == "added":
        (public / "mine.example.txt").write_text("body: //p\n")
    elif change == "removed":
        file.unlink()
    else:
        (public / "link").symlink_to("/etc")
    before = sorted(public.iterdir())
    put(site, {"other.example.txt": b"body: //o\n"}, '"two"')
    with pytest.raises(ConfigError, match="by hand"):
        updated(room)
    assert sorted(public.iterdir()) == before


def test_a_folder_of_somebody_else_is_left_alone(room: Room, site: Site, public: Path) -> None:
    with pytest.raises(ConfigError, match="files that feeder did not put there"):
        said(room, "update", str(room.root / "house"), "--from", put(site, FIRST))
    assert site.requests == ()
    (public / "mine.txt").write_text("body: //p\n")
    with pytest.raises(ConfigError, match="which folder"):
        updated(room)


def test_whatever_fails_leaves_the_rules_as_they_were(
    room: Room, site: Site, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    updated(room, put(site, FIRST))
    site.at("/rules.tar.gz", Status(500))
    with pytest.raises(FetchError):
        updated(room)
    site.at("/rules.tar.gz", Conditional("<html>no archive</html>", '"three"'))
    with pytest.raises(LayoutError, match=r"no \.tar\.gz archive"):
        updated(room)
    put(site, {"big.example.txt": os.urandom(3_000)}, '"four"')
    monkeypatch.setattr(updating, "MOST_BYTES", 1_000)
    with pytest.raises(TooLargeError):
        updated(room)
    monkeypatch.undo()
    with pytest.raises(FetchError, match="private network"):
        updated(room, "http://10.0.0.1/rules.tar.gz")
    assert files_of(public) == FIRST


def odd(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


def test_of_an_archive_only_plain_rule_files_at_its_top_are_taken() -> None:
    others = [
        odd("rules-main/link.example.txt", tarfile.SYMTYPE, "/etc/passwd"),
        odd("rules-main/hard.example.txt", tarfile.LNKTYPE, "../../etc/passwd"),
        odd("rules-main/device.example.txt", tarfile.CHRTYPE),
        odd("rules-main/folder.example.txt", tarfile.DIRTYPE),
    ]
    files = {
        **FIRST,
        "deep/down/deep.example.txt": b"body: //p\n",
        "README.md": b"# Rules",
        "LICENSE.txt": b"CC0",
        "Upper.example.txt": b"",
        ".feeder-rules.json": b"{}",
    }
    assert rule_files(packed(files, *others)) == {**FIRST, "LICENSE.txt": b"CC0"}
    assert rule_files(packed(FIRST, folder="../")) == rule_files(packed(FIRST, folder="")) == FIRST
    with pytest.raises(LayoutError, match="no rule file"):
        rule_files(packed(FIRST, folder="../../../etc/"))


def test_archives_beyond_their_bounds_are_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LayoutError, match="unpacks to more than"):
        rule_files(gzip.compress(b"\0" * (archive.MOST_BYTES + 1), 1))
    monkeypatch.setattr(archive, "MOST_MEMBERS", 1)
    with pytest.raises(LayoutError, match="members"):
        rule_files(packed(FIRST))
    monkeypatch.undo()
    with pytest.raises(LayoutError, match="no rule file"):
        rule_files(packed({"README.md": b""}))
    with pytest.raises(LayoutError, match="has over"):
        rule_files(packed({"a.example.txt": b"x" * (archive._LARGEST + 1)}))
    for broken in (b"", packed(FIRST)[:-9], b"\x1f\x8b" + b"x" * 99):
        with pytest.raises(LayoutError, match=r"no \.tar\.gz archive"):
            rule_files(broken)


def test_headers_of_members_are_bounded() -> None:
    long, pax = odd("x", tarfile.GNUTYPE_LONGNAME), odd("x", tarfile.XHDTYPE)
    long.size, pax.size = 4, 60_000_000
    chain = (long.tobuf() + b"abc\0".ljust(512, b"\0")) * 2_000
    with pytest.raises(LayoutError, match="headers of headers"):
        rule_files(gzip.compress(chain, 1))
    with pytest.raises(LayoutError, match="a header of 60,000,000 bytes"):
        rule_files(gzip.compress(pax.tobuf() + b"0" * pax.size, 1))


@pytest.mark.parametrize("at_once", [True, False])
def test_a_folder_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr(exchanging, "_at_once", lambda one, other: False)
    for name in ("made", "folder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    exchanging.exchange(tmp_path / "made", tmp_path / "folder")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "folder", "folder/made", "made", "made/folder",
    ]  # fmt: skip
