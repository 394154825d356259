"""Addresses are made absolute and spelt as RFC 3986 has them, or refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.urls import join_path, mail_link, resolve

BASE = "https://site.example/a/b/c?q#f"
# RFC 3986, appendix A, for http and https.
_RFC = re.compile(
    r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?"
    r"/([A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
    r"(\?([A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
    r"(#([A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?"
)


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("d", "https://site.example/a/b/d"),
        ("../d", "https://site.example/a/d"),
        ("../../../../d", "https://site.example/d"),
        ("/d e?f=[g]|h", "https://site.example/d%20e?f=%5Bg%5D%7Ch"),
        ("//cdn.example/d", "https://cdn.example/d"),
        ("?x=1", "https://site.example/a/b/c?x=1"),
        ("#top", "https://site.example/a/b/c?q#top"),
        ("HTTP://EXAMPLE.org:80", "http://example.org/"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://münchen.example/ä?ö#ü", "https://xn--mnchen-3ya.example/%C3%A4?%C3%B6#%C3%BC"),
        ("https://☕.example/", "https://xn--53h.example/"),
        ("https://e.example/a/./b/../c/..", "https://e.example/a/"),
        ("https://e.example/100%/%zz/%41", "https://e.example/100%25/%25zz/%41"),
        (" \thttps://e.example/\n a ", "https://e.example/%20a"),
        ("https:\\\\e.example\\x", "https://e.example/x"),
        ("https://[2001:DB8::0:1]/", "https://[2001:db8::1]/"),
        ("https://ex%61mple.org/", "https://example.org/"),
    ],
)
def test_resolve(url: str, absolute: str) -> None:
    assert resolve(url, BASE) == absolute


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01java\x01script:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "ftp://e.example/",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "https://user:secret@e.example/",
        "https://user@e.example/",
        "https:e.example",
        "https:/e.example",
        "https:///e.example",
        "https://",
        "https://e.example:port/",
        "https://e.example:99999/",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://a..b/",
        "https://-\u2100.example/",
        "https://" + "a" * 300 + ".example/",
        "https://e<x>.example/",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert resolve(url, BASE) is None
    assert resolve(url) is None


def test_a_relative_address_needs_a_base_that_is_one() -> None:
    assert resolve("/x") is None
    assert resolve("/x", "file:///etc/") is None
    assert resolve("/x", "https://u:p@site.example/") is None


def test_mail_links() -> None:
    assert mail_link(" MailTo:a@b.example?subject=x y") == "mailto:a@b.example?subject=x%20y"
    assert mail_link("mailto:nobody") is None
    assert mail_link("mail\0to:a@b.example") == "mailto:a@b.example"
    assert mail_link("javascript:a@b.example") is None


def test_paths_join_below_a_folder() -> None:
    joined = "https://e.example/posts/a%20b/c:d.md"
    assert join_path("https://e.example/posts", "a%20b/c:d.md") == joined
    assert join_path("https://e.example/posts/", "/a%20b/c:d.md") == joined


_URLISH = st.lists(
    st.sampled_from(
        ["http://", "https://", "//", "/", "..", "%", "é", "@", ":", "[", "]", "?", "#"]
    )
    | st.sampled_from(["e.example", "\\", " ", "\t", "ß", "。", "xn--", "\ud800", "İ", "٣"])
    | st.text(max_size=3),
    max_size=10,
).map("".join)


@given(_URLISH, st.sampled_from([None, BASE]))
def test_whatever_comes_out_is_valid_and_stays_as_it_is(url: str, base: str | None) -> None:
    resolved = resolve(url, base)
    if resolved is not None:
        assert _RFC.fullmatch(resolved)
        assert resolve(resolved) == resolved
