"""A project folder, and the real command run on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser

LONG_AGO = 1_700_000_000
"""A file time that has long settled (2023-11-14)."""


@dataclass(frozen=True)
class Project:
    """A folder with a configuration, articles, a state and a public folder."""

    root: Path

    @property
    def articles(self) -> Path:
        return self.root / "articles"

    @property
    def feed(self) -> Path:
        return self.root / "var/public/news.atom"

    @property
    def state(self) -> Path:
        return self.root / "var/state"

    def write(self, name: str, text: str | bytes, *, age: float | None = None) -> Path:
        """An article file; settled unless `age` says how many seconds ago it was written."""
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        when = LONG_AGO if age is None else time.time() - age
        os.utime(path, (when, when))
        return path

    def entries(self) -> dict[str, Any]:
        """The published entries by id, as a feed reader library sees them."""
        parsed = feedparser.parse(self.feed.read_bytes())
        assert not parsed.bozo, parsed.get("bozo_exception")
        ids = [entry.id for entry in parsed.entries]
        assert len(ids) == len(set(ids))
        return {entry.id: entry for entry in parsed.entries}

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "feeder", "--config", str(self.root / "config"), *args]

    def run(
        self, *args: str, extra_env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """The real command, its output caught. Never a traceback."""
        done = subprocess.run(
            self.command(*args),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.root,
            env={**os.environ, **(extra_env or {})},
            **options,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done


def article(number: int, words: str = "quiet") -> str:
    return (
        f"Story number {number}\n\nThe first paragraph of story {number} is a {words} one, and it "
        f"tells what happened on day {number} of the month.\n\nThe second paragraph tells why it "
        "matters to the people of the town, at some length.\n"
    )
