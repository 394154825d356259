"""What several suites need: a PostgreSQL database of one's own, and hypothesis without haste."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

# A busy machine is no fault of the code; what must end in time is tested for by name. Half of the
# usual examples: others are drawn each time.
settings.register_profile(
    "feeder", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("feeder")


@pytest.fixture(autouse=True)
def _logs_as_at_first() -> Iterator[None]:
    """Where a test sent the log is no matter of the tests after it."""
    yield
    structlog.reset_defaults()


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
