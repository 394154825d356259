"""What is asked of a record of very many entries takes a moment."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.server.api.conftest import opened, project, serving
from tests.store.nouns import put, stories

ROOT = "/api/v1"
SOAK = float(os.environ.get("FEEDER_SOAK", "1"))
LISTS = ("/entries?source=news", "/entries?feed=all", "/sources", "/runs", "/feeds")


@pytest.mark.slow
def test_twenty_thousand_entries_keep_nobody_waiting(tmp_path: Path) -> None:
    keep_nobody_waiting(tmp_path, 20_000)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_hundred_thousand_entries_keep_nobody_waiting(tmp_path: Path) -> None:
    keep_nobody_waiting(tmp_path, int(100_000 * SOAK))


def keep_nobody_waiting(tmp_path: Path, entries: int) -> None:
    config = project(tmp_path, '[[feed]]\nname = "all"\n', sources=("news", "town"))
    with opened(config) as (app, desk), serving(app, desk) as found:
        for start in range(0, entries, 2_000):
            source = ("news", "town")[start % 4_000 // 2_000]
            put(app.store, stories(*range(start, start + 2_000), source=source), source=source)
        found.ask("/metrics")
        for target in (*(ROOT + one for one in LISTS), "/metrics"):
            before = time.process_time()
            assert found.ask(target).status == 200
            assert time.process_time() - before < 0.25, target
