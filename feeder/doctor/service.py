"""Who keeps the sources fresh: a service, a timer, or nobody."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from feeder.doctor.findings import Finding, broken, good, note
from feeder.store.store import Store

UNITS = ("feeder.service", "feeder.socket", "feeder-refresh.timer")
_SYSTEMD = Path("/run/systemd/system")
"""Is there where systemd runs: sd_booted(3)."""
_SHOWN = ("LoadState", "ActiveState", "SubState", "Result", "NRestarts")
_SECONDS = 10.0
_LATE = timedelta(hours=1)
_SILENT = timedelta(minutes=3)
"""A service tells each minute that it is at work."""

Show = Callable[[str], Mapping[str, str]]


def units(show: Show | None = None) -> Iterator[Finding]:
    """The units of systemd that are there, as it has them.

    Args:
        show: the properties of a unit, as `systemctl show` tells them.
    """
    if show is None and not (_SYSTEMD.is_dir() and shutil.which("systemctl")):
        yield good("systemd", "this machine has none, and needs none")
        return
    told = {unit: (show or _properties)(unit) for unit in UNITS}
    there = {unit: how for unit, how in told.items() if how.get("LoadState") == "loaded"}
    if not there:
        yield good("systemd", "no unit of feeder is installed")
    for unit, how in there.items():
        state, restarts = how.get("ActiveState", "unknown"), how.get("NRestarts", "0")
        what = f"{unit} is {state} ({how.get('SubState', 'unknown')})"
        log = f"journalctl -u {unit} -n 50"
        if state == "failed":
            yield broken("systemd", f"{what}: {how.get('Result', 'no reason is told')}", log)
        elif state == "activating" or restarts not in ("0", ""):
            yield note("systemd", f"{what}, restarted {restarts or 0} times", log)
        else:
            yield good("systemd", what)


def at_work(store: Store, now: datetime) -> Iterator[Finding]:
    """Who says on record that it is at work, and whether sources wait."""
    services = store.services(now)
    for one in services:
        what = f"process {one.pid} on {one.machine}, since {one.started_at:%Y-%m-%d %H:%M}Z"
        silent = now - one.seen_at
        if silent > _SILENT:
            minutes = int(silent.total_seconds() // 60)
            message = f"{what}, said nothing for {minutes} minutes"
            yield broken("service", message, "does it hang? its log says where it is")
        elif one.refused is not None:
            advice = "feeder check; until then it goes on with the old one"
            yield note("service", f"{what}, refused the new configuration", advice)
        else:
            yield good("service", f"{what}, is at work")
    late = [
        state.name
        for state in store.states()
        if state.enabled and state.next_check_at is not None and state.next_check_at < now - _LATE
    ]
    if late and not services:
        message = f"nothing runs, and {len(late)} of the sources are over an hour late"
        yield note("service", message, "feeder run, a timer (docs/running.md), or feeder refresh")
    elif late:
        message = f"{len(late)} of the sources are over an hour late, such as {late[0]}"
        yield note("service", message, f"feeder status {late[0]}")
    elif not services:
        yield good("service", "none runs, and no source waits for one")


def _properties(unit: str) -> Mapping[str, str]:
    command: Sequence[str] = ("systemctl", "show", unit, f"--property={','.join(_SHOWN)}")
    try:
        ran = subprocess.run(  # noqa: S603 - nothing of it comes from elsewhere
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    pairs = (line.partition("=") for line in ran.stdout.splitlines())
    return {key: value for key, _, value in pairs}
