"""What is told of a browser that does not start. Its words are those of Chromium 156 in a unit of
systemd with a line of systemd/browser.conf left out at a time, and its helper's in a container."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from feeder.fetch.browser.errands import Errands
from feeder.fetch.browser.faults import error_of
from feeder.fetch.browser.process import Plan

PLAN = Plan(Path("/usr/bin/chromium"), "https://example.org/", 9.0, 10**9, True, ())
NOTHING_ASKED = cast("Errands", SimpleNamespace(asked=0, failed=0, first=None))
NO_REPORTS = (
    "[pid=756][err] [1128/043324.728177:ERROR:third_party/crashpad/crashpad/util/linux/"
    "scoped_ptrace_attach.cc:27] ptrace: Operation not permitted (1)\n"
)


def told(words: str) -> tuple[str, str]:
    error = error_of(PLAN, NOTHING_ASKED, {"fault": "no-start", "told": words})
    return error.message, error.advice


@pytest.mark.parametrize(
    "words",
    [
        "[541:541:ERROR:content/browser/zygote_host_impl_linux.cc:128] No usable sandbox! If this",
        'Check failed: sys_chroot("/proc/self/fdinfo/") == 0',
        "Failed to move to new namespace: PID namespaces supported",
    ],
)
def test_who_has_no_sandbox_is_told_who_may_forbid_it(words: str) -> None:
    message, advice = told(f"Browser logs:\n{NO_REPORTS}[pid=605][err] {words}\n")
    assert message.startswith("/usr/bin/chromium has no sandbox on this machine")
    assert "docs/security.md" in advice and "systemd/browser.conf" in advice


def test_that_crashes_cannot_be_reported_is_no_reason() -> None:
    message, _ = told(f"Browser logs:\n{NO_REPORTS}[232:ERROR:base/i18n/icu_util.cc] no data\n")
    assert message.endswith("does not start: [232:ERROR:base/i18n/icu_util.cc] no data")


START = """
import asyncio
from feeder.fetch.browser.drawing import FailedError, draw
try:
    asyncio.run(draw({}, None, 1))
except FailedError as error:
    print(error.fault)
"""


def test_a_driver_that_does_not_start_is_a_fault_of_its_own() -> None:
    # Playwright leaves things open then, which is for a process of its own, as the browser's is.
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START],
        env=os.environ | {"PLAYWRIGHT_NODEJS_PATH": "/bin/false"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "driver", done.stderr
    error = error_of(PLAN, NOTHING_ASKED, {"fault": "driver", "told": "x"})
    assert "the browser's driver does not start: x" in error.message
    assert "systemd/browser.conf" in error.advice and "libatomic1" in error.advice
