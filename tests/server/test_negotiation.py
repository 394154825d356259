"""What a client takes, and what it has already, as RFC 9110 has it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.server.negotiation import coding_for, has_already

ALL = ("zstd", "br", "gzip")
TAG = b'"0123"'
DATE = b"Sat, 14 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, "identity"),
        (b"", "identity"),
        (b"gzip", "gzip"),
        (b"GZIP", "gzip"),
        (b"x-gzip", "gzip"),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"gzip, deflate, br", "br"),
        (b"deflate", "identity"),
        (b"gzip;q=0", "identity"),
        (b"gzip; q=0.000, br; Q=0.1", "br"),
        (b"br;q=0.5, gzip;q=0.8", "gzip"),
        (b"identity, gzip;q=0.5", "identity"),
        (b"identity;q=0.5, gzip;q=0.5", "gzip"),
        (b"*", "gzip"),
        (b"*;q=0.1, gzip;q=0", "identity"),
        (b"identity;q=0", None),
        (b"*;q=0", None),
        (b"gzip, *;q=0", "gzip"),
        (b"identity;q=0, br", "br"),
        (b"*;q=0, identity", "identity"),
        (b"gzip;q=2", "identity"),
        (b"gzip;q=-1, br;q=a", "identity"),
        (b"gzip;level=9", "gzip"),
        (b"\xff\x00,;;=,gzip", "gzip"),
    ],
)
def test_the_coding_that_is_liked_best_is_sent(accepted: bytes | None, coding: str | None) -> None:
    assert coding_for(accepted, ALL) == coding


def test_what_is_not_installed_is_not_sent() -> None:
    assert coding_for(b"zstd, br", ["gzip"]) == "identity"


@pytest.mark.parametrize(
    ("tags", "since", "known"),
    [
        (None, None, False),
        (TAG, None, True),
        (b"W/" + TAG, None, True),
        (b'"a", W/"b",' + TAG, None, True),
        (b" * ", None, True),
        (b'"a*"', None, False),
        (b'"', None, False),
        (b"0123", None, False),
        (b'"x' + TAG + b'"', None, False),
        (b"", DATE, False),
        (None, DATE, True),
        (None, b"Saturday, 14-Nov-26 10:00:00 GMT", True),
        (None, b"Sat Nov 14 10:00:00 2026", True),
        (None, b"Sat, 14 Nov 2026 09:59:59 GMT", False),
        (None, b"Fri, 31 Dec 9999 23:59:59 GMT", True),
        (None, b"\xff", False),
        (b'"other"', DATE, False),
    ],
)
def test_a_tag_comes_before_a_date(tags: bytes | None, since: bytes | None, known: bool) -> None:
    assert has_already(tags, since, TAG, DATE) is known


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_a_client_sends_has_an_answer(first: bytes, second: bytes) -> None:
    assert coding_for(first, ALL) in (*ALL, "identity", None)
    assert has_already(first, None, TAG, DATE) in (True, False)
    assert has_already(None, second, TAG, DATE) in (True, False)


@pytest.mark.parametrize("piece", [b'"', b',"', b'W/"a",', b"gzip;q=0.5,", b";q=", b",", b" "])
def test_the_longest_head_takes_no_time(piece: bytes) -> None:
    long = piece * (32_768 // len(piece))
    begun = time.process_time()
    coding_for(long, ALL)
    has_already(long, None, TAG, DATE)
    has_already(None, long, TAG, DATE)
    assert time.process_time() - begun < 0.2
