"""The record in words that outlive its tables: what an export calls each thing and its keys.

A change of the tables changes this mapping, and not the words. `docs/moving.md` has what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer
from sqlalchemy.sql.schema import Table

from feeder.store import rows, tables
from feeder.store.tables import Moment

FORMAT = 1
"""Of the words. Another number where one of them means another thing than before."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing on record.

    Args:
        name: what an export calls it.
        keys: the column of each key, in the order in which they are written.
    """

    name: str
    table: Table
    keys: Mapping[str, str]

    def told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as JSON takes it; what is not there is left out."""
        found = ((key, row[column]) for key, column in self.keys.items())
        return {key: _told(value) for key, value in found if value is not None}

    def row(self, told: Any) -> dict[str, Any]:
        """The row of what was told, each column of it given.

        Raises:
            ValueError: a key is unknown, is missing, or has a value of another type, or one in
                which nothing of ours can be read.
        """
        if not isinstance(told, dict):
            raise ValueError(f"{self.name} is no object")
        unknown = sorted(told.keys() - self.keys.keys())
        if unknown:
            raise ValueError(f"{self.name} has no key {unknown[0][:40]!r}")
        columns = self.table.c
        row = {
            name: _value(f"{self.name}.{key}", columns[name], told.get(key))
            for key, name in self.keys.items()
        }
        try:
            _READ.get(self.name, dict)(row)
        except (TypeError, KeyError, ValueError, AttributeError):
            raise ValueError(f"{self.name} has a value of another form than feeder's") from None
        return row


def _noun(name: str, table: Table, keys: str) -> Noun:
    """Keys in words; `key:column` where they differ."""
    pairs = (word.partition(":") for word in keys.split())
    mapping = {key: column or key for key, _, column in pairs}
    return Noun(name, table, MappingProxyType(mapping))


_READ: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "source": lambda row: rows.to_patience(row["patience"]),
        "run": lambda row: rows.to_outcome("", row["outcome"]),
    }
)
"""What every verb makes of rows that have more in them than a column's type tells: one of another
form on record, and none of them works any more."""

_FACTS = "title url summary authors categories image language"

NOUNS: Mapping[str, Noun] = MappingProxyType(
    {
        noun.name: noun
        for noun in (
            _noun(
                "source",
                tables.source,
                "number:id name id:uid title kind url created:created_at enabled every:rhythm "
                "next_check:next_check_at because failures failing_since last_success last_new "
                "changes condition condition_since condition_streak baseline host paused:paused_at "
                "unchanged patience",
            ),
            _noun("host", tables.host, "origin wait_until robots_until robots"),
            _noun(
                "entry",
                tables.entry,
                "number:id id:uid source:source_id published updated first_seen revision material "
                f"{_FACTS} attribution:attribution_name attribution_url enclosures html text",
            ),
            _noun(
                "key",
                tables.entry_key,
                "source:source_id kind value whole:whole_value entry:entry_id",
            ),
            _noun(
                "revision",
                tables.entry_revision,
                "entry:entry_id revision updated title html text",
            ),
            _noun("provenance", tables.provenance, "entry:entry_id seq kind subject rule text"),
            _noun(
                "resource",
                tables.resource,
                "source:source_id address whole:whole_address etag last_modified entry:entry_uid "
                "fault_kind fault_message fault_address fault_advice moved_to look_at looks wanted "
                "candidate",
            ),
            _noun(
                "run",
                tables.run,
                "number:id source:source_id started ended found new changed failed outcome",
            ),
            _noun(
                "transition",
                tables.transition,
                "number:id source:source_id at was becomes reason advice was_since incident",
            ),
            _noun(
                "page",
                tables.page,
                "source:source_id address whole:whole_address final_url media_type charset "
                "modified fetched:fetched_at sha256 size",
            ),
            _noun(
                "batch",
                tables.quarantine,
                "number:id source:source_id first_seen last_seen times status reasons articles "
                "fingerprint sha256 size decided:decided_at",
            ),
            _noun(
                "feed",
                tables.feed,
                "number:id name id:uid created:created_at retired:retired_at",
            ),
            _noun("feed_name", tables.feed_name, "name feed:feed_id since"),
            _noun(
                "feed_entry",
                tables.feed_entry,
                "feed:feed_id entry:entry_id shown:shown_at archive merged_into removed:removed_at "
                "reason",
            ),
            _noun("feed_source", tables.feed_source, "feed:feed_id source:source_id seen"),
            _noun(
                "archive",
                tables.archive,
                "feed:feed_id number entries updated closed:closed_at",
            ),
            _noun(
                "document",
                tables.publication,
                "feed:feed_id path sha256 size entries published:published_at made_of "
                "gone:gone_at cleared:cleared_at",
            ),
            _noun(
                "message",
                tables.outbox,
                "number:id kind target subject body created:created_at due:due_at tries error",
            ),
        )
    }
)
"""Each after those that it refers to."""

LEFT_OUT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Who is at it right now, which is nobody any more where it is read.
        "source": frozenset({"lease_token", "lease_holder", "lease_until"}),
        "outbox": frozenset({"token"}),
        "service": frozenset(tables.service.c.keys()),
        # Of this database: its version, its id; the prefix of ids is told by a word of its own.
        "schema_version": frozenset(tables.schema_version.c.keys()),
        "meta": frozenset(tables.meta.c.keys()),
    }
)
"""Columns that no export has, by table."""


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def _value(name: str, column: Column[Any], told: Any) -> Any:
    """A value as its column takes it.

    Raises:
        ValueError: it is missing, or of another type.
    """
    if told is None:
        if column.nullable:
            return None
        raise ValueError(f"{name} is missing")
    kind = column.type
    if isinstance(kind, JSON):
        return told
    if isinstance(kind, Moment):
        return _moment(name, told)
    is_number = isinstance(kind, Integer) or column.foreign_keys
    if isinstance(kind, Boolean):
        fits, expected = isinstance(told, bool), "true or false"
    elif is_number:
        fits, expected = type(told) is int and abs(told) < 2**63, "a whole number"
    else:
        fits, expected = isinstance(told, str), "text"
    if not fits:
        raise ValueError(f"{name} is not {expected}")
    return told


def _moment(name: str, told: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(told)
        return moment.astimezone(UTC) if moment.tzinfo else _no_zone(name)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is no date such as 2026-03-01T12:00:00Z") from None


def _no_zone(name: str) -> datetime:
    raise ValueError(name)
