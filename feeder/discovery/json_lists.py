"""Lists of articles in a JSON document: where the array is, and where its items have what.

What is derived is tried at once: the kind that will read it reads it here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from feeder.errors import FeederError
from feeder.models import Candidate, Page
from feeder.sources.json_api import JsonApi
from feeder.sources.json_reading import read_document
from feeder.sources.json_scripts import script_in

_LEAST = 2
"""Items of an array that is a list of articles."""
_MOST_NODES = 20_000
_MOST_ARRAYS = 20
_DEEP = 8
_SAMPLE = 5
"""Items whose keys are looked at: of more, those that all have are the same."""
_LEAST_TEXT = 600
"""Characters, in the mean, of what is taken for whole texts: many call a teaser "content", and with
one the articles' pages would never be read. Three paragraphs have more."""
_MARKS = re.compile(r"[\W_]+")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NEEDED = ("url", "content")


class JsonList(NamedTuple):
    """An array of articles: the options of `kind = "json"` that read it, and what they find."""

    options: Mapping[str, Any]
    candidates: tuple[Candidate, ...]


def json_list(page: Page, script: str | None = None) -> JsonList | None:
    """The list of articles in a document, the longest one whose items have titles; None: there is
    none.

    Args:
        script: the selector of the script in which the document stands, if the page is no JSON.

    Raises:
        LayoutError: it is no JSON.
    """
    extra = {} if script is None else {"script": script}
    document = read_document(page if script is None else script_in(page, script))
    best: JsonList | None = None
    for path, items in _arrays(document):
        fields = _fields(items[:_SAMPLE])
        if "title" not in fields or not any(name in fields for name in _NEEDED):
            continue
        options = {**extra, "items": path, "fields": fields}
        candidates = _tried(page, options)
        if len(candidates) >= _LEAST and (best is None or len(candidates) > len(best.candidates)):
            best = JsonList(options, candidates)
    return best


def _tried(page: Page, options: Mapping[str, Any]) -> tuple[Candidate, ...]:
    try:
        json.dumps(options, ensure_ascii=False).encode()  # half a character can stand in no file
        found = JsonApi.model_validate({"url": page.url, **options}).discover(page)
    except (FeederError, ValueError):  # a key that no JMESPath can name, an item that is none
        return ()
    return tuple(one for one in found.candidates if one.facts.title)


def _arrays(document: Any) -> Iterator[tuple[str, list[Any]]]:
    """The arrays of objects in a document with the expressions that lead there, the outer first.

    Walks without recursion: how deep it is nested is the site's to say.
    """
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    seen = found = 0
    while waiting and seen < _MOST_NODES and found < _MOST_ARRAYS:
        path, node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            if len(node) >= _LEAST and all(isinstance(item, dict) for item in node[:_SAMPLE]):
                found += 1
                yield ".".join(path) or "@", node
        elif isinstance(node, dict) and len(path) < _DEEP:
            inner = ((key, value) for key, value in node.items() if isinstance(value, dict | list))
            waiting += [((*path, _named(str(key))), value) for key, value in inner]


def _fields(items: Sequence[Any]) -> dict[str, str]:
    """Where the items have what an article has, as far as most of them have it there."""
    found: dict[str, str] = {}
    for field, names in _table().items():
        if field != "inner" and (expression := _expression(items, field, names)):
            found[field] = expression
    return found


def _expression(items: Sequence[Any], field: str, names: Sequence[str]) -> str | None:
    for name in names:
        keys = [next((key for key in item if _plain(key) == name), None) for item in items]
        key = next(filter(None, keys), None)
        values = [item.get(key) for item in items]
        if key is None or 2 * sum(value not in (None, "", []) for value in values) <= len(items):
            continue
        inner = _inner(values)
        if inner is not None and _fits(field, [_within(value, inner) for value in values]):
            return _named(key) + (f".{_named(inner)}" if inner else "")
    return None


def _inner(values: Sequence[Any]) -> str | None:
    """The key of what was meant, where the values are objects; "" where they are it themselves."""
    objects = [value for value in values if isinstance(value, dict)]
    if not objects:
        return ""
    known = _table()["inner"]
    return next((key for name in known for key in objects[0] if _plain(key) == name), None)


def _within(value: Any, inner: str) -> Any:
    return value.get(inner) if inner and isinstance(value, dict) else value


def _fits(field: str, values: Sequence[Any]) -> bool:
    """Whether the values can be what the field is: an address looks like one, a title is a text."""
    texts = [value for value in values if isinstance(value, str) and value.strip()]
    if field in ("url", "image"):
        return bool(texts) and all(_looks_like_an_address(text) for text in texts)
    if field in ("date", "modified", "id", "authors"):
        return any(value not in (None, "", []) for value in values)
    if field == "content" and sum(map(len, texts)) < _LEAST_TEXT * len(texts):
        return False
    return 2 * len(texts) > len(values)


def _looks_like_an_address(text: str) -> bool:
    return text.startswith(("http://", "https://", "/", "./")) and not re.search(r"\s", text)


def _named(key: str) -> str:
    """A key as JMESPath has it: bare, or in quotes."""
    if _BARE.fullmatch(key):
        return key
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(key: Any) -> str:
    return _MARKS.sub("", str(key)).lower()


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    lines = files("feeder.discovery").joinpath("names.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {field: tuple(names.split()) for field, names in rows}
