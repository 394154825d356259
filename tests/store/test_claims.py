"""One queue for all who refresh: no source is refreshed twice at a time, none is forgotten."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from feeder.errors import LostLeaseError
from feeder.models import Host
from feeder.store.claims import FURTHEST, LOOKED_AT, Wanted, _free
from feeder.store.services import SILENT
from feeder.store.sources import SourceSpec
from feeder.store.store import Store
from tests.store.nouns import (
    HOUR,
    MINUTE,
    NOON,
    Place,
    claim_one,
    ended,
    outcome,
    put,
    spec,
    start,
    stories,
)


def test_a_claimed_source_is_nobody_elses_until_the_lease_is_over(place: Place) -> None:
    with place.open_with("news") as ours, place.open() as theirs:
        [lease] = ours.claim(NOON, MINUTE)
        assert (lease.source, lease.until) == ("news", NOON + MINUTE)
        assert ours.states()[0].leased_until == NOON + MINUTE
        assert theirs.claim(NOON + MINUTE / 2, MINUTE, force=True) == []
        assert ours.claim(NOON + MINUTE / 2, MINUTE, force=True) == []
        [taken] = theirs.claim(NOON + MINUTE, MINUTE)
        assert taken.token != lease.token


def test_a_lost_lease_writes_nothing(place: Place) -> None:
    with place.open_with("news") as ours, place.open() as theirs:
        late = claim_one(ours)
        again = claim_one(theirs, now=NOON + MINUTE)
        with pytest.raises(LostLeaseError, match="news"):
            ours.record(late, stories(1), (), outcome(), NOON + HOUR, NOON, failed=True)
        with pytest.raises(LostLeaseError):
            ours.renew(late, NOON + MINUTE, HOUR)
        ours.abandon(late, NOON + MINUTE)
        assert ours.entries() == []
        assert ours.runs("news") == []
        assert ours.states()[0].failures == 0
        theirs.record(again, stories(1), (), outcome(), NOON + HOUR, NOON, failed=False)
        assert len(ours.entries()) == 1


def test_a_lease_ends_with_the_record_and_only_once(place: Place) -> None:
    with place.open_with("news") as store:
        lease = claim_one(store)
        store.record(lease, (), (), outcome(), NOON + HOUR, NOON, failed=False)
        [state] = store.states()
        assert (state.leased_until, state.next_check_at) == (None, NOON + HOUR)
        with pytest.raises(LostLeaseError):
            store.record(lease, (), (), outcome(), NOON, NOON, failed=False)


def test_a_renewed_lease_lasts_longer(place: Place) -> None:
    with place.open_with("news") as ours, place.open() as theirs:
        lease = ours.renew(claim_one(ours), NOON, HOUR)
        assert theirs.claim(NOON + 2 * MINUTE, MINUTE, force=True) == []
        assert lease.until == NOON + HOUR
        assert ours.record(lease, (), (), outcome(), NOON, NOON, failed=False) == ()


def test_an_abandoned_source_is_due_at_once(place: Place) -> None:
    with place.open_with("news") as store:
        store.abandon(claim_one(store), NOON)
        assert [lease.source for lease in store.claim(NOON, MINUTE, due_only=True)] == ["news"]


def test_due_sources_come_in_the_order_of_their_time_and_no_more_than_asked(place: Place) -> None:
    with place.open_with("a", "b", "c", "d") as store:
        for name, wait in (("a", 3), ("b", 1), ("c", 2), ("d", 9)):
            put(store, source=name, due=wait * MINUTE)
        later = NOON + 3 * MINUTE
        claimed = store.claim(later, HOUR, due_only=True, limit=2)
        assert [lease.source for lease in claimed] == ["b", "c"]
        assert [lease.source for lease in store.claim(later, HOUR, due_only=True)] == ["a"]


def test_without_due_only_all_come_but_those_that_back_off(place: Place) -> None:
    with place.open_with("well", "failing") as store:
        put(store, source="well")
        put(store, source="failing", failed=True)
        assert store.claim(NOON, MINUTE, due_only=True) == []
        [lease] = store.claim(NOON, MINUTE)
        assert lease.source == "well"
        assert [lease.source for lease in store.claim(NOON, MINUTE, force=True)] == ["failing"]


def test_a_back_off_ends_with_its_time(place: Place) -> None:
    with place.open_with("failing") as store:
        put(store, source="failing", failed=True, due=HOUR)
        assert [lease.source for lease in store.claim(NOON + HOUR, MINUTE)] == ["failing"]


def test_a_source_that_is_not_refreshed_by_itself_is_never_due_and_never_backs_off(
    place: Place,
) -> None:
    manual = replace(spec("news"), rhythm=None)
    with place.open_with() as store:
        store.sync([manual], NOON)
        assert store.claim(NOON, MINUTE, due_only=True) == []
        [lease] = store.claim(NOON, MINUTE)
        store.record(lease, (), (), outcome(), None, NOON, failed=True)
        assert store.states()[0].next_check_at is None
        assert store.claim(NOON + HOUR, MINUTE, due_only=True) == []
        [lease] = store.claim(NOON + HOUR, MINUTE)
        store.record(lease, (), (), outcome(), None, NOON, failed=False)
        store.sync([spec("news")], NOON + HOUR)
        assert store.states()[0].next_check_at == NOON + HOUR
        store.sync([manual], NOON + HOUR)
        assert store.states()[0].next_check_at is None


def test_a_new_rhythm_holds_from_now_on(place: Place) -> None:
    with place.open_with("news") as store:
        put(store, due=timedelta(days=30))
        store.sync([spec("news")], NOON + HOUR)
        assert store.states()[0].next_check_at == NOON + timedelta(days=30)
        store.sync([replace(spec("news"), rhythm="every hour")], NOON + HOUR)
        assert store.states()[0].next_check_at == NOON + HOUR


def test_names_restrict_and_disabled_sources_are_never_claimed(place: Place) -> None:
    with place.open_with("a", "b", "c") as store:
        store.sync([spec("a"), spec("b"), spec("c", enabled=False)], NOON)
        assert store.claim(NOON, MINUTE, names=["c", "unheard-of"], force=True) == []
        assert [lease.source for lease in store.claim(NOON, MINUTE, names=["b", "c"])] == ["b"]
        assert store.claim(NOON, MINUTE, names=[]) == []


def test_a_time_that_a_wrong_clock_wrote_does_not_keep_a_source_for_years(place: Place) -> None:
    with place.open_with("news", "far") as store:
        put(store, due=timedelta(days=4000))
        put(store, source="far", due=FURTHEST)
        assert [lease.source for lease in store.claim(NOON, MINUTE, due_only=True)] == ["news"]


def test_the_leases_of_a_store_that_was_closed_are_free(place: Place) -> None:
    with place.open_with("news") as ours:
        claim_one(ours)
    with place.open() as theirs:
        assert [lease.source for lease in theirs.claim(NOON, HOUR, due_only=True)] == ["news"]


def test_another_machines_leases_are_judged_by_time_alone(place: Place, tmp_path: Path) -> None:
    elsewhere = Place(tmp_path / "elsewhere", place.database)
    if place.database is None:
        pytest.skip("a SQLite file has one machine")
    with elsewhere.open_with("news") as theirs:
        claim_one(theirs)
    with place.open() as ours:
        assert ours.claim(NOON, HOUR, force=True) == []
        assert len(ours.claim(NOON + MINUTE, HOUR, due_only=True)) == 1


def test_processes_that_claim_at_once_never_get_the_same_source(
    place: Place, tmp_path: Path
) -> None:
    names = [f"source-{number}" for number in range(60)]
    with place.open_with(*names):
        pass

    def claim_until_none_is_left(number: int) -> None:
        with place.open() as store, (tmp_path / f"claimed-{number}").open("w") as log:
            while leases := store.claim(NOON, HOUR, due_only=True, limit=2):
                log.writelines(f"{lease.source}\n" for lease in leases)
                log.flush()
            # Its leases are free again once it is gone, and then others may claim the same.
            (tmp_path / f"done-{number}").touch()
            while not all((tmp_path / f"done-{other}").exists() for other in range(4)):
                time.sleep(0.01)

    children = [start(partial(claim_until_none_is_left, number)) for number in range(4)]
    assert [ended(child) for child in children] == [0, 0, 0, 0]
    claimed = [
        name for number in range(4) for name in (tmp_path / f"claimed-{number}").read_text().split()
    ]
    assert sorted(claimed) == sorted(names)


def test_the_source_of_a_killed_process_is_due_at_once(place: Place) -> None:
    with place.open_with("news"):
        pass
    said, say = os.pipe()

    def claim_and_hang() -> None:
        with place.open() as store:
            claim_one(store)
            os.write(say, b"!")
            signal.pause()

    child = start(claim_and_hang)
    assert os.read(said, 1) == b"!"
    os.close(said)
    os.close(say)
    with place.open() as store:
        assert store.claim(NOON, HOUR, force=True) == []
        os.kill(child, signal.SIGKILL)
        assert ended(child) == -signal.SIGKILL
        assert [lease.source for lease in store.claim(NOON, HOUR, due_only=True)] == ["news"]


def test_what_is_due_is_found_by_an_index_and_not_sorted(files: Place) -> None:
    with files.open_with("news") as store, store._database.reading() as connection:
        due = _free(connection, Wanted(due_only=True, limit=1), NOON)
        compiled = due.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    assert [row.detail for row in plan] == [
        "SEARCH source USING INDEX source_due (next_check_at<?)"
    ]


def on(name: str, host: str | None) -> SourceSpec:
    return replace(spec(name), host=host)


ONE, OTHER = "https://one.example", "https://other.example:8443"


def claimed(store: Store, limit: int | None = None, now: datetime = NOON) -> list[str]:
    leases = store.claim(now, MINUTE, due_only=True, in_turn=True, limit=limit)
    return [lease.source for lease in leases]


def test_in_turn_each_server_has_one_at_a_time_and_keeps_nobody_waiting(place: Place) -> None:
    many = [on(f"a{number:03}", ONE) for number in range(LOOKED_AT + 50)]
    with place.open_with() as ours, place.open() as theirs:
        ours.sync([*many, on("b", OTHER), on("c", None), on("d", None), on("e", OTHER)], NOON)
        [first, b] = ours.claim(NOON, MINUTE, due_only=True, in_turn=True, limit=2)
        assert (first.source, b.source) == ("a000", "b")
        assert claimed(theirs) == ["c", "d"]
        assert claimed(ours) == []
        ours.record(b, (), (), outcome("b"), NOON + HOUR, NOON, failed=False)
        assert claimed(ours) == ["e"]
        later = NOON + MINUTE  # whoever took so long has lost it
        assert claimed(ours, now=later) == ["a001", "c", "d", "e"]


def test_in_turn_a_server_that_wants_peace_has_it_whoever_is_due(place: Place) -> None:
    with place.open_with() as store:
        store.sync([on("a", ONE), on("b", ONE), on("c", OTHER)], NOON)
        store.keep_host(Host(ONE, wait_until=NOON + HOUR))
        assert claimed(store) == ["c"]
        assert claimed(store, now=NOON + HOUR) == ["a", "c"]


def test_who_is_asked_for_comes_first_and_one_that_backs_off_only_by_force(place: Place) -> None:
    with place.open_with("a", "b", "failing", "working") as store:
        put(store, source="b", due=HOUR)
        put(store, source="failing", failed=True, due=HOUR)
        claim_one(store, "working")
        assert store.ask(["b", "failing", "working", "unheard-of"], NOON) == ["b"]
        assert claimed(store) == ["b", "a"]
        assert store.ask(["failing"], NOON, force=True) == ["failing"]
        assert claimed(store) == ["failing"]


def test_a_paused_source_is_not_due_and_loses_no_time_by_it(place: Place) -> None:
    with place.open_with("a", "b") as store:
        store.pause(["a"], NOON)
        store.pause(["a"], NOON + HOUR)
        assert [state.paused_at for state in store.states()] == [NOON, None]
        assert claimed(store) == ["b"]
        store.resume(["a", "b"])
        assert claimed(store) == ["a"]


def test_a_service_is_on_record_until_it_ends_or_dies(place: Place) -> None:
    ours, theirs = place.open_with("news"), place.open()
    with ours:
        assert not ours.is_served(NOON)
        theirs.begin_service(NOON)
        [service] = ours.services(NOON)
        assert (service.pid, service.started_at) == (os.getpid(), NOON)
        assert ours.is_served(NOON)
        ours.ask_reload(NOON + MINUTE)
        assert theirs.is_asked_to_reload()
        theirs.answer_reload("town.toml is wrong", NOON + MINUTE)
        assert not theirs.is_asked_to_reload()
        assert ours.services(NOON)[0].refused == "town.toml is wrong"
        later = NOON + 5 * SILENT
        theirs.keep_service(later)
        assert ours.services(later)[0].seen_at == later
        assert ours.services(later + SILENT) == []
        theirs.close()  # as a killed one does: its lock is free, its row is left
        assert not ours.is_served(NOON)
        ours.begin_service(NOON)
        [service] = ours.services(NOON)
        assert service.asked_at is None
        ours.end_service()
        assert ours.services(NOON) == []
