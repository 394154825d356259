"""JSON Schemas (draft 2020-12) of what can be set, for editors: they complete, explain and check.

A schema takes whatever `feeder check` takes. It does not see all that is wrong: whether a folder is
there, a pattern matches a source, or a cron expression ever comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from feeder.config.options import Options
from feeder.config.places import MAIN
from feeder.config.settings import (
    AlarmSettings,
    FeederFile,
    FeedSettings,
    OfKind,
    OutputSettings,
    PublishSettings,
    Secret,
    SourceSettings,
)

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ORIGIN = "Written by `feeder schema`, which writes it anew when plug-ins come or go."
"""Stands in each schema as its `$comment`: what has it may be overwritten."""

_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_EMPTY: tuple[Any, ...] = ({}, (), [], None)


def source_schema(kinds: Mapping[str, type]) -> Json:
    """The schema of `sources/NAME.toml`: a table of one of the kinds.

    Args:
        kinds: their classes by name. One that is no `Options` has the common keys alone.
    """
    made = _Made([SourceSettings, *kinds.values()])
    return _document("A source of feeder", made.table(SourceSettings, kinds), made)


def feeder_schema(outputs: Mapping[str, type], formats: Sequence[str]) -> Json:
    """The schema of `feeder.toml`.

    Args:
        outputs: the classes of kinds of outputs, by name.
        formats: in which a feed can be published.
    """
    common = (FeederFile, PublishSettings, FeedSettings, AlarmSettings, OutputSettings)
    made = _Made([*common, *outputs.values()])
    made.of(FeedSettings)["properties"]["formats"]["items"] = {"enum": list(formats)}
    # Here a format that no feed uses is not looked up.
    made.of(PublishSettings)["properties"]["formats"]["items"]["examples"] = list(formats)
    made.of(AlarmSettings)["oneOf"] = [
        {"required": ["notify"]},
        {"required": ["webhook"]},
        {"required": ["command"], "properties": {"command": {"minItems": 1}}},
    ]
    main = made.of(FeederFile)
    for key, items in (
        ("feed", made.references[FeedSettings]),
        ("alarm", made.references[AlarmSettings]),
        ("output", made.table(OutputSettings, outputs)),
    ):
        main["properties"][key]["items"] = items
    return _document(MAIN, main, made)


def _document(title: str, schema: Json, made: _Made) -> Json:
    return {
        "$schema": DIALECT,
        "$comment": ORIGIN,
        "title": title,
        **schema,
        "$defs": {name: made.defs[name] for name in sorted(_used(schema, made.defs))},
    }


class _Generator(GenerateJsonSchema):
    """Values as people write them in TOML, and no titles, which only repeat the keys.

    What a plug-in takes and no schema can tell may be anything.
    """

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> Json:
        return {}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, timedelta):
            return _duration(dft)
        if isinstance(dft, ZoneInfo | PurePath):
            return str(dft)
        return {} if isinstance(dft, Options) else super().encode_default(dft)


def _duration(span: timedelta) -> str:
    left = int(span.total_seconds())
    words = []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        words += [f"{count}{unit}"] if count else []
    return "".join(words) or "0s"


class _Made:
    """The definitions of some models and of all that they are made of, tidied up."""

    def __init__(self, models: Sequence[type]) -> None:
        options = [model for model in (*models, Secret) if issubclass(model, Options)]
        asked = [(model, "validation") for model in options]
        made, whole = models_json_schema(asked, schema_generator=_Generator)  # type: ignore[arg-type]
        self.references = {model: reference for (model, _), reference in made.items()}
        self.defs: Json = whole["$defs"]
        _tidy(self.defs)
        _let_it_be_text(self.of(Secret))

    def of(self, model: type) -> Json:
        """The definition of a model; of what is no `Options` an empty one."""
        if model not in self.references:
            return {}
        (name,) = _references(self.references[model])
        found: Json = self.defs[name]
        return found

    def table(self, common: type[OfKind], kinds: Mapping[str, type]) -> Json:
        """The schema of what is of one of the kinds.

        Not `oneOf`: editors would mark all of a table for a single wrong key in it.
        """
        of_all = self.of(common)["properties"]
        shared = {key: of_all[key] for key in of_all if key in common.common_keys() - {"kind"}}
        own = {name: self.of(kind) for name, kind in kinds.items()}
        tables = {name: {**shared, **each.get("properties", {})} for name, each in own.items()}
        ways = {key: _ways(key, tables.values()) for each in tables.values() for key in each}
        default = common.model_fields["kind"].default
        return {
            "type": "object",
            "properties": {
                "kind": {**of_all["kind"], "enum": list(kinds)},
                **{key: _any_of(some) for key, some in ways.items()},
            },
            "required": [] if default in kinds else ["kind"],
            "allOf": [
                {
                    "if": {
                        "properties": {"kind": {"const": name}},
                        "required": [] if name == default else ["kind"],
                    },
                    "then": {
                        "title": name,
                        "description": own[name].get("description", ""),
                        "properties": {
                            "kind": True,
                            **{key: len(ways[key]) == 1 or each[key] for key in each},
                        },
                        "required": own[name].get("required", []),
                        "additionalProperties": False,
                    },
                }
                for name, each in tables.items()
            ],
        }


def _ways(key: str, tables: Iterable[Json]) -> list[Json]:
    """What the kinds say of a key, each thing once."""
    told: list[Json] = []
    for each in tables:
        if key in each and each[key] not in told:
            told.append(each[key])
    return told


def _any_of(ways: list[Json]) -> Json:
    if len(ways) == 1:
        return ways[0]
    notes = {key: note for key, note in ways[0].items() if key in ("description", "default")}
    return {**notes, "anyOf": ways}


def _tidy(schema: Any) -> None:
    """In place: TOML has no null, and the rest of it is noise to who reads a hint."""
    if isinstance(schema, list):
        for each in schema:
            _tidy(each)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("title"), str):
        del schema["title"]
    if "default" in schema and schema["default"] in _EMPTY:
        del schema["default"]
    if isinstance(told := schema.get("description"), str):
        schema["description"] = " ".join(told.split("\n\n")[0].split())
    for each in schema.values():
        _tidy(each)
    ways = [way for way in schema.get("anyOf", ()) if way != {"type": "null"}]
    if len(ways) == 1:
        del schema["anyOf"]
        schema |= {**ways[0], **schema}
    elif ways:
        schema["anyOf"] = ways


def _let_it_be_text(secret: Json) -> None:
    """In place: a secret is text too, and else says one of the ways to it."""
    described = {"description": secret.pop("description")}
    table = {**secret, "minProperties": 1, "maxProperties": 1}
    secret.clear()
    secret |= {**described, "anyOf": [{"type": "string"}, table]}


def _used(schema: Json, defs: Json) -> set[str]:
    """The definitions that a schema leads to, directly or by others."""
    used: set[str] = set()
    waiting = [schema]
    while waiting:
        new = set(_references(waiting.pop())) - used
        used |= new
        waiting += [defs[name] for name in new]
    return used


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(target := schema.get("$ref"), str):
            yield target.removeprefix("#/$defs/")
        for each in schema.values():
            yield from _references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)
