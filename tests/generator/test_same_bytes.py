"""The same feed gives the same bytes in every format, in whatever process, place and time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from feeder import plugins

PROGRAM = """
import sys
from feeder import plugins
from feeder.generator.index import Index
from feeder.generator.opml import Opml
from feeder.models import Catalogue, FormatLink, Listed
from tests.generator.test_atom import full_feed

kind = sys.argv[1]
if kind in ("opml", "index"):
    links = (FormatLink("atom", "application/atom+xml", "https://news.example/river.atom"),)
    feeds = tuple(Listed(f"river-{n}", f"River {n} — & more", links) for n in range(9))
    made = {"opml": Opml, "index": Index}[kind]()
    document = made.render(Catalogue("News", "https://news.example/", feeds))
else:
    document = plugins.find("feeder.renderers", kind)().render(full_feed())
sys.stdout.buffer.write(document.body)
"""
PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"},
)


@pytest.mark.parametrize("kind", [*plugins.names("feeder.renderers"), "opml", "index"])
def test_two_processes_make_the_same_bytes(kind: str) -> None:
    one, other = (
        subprocess.run(
            [sys.executable, "-c", PROGRAM, kind],
            env={**os.environ, **place},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for place in PLACES
    )
    assert one == other
    assert len(one) > 500
