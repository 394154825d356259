"""What programs can ask feeder to do, and who may."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeder.changes.identity import Reading
from feeder.models import Article
from feeder.server import access
from feeder.server.api.routes import ENDPOINTS
from feeder.server.desk import Desk
from feeder.server.running import Server
from feeder.server.site import site
from feeder.store.claims import ASKED
from feeder.store.sources import SourceSpec
from tests.server.api.conftest import TOKEN, Served, check, hold, opened, project, serving
from tests.store.nouns import NOON, path, put, stories

ROOT = "/api/v1"
ACTIONS = [one for one in ENDPOINTS if one.acts]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with opened(project(tmp_path)) as (app, desk), serving(app, desk) as found:
        put(app.store, stories(1), now=datetime.now(UTC))
        yield found


def post(served: Served, target: str) -> int:
    return served.ask(ROOT + target, "POST").status


def test_a_source_is_refreshed_next_and_with_force_even_where_it_backs_off(served: Served) -> None:
    reply = served.ask(f"{ROOT}/sources/news/refresh", "POST")
    assert (reply.status, reply.json) == (
        202,
        {"asked": "refresh", "sources": ["news"], "batch": None},
    )
    assert _due(served) == ASKED
    put(served.app.store, failed=True, now=datetime.now(UTC))
    assert post(served, "/sources/news/refresh") == 202
    assert _due(served) != ASKED
    assert post(served, "/sources/news/refresh?force=true") == 202
    assert _due(served) == ASKED


def _due(served: Served) -> datetime | None:
    (state,) = served.app.store.states()
    return state.next_check_at


def test_a_source_is_paused_and_resumed(served: Served) -> None:
    assert post(served, "/sources/news/pause") == 202
    assert served.ask(f"{ROOT}/sources/news").json["state"] == "paused"
    assert post(served, "/sources/news/resume") == 202
    assert served.ask(f"{ROOT}/sources/news").json["state"] == "ok"


def test_services_are_asked_to_read_their_configuration(served: Served) -> None:
    served.app.store.begin_service(NOON)
    assert served.ask(f"{ROOT}/reload", "POST").json["asked"] == "reload"
    assert served.app.store.is_asked_to_reload()
    served.app.store.end_service()


def test_a_batch_is_dropped_once_and_for_all(served: Served) -> None:
    hold(served.app, datetime.now(UTC))
    (batch,) = served.ask(f"{ROOT}/quarantine?status=held").json["batches"]
    reply = served.ask(f"{ROOT}/quarantine/{batch['id']}/drop", "POST")
    assert (reply.status, reply.json["batch"]) == (202, batch["id"])
    assert served.ask(f"{ROOT}/quarantine?status=held").json["batches"] == []


def test_a_batch_that_is_released_is_on_record_and_published(served: Served) -> None:
    text = "What happened at the river is told here."
    article = Article("A flood", f"<p>{text}</p>", text, published=NOON)
    hold(served.app, datetime.now(UTC), [Reading("flood.txt", article, (path(9),))])
    assert post(served, "/quarantine/1/release") == 202
    titles = [one["title"] for one in served.ask(f"{ROOT}/entries?source=news").json["entries"]]
    assert titles == ["A flood", "Story 1"]
    assert "A flood" in (served.app.settings.public / "news.atom").read_text()
    assert served.ask(f"{ROOT}/quarantine").json["batches"][0]["status"] == "released"


def test_a_batch_whose_articles_are_gone_cannot_be_released(served: Served) -> None:
    hold(served.app, datetime.now(UTC))
    reply = served.ask(f"{ROOT}/quarantine/1/release", "POST")
    assert reply.status == 503
    assert "not kept any more" in reply.json["detail"]
    assert reply.json["advice"]


def test_a_source_that_is_being_refreshed_keeps_its_batches_for_now(served: Served) -> None:
    hold(served.app, datetime.now(UTC))
    served.app.store.claim(datetime.now(UTC), _LEASE, names=["news"], force=True)
    reply = served.ask(f"{ROOT}/quarantine/1/drop", "POST")
    assert reply.status == 409


def test_what_is_switched_off_is_not_asked_for(served: Served) -> None:
    off = SourceSpec("news", "News", "files", enabled=False)
    served.app.store.sync([off], NOON)
    for action in ("refresh", "pause", "resume"):
        reply = served.ask(f"{ROOT}/sources/news/{action}", "POST")
        assert reply.status == 409
        assert reply.json["advice"]


def test_what_is_not_there_is_not_acted_on(served: Served) -> None:
    for target in (
        "/sources/nobody/refresh",
        "/quarantine/99/drop",
        "/quarantine/x/drop",
        "/quarantine/²/drop".replace("²", "%C2%B2"),
        "/quarantine/" + "9" * 30 + "/release",
        "/quarantine/0/release",
    ):
        assert post(served, target) == 404, target
    assert post(served, "/sources/news/refresh?force=maybe") == 400


def test_each_answer_and_each_refusal_is_what_is_described(served: Served) -> None:
    hold(served.app, datetime.now(UTC))
    described = served.ask(f"{ROOT}/openapi.json").json
    for endpoint in ACTIONS:
        target = ROOT + endpoint.path.format(name="news", id=1)
        done = served.ask(target, "POST")
        # Of the two decisions one comes too late, or has nothing to decide on any more.
        assert done.status == 202 or endpoint.path.endswith("release")
        unknown = served.ask(ROOT + endpoint.path.format(name="nobody", id=99), "POST")
        for reply in (done, unknown, served.ask(target, "POST", token=None)):
            check(described, endpoint, reply)


def test_only_the_token_itself_lets_a_program_act(served: Served) -> None:
    before = served.app.store.states()
    for endpoint in ACTIONS:
        target = ROOT + endpoint.path.format(name="news", id=1)
        for told in (
            {"token": None},
            {"token": "a-token-that-is-not-the-one"},
            {"token": None, "headers": {"cookie": "feeder_session=9999999999.x.y"}},
        ):
            reply = served.ask(target, "POST", **told)
            assert reply.status in (401, 403, 429)
            assert reply.headers["content-type"] == "application/problem+json"
        assert served.ask(target, "GET").status == 405
    assert served.app.store.states() == before


def test_a_session_of_a_browser_may_look_and_not_act(served: Served) -> None:
    session = access.log_in(_scope(served), served.desk, TOKEN)
    assert isinstance(session, str)
    cookie = {"cookie": session.partition(";")[0]}
    assert served.ask(f"{ROOT}/sources", token=None, headers=cookie).status == 200
    reply = served.ask(f"{ROOT}/sources/news/pause", "POST", token=None, headers=cookie)
    assert reply.status == 403


def _scope(served: Served) -> dict[str, object]:
    host = f"127.0.0.1:{served.port}".encode()
    return {"headers": [(b"host", host)], "client": ("127.0.0.1", 1), "method": "POST"}


def test_a_server_without_a_scheduler_changes_nothing(served: Served) -> None:
    desk = Desk(served.desk.current)
    with serving(served.app, desk) as found:
        assert post(found, "/sources/news/pause") == 403
        assert found.ask(f"{ROOT}/sources/news").json["paused_at"] is None


_LEASE = datetime(2026, 1, 1, 1, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC)


def test_on_a_unix_socket_no_token_is_needed_but_none_acts_from_another_site(
    tmp_path: Path,
) -> None:
    config = project(tmp_path)
    (config / "feeder.toml").write_text(f'[server]\nsocket = "{tmp_path}/s"\n')
    with opened(config) as (_app, desk):
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(f"{tmp_path}/s")
        listening.listen()
        server = Server(site(desk), [listening])
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            assert _post_at(tmp_path / "s", "") == b"202"
            assert _post_at(tmp_path / "s", "Sec-Fetch-Site: cross-site\r\n") == b"403"
            assert _post_at(tmp_path / "s", "Origin: https://evil.example\r\n") == b"403"
        finally:
            server.stop()
            thread.join()
            listening.close()


def _post_at(path: Path, headers: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect(str(path))
        head = f"POST /api/v1/sources/news/pause HTTP/1.1\r\nHost: localhost\r\n{headers}"
        asked.sendall(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        return asked.makefile("rb").readline().split()[1]
