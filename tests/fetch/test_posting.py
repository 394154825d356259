"""A POST: what is sent, what counts as taken, and that its address stays secret where it is one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_network

import pytest

from feeder.config.settings import FetchSettings
from feeder.errors import (
    ConnectError,
    FetchError,
    ForbiddenAddressError,
    ProtocolError,
    RedirectError,
    StatusError,
    TimeLimitError,
    WaitError,
)
from feeder.fetch.posting import Poster, without_address
from tests.fetch.exchanges import Said, server
from tests.telling.hub import Manner, hub

FAILURES: list[tuple[Manner, type[FetchError]]] = [
    ("silent", TimeLimitError),
    ("failing", StatusError),
    ("patient", WaitError),
    ("elsewhere", RedirectError),
    ("resetting", ConnectError),
]


@pytest.fixture
def poster() -> Iterator[Poster]:
    poster = Poster(FetchSettings(allow_networks=(ip_network("127.0.0.0/8"),)))
    yield poster
    poster.close()


def test_it_is_sent_whole_and_any_yes_is_one(poster: Poster) -> None:
    body = bytes(range(256)) * 100
    with hub() as told:
        poster.post(told.url, body, "text/plain", seconds=5)
        told.manner = "talkative"
        poster.post(told.url, b"", "text/plain", seconds=5)
    assert told.posted == [("text/plain", body), ("text/plain", b"")]


def test_the_head_of_a_post_is_what_servers_expect(poster: Poster) -> None:
    talk = Said(b"HTTP/1.1 204 No Content\r\n\r\n", requests=1)
    with server(talk) as port:
        poster.post(f"http://127.0.0.1:{port}/a?b#c", b"abc", "text/plain", seconds=5)
    line, *headers = talk.heads[0].decode().lower().split("\r\n")
    assert line == "post /a?b http/1.1"
    assert {"content-length: 3", "content-type: text/plain", "connection: close"} <= set(headers)
    assert not any("transfer-encoding" in header for header in headers)


@pytest.mark.parametrize(("manner", "kind"), FAILURES)
def test_each_misbehaviour_has_a_name_and_is_tried_once(
    poster: Poster, manner: Manner, kind: type[FetchError]
) -> None:
    with hub(manner) as told:
        began = time.monotonic()
        with pytest.raises(kind) as error:
            poster.post(told.url, b"x", "text/plain", seconds=0.5)
        assert time.monotonic() - began < 3
    assert len(told.posted) == 1
    blind = without_address(error.value)
    words = f"{blind.message} {blind.advice} {blind!r}"
    assert "SECRET" not in words and "127.0.0.1" not in words and str(told.port) not in words
    assert getattr(blind, "until", None) == getattr(error.value, "until", None)


def test_what_is_no_answer_and_nobody_there(poster: Poster) -> None:
    with server(Said(b"SSH-2.0-OpenSSH\r\n", requests=1)) as port:
        url = f"http://127.0.0.1:{port}/"
        with pytest.raises(ProtocolError):
            poster.post(url, b"x", "text/plain", seconds=2)
    with pytest.raises(ConnectError):
        poster.post(url, b"x", "text/plain", seconds=2)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://me:pw@127.0.0.1/", "ntfy", ""])
def test_only_the_web_is_posted_to(poster: Poster, address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        poster.post(address, b"x", "text/plain", seconds=1)


def test_private_networks_take_a_permission() -> None:
    with (
        closing(Poster(FetchSettings())) as poster,
        hub() as told,
        pytest.raises(ForbiddenAddressError) as error,
    ):
        poster.post(told.url, b"x", "text/plain", seconds=2)
    assert told.posted == []
    assert "allow_networks" in without_address(error.value).message
