"""Nouns to rows and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    any_,
    bindparam,
    func,
    select,
)

from feeder.models import (
    DROPPED_TEXT_LIMIT,
    Attribution,
    Dropped,
    Enclosure,
    Entry,
    Evidence,
    Fault,
    Key,
    Outcome,
    Patience,
    Resource,
    Validators,
)
from feeder.store.candidates import candidate_text, to_candidate
from feeder.store.tables import INDEXED_LIMIT

Row = dict[str, Any]
T = TypeVar("T")

CHUNK = 500
"""Values in one statement; SQLite once took no more than 999."""


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in pieces that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def among(
    connection: Connection, column: Column[str], names: Collection[str]
) -> ColumnElement[bool]:
    """Whether the column has one of the names: any number of them in a single value.

    Drivers take 32,766 (SQLite) or 65,535 (PostgreSQL) values in one statement, and a feed may
    combine more sources than that.
    """
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(names), type_=ARRAY(Text)))
    listed = func.json_each(json.dumps(list(names))).table_valued("value")
    return column.in_(select(listed.c.value))


def indexed(value: str) -> str:
    """What stands for `value` in an index: itself, or where it is too long its hash."""
    if len(value) <= INDEXED_LIMIT:
        return value
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def whole(value: str) -> str | None:
    """What the index does not hold of `value`: all of it, or nothing."""
    return value if len(value) > INDEXED_LIMIT else None


def entry_row(entry: Entry, material: str) -> Row:
    """An entry as a whole, save for where it belongs."""
    return {
        "uid": entry.id,
        "published": entry.published,
        "first_seen": entry.first_seen,
        **content_row(entry, material),
    }


def content_row(entry: Entry, material: str) -> Row:
    """What may change of an entry: never its id, nor when it was published and first seen."""
    attribution = entry.attribution
    return {
        "updated": entry.updated,
        "revision": entry.revision,
        "material": material,
        "title": entry.title,
        "url": entry.url,
        "summary": entry.summary,
        "authors": list(entry.authors),
        "categories": list(entry.categories),
        "image": entry.image,
        "language": entry.language,
        "attribution_name": attribution.name if attribution else None,
        "attribution_url": attribution.url if attribution else None,
        "text": entry.text,
        "html": entry.html,
        "enclosures": [[one.url, one.media_type, one.length] for one in entry.enclosures] or None,
    }


def facts_of(row: RowMapping) -> Row:
    """What an entry is, without what it says."""
    return {
        "id": row["uid"],
        "source": row["source_name"],
        "title": row["title"],
        "published": row["published"],
        "updated": row["updated"],
        "first_seen": row["first_seen"],
        "revision": row["revision"],
        "url": row["url"],
        "summary": row["summary"],
        "authors": tuple(row["authors"]),
        "categories": tuple(row["categories"]),
        "image": row["image"],
        "language": row["language"],
    }


def to_entry(row: RowMapping) -> Entry:
    """An entry from its row, which also has the name of its source as `source_name`."""
    name = row["attribution_name"]
    return Entry(
        **facts_of(row),
        html=row["html"],
        text=row["text"],
        attribution=None if name is None else Attribution(name, row["attribution_url"]),
        enclosures=tuple(Enclosure(*told) for told in row["enclosures"] or ()),
    )


def key_row(key: Key, source_id: int, entry_id: int) -> Row:
    """A key that leads to an entry."""
    return {
        "source_id": source_id,
        "kind": key.kind,
        "value": indexed(key.value),
        "whole_value": whole(key.value),
        "entry_id": entry_id,
    }


def to_key(row: RowMapping) -> Key:
    """A key from its row."""
    return Key(row["kind"], row["whole_value"] or row["value"])


def provenance_rows(
    entry_id: int, dropped: Sequence[Dropped], evidence: Sequence[Evidence]
) -> list[Row]:
    """How an entry came to be: what was dropped in its order, then what gave its facts."""
    told = [("dropped", item.step, item.rule, item.text) for item in dropped]
    told += [("evidence", item.field, item.rule, item.text) for item in evidence]
    return [
        {
            "entry_id": entry_id,
            "seq": seq,
            "kind": kind,
            "subject": subject,
            "rule": rule,
            "text": text[:DROPPED_TEXT_LIMIT],
        }
        for seq, (kind, subject, rule, text) in enumerate(told)
    ]


def resource_row(resource: Resource, source_id: int, entry_uid: str | None) -> Row:
    """What is remembered of an address."""
    fault = resource.fault
    return {
        "source_id": source_id,
        "address": indexed(resource.address),
        "whole_address": whole(resource.address),
        "etag": resource.validators.etag,
        "last_modified": resource.validators.last_modified,
        "entry_uid": entry_uid,
        "fault_kind": fault.kind if fault else None,
        "fault_message": fault.message if fault else None,
        "fault_address": fault.address if fault else None,
        "fault_advice": fault.advice if fault else None,
        "moved_to": resource.moved_to,
        "look_at": resource.look_at,
        "looks": resource.looks,
        "wanted": list(resource.wanted) or None,
        "candidate": candidate_text(resource.candidate) if resource.candidate else None,
    }


def to_resource(row: RowMapping) -> Resource:
    """What is remembered of an address, from its row."""
    kind, candidate = row["fault_kind"], row["candidate"]
    return Resource(
        address=row["whole_address"] or row["address"],
        validators=Validators(row["etag"], row["last_modified"]),
        entry_id=row["entry_uid"],
        fault=None
        if kind is None
        else Fault(kind, row["fault_message"], row["fault_address"], row["fault_advice"]),
        moved_to=row["moved_to"],
        look_at=row["look_at"],
        looks=row["looks"],
        wanted=tuple(row["wanted"] or ()),
        candidate=None if candidate is None else to_candidate(candidate),
    )


def outcome_json(outcome: Outcome) -> Row:
    """An outcome in what JSON can say; the source stands beside it and may be renamed."""
    return {
        "started": outcome.started.isoformat(),
        "ended": outcome.ended.isoformat(),
        "found": outcome.found,
        "new": outcome.new,
        "changed": outcome.changed,
        "dropped": outcome.dropped,
        "faults": [_fault_json(fault) for fault in outcome.faults],
        "waiting": list(outcome.waiting),
        "failure": _fault_json(outcome.failure) if outcome.failure else None,
        "hints": list(outcome.hints),
    }


def to_outcome(source: str, told: Mapping[str, Any]) -> Outcome:
    """An outcome from what JSON said."""
    failure = told["failure"]
    return Outcome(
        source=source,
        started=datetime.fromisoformat(told["started"]),
        ended=datetime.fromisoformat(told["ended"]),
        found=told["found"],
        new=told["new"],
        changed=told["changed"],
        dropped=told["dropped"],
        faults=tuple(_to_fault(fault) for fault in told["faults"]),
        waiting=tuple(told["waiting"]),
        failure=_to_fault(failure) if failure else None,
        hints=tuple(told.get("hints", ())),  # runs of the first version have none
    )


def patience_json(patience: Patience | None) -> Row | None:
    """When a feed need not be asked, as JSON takes it."""
    if patience is None or not any(patience):
        return None
    return {
        "least": int(patience.least.total_seconds()) if patience.least else None,
        "hours": sorted(patience.hours),
        "days": sorted(patience.days),
        "fresh": int(patience.fresh.total_seconds()) if patience.fresh else None,
    }


def to_patience(told: Mapping[str, Any] | None) -> Patience | None:
    """The same from what JSON said."""
    if told is None:
        return None
    least, fresh = (
        timedelta(seconds=told[key]) if told[key] else None for key in ("least", "fresh")
    )
    return Patience(least, frozenset(told["hours"]), frozenset(told["days"]), fresh)


def _fault_json(fault: Fault) -> Row:
    return {
        "kind": fault.kind,
        "message": fault.message,
        "address": fault.address,
        "advice": fault.advice,
    }


def _to_fault(told: Mapping[str, Any]) -> Fault:
    return Fault(told["kind"], told["message"], told["address"], told["advice"])
