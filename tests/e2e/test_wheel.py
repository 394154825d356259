"""The wheel, installed in an empty environment elsewhere, does what the checkout does."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def sh(*command: str | Path, cwd: Path) -> str:
    # Nothing of the checkout may help: no path of it, and no configuration from outside.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FEEDER"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_wheel_works_elsewhere(tmp_path: Path) -> None:
    source = tmp_path / "source"
    sh("git", "clone", "-q", ROOT, source, cwd=tmp_path)
    sh(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        tmp_path,
        source,
        cwd=tmp_path,
    )
    (wheel,) = tmp_path.glob("feeder-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "feeder/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "config", "benchmarks"))]
    sh(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    python = tmp_path / "env/bin/python"
    sh(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    feeder = tmp_path / "env/bin/feeder"
    assert (tmp_path / "env/share/man/man1/feeder.1").is_file()
    sh(feeder, "init", "mine", cwd=tmp_path)
    written = {p.relative_to(tmp_path / "mine") for p in (tmp_path / "mine").rglob("*")}
    assert written == {
        p.relative_to(ROOT) for p in [ROOT / "config", *(ROOT / "config").rglob("*")]
    }
    shown = sh(feeder, "refresh", "--config", tmp_path / "mine/config", cwd=tmp_path)
    feed = tmp_path / "mine/var/public/articles.atom"
    assert "mine/var/public/articles.atom" in shown
    assert feed.read_bytes().count(b"<entry") >= 8
    code = (
        "import feeder; print(feeder.extract_text('A title\\n\\nA paragraph, and all of it.').html)"
    )
    assert "<p>A paragraph" in sh(python, "-c", code, cwd=tmp_path)
