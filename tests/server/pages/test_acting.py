"""Buttons: what they do, what is told of it, and who cannot press them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeder.app import App
from feeder.store.board import Seen
from feeder.store.claims import ASKED
from tests.server.pages.looking import FORM, Reply, Visitor, note_of, serving

TOKEN = "a-token-that-is-long-enough"


def seen(app: App, name: str) -> Seen:
    found = app.store.seen_as(name)
    assert found is not None
    return found


def test_a_source_is_refreshed_next_when_somebody_asks(own: App) -> None:
    with serving(own, actions=True) as editor:
        page = editor.press("sources/old-mill", "sources/old-mill/refresh")
    assert seen(own, "old-mill").state.next_check_at == ASKED
    assert "old-mill is due" in note_of(page), "nobody is there to refresh it"
    assert "somebody asked for it" in page.words


def test_a_source_is_paused_and_resumed(own: App) -> None:
    with serving(own, actions=True) as editor:
        page = editor.press("sources/harbour-news", "sources/harbour-news/pause")
        assert seen(own, "harbour-news").standing == "paused"
        assert "harbour-news is paused" in note_of(page)
        page = editor.press("sources/harbour-news", "sources/harbour-news/resume")
        assert seen(own, "harbour-news").state.paused_at is None
        assert "harbour-news is looked at again" in note_of(page)
        # From the first page one comes back to the first page.
        page = editor.press("", "sources/lighthouse/resume")
        assert page.page.xpath("//h1/text()") == ["Sources"] and note_of(page)


def test_a_batch_is_released_and_is_published(own: App) -> None:
    before = {entry.id for entry in own.store.entries(["harbour-news"])}
    with serving(own, actions=True) as editor:
        page = editor.press("quarantine/1", "quarantine/1/release")
        assert "4 entries are new or changed" in note_of(page)
        assert "released" in page.words
        again = editor.send("quarantine/1/release", _token(editor))
        assert "is not held back any more" in note_of(editor.ask(f"quarantine/1{_query(again)}"))
    after = {entry.title for entry in own.store.entries(["harbour-news"]) if entry.id not in before}
    assert after == {f"Win a prize {n}" for n in range(4)}
    assert "Win a prize 3" in (own.settings.public / "harbour-news.atom").read_text()


def test_a_batch_is_dropped_and_never_published(own: App) -> None:
    before = own.store.entries(["harbour-news"])
    with serving(own, actions=True) as editor:
        page = editor.press("", "quarantine/1/drop")
        assert "was dropped" in note_of(page) and "Nothing is held back." in page.words
    assert own.store.entries(["harbour-news"]) == before
    assert own.store.quarantine()[0].status == "dropped"


def test_a_source_that_is_being_refreshed_keeps_its_batch_and_says_so(own: App) -> None:
    own.store.claim(datetime.now(UTC), timedelta(minutes=1), names=["harbour-news"], force=True)
    with serving(own, actions=True) as editor:
        page = editor.press("quarantine/1", "quarantine/1/release")
    assert "is being refreshed" in note_of(page)
    assert own.store.quarantine("held")


def test_services_are_asked_to_read_their_configuration_again(own: App) -> None:
    own.store.begin_service(datetime.now(UTC))
    with serving(own, actions=True) as editor:
        page = editor.press("", "reload")
    assert own.store.is_asked_to_reload() and "is read again" in note_of(page)
    own.store.answer_reload("config/feeder.toml:3: unknown key", datetime.now(UTC))
    with serving(own) as visitor:
        words = visitor.ask().words
    assert "It goes on with its old configuration: config/feeder.toml:3: unknown key" in words


def test_a_note_is_told_to_whom_it_is_for_alone(own: App) -> None:
    with serving(own, actions=True) as editor:
        answer = editor.send("sources/museum/pause", {**_token(editor), "back": "sources/museum"})
        assert note_of(editor.ask(f"sources/museum{_query(answer)}"))
        assert not note_of(editor.ask("sources/museum?note=museum%20is%20paused"))


def test_nobody_is_led_elsewhere(own: App) -> None:
    places = ("//evil.example/", "https:evil", "../../x", "sources/..//x", "\\\\evil", "a\nb", "é")
    with serving(own, actions=True) as editor:
        for place in places:
            answer = editor.send("sources/museum/pause", {**_token(editor), "back": place})
            assert answer.status == 303
            assert answer.headers["location"].startswith("../../?note="), place


def _refusals(editor: Visitor) -> list[Reply]:
    good = _token(editor)
    place = "sources/harbour-news/pause"
    host = f"http://127.0.0.1:{editor.port}"
    return [
        editor.send(place, {}),
        editor.send(place, {"form_token": "0" * 64}),
        editor.send(place, good, origin="https://evil.example"),
        editor.send(place, good, origin="null"),
        editor.send(place, good, sec_fetch_site="cross-site", origin=host),
        editor.send(place, good, sec_fetch_site="same-site"),
        editor.send(place, good, content_type="text/plain"),
        editor.send(place, good, content_type="multipart/form-data"),
        editor.send(place, good | {"x": "y" * 70_000}),
        editor.send(place, good | {f"x{n}": "" for n in range(40)}),
        editor.ask(place),
        editor.ask(place, "PUT"),
        editor.ask(
            place,
            "POST",
            headers={"content-type": FORM},
            body="\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
        ),
    ]


def test_what_another_site_or_a_broken_client_sends_changes_nothing(own: App) -> None:
    with serving(own, actions=True) as editor:
        statuses = [reply.status for reply in _refusals(editor)]
        assert seen(own, "harbour-news").state.paused_at is None
        assert all(400 <= status < 500 for status in statuses), statuses
        own_page = f"http://127.0.0.1:{editor.port}"
        sent = editor.send(
            "sources/harbour-news/pause",
            _token(editor),
            origin=own_page,
            sec_fetch_site="same-origin",
        )
        assert sent.status == 303 and seen(own, "harbour-news").state.paused_at


def test_where_actions_are_off_nothing_is_changed(own: App) -> None:
    with serving(own, actions=True) as editor:
        good = _token(editor)
    for actions in (None, False):
        with serving(own, actions=actions) as visitor:
            assert visitor.send("sources/harbour-news/pause", good).status == 403
            assert visitor.send("add", good).status == 403
    assert seen(own, "harbour-news").state.paused_at is None


def test_a_database_that_cannot_be_used_is_said_on_a_page(own: App) -> None:
    own.store.close()
    (own.settings.state / "feeder.db").write_bytes(b"no database at all" * 1000)
    with serving(own) as visitor:
        reply = visitor.ask()
    assert reply.status == 503 and "Just now it does not work" in reply.words


# Logging in


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return path


def test_whoever_has_the_token_logs_in_comes_back_and_logs_out(own: App, token_file: Path) -> None:
    with serving(own, token_file=token_file) as person:
        sent_on = person.ask("sources/museum?before=x")
        assert sent_on.status == 303
        login = person.ask(f"sources/{sent_on.headers['location']}".replace("sources/../", ""))
        back = login.page.xpath("//input[@name='back']/@value")[0]
        wrong = person.send("login", {"token": "no" * 10, "back": back})
        assert wrong.status == 403 and "That is not the token." in wrong.words
        right = person.send("login", {"token": TOKEN, "back": back})
        assert (right.status, right.headers["location"]) == (303, "./sources/museum?before=x")
        cookie = right.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and TOKEN not in cookie
        person.cookie = cookie.partition(";")[0]
        assert "4 sources" in person.ask().words
        assert person.press("sources/museum", "sources/museum/pause").status == 200
        assert person.send("sources/museum/resume", {}).status == 403, "without its form's token"
        for place in ("//evil.example/", "https://evil.example/", "../x", "sources/../../x"):
            there = person.send("login", {"token": TOKEN, "back": place})
            assert there.headers["location"] == "./"
        ended = person.send("logout", {})
        assert "Max-Age=0" in ended.headers["set-cookie"]
        assert TOKEN not in person.ask().text


def test_nothing_is_shown_without_the_token(own: App, token_file: Path) -> None:
    with serving(own, token_file=token_file) as person:
        for place in ("", "sources/museum", "feeds", "entry?id=x", "add", "quarantine/1"):
            assert person.ask(place).headers["location"].lstrip("./").startswith("login")
        assert person.ask("events").status == 401
        assert person.send("sources/museum/pause", {}).status == 401
        assert "Museum" not in person.ask("login").text


def test_a_program_with_the_token_needs_no_form(own: App, token_file: Path) -> None:
    with serving(own, token_file=token_file) as program:
        told = {"authorization": f"Bearer {TOKEN}", "content-type": FORM}
        assert program.ask("sources/museum/pause", "POST", headers=told, body="").status == 303
    assert seen(own, "museum").state.paused_at


def _token(editor: Visitor) -> dict[str, str]:
    found = editor.ask("add").page.xpath("//input[@name='form_token']/@value")
    return {"form_token": found[0]}


def _query(answer: Reply) -> str:
    return "?" + answer.headers["location"].partition("?")[2]
