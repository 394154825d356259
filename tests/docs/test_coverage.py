"""What a person can meet or say is documented by name: else a test here says what is not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import feeder.cleaner.markup.content
import feeder.cleaner.markup.fragments.fragment
import feeder.cleaner.markup.shape.images
import feeder.cleaner.scrape.extract
import feeder.sources.files
from feeder import errors, plugins
from feeder.cleaner.markup import plugged
from feeder.cleaner.markup.around import comments, tail
from feeder.config.settings import FeederFile, SourceSettings
from feeder.errors import EXIT_STATUS, FeederError, SourceError
from feeder.models import Condition
from tests.docs.blocks import DOCS, ROOT, pages
from tests.docs.commands import ROOT as COMMAND

GENERATED = {"command-line.md"}
"""It has every verb and option by itself; what a verb is for must stand on another page too."""
NOT_KEYS = {"options", "place", "name", "value"}
"""Fields that hold what the file says, what it is called, or a secret that is written as text."""
PLUGGED_HERE = re.compile(r"^feeder(\.|$)")


def page(*names: str) -> str:
    """The text of pages below docs/."""
    return "\n".join((DOCS / name).read_text(encoding="utf-8") for name in names)


def unsaid(words: Iterable[str], text: str) -> list[str]:
    """Those that stand nowhere in code marks."""
    said = {
        word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"[\w.-]+", code)
    }
    return sorted(set(words) - said)


def built_in(group: str) -> dict[str, Any]:
    found = {name: plugins.find(group, name) for name in plugins.names(group)}
    return {name: kind for name, kind in found.items() if PLUGGED_HERE.match(kind.__module__)}


def subclasses(base: type[FeederError]) -> Iterator[type[FeederError]]:
    for each in base.__subclasses__():
        if each.__module__ == errors.__name__:
            yield each
            yield from subclasses(each)


def keys(model: type[BaseModel]) -> Iterator[str]:
    """The keys of a model and of the models in it."""
    for name, field in model.model_fields.items():
        if name in NOT_KEYS or field.exclude:
            continue
        yield name
        for inner in models_in(field.annotation):
            yield from keys(inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def test_every_verb_is_told_of_on_a_page_by_hand() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in pages() if p.name not in GENERATED)
    verbs = [verb for name, command in COMMAND.commands.items() for verb in paths(name, command)]
    assert not [verb for verb in verbs if not re.search(rf"feeder( \S+)* {verb}\b|{verb}\|", text)]


def paths(name: str, command: Any) -> list[str]:
    inner = getattr(command, "commands", {})
    return [path for each in inner for path in paths(each, inner[each])] or [name]


def test_every_kind_of_source_has_a_section_and_all_its_keys() -> None:
    text = page("sources.md")
    for name, kind in built_in("feeder.sources").items():
        assert f'## `kind = "{name}"`' in text
        assert not unsaid(keys(kind), page("sources.md", "configuration.md")), name


@pytest.mark.parametrize("group", ["feeder.renderers", "feeder.outputs"])
def test_every_format_and_place_is_documented(group: str) -> None:
    text = page("configuration.md")
    assert not unsaid(built_in(group), text)
    for kind in built_in(group).values():
        if issubclass(kind, BaseModel):
            assert not unsaid(keys(kind), text)


@pytest.mark.parametrize("model", [FeederFile, SourceSettings])
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    assert not unsaid(keys(model), page("configuration.md", "sources.md"))


def test_every_group_of_plug_ins_is_documented() -> None:
    assert not unsaid(plugins._NOUNS, page("extending.md"))


def test_every_step_of_the_cleaner_is_documented() -> None:
    steps = {*plugged.PLACES, comments.STEP, tail.STEP}
    inner: tuple[ModuleType, ...] = (
        feeder.cleaner.markup.content,
        feeder.cleaner.markup.fragments.fragment,
        feeder.cleaner.markup.shape.images,
    )
    for module in inner:
        steps.add(getattr(module, "STEP", "") or module._STEP)
    assert not unsaid(steps, page("cleaning.md"))


def test_every_error_is_documented() -> None:
    text = page("errors.md")
    assert not unsaid((each.__name__ for each in subclasses(FeederError)), text)
    for each in subclasses(FeederError):
        if not issubclass(each, SourceError):
            rows = re.findall(rf"^\| `{each.__name__}` \| (\d+) ", text, re.MULTILINE)
            assert rows == [str(each.exit_code)], each.__name__


def test_every_fault_has_its_advice() -> None:
    bases = {SourceError, errors.FetchError}
    kinds = {each.kind for each in subclasses(SourceError) if each not in bases}  # type: ignore[attr-defined]
    assert not unsaid(kinds, page("errors.md"))
    table = page("sources.md").partition("## What `feeder status` says")[2]
    assert not unsaid(kinds, table)


def test_every_exit_status_is_documented() -> None:
    text = page("command-line.md")
    rows = re.findall(r"^\| `?(\d+)`? \| (.+?) \|$", text, re.MULTILINE)
    assert {int(number): said for number, said in rows} == dict(EXIT_STATUS)
    assert {each.exit_code for each in subclasses(FeederError)} <= EXIT_STATUS.keys()


def test_every_condition_of_a_source_is_documented() -> None:
    assert not unsaid(get_args(Condition), page("publishing.md"))


def test_every_variable_of_the_environment_is_documented() -> None:
    read = re.compile(r"""environ(?:\.get\(|\[)["'](\w+)["']|env\.get\(["'](\w+)["']""")
    names = set()
    for path in (ROOT / "feeder").rglob("*.py"):
        names |= {first or last for first, last in read.findall(path.read_text(encoding="utf-8"))}
    assert "FEEDER_CONFIG" in names
    assert not unsaid(names, page("configuration.md"))


def test_every_extra_is_documented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = "\n".join(p.read_text(encoding="utf-8") for p in pages())
    extras = set(project["optional-dependencies"]) - {"bench", "dev", "docs"}
    assert not [e for e in extras if not re.search(rf"\[[\w,]*\b{e}\b[\w,]*\]'", text)]


def test_what_is_not_said_is_found() -> None:
    assert unsaid(["every", "evry"], "`every` says how often, and evry is a slip") == ["evry"]
