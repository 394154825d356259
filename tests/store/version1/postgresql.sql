-- The tables of version 1, as the feeder of that time made them. They never change again.
CREATE TABLE feed (
    id BIGSERIAL NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    uid VARCHAR COLLATE "C" NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name),
    UNIQUE (uid)
);
CREATE TABLE meta (
    key VARCHAR COLLATE "C" NOT NULL,
    value VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (key)
);
CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE source (
    id BIGSERIAL NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    uid VARCHAR COLLATE "C" NOT NULL,
    title VARCHAR COLLATE "C" NOT NULL,
    kind VARCHAR COLLATE "C" NOT NULL,
    url VARCHAR COLLATE "C",
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    enabled BOOLEAN NOT NULL,
    rhythm VARCHAR COLLATE "C",
    next_check_at TIMESTAMP WITH TIME ZONE,
    lease_token VARCHAR COLLATE "C",
    lease_holder VARCHAR COLLATE "C",
    lease_until TIMESTAMP WITH TIME ZONE,
    failures INTEGER NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    last_success TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (name),
    UNIQUE (uid)
);
CREATE INDEX source_due ON source (next_check_at, name) WHERE enabled;
CREATE INDEX source_leased ON source (lease_holder) WHERE lease_holder IS NOT NULL;
CREATE TABLE entry (
    id BIGSERIAL NOT NULL,
    uid VARCHAR COLLATE "C" NOT NULL,
    source_id BIGINT NOT NULL,
    published TIMESTAMP WITH TIME ZONE NOT NULL,
    updated TIMESTAMP WITH TIME ZONE NOT NULL,
    first_seen TIMESTAMP WITH TIME ZONE NOT NULL,
    revision INTEGER NOT NULL,
    material VARCHAR COLLATE "C" NOT NULL,
    title VARCHAR COLLATE "C" NOT NULL,
    url VARCHAR COLLATE "C",
    summary VARCHAR COLLATE "C",
    authors JSON NOT NULL,
    categories JSON NOT NULL,
    image VARCHAR COLLATE "C",
    language VARCHAR COLLATE "C",
    attribution_name VARCHAR COLLATE "C",
    attribution_url VARCHAR COLLATE "C",
    text VARCHAR COLLATE "C" NOT NULL,
    html VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (uid),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX entry_newest ON entry (source_id, published DESC, uid);
CREATE TABLE publication (
    feed_id BIGINT NOT NULL,
    path VARCHAR COLLATE "C" NOT NULL,
    sha256 VARCHAR COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    entries INTEGER NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (feed_id, path),
    FOREIGN KEY(feed_id) REFERENCES feed (id)
);
CREATE TABLE resource (
    source_id BIGINT NOT NULL,
    address VARCHAR COLLATE "C" NOT NULL,
    whole_address VARCHAR COLLATE "C",
    etag VARCHAR COLLATE "C",
    last_modified VARCHAR COLLATE "C",
    entry_uid VARCHAR COLLATE "C",
    fault_kind VARCHAR COLLATE "C",
    fault_message VARCHAR COLLATE "C",
    fault_address VARCHAR COLLATE "C",
    fault_advice VARCHAR COLLATE "C",
    PRIMARY KEY (source_id, address),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE TABLE run (
    id BIGSERIAL NOT NULL,
    source_id BIGINT NOT NULL,
    started TIMESTAMP WITH TIME ZONE NOT NULL,
    ended TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome JSON NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX run_latest ON run (source_id, id);
CREATE TABLE entry_key (
    source_id BIGINT NOT NULL,
    kind VARCHAR COLLATE "C" NOT NULL,
    value VARCHAR COLLATE "C" NOT NULL,
    whole_value VARCHAR COLLATE "C",
    entry_id BIGINT NOT NULL,
    PRIMARY KEY (source_id, kind, value),
    FOREIGN KEY(source_id) REFERENCES source (id),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
);
CREATE INDEX ix_entry_key_entry_id ON entry_key (entry_id);
CREATE TABLE entry_revision (
    entry_id BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    updated TIMESTAMP WITH TIME ZONE NOT NULL,
    title VARCHAR COLLATE "C" NOT NULL,
    text VARCHAR COLLATE "C" NOT NULL,
    html VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (entry_id, revision),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
);
CREATE TABLE provenance (
    entry_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    kind VARCHAR COLLATE "C" NOT NULL,
    subject VARCHAR COLLATE "C" NOT NULL,
    rule VARCHAR COLLATE "C" NOT NULL,
    text VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (entry_id, seq),
    FOREIGN KEY(entry_id) REFERENCES entry (id)
);
