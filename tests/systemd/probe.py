"""Run within a unit's walls: prints what should work and does not, and what should not and does."""

from __future__ import annotations

import asyncio
import ctypes
import json
import mmap
import os
import resource
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

STATE = Path(os.environ["STATE_DIRECTORY"])
faults: dict[str, str] = {}


def works(check: Callable[[], object]) -> None:
    """Note a check that fails."""
    try:
        check()
    except BaseException as error:
        faults[check.__name__] = f"should work: {error!r}"


def is_refused(check: Callable[[], object]) -> None:
    """Note a check that goes through."""
    try:
        check()
    except OSError:
        return
    faults[check.__name__] = "should be refused"


def workers_within_their_bounds() -> None:
    from feeder.workers.processes import Workers

    with Workers(processes=2, preload=("lxml.html",)) as workers:
        soft, hard = workers.submit(resource.getrlimit, resource.RLIMIT_AS).result()
        assert soft == hard != resource.RLIM_INFINITY
        assert workers.submit(resource.getrlimit, resource.RLIMIT_FSIZE).result() == (0, 0)


def a_worker_that_hangs_is_ended() -> None:
    from feeder.errors import WorkError
    from feeder.workers.processes import Workers

    with Workers(processes=1, seconds=0.5) as workers:
        try:
            workers.submit(time.sleep, 60).result()
        except WorkError:
            return
    raise AssertionError


def lxml() -> None:
    from lxml import etree, html

    tree = html.fromstring("<p>One <b>two</b></p>")
    assert etree.tostring(tree)
    assert etree.XSLT(etree.XML(
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'
    ))(tree)  # fmt: skip


def sanitising_and_regular_expressions() -> None:
    import nh3
    import re2

    assert nh3.clean("<p>One<script>two</script></p>") == "<p>One</p>"
    assert re2.search(r"a+b", "caaab")


def sqlite_with_a_write_ahead_log() -> None:
    path = STATE / "probe.db"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        connection.execute("PRAGMA mmap_size=1000000")
        connection.execute("CREATE TABLE a (b)")
        connection.execute("INSERT INTO a VALUES (1)")
    connection.close()
    path.unlink()


def uvloop_and_httptools() -> None:
    import httptools
    import uvloop

    async def serve() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        server.close()
        await server.wait_closed()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
    httptools.HttpRequestParser(object())


def name_servers_and_certificates() -> None:
    assert socket.getaddrinfo("localhost", 80)
    ssl.create_default_context()


def time_zones() -> None:
    assert ZoneInfo("Europe/Kyiv")


def other_programs() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


def callbacks_from_c() -> None:
    assert ctypes.CDLL(None).prctl(38, 1, 0, 0, 0) == 0


def to_write_outside_of_the_state() -> None:
    Path("/etc/feeder/probe").write_text("")


def to_write_into_temporary_files_of_others() -> None:
    Path("/tmp/of-others").read_text()  # the test has put it there


def to_see_home_folders() -> None:
    list(Path("/root").iterdir())


def to_see_the_process_of_somebody_else() -> None:
    Path("/proc/1/cmdline").read_text()


def memory_to_write_and_to_execute() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


def raw_packets() -> None:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()


def netlink() -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()


def a_namespace_of_ones_own() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(0x10000000):  # CLONE_NEWUSER
        raise OSError(ctypes.get_errno(), "unshare")


def to_become_root() -> None:
    os.setuid(0)


def a_setuid_file() -> None:
    path = STATE / "setuid"
    path.touch()
    try:
        path.chmod(0o4755)
    finally:
        path.unlink()


def a_higher_priority() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, -5)


def the_log_of_the_kernel() -> None:
    Path("/dev/kmsg").read_bytes()


def a_core_dump() -> None:
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise OSError


for check in (
    workers_within_their_bounds, a_worker_that_hangs_is_ended, lxml,
    sanitising_and_regular_expressions, sqlite_with_a_write_ahead_log, uvloop_and_httptools,
    name_servers_and_certificates, time_zones, other_programs, callbacks_from_c,
):  # fmt: skip
    works(check)
for check in (
    to_write_outside_of_the_state, to_write_into_temporary_files_of_others, to_see_home_folders,
    to_see_the_process_of_somebody_else, memory_to_write_and_to_execute, raw_packets, netlink,
    a_namespace_of_ones_own, to_become_root, a_setuid_file, a_higher_priority,
    the_log_of_the_kernel, a_core_dump,
):  # fmt: skip
    is_refused(check)
print("faults:", json.dumps(faults))
