"""Where a Chromium is on this machine, and whether what drives it is installed."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from feeder.config.settings import BrowserSettings
from feeder.errors import BrowserError

_NAMES = (
    "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
    "microsoft-edge-stable", "microsoft-edge", "brave-browser",
)  # fmt: skip
"""Programs that Playwright can drive, by the names that distributions give them."""
_DOWNLOADED = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
"""Below Playwright's own folder, as `playwright install chromium` leaves it."""


def browser_for(settings: BrowserSettings) -> Path:
    """The Chromium that would draw pages. Nothing is started.

    Raises:
        BrowserError: there is none, or what drives it is not installed; with what to do.
    """
    if find_spec("playwright") is None:  # to import it would take .2 s
        raise BrowserError(
            "pages are to be drawn in a browser, and Playwright, which drives it, is not installed",
            advice="pip install 'feeder[browser]'",
        )
    if settings.path is not None:
        if not os.access(settings.path, os.X_OK) or settings.path.is_dir():
            raise BrowserError(
                f"{settings.path} (path in [browser]) is no program that feeder may run",
                advice="name the file of a Chromium or Chrome, or leave path out to have it found",
            )
        return settings.path
    found = next(filter(None, map(shutil.which, _NAMES)), None) or _downloaded()
    if found is None:
        raise BrowserError(
            "pages are to be drawn in a browser, and no Chromium was found",
            advice="install one (apt install chromium, or playwright install chromium), "
            "or name it with path in [browser]",
        )
    return Path(found)


def _downloaded() -> str | None:
    told = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    caches = [told] if told else ["~/.cache/ms-playwright", "~/Library/Caches/ms-playwright"]
    for folder in (Path(cache).expanduser() for cache in caches):
        for pattern in _DOWNLOADED:
            # The newest has the highest number.
            if there := sorted(folder.glob(pattern), reverse=True):
                return str(there[0])
    return None
