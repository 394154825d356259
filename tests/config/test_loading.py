"""What good configurations mean."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeder.config.every import Cron
from feeder.config.loading import load_settings, validate_options
from feeder.config.quiet import Window
from feeder.errors import ConfigError
from tests.config.kinds import Shelf, find, write

SHELF = 'kind = "shelf"\nroot = "shelf"\n'


def test_an_empty_file_is_a_whole_configuration(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, {"feeder.toml": ""}), {}, find)
    assert settings.base == tmp_path
    assert settings.state == tmp_path / "var/state"
    assert settings.public == tmp_path / "var/public"
    assert settings.public_url == "http://localhost:8080/"
    assert settings.every == "auto"
    assert settings.timezone == ZoneInfo("UTC")
    assert settings.database is None
    assert (settings.feeds, settings.sources) == ((), ())
    assert [(each.kind, each.path) for each in settings.outputs] == [
        ("directory", tmp_path / "var/public")
    ]


def test_the_configuration_is_found_by_argument_environment_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        write(tmp_path / name, {"feeder.toml": f"public_url = 'http://{name}/'"})
    monkeypatch.chdir(tmp_path / "three")
    env = {"FEEDER_CONFIG": str(tmp_path / "two/config")}
    assert load_settings(tmp_path / "one/config", env).public_url == "http://one/"
    assert load_settings(tmp_path / "one/config/feeder.toml", env).public_url == "http://one/"
    assert load_settings(None, env).public_url == "http://two/"
    assert load_settings(None, {"FEEDER_CONFIG": ""}).public_url == "http://three/"
    assert load_settings(None, {}).base == tmp_path / "three"


@pytest.mark.parametrize(
    "path", [Path(), Path("../config"), Path("sources/.."), Path("feeder.toml")]
)
def test_the_base_is_the_folder_above_however_the_path_is_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": SHELF})
    monkeypatch.chdir(config)
    assert load_settings(path, {}).base == tmp_path


def test_each_enabled_source_has_a_feed_of_its_own(tmp_path: Path) -> None:
    config = write(
        tmp_path,
        {
            "feeder.toml": "",
            "sources/a.toml": SHELF
            + "title = 'News  of A'\nurl = 'https://a.example/'\nlanguage = 'uk'\n"
            + "formerly = ['old']",
            "sources/b.toml": SHELF,
            "sources/off.toml": SHELF + "enabled = false",
        },
    )
    settings = load_settings(config, {}, find)
    first, second = settings.feeds
    assert (first.name, first.title, first.language) == ("a", "News of A", "uk")
    assert (first.site_url, first.formerly) == ("https://a.example/", ("old",))
    assert (second.name, second.title) == ("b", "b")
    assert [source.name for source in settings.sources_of(second)] == ["b"]
    assert [source.name for source in settings.sources] == ["a", "b", "off"]


def test_feeds_combine_sources_by_pattern(tmp_path: Path) -> None:
    feeds = "[[feed]]\nname = 'x'\nsources = ['news-*', 'b']\n[[feed]]\nname = 'all'\n"
    names = ("news-1", "news-2", "b", "other")
    sources = {f"sources/{name}.toml": SHELF for name in names}
    settings = load_settings(write(tmp_path, {"feeder.toml": feeds, **sources}), {}, find)
    combined, everything = settings.feeds
    assert [each.name for each in settings.sources_of(combined)] == ["b", "news-1", "news-2"]
    assert len(settings.sources_of(everything)) == 4
    assert (everything.max_entries, everything.max_bytes) == (60, 1_000_000)
    assert everything.formats == ("atom", "html")


def test_what_a_source_says_wins_over_what_feeder_toml_says(tmp_path: Path) -> None:
    main = (
        "every = '2h'\nquiet = '22:00-06:00'\ntimezone = 'Europe/Kyiv'\n"
        "[fetch]\nmax_requests = 9\nrobots = false\nread_timeout = '5s'\n"
    )
    other = "every = '0 6 * * *'\ntimezone = 'Asia/Tokyo'\n[fetch]\nread_timeout = '7s'\n"
    config = write(
        tmp_path,
        {"feeder.toml": main, "sources/as-main.toml": SHELF, "sources/other.toml": SHELF + other},
    )
    as_main, own = load_settings(config, {}, find).sources
    assert (as_main.every, as_main.timezone.key) == (timedelta(hours=2), "Europe/Kyiv")
    assert as_main.quiet == (Window(1320, 360),)
    assert as_main.fetch.read_timeout == timedelta(seconds=5)
    assert isinstance(own.every, Cron)
    assert own.timezone.key == "Asia/Tokyo"
    assert own.fetch.read_timeout == timedelta(seconds=7)
    assert (own.fetch.max_requests, own.fetch.robots) == (9, False)


def test_what_is_quiet_in_feeder_toml_need_not_be_so_in_a_source(tmp_path: Path) -> None:
    config = write(
        tmp_path,
        {"feeder.toml": "quiet = '22:00-06:00'", "sources/a.toml": SHELF + "quiet = []\n"},
    )
    assert load_settings(config, {}, find).sources[0].quiet == ()


@pytest.mark.parametrize("every", ["manual", "0 6 * * *"])
def test_quiet_hours_are_a_fault_beside_what_says_all_of_when_a_source_is_due(
    every: str, tmp_path: Path
) -> None:
    text = SHELF + f"quiet = '22:00-06:00'\nevery = '{every}'\n"
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": text})
    with pytest.raises(ConfigError) as told:
        load_settings(config, {}, find)
    [fault] = told.value.faults
    assert (fault.line, fault.key) == (3, "quiet")
    assert "says all of when it is due" in fault.message


def test_sources_made_by_the_program_come_after_those_that_people_wrote(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": "state = 'st'", "sources/b.toml": SHELF})
    (tmp_path / "st/sources.d").mkdir(parents=True)
    (tmp_path / "st/sources.d/a.toml").write_text(SHELF)
    settings = load_settings(config, {}, find)
    assert [source.name for source in settings.sources] == ["b", "a"]


def test_what_editors_leave_is_no_source(tmp_path: Path) -> None:
    left = {"sources/.#a.toml": "=", "sources/a.toml~": "="}
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": SHELF, **left})
    assert [source.name for source in load_settings(config, {}, find).sources] == ["a"]


def test_under_systemd_the_state_directory_is_the_default(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": ""})
    settings = load_settings(config, {"STATE_DIRECTORY": "/var/lib/feeder:/var/lib/other"})
    assert settings.state == Path("/var/lib/feeder")
    assert settings.public == Path("/var/lib/feeder/public")
    (config / "feeder.toml").write_text("state = 'mine'\npublic = '/srv/feeds'")
    settings = load_settings(config, {"STATE_DIRECTORY": "/var/lib/feeder"})
    assert (settings.state, settings.public) == (tmp_path / "mine", Path("/srv/feeds"))


def test_the_database_of_the_environment_wins_and_is_never_shown(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": "database = 'postgresql://a:hunter2@db/x'"})
    env = {"FEEDER_DATABASE": "postgresql+psycopg://b:hunter3@db/y"}
    for given, expected in (({}, "a:hunter2@db/x"), (env, "b:hunter3@db/y")):
        settings = load_settings(config, given)
        assert settings.database is not None
        assert settings.database.get_secret_value().endswith(expected)
        assert "hunter" not in repr(settings)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Example.org", "https://example.org/"),
        ("https://example.org/feeds", "https://example.org/feeds/"),
        ("http://example.org:80/ä", "http://example.org/%C3%A4/"),
        ("https://bücher.example", "https://xn--bcher-kva.example/"),
        ("https://example.org:8443/feeds//", "https://example.org:8443/feeds/"),
    ],
)
def test_the_public_address_ends_with_one_slash(written: str, meant: str, tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": f"public_url = '{written}'"})
    assert load_settings(config, {}).public_url == meant


def test_options_are_those_of_the_kind_with_the_common_keys_that_it_shares(tmp_path: Path) -> None:
    source = "kind = 'shelf'\nroot = 'some/shelf'\nurl = 'https://a.example/'\ntitle = 'A'\n"
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": source})
    (settings,) = load_settings(config, {}, find).sources
    assert settings.options == {"root": "some/shelf"}
    assert validate_options(Shelf, settings) == Shelf(
        root=tmp_path / "some/shelf", url="https://a.example/"
    )


def test_values_of_headers_are_kept_and_not_shown(tmp_path: Path) -> None:
    text = SHELF + "[headers]\nX-Key = 'hunter2'\nX-Other = { env = 'OTHER' }\n"
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": text})
    (source,) = load_settings(config, {}, find).sources
    key = source.headers["X-Key"].value
    assert key is not None
    assert key.get_secret_value() == "hunter2"
    assert source.headers["X-Other"].env == "OTHER"
    assert "hunter2" not in repr(source)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": b"\xef\xbb\xbfevery = 'manual'\r\n"})
    assert load_settings(config, {}).every == "manual"


def test_warnings_name_what_is_probably_not_meant(tmp_path: Path) -> None:
    quiet = "public_url = 'https://feeds.example.org/'"
    config = write(tmp_path, {"feeder.toml": quiet, "sources/a.toml": SHELF})
    assert load_settings(config, {}).warnings == ()
    (config / "feeder.toml").write_text("[fetch]\nverify = false\nrobots = false\n")
    address, verify, robots = load_settings(config, {}).warnings
    assert "only this machine" in address
    assert verify == "source a: verify = false accepts any certificate"
    assert robots == "source a: robots = false takes no heed of robots.txt"
