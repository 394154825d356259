"""From a folder of TOML files to settings, or to all that is wrong in them at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from feeder.config.checking import check, did_you_mean
from feeder.config.consistency import feed_faults, folder_faults, path_faults, source_faults
from feeder.config.options import NAME, Options
from feeder.config.settings import (
    MAIN,
    FeederFile,
    FeedSettings,
    OfKind,
    OutputSettings,
    Settings,
    SourceSettings,
    check_database_url,
)
from feeder.config.toml import Place, TomlFile, read_toml
from feeder.errors import ConfigError, ConfigFault, FeederError

M = TypeVar("M", bound=Options)
K = TypeVar("K", bound=OfKind)

FindKind = Callable[[str, str], type]
"""The class of a group's kind of that name; a FeederError where there is none."""
SelectorFault = Callable[[str], str | None]
"""What is wrong with a selector; None where nothing is."""

PLACES = (Path("config"), Path("/etc/feeder"))


def load_settings(
    path: Path | None,
    env: Mapping[str, str],
    find: FindKind | None = None,
    selector_fault: SelectorFault | None = None,
) -> Settings:
    """The settings in the folder `path`, or where `locate` finds one.

    With `find` (`feeder.plugins.find`), the kinds that are named must exist, and the options of
    each are checked with the rest; with `selector_fault`, so are selectors.

    Raises:
        ConfigError: with every fault of every file.
    """
    folder = locate(path, env)
    # Not resolve(): relative paths start where the person sees the folder, link or not.
    base = Path(os.path.abspath(folder)).parent  # noqa: PTH100
    loading = _Loading(folder, base, env)
    settings = loading.settings()
    if find is not None:
        loading.faults += kind_faults(settings, find)
    if selector_fault is not None:
        loading.faults += selector_faults(settings, selector_fault)
    if loading.faults:
        raise ConfigError(sorted(set(loading.faults), key=_by_place))
    return settings


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


def validate_options(model: type[M], of_kind: OfKind) -> M:
    """The options of a source or output as its kind knows them.

    A common key is handed to a kind that declares it too.

    Raises:
        ConfigError: with every fault, each where it stands in the file.
    """
    options, faults = _checked_options(model, of_kind)
    if faults or options is None:
        raise ConfigError(faults)
    return options


def kind_faults(settings: Settings, find: FindKind) -> Iterator[ConfigFault]:
    """What is wrong with the kinds of sources and outputs, with their options, and with formats."""
    for group, of_kinds in (
        ("feeder.sources", settings.sources),
        ("feeder.outputs", settings.outputs),
    ):
        for of_kind in of_kinds:
            yield from _faults_of_kind(group, of_kind, find)
    for feed in settings.feeds:
        for index, name in enumerate(feed.formats):
            try:
                find("feeder.renderers", name)
            except FeederError as error:
                yield feed.place.fault(("formats", index), error.message)


def selector_faults(settings: Settings, fault: SelectorFault) -> Iterator[ConfigFault]:
    """What is wrong with the selectors in `[article]` of sources."""
    for source in settings.sources:
        for key, selectors in source.article.selectors.items():
            for index, selector in enumerate(selectors):
                if message := fault(selector):
                    yield source.place.fault(("article", key, index), message)


def _faults_of_kind(group: str, of_kind: OfKind, find: FindKind) -> tuple[ConfigFault, ...]:
    try:
        found = find(group, of_kind.kind)
    except FeederError as error:
        return (of_kind.place.fault(("kind",), error.message),)
    if issubclass(found, Options):
        return _checked_options(found, of_kind)[1]
    return tuple(
        of_kind.place.fault((key,), "unknown key" + did_you_mean(key, of_kind.common_keys()))
        for key in of_kind.options
    )


def _checked_options(model: type[M], of_kind: OfKind) -> tuple[M | None, tuple[ConfigFault, ...]]:
    common = of_kind.common_keys()
    shared = {k: v for k, v in of_kind.place.table.items() if k in common & set(model.model_fields)}
    return check(model, of_kind.place, {**shared, **of_kind.options}, also_known=common)


def _by_place(fault: ConfigFault) -> tuple[str, int, int, str]:
    return (fault.file, fault.line or 0, fault.column or 0, fault.message)


@dataclass(slots=True)
class _Loading:
    """One reading of a configuration, which goes on where it finds a fault."""

    folder: Path
    base: Path
    env: Mapping[str, str]
    faults: list[ConfigFault] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)  # of sources by name, broken ones too

    def settings(self) -> Settings:
        place = self._read(self.folder / MAIN) or Place(TomlFile(self.folder / MAIN, {}, {}))
        main = self._keep(*check(FeederFile, place)) or FeederFile()
        state, public = self._folders(main)
        sources = self._sources(main, state)
        outputs = self._outputs(place, main, public)
        self.faults += path_faults(self.folder, state, public, place, outputs)
        self.faults += folder_faults(main.rules.folders, place)
        return Settings(
            folder=self.folder,
            base=self.base,
            state=state,
            public=public,
            public_url=main.public_url,
            every=main.every,
            timezone=main.timezone,
            database=self._database(main),
            fetch=main.fetch,
            server=main.server,
            rules=main.rules,
            feeds=self._feeds(place, main, sources),
            outputs=outputs,
            sources=sources,
        )

    def _folders(self, main: FeederFile) -> tuple[Path, Path]:
        """The state and the public folder; systemd says where a unit's state belongs."""
        given = self.env.get("STATE_DIRECTORY", "").split(":")[0]
        state = Path(given) if given else self.base / "var" / "state"
        public = Path(given) / "public" if given else self.base / "var" / "public"
        return main.state or state, main.public or public

    def _database(self, main: FeederFile) -> SecretStr | None:
        given = self.env.get("FEEDER_DATABASE")
        if not given:
            return main.database
        try:
            return check_database_url(SecretStr(given))
        except ValueError as error:
            self.faults.append(ConfigFault("$FEEDER_DATABASE", None, None, "", str(error)))
            return None

    def _sources(self, main: FeederFile, state: Path) -> tuple[SourceSettings, ...]:
        sources = []
        for folder in (self.folder / "sources", state / "sources.d"):
            for path in self._toml_files(folder):
                if self._name_is_free(path) and (place := self._read(path)):
                    sources.append(self._source(path.stem, place, main))
        found = tuple(filter(None, sources))
        self.faults += source_faults(found)
        return found

    def _toml_files(self, folder: Path) -> list[Path]:
        try:
            # Dot files are what editors leave beside a file that is being edited.
            return sorted(p for p in folder.iterdir() if p.suffix == ".toml" and p.name[0] != ".")
        except FileNotFoundError:
            return []
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            self.faults.append(ConfigFault(str(folder), None, None, "", message))
            return []

    def _name_is_free(self, path: Path) -> bool:
        message = ""
        if NAME.fullmatch(path.stem) is None:
            message = "names its source, and a name is 1 to 64 characters of a-z, 0-9 and -"
        elif path.stem in self.files:
            message = f"there is a source of this name in {self.files[path.stem]}"
        if message:
            self.faults.append(ConfigFault(str(path), None, None, "", message))
        self.files.setdefault(path.stem, path)
        return not message

    def _source(self, name: str, place: Place, main: FeederFile) -> SourceSettings | None:
        source = self._of_kind(SourceSettings, place, {"name": name})
        if source is None:
            return None
        nearest = {
            "every": source.every if "every" in source.model_fields_set else main.every,
            "timezone": source.timezone if "timezone" in source.model_fields_set else main.timezone,
            "fetch": main.fetch.model_copy(
                update={key: getattr(source.fetch, key) for key in source.fetch.model_fields_set}
            ),
        }
        return source.model_copy(update=nearest)

    def _outputs(self, place: Place, main: FeederFile, public: Path) -> tuple[OutputSettings, ...]:
        places = [place.inside("output", index) for index in range(len(main.output))]
        outputs = [self._of_kind(OutputSettings, each, {}) for each in places]
        if not places:
            outputs.append(OutputSettings())
        return tuple(
            each.model_copy(update={"path": each.path or public}) for each in outputs if each
        )

    def _feeds(
        self, place: Place, main: FeederFile, sources: tuple[SourceSettings, ...]
    ) -> tuple[FeedSettings, ...]:
        places = [place.inside("feed", index) for index in range(len(main.feed))]
        feeds = [self._keep(*check(FeedSettings, each)) for each in places]
        if "feed" not in place.table:
            feeds = [_own_feed(source) for source in sources if source.enabled]
        found = tuple(filter(None, feeds))
        self.faults += feed_faults(found, self.files.keys())
        return found

    def _of_kind(self, model: type[K], place: Place, given: dict[str, Any]) -> K | None:
        """Common keys are checked now, and those of the kind when it is known."""
        common = {k: v for k, v in place.table.items() if k in model.common_keys()}
        options = {k: v for k, v in place.table.items() if k not in common}
        made = self._keep(*check(model, place, {**common, **given, "options": options}))
        if made is None:  # its kind is not known, and so cannot say which keys are wrong
            hints = {key: did_you_mean(key, model.common_keys()) for key in options}
            self.faults += [place.fault((k,), f"unknown key{h}") for k, h in hints.items() if h]
        return made

    def _read(self, path: Path) -> Place | None:
        try:
            return Place(read_toml(path), self.base)
        except ConfigError as error:
            self.faults += error.faults
            return None

    def _keep(self, made: M | None, faults: Iterable[ConfigFault]) -> M | None:
        self.faults += faults
        return made


def _own_feed(source: SourceSettings) -> FeedSettings | None:
    """The feed of a source where the configuration names no feeds."""
    table = {
        "name": source.name,
        "title": source.title,
        "language": source.language,
        "site_url": source.url,
        "sources": (source.name,),
        "formerly": source.formerly,
    }
    return check(FeedSettings, source.place, table)[0]
