"""The real server over a town, and somebody who looks at its pages without script."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml import html

from feeder.app import App
from feeder.config.settings import ServerSettings
from feeder.server.desk import Desk
from feeder.server.running import Server
from feeder.server.site import site

TOKEN = "a-token-that-nobody-guesses"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """An answer, and the page in it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "strict")

    @property
    def page(self) -> Any:
        return html.document_fromstring(self.body, parser=html.HTMLParser(encoding="utf-8"))

    @property
    def words(self) -> str:
        """What a person can read of it."""
        return " ".join(self.page.find("body").text_content().split())


@dataclass
class Visitor:
    """Somebody who looks at pages, with a cookie if one was given."""

    app: App
    port: int
    cookie: str = ""

    def ask(
        self,
        place: str = "",
        method: str = "GET",
        *,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        told = {"cookie": self.cookie} if self.cookie else {}
        try:
            path = place if place.startswith("/") else f"/status/{place}"
            connection.request(method, path, body, {**told, **(headers or {})})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def send(self, place: str, fields: Mapping[str, str], **headers: str) -> Reply:
        """A form, as a browser sends it."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told.setdefault("content-type", FORM)
        return self.ask(place, "POST", headers=told, body=urlencode(fields))

    def log_in(self, token: str) -> None:
        """With the token, for as long as the server runs."""
        answer = self.send("login", {"token": token})
        self.cookie = answer.headers["set-cookie"].partition(";")[0]

    @property
    def cookies(self) -> list[Any]:
        """What a browser of this visitor has, in Playwright's form."""
        name, _, value = self.cookie.partition("=")
        url = f"http://localhost:{self.port}/"
        return [{"name": name, "value": value, "url": url}] if name else []

    def press(self, page: str, action: str) -> Reply:
        """Press a button of a page, and look at what follows."""
        [form] = [
            form
            for form in self.ask(page).page.iter("form")
            if urljoin(f"/status/{page}", form.get("action")) == f"/status/{action}"
        ][:1]
        fields = {one.get("name"): one.get("value", "") for one in form.iter("input")}
        answer = self.send(action, fields)
        assert answer.status == 303, answer.text
        return self.ask(urljoin(f"/status/{action}", answer.headers["location"]))


@contextmanager
def serving(app: App, *, stop: threading.Event | None = None, **server: Any) -> Iterator[Visitor]:
    """The town at a free port, with other settings of the server; where these have actions, it is
    somebody who has logged in."""
    if server.get("actions"):
        server["token_file"] = app.settings.state / "token"
        server["token_file"].write_text(TOKEN)
    settings = replace(app.settings, server=ServerSettings(**server))
    shown = replace(app, settings=settings)
    stopping = stop or threading.Event()
    desk = Desk(lambda: shown, lambda: datetime.now(UTC), stopping=stopping.is_set)
    listening = socket.create_server(("127.0.0.1", 0))
    running = Server(site(desk), [listening])
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        visitor = Visitor(shown, listening.getsockname()[1])
        if server.get("actions"):
            visitor.log_in(TOKEN)
        yield visitor
    finally:
        stopping.set()
        running.stop()
        thread.join()
        listening.close()


def note_of(reply: Reply) -> str:
    """What the page tells of the action before it."""
    found = reply.page.xpath("//div[contains(@class, 'note')]")
    return " ".join(found[0].text_content().split()) if found else ""


def squeezed(text: str) -> str:
    """Text with its white space folded."""
    return re.sub(r"\s+", " ", text).strip()
