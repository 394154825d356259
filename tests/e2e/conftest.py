"""A project of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import Project, article


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text('public_url = "https://feeds.example.org/"\n')
    (tmp_path / "config/sources/news.toml").write_text(
        'kind = "files"\nroot = "articles"\ntitle = "News of the town"\n'
    )
    made.articles.mkdir()
    for number in range(1, 4):
        made.write(f"story-{number}.txt", article(number))
    return made
