"""A hub or a webhook on the loopback that does as it is told, and keeps what it was posted."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Manner = Literal["good", "silent", "failing", "patient", "elsewhere", "resetting", "talkative"]


@dataclass
class Hub:
    """`posted` are content types and bodies; `manner` may be changed at any time."""

    manner: Manner = "good"
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/SECRET-path?key=SECRET"


@contextmanager
def hub(manner: Manner = "good") -> Iterator[Hub]:
    """A server until the end of the block."""
    told = Hub(manner)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.posted.append((self.headers["content-type"], body))
            _answer(self, told)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        told.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(asked: BaseHTTPRequestHandler, told: Hub) -> None:
    statuses = {"good": 202, "failing": 500, "patient": 429, "elsewhere": 307, "talkative": 200}
    if told.manner == "silent":
        told.over.wait(20)
        asked.close_connection = True
    elif told.manner == "resetting":
        linger = struct.pack("ii", 1, 0)
        asked.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        asked.rfile.close()
        asked.connection.close()
        asked.close_connection = True
    else:
        body = b"x" * 500_000 if told.manner == "talkative" else b""
        asked.send_response(statuses[told.manner])
        asked.send_header("Retry-After", "7200")
        asked.send_header("Location", f"{told.url}/other")
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)
