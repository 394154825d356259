"""A Debian of our own, booted: systemd-nspawn in a folder that mmdebstrap made.

The whole machine is a tree of processes below one that dies with the test, in a mount namespace and
a control group of its own: when it is gone, nothing of it is left on the host.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = {
    "mmdebstrap": "mmdebstrap",
    "systemd-nspawn": "systemd-container",
    "unshare": "util-linux",
    "nsenter": "util-linux",
}
PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-venv,nginx-light"
MIRROR = "http://deb.debian.org/debian"
RELEASE = "bookworm"
"""The oldest whose Python is new enough, and with the oldest systemd that the units are for."""
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
CONSOLE = "console"
CLONE, WHEELS = "/srv/feeder", "/srv/wheels"
# No network in there: packages are those that Debian was made with, wheels lie beside.
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
# sh -ec LAUNCH launch GROUP ROOT, in a mount namespace of its own. It stays outside of the machine,
# and ends with it, or ends it when it is told to, or when whoever started it is no more.
LAUNCH = """\
mount --make-rprivate /
mount -t cgroup2 none /mnt
mkdir "/mnt/$1"
trap 'kill -KILL $machine' TERM
sh -ec 'echo $$ > "/mnt/$1/cgroup.procs"; shift; exec "$@"' inside "$1" \\
    unshare --mount --cgroup --pid --fork --kill-child --mount-proc sh -ec '
        umount /mnt
        mount -t cgroup2 none /sys/fs/cgroup
        exec systemd-nspawn --quiet --boot --directory="$2" --machine="$1" --keep-unit \\
            --register=no --private-network --console=pipe --link-journal=no --resolv-conf=off \\
            --timezone=off --setenv=TERM=dumb' boot "$1" "$2" &
machine=$!
while kill -0 $machine 2>/dev/null; do wait $machine || true; done
# Control groups outlive processes.
for try in $(seq 100); do
    find "/mnt/$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    test -e "/mnt/$1" || exit 0
    sleep 0.1
done
echo "control group $1 is still there"
exit 1
"""


T = TypeVar("T")


@dataclass(frozen=True)
class Machine:
    """One that runs; `root` is its file system as it lies here."""

    root: Path
    init: int
    """Its first process, by the host's count."""

    def run(
        self, command: str, *, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """What a shell inside says to `command`, as root."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME": "/root"}
        done = subprocess.run(
            ["nsenter", f"--target={self.init}", "--all", "sh", "-ec", f"cd\n{command}"],
            env=environment | dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        if check and done.returncode:
            pytest.fail(f"{command}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def has_booted(self) -> bool:
        """Whether all that belongs to its start has been done, such as mounting /tmp."""
        state = self.run("systemctl is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def told(self, command: str) -> str:
        """Its standard output, without the last line end."""
        return self.run(command).stdout.rstrip("\n")

    def as_user(self, user: str, command: str) -> subprocess.CompletedProcess[str]:
        """What `command` comes to for somebody who is not root."""
        return self.run(f"runuser -u {user} -- {command}", check=False)

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """A file inside; what is in /run is not seen from here, so it is written there."""
        quoted = shlex.quote(path)
        self.run(
            f"mkdir -p $(dirname {quoted}) && printf %s {shlex.quote(text)} > {quoted}"
            f" && chmod {mode:o} {quoted}"
        )

    def drop_in(self, unit: str, text: str) -> None:
        """Have `text` hold beside the unit's own file, until it is cleared away."""
        self.write(f"/run/systemd/system/{unit}.d/test.conf", text + "\n")
        self.run("systemctl daemon-reload")

    def shown(self, unit: str, key: str) -> str:
        """What systemd knows of a unit."""
        return self.told(f"systemctl show {unit} --property={key} --value")

    def is_active(self, unit: str) -> bool:
        """Whether it runs and has said that it is ready."""
        return self.shown(unit, "ActiveState") == "active"

    def main_pid(self, unit: str) -> int:
        """By the machine's own count; 0 if there is none."""
        return int(self.shown(unit, "MainPID"))

    def wait_for(self, condition: Callable[[], T], what: str, *, seconds: float = 30) -> T:
        """What `condition` says as soon as it is true."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds:.0f} s: {what}")
            time.sleep(0.1)
        return found

    def journal(self, *options: str) -> str:
        """What was said since the start, or on the console, if the machine is gone."""
        command = (
            f"journalctl --sync; journalctl --no-pager --output=short-monotonic {' '.join(options)}"
        )
        done = self.run(command, check=False)
        return done.stdout if done.returncode == 0 else _console(self.root)


def fail_without_means() -> None:
    """Nobody takes a skipped boot for one that went well."""
    if os.geteuid() != 0:
        pytest.fail("the units are booted by root only: run this as root")
    missing = {package for tool, package in NEEDED.items() if shutil.which(tool) is None}
    if missing:
        pytest.fail(f"the units cannot be booted without {', '.join(sorted(missing))}")


def install(folder: Path) -> Path:
    """A folder with a Debian in it, a clone of this checkout, and all wheels that it needs."""
    root = folder / "debian"
    _debian(root)
    _clone(root / CLONE.lstrip("/"))
    _wheels(root)
    return root


def _debian(root: Path) -> None:
    made = os.environ.get("FEEDER_DEBIAN")
    if made:
        _done(["cp", "--archive", "--reflink=auto", made, str(root)])
    else:
        include = f"--include={PACKAGES}"
        _done(["mmdebstrap", "--variant=minbase", include, RELEASE, str(root), MIRROR])


def _wheels(root: Path) -> None:
    """By the Python that they are for, while there is a network."""
    certificates = root / CERTIFICATES
    certificates.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(f"/{CERTIFICATES}", certificates)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n", encoding="utf-8")
    # setuptools is what `pip install .` builds with, in an environment of its own.
    build = (
        "cd /srv && python3 -m venv build && build/bin/pip wheel --quiet --use-pep517"
        f" --wheel-dir={WHEELS} '{CLONE}[compression]' 'setuptools>=77' && rm -r build"
    )
    _done(["chroot", str(root), "sh", "-ec", build])


def _done(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr}")


def _clone(target: Path) -> None:
    """What a clone of this checkout would have, and what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.decode().split("\0")):
        if not name.startswith("tests/") and (ROOT / name).is_file():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)


@contextmanager
def booted(root: Path) -> Iterator[Machine]:
    """The machine in that folder, from its start until it is gone again."""
    group = f"feeder-{os.getpid()}-{time.monotonic_ns()}"
    launch = ["unshare", "--mount", "sh", "-ec", LAUNCH, "launch", group, str(root)]
    with (
        (root.parent / CONSOLE).open("wb") as console,
        subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", *launch],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
        ) as host,
    ):
        try:
            machine = Machine(root, _wait_for_init(host, root))
            machine.wait_for(machine.has_booted, "the machine has booted")
            yield machine
        finally:
            host.terminate()
            assert host.wait(timeout=60) == 0, _console(root)


def _wait_for_init(host: subprocess.Popen[bytes], root: Path) -> int:
    """The first process inside: three generations below what we started."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and host.poll() is None:
        for process in _below(host.pid):
            with suppress(OSError):
                if Path(f"/proc/{process}/comm").read_text() == "systemd\n":
                    return process
        time.sleep(0.05)
    pytest.fail(f"the machine does not boot\n{_console(root)}")


def _console(root: Path) -> str:
    """The end of what the machine itself printed."""
    try:
        return (root.parent / CONSOLE).read_text(encoding="utf-8", errors="replace")[-5000:]
    except FileNotFoundError:
        return "the machine was taken away"


def _below(process: int) -> Iterator[int]:
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        for child in map(int, children):
            yield child
            yield from _below(child)
