"""The plug-in to copy from is built, installed in an environment of its own, and works there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import feedparser
import pytest

from tests.site.pages import Page
from tests.site.server import Site

EXAMPLE = Path(__file__).resolve().parents[2] / "docs/examples/feeder-example"
CHANGELOG = """# Changelog

## [1.1.0] - 2026-05-12

The clock shows the moon, and the hours of high water at the next three harbours.

> The clock shows the moon, and the hours of high water at the next three harbours.

## [1.0.0] - 2026-04-02

- The clock shows the tide as it stands at the pier, with an hour to spare either way.
"""


def run(*command: str | Path, cwd: Path) -> str:
    # Nothing of the checkout may help: no path of it, and no configuration from outside.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FEEDER"))}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the example's wheel in it. What it stands on, feeder among it, is
    seen from ours: nothing is fetched."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "source")  # a build leaves its litter beside what it builds
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    (packages,) = (folder / "env/lib").glob("python*/site-packages")
    seen = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (packages / "ours.pth").write_text(seen)
    python = folder / "env/bin/python"
    apart = ("-q", "--no-build-isolation", "--no-deps", "--no-index")
    run(python, "-m", "pip", "install", *apart, folder / "source", cwd=folder)
    assert (packages / "feeder_example/changelog.py").exists()
    return folder


@pytest.mark.slow
def test_its_own_tests_pass(environment: Path) -> None:
    python = environment / "env/bin/python"
    plain = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    told = run(python, "-m", "pytest", *plain, "tests", cwd=environment / "source")
    assert "7 passed" in told


@pytest.mark.slow
def test_its_kind_and_its_step_make_a_feed(environment: Path) -> None:
    sources = environment / "config/sources"
    sources.mkdir(parents=True)
    (environment / "config/feeder.toml").write_text("")
    feeder = (environment / "env/bin/python", "-m", "feeder")
    with Site() as site:
        url = site.at("/CHANGELOG.md", Page(CHANGELOG, "text/markdown; charset=utf-8"))
        (sources / "clock.toml").write_text(
            f'kind = "changelog"\nurl = "{url}"\nproduct = "Tide clock"\n'
            '[fetch]\nallow_networks = ["127.0.0.1/32"]\n'
        )
        run(*feeder, "refresh", cwd=environment)
    feed = feedparser.parse((environment / "var/public/clock.atom").read_bytes())
    assert [entry.title for entry in feed.entries] == ["Tide clock 1.1.0", "Tide clock 1.0.0"]
    assert [entry.published[:10] for entry in feed.entries] == ["2026-05-12", "2026-04-02"]
    assert feed.entries[0].content[0].value.count("shows the moon") == 1
