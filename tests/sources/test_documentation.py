"""Every kind of source is documented with all of its options, and what is documented loads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from feeder import plugins
from feeder.config.options import Options
from feeder.config.settings import FetchSettings, ListSettings, SourceSettings
from feeder.errors import SourceError
from feeder.sources.json_api import JsonApi
from feeder.sources.json_items import Fields
from feeder.sources.sitemap import Sitemap

DOCS = Path(__file__).resolve().parents[2] / "docs"
SOURCES = (DOCS / "sources.md").read_text(encoding="utf-8")
EXAMPLES = [tomllib.loads(text) for text in re.findall(r"```toml\n(.+?)```", SOURCES, re.DOTALL)]
KINDS: dict[str, type[Any]] = {
    "json": JsonApi,
    "sitemap": Sitemap,
    **{name: plugins.find("feeder.sources", name) for name in plugins.names("feeder.sources")},
}
COMMON = frozenset(SourceSettings.model_fields) - {"url", "list", "timezone"}


def section(kind: str) -> str:
    """What stands under a kind's heading."""
    return SOURCES.partition(f'## `kind = "{kind}"`')[2].partition("\n## ")[0]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"files"}))
def test_every_option_of_a_kind_is_in_its_section(kind: str) -> None:
    names = set(KINDS[kind].model_fields)
    assert not {name for name in names if f"`{name}`" not in section(kind)}


@pytest.mark.parametrize(
    ("model", "text"),
    [(Fields, section("json")), (ListSettings, SOURCES), (FetchSettings, SOURCES)],
)
def test_every_key_of_its_tables_is_documented(model: type[Options], text: str) -> None:
    assert not {name for name in model.model_fields if f"`{name}`" not in text}


@pytest.mark.parametrize("example", [e for e in EXAMPLES if "kind" in e], ids=lambda e: e["kind"])
def test_every_example_loads(example: dict[str, Any]) -> None:
    kind = example["kind"]
    own = {key: value for key, value in example.items() if key not in COMMON}
    if kind in KINDS:
        assert KINDS[kind].model_validate(own)
    common = {key: value for key, value in example.items() if key in SourceSettings.model_fields}
    assert SourceSettings.model_validate({"name": "x", **common})


@pytest.mark.parametrize("example", [e for e in EXAMPLES if "kind" not in e], ids=str)
def test_every_example_of_a_table_loads(example: dict[str, Any]) -> None:
    assert SourceSettings.model_validate({"name": "x", "kind": "listing", **example})


def test_every_fault_that_a_source_can_have_is_explained() -> None:
    faults = SOURCES.partition("## What `feeder status` says")[2]
    of_files = {"unreadable", "still-changing", "fetch"}
    kinds = {each.kind for each in _below(SourceError)} - of_files
    assert not {kind for kind in kinds if f"`{kind}`" not in faults}


def _below(error: type[SourceError]) -> set[type[SourceError]]:
    return {error}.union(*(_below(each) for each in error.__subclasses__()))
