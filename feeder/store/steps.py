"""What leads from each version of the tables to the next one.

Written out in SQL, and for good: a step is not derived from `tables`, which says how they are
today. Else the second step would make what only the third one brings, and the third would fail.
"""

from __future__ import annotations

from sqlalchemy import Connection

_TO_2 = {
    "sqlite": """
        ALTER TABLE source ADD COLUMN changes INTEGER DEFAULT 0 NOT NULL;
        ALTER TABLE publication ADD COLUMN made_of TEXT;
        ALTER TABLE resource ADD COLUMN moved_to TEXT;
        ALTER TABLE resource ADD COLUMN look_at DATETIME;
        ALTER TABLE resource ADD COLUMN looks INTEGER DEFAULT 0 NOT NULL;
        ALTER TABLE resource ADD COLUMN wanted JSON;
        ALTER TABLE resource ADD COLUMN candidate TEXT;
        CREATE INDEX resource_look ON resource (source_id, look_at, address)
            WHERE look_at IS NOT NULL;
        CREATE TABLE host (
            origin TEXT NOT NULL,
            wait_until DATETIME,
            robots_until DATETIME,
            robots TEXT,
            PRIMARY KEY (origin)
        )
    """,
    "postgresql": """
        ALTER TABLE source ADD COLUMN changes INTEGER DEFAULT 0 NOT NULL;
        ALTER TABLE publication ADD COLUMN made_of VARCHAR COLLATE "C";
        ALTER TABLE resource
            ADD COLUMN moved_to VARCHAR COLLATE "C",
            ADD COLUMN look_at TIMESTAMP WITH TIME ZONE,
            ADD COLUMN looks INTEGER DEFAULT 0 NOT NULL,
            ADD COLUMN wanted JSON,
            ADD COLUMN candidate VARCHAR COLLATE "C";
        CREATE INDEX resource_look ON resource (source_id, look_at, address)
            WHERE look_at IS NOT NULL;
        CREATE TABLE host (
            origin VARCHAR COLLATE "C" NOT NULL,
            wait_until TIMESTAMP WITH TIME ZONE,
            robots_until TIMESTAMP WITH TIME ZONE,
            robots VARCHAR COLLATE "C",
            PRIMARY KEY (origin)
        )
    """,
}


def to_version_2(connection: Connection) -> None:
    """Sources of the web: pages that are looked at again, moves, candidates and hosts."""
    for statement in _TO_2[connection.dialect.name].split(";"):
        connection.exec_driver_sql(statement)


_TYPES = {
    "sqlite": {
        "words": "TEXT",
        "moment": "DATETIME",
        "number": "INTEGER",
        "ref": "INTEGER",
        "bare": "WITHOUT ROWID",
        "enabled": "enabled = 1",
    },
    "postgresql": {
        "words": 'VARCHAR COLLATE "C"',
        "moment": "TIMESTAMP WITH TIME ZONE",
        "number": "BIGSERIAL",
        "ref": "BIGINT",
        "bare": "",
        "enabled": "enabled",
    },
}

_TO_3 = """
    ALTER TABLE source ADD COLUMN condition {words};
    ALTER TABLE source ADD COLUMN condition_since {moment};
    ALTER TABLE source ADD COLUMN condition_streak INTEGER DEFAULT 0 NOT NULL;
    ALTER TABLE source ADD COLUMN last_new {moment};
    ALTER TABLE source ADD COLUMN baseline {words};
    ALTER TABLE entry ADD COLUMN enclosures JSON;
    ALTER TABLE feed ADD COLUMN retired_at {moment};
    ALTER TABLE publication ADD COLUMN gone_at {moment};
    ALTER TABLE publication ADD COLUMN cleared_at {moment};
    CREATE TABLE page (
        source_id {ref} NOT NULL,
        address {words} NOT NULL,
        whole_address {words},
        final_url {words} NOT NULL,
        media_type {words},
        charset {words},
        modified {moment},
        fetched_at {moment} NOT NULL,
        sha256 {words} NOT NULL,
        size BIGINT NOT NULL,
        PRIMARY KEY (source_id, address),
        FOREIGN KEY(source_id) REFERENCES source (id)
    );
    CREATE INDEX page_oldest ON page (source_id, fetched_at);
    CREATE TABLE transition (
        id {number} NOT NULL,
        source_id {ref} NOT NULL,
        at {moment} NOT NULL,
        was {words},
        becomes {words} NOT NULL,
        reason {words} NOT NULL,
        advice {words} NOT NULL,
        was_since {moment},
        incident BIGINT,
        PRIMARY KEY (id),
        FOREIGN KEY(source_id) REFERENCES source (id)
    );
    CREATE INDEX transition_latest ON transition (source_id, id);
    CREATE TABLE quarantine (
        id {number} NOT NULL,
        source_id {ref} NOT NULL,
        first_seen {moment} NOT NULL,
        last_seen {moment} NOT NULL,
        times INTEGER NOT NULL,
        status {words} NOT NULL,
        reasons JSON NOT NULL,
        articles INTEGER NOT NULL,
        fingerprint {words} NOT NULL,
        sha256 {words} NOT NULL,
        size BIGINT NOT NULL,
        decided_at {moment},
        PRIMARY KEY (id),
        FOREIGN KEY(source_id) REFERENCES source (id)
    );
    CREATE INDEX quarantine_latest ON quarantine (source_id, id);
    CREATE TABLE feed_name (
        name {words} NOT NULL,
        feed_id {ref} NOT NULL,
        since {moment} NOT NULL,
        PRIMARY KEY (name),
        FOREIGN KEY(feed_id) REFERENCES feed (id)
    );
    CREATE TABLE feed_entry (
        feed_id {ref} NOT NULL,
        entry_id {ref} NOT NULL,
        shown_at {moment},
        archive INTEGER,
        merged_into {ref},
        removed_at {moment},
        reason {words},
        PRIMARY KEY (feed_id, entry_id),
        FOREIGN KEY(feed_id) REFERENCES feed (id),
        FOREIGN KEY(entry_id) REFERENCES entry (id),
        FOREIGN KEY(merged_into) REFERENCES entry (id)
    ) {bare};
    CREATE INDEX feed_entry_archived ON feed_entry (feed_id, archive);
    CREATE INDEX ix_feed_entry_entry_id ON feed_entry (entry_id);
    CREATE INDEX entry_recorded ON entry (source_id, id);
    CREATE TABLE feed_source (
        feed_id {ref} NOT NULL,
        source_id {ref} NOT NULL,
        seen BIGINT NOT NULL,
        PRIMARY KEY (feed_id, source_id),
        FOREIGN KEY(feed_id) REFERENCES feed (id),
        FOREIGN KEY(source_id) REFERENCES source (id)
    ) {bare};
    CREATE TABLE archive (
        feed_id {ref} NOT NULL,
        number INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        updated {moment} NOT NULL,
        closed_at {moment} NOT NULL,
        PRIMARY KEY (feed_id, number),
        FOREIGN KEY(feed_id) REFERENCES feed (id)
    ) {bare};
    CREATE TABLE outbox (
        id {number} NOT NULL,
        kind {words} NOT NULL,
        target {words} NOT NULL,
        subject {words} NOT NULL,
        body {words} NOT NULL,
        created_at {moment} NOT NULL,
        due_at {moment} NOT NULL,
        tries INTEGER NOT NULL,
        error {words},
        token {words},
        PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX outbox_subject ON outbox (kind, target, subject);
    CREATE INDEX ix_outbox_due_at ON outbox (due_at)
"""


def to_version_3(connection: Connection) -> None:
    """Publishing: conditions and their changes, quarantine, kept pages, history, what is to be
    told to others."""
    for statement in _TO_3.format_map(_TYPES[connection.dialect.name]).split(";"):
        connection.exec_driver_sql(statement)


_TO_4 = """
    ALTER TABLE source ADD COLUMN host {words};
    ALTER TABLE source ADD COLUMN paused_at {moment};
    ALTER TABLE source ADD COLUMN because {words};
    ALTER TABLE source ADD COLUMN unchanged INTEGER DEFAULT 0 NOT NULL;
    ALTER TABLE source ADD COLUMN patience JSON;
    ALTER TABLE run ADD COLUMN found INTEGER;
    ALTER TABLE run ADD COLUMN new INTEGER;
    ALTER TABLE run ADD COLUMN changed INTEGER;
    ALTER TABLE run ADD COLUMN failed BOOLEAN;
    DROP INDEX source_due;
    CREATE INDEX source_due ON source (next_check_at, name, host)
        WHERE {enabled} AND paused_at IS NULL;
    CREATE INDEX host_waiting ON host (wait_until) WHERE wait_until IS NOT NULL;
    CREATE TABLE service (
        holder {words} NOT NULL,
        machine {words} NOT NULL,
        pid INTEGER NOT NULL,
        started_at {moment} NOT NULL,
        seen_at {moment} NOT NULL,
        asked_at {moment},
        answered_at {moment},
        refused {words},
        PRIMARY KEY (holder)
    )
"""


def to_version_4(connection: Connection) -> None:
    """The service: servers and pauses in the due queue, why a source is due, who is at work."""
    for statement in _TO_4.format_map(_TYPES[connection.dialect.name]).split(";"):
        connection.exec_driver_sql(statement)
