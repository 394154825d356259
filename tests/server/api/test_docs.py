"""What is not documented does not pass."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from feeder.server.api.answers import Problem
from feeder.server.api.openapi import ROOT
from feeder.server.api.routes import ENDPOINTS

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs/api.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"`([\w.]+)`", DOCUMENT))


def test_every_path_is_documented_with_its_method() -> None:
    for each in ENDPOINTS:
        assert re.search(rf"`{each.method} {re.escape(ROOT + each.path)}[`?]", DOCUMENT), each.path


def test_every_parameter_is_documented() -> None:
    for each in ENDPOINTS:
        for name in each.query.model_fields:
            assert name in WORDS or f"?{name}=" in DOCUMENT, f"{each.path}: {name}"


def test_every_field_is_documented() -> None:
    from pydantic.json_schema import models_json_schema

    models = [(one, "serialization") for one in {Problem, *(each.told for each in ENDPOINTS)}]
    _, shapes = models_json_schema(models)  # type: ignore[arg-type]
    fields = {(name, field) for name, shape in shapes["$defs"].items()
              for field in shape.get("properties", {})}  # fmt: skip
    assert not {pair for pair in fields if pair[1] not in WORDS}


def test_its_examples_are_yaml() -> None:
    blocks = re.findall(r"```yaml\n(.+?)```", DOCUMENT, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        assert yaml.safe_load(block)


def test_alarms_are_about_metrics_that_there_are() -> None:
    told = set(re.findall(r"^\| `(feeder_\w+)", DOCUMENT, re.MULTILINE))
    assert set(re.findall(r"expr: '.*?(feeder_\w+)", DOCUMENT)) <= told
