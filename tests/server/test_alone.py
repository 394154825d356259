"""`feeder serve` as people start it: it serves, reads its configuration again, changes nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.server.house import TOKEN, House, Served

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def until(true: Callable[[], bool], patience: float = 30.0) -> bool:
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        try:
            if true():
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


@contextmanager
def alone(house: House) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "feeder", "serve", "--config", str(house.root / "config")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_serves_what_others_publish_and_changes_nothing(house: House) -> None:
    port = free_port()
    (house.root / "token").write_text(TOKEN)
    server = f'[server]\nport = {port}\ntoken_file = "token"\n'
    house.publish(server)
    with house.opened() as app, alone(house) as process:
        served = Served(port, app)
        bearer = f"Bearer {TOKEN}"
        assert until(lambda: served.ask("/river.atom").status == 200)
        assert served.ask("/status/", authorization=bearer).status == 200
        asked = served.ask("/api/v1/sources/river/refresh", "POST", authorization=bearer)
        assert asked.status == 403
        main = server + '[[feed]]\nname = "new"\nsources = ["*"]\nformerly = ["river"]\n'
        house.publish(main)
        process.send_signal(signal.SIGHUP)
        assert until(lambda: served.ask("/river.atom").status == 308)
        house.configure("sever = 1\n")
        process.send_signal(signal.SIGHUP)
        os.kill(process.pid, 0)
        time.sleep(1)
        assert served.ask("/new.atom").status == 200
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert time.monotonic() - begun < 5
    assert "configuration refused" in told
    assert TOKEN not in told


def test_a_taken_port_is_one_sentence_and_an_exit_status(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        house.configure(f"[server]\nport = {port}\n")
        with alone(house) as process:
            _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"feeder: port {port} on 127.0.0.1 is taken by another program" in told
    assert "Traceback" not in told
