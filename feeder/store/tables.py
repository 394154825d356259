"""The tables, the same on SQLite and PostgreSQL.

    source ─┬─ resource           what is remembered of an address between two refreshes
            ├─ run                how each refresh ended
            └─ entry ─┬─ entry_key       by what it is recognised again
                      ├─ entry_revision  what it said before
                      └─ provenance      how it came to be what it is
    feed ──── publication         which document of it was last put in place
    host                          what is remembered of a server

Rows refer to each other by number, so that a source or a feed can be renamed in one row.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

INDEXED_LIMIT = 500
"""Characters of an indexed text. PostgreSQL refuses index rows over 2,704 bytes, and 500
characters of UTF-8 stay below; what is longer is indexed by its hash."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None, "a datetime without a zone"
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_UNSTORABLE = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")


class Words(TypeDecorator[str]):
    """Any text that Python can hold, and back again.

    PostgreSQL takes no NUL and neither engine a lone surrogate, which names of files and texts
    of strangers have; they are written as U+001A and four digits. Compared byte by byte, so that
    both engines sort alike.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _UNSTORABLE.sub(lambda match: f"\x1a{ord(match.group()):04x}", value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None or "\x1a" not in value:
            return value
        return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), value)


# SQLite numbers rows by itself only where the type is exactly INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
)

source = Table(
    "source",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("uid", Words, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("url", Words),
    Column("created_at", Moment, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("rhythm", Words),
    Column("next_check_at", Moment),
    Column("lease_token", Words),
    Column("lease_holder", Words),
    Column("lease_until", Moment),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Moment),
    Column("last_success", Moment),
    # Counts what readers may see of it: a feed that is made of as many is as it was.
    Column("changes", Integer, nullable=False, server_default=text("0")),
)
# The due queue: found once a second among up to a million sources.
Index(
    "source_due",
    source.c.next_check_at,
    source.c.name,
    # Spelled as queries are: SQLite takes a partial index only for the very same words.
    sqlite_where=text("enabled = 1"),
    postgresql_where=text("enabled"),
)
Index(
    "source_leased",
    source.c.lease_holder,
    sqlite_where=text("lease_holder IS NOT NULL"),
    postgresql_where=text("lease_holder IS NOT NULL"),
)

resource = Table(
    "resource",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("address", Words, primary_key=True),
    Column("whole_address", Words),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("entry_uid", Words),
    Column("fault_kind", Words),
    Column("fault_message", Words),
    Column("fault_address", Words),
    Column("fault_advice", Words),
    Column("moved_to", Words),
    Column("look_at", Moment),
    # The default is for a feeder of the version before, which may still write to the same server.
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("wanted", JSON(none_as_null=True)),
    # Last, since it may hold a whole article. JSON that no query looks into: as text it takes any
    # string that Python can hold, and half the room or less for what is not ASCII.
    Column("candidate", Words),
)
# The pages that are to be looked at again, in their order: among 100,000 that are not, and where
# all of them are due at the same moment, nothing is walked or sorted.
Index(
    "resource_look",
    resource.c.source_id,
    resource.c.look_at,
    resource.c.address,
    sqlite_where=text("look_at IS NOT NULL"),
    postgresql_where=text("look_at IS NOT NULL"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Number, primary_key=True),
    Column("uid", Words, nullable=False, unique=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("published", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("material", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("url", Words),
    Column("summary", Words),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("image", Words),
    Column("language", Words),
    Column("attribution_name", Words),
    Column("attribution_url", Words),
    # Last, so that SQLite need not walk the long texts to reach the short columns.
    Column("text", Words, nullable=False),
    Column("html", Words, nullable=False),
)
# Holds all that choosing the newest of several sources needs, so that no article is read for it.
Index("entry_newest", entry.c.source_id, entry.c.published.desc(), entry.c.uid)

entry_key = Table(
    "entry_key",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("value", Words, primary_key=True),
    Column("whole_value", Words),
    Column("entry_id", ForeignKey("entry.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

entry_revision = Table(
    "entry_revision",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("updated", Moment, nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("html", Words, nullable=False),
)

provenance = Table(
    "provenance",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", Words, nullable=False),  # "dropped" or "evidence"
    Column("subject", Words, nullable=False),  # the step that dropped, or the field it gave
    Column("rule", Words, nullable=False),
    Column("text", Words, nullable=False),
    sqlite_with_rowid=False,
)

host = Table(
    "host",
    metadata,
    Column("origin", Words, primary_key=True),
    Column("wait_until", Moment),
    Column("robots_until", Moment),
    Column("robots", Words),
)

run = Table(
    "run",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("outcome", JSON, nullable=False),
)
Index("run_latest", run.c.source_id, run.c.id)

feed = Table(
    "feed",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("uid", Words, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("path", Words, primary_key=True),
    Column("sha256", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("made_of", Words),
)
