"""Deadlines that are kept from outside of what they are for."""

from __future__ import annotations

import socket
import time
import weakref

from feeder.fetch.watchdog import Watchdog


def test_watches_that_are_over_are_forgotten() -> None:
    """Their deadlines are a minute away, and there may be hundreds a second."""
    dog = Watchdog()
    watches = []
    for _ in range(2_000):
        watch = dog.watch(time.monotonic() + 60)
        watches.append(weakref.ref(watch))
        watch.end()
    del watch
    assert len([watch for watch in watches if watch()]) < 600
    dog.close()


def test_a_watch_fires_at_its_deadline_and_not_after_its_end() -> None:
    dog = Watchdog()
    ours, theirs = socket.socketpair()
    late, ended, early = (dog.watch(time.monotonic() + after) for after in (60, 0.05, 0.1))
    ended.end()
    early.hold(ours)
    theirs.settimeout(2)
    assert theirs.recv(1) == b""
    assert (early.fired, ended.fired, late.fired) == (True, False, False)
    early.end()
    dog.close()
    assert late.fired
    late.end()
    ours.close()
    theirs.close()
