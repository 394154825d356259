"""Servers that want to be left alone are left alone, by threads and processes to come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from feeder.models import Host
from tests.store.nouns import HOUR, MINUTE, NOON, Place

ORIGIN = "https://news.example:8443"


def test_what_is_remembered_of_a_server_is_replaced_whole(place: Place) -> None:
    told = Host(ORIGIN, NOON + HOUR, "User-agent: *\r\nDisallow: /\x00\ud800", NOON + MINUTE)
    with place.open() as store:
        assert store.host(ORIGIN) is None
        store.keep_host(told)
    with place.open() as store:
        assert store.host(ORIGIN) == told
        assert store.host("http://news.example:8443") is None
        store.keep_host(Host(ORIGIN, robots=""))
        assert store.host(ORIGIN) == Host(ORIGIN, robots="")


def test_an_origin_too_long_for_an_index_is_remembered_like_any_other(place: Place) -> None:
    long = "https://" + "ф.x" * 3000
    with place.open() as store:
        store.keep_host(Host(long, NOON))
        assert store.host(long) == Host(long, NOON)
        assert store.host(long + "y") is None


def test_many_threads_may_tell_of_the_same_servers_at_once(place: Place) -> None:
    def tell(number: int) -> None:
        store.keep_host(Host(f"https://{number % 3}.example", NOON, f"# {number}"))

    with place.open() as store, ThreadPoolExecutor(40) as threads:
        list(threads.map(tell, range(200)))
        for rest in range(3):
            kept = store.host(f"https://{rest}.example")
            assert kept is not None
            assert kept.robots is not None
            assert int(kept.robots[2:]) % 3 == rest
