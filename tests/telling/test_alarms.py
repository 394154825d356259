"""People are told when a source falls ill or is well again, by whatever way they chose."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from feeder.app import App
from feeder.errors import FetchError
from feeder.telling.command import run
from tests.telling.conftest import Desk, becomes
from tests.telling.hub import Manner, hub

# Apprise imports a module that Python has removed by now.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def webhook(url: str, **keys: Any) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in {"webhook": url, **keys}.items()]
    return "\n".join(["[[alarm]]", *lines, ""])


def events(body: bytes) -> list[tuple[str, str, str]]:
    told = json.loads(body)["events"]
    return [(one["source"], one["was"], one["becomes"]) for one in told]


def targets(app: App) -> list[str]:
    return [one.target for one in app.store.undelivered()]


def test_a_webhook_is_told_all_that_is_known(desk: Desk) -> None:
    with hub() as told:
        app = desk.open(webhook(told.url))
        becomes(app, "broken", reason="nothing but menus since the redesign")
        app.teller.tell(5)
        [(kind, body)] = told.posted
    assert kind == "application/json"
    message = json.loads(body)
    assert message["title"] == "News paper is broken"
    assert "Nothing but menus since the redesign. Look at the page." in message["text"]
    [event] = message["events"]
    when, since = event.pop("when"), event.pop("since")
    assert when == since and when.endswith("+00:00")
    assert event == {
        "source": "news",
        "title": "News paper",
        "was": "ok",
        "becomes": "broken",
        "reason": "nothing but menus since the redesign",
        "advice": "look at the page",
        "feeds": ["news"],
    }
    assert app.store.undelivered() == []


def test_what_comes_within_a_minute_is_one_message(desk: Desk) -> None:
    many = tuple(f"paper{number}" for number in range(12))
    with hub() as told:
        app = desk.open(webhook(told.url), sources=many)
        for name in many:
            becomes(app, "broken", source=name)
        app.teller.tell(5)
        becomes(app, "gone", "broken", source=many[0])
        app.teller.tell(5)
        assert len(told.posted) == 1 and targets(app) != []
        message = json.loads(told.posted[0][1])
    assert message["title"] == "12 sources are broken"
    assert "Paper0 paper" in message["text"] and "and 2 more" in message["text"]
    assert len(message["events"]) == 12


def test_only_what_is_chosen_is_told(desk: Desk) -> None:
    app = desk.open(webhook("http://127.0.0.1:9/", sources=["to*"], on=["broken", "ok"]))
    becomes(app, "broken")
    becomes(app, "degraded", source="town")
    assert targets(app) == []
    becomes(app, "ok", "degraded", source="town")
    assert targets(app) == [], "nobody was told that it was ill"
    becomes(app, "broken", source="town")
    assert len(targets(app)) == 1


def test_who_was_told_of_an_illness_is_told_of_its_end_by_whatever_turns(desk: Desk) -> None:
    with hub() as told:
        app = desk.open(webhook(told.url, on=["broken", "ok"]))
        becomes(app, "broken")
        app.teller.tell(5)
        becomes(app, "degraded", "broken")
        becomes(app, "ok", "degraded")
        [waiting] = app.store.undelivered()
        assert json.loads(waiting.body)["becomes"] == "ok"
        becomes(app, "ok", "unchanged")
        assert len(app.store.undelivered()) == 1


@pytest.mark.parametrize("manner", ["failing", "patient", "elsewhere", "resetting"])
def test_a_webhooks_address_is_in_no_record_and_no_log(
    desk: Desk, manner: Manner, capsys: pytest.CaptureFixture[str]
) -> None:
    with hub(manner) as told:
        app = desk.open(webhook(told.url))
        becomes(app, "broken")
        app.teller.tell(5)
        [waiting] = app.store.undelivered()
    assert waiting.tries == 1 and waiting.error and len(told.posted) == 1
    output = "".join(capsys.readouterr())
    assert "not told" in output
    state = b"".join(p.read_bytes() for p in app.settings.state.rglob("*") if p.is_file())
    assert b"SECRET" not in state and str(told.port).encode() not in state
    assert "SECRET" not in output and f":{told.port}" not in output


def test_a_command_gets_json_and_no_shell(desk: Desk, tmp_path: Path) -> None:
    told = tmp_path / "told; touch x"
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
    app = desk.open(f"[[alarm]]\ncommand = {json.dumps([sys.executable, '-c', script, str(told)])}")
    becomes(app, "blocked")
    app.teller.tell(5)
    assert events(told.read_bytes()) == [("news", "ok", "blocked")]
    assert app.store.undelivered() == []


def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    script = f"(sleep 1.2; touch {mark}) & sleep 60"
    with pytest.raises(FetchError, match="killed"):
        run(["sh", "-c", script], b"x" * 1_000_000, seconds=0.3)
    assert not asyncio.run(_appears(mark))


async def _appears(path: Path) -> bool:
    await asyncio.sleep(1.4)
    return path.exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["false"], "exit code 1"),
        (["/nonexistent/SECRET"], "no such file"),
        (
            ["sh", "-c", "yes SECRET | head -c 3000000 >&2; yes SECRET | head -c 3000000; exit 3"],
            "exit code 3",
        ),
        (["nul\0"], "cannot be run"),
    ],
)
def test_a_command_that_fails_is_named(command: list[str], words: str) -> None:
    with pytest.raises(FetchError, match=words) as error:
        run(command, b"{}", seconds=5)
    assert "SECRET" not in error.value.message


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 taken"


def test_mail_is_sent_by_a_mail_server(desk: Desk) -> None:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        address = f"mailto://127.0.0.1:{port}?from=feeder@news.example&to=me@news.example"
        app = desk.open(f'[[alarm]]\nnotify = "{address}&mode=insecure"')
        becomes(app, "broken")
        app.teller.tell(8)
    finally:
        controller.stop()
    [(receivers, content)] = box.mails
    mail = message_from_bytes(content)
    assert receivers == ["me@news.example"] and mail["subject"] == "News paper is broken"
    assert app.store.undelivered() == []


@pytest.mark.parametrize("scheme", ["json", "form"])
def test_apprise_tells_its_services(desk: Desk, scheme: str) -> None:
    with hub() as told:
        app = desk.open(f'[[alarm]]\nnotify = "{scheme}://127.0.0.1:{told.port}/x"')
        becomes(app, "broken")
        app.teller.tell(8)
        [(_, body)] = told.posted
    assert b"News" in body and b"broken" in body


@pytest.mark.parametrize("address", ["json://127.0.0.1:9/SECRET", "SECRET", "slack://SECRET"])
def test_an_address_of_apprise_is_in_no_record_and_no_log(
    desk: Desk, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = desk.open(f'[[alarm]]\nnotify = "{address}"')
    becomes(app, "broken")
    app.teller.tell(8)
    [waiting] = app.store.undelivered()
    assert waiting.error
    output = "".join(capsys.readouterr())
    state = b"".join(p.read_bytes() for p in app.settings.state.rglob("*") if p.is_file())
    assert "not told" in output and "SECRET" not in output and b"SECRET" not in state


def test_what_is_for_an_alarm_that_is_no_more_is_forgotten_and_a_moved_one_is_told(
    desk: Desk,
) -> None:
    with hub() as told, hub() as other:
        app = desk.open(webhook(told.url))
        becomes(app, "broken")
        app = desk.open(webhook(other.url) + webhook(told.url))
        app.teller.tell(5)
        assert len(told.posted) == 1 and other.posted == []
        becomes(app, "gone", "broken", source="town")
        app = desk.open()
        app.teller.tell(5)
        assert targets(app) == [] or all("alarm 2" in target for target in targets(app))
