"""What serving costs: a feed of 200 kB by `feeder run`, beside nginx with the same files.

    python -m benchmarks.serving

CPU of the servers' processes for each request, from /proc: it says the same while the machine has
other things to do. What the process of feeder takes at rest, with its scheduler, is left out. The
clients are 16 connections that are kept, which ask in turn and read every byte. nginx has one
worker, and the snippet that `feeder webserver nginx` prints.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import below, share
from benchmarks.publishing import SENTENCE

LONG_AGO = 1_700_000_000
AT_ONCE = 16
ROUNDS = 5
REST_SECONDS = 5.0
FEED = "river.atom"
_ROW = "{:<28} {:>10} {:>10} {:>8}"


class Case(NamedTuple):
    """One kind of request, and how many of them are one round."""

    name: str
    headers: str
    count: int


class Server(NamedTuple):
    """A server under test: its port and its processes."""

    port: int
    processes: Sequence[int]

    @property
    def cpu(self) -> dict[Path, int]:
        """Nanoseconds that each of its threads has had so far."""
        folders = [Path(f"/proc/{process}/task") for process in self.processes]
        tasks = [task / "schedstat" for folder in folders for task in folder.iterdir()]
        return {task: int(task.read_text().split()[0]) for task in tasks}

    def since(self, before: dict[Path, int]) -> float:
        """Seconds that its processes have had since then."""
        return sum(spent - before.get(task, 0) for task, spent in self.cpu.items()) / 1e9


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _make_project(root: Path, port: int) -> None:
    (root / "config/sources").mkdir(parents=True)
    (root / "river").mkdir()
    for number in range(60):
        story = root / f"river/story-{number}.txt"
        story.write_text(f"Story {number} of the river\n\n" + f"{number}: {SENTENCE}\n" * 31)
        os.utime(story, (LONG_AGO, LONG_AGO))
    source = 'kind = "files"\nroot = "river"\nevery = "1h"\n'
    (root / "config/sources/river.toml").write_text(source)
    (root / "config/feeder.toml").write_text(f"[server]\nport = {port}\n")


@contextmanager
def _running(command: Sequence[str], root: Path, port: int) -> Iterator[Server]:
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _await(port)
            yield Server(port, [process.pid, *below(process.pid)])
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/{FEED}", timeout=5).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing is served at port {port}")


def _at_rest(server: Server) -> Server:
    """With the processes that stay when all is read: workers end after half a minute."""
    first = server.processes[0]
    for _ in range(600):
        if not list(below(first)):
            break
        time.sleep(0.1)
    return Server(server.port, [first, *below(first)])


def _nginx(root: Path, port: int, *, packed: bool) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-m", "feeder", "webserver", "nginx", "--config", "config"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    snippet = re.sub(r"listen \d+;", f"listen 127.0.0.1:{port};", told)
    if not packed:
        snippet = snippet.replace("gzip_static on;", "gzip on; gzip_types application/atom+xml;")
    folder = root / f"nginx{port}"
    folder.mkdir()
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        + "".join(
            f"{each}_temp_path {folder}/{each};\n"
            for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + snippet
        + "}\n"
    )
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def _ask(port: int, case: Case) -> None:
    """One round of requests."""
    told = f"GET /{FEED} HTTP/1.1\r\nHost: localhost\r\n{case.headers}\r\n".encode()
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _ in range(AT_ONCE)
        ]
        clients[0].sendall(told)
        length, status = _measure(clients[0])
        buffer = memoryview(bytearray(1_000_000))
        for _ in range(case.count // AT_ONCE):
            for client in clients:
                client.sendall(told)
            for client in clients:
                left = length
                while left:
                    left -= client.recv_into(buffer, left)
    assert status == (304 if "None-Match" in case.headers else 200)


def _measure(client: socket.socket) -> tuple[int, int]:
    """How long each answer is, and its status."""
    heard = client.recv(65_536)
    head, _, body = heard.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    length = int(found[1]) if found and b" 304 " not in head[:16] else 0
    while len(body) < length:
        body += client.recv(65_536)
    return len(head) + 4 + length, int(head.split()[1])


def _cost(server: Server, case: Case) -> float:
    """Microseconds of CPU a request, the median of some rounds."""
    found = list[float]()
    for _ in range(ROUNDS):
        before = server.cpu
        _ask(server.port, case)
        found.append(server.since(before) / case.count * 1e6)
    return statistics.median(found)


def _tag(port: int, coding: str) -> str:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/{FEED}", headers={"Accept-Encoding": coding}
    )
    with urllib.request.urlopen(asked) as answer:
        tag: str = answer.headers["etag"]
        return tag


def _print_costs(ours: Server, theirs: Server, packed: Server) -> None:
    print(_ROW.format("CPU µs a request", "nginx", "feeder", "ratio"))
    gzip = "Accept-Encoding: gzip\r\n"
    for name, coding, beside, count in [
        ("200", "", theirs, 4_000),
        ("200, packed before", gzip, packed, 8_000),
        ("200, packed by nginx now", gzip, theirs, 320),
        ("304", "", theirs, 16_000),
        ("304, packed before", gzip, packed, 16_000),
    ]:
        costs = list[float]()
        for server in (beside, ours):
            tag = _tag(server.port, "gzip" if coding else "identity")
            known = f"If-None-Match: {tag}\r\n" if name.startswith("304") else ""
            costs.append(_cost(server, Case(name, coding + known, count)))
        print(_ROW.format(name, f"{costs[0]:.1f}", f"{costs[1]:.1f}", f"{costs[1] / costs[0]:.2f}"))


def main() -> None:
    """Print what is served at what cost, and what is held at rest."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        root = Path(folder)
        root.chmod(0o755)
        port, *others = (_free_port() for _ in range(3))
        _make_project(root, port)
        run = [sys.executable, "-m", "feeder", "run", "--config", "config"]
        ours = stack.enter_context(_running(run, root, port))
        ours = _at_rest(ours)
        size = (root / "var/public" / FEED).stat().st_size
        before = ours.cpu
        time.sleep(REST_SECONDS)
        resting = ours.since(before) / REST_SECONDS
        held = sum(share(process) for process in ours.processes) / 1e6
        print(f"feeder at rest: {held:.0f} MB (PSS of {len(ours.processes)} processes), ", end="")
        print(f"{resting:.1%} of one core\nA feed of {size / 1000:.0f} kB:\n")
        theirs, packed = (
            stack.enter_context(_running(_nginx(root, one, packed=is_packed), root, one))
            for one, is_packed in zip(others, (False, True), strict=True)
        )
        _print_costs(ours, theirs, packed)


if __name__ == "__main__":
    main()
