"""From a folder of TOML files to settings, or to all that is wrong in them at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from feeder.config.checking import check, did_you_mean
from feeder.config.consistency import (
    alarm_faults,
    feed_faults,
    folder_faults,
    path_faults,
    source_faults,
)
from feeder.config.options import NAME, Options
from feeder.config.places import DEFAULT_STATE, MAIN, locate, source_files, unit_state
from feeder.config.settings import (
    AlarmSettings,
    FeederFile,
    FeedSettings,
    OfKind,
    OutputSettings,
    PublishSettings,
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


def load_settings(
    path: Path | None,
    env: Mapping[str, str],
    find: FindKind | None = None,
    selector_fault: SelectorFault | None = None,
    drafts: Sequence[Path] = (),
) -> Settings:
    """The settings in the folder `path`, or where `locate` finds one.

    With `find` (`feeder.plugins.find`), the kinds that are named must exist, and the options of
    each are checked with the rest; with `selector_fault`, so are selectors. `drafts` are files of
    sources that are read as if they stood there too.

    Raises:
        ConfigError: with every fault of every file.
    """
    folder = locate(path, env)
    # Not resolve(): relative paths start where the person sees the folder, link or not.
    base = Path(os.path.abspath(folder)).parent  # noqa: PTH100
    loading = _Loading(folder, base, env, drafts)
    settings = loading.settings()
    if find is not None:
        loading.faults += kind_faults(settings, find)
    if selector_fault is not None:
        loading.faults += selector_faults(settings, selector_fault)
    if loading.faults:
        raise ConfigError(sorted(set(loading.faults), key=_by_place))
    return settings


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
    drafts: Sequence[Path] = ()
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
            pages=main.pages,
            publish=main.publish,
            feeds=self._feeds(place, main, sources),
            outputs=outputs,
            alarms=self._alarms(place, main, sources),
            sources=sources,
        )

    def _folders(self, main: FeederFile) -> tuple[Path, Path]:
        """The state and the public folder; systemd says where a unit's state belongs."""
        given = unit_state(self.env)
        state = given or self.base / DEFAULT_STATE
        public = given / "public" if given else self.base / "var" / "public"
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
        folders = (self.folder / "sources", state / "sources.d")
        for path in (*chain.from_iterable(map(self._toml_files, folders)), *self.drafts):
            if self._name_is_free(path) and (place := self._read(path)):
                sources.append(self._source(path.stem, place, main))
        found = tuple(filter(None, sources))
        self.faults += source_faults(found)
        return found

    def _toml_files(self, folder: Path) -> list[Path]:
        try:
            return list(source_files(folder))
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
            "quiet": source.quiet if "quiet" in source.model_fields_set else main.quiet,
            "timezone": source.timezone if "timezone" in source.model_fields_set else main.timezone,
            "fetch": _nearest(main.fetch, source.fetch),
            "browser": _nearest(main.browser, source.browser),
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
        found = tuple(_as_published(feed, main.publish) for feed in feeds if feed)
        self.faults += feed_faults(found, self.files.keys())
        return found

    def _alarms(
        self, place: Place, main: FeederFile, sources: tuple[SourceSettings, ...]
    ) -> tuple[AlarmSettings, ...]:
        places = [place.inside("alarm", index) for index in range(len(main.alarm))]
        found = tuple(filter(None, (self._keep(*check(AlarmSettings, each)) for each in places)))
        self.faults += alarm_faults(found, self.files.keys())
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


def _nearest(common: M, own: M) -> M:
    """What a source's file says, and for the rest what holds for all of them."""
    return common.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})


def _as_published(feed: FeedSettings, common: PublishSettings) -> FeedSettings:
    """The feed, with what it does not say itself as `[publish]` says it."""
    unsaid = PublishSettings.model_fields.keys() - feed.model_fields_set
    return feed.model_copy(update={key: getattr(common, key) for key in unsaid})


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
