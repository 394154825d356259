"""Addresses are made absolute and spelt as RFC 3986 has them, or refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.urls import address_key, join_path, led_to, mail_link, resolve, without_tracking

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


@given(_URLISH)
def test_the_short_way_for_what_is_well_spelt_gives_what_the_long_way_gives(url: str) -> None:
    assert resolve(url, BASE) == resolve(f" {url}", BASE)


@pytest.mark.parametrize(
    "url",
    [
        "/a//b;c/d?e=f&g#h",
        "/...",
        "/a/..b/.c",
        "/a/./b",
        "/a/..",
        "/",
        "/?",
        "/a?#",
        "/a?b#",
        "https://e.example/a/../b",
        "https://e.example/..",
        "https://e.example/a%2",
        "https://e.example./",
        "https://" + ".".join(["a" * 60] * 5) + "/",
        "https://e.example/a\n",
    ],
)
def test_the_short_way_knows_its_bounds(url: str) -> None:
    assert resolve(url, BASE) == resolve(f" {url}", BASE)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://e.example/a", "https://e.example/a"),
        ("https://e.example/a?utm_source=x&utm_medium=y", "https://e.example/a"),
        ("https://e.example/a?id=1&fbclid=x&page=2", "https://e.example/a?id=1&page=2"),
        ("https://e.example/a?UTM_Source=x&id=%C3%A4#f", "https://e.example/a?id=%C3%A4#f"),
        ("https://e.example/a?id=1&amp;utm_source=x", "https://e.example/a?id=1"),
        ("https://e.example/a#xtor=RSS-1", "https://e.example/a"),
        ("https://e.example/a?b#utm_source=x&c=d", "https://e.example/a?b#c=d"),
        ("https://e.example/a?gclid=1#!/route?gclid=1", "https://e.example/a#!/route?gclid=1"),
        (
            "https://e.example/?ref=home&source=x&cid=4",
            "https://e.example/?ref=home&source=x&cid=4",
        ),
        ("https://e.example/?q=utm_source", "https://e.example/?q=utm_source"),
        ("https://e.example/?a&&b=1", "https://e.example/?a&&b=1"),
    ],
)
def test_parameters_that_only_track_go(url: str, kept: str) -> None:
    assert without_tracking(url) == kept


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://www.google.com/url?sa=t&q=https://e.example/a%3Fb%3D1&x=y", "https://e.example/a?b=1"),
        ("https://www.google.co.uk/url?url=https%3A%2F%2Fe.example%2F", "https://e.example/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fe.example%2Fa&h=AT0", "https://e.example/a"),
        ("https://href.li/?https://e.example/a?b=c", "https://e.example/a?b=c"),
        ("https://out.reddit.com/t3_x?url=https%3A%2F%2Fe.example%2F", "https://e.example/"),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fhref.li%2F%3Fhttps%3A%2F%2Fe.example%2F",
            "https://e.example/",
        ),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fe.example%2F&data=x",
            "https://e.example/",
        ),
    ],
)  # fmt: skip
def test_redirectors_that_name_their_target_are_left_out(url: str, target: str) -> None:
    assert led_to(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/search?q=https://e.example/",
        "https://l.facebook.com/l.php?u=javascript%3Aalert%28%22http%3A//x%22%29",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fa%3Ab%40e.example%2F",
        "https://e.example/?u=https://f.example/",
        "https://href.li/?http",
        "https://t.umblr.com/redirect?t=http",
    ],
)
def test_nothing_else_is_taken_for_a_redirector(url: str) -> None:
    assert led_to(url) == url


@given(_URLISH)
def test_addresses_stay_valid_without_their_tracking(url: str) -> None:
    resolved = resolve(f"https://e.example/?utm_x=1&{url}")
    if resolved is not None:
        left = without_tracking(led_to(resolved))
        assert _RFC.fullmatch(left)
        assert without_tracking(left) == left


@pytest.mark.parametrize(
    "url",
    [
        "https://e.org/a?x=1&y=2",
        "http://e.org/a?x=1&y=2",
        "https://www.e.org/a/?y=2&x=1",
        "https://E.org:443/a?x=1&y=2#comments",
        "https://e.org/a?x=1&y=2&utm_source=feed&fbclid=3",
        "https://e.org/a;jsessionid=0A?x=1&y=2",
        "https://e.org/a?PHPSESSID=1&x=1&y=2&z=",
        "https://e.org/a/index.html?x=1&y=2",
        "https://e.org/%61?x=1&y=2",
        f"https://e.org/a?x=1&s={'0f' * 16}&y=2",
    ],
)
def test_one_article_has_one_key_however_it_is_linked(url: str) -> None:
    assert address_key(url) == "e.org/a?x=1&y=2"


_DIFFERENT = [
    "https://e.org/",
    "https://e.org/a",
    "https://e.org/A",
    "https://e.org/b",
    "https://e.org/a?p=1",
    "https://e.org/a?p=2",
    "https://e.org/?12",
    "https://e.org/?13",
    "https://e.org/?s=flood",
    "https://e.org/#!/a",
    "https://e.org/#/b",
    "https://e.org:8080/a",
    "https://m.e.org/a",
    "https://e.org/a%2Fb",
    "https://e.org/a/b",
]


@pytest.mark.parametrize("url", _DIFFERENT)
def test_different_articles_have_different_keys(url: str) -> None:
    assert [other for other in _DIFFERENT if address_key(other) == address_key(url)] == [url]


@given(st.text(max_size=60))
def test_a_key_is_the_same_with_either_scheme(tail: str) -> None:
    if "@" not in tail:
        assert address_key(f"http://e.org/{tail}") == address_key(f"https://e.org/{tail}")


def test_addresses_longer_than_any_article_s_are_refused() -> None:
    assert resolve("https://e.org/" + "a" * 7_000)
    assert resolve("https://e.org/" + "a" * 8_000) is None
    assert resolve("/" + "a" * 8_000, "https://e.org/") is None
