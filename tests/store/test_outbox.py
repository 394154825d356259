"""What is to be told to others: with what it tells or not at all, once, and not all at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from feeder.models import Health, Publication, Transition
from feeder.store.outbox import BACK_OFF, GATHERED, PAUSED, PING, Mail, Message
from feeder.store.store import Store
from tests.store.nouns import HOUR, MINUTE, NOON, Place, claim_one, outcome

FEED = "https://news.example/all.atom"
SECOND = timedelta(seconds=1)
BROKEN = Transition("news", NOON, "ok", "broken", "no article was found")


def ping(topic: str = FEED, hub: str = "https://hub.example/", body: str = "{}") -> Message:
    return Message(PING, hub, topic, body)


def alarm(source: str, target: str = "alarm 1 0a0b0c0d") -> Message:
    return Message("webhook", target, source, f'"{source}"')


def publish(store: Store, *messages: Message) -> None:
    store.feed("all", now=NOON)
    store.record_publication(Publication("all", "all.atom", "0", 1, 2, NOON), messages)


def claimed(store: Store, now: datetime = NOON) -> Mail:
    mail = store.claim_mail(now, MINUTE)
    assert mail is not None
    return mail


def fall_ill(store: Store) -> None:
    store.record(
        claim_one(store), (), (), outcome(), NOON + HOUR, NOON, failed=True,
        health=Health("broken", NOON), transition=BROKEN,
    )  # fmt: skip


def test_what_is_told_of_a_publication_is_there_until_it_is_delivered(place: Place) -> None:
    with place.open_with("news") as store:
        assert not store.has_mail(NOON)
        publish(store, ping())
        assert store.has_mail(NOON)
        mail = claimed(store)
        assert (mail.kind, mail.target, mail.bodies) == (PING, "https://hub.example/", ("{}",))
        store.mail_delivered(mail)
        assert store.undelivered() == []


def test_what_is_told_is_in_the_transaction_of_what_it_tells(place: Place) -> None:
    with place.open_with("news") as store:
        nobody = Publication("nobody's", "x.atom", "0", 1, 2, NOON)
        with pytest.raises(Exception, match="No row"):
            store.record_publication(nobody, [ping()])

        def fail(transitions: object) -> list[Message]:
            raise ZeroDivisionError

        store.tell_of = fail
        with pytest.raises(ZeroDivisionError):
            fall_ill(store)
        assert store.undelivered() == [] and store.transitions("news") == []


def test_a_change_of_condition_is_told_with_those_before_it(place: Place) -> None:
    met = list[Transition]()

    def tell(transitions: Sequence[Transition]) -> list[Message]:
        met.extend(transitions)
        return [alarm("news")]

    with place.open_with("news") as store:
        store.tell_of = tell
        fall_ill(store)
        assert [(one.becomes, one.source) for one in met] == [("broken", "news")]
        assert [one.subject for one in store.undelivered()] == ["news"]


def test_what_is_newer_takes_the_place_of_what_waits(place: Place) -> None:
    with place.open_with("news") as store:
        publish(store, ping(body="1"), ping("https://news.example/other"))
        publish(store, ping(body="2"))
        bodies = [claimed(store).bodies, claimed(store).bodies]
        assert sorted(bodies) == [("2",), ("{}",)]


def test_what_comes_while_the_older_one_is_delivered_is_delivered_too(place: Place) -> None:
    with place.open_with("news") as store:
        publish(store, ping(body="1"))
        mail = claimed(store)
        publish(store, ping(body="2"))
        store.mail_delivered(mail)
        assert claimed(store).bodies == ("2",)


def test_two_processes_do_not_deliver_the_same(place: Place) -> None:
    with place.open_with("news") as store, place.open() as other:
        publish(store, ping())
        mail = claimed(store)
        assert other.claim_mail(NOON, MINUTE) is None and not other.has_mail(NOON)
        # Whoever claimed it was killed: it is delivered when the lease is over.
        again = claimed(other, NOON + MINUTE)
        assert again.numbers == mail.numbers
        store.mail_delivered(mail)  # it was slow, and somebody else has it by now
        assert len(other.undelivered()) == 1
        store.mail_failed(mail, "too late", NOON + MINUTE)
        other.mail_delivered(again)
        assert other.undelivered() == []


def test_failures_are_tried_again_ever_more_rarely_and_given_up_after_three_days(
    files: Place,
) -> None:
    with files.open_with("news") as store:
        publish(store, ping())
        now, waits = NOON, list[timedelta]()
        for _ in range(100):
            mail = claimed(store, now)
            if store.mail_failed(mail, "it is silent", now):
                break
            [waiting] = store.undelivered()
            assert (waiting.tries, waiting.error) == (len(waits) + 1, "it is silent")
            waits.append(waiting.due_at - now)
            assert not store.has_mail(waiting.due_at - SECOND)
            now = waiting.due_at
        assert waits[: len(BACK_OFF)] == list(BACK_OFF)
        assert timedelta(days=3) <= now - NOON < timedelta(days=4)
        assert store.undelivered() == []


def test_who_asks_for_patience_gets_it_within_a_day(files: Place) -> None:
    with files.open_with("news") as store:
        publish(store, ping())
        store.mail_failed(claimed(store), "429", NOON, not_before=NOON + 2 * HOUR)
        assert store.undelivered()[0].due_at == NOON + 2 * HOUR
        later = NOON + 2 * HOUR
        store.mail_failed(claimed(store, later), "429", later, not_before=NOON + 1000 * HOUR)
        assert store.undelivered()[0].due_at == later + 24 * HOUR


def test_news_for_a_target_that_fails_waits_for_its_time(place: Place) -> None:
    topics = [f"https://news.example/{number}" for number in range(5)]
    with place.open_with("news") as store:
        publish(store, *map(ping, topics), ping(hub="https://other.example/"))
        store.mail_failed(claimed(store), "it is down", NOON)
        publish(store, ping(topics[0], body="newer"))
        assert claimed(store).target == "https://other.example/"
        assert store.claim_mail(NOON + 59 * SECOND, MINUTE) is None
        assert claimed(store, NOON + MINUTE).target == "https://hub.example/"


def test_a_person_gets_one_message_a_minute_with_all_that_came_meanwhile(place: Place) -> None:
    with place.open_with("news") as store:
        publish(store, alarm("a"))
        store.mail_delivered(claimed(store))
        for source in "bcd":
            publish(store, alarm(source))
        publish(store, alarm("other's", "alarm 2 99999999"))
        assert claimed(store).bodies == ('"other\'s"',)
        assert store.claim_mail(NOON + PAUSED - SECOND, MINUTE) is None
        mail = claimed(store, NOON + PAUSED)
        assert mail.bodies == ('"b"', '"c"', '"d"')
        store.mail_delivered(mail)
        assert [one.subject for one in store.undelivered()] == ["other's"]


def test_a_clock_that_was_put_back_holds_nothing_up_for_long(place: Place) -> None:
    with place.open_with("news") as store:
        publish(store, alarm("a"))
        store.mail_failed(claimed(store), "down", NOON)
        assert claimed(store, NOON - 100 * 24 * HOUR).bodies == ('"a"',)


def test_texts_too_long_for_an_index_and_more_than_a_message_holds(place: Place) -> None:
    many = [alarm("x" * 3_000 + str(number)) for number in range(GATHERED + 1)]
    with place.open_with("news") as store:
        publish(store, *many, ping("https://news.example/" + "y" * 5_000))
        sizes = sorted(len(claimed(store, NOON).bodies) for _ in range(2))
        assert sizes == [1, GATHERED]
        assert len(claimed(store, NOON + PAUSED).bodies) >= 1


def test_a_target_that_wants_patience_is_not_asked_for_what_is_new(place: Place) -> None:
    with place.open_with("news") as store:
        publish(store, ping())
        store.mail_failed(claimed(store), "429", NOON, not_before=NOON + 2 * HOUR)
        publish(store, ping("https://news.example/new"), ping(hub="https://other.example/"))
        other = claimed(store)
        assert other.target == "https://other.example/"
        store.mail_delivered(other)
        assert store.claim_mail(NOON + 2 * HOUR - SECOND, MINUTE) is None
        assert claimed(store, NOON + 2 * HOUR).target == "https://hub.example/"


def test_what_is_given_up_takes_nothing_newer_along(place: Place) -> None:
    days = timedelta(days=3)
    with place.open_with("news") as store:
        publish(store, alarm("old"))
        later = Publication("all", "all.atom", "1", 1, 2, NOON + days)
        store.record_publication(later, [alarm("new")])
        mail = claimed(store, NOON + days)
        assert len(mail.bodies) == 2
        assert store.mail_failed(mail, "down", NOON + days)
        assert [one.subject for one in store.undelivered()] == ["new"]
