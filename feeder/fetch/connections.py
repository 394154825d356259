"""urllib3's connections and pools with our guard in them.

`_new_conn` is where urllib3 makes sockets, and the only place where a name becomes an address. The
host's name stays what it is for the Host header and for TLS.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from feeder.fetch.answers import StrictAnswer
from feeder.fetch.exchange import CURRENT
from feeder.fetch.guard import check_peer, connected, permitted, resolved


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """What goes wrong inside is named at once, before urllib3 wraps it."""
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise CURRENT.get().failure(error) from error


class _Guarded(HTTPConnection):
    """What both kinds of connection do."""

    response_class = StrictAnswer
    peer: str | None = None

    def _new_conn(self) -> socket.socket:
        exchange = CURRENT.get()
        addresses = resolved(exchange, self._dns_host.strip("[]"), self.port)
        if not self.proxy:  # its operator chose it; what it may be asked for was judged before
            addresses = permitted(exchange, self.host, addresses)
        connection = connected(exchange, addresses, self.socket_options or [])
        try:
            if not self.proxy:
                check_peer(exchange, self.host, connection)
            self.peer = connection.getpeername()[0]
            # Of the time for the connection, TLS has what is left.
            connection.settimeout(exchange.connect_left())
        except BaseException:
            connection.close()
            raise
        return connection

    def connect(self) -> None:
        """Make the connection, through the proxy and TLS if there are any."""
        with _translated():
            super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send the request."""
        exchange = CURRENT.get()
        if self.sock is not None:
            exchange.phase = "head"
        try:
            super().request(*args, **kwargs)
        except (BrokenPipeError, ConnectionResetError):
            raise  # urllib3 looks whether there is an answer all the same
        except OSError as error:
            raise exchange.failure(error) from error
        exchange.phase = "head"
        exchange.address = self.peer

    def getresponse(self) -> Any:
        """The head of the answer."""
        with _translated():
            answer = super().getresponse()
        CURRENT.get().phase = "body"
        return answer


class GuardedConnection(_Guarded):
    """A connection to an address that was judged."""


class GuardedTlsConnection(_Guarded, HTTPSConnection):
    """A connection with TLS to an address that was judged."""


class GuardedPool(HTTPConnectionPool):
    """Connections to one host that wait to be used again."""

    ConnectionCls: Any = GuardedConnection

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection: Any = super()._get_conn(timeout)
        exchange = CURRENT.get()
        if connection.sock is not None:
            exchange.reused = True
            exchange.watch.hold(connection.sock)
        return connection


class GuardedTlsPool(GuardedPool, HTTPSConnectionPool):
    """Connections with TLS to one host that wait to be used again."""

    ConnectionCls = GuardedTlsConnection

    def _validate_conn(self, conn: Any) -> None:
        """As urllib3's, without its warning: `feeder check` warns of verify = false."""
        if conn.is_closed:
            conn.connect()
