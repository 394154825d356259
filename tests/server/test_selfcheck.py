"""The service looks at its own feed as a reader does, and says what to do where it is not right."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from feeder.app import App, load, open_app
from feeder.errors import ForbiddenAddressError, SourceError
from feeder.fetch.own import OwnSite
from feeder.rounds.publishing import publish_feeds
from feeder.server import subscriber
from feeder.server.desk import Desk
from feeder.server.noted import Checked
from feeder.server.selfcheck import SelfCheck
from tests.site.behaviour import Behaviour
from tests.site.pages import ATOM, Conditional, Page
from tests.site.server import Site
from tests.site.statuses import Status
from tests.store.nouns import put, stories


@dataclass
class Front:
    """A web server in front of us, and what we look at it with."""

    site: Site
    app: App
    desk: Desk = field(init=False)
    check: SelfCheck = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(lambda: self.app)
        self.check = SelfCheck(self.desk)

    @property
    def published(self) -> bytes:
        return (self.app.settings.public / "news.atom").read_bytes()

    def seen(self, behaviour: Behaviour) -> Checked:
        """What a look sees where the feed is answered so."""
        self.site.at("/feeds/news.atom", behaviour)
        found = self.check.look()
        assert found is not None
        return found

    def serves(self, **told: Any) -> Behaviour:
        return Conditional(**{"body": self.published, "media_type": ATOM, **told})

    def publish(self, *numbers: int) -> None:
        put(self.app.store, stories(*numbers), now=datetime.now(UTC))
        publish_feeds(self.app, self.app.settings.feeds)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    with Site() as site:
        (tmp_path / "config/sources").mkdir(parents=True)
        told = f'public_url = "{site.url("/feeds")}"\n'
        (tmp_path / "config/feeder.toml").write_text(told)
        (tmp_path / "news").mkdir()
        written = f'kind = "files"\nroot = "{tmp_path / "news"}"\n'
        (tmp_path / "config/sources/news.toml").write_text(written)
        with open_app(load(tmp_path / "config")) as app:
            yield Front(site, app)


def test_before_anything_is_published_there_is_nothing_to_look_at(front: Front) -> None:
    assert front.check.look() is None
    assert not front.site.requests


def test_a_feed_that_readers_get_as_it_should_be_is_well(front: Front) -> None:
    front.publish(1)
    seen = front.seen(front.serves())
    assert seen.message is None
    assert front.desk.noted.checked == seen
    first, again = front.site.requests
    assert first.path == "/feeds/news.atom"
    assert again.headers["if-none-match"] == '"1"'
    assert seen.seconds > 0


def test_a_packed_feed_is_looked_at_unpacked(front: Front) -> None:
    front.publish(1)
    etag = {"ETag": '"1"'}
    packed = front.seen(Page(front.published, ATOM, headers=etag, packed=True))
    assert packed.message is not None
    assert "304" in packed.message  # all else is right


def test_a_feed_with_a_date_alone_is_asked_for_by_its_date(front: Front) -> None:
    front.publish(1)
    assert front.seen(front.serves(etag=None)).message is None
    assert "if-modified-since" in front.site.requests[-1].headers


@pytest.mark.parametrize(
    ("told", "message", "advice"),
    [
        ({"etag": None, "last_modified": None}, "neither ETag", "send them"),
        ({"media_type": "text/plain"}, "served as 'text/plain'", "feeder webserver"),
    ],
)
def test_headers_that_readers_need_are_missed(
    front: Front, told: dict[str, Any], message: str, advice: str
) -> None:
    front.publish(1)
    seen = front.seen(front.serves(**told))
    assert message in (seen.message or "")
    assert advice in seen.advice


def test_what_the_web_server_refuses_is_told_with_its_status(front: Front) -> None:
    front.publish(1)
    seen = front.seen(Status(404))
    assert "answers 404" in (seen.message or "")
    assert "`public`" in seen.advice


def test_no_redirect_is_followed(front: Front) -> None:
    front.publish(1)
    elsewhere = front.site.at("/elsewhere", Page())
    seen = front.seen(Status(301, {"Location": elsewhere}))
    assert "redirects to" in (seen.message or "")
    assert "public_url" in seen.advice
    assert [asked.path for asked in front.site.requests] == ["/feeds/news.atom"]


def test_bytes_that_are_not_ours_are_told_and_what_a_cache_may_keep_is_not(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.publish(1)
    old = front.serves()
    front.publish(2)
    assert front.seen(old).message is None  # published a moment ago
    monkeypatch.setattr(subscriber, "_KEPT", timedelta())
    seen = front.seen(old)
    assert "not what was published" in (seen.message or "")
    assert "cache" in seen.advice
    assert front.seen(front.serves()).message is None


def test_a_server_that_is_not_there_is_told_of(front: Front) -> None:
    front.publish(1)
    front.site.close()
    seen = front.check.look()
    assert seen is not None
    assert "no connection" in (seen.message or "")
    assert "[server]" in seen.advice


def test_each_change_is_logged_once(front: Front) -> None:
    front.publish(1)
    with capture_logs() as logs:
        for behaviour in (front.serves(), front.serves(), Status(503), Status(503), front.serves()):
            front.seen(behaviour)
    assert [(one["event"], one["log_level"]) for one in logs] == [
        ("own feed", "info"),
        ("own feed", "warning"),
        ("own feed", "info"),
    ]
    assert "503" in logs[1]["message"]
    assert logs[1]["advice"]


def test_a_private_feed_is_not_asked_for(front: Front, tmp_path: Path) -> None:
    (tmp_path / "config/feeder.toml").write_text("[publish]\nprivate = true\n")
    front.publish(1)
    with_private = load(tmp_path / "config")
    front.app = replace(front.app, settings=with_private)
    assert front.check.look() is None


def test_ticks_have_it_look_now_and_then_and_never_twice_at_once(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.publish(1)
    front.site.at("/feeds/news.atom", front.serves())
    for _ in range(50):
        front.check.begin()
        time.sleep(0.01)
    assert front.desk.noted.checked is not None
    assert len(front.site.requests) == 2
    monkeypatch.setattr(front.check, "_due", 0.0)
    front.check.close()
    front.check.begin()
    time.sleep(0.1)
    assert len(front.site.requests) == 2


def test_nothing_but_the_one_origin_is_asked(front: Front) -> None:
    elsewhere = [
        f"http://127.0.0.1:{front.site.port + 1}/feeds/news.atom",
        f"https://127.0.0.1:{front.site.port}/feeds/news.atom",
        f"http://127.0.0.2:{front.site.port}/feeds/news.atom",
    ]
    with closing(OwnSite(front.app.settings.public_url, front.app.settings.fetch)) as ours:
        for url in elsewhere:
            with pytest.raises(ForbiddenAddressError):
                ours.ask(url, seconds=5, max_bytes=100)
    metadata = "http://169.254.169.254/"
    with (
        closing(OwnSite(metadata, front.app.settings.fetch)) as ours,
        pytest.raises(SourceError, match=r"169\.254"),
    ):
        ours.ask(metadata, seconds=5, max_bytes=100)
    assert not front.site.requests
