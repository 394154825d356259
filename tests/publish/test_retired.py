"""Feeds that are renamed go on at their old addresses; removed ones go, and come back whole."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from feeder.app import load, open_app
from feeder.errors import PublishError
from feeder.outputs.directory import Directory
from feeder.rounds.once import Report, refresh_once
from feeder.workers.here import Here
from tests.e2e.project import LONG_AGO

ARTICLE = "<html><body><article><h1>{0}</h1>" + "<p>{0} was seen by many people.</p>" * 9


class Site:
    """A project of one folder of articles, with feeds as a test says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "config/sources").mkdir(parents=True)
        (root / "river").mkdir()
        self.article("flood", "A flood at the river")
        self.source("river")

    def article(self, name: str, title: str) -> None:
        """One that was written long ago: what was just written to is looked at twice."""
        path = self.root / f"river/{name}.html"
        path.write_text(ARTICLE.format(title))
        os.utime(path, (LONG_AGO, LONG_AGO))

    def source(self, name: str, more: str = "") -> None:
        text = f'kind = "files"\nroot = "river"\n{more}'
        (self.root / f"config/sources/{name}.toml").write_text(text)

    def refresh(self, main: str = "") -> Report:
        (self.root / "config/feeder.toml").write_text(f'[publish]\nformats = ["atom"]\n{main}')
        with open_app(load(self.root / "config")) as app:
            report = refresh_once(replace(app, work=Here()))
            self.moved, self.gone = dict(app.store.moved()), set(app.store.gone())
        return report

    def lying(self) -> list[str]:
        public = self.root / "var/public"
        return sorted(p.name for p in public.iterdir() if p.suffix == ".atom")

    def read(self, name: str) -> str:
        return (self.root / "var/public" / name).read_text()


def feed(name: str, more: str = "") -> str:
    return f'[[feed]]\nname = "{name}"\nsources = ["*"]\n{more}\n'


def id_of(document: str) -> str:
    found = re.search("<id>(.*?)</id>", document)
    assert found
    return found[1]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_renamed_feed_goes_on_at_its_old_address_for_good(site: Site) -> None:
    site.refresh(feed("old"))
    before = id_of(site.read("old.atom"))
    site.refresh(feed("new", 'formerly = ["old"]'))
    assert site.lying() == ["new.atom", "old.atom"]
    assert site.read("old.atom") == site.read("new.atom")
    assert id_of(site.read("new.atom")) == before
    assert (site.moved, site.gone) == ({"old.atom": "new.atom"}, set())
    site.article("storm", "A storm over the town")
    site.refresh(feed("new"))
    assert "A storm over the town" in site.read("old.atom")
    site.refresh(feed("third", 'formerly = ["new"]'))
    assert site.moved == {"old.atom": "third.atom", "new.atom": "third.atom"}


def test_a_name_with_a_new_bearer_is_that_ones(site: Site) -> None:
    site.refresh(feed("old"))
    site.refresh(feed("new", 'formerly = ["old"]'))
    site.refresh(feed("new") + feed("old"))
    assert id_of(site.read("old.atom")) != id_of(site.read("new.atom"))
    assert (site.moved, site.gone) == ({}, set())
    site.refresh(feed("old"))
    assert site.lying() == ["old.atom"]
    assert site.gone == {"new.atom"}


def test_a_removed_feed_goes_with_its_copies_and_comes_back_whole(site: Site) -> None:
    site.refresh(feed("one") + feed("two"))
    before = site.read("two.atom")
    site.refresh(feed("one"))
    assert site.lying() == ["one.atom"]
    assert not [p for p in (site.root / "var/public").iterdir() if p.name.startswith("two")]
    assert site.gone == {"two.atom"}
    site.refresh(feed("one") + feed("two"))
    assert (site.read("two.atom"), site.gone) == (before, set())
    assert not any(each.written for each in site.refresh(feed("one") + feed("two")).published)


def test_a_source_that_is_switched_off_keeps_its_feed(site: Site) -> None:
    site.source("town")
    site.refresh()
    site.source("town", "enabled = false\n")
    site.refresh()
    assert site.lying() == ["river.atom", "town.atom"]
    (site.root / "config/sources/town.toml").unlink()
    site.refresh()
    assert site.lying() == ["river.atom"]


def test_a_configuration_whose_sources_are_not_there_removes_nothing(site: Site) -> None:
    site.refresh()
    (site.root / "config/sources").rename(site.root / "elsewhere")
    site.refresh()
    assert (site.lying(), site.gone) == (["river.atom"], set())


def test_what_could_not_be_removed_is_named_and_removed_the_next_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.refresh(feed("one") + feed("two"))

    def fail(self: Directory, path: str) -> bool:
        raise PublishError(f"{path}: not removed")

    with monkeypatch.context() as patched:
        patched.setattr(Directory, "remove", fail)
        report = site.refresh(feed("one"))
    assert [error.message for error in report.errors] == ["two.atom: not removed"]
    assert site.gone == {"two.atom"}, "on record before it is done"
    site.refresh(feed("one"))
    assert site.lying() == ["one.atom"]
