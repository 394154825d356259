"""The page that a source begins with, as a refresh kept it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from feeder.app import load
from feeder.errors import StateError
from feeder.previewing.listed import kept_page
from tests.refresh.room import Room
from tests.site.blog import Blog
from tests.site.server import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def test_it_is_the_one_of_the_last_refresh_and_nobody_is_asked(site: Site, tmp_path: Path) -> None:
    room, blog = Room(tmp_path), Blog(articles=3)
    room.source(f'kind = "listing"\nurl = "{site.at("/", blog)}"\n')
    settings = load(tmp_path / "config")
    [source] = settings.sources
    with pytest.raises(StateError, match="no page") as refused:
        kept_page(source, settings, room.clock)
    assert "`feeder refresh news`" in refused.value.advice
    room.refresh()
    blog.publish("News since then")
    asked = len(site.paths)
    page = kept_page(source, settings, room.clock)
    assert b'<main class="list plain">' in page.body and b"News since then" not in page.body
    assert page.url == source.url and len(site.paths) == asked
