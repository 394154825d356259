"""Folders of articles are watched: what changes there is read within seconds, not at the next look.

The kernel (inotify(7), through watchfiles) tells of changes on this machine's own disks. It tells
nothing of what others do on a network's, and watches no more folders than it is allowed to. So a
source keeps its interval all the same, and whatever goes wrong here costs some minutes at most.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from feeder.app import App
from feeder.config.quiet import quiet_until
from feeder.errors import FeederError
from feeder.logs import logger
from feeder.sources.files import Files

SETTLED_SECONDS = 1.0
"""After the last change of a source's folder: a copy of many files is one change."""
APART_SECONDS = 10.0
"""Between two looks at one source, also while a file in its folder grows for hours."""
LOOK_SECONDS = 1.0
"""Between two looks at whether folders came, went or were replaced."""
AGAIN_SECONDS = 300.0
"""After which it is tried again where the kernel would watch no more."""
MOST_FOLDERS = 5_000
"""Of all sources together: a kernel allows a user some ten thousand, and others want some."""
_NETWORK = frozenset(
    "nfs nfs4 cifs smb3 smbfs 9p ceph afs virtiofs vboxsf lustre fuse.sshfs fuse.rclone fuse.s3fs"
    " fuse.glusterfs fuse.ceph-fuse fuse.gvfsd-fuse fuse.davfs2".split()
)
"""Kinds of file systems whose files others write. Others of FUSE lie on this machine's disks."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass
class Changes:
    """Which sources changed, and which of them are to be looked at.

    Pure: seconds come from outside. `first` and `last` are when a source changed since it was last
    looked at, `asked` is when that was asked for.
    """

    first: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, now: float) -> None:
        """Something changed in the folder of a source."""
        self.first.setdefault(name, now)
        self.last[name] = now

    def due(self, now: float) -> list[str]:
        """Those that have settled, or go on changing for so long that they are looked at anyway."""
        return [name for name in self.last if self._is_due(name, now)]

    def _is_due(self, name: str, now: float) -> bool:
        settled = now - self.last[name] >= SETTLED_SECONDS
        late = now - self.first[name] >= APART_SECONDS
        apart = name not in self.asked or now - self.asked[name] >= APART_SECONDS
        return apart and (settled or late)

    def ask(self, name: str, now: float) -> None:
        """It is looked at now."""
        self.asked[name] = now
        del self.first[name], self.last[name]


class Watcher:
    """Asks for a refresh of sources whose folders change, in a thread of its own.

    Args:
        app: the configuration as it is by now.
        stop: ends it.
    """

    def __init__(self, app: Callable[[], App], stop: threading.Event) -> None:
        self._app = app
        self._stop = stop
        self._changes = Changes()
        self._known: dict[str, _Identity] | None = None  # the folders that there were
        self._told: dict[str, str] = {}

    def start(self) -> None:
        """Begin to watch."""
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch(self._app())
            except (
                OSError,
                RuntimeError,
            ) as error:  # watchfiles raises both for the kernel's limits
                self._tell("folders", str(error))
                self._stop.wait(AGAIN_SECONDS)
            except Exception:
                logger().exception("unforeseen", what="watch")
                self._stop.wait(AGAIN_SECONDS)

    def _watch(self, app: App) -> None:
        """Watch until the configuration, or the folders that there are, are others.

        Raises:
            OSError, RuntimeError: the kernel watches no more of them.
        """
        away = network_disks(_mounts())
        every = watched_roots(app)
        roots = {name: root for name, root in every.items() if disk_of(root, away) is None}
        self._note_moved(roots)
        sources, left_out = folders_of(roots, away)
        for name in every.keys() - roots.keys():
            left_out[name] = f"{every[name]} is on another machine's disk"
        for name, why in left_out.items():
            self._tell(name, why)
        if not sources:
            self._stop.wait(LOOK_SECONDS)
            self._ask(app, time.monotonic())
            return
        # 3 MB, for those who have it watch something.
        from watchfiles import watch

        for changes in watch(
            *sources,
            watch_filter=None,
            step=250,
            debounce=1_000,
            rust_timeout=int(LOOK_SECONDS * 1_000),
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            recursive=False,
            ignore_permission_denied=True,
        ):
            now = time.monotonic()
            names = {name for _, path in changes for name in _changed(path, sources)}
            for name in names:
                self._changes.note(name, now)
            self._ask(app, now)
            has_new_folder = any(_is_folder(path) for _, path in changes)
            if has_new_folder or self._app() is not app or _identities(roots) != self._known:
                return

    def _note_moved(self, roots: Mapping[str, Path]) -> None:
        """Note the sources whose folder came, went, or is another one at the same place."""
        before, self._known = self._known, _identities(roots)
        if before is None:  # what is due when the service begins is known to the scheduler
            return
        for name in roots:
            if before.get(name) != self._known.get(name):
                self._changes.note(name, time.monotonic())

    def _ask(self, app: App, now: float) -> None:
        due = [name for name in self._changes.due(now) if name in app.jobs]
        moment = datetime.now(UTC)
        awake = [name for name in due if not _is_quiet(app, name, moment)]
        if not awake:
            return
        try:
            # One that is under way may have looked before: it stays noted, and is asked for then.
            for name in app.store.ask(awake, moment, force=True):
                self._changes.ask(name, now)
        except FeederError as error:  # the database is locked, say: the next second does it
            self._tell("folders", error.message)

    def _tell(self, what: str, message: str) -> None:
        """Log why a source, or all folders, are not watched, once until it is something else."""
        if self._told.get(what) != message:
            self._told[what] = message
            advice = "it is looked at by its interval; watch = false says so for good"
            logger().warning("not watched", what=what, message=message, advice=advice)


def watched_roots(app: App) -> dict[str, Path]:
    """The folders of the sources that are to be watched."""
    return {
        name: job.manner.source.root
        for name, job in app.jobs.items()
        if isinstance(job.manner.source, Files)
        and job.manner.source.watch
        and job.plan.every != "manual"
    }


def _is_quiet(app: App, name: str, moment: datetime) -> bool:
    plan = app.jobs[name].plan
    return quiet_until(moment, plan.quiet, plan.zone) != moment


_Identity = tuple[int, int]
"""A folder's device and inode: another one at the same place has others."""


def _identities(roots: Mapping[str, Path]) -> dict[str, _Identity]:
    """Those of the sources' folders that are there."""
    found = {}
    for name, root in roots.items():
        with suppress(OSError):
            status = root.stat()
            found[name] = status.st_dev, status.st_ino
    return found


def folders_of(
    roots: Mapping[str, Path], away: Collection[str] = ()
) -> tuple[dict[str, set[str]], dict[str, str]]:
    """All folders that are watched, each with its sources; and the sources with too many of them,
    each with that. None is reached by a symbolic link, or lies on a disk of those in `away`.
    """
    found, left_out = dict[str, set[str]](), dict[str, str]()
    for name, root in roots.items():
        own = set(islice(_folders(root, away), MOST_FOLDERS + 1))
        if len(found.keys() | own) > MOST_FOLDERS:
            left_out[name] = f"with {root} there would be more than {MOST_FOLDERS:,} folders"
            continue
        for folder in own:
            found.setdefault(folder, set()).add(name)
    return found, left_out


def _folders(root: Path, away: Collection[str]) -> Iterator[str]:
    for folder, inner, _ in os.walk(root):
        yield folder
        inner[:] = [each for each in inner if os.path.join(folder, each) not in away]  # noqa: PTH118


def network_disks(mounts: str) -> frozenset[str]:
    """Where disks of other machines are mounted, by `/proc/self/mountinfo` (proc(5)).

    The kernel tells nothing of what is written there, and to look at one whose machine has gone
    takes as long as that is away.
    """
    found = set()
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.partition(" ")[0]
        if len(fields) > 4 and kind in _NETWORK:
            found.add(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4]))
    return frozenset(found)


def disk_of(root: Path, away: Collection[str]) -> str | None:
    """The disk of those in `away` that a folder is on; it is not looked at for that."""
    absolute = Path(os.path.abspath(root))  # noqa: PTH100 - resolving would look at it
    return next((str(each) for each in (absolute, *absolute.parents) if str(each) in away), None)


def _mounts() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:  # no Linux
        return ""


def _changed(path: str, sources: Mapping[str, set[str]]) -> set[str]:
    """The sources in whose folders something changed at a path."""
    return sources.get(os.path.dirname(path), set()) | sources.get(path, set())  # noqa: PTH120


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114
