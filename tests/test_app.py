"""Where configuration and rules of sites meet: what holds for a source, and what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feeder import plugins
from feeder.app import load
from feeder.cleaner.markup import plugged
from feeder.errors import ConfigError, PluginError
from feeder.jobs import closed_door, planned_job, stamp_of
from feeder.refresh.job import Job
from feeder.rules.rulebook import Rulebook

FILES = 'kind = "files"\nroot = "articles"\n'


def write(root: Path, main: str = "", source: str = "", **rules: str) -> Path:
    """A configuration with one source, and folders of rules for `news.example.org`."""
    (root / "config/sources").mkdir(parents=True, exist_ok=True)
    (root / "config/feeder.toml").write_text(main)
    (root / "config/sources/news.toml").write_text(FILES + source)
    for folder, text in rules.items():
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "news.example.org.txt").write_text(text)
    return root / "config"


def planned(config: Path) -> Job:
    settings = load(config)
    return planned_job(
        settings.sources[0], settings.rules, settings.pages, stamp_of(settings.rules), closed_door()
    )


def bodies(job: Job) -> list[str]:
    assert job.manner.rules is not None
    return [rule.value for rule in job.manner.rules("https://news.example.org/a", "").body]


def test_the_nearest_rules_come_first(tmp_path: Path) -> None:
    main = '[rules]\nfolders = ["far", "near"]\n'
    own = '[article]\ncontent = "main"\n'
    config = write(tmp_path, main, own, far="body: //far", near="body: //near")
    assert bodies(planned(config)) == ["//main", "//near", "//far"]
    config = write(tmp_path, main)
    assert bodies(planned(config)) == ["//near", "//far"]
    assert bodies(planned(write(tmp_path))) == []


def test_rules_that_come_with_feeder_hold_without_any_configuration(tmp_path: Path) -> None:
    page = '<html><head><meta name="generator" content="Discourse 3.2"></head><body></body></html>'
    job = planned(write(tmp_path))
    rules = job.manner.rules
    assert rules is not None
    assert rules(None, page) == Rulebook().rules_for(None, page) != Rulebook().rules_for(None)


@pytest.mark.parametrize(
    ("main", "source", "fault"),
    [
        ('[rules]\nfolders = [".", "no"]', "", "feeder.toml:2:17: rules.folders: the folder"),
        ("[rules]\nfolder = []", "", "rules.folder: unknown key; did you mean 'folders'?"),
        ("[rules]\nimpersonate = 1", "", "rules.impersonate: expected true or false"),
        ("", "[article]\nremove = ['p', '//a[']", "news.toml:4:16: article.remove: '//a[' is no"),
        ("", "[article]\ncontent = 'div >'", "news.toml:4:1: article.content: 'div >' is no CSS"),
        ("", "[article]\ncontents = 'p'", "article.contents: unknown key; did you mean 'content'?"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(
    main: str, source: str, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, main, source))
    assert fault in caught.value.message


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    own = "evry = 1\n[article]\ntitle = '//['\ndate = '<'\n"
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, '[rules]\nfolders = ["no"]', own))
    keys = [fault.key for fault in caught.value.faults]
    assert keys == ["rules.folders", "evry", "article.title", "article.date"]


def test_the_mark_changes_with_the_rules_that_hold_and_only_then(tmp_path: Path) -> None:
    main = '[rules]\nfolders = ["near"]\n'
    config = write(tmp_path, near="body: //a")
    marks = [planned(config).mark]
    write(tmp_path, main)
    marks.append(planned(config).mark)
    write(tmp_path, main, near="body: //ab")
    marks.append(planned(config).mark)
    path = tmp_path / "near/news.example.org.txt"
    path.write_text("body: //cd")
    os.utime(path, (1, 1))
    marks.append(planned(config).mark)
    (tmp_path / "near/other.example.org.txt").write_text("body: //a")
    marks.append(planned(config).mark)
    write(tmp_path, main, '[article]\ncontent = "main"\n')
    marks.append(planned(config).mark)
    assert len(set(marks)) == len(marks)
    assert planned(config).mark == marks[-1]


def test_a_step_of_a_plug_in_that_cannot_be_placed_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misplaced() -> None:
        raise PluginError("the step 'x' wants to run after 'nothing'")

    monkeypatch.setattr(plugins, "names", lambda group: ("x",))
    monkeypatch.setattr(plugged, "_placed", misplaced)
    with pytest.raises(PluginError, match="after 'nothing'"):
        load(write(tmp_path))
