"""Kinds for configurations that tests write, looked up as plug-ins are."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from feeder.config.checking import did_you_mean
from feeder.config.options import Count, LocalPath, Options, WebUrl
from feeder.errors import PluginError


class Shelf(Options):
    """A source kind."""

    root: LocalPath
    glob: str = "**/*"
    depth: Count = Field(default=3, ge=1)
    url: WebUrl | None = None


class Directory:
    """An output kind without options of its own."""


class Atom:
    """A format."""


KINDS: dict[str, dict[str, type]] = {
    "feeder.sources": {"shelf": Shelf},
    "feeder.outputs": {"directory": Directory},
    "feeder.renderers": {"atom": Atom, "html": Atom},
}


def find(group: str, name: str) -> type:
    """The class of that name."""
    kinds = KINDS[group]
    if name not in kinds:
        raise PluginError(f"unknown {name!r}{did_you_mean(name, kinds)}")
    return kinds[name]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A project folder with those files in `config/`; gives back `config/`."""
    for name, content in files.items():
        path = folder / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / "config"
