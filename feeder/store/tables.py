"""The tables, the same on SQLite and PostgreSQL.

    source ─┬─ resource           what is remembered of an address between two refreshes
            ├─ page               what an address gave last, kept as a file
            ├─ run                how each refresh ended
            ├─ transition         when it fell ill or was well again
            ├─ quarantine         batches of articles that were not believed
            └─ entry ─┬─ entry_key       by what it is recognised again
                      ├─ entry_revision  what it said before
                      └─ provenance      how it came to be what it is
    feed ───┬─ publication        which document of it was last put in place
            ├─ feed_name          what it was called before
            ├─ feed_entry         how an entry stands in it: archived, merged, removed
            ├─ feed_source        how far a source's entries are known to its history
            └─ archive            a closed page of its history
    host                          what is remembered of a server
    outbox                        what is still to be told to others
    service                       who keeps the sources fresh, and what is asked of them

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
    Column("condition", Words),
    Column("condition_since", Moment),
    # Refreshes in a row that spoke for another condition than it is in: above 0 for being well.
    Column("condition_streak", Integer, nullable=False, server_default=text("0")),
    Column("last_new", Moment),
    # What its batches are like, as JSON that no query looks into.
    Column("baseline", Words),
    # The server that it is on, as in `host`; none for one on this machine.
    Column("host", Words),
    Column("paused_at", Moment),
    # Why it is next due when it is, in words.
    Column("because", Words),
    # Refreshes in a row that brought nothing new.
    Column("unchanged", Integer, nullable=False, server_default=text("0")),
    # When its feed or its server said last that it need not be asked.
    Column("patience", JSON(none_as_null=True)),
)
# The due queue: found once a second among up to a million sources. It bears the host, so that
# those whose server has enough to do are passed over without a look at the table.
Index(
    "source_due",
    source.c.next_check_at,
    source.c.name,
    source.c.host,
    # Spelled as queries are: SQLite takes a partial index only for the very same words.
    sqlite_where=text("enabled = 1 AND paused_at IS NULL"),
    postgresql_where=text("enabled AND paused_at IS NULL"),
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
    Column("enclosures", JSON(none_as_null=True)),
)
# Holds all that choosing the newest of several sources needs, so that no article is read for it.
Index("entry_newest", entry.c.source_id, entry.c.published.desc(), entry.c.uid)
# In the order in which they were recorded: what is new is found, however old it says that it is.
Index("entry_recorded", entry.c.source_id, entry.c.id)

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
# Those that want to be left alone, found at each tick.
Index(
    "host_waiting",
    host.c.wait_until,
    sqlite_where=text("wait_until IS NOT NULL"),
    postgresql_where=text("wait_until IS NOT NULL"),
)

run = Table(
    "run",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
    Column("outcome", JSON, nullable=False),
    # Told apart from the outcome, for pictures of thousands of runs: what strangers wrote is in
    # there too, and PostgreSQL reads no JSON that has a NUL in it. Runs of before have none.
    Column("found", Integer),
    Column("new", Integer),
    Column("changed", Integer),
    Column("failed", Boolean),
)
Index("run_latest", run.c.source_id, run.c.id)

page = Table(
    "page",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("address", Words, primary_key=True),
    Column("whole_address", Words),
    Column("final_url", Words, nullable=False),
    Column("media_type", Words),
    Column("charset", Words),
    Column("modified", Moment),
    Column("fetched_at", Moment, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("size", BigInteger, nullable=False),  # of the file, compressed
)
Index("page_oldest", page.c.source_id, page.c.fetched_at)

transition = Table(
    "transition",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("was", Words),
    Column("becomes", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("advice", Words, nullable=False),
    Column("was_since", Moment),
    # Where it goes on with an illness, or ends one: the transition that this one began with.
    Column("incident", BigInteger),
)
Index("transition_latest", transition.c.source_id, transition.c.id)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("status", Words, nullable=False),  # held, released, confirmed, dropped
    Column("reasons", JSON, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("sha256", Words, nullable=False),  # of the file that holds the batch
    Column("size", BigInteger, nullable=False),
    Column("decided_at", Moment),
)
Index("quarantine_latest", quarantine.c.source_id, quarantine.c.id)

feed = Table(
    "feed",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("uid", Words, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    # Since when the configuration has it no more.
    Column("retired_at", Moment),
)

feed_name = Table(
    "feed_name",
    metadata,
    Column("name", Words, primary_key=True),
    Column("feed_id", ForeignKey("feed.id"), nullable=False),
    Column("since", Moment, nullable=False),
)

feed_entry = Table(
    "feed_entry",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("entry_id", ForeignKey("entry.id"), primary_key=True, index=True),
    Column("shown_at", Moment),  # since when it has been in the feed
    # The archive that it is in; 0 as long as it is in the feed alone.
    Column("archive", Integer),
    Column("merged_into", ForeignKey("entry.id")),
    Column("removed_at", Moment),
    Column("reason", Words),
    sqlite_with_rowid=False,
)
Index("feed_entry_archived", feed_entry.c.feed_id, feed_entry.c.archive)

feed_source = Table(
    "feed_source",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    # The last entry of the source that was looked at. Of a source one process records at a time,
    # so that no entry with a lower number can come later.
    Column("seen", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

archive = Table(
    "archive",
    metadata,
    Column("feed_id", ForeignKey("feed.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entries", Integer, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("closed_at", Moment, nullable=False),
    sqlite_with_rowid=False,
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
    # Since when it is not published any more, and was taken away.
    Column("gone_at", Moment),
    Column("cleared_at", Moment),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("target", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("error", Words),
    Column("token", Words),  # of whoever delivers it right now
)
Index("outbox_subject", outbox.c.kind, outbox.c.target, outbox.c.subject, unique=True)

service = Table(
    "service",
    metadata,
    Column("holder", Words, primary_key=True),
    Column("machine", Words, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    # When it last said that it is at work: of another machine, nobody else can tell.
    Column("seen_at", Moment, nullable=False),
    # When it was asked to read its configuration again, and when it did; why it refused, if so.
    Column("asked_at", Moment),
    Column("answered_at", Moment),
    Column("refused", Words),
)
