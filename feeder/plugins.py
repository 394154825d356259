"""Kinds by name: entry points, and the built-in kinds come in by the same door.

The groups are `feeder.sources`, `feeder.steps`, `feeder.renderers` and `feeder.outputs`.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from feeder.errors import PluginError

_NOUNS = {
    "feeder.sources": "source kind",
    "feeder.steps": "step",
    "feeder.renderers": "format",
    "feeder.outputs": "output kind",
}


def names(group: str) -> tuple[str, ...]:
    """The names of all kinds of a group, sorted."""
    return tuple(sorted(_found(group)))


def find(group: str, name: str) -> type:
    """The class of the kind of that name.

    Raises:
        PluginError: there is none, or its plug-in cannot be loaded.
    """
    points = _found(group).get(name, ())
    if not points:
        raise PluginError(_unknown(group, name))
    if len(points) > 1:
        homes = ", ".join(sorted(_home(point) for point in points))
        raise PluginError(f"the {_NOUNS[group]} {name!r} comes from several packages: {homes}")
    return _load(group, points[0])


@cache
def _found(group: str) -> dict[str, tuple[EntryPoint, ...]]:
    """Entry points by name. Packages do not come and go while a process runs."""
    found: dict[str, tuple[EntryPoint, ...]] = {}
    for point in entry_points(group=group):
        # A package on the path twice (a checkout and its installed copy) says the same twice.
        if point.value not in [other.value for other in found.get(point.name, ())]:
            found[point.name] = (*found.get(point.name, ()), point)
    return found


def _load(group: str, point: EntryPoint) -> type:
    try:
        found = point.load()
    except Exception as error:  # a stranger's module may raise whatever it likes
        reason = f"{type(error).__name__}: {error}"
        raise PluginError(f"{_named(group, point)} cannot be loaded: {reason}") from error
    if not isinstance(found, type):
        raise PluginError(f"{_named(group, point)} is no class: {point.value}")
    return found


def _named(group: str, point: EntryPoint) -> str:
    return f"the {_NOUNS[group]} {point.name!r} of {_home(point)}"


def _home(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value


def _unknown(group: str, name: str) -> str:
    known = names(group)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}; " if near else ""
    return f"unknown {_NOUNS[group]} {name!r}; {hint}there is: {', '.join(known) or 'none'}"
