"""Work in processes: what a task does, or how it ends, hurts no other."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from feeder import errors
from feeder.errors import TooHungryError, TooSlowError, WorkError
from feeder.workers.here import Here
from feeder.workers.inside import TRACEBACK_LIMIT
from feeder.workers.nursery import Nursery
from feeder.workers.processes import QUEUED, Workers
from feeder.workers.worker import GROWTH
from tests.workers import tasks
from tests.workers.programs import is_running, wait_until, wait_until_gone


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(processes=1, memory=1 << 28) as workers:
        yield workers


def test_results_come_back(workers: Workers) -> None:
    assert workers.submit(math.sqrt, 4).result() == 2
    assert workers.submit(os.getpid).result() != os.getpid()


def test_a_task_over_its_deadline_is_ended_and_the_next_one_is_done() -> None:
    with Workers(processes=1, seconds=1) as workers:
        slow, next_one = workers.submit(time.sleep, 60), workers.submit(math.sqrt, 4)
        with pytest.raises(TooSlowError, match="longer than 1 s"):
            slow.result()
        assert next_one.result() == 2


def test_memory_is_bounded_and_what_was_taken_is_given_back(workers: Workers) -> None:
    pid = workers.submit(os.getpid).result()
    with pytest.raises(TooHungryError, match="256 MB"):
        workers.submit(bytearray, 1 << 29).result()
    assert not is_running(pid)
    assert workers.submit(math.sqrt, 4).result() == 2


@pytest.mark.parametrize(("end", "args"), [(os.abort, ()), (os._exit, (3,)), (sys.exit, (3,))])
def test_a_worker_that_dies_is_named_and_replaced(
    workers: Workers, end: Callable[..., Any], args: tuple[int, ...]
) -> None:
    for _ in range(3):
        task, next_one = workers.submit(end, *args), workers.submit(math.sqrt, 4)
        with pytest.raises(WorkError, match=r"SIGABRT|with 3|SystemExit"):
            task.result()
        assert next_one.result() == 2


def test_errors_keep_what_else_they_hold(workers: Workers) -> None:
    with pytest.raises(errors.WaitError) as caught:
        workers.submit(tasks.fail_with_status).result()
    assert (caught.value.status, caught.value.body, caught.value.until) == (429, b"b", None)


def test_unforeseen_errors_bring_their_traceback(workers: Workers) -> None:
    with pytest.raises(ValueError, match="math domain") as caught:
        workers.submit(math.sqrt, -1).result()
    assert "Traceback" in str(caught.value.__cause__)


@pytest.mark.parametrize("function", [tasks.fail_oddly, tasks.unpicklable])
def test_what_cannot_be_pickled_is_an_error_and_no_hang(
    workers: Workers, function: Callable[[], Any]
) -> None:
    with pytest.raises(WorkError):
        workers.submit(function).result()


def test_a_result_of_more_than_64_mb_is_refused(workers: Workers) -> None:
    with pytest.raises(WorkError, match="more than 64000000"):
        workers.submit(bytes, 65_000_000).result()


def test_workers_see_no_secrets_and_nothing_that_is_open_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PASSWORD", "secret")
    with (tmp_path / "open").open("w") as file, Workers(processes=1) as workers:
        os.set_inheritable(file.fileno(), True)
        assert workers.submit(os.getenv, "PASSWORD").result() is None
        assert workers.submit(os.getenv, "PATH").result() == os.environ["PATH"]
        (line,) = workers.submit(tasks.open_files).result()
        assert line.startswith("socket:")


def test_workers_are_in_a_session_of_their_own(workers: Workers) -> None:
    """Keys of the terminal do not reach them, not even before they can ignore its signals."""
    assert workers.submit(os.getsid, 0).result() == workers.submit(os.getppid).result()


def test_workers_write_no_files(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        workers.submit(tasks.write_a_file, str(tmp_path / "file")).result()


def test_no_process_runs_before_the_first_task_nor_long_after_the_last() -> None:
    before = threading.active_count()
    with Workers(processes=2, idle=0.1) as workers:
        assert threading.active_count() == before
        pids = {workers.submit(f).result() for f in (os.getpid, os.getppid)}
        wait_until_gone(*pids)
        assert workers.submit(math.sqrt, 4).result() == 2


def test_close_ends_what_is_at_work_within_a_second() -> None:
    workers = Workers(processes=1)
    pid = workers.submit(os.getpid).result()
    asked = [workers.submit(time.sleep, 60) for _ in range(3)]
    start = time.monotonic()
    workers.close()
    assert time.monotonic() - start < 1
    assert not is_running(pid)
    for task in asked:
        with pytest.raises(WorkError):
            task.result()
    with pytest.raises(WorkError, match="closed"):
        workers.submit(math.sqrt, 4)


@pytest.mark.parametrize("whose", [os.getpid, os.getppid], ids=["worker", "nursery"])
def test_what_dies_while_nothing_is_to_do_costs_no_task(whose: Callable[[], int]) -> None:
    with Workers(processes=1) as workers:
        pids = [workers.submit(f).result() for f in (whose, os.getpid)]
        os.kill(pids[0], signal.SIGKILL)
        wait_until_gone(*pids)
        assert workers.submit(math.sqrt, 4).result() == 2


def test_a_nursery_that_was_killed_is_known_to_be_gone() -> None:
    """A lane that has no worker yet asks it for one next."""
    nursery = Nursery(1 << 28, ())
    pid, line = nursery.bear()
    line.close()
    assert not nursery.is_gone()
    os.kill(nursery.pid, signal.SIGKILL)
    wait_until_gone(nursery.pid, pid)
    assert nursery.is_gone()
    nursery.close()


def test_submit_waits_while_too_much_is_under_way() -> None:
    with Workers(processes=1) as workers:
        pid = workers.submit(os.getpid).result()
        asked = [workers.submit(time.sleep, 60), *(workers.submit(int) for _ in range(QUEUED - 1))]
        more: list[int] = []
        waiting = threading.Thread(
            target=lambda: more.append(workers.submit(int, "7").result()), daemon=True
        )
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert not any(task.done() for task in asked)  # type: ignore[attr-defined]
        os.kill(pid, signal.SIGKILL)
        waiting.join(10)
        assert more == [7]


def test_close_ends_the_wait_of_every_submit() -> None:
    workers = Workers(processes=1)
    for _ in range(QUEUED):
        workers.submit(time.sleep, 60)
    told: list[str] = []

    def submit() -> None:
        try:
            workers.submit(int)
        except WorkError as error:
            told.append(str(error))

    waiting = [threading.Thread(target=submit, daemon=True) for _ in range(3)]
    for thread in waiting:
        thread.start()
        thread.join(0.05)
    workers.close()
    for thread in waiting:
        thread.join(10)
    assert told == ["int was not done: the workers are closed"] * 3


def test_a_worker_is_replaced_after_many_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeder.workers.worker.TASKS", 3)
    with Workers(processes=1) as workers:
        pids = [workers.submit(os.getpid).result() for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_worker_that_has_grown_is_replaced() -> None:
    with Workers(processes=1) as workers:
        pids = [workers.submit(os.getpid).result() for _ in range(3)]
        workers.submit(tasks.grow, GROWTH + (1 << 22)).result()
        pids.append(workers.submit(os.getpid).result())
    assert len(set(pids[:3])) == 1
    assert pids[3] not in pids[:3]


def test_no_task_is_lost_to_workers_that_are_about_to_leave() -> None:
    """The nursery is dismissed with the last of them, while a task may be asking for one."""
    with Workers(processes=2, idle=0.001) as workers:
        for pause in range(40):
            assert workers.submit(math.sqrt, 4).result() == 2
            time.sleep(pause % 8 / 4000)


def test_what_is_preloaded_is_there_once_for_all_workers() -> None:
    preload = ("wave", "nowhere", "tests.workers.tasks:note_where")
    with Workers(processes=2, preload=preload) as workers:
        loaded = workers.submit(tasks.is_loaded, "wave").result()
        nursery = workers.submit(os.getppid).result()
        assert (loaded, workers.submit(tasks.noted).result()) == (True, str(nursery))
    with Workers(processes=1) as workers:
        assert workers.submit(tasks.is_loaded, "wave").result() is False


def test_an_error_of_ours_brings_what_was_behind_it(workers: Workers) -> None:
    with pytest.raises(errors.UnforeseenError) as caught:
        workers.submit(tasks.fail_for_a_reason).result()
    assert "ZeroDivisionError" in str(caught.value.__cause__)


def test_an_idle_worker_holds_on_to_nothing_here(workers: Workers) -> None:
    task = workers.submit(tasks.Result)
    page = weakref.ref(task.result())
    del task
    wait_until(lambda: page() is None)


def test_a_traceback_that_quotes_a_page_is_cut(workers: Workers) -> None:
    with pytest.raises(ValueError, match="xxx") as caught:
        workers.submit(tasks.fail_at_length).result()
    assert len(str(caught.value.__cause__)) <= TRACEBACK_LIMIT


def test_here_the_same_is_done_at_once() -> None:
    assert Here().submit(os.getpid).result() == os.getpid()
    with pytest.raises(errors.WaitError) as caught:
        Here().submit(tasks.fail_with_status).result()
    assert caught.value.status == 429
