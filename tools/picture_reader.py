"""Draws a feed as newsboat shows it, list and article: `python -m tools.picture_reader`.

Needs newsboat and tmux, which is a terminal without a window.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from feeder.app import load, open_app
from feeder.rounds.once import refresh_once
from tests.site.blog import Blog
from tests.site.server import Site

PICTURE = Path(__file__).resolve().parent.parent / "docs/pictures/reader.svg"
COLUMNS, LIST, ARTICLE = 92, 9, 17
"""How wide the terminal is, and how many lines are shown of the list and of an article."""
SOURCE = """kind = "listing"
title = "The Harbour Courier"
url = "{url}"
[fetch]
allow_networks = ["127.0.0.1/32"]
delay = "0s"
"""
LOOK = """auto-reload no
show-keymap-hint no
articlelist-title-format "Articles in '%T' (%u unread, %t total)"
itemview-title-format "%T"
"""
NAMED = "http://courier.example/"
"""What stands in the picture in place of the port of a run."""


def main() -> None:
    """Draw it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shown = _screens(folder, _feed(folder))
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(shown), no_wrap=True, crop=True)
    svg = console.export_svg(title="newsboat http://localhost:8080/courier.atom")
    # A picture asks nobody for a font.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), "utf-8")


def _feed(folder: Path) -> Path:
    """The feed of the tutorial's site."""
    (folder / "config/sources").mkdir(parents=True)
    (folder / "config/feeder.toml").write_text("")
    with Site() as site:
        url = site.at("/", Blog(articles=6, seed="tutorial"))
        (folder / "config/sources/courier.toml").write_text(SOURCE.format(url=url))
        with open_app(load(folder / "config")) as app:
            refresh_once(app, ())
    feed = folder / "var/public/courier.atom"
    feed.write_text(feed.read_text("utf-8").replace(url, NAMED), "utf-8")
    return feed


def _screens(folder: Path, feed: Path) -> str:
    """The list of entries, and the first of them, each without the empty lines at its end."""
    (folder / "urls").write_text(f"file://{feed}\n")
    (folder / "look").write_text(LOOK)
    reader = ["newsboat", "-r", "-u", "urls", "-C", "look", "-c", "cache.db"]
    tmux = ["tmux", "-L", f"feeder-{folder.name}", "-f", "/dev/null"]

    def ask(*words: str) -> str:
        done = subprocess.run([*tmux, *words], capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout

    size = ("-x", str(COLUMNS), "-y", str(LIST + ARTICLE))
    ask("new-session", "-d", *size, f"cd {shlex.quote(str(folder))} && {shlex.join(reader)}")
    try:
        screens = []
        for lines in (LIST, ARTICLE):
            time.sleep(3)
            ask("send-keys", "Enter")
            time.sleep(1)
            screens.append(ask("capture-pane", "-p", "-e").splitlines()[:lines])
    finally:
        ask("kill-server")
    return "\n".join(line for screen in screens for line in screen)


if __name__ == "__main__":
    main()
