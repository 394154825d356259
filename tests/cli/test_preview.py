"""`feeder preview` on a terminal and a pipe: the articles, what is odd, what went; and nothing is
written."""

from __future__ import annotations

import json
import os
import re
import resource
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.cli import app as verbs
from feeder.cli.paged import refuse_others, write_page
from feeder.errors import FeederError
from feeder.previewing.page import OURS
from feeder.workers.here import Here
from tests.refresh.room import MAIN
from tests.site.blog import Blog
from tests.site.pages import Page
from tests.site.server import Site
from tests.site.walls import LogIn

runner = CliRunner()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    # What is said is tested here; so that it is quick, the work is done in this very process.
    monkeypatch.setattr("feeder.workers.processes.Workers", lambda **bounds: nullcontext(Here()))
    with Site() as made:
        made.at("/", Blog(articles=4))
        yield made


def said(root: Path, *words: str, status: int = 0, colour: bool = False) -> str:
    (root / "config/sources").mkdir(parents=True, exist_ok=True)
    (root / "config/feeder.toml").write_text(MAIN)
    before = sorted(root.rglob("*"))
    call = ["--config", str(root / "config"), "preview", *words]
    result = runner.invoke(verbs, call, color=colour)
    assert result.exit_code == status, result.output
    assert sorted(root.rglob("*")) == before
    return result.output


def test_it_tells_the_newest_articles_and_that_nothing_was_stored(
    site: Site, tmp_path: Path
) -> None:
    told = said(tmp_path, site.url("/"), "-n", "2")
    assert "4 articles listed (listing), 2 read" in told
    assert told.count("    by ") == 2 and " words · en" in told
    assert told.endswith("Nothing was stored.\n")
    assert "content: " not in told


def test_steps_are_in_colour_on_a_terminal_and_plain_on_a_pipe(site: Site, tmp_path: Path) -> None:
    plain = said(tmp_path, site.url("/"), "-n", "1", "--steps")
    coloured = said(tmp_path, site.url("/"), "-n", "1", "--steps", colour=True)
    line = next(line for line in plain.splitlines() if "navigation" in line)
    assert line.split() == "- content: navigation nav 4 Home About us Contact".split()
    assert "\x1b[94m" in coloured and "\x1b" not in plain


def test_an_article_behind_a_wall_is_named_and_the_others_are_shown(
    site: Site, tmp_path: Path
) -> None:
    blog = Blog(articles=3)
    walled, *others = blog.stories
    blog.replaced[walled.path] = LogIn()
    site.at("/", blog)
    told = said(tmp_path, site.url("/"), "-n", "3")
    assert "3 articles listed (listing), 2 read" in told
    assert all(story.title in told for story in others)
    assert re.search(rf"^http\S+{walled.path}: .*\n  → ", told, re.MULTILINE)
    shown = tmp_path / "shown.html"
    runner.invoke(
        verbs,
        ["--config", str(tmp_path / "config"), "preview", site.url("/"), "--output", str(shown)],
    )
    assert walled.path in shown.read_text()


def test_json_has_all_of_it(site: Site, tmp_path: Path) -> None:
    told = json.loads(said(tmp_path, site.url("/"), "-n", "1", "--steps", "--json"))
    [one] = told["articles"]
    assert (told["kind"], told["listed"], told["failure"]) == ("listing", 4, None)
    assert one["html"].startswith("<p>") and one["odd"] == []
    first = one["removed"][0]
    assert (first["step"], first["rule"], first["words"]) == ("content", "navigation nav", 4)


def test_what_is_kept_is_for_picking_and_of_sources(site: Site, tmp_path: Path) -> None:
    assert "it is for --pick" in said(tmp_path, site.url("/"), "--kept", status=2)
    told = said(tmp_path, site.url("/"), "--pick", "--kept", status=2)
    assert "only pages of sources" in told


def test_what_a_site_writes_steers_no_terminal(site: Site, tmp_path: Path) -> None:
    story = "The mill stood still for a week while its owner looked for a miller. " * 9
    site.at("/evil", Page(f"<title>\x1b[2J\u202egone</title><h1>\x1b[2J\u202egone</h1>"
                          f"<article><p>{story}</p></article><nav>\x9b31m menu</nav>"))  # fmt: skip
    told = said(tmp_path, site.url("/evil"), "--steps")
    assert "1 article listed" in told
    assert not set(told) & set("\x1b\x9b\u202e")


def test_what_cannot_be_had_is_exit_status_1_and_a_slip_is_2(site: Site, tmp_path: Path) -> None:
    assert "404" in said(tmp_path, site.url("/nothing"), status=1)
    site.at("/empty", Page("<html><body><p>Soon.</p></body></html>"))
    told_plainly = said(tmp_path, site.url("/empty"), status=1)
    assert told_plainly.startswith(site.url("/empty"))
    assert f"feeder discover {site.url('/empty')}" in told_plainly
    secret = site.url("/nothing?api_key=hunter2")
    told = json.loads(said(tmp_path, secret, "--json", status=1))
    assert told["failure"]["kind"] == "http" and "hunter2" not in json.dumps(told)
    assert "hunter2" not in said(tmp_path, secret, status=1)


def test_without_a_configuration_an_address_is_enough(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDER_CONFIG", raising=False)
    told = runner.invoke(verbs, ["preview", site.url("/")])
    assert told.exit_code == 1 and "say --allow-network 127.0.0.1/32" in told.output
    words = ["preview", site.url("/"), "-n", "1", "--allow-network", "127.0.0.1/32"]
    assert "1 read" in runner.invoke(verbs, words).output
    assert runner.invoke(verbs, [*words[:2], "--allow-network", "nowhere"]).exit_code == 2
    assert not list(tmp_path.iterdir())


def test_its_page_is_a_file_of_ones_own_and_writes_over_none_of_a_persons(
    site: Site, tmp_path: Path
) -> None:
    place = tmp_path / "shown.html"
    words = ("--config", str(tmp_path / "config"), "preview", site.url("/"), "-n", "1")
    said(tmp_path, site.url("/"), "-n", "1")  # writes the configuration
    told = runner.invoke(verbs, [*words, "--output", str(place)])
    assert told.exit_code == 0 and f"The page is {place}" in told.output
    assert place.stat().st_mode & 0o777 == 0o600
    text = place.read_text()
    assert "navigation nav" in text and "img-src 'none'" in text.replace("&#39;", "'")
    again = runner.invoke(verbs, [*words, "--output", str(place), "--images", "--json"])
    assert again.exit_code == 0 and json.loads(again.output)["listed"] == 4
    assert "img-src http: https:" in place.read_text()
    place.write_text("a person's own")
    site.forget()
    refused = runner.invoke(verbs, [*words, "--output", str(place)])
    assert isinstance(refused.exception, FeederError) and "--output" in refused.exception.advice
    assert place.read_text() == "a person's own" and not site.paths


def test_a_page_that_has_no_room_leaves_nothing_and_a_pipe_is_not_waited_for(
    tmp_path: Path,
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(FeederError, match="cannot be written: File too large"):
            write_page(b"x" * 200, OURS, tmp_path / "shown.html")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FeederError, match="is no file"):
        refuse_others(OURS, tmp_path / "pipe")


def test_a_browser_is_handed_a_private_file(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setenv("BROWSER", f"sh -c 'echo $0 > {opened}' %s")
    words = ("--config", str(tmp_path / "config"), "preview", site.url("/"), "-n", "1", "--open")
    said(tmp_path, site.url("/"), "-n", "1")
    told = runner.invoke(verbs, words)
    [page] = tmp_path.glob("feeder-preview-*.html")
    assert told.exit_code == 0 and f"The page is {page}" in told.output
    assert opened.read_text().strip() == page.as_uri()
    assert page.stat().st_mode & 0o777 == 0o600
