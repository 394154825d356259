"""The doctor names what is broken, says what to do, and changes nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from feeder.app import App, load, open_app, opened_store
from feeder.cli import app as command
from feeder.doctor import environment, folders, network, readers, record, service
from feeder.doctor.checkup import checkup
from feeder.doctor.findings import Finding
from feeder.rounds.publishing import publish_feeds
from feeder.store.opening import open_store
from tests.site.pages import ATOM, Conditional
from tests.site.server import Site
from tests.store.nouns import put, spec, stories

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
FEED = 'kind = "feed"\nurl = "https://{}.example/feed"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").write_text('public_url = "https://feeds.example.org/"\n')
    (tmp_path / "config/sources/news.toml").write_text(FEED.format("news"))
    return tmp_path / "config"


@pytest.fixture
def used(config: Path) -> Path:
    """One with something on record, and a backup."""
    with opened_store(load(config), NOW) as store:
        store.authority("example.org", NOW)
        store.sync([spec("news")], NOW)
        put(store, stories(1, 2), now=NOW)
        store.backup(NOW)
    return config


def run(config: Path, *args: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["doctor", "--config", str(config), *args])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def marks(found: Iterator[Finding]) -> list[tuple[str, str]]:
    return [(one.area, one.mark) for one in found]


def files(root: Path) -> Mapping[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".lock" and not path.name.endswith(("-shm", "-wal"))
    }


def test_what_is_well_is_said_to_be_and_nothing_is_written(used: Path) -> None:
    before = files(used.parent)
    status, told = run(used, "--offline")
    assert (status, told.count("✗")) == (0, 0), told
    assert re.search(r"✓ database: .*feeder\.db \(.* MB\) is whole", told)
    assert "✓ backups: the newest is feeder-" in told
    assert files(used.parent) == before


def test_of_what_is_not_there_yet_nothing_is_made(config: Path) -> None:
    status, told = run(config, "--offline", "--json")
    found = {one["area"]: one for one in json.loads(told)["findings"]}
    assert (status, found["database"]["mark"]) == (0, "good")
    assert "can be made" in found["state folder"]["message"]
    assert not (config.parent / "var").exists()


def test_a_configuration_that_is_wrong_is_named_and_the_rest_is_still_looked_at(
    config: Path,
) -> None:
    (config / "feeder.toml").write_text("publik = 1\n")
    status, told = run(config)
    assert status == 1
    assert "✗ configuration: " in told
    assert "publik" in told
    assert "✓ Python: " in told


def test_a_damaged_database_is_told_and_left_as_it_is(used: Path) -> None:
    database = used.parent / "var/state/feeder.db"
    body = bytearray(database.read_bytes())
    for place in range(4096, len(body), 4096):
        body[place : place + 200] = b"\xff" * 200
    database.write_bytes(body)
    before = files(used.parent)
    status, told = run(used, "--offline")
    assert status == 1
    assert re.search(r"✗ database: .* is damaged", told)
    assert "rebuilt from a backup" in told
    assert files(used.parent) == before


def test_a_database_that_is_gone_or_of_a_newer_feeder_is_told(used: Path) -> None:
    database = used.parent / "var/state/feeder.db"
    body = bytearray(database.read_bytes())
    body[60:64] = (99).to_bytes(4, "big")
    database.write_bytes(body)
    assert "✗ database: " in run(used, "--offline")[1]
    assert "of a newer feeder" in run(used, "--offline")[1]
    database.unlink()
    assert "feeder.db is gone" in run(used, "--offline")[1]
    assert not database.exists()


def test_backups_that_are_damaged_old_or_not_there_are_told(used: Path) -> None:
    settings = load(used)
    (backup,) = (settings.state / "backups").glob("*.db")
    old = (NOW - timedelta(days=9)).timestamp()
    os.utime(backup, (old, old))
    assert marks(record.record(settings))[1] == ("backups", "note")
    backup.write_bytes(backup.read_bytes()[:5000])
    assert marks(record.record(settings))[1] == ("backups", "broken")
    backup.unlink()
    assert marks(record.record(settings))[1] == ("backups", "note")


def test_folders_are_told_by_who_may_read_and_write_them(used: Path) -> None:
    settings = load(used)
    settings.state.chmod(0o755)
    settings.public.mkdir(mode=0o700)
    found = {one.area: one for one in folders.folders(settings)}
    assert "mode 755" in found["state folder"].message
    assert found["public folder"].mark == "note"
    assert "feeder run" in found["public folder"].advice
    settings.state.chmod(0o700)
    assert dict(marks(folders.folders(settings)))["state folder"] == "good"
    if os.geteuid() == 0:
        os.chown(settings.state / "feeder.db", 12345, -1)
        found = {one.area: one for one in folders.folders(settings)}
        assert found["state folder"].mark == "broken"
        assert "chown -R root" in found["state folder"].advice
        assert not record.can_be_opened(settings)


CLOCKS = (
    (NOW, NOW - HOUR, NOW, "good"),
    (NOW, None, None, "good"),
    (NOW, NOW + HOUR, None, "broken"),
    (NOW, None, NOW - HOUR, "note"),
    (datetime(1970, 1, 1, 3, tzinfo=UTC), None, None, "broken"),
)


@pytest.mark.parametrize(("now", "latest", "there", "mark"), CLOCKS)
def test_a_clock_that_cannot_be_right_is_told(
    now: datetime, latest: datetime | None, there: datetime | None, mark: str
) -> None:
    assert marks(environment.clock(now, latest, there)) == [("clock", mark)]


def test_names_that_dns_does_not_know(config: Path) -> None:
    def only(known: str) -> network.Addresses:
        def addresses(host: str, port: int, seconds: float) -> object:
            if not re.search(known, host):
                raise OSError("no such name")
            return ()

        return addresses

    settings = load(config)
    assert marks(network.names(settings, only("example"))) == [("DNS", "good")]
    (one,) = network.names(settings, only("feeds"))
    assert (one.mark, one.message) == ("note", "not known: news.example")
    assert marks(network.names(settings, only("none"))) == [("DNS", "broken")]


def test_certificates_that_cannot_be_read_are_broken(config: Path) -> None:
    assert marks(network.certificates(load(config))) == [("TLS", "good")]
    (config.parent / "ca.pem").write_text("none")
    (config / "feeder.toml").write_text('[fetch]\nca_file = "ca.pem"\n')
    assert marks(network.certificates(load(config))) == [("TLS", "broken")]
    (config / "feeder.toml").write_text("[fetch]\nverify = false\n")
    assert marks(network.certificates(load(config))) == [("TLS", "note")]


def test_units_are_told_as_systemd_has_them() -> None:
    loaded = {"LoadState": "loaded", "ActiveState": "active", "SubState": "running"}
    failed = {**loaded, "ActiveState": "failed", "Result": "watchdog"}
    restarted = {**loaded, "NRestarts": "4"}
    told = dict(zip(service.UNITS, (failed, restarted, {**loaded, "NRestarts": "0"}), strict=True))
    found = list(service.units(told.__getitem__))
    assert [one.mark for one in found] == ["broken", "note", "good"]
    assert "watchdog" in found[0].message
    assert found[0].advice == "journalctl -u feeder.service -n 50"
    assert marks(service.units(lambda _: {"LoadState": "not-found"})) == [("systemd", "good")]


def test_a_service_that_is_silent_and_sources_that_wait(tmp_path: Path) -> None:
    with open_store(tmp_path / "state", now=NOW) as store:
        store.authority("example.org", NOW)
        store.sync([spec("news")], NOW)
        assert marks(service.at_work(store, NOW)) == [("service", "good")]
        (late,) = service.at_work(store, NOW + 2 * HOUR)
        assert (late.mark, "1 of the sources" in late.message) == ("note", True)
        store.begin_service(NOW)
        assert marks(service.at_work(store, NOW)) == [("service", "good")]
        silent = next(iter(service.at_work(store, NOW + HOUR / 12)))
        assert (silent.mark, "5 minutes" in silent.message) == ("broken", True)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[tuple[Site, App]]:
    with Site() as site:
        (tmp_path / "config/sources").mkdir(parents=True)
        (tmp_path / "config/feeder.toml").write_text(f'public_url = "{site.url("/feeds")}"\n')
        (tmp_path / "news").mkdir()
        (tmp_path / "config/sources/news.toml").write_text('kind = "files"\nroot = "news"\n')
        with open_app(load(tmp_path / "config")) as opened:
            yield site, opened


def test_our_feed_is_asked_for_as_a_subscriber_does(front: tuple[Site, App]) -> None:
    site, app = front
    settings = app.settings
    assert readers.look(settings, app.store) is None
    put(app.store, stories(1), now=NOW)
    publish_feeds(app, settings.feeds)
    seen = readers.look(settings, app.store)
    assert seen is not None
    assert "answers 404" in (seen.message or "")
    public = settings.public / "news.atom"
    site.at("/feeds/news.atom", Conditional(body=public.read_bytes(), media_type=ATOM))
    seen = readers.look(settings, app.store)
    assert seen is not None
    assert [one.mark for one in readers.readers(settings, seen)] == ["note", "good"]
    assert {one.path for one in site.requests} == {"/feeds/news.atom"}


def test_no_secret_is_shown(config: Path) -> None:
    (config / "feeder.toml").write_text(
        'database = "postgresql://me:geheim@127.0.0.1:1/none"\n'
        '[[alarm]]\nwebhook = "https://hooks.example/geheim"\n'
        '[fetch]\nproxy = "http://me:geheim@proxy.example:3128/"\n'
    )
    (config / "sources/news.toml").write_text(
        FEED.format("news") + '[auth]\nusername = "me"\npassword = "geheim"\n'
    )
    found = list(checkup(config, online=False))
    assert ("database", "broken") in marks(iter(found))
    assert "geheim" not in repr(found)
