"""Work in processes: what a task does, or how it ends, hurts no other."""

from __future__ import annotations

import inspect
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from feeder import errors
from feeder.errors import TooHungryError, TooSlowError, WorkError
from feeder.workers.here import Here
from feeder.workers.processes import Workers

FORESEEN = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.FeederError)
]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(processes=1, seconds=0.7, memory=1 << 28) as workers:
        yield workers


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def fail_as(kind: type[errors.FeederError]) -> None:
    if kind is errors.ConfigError:
        raise errors.ConfigError([errors.ConfigFault("a", 1, 2, "b", "c")], advice="d")
    raise kind("what happened", advice="what to do")


def fail_with_status() -> None:
    raise errors.WaitError("m", advice="a", status=429, body=b"b")


class OddError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__("odd")
        self.both = (one, two)


def fail_oddly() -> None:
    raise OddError(1, 2)


def unpicklable() -> Any:
    return lambda: None


def open_files() -> list[str]:
    links = [path for path in Path("/proc/self/fd").iterdir() if int(path.name) > 2]
    return [str(path.readlink()) for path in links if path.is_symlink()]


def write_a_file(path: str) -> None:
    Path(path).write_text("x")


def test_results_come_back(workers: Workers) -> None:
    assert workers.submit(math.sqrt, 4).result() == 2
    assert workers.submit(os.getpid).result() != os.getpid()


def test_a_task_over_its_deadline_is_ended_and_the_next_one_is_done(workers: Workers) -> None:
    slow, next_one = workers.submit(time.sleep, 60), workers.submit(math.sqrt, 4)
    with pytest.raises(TooSlowError, match=r"0\.7 s"):
        slow.result()
    assert next_one.result() == 2


def test_memory_is_bounded(workers: Workers) -> None:
    with pytest.raises(TooHungryError, match="256 MB"):
        workers.submit(bytearray, 1 << 29).result()
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


@pytest.mark.parametrize("kind", FORESEEN)
def test_foreseen_errors_come_back_as_themselves(
    workers: Workers, kind: type[errors.FeederError]
) -> None:
    with pytest.raises(kind) as here:
        Here().submit(fail_as, kind).result()
    with pytest.raises(kind) as there:
        workers.submit(fail_as, kind).result()
    assert type(there.value) is kind
    assert there.value.args == here.value.args
    assert vars(there.value) == vars(here.value)


def test_errors_keep_what_else_they_hold(workers: Workers) -> None:
    with pytest.raises(errors.WaitError) as caught:
        workers.submit(fail_with_status).result()
    assert (caught.value.status, caught.value.body, caught.value.until) == (429, b"b", None)


def test_unforeseen_errors_bring_their_traceback(workers: Workers) -> None:
    with pytest.raises(ValueError, match="math domain") as caught:
        workers.submit(math.sqrt, -1).result()
    assert "Traceback" in str(caught.value.__cause__)


@pytest.mark.parametrize("function", [fail_oddly, unpicklable])
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
        assert all(name.startswith("socket:") for name in workers.submit(open_files).result())


def test_workers_write_no_files(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        workers.submit(write_a_file, str(tmp_path / "file")).result()


def test_no_process_runs_before_the_first_task_nor_long_after_the_last() -> None:
    before = threading.active_count()
    with Workers(processes=2, idle=0.1) as workers:
        assert threading.active_count() == before
        pids = {workers.submit(f).result() for f in (os.getpid, os.getppid)}
        wait_until(lambda: not any(map(is_running, pids)))
        assert workers.submit(math.sqrt, 4).result() == 2


def test_close_ends_what_is_at_work_within_a_second() -> None:
    workers = Workers(processes=1)
    pid = workers.submit(os.getpid).result()
    tasks = [workers.submit(time.sleep, 60) for _ in range(3)]
    start = time.monotonic()
    workers.close()
    assert time.monotonic() - start < 1
    assert not is_running(pid)
    for task in tasks:
        with pytest.raises(WorkError):
            task.result()
    with pytest.raises(WorkError, match="closed"):
        workers.submit(math.sqrt, 4)


def test_a_nursery_that_is_killed_is_replaced() -> None:
    with Workers(processes=1) as workers:
        os.kill(workers.submit(os.getppid).result(), signal.SIGKILL)
        with pytest.raises(WorkError):
            workers.submit(time.sleep, 60).result()
        assert workers.submit(math.sqrt, 4).result() == 2


def test_no_worker_outlives_a_parent_that_is_killed() -> None:
    program = (
        "import os, time; from feeder.workers.processes import Workers; w = Workers(processes=1)\n"
        "print(w.submit(os.getpid).result(), flush=True); w.submit(time.sleep, 60).result()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_until(lambda: not is_running(pid))
