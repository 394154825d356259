"""Reading back what `json_feed` wrote, strictly, before it is published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from feeder.errors import PublishError
from feeder.generator.spelling import is_stamp, is_web
from feeder.languages import is_language
from feeder.models import Document
from feeder.urls import is_id

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
ADVICE = "What was published before stays. This is a fault of feeder or of a plug-in: report it."

_FEED: Mapping[str, type] = {
    "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str,
    "language": str, "authors": list, "icon": str, "favicon": str, "next_url": str, "hubs": list,
    "items": list,
}  # fmt: skip
_ITEM: Mapping[str, type] = {
    "id": str, "url": str, "external_url": str, "title": str, "content_html": str, "summary": str,
    "image": str, "date_published": str, "date_modified": str, "authors": list, "tags": list,
    "language": str, "attachments": list, "_feeder": dict,
}  # fmt: skip
_ATTACHMENT: Mapping[str, type] = {"url": str, "mime_type": str, "size_in_bytes": int}
_ADDRESSES = frozenset(
    "home_page_url feed_url icon favicon next_url url external_url image about".split()
)
_DATES = frozenset({"date_published", "date_modified"})


def check(document: Document) -> None:
    """Refuse a document that any strict reader would refuse, or warn about.

    Raises:
        PublishError: with the first fault found.
    """
    for fault in _faults(_parse(document)):
        raise PublishError(f"{document.path}: {fault}", advice=ADVICE)


def _parse(document: Document) -> Any:
    try:
        text = document.body.decode()
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        fault = f"{document.path}: no JSON in UTF-8: {error}"
        raise PublishError(fault, advice=ADVICE) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("an object has one name twice")
    return told


def _faults(feed: Any) -> Iterator[str]:
    if not isinstance(feed, dict) or feed.get("version") != VERSION:
        yield "it is no JSON Feed 1.1"
        return
    yield from _faults_of(feed, _FEED, ("title", "feed_url", "authors", "items"), "the feed")
    items = feed.get("items")
    items = items if isinstance(items, list) else []
    for item in items:
        yield from _faults_of_item(item)
    ids = Counter(str(item["id"]) for item in items if isinstance(item, dict) and "id" in item)
    yield from (f"{count} items have the id {id_}" for id_, count in ids.items() if count > 1)
    for hub in feed.get("hubs", ()):
        yield from _faults_of(hub, {"type": str, "url": str}, ("type", "url"), "a hub")


def _faults_of_item(item: Any) -> Iterator[str]:
    name = f"item {item.get('id')}" if isinstance(item, dict) else "an item"
    required = ("id", "title", "content_html", "date_published", "date_modified")
    yield from _faults_of(item, _ITEM, required, name)
    if not isinstance(item, dict):
        return
    if not is_id(str(item.get("id"))):
        yield f"{name} has an id that is no URI"
    for attachment in item.get("attachments", ()):
        place = f"an attachment of {name}"
        yield from _faults_of(attachment, _ATTACHMENT, ("url", "mime_type"), place)
    for tag in item.get("tags", ()):
        if not isinstance(tag, str) or not tag:
            yield f"{name} has a tag that is no text"


def _faults_of(
    told: Any, known: Mapping[str, type], required: tuple[str, ...], name: str
) -> Iterator[str]:
    """What is wrong with one object: names, kinds, addresses, dates, languages and authors."""
    if not isinstance(told, dict):
        yield f"{name} is no object"
        return
    yield from (f"{name} has no {key}" for key in required if key not in told)
    for key, value in told.items():
        if not _is_of(value, known.get(key)):
            yield f"{name} has {key}, which is not what JSON Feed has there"
        elif key in _ADDRESSES and not is_web(value):
            yield f"{name}: {key} is no web address: {value!r}"
        elif key in _DATES and not is_stamp(value):
            yield f"{name}: {key} is no date in UTC and whole seconds: {value!r}"
        elif key == "language" and not is_language(value):
            yield f"{name} has the language {value!r}, which is none"
        elif key == "title" and not value.strip():
            yield f"{name} has an empty title"
        elif key == "authors":
            for author in value:
                yield from _faults_of(author, {"name": str}, ("name",), f"an author of {name}")


def _is_of(value: Any, kind: type | None) -> bool:
    # A number of JSON is no truth value, though Python's are numbers.
    return kind is not None and isinstance(value, kind) and not isinstance(value, bool)
