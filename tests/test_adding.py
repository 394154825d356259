"""A new source becomes a file: TOML that says what was meant, in its place, over no other."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeder.adding import NewSource, checked, folder_for, free_name, is_name, keep, name_for
from feeder.adding import source_toml as toml_of
from feeder.app import load
from feeder.errors import ConfigError, StateError

SOURCE = NewSource("harbour", {"kind": "feed", "url": "https://harbour.example/feed"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config/sources").mkdir(parents=True)
    (tmp_path / "config/feeder.toml").touch()
    return tmp_path / "config"


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_written_as_toml_that_says_the_same(title: str, item: str, note: str) -> None:
    keys = {"kind": "feed", "title": title, "list": {"item": item, "include": [item, title]}}
    # Lone surrogates are no text that a file could hold; nothing that reads TOML gives one.
    keys = {key: value for key, value in keys.items() if _is_text(str(value))}
    told = tomllib.loads(toml_of(NewSource("a", keys, notes=(note,), remarks=(note, title))))
    assert told == keys


def test_what_steers_a_terminal_does_not_stand_in_the_file() -> None:
    keys = {"title": "\u202eNews\x9b2J\u2028\x7f", "list": {"item": "li[title='\u2066']"}}
    text = toml_of(NewSource("a", keys, notes=("\u202eNews\x1b[2J\r\nurl = 'x'",)))
    assert not set(text) & set("\u202e\x9b\u2028\x7f\u2066\x1b\r")
    assert tomllib.loads(text) == keys


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def test_tables_come_behind_the_keys_and_comments_around_both() -> None:
    keys = {"kind": "json", "fields": {"url": "link"}, "max_pages": 2, "enabled": True}
    source = NewSource("a", keys, notes=("First.",), remarks=("Last.",))
    assert toml_of(source) == (
        "# First.\n"
        'kind = "json"\nmax_pages = 2\nenabled = true\n\n[fields]\nurl = "link"\n\n# Last.\n'
    )


NAMES = (
    ("The Harbour Courier", "https://news.example.org/", "the-harbour-courier"),
    ("Größe & Maß", "https://a.example/", "grosse-mass"),
    ("Café Été", "https://a.example/", "cafe-ete"),
    ("港のニュース", "https://www.minato.example.jp/news/", "minato-example-jp-news"),
    ("Новости порта", "https://xn--e1afmkfd.example/", "example"),
    ("All that happened in and around the harbour", "https://h.example/index.html", "h-example"),
    ("", "http://127.0.0.1:8000/local.html", "127-0-0-1-local"),
    ("Index", "https://h.example/", "index-2"),
    ("Feeds", "https://h.example/", "feeds-2"),
    ("…", "https://xn--e1afmkfd.xn--p1ai/", "source"),
    ("x" * 90, "https://h.example/", "x" * 40),
)


@pytest.mark.parametrize(("title", "url", "name"), NAMES)
def test_a_name_is_made_of_the_title_or_the_address(title: str, url: str, name: str) -> None:
    assert name_for(title, url) == name


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_the_title_a_name_is_one(title: str, host: str) -> None:
    assert is_name(name_for(title, f"https://{host.replace('[', '').replace(']', '')}/"))


def test_a_name_that_is_taken_gets_a_number_that_is_free() -> None:
    assert free_name("news", {"news"}) == "news-2"
    assert free_name("news", {"news", "news-2"}) == "news-3"
    assert free_name("news", {"news", "news-2", "news-4"}) in ("news-3", "news-5")


def test_of_names_that_are_many_few_numbers_are_tried() -> None:
    tried = 0

    class Taken(set[str]):
        def __contains__(self, name: object) -> bool:
            nonlocal tried
            tried += 1
            return super().__contains__(name)

    taken = Taken(["news", *(f"news-{number}" for number in range(2, 10_001))])
    assert free_name("news", taken) == "news-10001"
    assert tried < 50


def test_a_source_is_written_once_and_readable_by_all(folder: Path) -> None:
    assert "harbour" in [one.name for one in checked(folder, [SOURCE]).sources]
    assert not list((folder / "sources").iterdir())
    place = keep(folder_for(load(folder)), SOURCE)
    assert place == folder / "sources/harbour.toml"
    assert stat.S_IMODE(place.stat().st_mode) == 0o644
    [source] = load(folder).sources
    assert source.url == "https://harbour.example/feed"
    before = place.read_bytes()
    with pytest.raises(StateError, match="there is a source of that name"):
        keep(folder / "sources", NewSource("harbour", {"kind": "listing"}))
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == ["harbour.toml"]


def test_what_would_be_wrong_is_said_before_anything_is_written(folder: Path) -> None:
    with pytest.raises(ConfigError, match="ulr"):
        checked(folder, [NewSource("harbour", {"kind": "feed", "ulr": "https://a.example/"})])


def test_where_the_configuration_is_read_only_the_state_folder_has_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(folder)
    # Who runs the tests may be root, to whom no mode is an obstacle: the kernel's answer is given.
    monkeypatch.setattr("os.access", lambda path, mode: not Path(path).is_relative_to(folder))
    place = keep(folder_for(settings), SOURCE)
    assert place == settings.state / "sources.d/harbour.toml"
    assert [source.name for source in load(folder).sources] == ["harbour"]


def test_without_room_for_what_is_looked_at_it_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder / "gone"))
    with pytest.raises(
        StateError, match="no temporary file can be written: No such file"
    ) as caught:
        checked(folder, [SOURCE])
    assert "TMPDIR" in caught.value.advice
