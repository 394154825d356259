"""Who may pick: the person who has the address that was printed, once, at this machine."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from tests.previewing.picking import TITLES, listing, number_of, table

Answer = tuple[int, Mapping[str, str], bytes]


def ask(
    address: str,
    path: str = "",
    *,
    cookie: str = "",
    sender: str = "same-origin",
    host: str = "",
    method: str = "GET",
    body: str | None = None,
) -> Answer:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"sec-fetch-site": sender} | ({"cookie": cookie} if cookie else {})
    if host:
        headers["host"] = host
    connection.request(method, path or f"{parts.path}?{parts.query}", body, headers)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    body_ = answer.read()
    connection.close()
    return answer.status, found, body_


def enter(address: str) -> str:
    status, headers, _ = ask(address)
    assert (status, headers["location"]) == (303, "/")
    assert "HttpOnly" in headers["set-cookie"]
    return headers["set-cookie"].partition(";")[0]


def test_the_address_is_good_once_and_nothing_is_shown_without_it() -> None:
    with table(listing()) as (made, address):
        assert ask(address, "/")[0] == 403
        assert ask(address, "/?token=wrong")[0] == 403
        assert ask(address, "/pick.js")[0] == 403
        assert ask(address, host="courier.example")[0] == 403, "a name that was led here"
        cookie = enter(address)
        assert str(made.port) in cookie, "another picking in the same browser has its own"
        assert ask(address)[0] == 403
        status, headers, body = ask(address, "/", cookie=cookie)
        assert status == 200 and TITLES[0].encode() in body
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        assert ask(address, "/pick.js", cookie=cookie)[0] == 200
        assert ask(address, "/status.js", cookie=cookie)[0] == 403
        assert ask(address, "/", cookie=cookie, host=f"localhost:{made.port}")[0] == 403


def test_a_click_is_answered_with_lines_of_toml() -> None:
    page = listing()
    with table(page) as (_, address):
        cookie = enter(address)
        number = number_of(page, TITLES[1])
        click = json.dumps({"examples": [number], "choice": None, "details": {}})
        assert ask(address, "/picked", method="POST", body=click)[0] == 403
        theirs = ask(
            address, "/picked", cookie=cookie, method="POST", body=click, sender="same-site"
        )
        assert theirs[0] == 403, "a server at another port of this machine"
        status, _, body = ask(address, "/picked", cookie=cookie, method="POST", body=click)
        told = json.loads(body)
        assert status == 200 and told["choices"][told["choice"]] == 8
        assert told["toml"].startswith('kind = "listing"\nurl = "https://courier.example/news/"')
        assert "[list]\nitem = " in told["toml"]


NEGATIVE = '{"examples": [-1], "choice": null, "details": {}}'


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"examples": "x"}', NEGATIVE, "9" * 20_000, "[" * 9_000],
    ids=range(7),
)
def test_what_is_no_click_is_refused(body: str) -> None:
    with table(listing()) as (_, address):
        cookie = enter(address)
        assert ask(address, "/picked", cookie=cookie, method="POST", body=body)[0] == 400
