"""A real Chromium, from $FEEDER_BROWSER. In CI it is there, or the tests fail."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("FEEDER_BROWSER")
    if not path:
        reason = "FEEDER_BROWSER is not set to the path of a Chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
