"""Bad configurations, and exactly what is said of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feeder.config.loading import load_settings, validate_options
from feeder.errors import ConfigError, ConfigFault
from tests.config.kinds import Shelf, find, write

SHELF = 'kind = "shelf"\nroot = "shelf"\n'


def faults(config: Path, env: dict[str, str] | None = None) -> tuple[ConfigFault, ...]:
    """All that is wrong in a folder that must not load."""
    with pytest.raises(ConfigError) as caught:
        load_settings(config, env or {}, find)
    assert caught.value.exit_code == 2
    return caught.value.faults


def short(config: Path, found: tuple[ConfigFault, ...]) -> list[tuple[object, ...]]:
    """Faults with their files relative to the folder."""
    return [
        (os.path.relpath(each.file, config), each.line, each.column, each.key, each.message)
        for each in found
    ]


MAIN = [
    ("evry = 1", 1, 1, "evry", "unknown key; did you mean 'every'?"),
    ("zzz = 1", 1, 1, "zzz", "unknown key"),
    ("[server]\nprt = 1", 2, 1, "server.prt", "unknown key; did you mean 'port'?"),
    ("server.port = '80'", 1, 8, "server.port",
     'expected a whole number such as 60; found "80"'),
    ("[server]\nport = 0", 2, 1, "server.port",
     "must be greater than or equal to 1; found the number 0"),
    ("server = 5", 1, 1, "server", "expected a table; found the number 5"),
    ("state = 5", 1, 1, "state",
     'expected a path in quotes such as "var/state"; found the number 5'),
    ("state = '../x'", 1, 1, "state",
     "a path outside; write it as an absolute path if that is meant"),
    ("state = 'a\\..\\b'\n[fetch]\nca_file = 'a/../../b'", 3, 1, "fetch.ca_file",
     "a path outside; write it as an absolute path if that is meant"),
    ('every = 30', 1, 1, "every",
     'expected "auto", "manual", a duration such as "30m" or a cron expression; '
     "found the number 30"),
    ('every = "40d"', 1, 1, "every", "must be between one second and 31 days"),
    ('every = "61 * * * *"', 1, 1, "every", "cron: bad minute in '61 * * * *'"),
    ('quiet = "22-6"', 1, 1, "quiet",
     'expected hours such as "22:00-06:00", or a list of such; found "22-6"'),
    ('quiet = ["00:00-12:00", "12:00-24:00"]', 1, 1, "quiet",
     "leaves no time of the day in which to look"),
    ('timezone = "Mars"', 1, 1, "timezone",
     'no such time zone; expected one such as "Europe/Kyiv"'),
    ('public_url = "ftp://x/"', 1, 1, "public_url",
     'expected a web address such as "https://example.org/"; found "ftp://x/"'),
    ('public_url = "http://x/?a"', 1, 1, "public_url", "must have no query and no fragment"),
    ('public_url = "http://x/#"', 1, 1, "public_url", "must have no query and no fragment"),
    ('public_url = "http://me:secret@x/"', 1, 1, "public_url",
     "must not hold a user or password"),
    ('database = "sqlite:///x"', 1, 1, "database",
     'expected the address of a PostgreSQL server such as "postgresql://host/name"; '
     "without one, feeder keeps an SQLite database in its state folder; found text"),
    ("fetch.robots = 'yes'", 1, 7, "fetch.robots", 'expected true or false; found "yes"'),
    ("[fetch]\ntotal_timeout = '0s'", 2, 1, "fetch.total_timeout",
     "must be at least one second"),
    ("[fetch]\nallow_networks = ['10.0.0.0/8', 'x']", 2, 33, "fetch.allow_networks",
     'expected a network such as "192.168.1.0/24" or "fd00::/8"; found "x"'),
    ("fetch.max_bytes = '8 megs'", 1, 7, "fetch.max_bytes",
     'expected a size such as "300 kB", "5 MB" or "1 MiB"; found "8 megs"'),
    ("[feed]\nname = 'a'", 1, 2, "feed",
     "expected an array of tables; write [[feed]] with two brackets"),
    ("[[feed]]\ntitle = 'x'", 1, 3, "feed.name", "is missing"),
    ("[[feed]]\nname = 'X'", 2, 1, "feed.name",
     "a name is 1 to 64 characters of a-z, 0-9 and -"),
    ("[[feed]]\nname = 'index'", 2, 1, "feed.name",
     "no feed may be named 'index': feeds, health, index are reserved"),
    ("[[feed]]\nname = 'a'\n[[feed]]\nname = 'a'", 4, 1, "feed.name",
     "there is another feed named 'a'"),
    ("[[feed]]\nname = 'a'\nsources = ['books', 'boks']", 3, 21, "feed.sources",
     "no source matches 'boks'; did you mean 'books'?"),
    ("[[feed]]\nname = 'a'\nsources = []", 3, 1, "feed.sources",
     'names no source; expected names or ["*"]'),
    ("[[feed]]\nname = 'a'\nsources = '*'", 3, 1, "feed.sources",
     'expected an array such as ["a", "b"]; found "*"'),
    ("[[feed]]\nname = 'a'\nformats = ['atom', 'atomm']", 3, 20, "feed.formats",
     "unknown 'atomm'; did you mean 'atom'?"),
    ("[[feed]]\nname = 'a'\nmax_entries = 0", 3, 1, "feed.max_entries",
     "must be greater than or equal to 1; found the number 0"),
    ("[[feed]]\nname = 'a'\nmax_entries = true", 3, 1, "feed.max_entries",
     "expected a whole number such as 60; found true"),
    ("[[feed]]\nname = 'a'\nlanguage = 'english'", 3, 1, "feed.language",
     'expected a language tag (BCP 47) such as "en", "pt-BR" or "zh-Hant"; found "english"'),
    ("[[feed]]\nname = 'a'\nauthor = ' '", 3, 1, "feed.author", "must not be empty"),
    ("[[feed]]\nname = 'a'\nformerly = ['b']\n[[feed]]\nname = 'b'", 3, 13, "feed.formerly",
     "there is a feed named 'b' now"),
    ("[[feed]]\nname = 'a'\nformerly = ['c']\n[[feed]]\nname = 'b'\nformerly = ['c']", 6, 13,
     "feed.formerly", "'c' is already what 'a' was called"),
    ("[[output]]\nkind = 'directry'", 2, 1, "output.kind",
     "unknown 'directry'; did you mean 'directory'?"),
    ("[[output]]\npth = 'x'", 2, 1, "output.pth", "unknown key; did you mean 'path'?"),
    ("[[output]]\npath = 'a'\n[[output]]\npath = 'b/../a'", 4, 1, "output.path",
     "another output has the same folder"),
    ("[[output]]\npath = 'var'", 2, 1, "output.path",
     "the state folder would be published: put it elsewhere"),
    ("state = 'a'\npublic = 'a'", 2, 1, "public",
     "the state folder would be published: put it elsewhere"),
    ("public = 'a'\nstate = 'a/b'", 1, 1, "public",
     "the state folder would be published: put it elsewhere"),
    ("public = 'var/state/pages'", 1, 1, "public",
     'of what is in the state folder only its "public" may be published'),
    ("state = '/elsewhere'\npublic = '.'", 2, 1, "public",
     "the configuration would be published: choose another folder"),
    ("a = 1\nb = [", 2, 6, "", "no valid TOML: Invalid value"),
    ("a = 1\na = 2", 2, 6, "", "no valid TOML: Cannot overwrite a value"),
    ("a = 1\nb = x", 2, 5, "", "no valid TOML: Invalid value"),
    (b"a = 1\nb = 'gr\xc3\xbcn\xff'", 2, 10, "", "is not UTF-8, as TOML must be"),
    ("a = " + "[" * 100_000, None, None, "", "arrays or tables are nested too deeply"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "key", "message"), MAIN)
def test_faults_of_feeder_toml(
    text: str | bytes, line: int | None, column: int | None, key: str, message: str, tmp_path: Path
) -> None:
    config = write(tmp_path, {"feeder.toml": text, "sources/books.toml": SHELF})
    expected = ("feeder.toml", line, column, key, message)
    assert short(config, faults(config)) == [expected]


SOURCE = [
    ("root = 'x'", None, None, "kind", "is missing"),
    ("kind = 'shlf'\nroot = 'x'", 1, 1, "kind", "unknown 'shlf'; did you mean 'shelf'?"),
    ("kind = 'shelf'", None, None, "root", "is missing"),
    ("kind = 'shelf'\nrot = 'x'\nroot = 'x'", 2, 1, "rot",
     "unknown key; did you mean 'root'?"),
    ("kind = 'shelf'\ntitel = 'x'\nroot = 'x'", 2, 1, "titel",
     "unknown key; did you mean 'title'?"),
    ("kind = 'shelf'\nname = 'x'\nroot = 'x'", 2, 1, "name", "unknown key"),
    ("kind = 'shelf'\nroot = '../x'", 2, 1, "root",
     "a path outside; write it as an absolute path if that is meant"),
    ("kind = 'shelf'\nroot = 'x'\ndepth = 'deep'", 3, 1, "depth",
     'expected a whole number such as 60; found "deep"'),
    ("kind = 'shelf'\nroot = 'x'\nenabled = 1", 3, 1, "enabled",
     "expected true or false; found the number 1"),
    ("kind = 'shelf'\nroot = 'x'\n[list]\nitm = 'li'", 4, 1, "list.itm",
     "unknown key; did you mean 'item'?"),
    ("kind = 'shelf'\nroot = 'x'\n[article]\nremove = ['.ad', 5]", 4, 18, "article.remove",
     'expected text in quotes such as "example"; found the number 5'),
    ("kind = 'shelf'\nroot = 'x'\n[auth]\nusername = 'me'\npassword = 5", 5, 1,
     "auth.password", "expected a table; found a number"),
    ("kind = 'shelf'\nroot = 'x'\n[headers]\nCookie = { env = 'A', file = 'b' }", 4, 1,
     "headers.Cookie", 'expected text in quotes, { env = "NAME" } or { file = "path" }; '
     "found a table"),
    ("kind = 'shelf'\nroot = 'x'\nformerly = ['books']", 3, 13, "formerly",
     "there is a source named 'books' now"),
    ("kind = 'shelf'\nroot = 'x'\nformerly = ['two words']", 3, 13, "formerly",
     "a name is 1 to 64 characters of a-z, 0-9 and -"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "key", "message"), SOURCE)
def test_faults_of_a_source(
    text: str, line: int | None, column: int | None, key: str, message: str, tmp_path: Path
) -> None:
    sources = {"sources/books.toml": SHELF, "sources/new.toml": text}
    config = write(tmp_path, {"feeder.toml": "", **sources})
    assert short(config, faults(config)) == [("sources/new.toml", line, column, key, message)]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    config = write(
        tmp_path,
        {
            "feeder.toml": "evry = 1\npublic_url = 5\n"
            "[[feed]]\nname = 'a'\nlanguage = 'x'\n[[feed]]\nname = 'a'\nsources = ['none']",
            "sources/bad.toml": "kind = ",
            "sources/Upper.toml": SHELF,
            "sources/good.toml": SHELF + "every = 'x'\ndepht = 1",
        },
    )
    found = [(file, line, key) for file, line, _, key, _ in short(config, faults(config))]
    assert found == [
        ("feeder.toml", 1, "evry"),
        ("feeder.toml", 2, "public_url"),
        ("feeder.toml", 5, "feed.language"),
        ("feeder.toml", 7, "feed.name"),
        ("feeder.toml", 8, "feed.sources"),
        ("sources/Upper.toml", None, ""),
        ("sources/bad.toml", 1, ""),
        ("sources/good.toml", 3, "every"),
        ("sources/good.toml", 4, "depht"),
    ]


def test_misspelt_keys_are_named_even_where_the_kind_is_not_known(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": "kid = 'shelf'\nroot = 'x'"})
    assert short(config, faults(config)) == [
        ("sources/a.toml", None, None, "kind", "is missing"),
        ("sources/a.toml", 1, 1, "kid", "unknown key; did you mean 'kind'?"),
    ]


def test_a_broken_source_still_counts_as_one_that_a_feed_may_name(tmp_path: Path) -> None:
    feed = "[[feed]]\nname = 'a'\nsources = ['bad']"
    config = write(tmp_path, {"feeder.toml": feed, "sources/bad.toml": "="})
    assert [each.file for each in faults(config)] == [str(config / "sources/bad.toml")]


def test_two_sources_of_one_name(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": "", "sources/books.toml": SHELF})
    made = tmp_path / "var/state/sources.d/books.toml"
    made.parent.mkdir(parents=True)
    made.write_text(SHELF)
    message = f"there is a source of this name in {config / 'sources/books.toml'}"
    assert faults(config) == (ConfigFault(str(made), None, None, "", message),)


def test_a_source_cannot_have_a_feed_of_a_reserved_name(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": "", "sources/health.toml": SHELF})
    (fault,) = faults(config)
    assert fault.file.endswith("health.toml")
    assert "reserved" in fault.message


def test_the_state_is_not_published_through_a_link(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": "state = 'link/state'\npublic = 'real'"})
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert "state folder would be published" in faults(config)[0].message


@pytest.mark.parametrize(
    ("path", "tried"),
    [
        (Path("nowhere"), "nowhere/feeder.toml"),
        (Path("nowhere/feeder.toml"), "nowhere/feeder.toml"),
    ],
)
def test_a_folder_that_is_not_there(path: Path, tried: str) -> None:
    (fault,) = faults(path)
    assert fault == ConfigFault(tried, None, None, "", "there is no such file")


def test_no_folder_anywhere_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        load_settings(None, {})
    assert caught.value.advice == "looked in config/ and /etc/feeder/; `feeder init` writes one"


def test_the_folder_above_is_a_usual_mistake(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": ""})
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {})
    assert caught.value.advice == f"there is one in {config}"


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": ""})
    (config / "sources").mkdir()
    os.mkfifo(config / "sources/pipe.toml")
    (config / "sources/folder.toml").mkdir()
    (config / "sources/gone.toml").symlink_to("nowhere")
    assert [(Path(each.file).name, each.message) for each in faults(config)] == [
        ("folder.toml", "is not a file"),
        ("gone.toml", "is not a file"),
        ("pipe.toml", "is not a file"),
    ]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    config = write(tmp_path, {"feeder.toml": b"#" * 1_000_001})
    assert "is larger than 1,000,000 bytes" in faults(config)[0].message


def test_secrets_are_in_no_message(tmp_path: Path) -> None:
    source = (
        "[headers]\nA = ['hunter2']\n[auth]\nusername = 5\npassword = ['hunter2']\n"
        "[fetch]\nproxy = ['hunter2']\n[cookies]\nb = 'hunter2'\nc = {envv = 'hunter2'}\n"
    )
    config = write(
        tmp_path,
        {
            "feeder.toml": "database = 'mysql://me:hunter2@db/'\n"
            "public_url = 'ftp://me:hunter2@x/'",
            "sources/a.toml": SHELF + "url = 'mailto:me:hunter2@x'\n" + source,
        },
    )
    found = faults(config, {"FEEDER_DATABASE": "mysql://me:hunter2@db/"})
    assert {each.key for each in found} >= {"database", "public_url", "url", "auth.password", ""}
    assert "hunter2" not in "\n".join(map(str, found))


def test_options_are_checked_as_well_by_themselves(tmp_path: Path) -> None:
    text = SHELF + 'glob = 5\nurl = "https://example.org/"\n'
    config = write(tmp_path, {"feeder.toml": "", "sources/a.toml": text})
    (source,) = load_settings(config, {}).sources
    with pytest.raises(ConfigError) as caught:
        validate_options(Shelf, source)
    expected = ConfigFault(
        str(config / "sources/a.toml"),
        3,
        1,
        "glob",
        'expected text in quotes such as "example"; found the number 5',
    )
    assert caught.value.faults == (expected,)
