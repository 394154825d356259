"""JSON Feed 1.1 by a schema, and by what the W3C would say of the same texts in Atom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from feeder.models import Document
from tests.validators import readings, w3c

_LINKS = {
    "url",
    "external_url",
    "image",
    "icon",
    "favicon",
    "home_page_url",
    "feed_url",
    "next_url",
}
_LABELS = {"title", "summary", "name", "description"}


def faults(document: Document) -> Iterator[str]:
    """All that is wrong, and all that a validator would warn of."""
    feed = json.loads(document.body)
    errors = [f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(feed)]
    if errors:
        yield from (f"schema: {error}" for error in errors)
        return
    if document.body.startswith(b"\xef\xbb\xbf"):
        yield "EncodingMismatch: it begins with a byte order mark"
    yield from readings.disagreements(document.body, readings.json_feed, readings.OF_JSON)
    yield from w3c.own_address(feed.get("feed_url", ""), document.path)
    for id_, count in Counter(item.get("id") for item in feed.get("items", ())).items():
        if count > 1:
            yield f"DuplicateEntries: {count} have {id_}"
    yield from _faults_of(feed)


@cache
def _schema() -> jsonschema.Draft202012Validator:
    schema = json.loads((Path(__file__).parents[1] / "schemas/json_feed.json").read_bytes())
    return jsonschema.Draft202012Validator(schema)


def _faults_of(told: Any, name: str = "") -> Iterator[str]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield from _faults_of(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from _faults_of(value, name)
    elif isinstance(told, str):
        yield from _faults_of_text(told, name)


def _faults_of_text(text: str, name: str) -> Iterator[str]:
    yield from w3c.texts(text)
    if name in _LINKS:
        yield from w3c.link(text)
    elif name == "id":
        yield from w3c.identifier(text)
    elif name in _LABELS:
        yield from w3c.labels(text)
    elif name == "language":
        yield from w3c.language(text)
    elif name == "content_html":
        yield from w3c.content(text)
    elif name == "mime_type":
        yield from w3c.media_type(text)
