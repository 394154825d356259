"""Where the server listens: what systemd hands over, else a Unix socket, else an address."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from feeder import supervisor
from feeder.config.settings import ServerSettings
from feeder.errors import ConfigError, ConfigFault, ListenError
from feeder.server.tokens import read_token

BACKLOG = 2048
"""Connections that wait to be accepted: readers come in flocks, at the full hour."""
MODE = 0o660
"""Of a Unix socket: for the user that feeder runs as and its group, such as a web server's."""

_ADVICE = {
    errno.EADDRINUSE: "set another `port` in [server], or stop the program that has it",
    errno.EADDRNOTAVAIL: "set `bind` in [server] to an address of this machine",
    errno.EACCES: "ports below 1024 take a privilege: set a `port` above, with a web server before "
    "it, or have systemd listen there (feeder.socket)",
}


def listen(settings: ServerSettings) -> list[socket.socket]:
    """The sockets that clients connect to.

    Raises:
        ListenError: somebody else listens there, or it is no address of this machine.
        ConfigError: the token file cannot be read, or holds no token that protects anything.
    """
    _check_token(settings)
    handed = [_checked(one) for one in supervisor.handed_over()]
    if handed:
        return handed
    if settings.socket is not None:
        return [_at_path(settings.socket)]
    return list(_at_addresses(settings.bind, settings.port))


def _check_token(settings: ServerSettings) -> None:
    path = settings.token_file
    if path is not None:
        try:
            read_token(path)
        except ValueError as error:
            advice = "write a long one into it, as `openssl rand -hex 32` prints it"
            fault = ConfigFault("[server]", None, None, "token_file", str(error))
            raise ConfigError([fault], advice=advice) from None


def _checked(handed: socket.socket) -> socket.socket:
    if handed.type != socket.SOCK_STREAM:
        advice = "see to its ListenStream"
        raise ListenError("what systemd handed over is no socket of streams", advice=advice)
    return handed


def _at_addresses(host: str, port: int) -> Iterator[socket.socket]:
    """A name may have several, as `localhost` has ::1 and 127.0.0.1."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        advice = "set `bind` in [server] to an address of this machine"
        raise ListenError(f"{host} is no address and no known name", advice=advice) from error
    opened = list[socket.socket]()
    for family, _, _, _, address in dict.fromkeys(found):
        try:
            opened.append(_bound(family, address))
        except OSError as error:
            # A machine may know of IPv6 in its list of names alone.
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) and len(found) > 1:
                continue
            for one in opened:
                one.close()
            raise _explained(host, port, error) from error
    if not opened:
        raise _explained(host, port, OSError(errno.EADDRNOTAVAIL, ""))
    yield from opened


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Else nothing could listen for a minute after a restart.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # "::" is all addresses, those of IPv4 too.
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address[0] != "::"))
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


def _explained(host: str, port: int, error: OSError) -> ListenError:
    words = {
        errno.EADDRINUSE: f"port {port} on {host} is taken by another program",
        errno.EADDRNOTAVAIL: f"{host} is no address of this machine",
        errno.EACCES: f"this user may not listen at port {port}",
    }
    number = error.errno or 0
    message = words.get(number, f"cannot listen at {host}, port {port}: {error.strerror}")
    return ListenError(message, advice=_ADVICE.get(number, "see to `bind` in [server]"))


def _at_path(path: Path) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _make_way(path)
        opened.bind(os.fspath(path))
        # Nobody can connect before it listens, and so nobody by another mode.
        path.chmod(MODE)
        opened.listen(BACKLOG)
    except ListenError:
        opened.close()
        raise
    except OSError as error:
        opened.close()
        reason = error.strerror or str(error)
        message = f"cannot listen at the socket {path}: {reason}"
        raise ListenError(message, advice="see to `socket` in [server] and its folder") from error
    return opened


def _make_way(path: Path) -> None:
    """Take away the socket of a process that is no more.

    Raises:
        ListenError: somebody listens there, or it is no socket at all.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    advice = "set another `socket` in [server]"
    if not stat.S_ISSOCK(found.st_mode):
        raise ListenError(f"{path} is there already, and no socket", advice=advice)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as tried:
        tried.setblocking(False)
        # With a full backlog it would block: then, too, somebody listens.
        if tried.connect_ex(os.fspath(path)) != errno.ECONNREFUSED:
            advice = f"{advice}, or stop the program that has it"
            raise ListenError(f"somebody listens at the socket {path} already", advice=advice)
    path.unlink(missing_ok=True)
