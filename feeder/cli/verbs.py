"""The verbs by name, each imported when it is asked for: all of them take 60 ms, one takes 3."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

_PLACES = {
    "init": "init:init",
    "check": "check:check",
    "refresh": "refresh:refresh",
    "run": "run:run",
    "serve": "serve:serve",
    "status": "status:status",
    "preview": "preview:preview",
    "discover": "discover:discover",
    "add": "add:add",
    "pause": "pause:pause",
    "resume": "pause:resume",
    "reload": "reload:reload",
    "merges": "merges:merges",
    "quarantine": "quarantine:app",
    "explain": "explain:explain",
    "rules": "rules:app",
    "replay": "replay:replay",
    "repair": "repair:repair",
    "webserver": "webserver:webserver",
    "doctor": "doctor:doctor",
    "import": "importing:import_",
    "export": "exporting:app",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "schema": "schema:schema",
}
"""In the order of the help: the module below this package, and what in it is the verb."""


class Verbs(TyperGroup):
    """All verbs, of which only what is asked for is imported."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self.commands = _Imported()

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the help."""
        return [*self.commands]


class _Imported(MutableMapping[str, Any]):
    """Commands of click by their names; what it knows of is all that there is."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _command(name, *_PLACES[name].split(":"))
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*_PLACES, *self._made)))

    def __len__(self) -> int:
        return len(_PLACES.keys() | self._made.keys())


def _command(name: str, module: str, attribute: str) -> Any:
    verb = getattr(import_module(f"feeder.cli.{module}"), attribute)
    if isinstance(verb, typer.Typer):
        return typer.main.get_group(verb)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name)(verb)
    return typer.main.get_command(alone)
