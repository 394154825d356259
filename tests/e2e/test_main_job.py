"""The real command on real files: from articles to a feed, and what happens to it over time."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.e2e.project import Project, article

SEED = "urn:uuid:4bf85728-565d-47c3-8025-e25cf575c2e6"


def test_a_folder_of_articles_becomes_a_feed(project: Project) -> None:
    done = project.run("refresh")
    assert done.returncode == 0, done.stderr
    assert len(project.entries()) == 3
    assert str(project.feed.relative_to(project.root)) in done.stdout
    assert "Story number 1" in done.stdout
    assert gzip.decompress((project.feed.parent / "news.atom.gz").read_bytes()) == (
        project.feed.read_bytes()
    )


def test_two_runs_make_the_same_bytes_and_the_second_writes_nothing(project: Project) -> None:
    project.run("refresh")
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in project.feed.parent.iterdir()}
    time.sleep(0.01)
    assert project.run("refresh").returncode == 0
    after = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in project.feed.parent.iterdir()}
    assert after == before


def test_ids_survive_a_rename_an_edit_and_a_move(project: Project) -> None:
    project.run("refresh")
    before = project.entries()
    (project.articles / "story-1.txt").rename(project.articles / "renamed.txt")
    project.write("story-2.txt", article(2, words="corrected"))
    (project.articles / "deep").mkdir()
    (project.articles / "story-3.txt").rename(project.articles / "deep/moved.txt")
    assert project.run("refresh").returncode == 0
    after = project.entries()
    assert after.keys() == before.keys()
    moved = [id for id in before if after[id].updated != before[id].updated]
    assert [after[id].title for id in moved] == ["Story number 2"]
    assert all(after[id].published == before[id].published for id in before)


@pytest.mark.slow
def test_a_changed_option_holds_for_what_was_read_before(project: Project) -> None:
    project.run("refresh")
    before = project.entries()
    source = project.root / "config/sources/news.toml"
    source.write_text(source.read_text() + 'link_base = "https://news.example.org/"\n')
    assert project.run("refresh").returncode == 0
    after = project.entries()
    assert {id: e.updated for id, e in after.items()} == {id: e.updated for id, e in before.items()}
    assert sorted(e.link for e in after.values())[0] == "https://news.example.org/story-1.txt"


@pytest.mark.slow
def test_a_changed_rule_holds_for_what_was_read_before(project: Project) -> None:
    words = "what happened at the harbour on that day, and what the people of the town made of it"
    paragraphs = "".join(f"<p class=c{n}>Paragraph {n} tells {words}.</p>" for n in range(5))
    page = f"<html><body><h1>At the harbour</h1><main>{paragraphs}</main></body></html>"
    for file in project.articles.iterdir():
        file.unlink()
    project.write("page.html", page)
    assert project.run("refresh").returncode == 0
    (before,) = project.entries().values()
    assert "Paragraph 1" in before.content[0].value
    (project.root / "rules").mkdir()
    (project.root / "rules/global.txt").write_text("strip: //p[@class='c1']\n")
    main = project.root / "config/feeder.toml"
    main.write_text(f'{main.read_text()}\n[rules]\nfolders = ["rules"]\n')
    assert project.run("refresh").returncode == 0
    (by_file,) = project.entries().values()
    assert "Paragraph 1" not in by_file.content[0].value
    source = project.root / "config/sources/news.toml"
    source.write_text(source.read_text() + "[article]\nremove = '.c2'\n")
    assert project.run("refresh").returncode == 0
    (by_both,) = project.entries().values()
    shown = by_both.content[0].value
    assert [n for n in range(5) if f"Paragraph {n}" in shown] == [0, 3, 4]
    assert by_both.id == by_file.id == before.id


@pytest.mark.slow
def test_a_vanished_file_removes_no_entry(project: Project) -> None:
    project.run("refresh")
    before = project.feed.read_bytes()
    shutil.rmtree(project.articles)
    done = project.run("refresh")
    assert done.returncode == 1
    assert "news" in done.stdout
    assert project.feed.read_bytes() == before
    project.articles.mkdir()
    assert project.run("refresh", "--force").returncode == 0
    assert project.feed.read_bytes() == before


NO_ARTICLES = {
    "empty.txt": b"",
    "form.txt": b"Leave a Reply\n\nYour email address will not be published. ",
    "image.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
    "line.txt": b"Only one line",
    "nul.txt": b"\x00\x00\x00\x01" * 400,
}


def test_files_that_are_no_articles_are_named_and_hurt_nothing(project: Project) -> None:
    for name, body in NO_ARTICLES.items():
        project.write(name, body)
    for _ in range(2):  # named the second time too, though the files are not read again
        report = json.loads(project.run("refresh", "--json").stdout)
        faults = report["sources"][0]["faults"]
        assert sorted(fault["address"] for fault in faults) == sorted(NO_ARTICLES)
        assert all(fault["message"] for fault in faults)
        assert len(project.entries()) == 3


@pytest.mark.slow
def test_a_huge_file_is_named_and_never_read(project: Project) -> None:
    with (project.articles / "huge.txt").open("wb") as file:
        file.truncate(50_000_000)
    os.utime(project.articles / "huge.txt", (1, 1))
    report = json.loads(project.run("refresh", "--json").stdout)
    assert report["sources"][0]["faults"][0]["kind"] == "too-large"
    assert len(project.entries()) == 3


def test_no_file_outside_the_root_is_read(project: Project) -> None:
    secret = project.root / "secret.txt"
    secret.write_text("The secret\n\nThe password of the vault is swordfish, they said.\n")
    (project.articles / "link.txt").symlink_to(secret)
    (project.articles / "folder").symlink_to(project.root)
    project.run("refresh")
    assert b"swordfish" not in project.feed.read_bytes()
    assert len(project.entries()) == 3


@pytest.mark.slow
def test_a_young_file_is_looked_at_again_in_the_same_run(project: Project) -> None:
    project.write("story-4.txt", article(4), age=0.0)
    started = time.monotonic()
    assert project.run("refresh").returncode == 0
    assert len(project.entries()) == 4
    assert time.monotonic() - started < 20


@pytest.mark.slow
def test_a_file_that_is_still_changing_waits_for_the_next_run(project: Project) -> None:
    script = (
        "import sys, time\n"
        "with open(sys.argv[1], 'a') as file:\n"
        "    while True:\n"
        "        file.write('One more sentence of a story that goes on and on.\\n\\n')\n"
        "        file.flush(); time.sleep(0.05)\n"
    )
    path = project.write("growing.txt", article(9), age=0.0)
    with subprocess.Popen([sys.executable, "-c", script, str(path)]) as writer:
        try:
            report = json.loads(project.run("refresh", "--json").stdout)
        finally:
            writer.kill()
    assert report["sources"][0]["waiting"] == ["growing.txt"]
    assert len(project.entries()) == 3
    os.utime(path, (1_700_000_000, 1_700_000_000))
    project.run("refresh")
    assert len(project.entries()) == 4


@pytest.mark.slow
def test_two_files_of_one_uuid_are_two_entries_with_stable_ids(project: Project) -> None:
    uuid = SEED.removeprefix("urn:uuid:")
    for name, words in (("a.txt", "first"), ("b.txt", "second")):
        title, rest = article(7, words).split("\n\n", 1)
        project.write(name, f"{title}\n\n0\n{uuid}\n\n{rest}")
    project.run("refresh")
    before = project.entries()
    assert len(before) == 5
    assert SEED in before
    project.run("refresh", "--force")
    assert project.entries().keys() == before.keys()


def test_wrong_configuration_names_all_faults_and_starts_nothing(project: Project) -> None:
    (project.root / "config/feeder.toml").write_text("evry = '5m'\nstate = 5\n")
    (project.root / "config/sources/news.toml").write_text("kind = 'fils'\nroot = 'x'\n")
    done = project.run("refresh")
    assert done.returncode == 2
    assert "did you mean" in done.stderr
    for key in ("evry", "state", "kind"):
        assert key in done.stderr
    assert not (project.root / "var").exists()


@pytest.mark.parametrize("root", [".", "var/public", "var/state"])
def test_a_source_that_would_read_what_feeder_writes_is_refused(
    project: Project, root: str
) -> None:
    (project.root / "config/sources/news.toml").write_text(f'kind = "files"\nroot = "{root}"\n')
    done = project.run("check")
    assert done.returncode == 2
    assert "news.toml:2:1: root" in done.stderr
    assert not (project.root / "var").exists()


@pytest.mark.slow
def test_a_read_only_public_folder_is_named_and_healed(project: Project) -> None:
    project.run("refresh")
    old = project.feed.read_bytes()
    public = project.feed.parent
    shutil.move(public, public.with_name("aside"))
    public.write_text("a file where the folder should be")
    project.write("story-4.txt", article(4))
    done = project.run("refresh")
    assert done.returncode == 1
    assert "public" in done.stdout + done.stderr
    assert (public.with_name("aside") / "news.atom").read_bytes() == old
    public.unlink()
    shutil.move(public.with_name("aside"), public)
    assert project.run("refresh").returncode == 0
    assert len(project.entries()) == 4


def test_the_service_refreshes_what_is_due_and_ends_on_sigterm(project: Project) -> None:
    source = project.root / "config/sources/news.toml"
    source.write_text(source.read_text() + 'every = "1s"\n')
    with subprocess.Popen(project.command("run"), stderr=subprocess.PIPE, text=True) as service:
        try:
            _wait_for(lambda: project.feed.exists() and len(project.entries()) == 3)
            project.write("story-4.txt", article(4))
            _wait_for(lambda: len(project.entries()) == 4)
        finally:
            service.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _, log = service.communicate(timeout=10)
    assert service.returncode == 0, log
    assert time.monotonic() - started < 5
    assert "Traceback" not in log
    assert log.count("event=refreshed") >= 2


def test_a_refresh_beside_the_service_waits_and_reports_its_outcome(project: Project) -> None:
    source = project.root / "config/sources/news.toml"
    source.write_text(source.read_text() + "watch = false\n")  # else the service may be the first
    with subprocess.Popen(project.command("run"), stderr=subprocess.DEVNULL) as service:
        try:
            _wait_for(project.feed.exists)
            project.write("story-4.txt", article(4))
            report = json.loads(project.run("refresh", "--json").stdout)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(10)
    assert report["sources"][0]["new"] == 1
    assert len(project.entries()) == 4


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, runpy\n"
        "sys.argv = ['feeder', '--help']\n"
        "try: runpy.run_module('feeder', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'pydantic', 'lxml', 'feedgen', 'apscheduler', 'nh3', 'requests'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert "heavy: []" in done.stdout
    assert "refresh" in done.stdout


def test_a_feed_page_is_readable_for_a_web_server_whatever_the_umask(project: Project) -> None:
    project.run("refresh", preexec_fn=lambda: os.umask(0o077))
    assert project.feed.stat().st_mode & 0o777 == 0o644
    assert project.feed.parent.stat().st_mode & 0o777 == 0o755
    assert project.state.stat().st_mode & 0o077 == 0


def _wait_for(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
