"""Where a configuration lies, and the names of its sources, for who cannot wait for all of it to be
checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from feeder.errors import ConfigError, ConfigFault

MAIN = "feeder.toml"
DEFAULT_STATE = Path("var/state")
PLACES = (Path("config"), Path("/etc/feeder"))


def locate(path: Path | None, env: Mapping[str, str]) -> Path:
    """The folder of the configuration: `path`, `$FEEDER_CONFIG`, `./config` or `/etc/feeder`.

    Raises:
        ConfigError: there is no feeder.toml; it names the places where one was looked for.
    """
    if path is None and env.get("FEEDER_CONFIG"):
        path = Path(env["FEEDER_CONFIG"])
    places = PLACES if path is None else (path.parent if path.name == MAIN else path,)
    for place in places:
        if _exists(place / MAIN):
            return place
    fault = ConfigFault(str(places[0] / MAIN), None, None, "", "there is no such file")
    if path is None:
        tried = " and ".join(f"{place}/" for place in places)
        raise ConfigError([fault], advice=f"looked in {tried}; `feeder init` writes one")
    inner = places[0] / "config"
    advice = f"there is one in {inner}" if _exists(inner / MAIN) else "`feeder init` writes one"
    raise ConfigError([fault], advice=advice)


def _exists(path: Path) -> bool:
    """Whether it is there. One that may not be looked at is, and says so when it is read."""
    try:
        return path.exists()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def source_files(folder: Path) -> Iterator[Path]:
    """The files of sources in a folder, in the order of their names.

    Raises:
        OSError: the folder cannot be listed. One that is not there has none.
    """
    try:
        found = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    # Dot files are what editors leave beside a file that is being edited.
    yield from (path for path in found if path.suffix == ".toml" and path.name[0] != ".")


def unit_state(env: Mapping[str, str]) -> Path | None:
    """The folder that systemd gives a unit for its state."""
    given = env.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(given) if given else None


def source_names(folder: Path, env: Mapping[str, str]) -> list[str]:
    """What the sources of a configuration are called, whatever stands in their files.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    import tomllib

    told = tomllib.loads((folder / MAIN).read_text(encoding="utf-8-sig")).get("state")
    base = folder.absolute().parent
    state = unit_state(env) or base / DEFAULT_STATE
    if isinstance(told, str):
        state = base / Path(told).expanduser()
    folders = (folder / "sources", state / "sources.d")
    return [path.stem for path in chain.from_iterable(map(source_files, folders))]
