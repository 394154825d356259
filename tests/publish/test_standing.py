"""A document that is as it was is not rendered; what went into it, or befell it, has it made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feeder.models import Document
from feeder.publish import build, flow
from tests.publish.test_publish import Newsroom, newsroom

__all__ = ["newsroom"]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the feeds that were rendered, since there was last a look."""
    names: list[str] = []
    fit = build.fit

    def noted(feed: Any, *args: Any) -> Any:
        names.append(feed.name)
        return fit(feed, *args)

    monkeypatch.setattr(flow, "fit", noted)
    return names


@pytest.fixture
def standing(newsroom: Newsroom, rendered: list[str]) -> Newsroom:
    newsroom.write("river", 1, 2)
    newsroom.publish()
    rendered.clear()
    return newsroom


def test_what_is_as_it_was_is_not_rendered(standing: Newsroom, rendered: list[str]) -> None:
    done = standing.publish()
    assert (done.written, done.entries, done.size) == (False, 2, len(standing.document))
    assert rendered == []


def test_a_refresh_that_found_nothing_new_moves_nothing(
    standing: Newsroom, rendered: list[str]
) -> None:
    standing.write("river")
    standing.publish()
    assert rendered == []


def test_an_entry_more_moves_it(standing: Newsroom, rendered: list[str]) -> None:
    standing.write("river", 3)
    assert standing.publish().entries == 3
    assert rendered == ["news"]


@pytest.mark.parametrize("changed", [{"title": "Other"}, {"max_entries": 1}, {"language": "en"}])
def test_other_settings_move_it(
    changed: dict[str, Any], standing: Newsroom, rendered: list[str]
) -> None:
    assert standing.publish(**changed).written
    assert rendered == ["news"]


def test_another_source_moves_it(standing: Newsroom, rendered: list[str]) -> None:
    standing.publish("river", "town")
    assert rendered == ["news"]


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("name", ["news.atom", "news.atom.gz"])
@pytest.mark.parametrize("befell", [Path.unlink, damaged])
def test_what_befell_its_files_is_mended(name: str, befell: Any, standing: Newsroom) -> None:
    before = standing.document
    befell(standing.public / name)
    standing.publish()
    assert standing.document == before
    assert not standing.publish().written


def test_an_output_that_cannot_tell_is_given_it_each_time(
    standing: Newsroom, rendered: list[str]
) -> None:
    class Post:
        def put(self, document: Document) -> bool:
            sent.append(document.path)
            return True

    sent: list[str] = []
    standing.publish(outputs=[Post()])
    standing.publish(outputs=[Post()])
    assert sent == ["news.atom", "news.atom"]
