"""An app whose sources can fall ill, and whose feeds name hubs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeder.app import App, load, open_app
from feeder.models import Condition, Health, Outcome, Transition


class Desk:
    """Apps of one configuration folder, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._apps = ExitStack()

    def open(self, more: str = "", *, publish: str = "", sources: tuple[str, ...] = ()) -> App:
        """An app with this in its configuration; the one before is closed."""
        self._apps.close()
        config = self.folder / "config"
        (config / "sources").mkdir(parents=True, exist_ok=True)
        (config / "feeder.toml").write_text(
            'public_url = "https://news.example/"\n[fetch]\nallow_networks = ["127.0.0.0/8"]\n'
            f"[publish]\n{publish}\n{more}\n"
        )
        for name in sources or ("news", "town"):
            (self.folder / name).mkdir(exist_ok=True)
            (config / f"sources/{name}.toml").write_text(
                f'kind = "files"\nroot = "{name}"\ntitle = "{name.title()} paper"\n'
            )
        return self._apps.enter_context(open_app(load(config)))

    def close(self) -> None:
        self._apps.close()


def becomes(
    app: App,
    condition: Condition,
    was: Condition = "ok",
    source: str = "news",
    reason: str = "no article was found",
) -> None:
    """Have a source's refresh record that it is in another condition."""
    now = datetime.now(UTC)
    [lease] = app.store.claim(now, timedelta(minutes=1), names=[source], force=True)
    told = Transition(source, now, was, condition, reason, "look at the page", now)
    app.store.record(
        lease, (), (), Outcome(source, now, now), now, now, failed=False,
        health=Health(condition, now), transition=told,
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()
