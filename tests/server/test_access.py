"""Who may see and do what: with a token, in a session, by the place; and nobody by a trick."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeder.app import App
from feeder.config.settings import ServerSettings
from feeder.server import access
from feeder.server.access import (
    Allowed,
    Refused,
    form_token,
    log_in,
    log_out,
    may_act,
    may_ever_act,
    may_read,
    may_see,
)
from feeder.server.credentials import who
from feeder.server.desk import Desk
from feeder.server.tokens import FREE_TRIES, SECONDS_A_TRY, Tries
from tests.server.house import TOKEN, House

LOOPBACK = ("127.0.0.1", 8080)
UNIX = ("/run/feeder.sock", None)


@dataclass
class Door:
    """A server by its settings, and a client that asks it."""

    app: App
    token: Path

    def desk(self, *, can_act: bool = True, public: str | None = None, **server: Any) -> Desk:
        settings = replace(self.app.settings, server=ServerSettings(**server))
        if public is not None:
            settings = replace(settings, public_url=public)
        app = replace(self.app, settings=settings)
        return Desk(lambda: app, (lambda: datetime.now(UTC)) if can_act else None)

    def guarded(self, **more: Any) -> Desk:
        return self.desk(token_file=self.token, **more)


def asked(
    server: tuple[str, int | None] | None = LOOPBACK,
    method: str = "GET",
    query: str = "",
    client: str = "192.0.2.7",
    **headers: str,
) -> dict[str, Any]:
    told = {"host": "localhost:8080", **headers}
    return {
        "type": "http",
        "method": method,
        "server": server,
        "client": (client, 50_000) if server and server[1] else None,
        "query_string": query.encode(),
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in told.items() if v],
    }


def posted(server: tuple[str, int | None] | None = LOOPBACK, **headers: str) -> dict[str, Any]:
    return asked(server, "POST", **headers)


def bearer(token: str = TOKEN) -> dict[str, Any]:
    return {"authorization": f"Bearer {token}"}


def refusal(found: Allowed | Refused | str) -> int:
    return found.status if isinstance(found, Refused) else 0


@pytest.fixture(autouse=True)
def _nobody_has_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_tries", Tries())


@pytest.fixture(scope="module")
def opened(town: House) -> Iterator[App]:
    with town.opened() as app:
        yield app


@pytest.fixture
def door(opened: App, tmp_path: Path) -> Door:
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    return Door(opened, token)


# By the place


@pytest.mark.parametrize(
    ("server", "host", "bind", "status"),
    [
        (LOOPBACK, "localhost:8080", "127.0.0.1", 0),
        (LOOPBACK, "127.0.0.1", "127.0.0.1", 0),
        (("::1", 8080), "[::1]:8080", "::1", 0),
        (UNIX, "localhost", "127.0.0.1", 0),
        (LOOPBACK, "evil.example:8080", "127.0.0.1", 403),  # its DNS leads here
        (LOOPBACK, "localhost.evil.example", "127.0.0.1", 403),
        (LOOPBACK, "localhost@evil", "127.0.0.1", 403),
        (LOOPBACK, "[::1", "127.0.0.1", 403),
        (LOOPBACK, "", "127.0.0.1", 403),
        (UNIX, "evil.example", "127.0.0.1", 403),
        (("192.0.2.1", 8080), "localhost", "0.0.0.0", 403),
        (LOOPBACK, "localhost", "0.0.0.0", 403),
        (("192.0.2.1", 8080), "localhost", "127.0.0.1", 403),  # handed over by systemd
        (None, "localhost", "127.0.0.1", 403),
    ],
)
def test_without_a_token_status_pages_are_for_this_machine_by_its_own_name(
    door: Door, server: tuple[str, int | None] | None, host: str, bind: str, status: int
) -> None:
    assert refusal(may_see(asked(server, host=host), door.desk(bind=bind))) == status


@pytest.mark.parametrize("name", ["x_forwarded_for", "forwarded", "x_real_ip", "via"])
def test_what_comes_through_another_server_is_not_of_this_machine(door: Door, name: str) -> None:
    told: dict[str, Any] = {name: "192.0.2.1"}
    connection = asked(**told)
    assert refusal(may_see(connection, door.desk())) == 403
    assert refusal(may_see(connection, door.desk(status=True))) == 0


def test_where_feeds_are_for_the_world_somebody_must_say_that_no_server_stands_before_ours(
    door: Door,
) -> None:
    public = "https://feeds.example.org/"
    assert refusal(may_see(asked(), door.desk(public=public))) == 403
    assert refusal(may_see(asked(), door.desk(public=public, status=True))) == 0
    theirs = asked(host="feeds.example.org")
    assert refusal(may_see(theirs, door.desk(public=public))) == 403
    assert refusal(may_see(theirs, door.desk(public=public, status=True))) == 0
    assert (
        refusal(may_see(asked(host="evil.example"), door.desk(public=public, status=True))) == 403
    )


def test_status_pages_can_be_switched_off(door: Door) -> None:
    for desk in (door.desk(status=False), door.guarded(status=False)):
        assert refusal(may_see(asked(**bearer()), desk)) == 404


# By the token


@pytest.mark.parametrize("server", [LOOPBACK, UNIX, ("192.0.2.1", 80)])
def test_with_a_token_nothing_else_counts(door: Door, server: tuple[str, int | None]) -> None:
    desk = door.guarded(bind="0.0.0.0")
    assert may_see(asked(server, host="feeds.example.org", **bearer()), desk) == Allowed("token")
    refused = may_see(asked(server), desk)
    assert isinstance(refused, Refused)
    assert refused.status == 401
    assert refused.headers == {"www-authenticate": 'Bearer realm="feeder"'}


@pytest.mark.parametrize(
    "told",
    [
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.upper()}",
        f"Token {TOKEN}",
        "Basic Og==",
        "Bearer \xff\xfe",
    ],
)
def test_no_other_token_will_do(door: Door, told: str) -> None:
    found = may_see(asked(authorization=told), door.guarded())
    assert refusal(found) == 401
    assert TOKEN not in repr(found)


def test_a_token_is_good_for_as_long_as_its_file_holds_it(door: Door) -> None:
    desk = door.guarded()
    assert refusal(may_see(asked(**bearer()), desk)) == 0
    door.token.write_text("another-token-that-is-long")
    assert refusal(may_see(asked(**bearer()), desk)) == 401
    assert refusal(may_see(asked(**bearer("another-token-that-is-long")), desk)) == 0


@pytest.mark.parametrize("held", [None, b"", b"short", b"\xff" * 30])
def test_a_token_file_that_cannot_be_used_lets_nobody_in_and_is_logged_once(
    door: Door, events: list[dict[str, object]], held: bytes | None
) -> None:
    door.token.unlink()
    if held is not None:
        door.token.write_bytes(held)
    desk = door.guarded()
    for given in ("", "short", TOKEN):
        assert refusal(may_see(asked(**bearer(given)), desk)) == 401
        assert refusal(may_read(asked(query=f"token={given}"), desk)) == 401
        assert refusal(log_in(posted(), desk, given)) == 401
    assert [event["event"] for event in events] == ["token refused"]


def test_wrong_tokens_are_slowed_for_who_gives_them_alone(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, now = door.guarded(), [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    session = begun(door, desk)
    for _ in range(FREE_TRIES):
        assert refusal(may_see(asked(client="192.0.2.9", **bearer("wrong")), desk)) == 401
    for given in ("wrong", TOKEN):  # nothing is to be learnt by trying on
        found = may_see(asked(client="192.0.2.9", **bearer(given)), desk)
        assert refusal(found) == 429
        assert isinstance(found, Refused)
        assert found.headers is not None
        assert 1 <= int(found.headers["retry-after"]) <= SECONDS_A_TRY + 1
    assert refusal(may_see(asked(client="192.0.2.8", **bearer()), desk)) == 0
    assert refusal(may_see(asked(client="192.0.2.9", cookie=session), desk)) == 0
    now[0] += SECONDS_A_TRY + 1
    assert refusal(may_see(asked(client="192.0.2.9", **bearer()), desk)) == 0


def test_tries_are_counted_by_network_and_behind_a_web_server_by_its_word() -> None:
    pairs: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]], bool]] = [
        (("2001:db8::1", {}), ("2001:db8:0:0:ff::2", {}), True),
        (("2001:db8::1", {}), ("2001:db8:0:1::1", {}), False),
        (("192.0.2.1", {}), ("192.0.2.2", {}), False),
        (("127.0.0.1", {"x_forwarded_for": "a, 192.0.2.1"}), ("192.0.2.1", {}), True),
        (("192.0.2.2", {"x_forwarded_for": "192.0.2.1"}), ("192.0.2.1", {}), False),
        (("127.0.0.1", {"x_forwarded_for": "9" * 99}), ("127.0.0.1", {}), False),
    ]
    for one, other, same in pairs:
        keys = [who(asked(client=client, **more)) for client, more in (one, other)]
        assert (keys[0] == keys[1]) is same


def test_no_number_of_clients_takes_more_than_some_memory() -> None:
    tries = Tries()
    for number in range(20_000):
        tries.failed(str(number))
    assert len(tries._due) < 5_000


# In a session


def begun(door: Door, desk: Desk) -> str:
    """The cookie of a session."""
    told = log_in(posted(), desk, TOKEN)
    assert isinstance(told, str)
    return told.partition(";")[0]


def test_a_session_is_begun_with_the_token_and_kept_from_scripts_and_other_sites(
    door: Door,
) -> None:
    desk = door.guarded()
    told = log_in(posted(), desk, f" {TOKEN}\n")
    assert isinstance(told, str)
    assert re.fullmatch(
        r"feeder_session=[^;]+; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict", told
    )
    assert TOKEN not in told
    cookie = told.partition(";")[0]
    assert may_see(asked(cookie=f"a=b; {cookie}; c"), desk) == Allowed("session")
    assert may_read(asked(cookie=cookie), desk) == Allowed("session")
    secure = door.guarded(public="https://feeds.example.org/")
    assert str(log_in(posted(host="feeds.example.org"), secure, TOKEN)).endswith("; Secure")
    assert "Max-Age=0" in log_out(posted(), desk)


def test_a_session_ends_with_its_time_and_with_the_token(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = door.guarded()
    cookie = begun(door, desk)
    label, _, value = cookie.partition("=")
    until, nonce, signature = value.split(".")
    for forged in (
        f"{label}={int(until) + 9}.{nonce}.{signature}",
        f"{label}={until}.{nonce}.{signature[:-1]}{'01'[signature[-1] == '0']}",
        f"{label}={until}.{nonce}.",
        f"{label}={until}.{nonce}.\xff",
        f"{label}=.{signature}",
        f"{label}={'9' * 400}.{nonce}.{signature}",
        f"{label}=\xb2.{nonce}.{signature}",
        f"other={value}",
    ):
        assert refusal(may_see(asked(cookie=forged), desk)) == 401
    with monkeypatch.context() as later:
        later.setattr("time.time", lambda: int(until) + 1.0)
        assert refusal(may_see(asked(cookie=cookie), desk)) == 401
    door.token.write_text("another-token-that-is-long")
    assert refusal(may_see(asked(cookie=cookie), desk)) == 401


def test_nobody_logs_in_without_the_token_or_from_another_site(door: Door) -> None:
    desk = door.guarded()
    assert refusal(log_in(posted(), desk, "wrong")) == 401
    assert refusal(log_in(posted(origin="https://evil.example"), desk, TOKEN)) == 403
    assert refusal(log_in(posted(), door.desk(), TOKEN)) == 404


# Private feeds


def test_private_feeds_take_the_token_in_one_of_three_ways(door: Door) -> None:
    desk = door.guarded()
    basic = "Basic bWU6YS10b2tlbi10aGF0LWlzLWxvbmctZW5vdWdo"
    assert may_read(asked(**bearer()), desk) == Allowed("token")
    assert may_read(asked(authorization=basic), desk) == Allowed("token")
    assert may_read(asked(query=f"a=b&token={TOKEN}"), desk) == Allowed("token")
    door.token.write_text("kq+/3tV+Zm9vYmFyYmF6cXV4PT0=")  # as base64 prints them
    assert may_read(asked(query="token=kq+/3tV+Zm9vYmFyYmF6cXV4PT0="), desk) == Allowed("token")
    assert may_read(asked(query="token=kq%2B/3tV%2BZm9vYmFyYmF6cXV4PT0%3D"), desk) == Allowed(
        "token"
    )
    for refused in (
        may_read(asked(), desk),
        may_read(asked(query="token="), desk),
        may_read(asked(query="token=x&" * 500), desk),
        may_read(asked(authorization="Basic !"), desk),
    ):
        assert isinstance(refused, Refused)
        assert refused.status in (401, 429)
    assert refusal(may_see(asked(query=f"token={TOKEN}"), desk)) == 401
    assert refusal(may_see(asked(authorization=basic), desk)) == 401


# What changes anything


def test_a_program_that_sends_the_token_may_act_and_nobody_by_anything_but_post(door: Door) -> None:
    desk = door.guarded()
    assert may_act(posted(**bearer(), origin="https://x.example"), desk) == Allowed("token")
    assert refusal(may_act(posted(), desk)) == 401
    for method in ("GET", "HEAD", "PUT", "post"):
        found = may_act(asked(method=method, **bearer()), desk)
        assert isinstance(found, Refused)
        assert (found.status, found.headers) == (405, {"allow": "POST"})


def test_actions_can_be_switched_off_and_a_server_alone_has_none(door: Door) -> None:
    for desk in (door.guarded(actions=False), door.guarded(can_act=False)):
        assert refusal(may_act(posted(**bearer()), desk)) == 403
        assert not may_ever_act(asked(cookie=begun(door, desk)), desk)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 0),
        ({"origin": "http://localhost:8080"}, 0),
        ({"origin": "https://localhost:8080", "sec_fetch_site": "same-origin"}, 0),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "none"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost"}, 403),
        ({"origin": "http://localhost:8080.evil.example"}, 403),
    ],
)
def test_a_form_is_sent_from_a_page_of_ours(
    door: Door, headers: dict[str, Any], status: int
) -> None:
    desk = door.guarded()
    cookie = begun(door, desk)
    form = form_token(asked(cookie=cookie), desk)
    assert refusal(may_act(posted(cookie=cookie, **headers), desk, form)) == status


def test_a_form_may_come_by_the_address_that_readers_know(door: Door) -> None:
    desk = door.guarded(public="https://feeds.example.org:8443/")
    cookie = begun(door, desk)
    form = form_token(asked(cookie=cookie), desk)
    told: dict[str, Any] = {"cookie": cookie, "host": "feeds.example.org"}
    assert (
        refusal(may_act(posted(**told, origin="https://feeds.example.org:8443"), desk, form)) == 0
    )
    assert refusal(may_act(posted(**told, origin="https://feeds.example.org:1"), desk, form)) == 403


def test_a_form_carries_what_no_other_page_and_no_other_session_knows(door: Door) -> None:
    desk = door.guarded()
    one, other = begun(door, desk), begun(door, desk)
    form = form_token(asked(cookie=one), desk)
    assert may_ever_act(asked(cookie=one, sec_fetch_site="none"), desk)
    assert not may_ever_act(asked(), desk)
    for wrong in (None, "", form[:-1], "\ud800", form_token(asked(cookie=other), desk)):
        assert refusal(may_act(posted(cookie=one), desk, wrong)) == 403
    assert refusal(may_act(posted(cookie=one), desk, form)) == 0
    assert TOKEN not in form


def test_without_a_token_only_a_unix_socket_lets_anybody_act(door: Door) -> None:
    desk = door.desk()
    form = form_token(asked(UNIX), desk)
    assert may_act(posted(UNIX), desk, form) == Allowed("place")
    assert refusal(may_act(posted(UNIX), desk)) == 403
    assert refusal(may_act(posted(UNIX, x_forwarded_for="192.0.2.1"), desk, form)) == 403
    assert refusal(may_act(posted(LOOPBACK), desk, form)) == 403
    public = door.desk(public="https://feeds.example.org/")
    assert refusal(may_act(posted(UNIX), public, form)) == 403
    with pytest.raises(ValueError, match="token_file, or a socket"):
        door.desk(actions=True)
