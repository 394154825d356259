"""Exchanges to make, and servers that say what they are told, for the tests of the transport."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from typing import Any

import pytest

from feeder.errors import FeederError
from feeder.fetch.transport import Answer, Ask, Transport, Trust

LOOPBACK = Trust(allow_networks=(ip_network("127.0.0.1/32"),))
MAX_BYTES = 200_000
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def ask(url: str, **bounds: Any) -> Ask:
    total = bounds.pop("total", 5.0)
    usual: dict[str, Any] = {
        "headers": {"User-Agent": "test"},
        "connect_timeout": 2.0,
        "read_timeout": 2.0,
        "deadline": time.monotonic() + total,
        "max_bytes": MAX_BYTES,
    }
    return Ask(url, **usual | bounds)


def get(transport: Transport, url: str, trust: Trust = LOOPBACK, **bounds: Any) -> Answer:
    return transport.ask(ask(url, **bounds), trust)


def said(error: pytest.ExceptionInfo[FeederError]) -> str:
    return f"{error.value.message} / {error.value.advice}"


@contextmanager
def server(
    talk: Callable[[socket.socket], None], address: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[int]:
    """A port where each connection is talked to in a thread, until the test is over."""
    listener = socket.create_server(address)
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            thread = threading.Thread(target=quietly, args=(connection,))
            threads.append(thread)
            thread.start()

    def quietly(connection: socket.socket) -> None:
        try:
            talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        acceptor.join()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        listener.close()


def head_of(connection: socket.socket) -> bytes:
    """The next request; empty where the client hung up."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            return b""
        head += piece
    return head


class Said:
    """Says the same bytes to each request, and remembers those."""

    def __init__(self, answer: bytes, *, requests: int = 10**6) -> None:
        self.answer = answer
        self.requests = requests
        self.heads: list[bytes] = []
        self.connections = 0

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        for _ in range(self.requests):
            head = head_of(connection)
            if not head:
                return
            self.heads.append(head)
            connection.sendall(self.answer)


def within(seconds: float, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    assert time.monotonic() - began < seconds
