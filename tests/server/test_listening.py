"""The server listens where it is told, or says in words why it cannot."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from feeder.config.settings import ServerSettings
from feeder.errors import ConfigError, FeederError, ListenError
from feeder.server.listening import listen
from tests.server.house import House


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def closed(opened: list[socket.socket]) -> list[object]:
    """Where they listened."""
    found = [one.getsockname() for one in opened]
    for one in opened:
        one.close()
    return found


def test_an_address_and_a_port_are_listened_at() -> None:
    port = free_port()
    assert closed(listen(ServerSettings(bind="127.0.0.1", port=port))) == [("127.0.0.1", port)]


def test_a_name_is_listened_at_by_all_its_addresses() -> None:
    port = free_port()
    found = closed(listen(ServerSettings(bind="localhost", port=port)))
    assert ("127.0.0.1", port) in found


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_all_addresses_of_ipv6_are_all_there_are() -> None:
    port = free_port()
    (opened,) = listen(ServerSettings(bind="::", port=port))
    with opened, closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as client:
        assert client.getpeername()[1] == port


@pytest.mark.parametrize(
    ("bind", "words"),
    [
        ("192.0.2.1", "192.0.2.1 is no address of this machine"),
        ("no-such-host.invalid", "no-such-host.invalid is no address and no known name"),
        ("a" * 300, "is no address and no known name"),
    ],
)
def test_what_is_no_address_of_ours_is_named(bind: str, words: str) -> None:
    with pytest.raises(ListenError, match=words) as raised:
        listen(ServerSettings(bind=bind, port=free_port()))
    assert "bind" in raised.value.advice


def test_a_port_that_another_program_has_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ListenError) as raised:
            listen(ServerSettings(port=port))
    assert raised.value.message == f"port {port} on 127.0.0.1 is taken by another program"
    assert "port" in raised.value.advice
    assert raised.value.exit_code == 1


# Unix sockets


def test_a_socket_is_for_the_user_and_the_group(tmp_path: Path) -> None:
    path = tmp_path / "feeder.sock"
    before = os.umask(0)
    try:
        (opened,) = listen(ServerSettings(socket=path))
    finally:
        os.umask(before)
    with opened:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))


def test_the_socket_of_a_dead_process_is_replaced_and_that_of_a_living_one_is_not(
    tmp_path: Path,
) -> None:
    settings = ServerSettings(socket=tmp_path / "feeder.sock")
    closed(listen(settings))
    (opened,) = listen(settings)
    with opened, pytest.raises(ListenError, match="somebody listens at the socket"):
        listen(settings)
    closed(listen(settings))


def test_a_socket_is_living_however_many_wait_at_it(tmp_path: Path) -> None:
    path = tmp_path / "feeder.sock"
    with ExitStack() as stack:
        other, *clients = (stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(9))
        other.bind(str(path))
        other.listen(0)
        for client in clients:
            client.setblocking(False)
            client.connect_ex(str(path))
        with pytest.raises(ListenError, match="somebody listens at the socket"):
            listen(ServerSettings(socket=path))


def test_a_file_is_not_taken_for_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(ListenError, match="no socket"):
        listen(ServerSettings(socket=path))
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["a" * 200, "no/such/folder.sock"])
def test_a_socket_that_cannot_be_made_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ListenError, match="cannot listen at the socket") as raised:
        listen(ServerSettings(socket=tmp_path / name))
    assert raised.value.advice


# What systemd hands over

_HANDED = """
import os, socket, sys
from pathlib import Path
from feeder.config.settings import ServerSettings
from feeder.server.listening import listen
os.environ["LISTEN_PID"] = str(os.getpid())
print([one.getsockname() for one in listen(ServerSettings(port=1))])
"""


@pytest.mark.parametrize(("kind", "code"), [(socket.SOCK_STREAM, 0), (socket.SOCK_DGRAM, 1)])
def test_a_socket_that_is_handed_over_is_taken(kind: int, code: int) -> None:
    with socket.socket(socket.AF_INET, kind) as handed:
        handed.bind(("127.0.0.1", 0))
        told = str(handed.getsockname())
        # systemd puts the first one at descriptor 3.
        script = f"import os; os.dup2({handed.fileno()}, 3)\n{_HANDED}"
        ended = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "LISTEN_FDS": "1"},
            pass_fds=[handed.fileno()],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == code
    if code == 0:
        assert ended.stdout.strip() == f"[{told}]"
    else:
        assert "no socket of streams" in ended.stderr


# What may not be


@pytest.mark.parametrize(
    ("bind", "told"),
    [
        ("127.0.0.1:9000", 'bind = "127.0.0.1" and, beside it, port = 9000'),
        ("localhost:80", 'bind = "localhost" and, beside it, port = 80'),
        ("http://0.0.0.0:80/", 'bind = "0.0.0.0" and, beside it, port = 80'),
        ("[::1]", 'an address alone: bind = "::1"'),
        ("[::1]:80", 'bind = "::1" and, beside it, port = 80'),
    ],
)
def test_an_address_with_its_port_is_told_apart(house: House, bind: str, told: str) -> None:
    house.configure(f'[server]\nbind = "{bind}"\n')
    with pytest.raises(ConfigError) as raised, house.opened():
        pass
    (fault,) = raised.value.faults
    assert fault.key == "server.bind" and f"{told}; found" in fault.message


@pytest.mark.parametrize("bind", ["::", "::1", "fe80::1", "2001:db8::8080", "localhost"])
def test_an_address_stands_as_it_is(house: House, bind: str) -> None:
    house.configure(f'[server]\nbind = "{bind}"\n')
    with house.opened():
        pass


@pytest.mark.parametrize("key", ["actions", "status"])
def test_what_all_could_see_or_do_takes_a_token(house: House, key: str) -> None:
    house.configure(f'[server]\nbind = "0.0.0.0"\n{key} = true\n')
    with pytest.raises(ConfigError) as raised, house.opened():
        pass
    (fault,) = raised.value.faults
    assert (fault.key, fault.line) == (f"server.{key}", 3)
    assert fault.file.endswith("feeder.toml")
    assert "token_file" in fault.message
    for main in (
        f'[server]\nbind = "0.0.0.0"\ntoken_file = "t"\n{key} = true\n',
        f'[server]\nbind = "0.0.0.0"\n{key} = false\n',
        '[server]\nbind = "::1"\nstatus = true\n',
        f'[server]\nbind = "0.0.0.0"\nsocket = "s"\n{key} = true\n',
    ):
        house.configure(main)
        with house.opened():
            pass


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (None, "cannot be read"),
        (b"short", "shorter than 16 characters"),
        (b"\n\n", "shorter than 16 characters"),
        (b"with spaces in the midst", "other characters"),
        ("mit schönen Umlauten-".encode(), "other characters"),
        (b"\xff" * 40, "cannot be read"),
        (b"a" * 5_000, "more than 1,024 bytes"),
    ],
)
def test_a_token_that_protects_nothing_is_refused_and_not_told(
    tmp_path: Path, token: bytes | None, words: str
) -> None:
    path = tmp_path / "token"
    if token is not None:
        path.write_bytes(token)
    with pytest.raises(FeederError, match=words) as raised:
        listen(ServerSettings(port=free_port(), token_file=path))
    assert raised.value.exit_code == 2
    assert "aaaa" not in raised.value.message
    assert raised.value.advice
