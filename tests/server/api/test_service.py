"""The service counts what it does, and looks at its own feed, from its first second on."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.api.conftest import TOKEN, project

PATIENCE = 60.0


def ask(port: int, target: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", target, headers={"authorization": f"Bearer {TOKEN}"})
        return connection.getresponse().read()
    except OSError:  # it is not there yet
        return b"{}"
    finally:
        connection.close()


def wait_for(look: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


@pytest.mark.slow
def test_a_service_counts_its_refreshes_and_sees_its_own_feed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = project(tmp_path, f"port = {port}\n")
    main = config / "feeder.toml"
    main.write_text(f'public_url = "http://localhost:{port}/"\n{main.read_text()}')
    article = tmp_path / "news/flood.txt"
    article.write_text("A flood\n\nWhat happened at the river is told here in a paragraph.\n")
    os.utime(article, (1_000_000_000, 1_000_000_000))
    service = subprocess.Popen(
        [sys.executable, "-m", "feeder", "run", "--config", str(config)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        own = wait_for(lambda: json.loads(ask(port, "/api/v1/health")).get("own_feed"))
        assert own["ok"], own
        metrics = ask(port, "/metrics").decode()
        assert 'feeder_refresh_seconds_count{outcome="new"} 1.0' in metrics
        assert 'feeder_articles_total{change="new"} 1.0' in metrics
        assert "feeder_own_feed_up 1.0" in metrics
        assert ask(port, "/readyz") == b'{"status":"ok"}'
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=20)
    assert service.returncode == 0
    assert log.count("readers get it as it should be") == 1
