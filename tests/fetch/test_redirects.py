"""Where a Location may lead, and what its refusal says."""

from __future__ import annotations

import pytest

from feeder.errors import RedirectError
from feeder.fetch.redirects import next_hop
from tests.site import redirects

HERE = "https://a.example/news/one?x=1"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://b.example/", "https://b.example/"),
        ("HTTPS://B.Example:443", "https://b.example/"),
        ("//b.example/x", "https://b.example/x"),
        ("/two", "https://a.example/two"),
        ("two?y", "https://a.example/news/two?y"),
        ("?page=2", "https://a.example/news/one?page=2"),
        ("../../../etc", "https://a.example/etc"),
        (" /two\t", "https://a.example/two"),
        ("/café", "https://a.example/caf%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("/a@b", "https://a.example/a@b"),
    ],
)
def test_redirects_lead_where_they_say(location: str, target: str) -> None:
    assert next_hop(HERE, location) == target


@pytest.mark.parametrize(
    ("location", "said"),
    [
        (None, "no address"),
        ("", "no address"),
        ("\t ", "no address"),
        ("/\\b.example/", "backslashes"),
        ("\\\\b.example\\", "backslashes"),
        ("https:\\\\b.example/", "backslashes"),
        ("/a b", "spaces"),
        ("/a\x00", "control characters"),
        ("/a\r\nHost: b", "control characters"),
        ("https://user@b.example/", "user name"),
        ("//user:s3cr3t@b.example/", "user name"),
        ("file:///etc/passwd", "of file"),
        ("JavaScript:alert(1)", "of JavaScript"),
        ("http://b.example/", "https to http"),
        ("https://[::1", "no web address"),
        ("https:b.example", "no web address"),
        ("/" + "x" * 60_000, "no web address"),
    ],
)
def test_redirects_that_are_not_followed_say_why(location: str | None, said: str) -> None:
    with pytest.raises(RedirectError) as caught:
        next_hop(HERE, location)
    assert said in caught.value.message
    assert caught.value.message.startswith("https://a.example/news/one?x=1 redirects")
    assert caught.value.message.isprintable()
    assert "s3cr3t" not in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize("location", [*redirects.TRICKS, *redirects.SCHEMES])
def test_nothing_that_two_programs_read_in_two_ways_is_followed(location: str) -> None:
    """One may be read as an address of this host, and none as any other host's."""
    try:
        target = next_hop("http://a.example/", location)
    except RedirectError:
        return
    host = target.split("/")[2]
    assert host in ("a.example", "127.0.0.1", "news.example")
    assert location.strip(" \t").startswith((f"http://{host}/", f"http://{host}#"))
