-- The tables of version 1, as the feeder of that time made them. They never change again.
CREATE TABLE feed (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    uid TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name),
    UNIQUE (uid)
);
CREATE TABLE meta (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
);
CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    since DATETIME NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE source (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    uid TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT,
    created_at DATETIME NOT NULL,
    enabled BOOLEAN NOT NULL,
    rhythm TEXT,
    next_check_at DATETIME,
    lease_token TEXT,
    lease_holder TEXT,
    lease_until DATETIME,
    failures INTEGER NOT NULL,
    failing_since DATETIME,
    last_success DATETIME,
    PRIMARY KEY (id),
    UNIQUE (name),
    UNIQUE (uid)
);
CREATE INDEX source_due ON source (next_check_at, name) WHERE enabled = 1;
CREATE INDEX source_leased ON source (lease_holder) WHERE lease_holder IS NOT NULL;
CREATE TABLE entry (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    source_id INTEGER NOT NULL,
    published DATETIME NOT NULL,
    updated DATETIME NOT NULL,
    first_seen DATETIME NOT NULL,
    revision INTEGER NOT NULL,
    material TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    summary TEXT,
    authors JSON NOT NULL,
    categories JSON NOT NULL,
    image TEXT,
    language TEXT,
    attribution_name TEXT,
    attribution_url TEXT,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (uid),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX entry_newest ON entry (source_id, published DESC, uid);
CREATE TABLE publication (
    feed_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    entries INTEGER NOT NULL,
    published_at DATETIME NOT NULL,
    PRIMARY KEY (feed_id, path),
    FOREIGN KEY(feed_id) REFERENCES feed (id)
);
CREATE TABLE resource (
    source_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    whole_address TEXT,
    etag TEXT,
    last_modified TEXT,
    entry_uid TEXT,
    fault_kind TEXT,
    fault_message TEXT,
    fault_address TEXT,
    fault_advice TEXT,
    PRIMARY KEY (source_id, address),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE TABLE run (
    id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    started DATETIME NOT NULL,
    ended DATETIME NOT NULL,
    outcome JSON NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX run_latest ON run (source_id, id);
CREATE TABLE entry_key (
    source_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    whole_value TEXT,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (source_id, kind, value),
    FOREIGN KEY(source_id) REFERENCES source (id),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
)
 WITHOUT ROWID;
CREATE INDEX ix_entry_key_entry_id ON entry_key (entry_id);
CREATE TABLE entry_revision (
    entry_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    updated DATETIME NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    PRIMARY KEY (entry_id, revision),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
);
CREATE TABLE provenance (
    entry_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (entry_id, seq),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
)
 WITHOUT ROWID;
PRAGMA application_id = 1717921124;
PRAGMA user_version = 1;
