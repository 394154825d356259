"""The suite of the store runs on both engines, with a database of its own for each test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.store.nouns import Place

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a store may be opened, on either engine."""
    if request.param == "sqlite":
        yield Place(tmp_path / "state")
        return
    server = os.environ.get("FEEDER_TEST_POSTGRES")
    if not server:
        pytest.skip("FEEDER_TEST_POSTGRES names no PostgreSQL server")
    url = make_url(server).set(drivername="postgresql")
    schema = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as server_:
        server_.execute(f"CREATE SCHEMA {schema}".encode())
        ours = url.update_query_dict({"options": f"-csearch_path={schema}"})
        yield Place(tmp_path / "state", ours.render_as_string(hide_password=False))
        server_.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture
def files(tmp_path: Path) -> Place:
    """Where a SQLite store may be opened."""
    return Place(tmp_path / "state")
