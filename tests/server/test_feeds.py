"""Readers are given whole documents with right headers, and told what became of others."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import threading
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import brotli
import pytest

from feeder.errors import StateError
from feeder.models import Document
from feeder.outputs.directory import Directory
from feeder.server import feeds as server_feeds
from feeder.server import record as server_record
from feeder.server.shelf import Shelf
from feeder.server.snapshots import Kept, pack, read
from feeder.store.store import Store
from tests.server.house import TOKEN, House, Served, serving_site

FEED = '[[feed]]\nname = "{}"\nsources = ["*"]\n{}\n'


def feed(name: str, more: str = "") -> str:
    return FEED.format(name, more)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/river.atom", "application/atom+xml; charset=utf-8"),
        ("/river.rss", "application/rss+xml; charset=utf-8"),
        ("/river.json", "application/feed+json"),
        ("/river.html", "text/html; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
        ("/feed.css", "text/css; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
    ],
)
def test_a_document_has_its_type_its_tag_and_may_be_read_by_every_page(
    town: House, served: Served, path: str, media_type: str
) -> None:
    got = served.ask(path)
    lying = (town.public / (path[1:] or "index.html")).read_bytes()
    assert (got.status, got.body) == (200, lying)
    assert got["content-type"] == media_type
    assert got["etag"] == f'"{hashlib.sha256(lying).hexdigest()[:32]}"'
    assert got["access-control-allow-origin"] == "*"
    assert got["x-content-type-options"] == "nosniff"
    assert got["cache-control"] == "public, max-age=900, stale-if-error=86400"
    assert "script" not in got.headers.get("content-security-policy", "default-src 'none'")
    assert "server" not in got.headers


def test_a_feed_names_its_hubs_and_its_own_address(house: House) -> None:
    main = 'public_url = "https://feeds.example.org/"\n'
    house.publish(main + feed("town", 'hubs = ["https://hub.example.org/"]'))
    with house.served() as served:
        told = served.ask("/town.atom")["link"]
    assert told == (
        '<https://hub.example.org/>; rel="hub", <https://feeds.example.org/town.atom>; rel="self"'
    )


def test_what_is_fresh_follows_how_often_its_sources_are_looked_at(house: House) -> None:
    house.source('every = "5m"\n')
    house.publish("")
    with house.served() as served:
        assert served.ask("/river.atom")["cache-control"].startswith("public, max-age=300,")


def test_each_coding_has_a_tag_of_its_own_and_unpacks_to_the_same(served: Served) -> None:
    plain, packed, brotlied = (
        served.ask("/river.atom", accept_encoding=coding)
        for coding in ("identity", "gzip;q=0.5, br;q=0", "br")
    )
    refused = served.ask("/river.atom", accept_encoding="identity;q=0")
    again = served.ask("/river.atom", accept_encoding="gzip", if_none_match=packed["etag"])
    other = served.ask("/river.atom", accept_encoding="gzip", if_none_match=plain["etag"])
    assert "content-encoding" not in plain.headers
    assert (packed["content-encoding"], brotlied["content-encoding"]) == ("gzip", "br")
    assert plain.body == gzip.decompress(packed.body) == brotli.decompress(brotlied.body)
    assert len({plain["etag"], packed["etag"], brotlied["etag"]}) == 3
    assert {each["vary"] for each in (plain, packed, brotlied, refused)} == {"accept-encoding"}
    assert refused.status == 406
    assert (again.status, again["etag"], again["vary"]) == (304, packed["etag"], "accept-encoding")
    assert other.status == 200


def test_who_has_it_already_is_told_so_and_given_nothing(house: House) -> None:
    house.publish("")
    an_hour_ago = time.time() - 3600
    os.utime(house.public / "river.atom", (an_hour_ago, an_hour_ago))
    with house.served() as served:
        first = served.ask("/river.atom")
        tag, modified = first["etag"], first["last-modified"]
        before = format_datetime(parsedate_to_datetime(modified) - timedelta(1), usegmt=True)
        after = format_datetime(datetime.now(UTC), usegmt=True)
        for headers, status in [
            ({"if_none_match": tag}, 304),
            ({"if_none_match": f"W/{tag}"}, 304),
            ({"if_none_match": f'"a", "b,c" ,W/{tag}'}, 304),
            ({"if_none_match": "*"}, 304),
            ({"if_none_match": '"another"'}, 200),
            ({"if_none_match": tag.strip('"')}, 200),
            ({"if_modified_since": modified}, 304),
            ({"if_modified_since": after}, 304),
            ({"if_modified_since": before}, 200),
            ({"if_modified_since": "yesterday"}, 200),
            ({"if_none_match": tag, "if_modified_since": before}, 304),
            ({"if_none_match": '"another"', "if_modified_since": modified}, 200),
        ]:
            got = served.ask("/river.atom", headers=headers)
            assert got.status == status, headers
            assert bool(got.body) == (status == 200)
            assert (got["etag"], got["cache-control"]) == (tag, first["cache-control"])


def test_a_date_is_told_only_when_no_other_version_can_have_the_same(house: House) -> None:
    house.publish("")
    with house.served() as served:
        os.utime(house.public / "river.atom", (time.time() + 60,) * 2)
        assert "last-modified" not in served.ask("/river.atom").headers
        old = time.time() - 5
        os.utime(house.public / "river.atom", (old, old))
        assert served.ask("/river.atom")["last-modified"]


def test_the_quick_way_and_the_long_way_give_the_same_answers(served: Served) -> None:
    asked: dict[str, str]
    for asked in (
        {},
        {"accept_encoding": "gzip"},
        {"accept_encoding": "br, gzip", "if_none_match": "*"},
        {"if_modified_since": "Fri, 31 Dec 9999 23:59:59 GMT"},
    ):
        # What is spelt with a % is not looked up at once; the first time, it is not at hand either.
        first, long, quick = (
            served.ask(path, headers=asked) for path in ("/river.rss", "/river%2Erss", "/river.rss")
        )
        for got in (long, quick):
            assert (got.status, got.body) == (first.status, first.body)
            assert {**got.headers, "date": ""} == {**first.headers, "date": ""}


def test_only_reading_is_allowed(served: Served) -> None:
    whole, head = served.ask("/river.atom"), served.ask("/river.atom", "HEAD")
    for method in ("POST", "PUT", "DELETE", "PATCH", "PROPFIND"):
        got = served.ask("/river.atom", method, b"x")
        assert (got.status, got["allow"]) == (405, "GET, HEAD, OPTIONS")
    asked = served.ask("/river.atom", "OPTIONS", origin="https://reader.example")
    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}
    assert (asked.status, asked["access-control-allow-origin"]) == (204, "*")
    assert "If-None-Match" in asked["access-control-allow-headers"]


@pytest.mark.parametrize(
    "target",
    [
        "/../config/feeder.toml",
        "/..%2fconfig/feeder.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%5c..%5cetc%5cpasswd",
        "/\\..\\config",
        "//evil.example/river.atom",
        "/./river.atom",
        "/river.atom/",
        "/river.atom%00.html",
        "/river.atom.gz",
        "/RIVER.atom",
        "/state/feeder.db",
        "/private/../river.atom",
        "/.river.atom.deadbeef.part",
        "/%ff%fe",
    ],
)
def test_no_path_leads_to_anything_but_documents_on_record(
    town: House, served: Served, target: str
) -> None:
    (town.public / ".river.atom.deadbeef.part").write_text("half of it")
    got = served.ask(target)
    assert got.status in (400, 403, 404)
    assert len(got.body) < 100
    assert "location" not in got.headers
    assert b"evil" not in got.body


def test_a_link_in_the_public_folder_is_not_followed(house: House, tmp_path: Path) -> None:
    house.publish("")
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    (house.public / "river.atom").unlink()
    (house.public / "river.atom").symlink_to(secret)
    with house.served() as served:
        got = served.ask("/river.atom")
    assert (got.status, got["retry-after"]) == (503, "60")
    assert b"secret" not in got.body


def test_renamed_and_removed_feeds_say_so(house: House) -> None:
    url = 'public_url = "https://feeds.example.org/"\n'
    house.publish(url + feed("old") + feed("gone"))
    house.publish(url + feed("new", 'formerly = ["old"]'))
    with house.served() as served:
        moved, gone = served.ask("/old.atom?a=b"), served.ask("/gone.atom")
        assert served.ask("/new.atom").status == 200
    assert (moved.status, moved["location"]) == (308, "https://feeds.example.org/new.atom")
    assert gone.status == 410
    assert moved["access-control-allow-origin"] == gone["access-control-allow-origin"] == "*"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at once a second is looked at each time."""
    monkeypatch.setattr(server_record, "LOOK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(server_record, "_SHARE", 0)
    monkeypatch.setattr(server_feeds, "TRY_AGAIN_SECONDS", 0.0)


@pytest.mark.usefixtures("impatient")
def test_what_another_process_publishes_is_served_at_once(house: House) -> None:
    house.configure()
    with house.served() as served:
        assert served.ask("/river.atom").status == 404
        house.publish()
        first = served.ask("/river.atom")
        house.article("storm", "A storm over the town")
        house.publish()
        second = served.ask("/river.atom", if_none_match=first["etag"])
    assert (first.status, second.status) == (200, 200)
    assert b"A storm" in second.body
    assert b"A storm" not in first.body


def test_a_renamed_feed_is_known_after_a_reload(house: House) -> None:
    house.publish(feed("old"))
    with house.served() as served:
        assert served.ask("/old.atom").status == 200
        new = feed("new", 'formerly = ["old"]')
        house.publish(new)
        house.reload(served, new)
        assert served.ask("/old.atom").status == 308


@pytest.mark.usefixtures("impatient")
def test_when_the_public_folder_vanishes_what_was_read_is_served_on(
    house: House, events: list[dict[str, object]]
) -> None:
    house.publish("")
    with house.served() as served:
        first = served.ask("/river.atom")
        shutil.move(house.public, house.root / "elsewhere")
        events.clear()
        for _ in range(5):
            assert served.ask("/river.atom").body == first.body
        unread = served.ask("/river.rss")
        faults = [event for event in events if event.get("event") == "document cannot be read"]
        shutil.move(house.root / "elsewhere", house.public)
        assert served.ask("/river.atom").body == first.body
        assert served.ask("/river.rss").status == 200
    assert (unread.status, unread["retry-after"]) == (503, "60")
    assert len(faults) == 1
    assert faults[0]["advice"]
    assert events[-1]["event"] == "documents can be read again"


def test_when_the_database_is_gone_what_is_known_is_served_on(
    house: House, events: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publish("")

    def locked(_: Store) -> None:
        raise StateError("the database is locked", advice="wait")

    with house.served() as served:
        assert served.ask("/river.atom").status == 200
        monkeypatch.setattr(Store, "served", locked)
        house.reload(served, 'timezone = "Europe/Berlin"\n')
        assert served.ask("/river.atom").status == 200
        assert served.ask("/unknown.atom").status == 404
    with house.opened() as app, serving_site(app) as served:
        assert served.ask("/river.atom").status == 503
    assert [event["message"] for event in events if event["event"] == "record unknown"] == [
        "the database is locked",
        "the database is locked",
    ]


def test_while_the_database_hangs_what_is_known_is_served_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publish("")
    answers = threading.Event()
    monkeypatch.setattr(server_record, "PATIENCE_SECONDS", 0.1)
    with house.served() as served:
        assert served.ask("/river.atom").status == 200
        monkeypatch.setattr(server_record, "shelf_of", lambda app: answers.wait(20) and Shelf())
        try:
            house.reload(served, 'timezone = "Europe/Berlin"\n')
            assert served.ask("/river.atom").status == 200
            assert served.ask("/unknown.atom").status == 404
        finally:
            answers.set()


def test_the_path_of_public_url_may_be_there_or_cut_off(house: House) -> None:
    house.publish('public_url = "https://example.org/my%20feeds/"\n')
    with house.served() as served:
        bodies = {
            served.ask(path).body
            for path in ("/river.atom", "/my%20feeds/river.atom", "/my%20feeds/%72iver.atom")
        }
        assert served.ask("/my%20feeds/").body == served.ask("/").body
        assert served.ask("/my%20feeds/healthz").status == served.ask("/healthz").status == 200
    assert bodies == {(house.public / "river.atom").read_bytes()}


# Private feeds


def private(house: House) -> str:
    (house.root / "token").write_text(TOKEN + "\n")
    return '[server]\ntoken_file = "token"\n' + feed("mine", "private = true") + feed("town")


def test_a_private_feed_is_for_whoever_has_the_token(house: House) -> None:
    house.publish(private(house))
    lying = (house.root / "var/state/private/mine.atom").read_bytes()
    (house.public / "mine.atom").write_bytes(lying)  # it could not be taken away
    basic = f"Basic {b64encode(f'me:{TOKEN}'.encode()).decode()}"
    with house.served() as served:
        for headers, target in [
            ({"authorization": f"Bearer {TOKEN}"}, "/private/mine.atom"),
            ({"authorization": f"bearer  {TOKEN}"}, "/private/mine.atom"),
            ({"authorization": basic}, "/private/mine.atom"),
            ({}, f"/private/mine.atom?token={TOKEN}"),
        ]:
            got = served.ask(target, headers=headers)
            assert (got.status, got.body) == (200, lying), headers
            assert got["cache-control"] == "private, no-store"
            assert "access-control-allow-origin" not in got.headers
            assert "link" not in got.headers
        again = served.ask(
            "/private/mine.atom", authorization=basic, if_none_match=got["etag"], origin="https://x"
        )
        assert (again.status, "access-control-allow-origin" in again.headers) == (304, False)
        # It says of itself that it lies there.
        assert served.ask("/mine.atom", authorization=basic).body == lying
        asked = served.ask("/private/mine.atom", "OPTIONS", authorization=basic)
        assert (asked.status, "access-control-allow-origin" in asked.headers) == (204, False)
        for headers, target in [
            ({}, "/private/mine.atom"),
            ({}, "/private/none.atom"),
            ({"authorization": "Bearer another-token-of-some-length"}, "/private/mine.atom"),
            ({"authorization": "Basic !!!"}, "/private/mine.atom"),
            ({}, "/private/mine.atom?token=another"),
        ]:
            got = served.ask(target, headers=headers)
            assert (got.status, got["www-authenticate"][:5] in ("Basic", "Beare")) == (401, True)
            assert b"<feed" not in got.body
        for target in ("/mine.atom", "/private/../mine.atom", "/private/none.atom?token=" + TOKEN):
            assert served.ask(target).status in (401, 404)


def test_without_a_token_file_private_feeds_are_nobodys(house: House) -> None:
    house.publish(feed("mine", "private = true"))
    with house.served() as served:
        for target in ("/private/mine.atom", "/private/none.atom?token=", "/private/health.atom"):
            assert served.ask(target, authorization="Bearer ").status == 403
        assert served.ask("/mine.atom").status == 404


def test_of_a_private_feed_not_even_its_former_names_are_told(house: House) -> None:
    main = private(house)
    house.publish(main)
    url = 'public_url = "https://feeds.example.org/"\n'
    named = feed("ours", 'private = true\nformerly = ["mine"]') + feed("town")
    house.publish(url + '[server]\ntoken_file = "token"\n' + named)
    with house.served() as served:
        assert served.ask("/mine.atom").status == served.ask("/ours.atom").status == 404
        told = served.ask("/private/mine.atom", authorization=f"Bearer {TOKEN}")
    assert (told.status, told["location"]) == (308, "https://feeds.example.org/private/ours.atom")
    assert "access-control-allow-origin" not in told.headers


@pytest.mark.usefixtures("impatient")
def test_a_feed_that_becomes_private_is_nobodys_any_more(house: House) -> None:
    house.publish(feed("mine"))
    with house.served() as served:
        assert served.ask("/mine.atom").status == 200
        main = feed("mine", "private = true")
        house.publish(main)
        # The configuration that this process has says nothing of it; the record does.
        assert served.ask("/mine.atom").status == 404
        house.reload(served, main)
        assert served.ask("/mine.atom").status == 404


# While it is replaced


def test_a_feed_that_is_replaced_under_load_has_one_body_for_each_tag(house: House) -> None:
    house.publish("")
    output = Directory(house.public, packed=())
    seen: dict[tuple[str, str], set[bytes]] = {}
    faults = list[object]()
    over = threading.Event()

    def read(served: Served, coding: str) -> None:
        while not over.is_set():
            got = served.ask("/river.atom", accept_encoding=coding)
            body = gzip.decompress(got.body) if coding == "gzip" else got.body
            seen.setdefault((coding, got["etag"]), set()).add(body)
            if got.status != 200 or len(set(body)) != 1:  # each version is of one letter alone
                faults.append((got.status, set(body)))

    with house.served() as served:
        output.put(version(0))
        readers = [
            threading.Thread(target=read, args=(served, coding))
            for coding in ("identity", "gzip", "identity")
        ]
        for reader in readers:
            reader.start()
        for number in range(1, 101):
            output.put(version(number))
            over.wait(0.005)  # on a fast disk all of them would be there before anybody has looked
        last = served.ask("/river.atom")
        over.set()
        for reader in readers:
            reader.join()
    assert not faults
    assert last.body == version(100).body
    assert {len(bodies) for bodies in seen.values()} == {1}
    assert len(seen) > 20


def version(number: int) -> Document:
    """All of one size, so that nothing but the bytes tells them apart."""
    return Document("river.atom", "application/atom+xml", bytes([33 + number]) * 50_000)


def test_the_documents_that_were_not_asked_for_lately_leave_memory(tmp_path: Path) -> None:
    kept = Kept(limit=100_000)
    for number in range(50):
        place = tmp_path / f"{number}.atom"
        place.write_bytes(os.urandom(10_000))
        snapshot = read(str(place))
        kept.put(str(place), snapshot)
        kept.grew(str(place), snapshot, pack(snapshot, "gzip"))
    living = [number for number in range(50) if kept.get(str(tmp_path / f"{number}.atom"))]
    assert living == [46, 47, 48, 49]
