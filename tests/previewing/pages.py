"""A preview of pages as the tests need it: read from a folder, in this very process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from feeder.app import load
from feeder.previewing.found import Preview
from feeder.previewing.looking import preview
from feeder.previewing.page import page_of
from feeder.previewing.removals import removals_of
from feeder.previewing.target import target_of
from feeder.workers.here import Here
from tests.e2e.project import LONG_AGO

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/pictures/example.html"


def previewed(root: Path, pages: Mapping[str, str]) -> Preview:
    """The preview of a folder of these pages, called `courier`."""
    (root / "config/sources").mkdir(parents=True, exist_ok=True)
    (root / "config/feeder.toml").write_text("")
    text = 'kind = "files"\ntitle = "The Courier"\nroot = "pages"\n'
    (root / "config/sources/courier.toml").write_text(text)
    (root / "pages").mkdir(exist_ok=True)
    for name, page in pages.items():
        (root / "pages" / name).write_text(page)
        os.utime(root / "pages" / name, (LONG_AGO, LONG_AGO))
    settings = load(root / "config")
    return preview(target_of("courier", settings), settings, Here())


def page(root: Path, pages: Mapping[str, str], *, pictures: bool = False) -> Path:
    """The page of that preview, in a file."""
    found = previewed(root, pages)
    removals = [removals_of(one, Here(), shown=True) for one in found.articles]
    path = root / "preview.html"
    path.write_bytes(page_of(found, removals, pictures=pictures))
    return path
