"""A feed as files is read back by the files kind as what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.app import load, opened_store
from feeder.cli import app as command
from feeder.models import Attribution, Candidate, Entry, Page
from feeder.porting.articles import article_file, entries_of, write_folder
from feeder.porting.writing import NotWrittenError
from feeder.sources.files import Files
from feeder.sources.frontmatter import split
from feeder.store.store import Store
from tests.store.nouns import PREFIX, change, path, put, spec, stories

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MOMENT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
FULL = Entry(
    id=f"{PREFIX}:news/1",
    source="news",
    title='A "title": with --- marks, 🚢 and \\ more',
    html="<p>All of it.</p>\n<pre>---\nand: this\n---</pre>",
    text="All of it.",
    published=MOMENT,
    updated=MOMENT,
    first_seen=MOMENT,
    url="https://news.example.org/a?b=1&c=2",
    summary="In short: # no comment\n---\nx",
    authors=("Ann Bee", "yes", "Ö: Ü"),
    categories=("1", "true", "a, b"),
    image="https://news.example.org/a.jpg",
    language="pt-BR",
    attribution=Attribution("The Other", "https://other.example/"),
)


def test_every_fact_comes_back_from_the_front_matter() -> None:
    matter = split(article_file(FULL))
    facts = matter.facts()
    assert matter.body.strip() == FULL.html
    assert (facts.id, facts.title, facts.url, facts.image) == (
        FULL.id,
        FULL.title,
        FULL.url,
        FULL.image,
    )
    assert (facts.published, facts.modified, facts.language) == (MOMENT, MOMENT, "pt-BR")
    assert (facts.authors, facts.categories) == (FULL.authors, FULL.categories)
    assert facts.attribution == FULL.attribution
    assert " ".join((facts.summary or "").split()) == "In short: # no comment --- x"
    page = Page("a.html", "a.html", article_file(FULL).encode())
    draft = Files(root=Path("/")).read(Candidate("a.html", ()), page)
    assert draft.content.strip() == FULL.html


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text("[publish]\nmax_entries = 2\n")
    (tmp_path / "config/sources/news.toml").write_text('kind = "files"\nroot = "news"\n')
    return tmp_path / "config"


def _filled(config: Path) -> Store:
    store = opened_store(load(config), NOW)
    store.authority("example.org", NOW)
    store.sync([spec("news")], NOW)
    put(store, stories(1, 2, 3))
    put(
        store,
        [change(replace(FULL, id=f"{PREFIX}:news/x", title="港のニュース", url=None), path(9))],
    )
    return store


def test_all_entries_that_the_feed_may_show_are_written_and_not_its_newest_alone(
    config: Path,
) -> None:
    _filled(config).close()
    folder = config.parent / "out"
    arguments = ["export", "feed", "news", str(folder), "--config", str(config)]
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code, result.output.strip()[-10:]) == (0, "4 articles")
    names = ["2026-02-03-article", "2026-02-26-story-3", "2026-02-27-story-2", "2026-02-28-story-1"]
    assert sorted(one.name for one in folder.iterdir()) == [f"{name}.html" for name in names]
    file = folder / "2026-02-28-story-1.html"
    assert file.stat().st_mtime == datetime(2026, 2, 28, 12, tzinfo=UTC).timestamp()
    assert f"id: {PREFIX}:news/1\n" in file.read_text()


def test_nothing_is_written_over_and_a_folder_is_whole_or_not_there(config: Path) -> None:
    with _filled(config) as store:
        settings = load(config)
        folder = config.parent / "out"
        folder.mkdir()
        entries = entries_of(settings, settings.feeds[0], store, NOW)
        with pytest.raises(NotWrittenError, match="is there already"):
            write_folder(folder, entries)
        assert list(folder.iterdir()) == []
        with pytest.raises(NotWrittenError, match="cannot be written"):
            write_folder(config.parent / "none/out", entries)
        assert {one.name for one in config.parent.iterdir()} == {"config", "out", "var"}


def test_a_feed_that_is_none_is_told_with_those_that_are(config: Path) -> None:
    arguments = ["export", "feed", "nwes", str(config.parent / "out"), "--config", str(config)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert "there are: news" in " ".join(result.output.split())
    assert not (config.parent / "out").exists()


def test_opml_of_our_feeds_and_of_those_that_sources_are(config: Path) -> None:
    (config / "sources/quay.toml").write_text(
        'kind = "feed"\ntitle = "Quay & Pier"\nurl = "https://quay.example/rss"\n'
    )
    ours = CliRunner().invoke(command, ["export", "opml", "--config", str(config)])
    assert 'xmlUrl="http://localhost:8080/news.atom"' in ours.stdout
    assert 'xmlUrl="http://localhost:8080/quay.atom"' in ours.stdout
    theirs = CliRunner().invoke(command, ["export", "opml", "--sources", "--config", str(config)])
    assert 'title="Quay &amp; Pier" type="rss" xmlUrl="https://quay.example/rss"' in theirs.stdout
    assert "localhost" not in theirs.stdout
    assert "left out: news" in theirs.stderr
    file = config.parent / "back.opml"
    file.write_text(theirs.stdout)
    again = CliRunner().invoke(command, ["import", str(file), "--config", str(config)])
    assert "1 there already" in again.output
