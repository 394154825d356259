"""A web server on the loopback that misbehaves as it is told, and writes down what it was asked.

    with Site() as site:
        url = site.at("/a", Drip(b"x", every=0.1))

Raw sockets, a thread a connection: misbehaviour needs the wire. What can be put at an address is in
the modules beside this one.
"""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Self

from tests.site.behaviour import Behaviour, Door, Folder
from tests.site.certificates import Certificate, context, write_authority
from tests.site.wire import Request, Wire, shut_down

LOOPBACK = "127.0.0.1"


class Site:
    """A server with the behaviours that were put at its addresses; 404 elsewhere.

    `tls` is whether it speaks https, or what is wrong with its certificate. `requests` are all
    that came, `most_open` and `most_in_flight` the connections and requests there were at a time.
    `address` may be any of 127.0.0.0/8, to have hosts that differ.
    """

    def __init__(self, *, tls: bool | Certificate = False, address: str = LOOPBACK) -> None:
        self.address = address
        self.scheme = "https" if tls else "http"
        self._certificate: Certificate = "good" if isinstance(tls, bool) else tls
        self._files: Path | None = None
        self._lock = threading.Lock()
        self._behaviours: dict[str, Behaviour] = {}
        self._folders: dict[str, Behaviour] = {}
        self._listeners: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._open: dict[int, Wire] = {}
        self._requests: list[Request] = []
        self._ended: list[float] = []
        self._closed = False
        self._in_flight = 0
        self.connections = self.most_open = self.most_in_flight = 0
        self.port = self._accept_from(socket.create_server((address, 0)), self._converse)

    def at(self, path: str, behaviour: Behaviour | Door, *, host: str = "") -> str:
        """Put a behaviour at a path (with query or without) and tell its address.

        One that is a `Door` has a port of its own, one that is a `Folder` all that is below.
        """
        if isinstance(behaviour, Door):
            first, *others = behaviour.listen(self.address)
            self._listeners += others
            if behaviour.accepts:
                self._accept_from(first, behaviour.meet)
            else:
                self._listeners.append(first)
            return f"{self.scheme}://{host or self.address}:{first.getsockname()[1]}{path}"
        if isinstance(behaviour, Folder):
            behaviour.put_at(path)
            self._folders[path] = behaviour
        else:
            self._behaviours[path] = behaviour
        return self.url(path, host=host)

    def url(self, path: str = "/", *, host: str = "") -> str:
        """The address of a path, by any name that leads here."""
        return f"{self.scheme}://{host or self.address}:{self.port}{path}"

    @property
    def ca_file(self) -> Path:
        """The authority that signed the good certificate, for clients to trust."""
        if self._files is None:
            self._files = Path(mkdtemp(prefix="site-"))
            write_authority(self._files / "ca.pem")
        return self._files / "ca.pem"

    @property
    def requests(self) -> tuple[Request, ...]:
        """All that came so far, in their order."""
        with self._lock:
            return tuple(self._requests)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, with their queries."""
        return [asked.local for asked in self.requests]

    @property
    def open(self) -> int:
        """Connections that are open now."""
        with self._lock:
            return len(self._open)

    @property
    def pauses(self) -> list[float]:
        """Seconds from the end of each answer to the request after it, if none overlapped."""
        with self._lock:
            return [
                asked.at - ended
                for ended, asked in zip(self._ended, self._requests[1:], strict=False)
            ]

    def forget(self) -> None:
        """Write down requests anew from here on."""
        with self._lock:
            self._requests.clear()
            self._ended.clear()
            self.most_open, self.most_in_flight = len(self._open), self._in_flight

    def wait_until_idle(self, *, kept: int = 0, seconds: float = 5.0) -> bool:
        """Whether all connections but so many are closed, or become so within a time."""
        end = time.monotonic() + seconds
        while self.open > kept and time.monotonic() < end:
            time.sleep(0.005)
        return self.open <= kept

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up on everybody, and leave no thread and no file."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                shut_down(listener)
            for wire in self._open.values():
                wire.hang_up()
            threads = list(self._threads)
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive(), "a behaviour does not end when its connection does"
        for listener in self._listeners:
            listener.close()
        if self._files is not None:
            shutil.rmtree(self._files)

    def _accept_from(self, listener: socket.socket, meet: Callable[[Wire], None]) -> int:
        self._listeners.append(listener)
        self._begin(self._accept, listener, meet)
        port: int = listener.getsockname()[1]
        return port

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads = [t for t in self._threads if t.is_alive() or t.ident is None]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket, meet: Callable[[Wire], None]) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # shut down, or it never listened
                return
            with self._lock:
                if self._closed:
                    connection.close()
                    return
                self.connections += 1
                number = self.connections
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                wire = self._open[number] = Wire(connection, number)
                self.most_open = max(self.most_open, len(self._open))
                self._begin(self._hold, wire, number, meet)

    def _hold(self, wire: Wire, number: int, meet: Callable[[Wire], None]) -> None:
        try:
            meet(wire)
        except OSError:  # the other side hung up, which is what most of this is about
            pass
        finally:
            with self._lock:
                del self._open[number]
            wire.close()

    def _converse(self, wire: Wire) -> None:
        if self.scheme == "https":
            wire.secure(context(self._certificate))
        while wire.keep and (asked := wire.next_request()):
            with self._lock:
                self._requests.append(asked)
                self._in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self._in_flight)
            try:
                self._behaviour_at(asked).answer(asked, wire)
            finally:
                with self._lock:
                    self._in_flight -= 1
                    self._ended.append(time.monotonic())

    def _behaviour_at(self, asked: Request) -> Behaviour:
        for path in (asked.local, asked.path):
            if path in self._behaviours:
                return self._behaviours[path]
        inside = [path for path in self._folders if asked.path.startswith(path)]
        return self._folders[max(inside, key=len)] if inside else _Nothing()


class _Nothing:
    def answer(self, asked: Request, wire: Wire) -> None:
        body = b"<!doctype html><title>Not found</title><h1>Not found</h1>"
        wire.reply(404, {"Content-Type": "text/html"}, body, method=asked.method)
