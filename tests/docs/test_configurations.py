"""Every TOML block is loaded as the program loads it, with all kinds and selectors checked."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeder import plugins
from feeder.config.loading import load_settings
from feeder.config.settings import FeederFile
from feeder.models import Page
from feeder.rules.options import selector_fault
from feeder.sources.listing.listing import Listing
from tests.docs.blocks import DOCS, Block, blocks

SOURCE = 'kind = "listing"\nurl = "https://www.example.org/"\n'
"""What stands above a block that shows a part of a source's file."""
NAMES = ("harbour-news", "local", "rivers")
"""Sources that the blocks speak of."""


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kind of the example package, as if it was installed."""
    package = DOCS / "examples/feeder-example"
    points = tomllib.loads((package / "pyproject.toml").read_text())["project"]["entry-points"]
    info = tmp_path / "feeder_example-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: feeder-example\nVersion: 1.0\n")
    kinds = points["feeder.sources"].items()
    told = "\n".join(f"{name} = {place}" for name, place in kinds)
    (info / "entry_points.txt").write_text(f"[feeder.sources]\n{told}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(package)
    monkeypatch.setattr(plugins, "_found", plugins._found.__wrapped__)
    yield
    for module in [name for name in sys.modules if name.startswith("feeder_example")]:
        del sys.modules[module]


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_a_block_loads(block: Block, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if block.marked("quoted") is not None:
        return  # its own test is below
    table = tomllib.loads(block.text)
    if "project" in table:
        groups = set(table["project"]["entry-points"])
        assert groups <= set(plugins._NOUNS)
        return
    if "examples/" in block.mark:
        request.getfixturevalue("example")
    load(block.text, table, tmp_path)


def load(text: str, table: dict[str, object], folder: Path) -> None:
    sources = folder / "config/sources"
    sources.mkdir(parents=True)
    (folder / "articles").mkdir()
    for name in NAMES:
        (sources / f"{name}.toml").write_text(SOURCE)
    is_main = "kind" not in table and set(table) <= set(FeederFile.model_fields)
    (folder / "config/feeder.toml").write_text(text if is_main else "")
    if not is_main:
        (sources / "shown.toml").write_text(text if "kind" in table else SOURCE + text)
    environment = dict.fromkeys(re.findall(r'env = "(\w+)"', text), "a secret of some length")
    settings = load_settings(folder / "config", environment, plugins.find, selector_fault)
    assert len(settings.sources) == len(NAMES) + (not is_main)


@pytest.mark.parametrize(
    "block", [b for b in blocks("toml", "python") if "quoted" in b.mark], ids=str
)
def test_what_is_quoted_stands_there(block: Block) -> None:
    place = DOCS / (block.marked("quoted") or "")
    assert block.text.strip() in place.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ['[publish]\nformat = ["atom"]\n', '[list]\nitm = "div"\n', '[list]\nitem = "div["\n', "x = 1"],
)
def test_a_wrong_block_does_not_load(text: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"unknown key|no selector|selector"):
        load(text, tomllib.loads(text), tmp_path)


STORY = (
    "<div class='post'><article><h2>Story {n}</h2>"
    "<a href='/blog/interesting/{n}'>Read on</a></article></div>"
)
PAGE = f"<body><a href='/about'>About</a>{STORY.format(n=1)}{STORY.format(n=2)}</body>".encode()


@pytest.mark.parametrize(
    "block", [b for b in blocks("toml") if "migrating" in b.page and "[list]" in b.text], ids=str
)
def test_selectors_that_move_here_find_what_they_found_there(block: Block) -> None:
    source = tomllib.loads(block.text)
    url = source["url"]
    kind = Listing.model_validate({"url": url, "list": source["list"]})
    found = kind.discover(Page(url, url, PAGE, "text/html"))
    assert [c.address[-14:] for c in found.candidates] == ["/interesting/1", "/interesting/2"]
    assert not [fault for fault in found.faults if "image" not in fault.message]
