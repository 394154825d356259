"""Editors are told what `feeder check` tells: the schemas take what it takes, and explain all."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import PlainValidator, TypeAdapter, ValidationError
from typer.testing import CliRunner

from feeder import plugins
from feeder.cli import app as verbs
from feeder.cli.init import write_starter
from feeder.cli.schema import write_schemas
from feeder.config.checking import check
from feeder.config.every import Every
from feeder.config.loading import load_settings
from feeder.config.options import Duration, Language, Name, Options, Size, WebUrl
from feeder.config.quiet import Quiet
from feeder.config.schema import feeder_schema, source_schema
from feeder.config.settings import (
    AlarmSettings,
    FeederFile,
    FeedSettings,
    FilterSettings,
    OutputSettings,
    SourceSettings,
)
from feeder.config.toml import Place, TomlFile
from feeder.errors import ConfigError, FeederError

REPOSITORY = Path(__file__).resolve().parents[2]

KINDS = {name: plugins.find("feeder.sources", name) for name in plugins.names("feeder.sources")}
OUTPUTS = {name: plugins.find("feeder.outputs", name) for name in plugins.names("feeder.outputs")}
SOURCE = source_schema(KINDS)
FEEDER = feeder_schema(OUTPUTS, plugins.names("feeder.renderers"))

_validators = [Draft202012Validator(schema) for schema in (FEEDER, SOURCE)]


def takes(schema: dict[str, Any], table: object) -> bool:
    """Whether the schema has nothing to say against a table."""
    return _validators[schema is SOURCE].is_valid(table)


@pytest.mark.parametrize("schema", [FEEDER, SOURCE], ids=["feeder", "source"])
def test_they_are_schemas_of_which_every_key_is_explained(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    unexplained = [key for key, told in _properties(schema) if not _explained(told, schema)]
    assert not unexplained


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        for key, told in schema.get("properties", {}).items():
            if isinstance(told, dict) and "const" not in told and "minItems" not in told:
                yield key, told
        for each in schema.values():
            yield from _properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _properties(each)


def _explained(told: dict[str, Any], schema: dict[str, Any]) -> bool:
    ways = [told, *told.get("anyOf", ())]
    names = [way["$ref"].removeprefix("#/$defs/") for way in ways if "$ref" in way]
    return any("description" in one for one in [*ways, *(schema["$defs"][name] for name in names)])


def test_what_is_shipped_is_right_for_the_schema_that_its_first_line_names() -> None:
    shipped = sorted((REPOSITORY / "config").rglob("*.toml"))
    assert len(shipped) >= 2
    for path in shipped:
        text = path.read_text(encoding="utf-8")
        named = path.parent / text.splitlines()[0].removeprefix("#:schema ")
        schema = json.loads(named.read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(tomllib.loads(text))


WRONG_MAIN = [
    "evry = 1",
    "[server]\nprt = 1",
    "server.port = '80'",
    "server.port = 0",
    "server = 5",
    "state = 5",
    "every = 30",
    "every = '1 hour'",
    "quiet = '22-6'",
    "fetch.robots = 'yes'",
    "fetch.allow_networks = ['x']",
    "fetch.max_bytes = '8 megs'",
    "[feed]\nname = 'a'",
    "[[feed]]\ntitle = 'x'",
    "[[feed]]\nname = 'X'",
    "[[feed]]\nname = 'a'\nsources = '*'",
    "[[feed]]\nname = 'a'\nformats = ['atomm']",
    "[[feed]]\nname = 'a'\nmax_entries = 0",
    "[[feed]]\nname = 'a'\nmax_entries = true",
    "[[feed]]\nname = 'a'\nlanguage = 'english'",
    "[[feed]]\nname = 'a'\nauthor = ' '",
    "[[feed]]\nname = 'a'\ncontent = 'half'",
    "[[feed]]\nname = 'a'\n[[feed.keep]]\ntitel = 'x'",
    "[[feed]]\nname = 'a'\nhubs = ['hub.example']",
    "[[output]]\nkind = 'directry'",
    "[[output]]\npth = 'x'",
    "[[output]]\nkind = 's3'",
    "[[alarm]]\nsources = ['*']",
    "[[alarm]]\nnotify = 'x://y'\ncommand = ['z']",
    "[[alarm]]\nwebhook = { env = 'A', file = 'b' }",
]
WRONG_SOURCE = [
    "root = 'x'",
    "kind = 'fils'\nroot = 'x'",
    "kind = 'files'",
    "kind = 'files'\nrot = 'x'\nroot = 'x'",
    "kind = 'files'\nroot = 'x'\nmax_pages = 3",
    "kind = 'files'\nroot = 'x'\nenabled = 1",
    "kind = 'files'\nroot = 'x'\nname = 'y'",
    "kind = 'files'\nroot = 'x'\nformerly = ['two words']",
    "kind = 'feed'",
    "kind = 'feed'\nurl = 'news.example'",
    "kind = 'feed'\nurl = 'https://news.example/'\nfull_text = 'sometimes'",
    "kind = 'listing'\nurl = 'https://news.example/'\n[list]\nitm = 'li'",
    "kind = 'sitemap'\nurl = 'https://news.example/'\nmax_pages = 0",
    "kind = 'json'\nurl = 'https://news.example/'\n[fields]\nurll = 'x'",
    "kind = 'feed'\nurl = 'https://news.example/'\n[auth]\nusername = 'me'\npassword = 5",
    "kind = 'feed'\nurl = 'https://news.example/'\n[headers]\nCookie = { env = 'A', file = 'b' }",
    "kind = 'files'\nroot = 'x'\n[article]\nremove = ['.ad', 5]",
]
GOOD_SOURCE = 'kind = "files"\nroot = "x"\n'


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        *((FEEDER, text) for text in WRONG_MAIN),
        *((SOURCE, text) for text in WRONG_SOURCE),
    ],
    ids=[*WRONG_MAIN, *WRONG_SOURCE],
)
def test_what_check_names_an_editor_marks(
    schema: dict[str, Any], text: str, tmp_path: Path
) -> None:
    (tmp_path / "config/sources").mkdir(parents=True)
    main, source = ("", text) if schema is SOURCE else (text, GOOD_SOURCE)
    (tmp_path / "config/feeder.toml").write_text(main)
    (tmp_path / "config/sources/a.toml").write_text(source)
    with pytest.raises(ConfigError):
        load_settings(tmp_path / "config", {}, plugins.find)
    assert not takes(schema, tomllib.loads(text))


VALUES: list[Any] = [
    "", " ", "a", "a-b", "Ab", "two words", "é", "..", "/", "~/x", "**/*", "re:a+", "@", "a.b",
    "//a", "http://a.example", "HTTPS://a.example/x?y#z", "https://bücher.example/ä",
    "http://[::1]:80/", "a.example", "ftp://a.example/", "postgresql://a/b", "auto", "manual",
    "30m", " 1h30m ", "2 d", "0s", "45s", "99d", "0 6 * * mon-fri", "5 MB", "1.5KiB", "10 b",
    "22:00-06:00", "9:05 – 11:00", "en", "pt-BR", "zh-Hant-TW", "de-1996", "x-y", "UTC",
    "Europe/Kyiv", "10.0.0.0/8", "fd00::/8", "::1", "full", "excerpt", "lead", "always", "never",
    "atom", "rss", "directory", "s3", "feed", "private", "us-east-1", 0, 1, 5, 60, 443, 5000, -1,
    10**12, 1.5, True, False, [], {}, ["a"], ["*"], ["ok"], ["atom", "html"], ["10.0.0.0/8"],
    ["22:00-06:00"], ["en"], [{}], [{"title": "a"}], [1], ["https://a.example/"], {"env": "A"},
    {"file": "b"}, {"value": "c"}, {"a": {"env": "B"}}, {"a": "b"}, {"title": "a"},
    {"username": "a", "password": "b"}, {"robots": False}, {"url": "a"}, {"keep": "1 MB"},
    {"folders": []}, {"port": 1}, {"formats": ["odd"]}, {"item": "li"},
]  # fmt: skip

_URL = "https://a.example/"
_FILES = {"kind": "files", "root": "a"}
PLACES: list[tuple[type[Options], dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    (FeederFile, FEEDER, {}, ()),
    (FeedSettings, FEEDER, {"name": "a"}, ("feed",)),
    (FilterSettings, FEEDER, {}, ("feed", "keep")),
    (AlarmSettings, FEEDER, {"notify": "a://b"}, ("alarm",)),
    (OutputSettings, FEEDER, {}, ("output",)),
    (OUTPUTS["s3"], FEEDER, {"kind": "s3", "bucket": "abc", "access_key": "a", "secret_key": "b"},
     ("output",)),
    (SourceSettings, SOURCE, _FILES, ()),
    (KINDS["feed"], SOURCE, {"kind": "feed", "url": _URL}, ()),
    (KINDS["files"], SOURCE, _FILES, ()),
    (KINDS["listing"], SOURCE, {"kind": "listing", "url": _URL}, ()),
    (KINDS["sitemap"], SOURCE, {"kind": "sitemap", "url": _URL}, ()),
    (KINDS["json"], SOURCE, {"kind": "json", "url": _URL, "fields": {"url": "a"}}, ()),
]  # fmt: skip
ELSEWHERE = {
    *("name", "kind", "options"),
    *("feed", "output", "alarm"),  # have places of their own
    *("webhook", "command"),  # would go beside notify
    *("formats", "cursor_parameter"),  # go by other things than their value
}


@pytest.mark.parametrize(
    ("model", "schema", "base", "at"), PLACES, ids=[place[0].__name__ for place in PLACES]
)
def test_whatever_check_takes_an_editor_takes(
    model: type[Options], schema: dict[str, Any], base: dict[str, Any], at: tuple[str, ...]
) -> None:
    for key in sorted(model.model_fields.keys() - ELSEWHERE):
        tables = [{**base, key: value} for value in VALUES]
        taken = [table for table in tables if _is_taken(model, table)]
        assert taken, f"no value of {key} is right: add one to VALUES"
        for table in taken:
            assert takes(schema, _around(table, at)), f"{key} = {table[key]!r}"


def _is_taken(model: type[Options], table: dict[str, Any]) -> bool:
    """Whether a table is right, also by what all sources or outputs have in common."""
    common = SourceSettings if model in KINDS.values() else model
    return not any(check(each, _place(), _own(each, table))[1] for each in {model, common})


def _own(model: type[Options], table: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in table.items() if key in model.model_fields}
    return {**given, "name": "a"} if "name" in model.model_fields else given


def _place() -> Place:
    return Place(TomlFile(Path("a.toml"), {}, {}), Path("/base"))


def _around(table: dict[str, Any], at: tuple[str, ...]) -> dict[str, Any]:
    for key in reversed(at):
        table = {key: [table]}
    if at[:2] == ("feed", "keep"):
        table["feed"][0]["name"] = "a"
    return table


TEXTS: list[Any] = [Duration, Size, Every, Quiet, Language, Name, WebUrl]
ADAPTERS = [
    (TypeAdapter(one), Draft202012Validator(TypeAdapter(one).json_schema())) for one in TEXTS
]


@given(
    st.sampled_from(ADAPTERS),
    st.text("0123456789wdhmskKMiB:-–./*auto en", max_size=14)
    | st.from_regex(r"[0-9]{1,2} ?[wdhms] ?([0-9]{1,2} ?[mskM]?[iB]?)?|[a-zA-Z]{2,3}(-[a-z0-9]+)?")
    | st.from_regex(
        r"[0-9]?[0-9]:[0-5][0-9] ?[-–] ?[0-9]?[0-9]:[0-5][0-9]|https?://[a-z.é/?#\[\]:]+"
    ),
)
def test_whatever_is_read_of_a_text_matches_its_pattern(pair: Any, text: str) -> None:
    adapter, validator = pair
    try:
        adapter.validate_python(text)
    except ValidationError:
        return
    assert validator.is_valid(text)


def test_plug_ins_are_in_it_whatever_they_are_made_of(tmp_path: Path) -> None:
    class Shelf(Options):
        """A shelf."""

        depth: Annotated[complex, PlainValidator(complex)] = 3 + 0j
        height: int

    class Bare:
        pass

    schema = source_schema({"shelf": Shelf, "bare": Bare})
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"kind": "shelf", "height": 3, "depth": "1+2j", "every": "auto"})
    assert validator.is_valid({"kind": "bare", "title": "a"})
    assert not validator.is_valid({"kind": "shelf"})
    assert not validator.is_valid({"kind": "bare", "height": 3})
    assert not validator.is_valid({"kind": "files", "root": "x"})


def test_an_editor_reads_them_where_the_first_line_says(tmp_path: Path) -> None:
    write_starter(tmp_path)
    files = [tmp_path / "config/feeder.toml", tmp_path / "config/sources/articles.toml"]
    assert _taplo(*files) == ""
    with files[1].open("a", encoding="utf-8") as file:
        file.write('\nmax_pages = 3\n[article]\nremve = "x"\n')
    told = _taplo(*files)
    assert "'max_pages' was unexpected" in told
    assert "'remve' was unexpected" in told


def _taplo(*files: Path) -> str:
    """What the checker in many editors finds wrong."""
    ran = subprocess.run(
        [Path(sys.executable).with_name("taplo"), "check", *files],
        capture_output=True, text=True, check=False, env={"RUST_LOG": "error"},
        cwd=files[0].parent,
    )  # fmt: skip
    assert (ran.returncode != 0) == bool(ran.stderr), ran.stderr
    return ran.stderr


def test_the_verb_prints_one_and_writes_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeder.toml").write_text("odd = 1")  # need not be right
    monkeypatch.chdir(tmp_path)
    printed = CliRunner().invoke(verbs, ["schema", "source"])
    assert json.loads(printed.output) == SOURCE
    assert not (tmp_path / "config/.schema").exists()
    written = CliRunner().invoke(verbs, ["schema"])
    assert written.output.split() == ["config/.schema/feeder.json", "config/.schema/source.json"]
    assert json.loads((tmp_path / "config/.schema/feeder.json").read_text()) == FEEDER
    again = CliRunner().invoke(verbs, ["schema", "source", "--output", "elsewhere"])
    assert again.output == "elsewhere/source.json\n"
    assert [path.name for path in Path("elsewhere").iterdir()] == ["source.json"]


def test_nothing_that_others_wrote_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "source.json").write_bytes(b"\xff mine")
    with pytest.raises(FeederError, match=r"source\.json was not written by `feeder schema`"):
        write_schemas(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["source.json"]


def test_where_they_cannot_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FeederError, match="cannot be written: Not a directory"):
        write_schemas(tmp_path / "file")
