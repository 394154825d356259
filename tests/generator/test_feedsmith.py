"""A parser in another language, on Node.js, reads in our feeds what is in them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.validators import readings

NODE = Path(__file__).parents[1] / "node"
GOLDEN = Path(__file__).parent / "golden"
OURS = {".atom": readings.atom, ".rss": readings.rss, ".json": readings.json_feed}

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and (NODE / "node_modules").is_dir()),
    reason="needs Node.js and `npm ci` in tests/node",
)


def read(files: list[Path]) -> Any:
    command = ["node", "read.mjs", *map(str, files)]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_it_reads_the_same_ids_titles_links_and_dates() -> None:
    files = sorted(file for file in GOLDEN.iterdir() if file.suffix in OURS)
    for file, found in zip(files, read(files), strict=True):
        parsed = [readings.as_told(*(*entry, *[None] * 5)[:5]) for entry in found]
        assert parsed == OURS[file.suffix](file.read_bytes()), file.name


def test_it_reads_the_same_list_of_feeds() -> None:
    (found,) = read([GOLDEN / "feeds.opml"])
    outlines = etree.parse(GOLDEN / "feeds.opml").iterfind("body/outline")
    assert found == [[outline.get("text"), outline.get("xmlUrl")] for outline in outlines]


def test_it_refuses_what_is_no_feed(tmp_path: Path) -> None:
    (tmp_path / "river.atom").write_text("<feed><entry></feed>")
    with pytest.raises(subprocess.CalledProcessError):
        read([tmp_path / "river.atom"])
