"""What is asked of a record of a hundred thousand entries takes a moment."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.server.api.conftest import opened, project, serving
from tests.store.nouns import put, stories

ROOT = "/api/v1"
LISTS = ("/entries?source=news", "/entries?feed=all", "/sources", "/runs", "/feeds")


@pytest.mark.slow
def test_a_hundred_thousand_entries_keep_nobody_waiting(tmp_path: Path) -> None:
    config = project(tmp_path, '[[feed]]\nname = "all"\n', sources=("news", "town"))
    with opened(config) as (app, desk), serving(app, desk) as found:
        for start in range(0, 100_000, 2_000):
            source = ("news", "town")[start % 4_000 // 2_000]
            put(app.store, stories(*range(start, start + 2_000), source=source), source=source)
        found.ask("/metrics")
        for target in (*(ROOT + one for one in LISTS), "/metrics"):
            before = time.process_time()
            assert found.ask(target).status == 200
            assert time.process_time() - before < 0.25, target
