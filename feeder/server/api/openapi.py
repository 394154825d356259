"""The API described (OpenAPI 3.1), made of the models that shape it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from feeder.server.api.answers import Problem, Told
from feeder.server.api.endpoints import Endpoint

ROOT = "/api/v1"
_REF = "#/components/schemas/{model}"
_COMMON = {
    400: "a parameter is wrong",
    401: "a token is needed",
    403: "it may not be done",
    503: "the database cannot be used just now",
}
_IN_PATH = {
    "name": {"type": "string", "maxLength": 64},
    "id": {"type": "integer", "minimum": 1},
}


@cache
def document(endpoints: Sequence[Endpoint]) -> bytes:
    """The description of these endpoints."""
    models: list[type[Told]] = [Problem, *dict.fromkeys(each.told for each in endpoints)]
    _, shapes = models_json_schema([(one, "serialization") for one in models], ref_template=_REF)
    paths: dict[str, Any] = {}
    for each in endpoints:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": "feeder",
            "version": version("feeder"),
            "summary": "How sources are, what they gave, and what feeder shall do.",
            "description": "Within v1, keys are added and none is taken away or changed.",
        },
        # Relative to where this document is, so that it holds behind any prefix.
        "servers": [{"url": f"../{ROOT.rpartition('/')[2]}"}],
        "security": [{"token": []}, {}],
        "paths": paths,
        "components": {
            "schemas": shapes["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _operation(each: Endpoint) -> dict[str, Any]:
    faults = _COMMON | dict(each.faults)
    answers = {str(each.status): _answer("what was asked for", "application/json", each.told)}
    if not each.acts:
        answers["304"] = {"description": "it is the answer that If-None-Match names"}
    answers |= {
        str(status): _answer(why, "application/problem+json", Problem)
        for status, why in sorted(faults.items())
    }
    return {
        "operationId": _name_of(each),
        "summary": each.summary,
        "parameters": [*_in_path(each), *_in_query(each)],
        "responses": answers,
    }


def _answer(why: str, media_type: str, told: type[Told]) -> dict[str, Any]:
    shape = {"$ref": _REF.format(model=told.__name__)}
    return {"description": why, "content": {media_type: {"schema": shape}}}


def _name_of(each: Endpoint) -> str:
    words = [part.strip("{}") for part in each.path.split("/") if part]
    return "_".join(["post" if each.acts else "get", *words])


def _in_path(each: Endpoint) -> list[dict[str, Any]]:
    parts = [part[1:-1] for part in each.path.split("/") if part.startswith("{")]
    return [
        {"name": part, "in": "path", "required": True, "schema": _IN_PATH[part]} for part in parts
    ]


def _in_query(each: Endpoint) -> list[dict[str, Any]]:
    shape = each.query.model_json_schema()
    needed = shape.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            **({"description": told["description"]} if "description" in told else {}),
            "schema": {key: value for key, value in told.items() if key != "description"},
        }
        for name, told in shape.get("properties", {}).items()
    ]
