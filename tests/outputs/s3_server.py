"""A real S3 server on loopback (rclone's), and one that gives whatever answer it is told to."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEY = "keyname"
SECRET = "the-secret-of-the-key"
RCLONE = Path(sys.executable).parent / "rclone"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def rclone(folder: Path) -> Iterator[str]:
    """Its address. Each folder in `folder` is a bucket."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    command = [str(RCLONE), "serve", "s3", "--auth-key", f"{KEY},{SECRET}", "--addr", address]
    quiet = ["--config", "/dev/null", "--vfs-cache-mode", "off", "--dir-cache-time", "0"]
    with subprocess.Popen([*command, *quiet, str(folder)], stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port, process)
            yield f"http://{address}/"
        finally:
            process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        time.sleep(0.01)
    raise AssertionError("rclone does not listen")


@dataclass
class Answering:
    """A server that answers every request alike, and keeps what it was asked."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    silent: threading.Event | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def serving(self) -> Iterator[Answering]:
        told = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # which answers `Expect: 100-continue`

            def _answer(self) -> None:
                told.asked.append((self.command, self.path))
                if told.silent is not None:
                    told.silent.wait(60)
                    return
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                body = b"" if self.command == "HEAD" else told.body
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/"
        try:
            yield self
        finally:
            if self.silent is not None:
                self.silent.set()
            server.shutdown()
            thread.join()
            server.server_close()


def refusal(code: str) -> bytes:
    """What a store says no with. It repeats what it was sent, as stores do."""
    return (
        f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>of {KEY} and {SECRET}</Message>'
        f"<AWSAccessKeyId>{KEY}</AWSAccessKeyId></Error>"
    ).encode()


@contextmanager
def cut_off(url: str, after: int) -> Iterator[str]:
    """The address of a line to `url` that breaks with each connection's byte number `after`."""
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    listening = socket.create_server(("127.0.0.1", 0))

    def carry(asking: socket.socket) -> None:
        with asking, socket.create_connection((host, int(port))) as store:
            back = threading.Thread(target=_pour, args=(store, asking, 1 << 30))
            back.start()
            _pour(asking, store, after)
            for end in (asking, store):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join()

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=carry, args=(listening.accept()[0],)).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _pour(source: socket.socket, target: socket.socket, limit: int) -> None:
    with suppress(OSError):
        while limit and (piece := source.recv(min(limit, 65_536))):
            target.sendall(piece)
            limit -= len(piece)
