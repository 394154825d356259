"""However a program ends, it ends soon, and leaves no process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.workers.programs import is_running, start, told, wait_until_gone

AT_WORK = """
w = Workers(processes=1)
pids = w.submit(os.getppid).result(), w.submit(os.getpid).result()
task = w.submit(*ENDLESS)
tell(*pids)
"""


def test_no_worker_outlives_a_parent_that_is_killed_while_it_is_in_c_code() -> None:
    with start(AT_WORK + "task.result()") as program:
        pids = map(int, told(program))
        program.kill()
    wait_until_gone(*pids)


def test_no_worker_outlives_a_nursery_that_is_killed_while_it_is_in_c_code() -> None:
    ending = "try: task.result()\nexcept WorkError as error: tell(error)\nsys.stdin.read()"
    with start(AT_WORK + ending, stdin=-1) as program:
        nursery, worker = map(int, told(program))
        os.kill(nursery, signal.SIGKILL)
        wait_until_gone(nursery, worker)
        assert "was ended" in " ".join(told(program))
        program.communicate()


def test_a_program_that_forgets_to_close_ends_at_once_and_in_silence_after_its_workers() -> None:
    with start(AT_WORK) as program:
        pids = [int(pid) for pid in told(program)]
        _, errors = program.communicate(timeout=20)
        assert not any(map(is_running, pids))
    assert (program.returncode, errors) == (0, "")


def test_a_program_that_fails_ends_at_once() -> None:
    with start(AT_WORK + "raise SystemExit(7)") as program:
        pids = map(int, told(program))
        _, errors = program.communicate(timeout=20)
    assert (program.returncode, errors) == (7, "")
    wait_until_gone(*pids)


def test_ctrl_c_for_the_whole_group_ends_the_program_and_is_none_of_the_workers_matter() -> None:
    heard = (
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # not so in background jobs
    )
    body = heard + AT_WORK + "with w: task.result()"
    with start(body, start_new_session=True) as program:
        pids = map(int, told(program))
        os.killpg(program.pid, signal.SIGINT)
        _, errors = program.communicate(timeout=20)
    assert program.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1  # the program's own
    wait_until_gone(*pids)


def test_signals_to_all_processes_of_a_unit_do_not_stop_what_is_under_way() -> None:
    """systemd sends SIGTERM to each of them; ours decides when its workers are done."""
    body = """
signal.signal(signal.SIGTERM, lambda *_: None)
with Workers(processes=1) as w:
    pids = w.submit(os.getppid).result(), w.submit(os.getpid).result()
    task = w.submit(time.sleep, 0.3)
    tell(*pids)
    tell(task.result())
"""
    with start(body) as program:
        pids = [*map(int, told(program)), program.pid]
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            for pid in pids:
                if number == signal.SIGTERM or pid != program.pid:
                    os.kill(pid, number)
        assert told(program) == ["None"]
        _, errors = program.communicate(timeout=20)
    assert (program.returncode, errors) == (0, "")


def test_where_nobody_waits_for_children_it_is_still_known_how_workers_end() -> None:
    """Whoever starts us may ignore SIGCHLD, which programs inherit."""
    body = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with Workers(processes=1) as w:
    try: w.submit(os.abort).result()
    except WorkError as error: tell(error)
"""
    with start(body) as program:
        output, errors = program.communicate(timeout=10)
    assert (program.returncode, errors) == (0, "")
    assert "SIGABRT" in output


def test_a_process_forked_off_has_none_of_the_workers_and_may_begin_afresh(tmp_path: Path) -> None:
    body = (
        AT_WORK
        + """
child = os.fork()
if not child:
    tell(sum("socket" in os.readlink(f"/proc/self/fd/{fd}") for fd in range(3, 20)
        if os.path.islink(f"/proc/self/fd/{fd}")))
    tell(w.submit(math.sqrt, 4).result(), w.submit(os.getppid).result())
    w.close()
    os._exit(0)
os.waitpid(child, 0)
tell(task.done(), w.submit(threading.active_count))
sys.stdin.read()
"""
    )
    with start(body, stdin=-1) as program:
        nursery, worker = map(int, told(program))
        assert told(program) == ["0"]  # sockets
        root, other = told(program)
        assert (root, int(other) != nursery) == ("2.0", True)
        assert told(program)[0] == "False"
        program.communicate(timeout=20)
    wait_until_gone(nursery, worker, int(other))


def test_a_process_forked_off_does_not_keep_the_workers_of_a_parent_that_is_killed() -> None:
    body = (
        AT_WORK
        + """
child = os.fork()
if not child:
    os.close(1), os.close(2)
    time.sleep(60)
tell(child)
sys.stdin.read()
"""
    )
    with start(body, stdin=-1) as program:
        pids = [int(pid) for pid in told(program)]
        child = int(told(program)[0])
        program.kill()
    try:
        wait_until_gone(*pids)
    finally:
        os.kill(child, signal.SIGKILL)
