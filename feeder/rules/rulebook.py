"""Which files of which folders hold for a page, and their rules as one set.

A folder nearer to the person who runs feeder has the last word: what comes with feeder, then an
upstream collection, then the files of the house. Only the names in the folders are read until a
page asks for a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from feeder.errors import UnreadableError
from feeder.rules.fingerprints import fingerprint
from feeder.rules.grammar import MAX_LENGTH, read_rules
from feeder.rules.model import SiteRules, merged
from feeder.urls import resolve

BUILT_IN = Path(__file__).parent / "sites"
"""The folder that comes with feeder."""

NO_RULES = SiteRules()

_NAME = re.compile(r"(?:_?\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.txt")
_LONGEST_HOST = 200
_REMEMBERED = 1024  # sets of rules kept ready: sites that one process meets in a round
_EVERYWHERE = "global.txt"


class Rulebook:
    """The rule files of several folders, the farthest first and the nearest last.

    Files of one name are merged, the nearest first. Unless `impersonate`, user-agents of others'
    crawlers are left out. Read once: files that come or change later are seen by a new rulebook.

    Raises:
        UnreadableError: a folder is not there or cannot be listed.
    """

    def __init__(
        self,
        folders: Sequence[Path] = (),
        *,
        built_in: bool = True,
        impersonate: bool = False,
    ) -> None:
        nearest_first = [*reversed(folders), *([BUILT_IN] if built_in else [])]
        self._files: dict[str, list[Path]] = {}
        for folder in nearest_first:
            for name in _listed(folder):
                self._files.setdefault(_meant(name), []).append(folder / name)
        self._impersonate = impersonate
        self._ready: dict[tuple[str, str | None], SiteRules] = {}

    @cached_property
    def stamp(self) -> str:
        """A text that changes with the files of the folders that were named.

        Size and time stamps tell, so that nothing is read; two thousand files take 10 ms.
        """
        named = (path for paths in self._files.values() for path in paths)
        return "\n".join(sorted(_state(path) for path in named if path.parent != BUILT_IN))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, each once."""
        return tuple(sorted(self._files))

    def rules_for(self, url: str | None, html: str | bytes = "") -> SiteRules:
        """The rules for a page at its final address; without its text, those for the address.

        The site's own file or else a wildcard's comes first, then that of the system which made
        the page, then `global.txt`.
        """
        key = host_key(url) or "", fingerprint(html) if html else None
        ready = self._ready.get(key)
        if ready is None:
            if len(self._ready) >= _REMEMBERED:
                self._ready.clear()
            ready = self._ready[key] = self._chosen(*key)
        return ready

    def files_for(self, url: str | None, html: str | bytes = "") -> tuple[Path, ...]:
        """The files whose rules `rules_for` gives, the nearest first."""
        consulted = self._consulted(host_key(url) or "", fingerprint(html) if html else None)
        return tuple(path for layers in consulted for path, _ in layers)

    def files(self, name: str) -> tuple[Path, ...]:
        """All files of one name, the nearest first; those too that `inherit: no` keeps out."""
        return tuple(self._files.get(name, ()))

    def read(self, name: str, *, general: bool = False) -> SiteRules:
        """The rules of all files of one name, those of the nearest folder first."""
        return _merged(self._layers(name, general))

    def _layers(self, name: str, general: bool) -> list[tuple[Path, SiteRules]]:
        """The files of one name that count, and what each says."""
        found: list[tuple[Path, SiteRules]] = []
        for path in self._files.get(name, ()):
            found.append((path, self._read(path, general)))
            if found[-1][1].inherit is False:
                break
        return found

    def _chosen(self, host: str, system: str | None) -> SiteRules:
        found = map(_merged, self._consulted(host, system))
        told = [one for one in found if one != NO_RULES]
        return merged(told) if told else NO_RULES

    def _consulted(
        self, host: str, system: str | None
    ) -> Iterator[Sequence[tuple[Path, SiteRules]]]:
        """The layers of each name that holds for a page, until one keeps all others out."""
        names = ((self._name_for(host), False), (self._name_for(system or ""), True))
        for name, is_general in (*names, (_EVERYWHERE, True)):
            layers = self._layers(name, is_general)
            yield layers
            if _merged(layers).autodetect_on_failure is False:
                return

    def _name_for(self, host: str) -> str:
        """The file of a host, or else of all hosts beside it: its first label replaced."""
        if not host:
            return ""
        exact, wildcard = f"{host}.txt", f".{host.partition('.')[2]}.txt"
        return exact if exact in self._files and exact != _EVERYWHERE else wildcard

    def _read(self, path: Path, general: bool) -> SiteRules:
        origin = f"{path.parent.name}/{path.name}"
        try:
            with path.open("rb") as file:
                raw = file.read(4 * MAX_LENGTH + 1)
        except OSError as error:
            return SiteRules(notes=(f"{origin}: cannot be read: {error.strerror}",))
        text = raw.decode("utf-8", errors="replace")
        return read_rules(text, origin, general=general, impersonate=self._impersonate)


def _merged(layers: Sequence[tuple[Path, SiteRules]]) -> SiteRules:
    return merged(rules for _, rules in layers) if layers else NO_RULES


def is_rule_file(name: str) -> bool:
    """Whether a file of that name would ever be looked for."""
    stem = name.removesuffix(".txt").removeprefix("_").removeprefix(".")
    return _NAME.fullmatch(name) is not None and not stem.startswith("www.")


def _listed(folder: Path) -> list[str]:
    """Names of the rule files in a folder.

    Links are not followed: a collection from elsewhere must not make feeder read other files.
    """
    try:
        with os.scandir(folder) as entries:
            files = [one.name for one in entries if one.is_file(follow_symlinks=False)]
    except OSError as error:
        raise UnreadableError(
            f"the folder of site rules {folder} cannot be read: {error.strerror}",
            advice="name a folder of rule files that is there, or leave it out",
        ) from error
    return [name for name in files if _NAME.fullmatch(name)]


def _state(path: Path) -> str:
    try:
        found = path.lstat()
    except OSError:
        return f"{path} gone"
    return f"{path} {found.st_size} {found.st_mtime_ns}"


def _meant(name: str) -> str:
    """`_.example.org.txt` is `.example.org.txt` where a file must not be a hidden one."""
    return name.removeprefix("_") if name.startswith("_.") else name


def host_key(url: str | None) -> str | None:
    """The host that names a site's file: lower case, without `www.`; None where there is none."""
    address = resolve(url) if url else None
    host = (urlsplit(address).hostname or "").rstrip(".").removeprefix("www.") if address else ""
    return host if 0 < len(host) <= _LONGEST_HOST and _NAME.fullmatch(f"{host}.txt") else None
