"""Dockerfile and compose.yaml pass their linters, and run feeder with no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def run(tool: str, *args: str) -> subprocess.CompletedProcess[str]:
    """One of the tools that stand beside our Python."""
    command = [str(Path(sysconfig.get_path("scripts")) / tool), *args]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def service() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    feeder = found["services"]["feeder"]
    assert isinstance(feeder, dict)
    return feeder


def limit(name: str) -> str:
    unit = (ROOT / "systemd/feeder.service").read_text(encoding="utf-8")
    found = re.search(rf"^{name}=(.*)$", unit, re.MULTILINE)
    assert found
    return found[1]


def test_the_dockerfile_has_nothing_that_hadolint_minds() -> None:
    done = run("hadolint", "--no-color", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_is_one() -> None:
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert done.returncode == 0, done.stdout


def test_all_that_the_image_is_made_of_reaches_the_builder_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[ignored.index("*") - 1].startswith("#")
    reached = {line[1:] for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    assert {name for line in copied for name in line.split()} == reached
    assert all((ROOT / name).exists() for name in reached)


def test_nobody_in_the_container_is_root_and_only_the_state_is_written() -> None:
    assert re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE) not in ([], ["0"])
    feeder = service()
    assert feeder["read_only"] is True
    assert feeder["cap_drop"] == ["ALL"]
    assert feeder["security_opt"] == ["no-new-privileges:true"]
    assert [v for v in feeder["volumes"] if not v.endswith(":ro")] == ["state:/state"]
    assert all(port.startswith("127.0.0.1:") for port in feeder["ports"])


def test_the_container_has_the_limits_of_the_unit() -> None:
    feeder = service()
    assert feeder["mem_limit"].upper() == limit("MemoryMax")
    assert feeder["pids_limit"] == int(limit("TasksMax"))
    assert feeder["stop_grace_period"] == f"{limit('TimeoutStopSec')}s"


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (None, 1)])
def test_the_container_is_well_as_long_as_its_server_says_so(status: int | None, code: int) -> None:
    found = re.search(r'^ {4}CMD \["python", "-c", "(.*)"\]$', DOCKERFILE, re.MULTILINE)
    assert found
    with serving(status) as port:
        check = found[1].replace(":8080/", f":{port}/")
        assert check != found[1]
        done = subprocess.run(
            [sys.executable, "-c", check], capture_output=True, check=False, timeout=60
        )
    assert done.returncode == code


@contextmanager
def serving(status: int | None) -> Iterator[int]:
    """The port of a server that answers so; None: nobody listens there."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" and status else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        if status is None:
            server.socket.close()
            yield server.server_port
            return
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
