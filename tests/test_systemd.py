"""The units are what systemd takes, locked down, and each restriction says what it forbids."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parent.parent / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
HARDENING = re.compile(
    r"(NoNewPrivileges|CapabilityBoundingSet|Private\w+|Protect\w+|ProcSubset|Restrict\w+|LockPersonality"
    r"|MemoryDenyWriteExecute|SystemCall\w+|RemoveIPC|KeyringMode|UMask)="
)

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def analyze(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *args], capture_output=True, text=True, check=False, timeout=60
    )


@needs_systemd
@pytest.mark.parametrize(
    "unit", [*SERVICES, *sorted(UNITS.glob("*.timer"))], ids=lambda unit: unit.name
)
def test_systemd_takes_the_unit(unit: Path) -> None:
    done = analyze("verify", str(unit))
    assert done.returncode == 0, done.stderr
    assert unit.name not in done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_service_is_exposed_to_little(unit: Path) -> None:
    done = analyze("security", "--offline=true", "--threshold=20", str(unit))
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_restriction_says_what_it_forbids(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    restrictions = [at for at, line in enumerate(lines) if HARDENING.match(line)]
    assert len(restrictions) > 20
    assert [lines[at] for at in restrictions if not lines[at - 1].startswith("# ")] == []
