"""With the record on PostgreSQL the answers are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeder.server.api.routes import ENDPOINTS
from tests.server.api.conftest import check, fill, opened, project, serving

ROOT = "/api/v1"


@pytest.mark.postgres
def test_each_answer_is_what_is_described(postgres_database: str, tmp_path: Path) -> None:
    config = project(tmp_path, sources=("news", "town"))
    main = config / "feeder.toml"
    main.write_text(f'database = "{postgres_database}"\n{main.read_text()}')
    queries = {
        "/entries": "?feed=news&limit=2",
        "/entry": "?id=tag:example.org,2026-03-01:news/4",
        "/runs": "?source=news",
        "/sources": "?after=%00&state=failing",
    }
    with opened(config) as (app, desk):
        fill(app)
        with serving(app, desk) as served:
            described = served.ask(f"{ROOT}/openapi.json").json
            for endpoint in ENDPOINTS:
                path = endpoint.path.format(name="news", id=1) + queries.get(endpoint.path, "")
                reply = served.ask(ROOT + path, endpoint.method)
                assert reply.status == endpoint.status or endpoint.path.endswith("release")
                check(described, endpoint, reply)
            assert b"feeder_database_up 1.0" in served.ask("/metrics").body
            assert served.ask("/readyz", token=None).status == 200
            assert served.ask(f"{ROOT}/entry?id=%00").status == 404
