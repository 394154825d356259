"""The machine that the units are booted on; what its journal says stands beside a failure."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.systemd.documented import commands
from tests.systemd.machine import CLONE, OFFLINE, Machine, booted, fail_without_means, install

_JOURNAL = pytest.StashKey[Machine]()


@pytest.fixture(scope="module")
def bare() -> Iterator[Machine]:
    """A Debian that runs, with a clone of this checkout in it."""
    fail_without_means()
    # Not pytest's own folder, which keeps what it has for three more runs: it is half a gigabyte.
    with tempfile.TemporaryDirectory() as folder, booted(install(Path(folder))) as machine:
        yield machine


@pytest.fixture(scope="module")
def installed(bare: Machine) -> str:
    """What the ten lines of docs/running.md said; from then on feeder runs in there."""
    told = bare.run(f"cd {CLONE}\n{commands('install')}", env=OFFLINE).stdout
    bare.run("cp -a /etc/feeder /var/tmp/as-installed")
    return told


@pytest.fixture
def machine(bare: Machine, installed: str, request: pytest.FixtureRequest) -> Iterator[Machine]:
    """As it was after the installation, with the service running."""
    request.node.stash[_JOURNAL] = bare
    yield bare
    bare.run(
        "systemctl stop 'feeder*.timer' 'feeder*.socket' 'feeder*.service'\n"
        "rm -rf /run/systemd/system/feeder*.d && systemctl daemon-reload\n"
        "rm -rf /etc/feeder && cp -a /var/tmp/as-installed /etc/feeder\n"
        "systemctl reset-failed && systemctl start feeder.service"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the journal of the machine beside what failed."""
    report = yield
    machine = item.stash.get(_JOURNAL, None)
    if report.failed and machine is not None:
        report.sections.append(("journal", machine.journal("--lines=150")))
    return report
