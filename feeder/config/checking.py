"""Checking a table against its model, with faults in the words of the person who wrote it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from feeder.config.options import Options
from feeder.config.positions import KeyPath
from feeder.config.toml import Place
from feeder.errors import ConfigFault
from feeder.text import shorten

M = TypeVar("M", bound=Options)

# What pydantic calls a wrong type, and what was expected instead.
_EXPECTED = {
    "string_type": 'text in quotes such as "example"',
    "path_type": 'a path in quotes such as "var/state"',
    "int_type": "a whole number such as 60",
    "int_parsing": "a whole number such as 60",
    "int_from_float": "a whole number such as 60",
    "float_type": "a number such as 0.5",
    "float_parsing": "a number such as 0.5",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": 'an array such as ["a", "b"]',
    "list_type": 'an array such as ["a", "b"]',
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_SECRET = {"auth", "cookies", "database", "headers", "proxy"}


def check(
    model: type[M],
    place: Place,
    table: Mapping[str, Any] | None = None,
    *,
    also_known: Collection[str] = (),
) -> tuple[M | None, tuple[ConfigFault, ...]]:
    """`table` (what stands at `place`, unless given) as a `model`, and what is wrong with it.

    Where keys are wrong, the model is made without them if it can be, so that what depends on
    the others can be checked too. `also_known` are keys that somebody else reads.
    """
    table = place.table if table is None else table
    try:
        return _made(model, table, place), ()
    except ValidationError as error:
        errors = error.errors(include_url=False)
    faults = tuple(place.fault(_key(each), _message(model, each, also_known)) for each in errors)
    wrong = {each["loc"][0] for each in errors if each["loc"]}
    try:
        return _made(model, {k: v for k, v in table.items() if k not in wrong}, place), faults
    except ValidationError:
        return None, faults


def _made(model: type[M], table: Mapping[str, Any], place: Place) -> M:
    return model.model_validate(dict(table), context={"base": place.base, "place": place})


def _key(error: ErrorDetails) -> KeyPath:
    return tuple(part for part in error["loc"] if part != "[key]")


def _message(model: type[Options], error: ErrorDetails, also_known: Collection[str]) -> str:
    kind, loc = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return "unknown key" + did_you_mean(str(loc[-1]), {*_keys(model, loc[:-1]), *also_known})
    if kind == "missing":
        return "is missing"
    if kind == "tuple_type" and isinstance(error["input"], dict):
        return f"expected an array of tables; write [[{loc[-1]}]] with two brackets"
    return _wrong_value(error)


def _wrong_value(error: ErrorDetails) -> str:
    kind, found = error["type"], _found(error)
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}; found {found}"
    if kind == "literal_error":
        near = did_you_mean(str(error["input"]), error["ctx"]["expected"].strip("'").split("'"))
        return f"expected {error['ctx']['expected']}; found {found}{near}"
    if kind in ("value_error", "assertion_error"):
        message = str(error["ctx"]["error"])
        return f"{message}; found {found}" if message.startswith("expected") else message
    return error["msg"].replace("Input should be", "must be") + f"; found {found}"


def _found(error: ErrorDetails) -> str:
    """What stood in the file; of what may be a secret only its type."""
    value, secret = error["input"], not _SECRET.isdisjoint(error["loc"])
    match value:
        case str():
            secret = secret or "@" in value  # an address may carry a password before it
            return "text" if secret else json.dumps(shorten(value, 60), ensure_ascii=False)
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number" if secret else f"the number {value}"
        case date() | time():
            return "a date or time"
        case list() | tuple():
            return "an array"
    return "a table"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` with the known word that is most like `word`, or nothing."""
    near = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _keys(model: type[Options], path: tuple[str | int, ...]) -> set[str]:
    """The keys that the table at `path` may have."""
    at: type[Options] | None = model
    for part in path:
        if at is not None and isinstance(part, str):
            info = at.model_fields.get(part)
            at = _options_in(info.annotation) if info else None
    return {info.alias or name for name, info in at.model_fields.items()} if at else set()


def _options_in(annotation: Any) -> type[Options] | None:
    """The model inside of `Model | None`, `tuple[Model, ...]` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, Options):
        return annotation
    return next(filter(None, map(_options_in, get_args(annotation))), None)
