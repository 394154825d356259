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
