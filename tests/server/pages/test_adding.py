"""Adding a source: what is there is shown first, what is wrong is said, what is kept is whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeder.app import App, load
from feeder.online import look_at
from tests.discovery.test_asking import Headed, named
from tests.server.pages.looking import Reply, Visitor, note_of, serving
from tests.server.pages.town import town
from tests.site.blog import Blog
from tests.site.faults import Drip
from tests.site.pages import Page
from tests.site.server import Site

HERE = '[fetch]\nallow_networks = ["127.0.0.0/8"]\nrobots = false\ndelay = "0s"\n'


@pytest.fixture
def near(tmp_path: Path) -> Iterator[App]:
    """A town that may ask this machine."""
    with town(tmp_path, datetime.now(UTC), HERE, hours=1, only=("harbour-news",)) as app:
        yield app


def send(editor: Visitor, **fields: str) -> Reply:
    page = editor.ask("add").page
    token = page.xpath("//form[@action='add']/input[@name='form_token']/@value")[0]
    usual = {"kind": "listing", "url": "https://new.example/", "name": "new-one", "do": "keep"}
    return editor.send("add", {**usual, **fields, "form_token": token})


def added(app: App) -> list[str]:
    folder = app.settings.state / "sources.d"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.slow
def test_what_a_source_shows_is_seen_before_it_is_added(near: App) -> None:
    with Site() as site, serving(near, actions=True) as editor:
        blog = Blog(articles=6)
        url = site.at("/", blog)
        reply = send(editor, url=url, do="preview")
        assert "6 articles found." in reply.words
        assert blog.stories[-1].path in reply.words
        assert not added(near)
        fields = {
            one.get("name"): one.get("value", "")
            for one in reply.page.xpath("//form[@action='add']//input")
        }
        kept = editor.send("add", {**fields, "kind": "listing", "do": "keep"})
    assert kept.status == 303
    settings = load(near.settings.folder)
    [source] = [one for one in settings.sources if one.name == "new-one"]
    assert (source.kind, source.url) == ("listing", url)


@pytest.mark.slow
def test_an_address_is_enough(near: App) -> None:
    with Site() as site, Site() as empty, serving(near, actions=True) as editor:
        url = site.at("/", Headed(Blog(articles=6), named("/feed.atom")))
        reply = send(editor, url=url, kind="any", name="", do="keep")
        assert not added(near)  # it is seen first
        assert "6 articles found." in reply.words
        fields = {
            one.get("name"): one.get("value", "")
            for one in reply.page.xpath("//form[@action='add']//input")
        }
        [kind] = reply.page.xpath("//option[@selected]/@value")
        assert (fields["url"], kind) == (site.url("/feed.atom"), "feed")
        assert (fields["name"], fields["title"]) == ("the-harbour-courier", "The Harbour Courier")
        assert editor.send("add", {**fields, "kind": kind, "do": "keep"}).status == 303
        nothing = empty.at("/", Page("<!doctype html><p>Here is nothing."))
        refused = send(editor, url=nothing, kind="any", name="", do="preview")
        assert "Nothing was found there" in refused.words
    assert added(near) == ["the-harbour-courier.toml"]


def test_what_cannot_be_read_is_said_with_what_to_do(near: App) -> None:
    with serving(near, actions=True) as editor:
        reply = send(editor, url="http://127.0.0.1:9/", do="preview")
        assert "connect" in reply.words and not reply.page.xpath("//button[@value='keep']")


def test_what_is_kept_is_read_when_the_services_read_their_configuration_again(own: App) -> None:
    own.store.begin_service(datetime.now(UTC))
    with serving(own, actions=True) as editor:
        reply = send(editor, title='Words "in" quotes \\ and ünïcödé', every="30m", language="en")
        page = editor.ask(reply.headers["location"].replace("./", "", 1))
    assert "new-one was added" in note_of(page)
    assert own.store.is_asked_to_reload() and added(own) == ["new-one.toml"]
    [source] = [one for one in load(own.settings.folder).sources if one.name == "new-one"]
    assert source.title == 'Words "in" quotes \\ and ünïcödé' and source.language == "en"


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"name": "museum"}, "there is a source of this name"),
    ({"name": "../../etc"}, "A name is 1 to 64 characters"),
    ({"name": "Größe"}, "A name is 1 to 64 characters"),
    ({"kind": "files"}, "Say what is there."),
    ({"kind": "json"}, "Say what is there."),
    ({"url": "file:///etc/passwd"}, "An address begins with"),
    ({"url": "https://user:secret@new.example/"}, "must not hold a user or password"),
    ({"url": "https://"}, "expected a web address"),
    ({"every": "now and then"}, "every"),
    ({"language": "klingon!"}, "language"),
    ({"item": "div["}, "list.item"),
    ({"content": "//*["}, "article.content"),
)


def test_what_is_wrong_is_said_and_nothing_is_kept(own: App) -> None:
    with serving(own, actions=True) as editor:
        for fields, told in WRONG:
            reply = send(editor, **fields)
            assert reply.status == 422 and told in reply.words, reply.words
            assert not added(own)
            for name, value in fields.items():
                if name != "kind":
                    assert reply.page.xpath(f"//input[@name='{name}']/@value") == [value]


def test_a_source_that_somebody_has_just_added_is_not_written_over(own: App) -> None:
    folder = own.settings.state / "sources.d"
    with serving(own, actions=True) as editor:
        assert send(editor).status == 303
        before = (folder / "new-one.toml").read_bytes()
        reply = send(editor, url="https://other.example/")
    assert reply.status == 422 and "there is a source of this name" in reply.words
    assert (folder / "new-one.toml").read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_said(own: App) -> None:
    (own.settings.state / "sources.d").write_text("a file where a folder should be")
    with serving(own, actions=True) as editor:
        reply = send(editor)
    assert reply.status == 422 and "sources.d" in reply.words


@pytest.mark.slow
def test_a_look_at_a_site_that_drips_ends_when_the_server_stops(near: App) -> None:
    with Site() as site:
        url = site.at("/", Drip(b"x" * 10_000, every=0.1))
        draft = near.settings.base / "dripping.toml"
        draft.write_text(f'kind = "listing"\nurl = "{url}"\n')
        settings = load(near.settings.folder, drafts=[draft])
        began = time.monotonic()
        [sight] = look_at(settings, ["dripping"], lambda: time.monotonic() - began > 0.5)
        assert sight.failure is not None and time.monotonic() - began < 5
