"""What several suites need: a PostgreSQL database of one's own, and hypothesis without haste."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

if "CI" not in os.environ:  # there hypothesis has a profile of its own, without deadlines too
    # A busy machine is no fault of the code; what must end in time is tested for by name.
    settings.register_profile("feeder", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("feeder")


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """The URL of an empty schema on the server that $FEEDER_TEST_POSTGRES names."""
    server = os.environ.get("FEEDER_TEST_POSTGRES")
    if not server:
        pytest.skip("FEEDER_TEST_POSTGRES names no PostgreSQL server")
    url = make_url(server).set(drivername="postgresql")
    schema = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        ours = url.update_query_dict({"options": f"-csearch_path={schema}"})
        yield ours.render_as_string(hide_password=False)
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())
