"""Workers in unusual places: what a system lacks is done without, or is one named error."""

from __future__ import annotations

import subprocess
import sys

from tests.workers.programs import HEAD, start


def run(body: str) -> str:
    """What a program tells; it must end well, and in silence."""
    with start(body) as program:
        output, errors = program.communicate(timeout=20)
    assert (program.returncode, errors) == (0, "")
    return output.strip()


def test_workers_need_no_standard_streams() -> None:
    """A daemon may have closed them; their numbers are free for the next file then."""
    body = """
with Workers(processes=2) as w:
    roots = [w.submit(math.sqrt, n * n) for n in range(20)]
    noise = [w.submit(os.system, "echo noise; echo noise >&2") for _ in range(2)]
    open(sys.argv[1], "w").write(str([int(root.result()) for root in roots] == [*range(20)]))
"""
    shell = 'exec "$0" -c "$1" /dev/fd/7 7>&1 <&- >&- 2>&-'
    done = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable, HEAD + body], capture_output=True, timeout=20
    )
    assert (done.returncode, done.stdout) == (0, b"True")


def test_a_full_table_of_files_is_one_named_error_and_leaves_nothing_behind() -> None:
    body = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
with Workers(processes=1, idle=0.05) as w:
    before = len(os.listdir("/proc/self/fd"))
    for left in range(6):
        full = []
        try:
            while True:
                full.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        for fd in full[:left]:
            os.close(fd)
        try:
            w.submit(math.sqrt, 4).result()
        except WorkError as error:
            assert "Too many open files" in str(error), error
            assert "open files" in error.advice
        else:
            assert left > 2
        for fd in full[left:]:
            os.close(fd)
    assert w.submit(math.sqrt, 4).result() == 2
w.close()
tell(len(os.listdir("/proc/self/fd")) - before)
"""
    assert run(body) == "0"


def test_a_system_without_threads_to_give_is_one_named_error() -> None:
    body = """
def none(self):
    raise RuntimeError("can't start new thread")
begin, threading.Thread.start = threading.Thread.start, none
with Workers(processes=2) as w:
    try:
        w.submit(math.sqrt, 4)
    except WorkError as error:
        tell(error)
    threading.Thread.start = begin
    tell(w.submit(math.sqrt, 4).result())
"""
    assert run(body).splitlines()[-1] == "2.0"
    assert "new thread" in run(body)


def test_a_python_that_is_not_there_is_one_named_error() -> None:
    body = """
sys.executable = "/nowhere/python"
with Workers(processes=1) as w:
    try:
        w.submit(math.sqrt, 4).result()
    except WorkError as error:
        tell(error)
"""
    assert "/nowhere/python" in run(body)


def test_without_prctl_and_proc_the_limits_still_hold() -> None:
    """As on other systems than Linux, and where /proc is not mounted."""
    body = """
import ctypes, pathlib
from feeder.workers.confinement import confine
def missing(*_):
    raise OSError("there is none")
ctypes.CDLL = pathlib.Path.read_text = pathlib.Path.write_text = missing
confine(1 << 26, os.getppid())
try:
    bytearray(1 << 31)
except MemoryError:
    tell("hungry")
"""
    assert run(body) == "hungry"


def test_workers_run_where_no_memory_may_be_made_executable() -> None:
    """As systemd's MemoryDenyWriteExecute has it; kernels before 6.3 know no such rule."""
    body = """
import ctypes
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
with Workers(processes=1, preload=["lxml.html", "nh3"]) as w:
    tell(w.submit(math.sqrt, 4).result())
"""
    assert run(body) == "2.0"


def test_workers_are_used_from_many_threads() -> None:
    body = """
with Workers(processes=2) as w:
    found = []
    def work(n):
        found.append(w.submit(math.sqrt, n * n).result() == n)
    threads = [threading.Thread(target=work, args=(n,)) for n in range(30)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    tell(len(found), all(found))
"""
    assert run(body) == "30 True"
