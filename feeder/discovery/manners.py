"""How sites are asked before there is a source: as `[fetch]` of the configuration says, if there is
one. Sources and feeds are not read for that: 10,000 of them take 15 s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from feeder.config.checking import check
from feeder.config.options import Network
from feeder.config.places import MAIN, PLACES, locate
from feeder.config.settings import FeederFile, FetchSettings
from feeder.config.toml import Place, read_toml
from feeder.errors import ConfigError


def fetch_settings(path: Path | None, env: Mapping[str, str]) -> FetchSettings:
    """`[fetch]` of feeder.toml; with neither a path nor a configuration, what is usual.

    Raises:
        ConfigError: feeder.toml is wrong, or not where it was said to be.
    """
    is_told = path is not None or bool(env.get("FEEDER_CONFIG"))
    if not is_told and not any((place / MAIN).exists() for place in PLACES):
        return FetchSettings()
    folder = locate(path, env)
    main, faults = check(FeederFile, Place(read_toml(folder / MAIN), folder.absolute().parent))
    if main is None or faults:
        raise ConfigError(faults)
    return main.fetch


def allowing(settings: FetchSettings, networks: Sequence[Network]) -> FetchSettings:
    """The same, with further networks that may be asked."""
    allowed = tuple(dict.fromkeys((*settings.allow_networks, *networks)))
    return settings.model_copy(update={"allow_networks": allowed})
