"""What `feeder init` writes: complete, the same as the repository's own, and good as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeder.cli.init import STARTER, write_starter
from feeder.config.loading import load_settings
from feeder.errors import FeederError
from feeder.plugins import find

REPOSITORY = Path(__file__).resolve().parents[2]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_repository_has_the_configuration_that_init_writes(tmp_path: Path) -> None:
    write_starter(tmp_path)
    for name, written in tree(tmp_path / "config").items():
        is_current = (REPOSITORY / "config" / name).read_bytes() == written
        assert is_current, f"config/{name} is out of date: for schemas, `feeder schema`"
    assert tree(REPOSITORY / "config").keys() == tree(tmp_path / "config").keys()


def test_init_writes_all_of_it(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "new/folder")
    made = tree(tmp_path / "new/folder")
    assert {name: made[name] for name in tree(STARTER)} == tree(STARTER) != {}
    schemas = {"config/.schema/feeder.json", "config/.schema/source.json"}
    assert made.keys() - tree(STARTER).keys() == schemas
    assert written == sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert [path.name for path in (tmp_path / "new/folder").iterdir()] == ["config"]


def test_what_init_wrote_is_good_as_it_stands(tmp_path: Path) -> None:
    write_starter(tmp_path)
    settings = load_settings(tmp_path / "config", {}, find)
    (feed,) = settings.feeds
    (source,) = settings.sources
    assert (feed.name, source.name, source.kind) == ("articles", "articles", "files")


@pytest.mark.parametrize("name", ["feeder.toml", "sources/articles.toml"])
def test_every_line_that_is_commented_out_is_right_too(name: str, tmp_path: Path) -> None:
    write_starter(tmp_path)
    path = tmp_path / "config" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    # A setting that is switched off is one comment sign, one blank and TOML.
    settings = [line[2:] for line in lines if line.startswith(("# [", "# ")) and is_toml(line[2:])]
    assert len(settings) > 3
    kept = [line for line in lines if not line.startswith("#")]
    path.write_text("\n".join([*kept, *settings]), encoding="utf-8")
    load_settings(tmp_path / "config", {}, find)


def is_toml(line: str) -> bool:
    """Whether a line of the starter is a setting and not a sentence."""
    return line.startswith("[") or line.split(" ")[1:2] == ["="]


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeder.toml").write_text("mine")
    with pytest.raises(FeederError, match="nothing in it is overwritten"):
        write_starter(tmp_path)
    assert tree(tmp_path) == {"config/feeder.toml": b"mine"}


def test_init_does_not_write_through_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "config").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FeederError, match="exists"):
        write_starter(tmp_path)


def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FeederError, match="cannot be written"):
        write_starter(tmp_path / "file")
    assert tree(tmp_path) == {"file": b""}
