"""The units are what systemd takes, and locked down; each restriction says what it forbids."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from feeder.cli import app
from feeder.store.database import BUSY_TIMEOUT

UNITS = Path(__file__).resolve().parent.parent / "systemd"
RUNNING = UNITS.parent / "docs/running.md"
SERVICES = sorted(UNITS.glob("*.service"))
OTHERS = sorted({*UNITS.glob("*.timer"), *UNITS.glob("*.socket")})
FOR_BROWSERS = UNITS / "browser.conf"
HARDENING = re.compile(
    r"(NoNewPrivileges|\w+Capabilit\w+|Private\w+|Protect\w+|ProcSubset|Restrict(?!Set)[A-Z]\w+|DevicePolicy"
    r"|LockPersonality|MemoryDenyWriteExecute|SystemCallA\w+|SystemCallFilter|RemoveIPC|KeyringMode"
    r"|UMask|LimitCORE)="
)
LIMITS = re.compile(r"(OOMPolicy|MemoryMax|TasksMax|LimitNOFILE|KillMode|TimeoutStopSec)=")
MOST_EXPOSED = 13
"""Of 100. An unrestricted unit has 96."""
MOST_EXPOSED_WITH_BROWSERS = 20

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def lines_like(pattern: re.Pattern[str], unit: Path) -> list[str]:
    return [line for line in unit.read_text(encoding="utf-8").splitlines() if pattern.match(line)]


@needs_systemd
@pytest.mark.parametrize("unit", [*SERVICES, *OTHERS], ids=lambda unit: unit.name)
def test_systemd_takes_the_unit(unit: Path) -> None:
    done = run("systemd-analyze", "verify", str(unit))
    assert done.returncode == 0, done.stderr
    assert str(UNITS) not in done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_service_is_exposed_to_little(unit: Path) -> None:
    done = run(
        "systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit)
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_with_room_for_a_browser_most_walls_stand(unit: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(unit, tmp_path))
    folder = tmp_path / f"{unit.name}.d"
    folder.mkdir()
    shutil.copy(FOR_BROWSERS, folder)
    done = run("systemd-analyze", "verify", str(copy))
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stderr
    exposed = exposure(copy)
    print(f"{unit.name}: {exposure(unit)} of 100 exposed, with room for a browser {exposed}")
    assert exposure(unit) < exposed <= MOST_EXPOSED_WITH_BROWSERS


def exposure(unit: Path) -> int:
    """Of 100, as systemd judges a unit with its drop-ins."""
    done = run("systemd-analyze", "security", "--offline=true", str(unit))
    found = re.search(r"Overall exposure level for \S+: (\d+)\.(\d) ", done.stdout)
    assert found, done.stdout[-500:] + done.stderr
    return int(found[1] + found[2])


def test_room_for_a_browser_says_what_it_gives_up_and_loosens_what_is_there() -> None:
    lines = FOR_BROWSERS.read_text(encoding="utf-8").splitlines()
    begun = lines.index("[Service]") + 1
    why, settings = "", []
    for line in lines[begun:]:
        if line.startswith("#"):
            why += line
        else:
            assert "# Given up: " in why, line
            settings.append(line.partition("=")[0])
            why = ""
    assert len(settings) >= 5
    held = {line.partition("=")[0] for line in SERVICES[0].read_text(encoding="utf-8").splitlines()}
    assert set(settings) <= held


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="there is no systemd-sysusers")
def test_the_user_is_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    done = run("systemd-sysusers", f"--root={tmp_path}", str(UNITS / "feeder.sysusers"))
    assert done.returncode == 0, done.stderr
    assert "feeder:" in (tmp_path / "etc/passwd").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_restriction_says_what_it_forbids(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    restrictions = [at for at, line in enumerate(lines) if HARDENING.match(line)]
    assert len(restrictions) > 25
    assert [lines[at] for at in restrictions if not lines[at - 1].startswith("# ")] == []


def test_all_units_have_the_same_walls_and_limits() -> None:
    first, *others = SERVICES
    assert len(others) == 2
    for unit in others:
        assert lines_like(HARDENING, unit) == lines_like(HARDENING, first)
        assert lines_like(LIMITS, unit) == lines_like(LIMITS, first)


def test_who_waits_for_a_locked_database_is_not_taken_for_hung() -> None:
    found = re.search(
        r"^WatchdogSec=(\d)min$", (UNITS / "feeder.service").read_text(), re.MULTILINE
    )
    assert found
    # What a tick asks and answers, each of which may wait that long.
    assert int(found[1]) * 60 >= 3 * BUSY_TIMEOUT


def test_what_is_installed_and_run_by_hand_is_there() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", RUNNING.read_text(encoding="utf-8"), re.M | re.S)
    lines = "\n".join(blocks)
    verbs = set(re.findall(r"feeder(?: --config \S+| feeder) ([a-z]+)", lines))
    known = set(typer.main.get_group(app).commands)
    assert {"status", "webserver", "backup", "restore", "reload"} <= verbs <= known
    patterns = set(re.findall(r"(?<=\s)systemd/\S+", lines))
    assert len(patterns) >= 4
    assert all(list(UNITS.parent.glob(pattern)) for pattern in patterns)


def test_an_instance_differs_from_the_service_in_its_folders_only() -> None:
    service, instance = UNITS / "feeder.service", UNITS / "feeder@.service"
    setting = re.compile(r"[A-Z]\w*=")
    alike = [re.sub("feeder[/@]%i", "feeder", line) for line in lines_like(setting, instance)]
    of_service = lines_like(setting, service)
    assert alike[1:] == of_service[1:]
    assert alike[0].startswith("Description=") and of_service[0].startswith("Description=")
