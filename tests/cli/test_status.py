"""`feeder status` says how each source is, those that are ill first, and all of one of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.app import load, open_app
from feeder.cli import app as verbs
from feeder.cli.fares import brief, stands
from feeder.models import Condition, Fault, Health, Outcome, SourceState, Transition
from feeder.store.outbox import PING, Message

NOW = datetime.now(UTC)
NAMES = ("gone", "broken", "blocked", "degraded", "failing", "new", "unchanged", "ok")


def said(root: Path, *words: str, status: int = 0) -> str:
    result = CliRunner().invoke(verbs, ["--config", str(root / "config"), "status", *words])
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a source in each condition, and one that is switched off."""
    folder = tmp_path / "config/sources"
    folder.mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text("")
    for name in (*NAMES, "off"):
        enabled = "enabled = false\n" if name == "off" else ""
        text = f'kind = "feed"\nurl = "https://{name}.example/feed"\n{enabled}'
        (folder / f"{name}.toml").write_text(text)
    now = datetime.now(UTC)
    since = now - timedelta(hours=3, minutes=30)
    due = now + timedelta(hours=5, minutes=30)
    with open_app(load(tmp_path / "config")) as app:
        for name in NAMES:
            if name == "new":
                continue
            condition: Condition = "ok" if name == "failing" else name  # type: ignore[assignment]
            failed = name in ("gone", "broken", "blocked", "failing")
            fault = Fault("gone" if name == "gone" else "http", f"it is {name}", "", "do this")
            outcome = Outcome(
                name, NOW, NOW, found=4, failure=fault if failed else None, hints=("a hint",) * 2
            )
            if name == "degraded":
                faults = tuple(Fault("http", f"no {n}", f"https://x.example/{n}") for n in range(9))
                outcome = replace(outcome, faults=faults)
            told = Transition(name, since, "ok", condition, f"so {name}", "do that", since)
            (lease,) = app.store.claim(now, timedelta(hours=1), names=[name])
            app.store.record(
                lease, [], [], outcome, None if name == "gone" else due, since,
                failed=failed, health=Health(condition, since),
                because="new entries every 11 hours or so",
                transition=None if condition == "ok" else told,
            )  # fmt: skip
    return tmp_path


def table(told: str) -> list[Sequence[str]]:
    return [line.split() for line in told.splitlines()[1:10]]


def test_those_that_are_ill_come_first(root: Path) -> None:
    told = said(root)
    assert [row[0] for row in table(told)] == [*NAMES, "off"]
    assert [row[1] for row in table(told)] == [*NAMES, "off"]
    assert "1 gone, 1 broken, 1 blocked, 1 degraded, 1 failing, 1 new" in told


def test_a_line_says_since_when_and_when_next_within_80_columns(root: Path) -> None:
    told = said(root)
    rows = {row[0]: row[1:] for row in table(told)}
    assert rows["broken"] == ["broken", "3", "h", "0", "1", "–", "5", "h"]
    assert rows["gone"][-1] == "stopped"
    assert rows["ok"] == ["ok", "3", "h", "0", "0", "3", "h", "5", "h"]
    assert max(map(len, told.splitlines()[:10])) <= 80
    assert "\x1b" not in told


def test_each_fault_is_named_and_many_are_counted(root: Path) -> None:
    told = said(root)
    assert "broken: it is broken (since 20" in told
    assert "→ do this" in told
    assert "degraded: 6 more: feeder status degraded" in told
    assert "unchanged: unchanged: so unchanged\n  → do that" in told


def test_one_source_is_shown_in_full(root: Path) -> None:
    told = said(root, "degraded")
    assert "degraded, since " in told
    assert "(3 h ago)" in told
    assert "so degraded" in told
    assert [f"/{n}: no {n}" in told for n in range(9)] == [True] * 9
    assert "a hint" in told
    assert "broken" not in told


def test_one_source_says_when_it_is_due_and_why(root: Path) -> None:
    assert "in 5 h): new entries every 11 hours or so" in said(root, "ok")
    told = json.loads(said(root, "ok", "--json"))["sources"][0]
    assert told["because"] == "new entries every 11 hours or so"
    assert (told["unchanged"], told["is_asked_for"], told["paused_at"]) == (1, False, None)


def test_who_asked_for_a_source_sees_that(root: Path) -> None:
    with open_app(load(root / "config")) as app:
        app.store.ask(["ok"], NOW)
    assert "now, since somebody asked for it" in said(root, "ok")
    told = {row[0]: row for row in table(said(root))}
    assert told["ok"][-1] == "now"
    assert json.loads(said(root, "ok", "--json"))["sources"][0]["is_asked_for"] is True


def test_a_paused_source_says_so_and_how_to_end_that(root: Path) -> None:
    with open_app(load(root / "config")) as app:
        app.store.pause(["ok"], datetime.now(UTC))
    told = said(root, "ok")
    assert "(0 min ago)" in next(line for line in told.splitlines() if "paused, since" in line)
    assert "when it is no longer paused: feeder resume ok" in told
    row = next(row for row in table(said(root)) if row[0] == "ok")
    assert row == ["ok", "paused", "0", "min", "0", "0", "3", "h", "–"]


def test_a_name_that_is_none_is_answered_with_the_next(root: Path) -> None:
    result = CliRunner().invoke(verbs, ["--config", str(root / "config"), "status", "brokn"])
    assert "did you mean broken" in str(result.exception.advice)  # type: ignore[union-attr]


def test_json_keeps_its_keys_and_gets_more(root: Path) -> None:
    told = json.loads(said(root, "--json"))
    before = {
        "name", "title", "state", "entries", "failures", "failing_since", "last_success",
        "next_check_at", "outcome",
    }  # fmt: skip
    assert all(before | {"condition", "condition_since"} <= one.keys() for one in told["sources"])
    by_name = {one["name"]: one for one in told["sources"]}
    assert by_name["gone"]["state"] == "stopped"
    assert by_name["blocked"]["state"] == "failing"
    assert by_name["blocked"]["condition"] == "blocked"
    assert {"sources", "feeds", "quarantine"} <= told.keys()
    one = json.loads(said(root, "blocked", "--json"))["sources"][0]
    assert one["transitions"][0]["reason"] == "so blocked"
    assert len(one["runs"]) == 1


@pytest.mark.parametrize(
    ("kind", "failures", "standing"),
    [
        ("http", 1, "failing"),
        ("http", 2, "broken"),
        ("wall", 2, "blocked"),
        ("gone", 2, "gone"),
        (None, 0, "new"),
    ],
)
def test_without_a_condition_on_record_failures_tell(
    kind: str | None, failures: int, standing: str
) -> None:
    failure = Fault(kind, "so") if kind else None
    outcome = Outcome("news", NOW, NOW, failure=failure)
    state = SourceState("news", "News", True, NOW, failures=failures, outcome=outcome)
    assert stands(state) == standing
    assert stands(replace(state, enabled=False)) == "off"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=-119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=-2), "2 d"),
    ],
)
def test_how_far_a_moment_is(span: timedelta, words: str) -> None:
    assert brief(NOW + span, NOW) == words
    assert brief(None, NOW) == "–"


def test_what_is_still_to_be_told_stands_below_by_whom(root: Path) -> None:
    now = datetime.now(UTC)
    hub = "https://hub.example/"
    topics = [f"https://feeds.example/{name}.atom" for name in ("a", "b")]
    with open_app(load(root / "config")) as app:
        (lease,) = app.store.claim(now, timedelta(hours=1), names=["ok"], force=True)
        app.store.tell_of = lambda _: [
            *(Message(PING, hub, topic, "{}") for topic in topics),
            Message("webhook", "alarm 2 0badcafe", "ok", '{"reason": "a secret"}'),
        ]
        outcome = Outcome("ok", now, now)
        told = Transition("ok", now, "ok", "broken", "so", "", now)
        app.store.record(
            lease, [], [], outcome, None, now, failed=False, health=Health("ok"), transition=told
        )
        mail = app.store.claim_mail(now, timedelta(minutes=2))
        assert mail is not None
        later = now + timedelta(hours=2, minutes=30)
        app.store.mail_failed(mail, "it answers 503", now, not_before=later)
    lines = said(root).splitlines()
    start = lines.index(f"hub {hub}: 2 messages not told yet, after 1 try: it answers 503")
    assert lines[start + 1] == "  → next try in 2 h"
    assert "alarm 2 (webhook): 1 message not told yet" in lines
    data = json.loads(said(root, "--json"))
    assert [one["subject"] for one in data["untold"]] == [*topics, "ok"]
    assert "secret" not in json.dumps(data["untold"])
