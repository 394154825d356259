"""The real commands beside each other, and told to end, while sites keep them waiting."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.e2e.press import Command, Press, Trap
from tests.e2e.project import Project
from tests.site.behaviour import Behaviour
from tests.site.faults import Drip, Silent
from tests.site.server import Site
from tests.site.statuses import Gone, TooManyRequests

pytestmark = pytest.mark.slow


@pytest.fixture
def press(project: Project) -> Iterator[Press]:
    with Site() as one, Site(address="127.0.0.2") as other:
        yield Press(project, (one, other), seed=random.randrange(10**9))


def refreshed(press: Press, *args: str, code: int = 0) -> str:
    done = press.project.run("refresh", *args, extra_env=press.env)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def complete(press: Press) -> None:
    """Nothing is lost: undisturbed refreshes give all that was listed, each once."""
    for _ in range(5):
        refreshed(press, "--force")
        if sorted(press.titles().values()) == sorted(press.expected()):
            return
    assert sorted(press.titles().values()) == sorted(press.expected())


# Workers


def test_a_worker_that_is_killed_costs_no_article(press: Press) -> None:
    """The machine may be short of memory, and kill whom it likes."""
    killed = list[int]()

    def kill_the_workers() -> None:
        for pid in press.workers():
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    for at in (8, 10, 12):
        press.step()
        with press.trap(Trap(kill_the_workers, at, answered=True)):
            command = Command(press, "refresh", "--force")
            said = command.said()
        assert command.process.returncode == 0 or "was ended by SIGKILL" in said
        assert "Traceback" not in said
    assert killed
    press.let_time_pass()
    complete(press)


# Side by side


def test_two_commands_and_the_service_at_once_ask_for_each_article_once(press: Press) -> None:
    service = Command(press, "run")
    try:
        for _ in range(2):
            press.step()
            for site in press.sites:
                site.forget()
            pair = [Command(press, "refresh", "--force") for _ in range(2)]
            said = [command.said() for command in pair]
            assert [command.process.returncode for command in pair] == [0, 0], said
            asked = Counter(asked.path for site in press.sites for asked in site.requests)
            articles = {path: n for path, n in asked.items() if "/articles/" in path}
            assert set(articles.values()) <= {1}, articles
            assert max(asked.values()) <= 3, asked
    finally:
        service.process.terminate()
        service.said()
    assert service.process.returncode == 0
    complete(press)
    assert press.left_processes() == []


# Told to end


@pytest.mark.parametrize(
    ("told", "hangs"), [(signal.SIGTERM, Silent()), (signal.SIGINT, Drip(part="headers"))], ids=repr
)
def test_the_service_ends_in_time_though_a_site_does_not_answer(
    press: Press, told: signal.Signals, hangs: Behaviour
) -> None:
    press.be_patient()
    press.papers["listing"].replaced[""] = hangs
    service = Command(press, "run")
    press.wait_for("/listing/")
    started = time.monotonic()
    service.tell(told)
    said = service.said()
    assert time.monotonic() - started < 5
    assert service.process.returncode == 0, said
    assert "Traceback" not in said
    assert press.left_processes(1) == []
    press.papers["listing"].replaced.clear()
    complete(press)


def test_what_was_read_before_the_service_was_told_to_end_is_on_record(press: Press) -> None:
    press.be_patient()
    paper = press.papers["teasers"]
    newest, _, oldest = paper.stories
    paper.replaced[oldest.path] = Drip()
    service = Command(press, "run")
    press.wait_for(f"/teasers/{oldest.path}")
    service.tell(signal.SIGTERM)
    said = service.said()
    assert "unfinished" not in said
    assert newest.title in press.recorded().values()
    assert oldest.title not in press.recorded().values()
    paper.replaced.clear()
    complete(press)


@pytest.mark.parametrize(
    ("names", "hangs"), [(["listing"], Silent()), ([], Drip(part="headers"))], ids=repr
)
def test_ctrl_c_ends_a_refresh_in_time_though_a_site_does_not_answer(
    press: Press, names: list[str], hangs: Behaviour
) -> None:
    press.be_patient()
    press.papers["listing"].replaced[""] = hangs
    command = Command(press, "refresh", *names)
    press.wait_for("/listing/")
    started = time.monotonic()
    command.tell(signal.SIGINT)
    said = command.said()
    assert time.monotonic() - started < 5
    assert command.process.returncode == 130, said
    assert "Traceback" not in said
    assert press.left_processes(1) == []
    press.papers["listing"].replaced.clear()
    complete(press)


# What another process heeds


def test_patience_asked_for_is_heeded_by_the_next_process(press: Press) -> None:
    press.papers["listing"].replaced[""] = TooManyRequests("7200")
    refreshed(press, "listing", code=1)
    for site in press.sites:
        site.forget()
    said = refreshed(press, "listing", "--force", code=1)
    assert "asked" in said
    assert not any(asked.path == "/listing/" for s in press.sites for asked in s.requests)


def test_the_third_410_stops_a_source_in_whatever_process_it_comes(press: Press) -> None:
    press.papers["feed"].replaced["feed.atom"] = Gone()
    for _ in range(3):
        refreshed(press, "feed", "--force", code=1)
    for site in press.sites:
        site.forget()
    refreshed(press, "feed", "--due")
    assert not any(asked.path.startswith("/feed/") for s in press.sites for asked in s.requests)
