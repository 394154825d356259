"""A project of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.project import Project, article
from tests.validating import assert_valid_folder, validated


@pytest.fixture(autouse=True)
def _everything_published_is_valid(tmp_path: Path) -> Iterator[None]:
    """Put by this process, or left in the public folder by others, killed ones too."""
    with validated():
        yield
    assert_valid_folder(tmp_path / "var/public")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    (tmp_path / "config/sources").mkdir(parents=True)
    # Tests run side by side, and there is one port 8080: what serves has tests of its own.
    main = 'public_url = "https://feeds.example.org/"\nserver = { enabled = false }\n'
    (tmp_path / "config/feeder.toml").write_text(main)
    (tmp_path / "config/sources/news.toml").write_text(
        'kind = "files"\nroot = "articles"\ntitle = "News of the town"\n'
    )
    made.articles.mkdir()
    for number in range(1, 4):
        made.write(f"story-{number}.txt", article(number))
    return made
