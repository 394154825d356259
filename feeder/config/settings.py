"""All that can be set: what stands in `feeder.toml` and in `sources/NAME.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from feeder.config.every import Every
from feeder.config.options import (
    AddressPatterns,
    Count,
    Duration,
    Flag,
    Language,
    Line,
    LocalPath,
    Name,
    Network,
    Options,
    Size,
    Strings,
    WebUrl,
    Zone,
    check_web_url,
)
from feeder.config.toml import NOWHERE, Place
from feeder.text import one_line


def _public_url(value: str) -> str:
    address = check_web_url(value)
    if "?" in value or "#" in value:
        raise ValueError("must have no query and no fragment")
    return address.rstrip("/") + "/"


def check_database_url(value: SecretStr) -> SecretStr:
    """`value`, if it is the address of a PostgreSQL server in the form that SQLAlchemy takes.

    Raises:
        ValueError: without the address, which may hold a password.
    """
    if re.match(r"postgresql(\+psycopg)?://", value.get_secret_value()) is None:
        raise ValueError(
            'expected the address of a PostgreSQL server such as "postgresql://host/name"; '
            "without one, feeder keeps an SQLite database in its state folder"
        )
    return value


MAIN = "feeder.toml"
UTC = ZoneInfo("UTC")


class Secret(Options):
    """A value that is never printed: itself, or the environment variable or file that holds it."""

    value: SecretStr | None = None
    env: str | None = None
    file: LocalPath | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _exactly_one(self) -> Secret:
        if [self.value, self.env, self.file].count(None) != 2:
            raise ValueError('expected text in quotes, { env = "NAME" } or { file = "path" }')
        return self


class AuthSettings(Options):
    """`[auth]`: the user of HTTP basic authentication."""

    username: str
    password: Secret


class FetchSettings(Options):
    """`[fetch]`: the bounds within which, and the manner in which, sites are asked."""

    connect_timeout: Duration = Field(
        default=timedelta(seconds=10), description="for a connection to be made"
    )
    read_timeout: Duration = Field(
        default=timedelta(seconds=20), description="between two pieces of an answer"
    )
    total_timeout: Duration = Field(
        default=timedelta(seconds=60), description="for one answer as a whole"
    )
    max_bytes: Size = Field(default=8_000_000, ge=1_000, description="of one answer, unpacked")
    max_requests: Count = Field(default=250, ge=1, description="in one refresh of one source")
    max_articles: Count = Field(
        default=100, ge=1, description="articles' pages fetched in one refresh; the rest follow"
    )
    allow_networks: tuple[Network, ...] = Field(
        default=(), description="private ones that may be asked"
    )
    robots: Flag = Field(default=True, description="whether robots.txt is obeyed")
    delay: Duration = Field(
        default=timedelta(seconds=1), description="between two requests to one host"
    )
    per_host: Count = Field(default=1, ge=1, le=32, description="requests to one host at a time")
    user_agent: Line | None = Field(default=None, description="instead of feeder's own")
    contact: Line | None = Field(
        default=None, description="address for site owners, in the user agent"
    )
    proxy: SecretStr | None = Field(default=None, description="address of a proxy, trusted")
    verify: Flag = Field(default=True, description="whether certificates are checked")
    ca_file: LocalPath | None = Field(default=None, description="certificates to trust instead")

    @field_validator("connect_timeout", "read_timeout", "total_timeout")
    @classmethod
    def _at_least_a_second(cls, value: Duration) -> Duration:
        if value.total_seconds() < 1:
            raise ValueError("must be at least one second")
        return value


class ServerSettings(Options):
    """`[server]`: where the built-in server listens."""

    bind: Line = "127.0.0.1"
    port: Count = Field(default=8080, ge=1, le=65_535)
    socket: LocalPath | None = Field(
        default=None, description="Unix socket, instead of bind and port"
    )
    token_file: LocalPath | None = Field(default=None, description="holds the token of actions")


class ListSettings(Options):
    """`[list]`: what the items of a listing look like, as CSS or, with a leading /, XPath."""

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None
    summary: str | None = None
    image: str | None = None
    author: str | None = None
    next: str | None = None
    include: AddressPatterns = ()
    exclude: AddressPatterns = ()


class ArticleSettings(Options):
    """`[article]`: where things stand on the source's article pages; the first match counts.

    Each is a CSS selector or, with a leading slash or bracket, XPath, or several of them.
    """

    content: Strings = Field(default=(), description="what holds the article")
    remove: Strings = Field(default=(), description="what is taken out of it; all that match")
    title: Strings = Field(default=(), description="the headline")
    author: Strings = Field(default=(), description="each author, one an element")
    date: Strings = Field(default=(), description="the date of publication")
    next: Strings = Field(default=(), description="the link to the article's next page")
    whole: Strings = Field(default=(), description="the link to the article on one page")
    comments: Flag = Field(default=False, description="whether comments are the content")

    @property
    def selectors(self) -> Mapping[str, tuple[str, ...]]:
        """The selectors of each key that has any."""
        return {key: value for key, value in self if isinstance(value, tuple) and value}


class RulesSettings(Options):
    """`[rules]`: what is known of sites, beside what comes with feeder."""

    folders: tuple[LocalPath, ...] = Field(
        default=(), description="of rule files, the farthest first: the last has the last word"
    )
    impersonate: Flag = Field(
        default=False, description="whether rules may have feeder call itself a search engine"
    )


class Placed(Options):
    """What knows where it was written, for faults that show only when all files are read."""

    _place: Place = PrivateAttr(default=NOWHERE)

    def model_post_init(self, context: Any, /) -> None:
        """Take over the place that the check was told."""
        if context:
            self._place = context["place"]

    @property
    def place(self) -> Place:
        """The table that it was read from."""
        return self._place


class Named(Placed):
    """What has a name, and a title that is its name unless it is given."""

    name: Name
    title: str = ""

    @field_validator("title")
    @classmethod
    def _name_for_no_title(cls, value: str, info: ValidationInfo) -> str:
        return one_line(value) or str(info.data.get("name", ""))


class OfKind(Placed):
    """What is of a kind that a plug-in may bring; what only the kind knows is in `options`."""

    kind: str
    options: Mapping[str, Any] = Field(default={}, repr=False)

    @classmethod
    def common_keys(cls) -> frozenset[str]:
        """The keys that every kind has."""
        return frozenset(cls.model_fields) - {"name", "options"}


class SourceSettings(Named, OfKind):
    """`sources/NAME.toml`; `every`, `timezone` and `fetch` come from `feeder.toml` if not set."""

    url: WebUrl | None = None
    every: Every = "auto"
    language: Language | None = None
    timezone: Zone = Field(default=UTC, description="of dates that tell none")
    enabled: Flag = True
    formerly: tuple[Name, ...] = ()
    list: ListSettings = ListSettings()
    article: ArticleSettings = ArticleSettings()
    fetch: FetchSettings = FetchSettings()
    headers: Mapping[str, Secret] = Field(default={}, repr=False)
    auth: AuthSettings | None = None
    cookies: Mapping[str, Secret] = Field(default={}, repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What it is allowed, in words, and should not be without a reason."""
        notes = () if self.fetch.verify else ("verify = false accepts any certificate",)
        return (
            notes if self.fetch.robots else (*notes, "robots = false takes no heed of robots.txt")
        )


class FeedSettings(Named):
    """`[[feed]]`: a feed made of the sources that the patterns in `sources` match."""

    subtitle: Line | None = None
    author: Line | None = None
    language: Language | None = None
    rights: Line | None = None
    icon: WebUrl | None = None
    logo: WebUrl | None = None
    site_url: WebUrl | None = None
    sources: tuple[str, ...] = ("*",)
    formats: tuple[str, ...] = ("atom",)
    max_entries: Count = Field(default=60, ge=1)
    max_bytes: Size = Field(default=1_000_000, ge=1_000)
    formerly: tuple[Name, ...] = ()


class OutputSettings(OfKind):
    """`[[output]]`: where documents are put; `path` is the public folder if not set."""

    kind: str = "directory"
    path: LocalPath | None = None


class FeederFile(Options):
    """`feeder.toml` itself; its feeds and outputs are checked one by one."""

    state: LocalPath | None = None
    public: LocalPath | None = None
    public_url: Annotated[str, AfterValidator(_public_url)] = "http://localhost:8080/"
    every: Every = "auto"
    timezone: Zone = UTC
    database: Annotated[SecretStr, AfterValidator(check_database_url)] | None = None
    fetch: FetchSettings = FetchSettings()
    server: ServerSettings = ServerSettings()
    rules: RulesSettings = RulesSettings()
    feed: tuple[dict[str, Any], ...] = ()
    output: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, checked; paths are absolute.

    `folder` holds `feeder.toml`; relative paths start at `base`. With no `[[feed]]` there is a
    feed for each enabled source.
    """

    folder: Path
    base: Path
    state: Path
    public: Path
    public_url: str
    every: Every
    timezone: Zone
    database: SecretStr | None
    fetch: FetchSettings
    server: ServerSettings
    rules: RulesSettings
    feeds: tuple[FeedSettings, ...]
    outputs: tuple[OutputSettings, ...]
    sources: tuple[SourceSettings, ...]
    _places: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note where each source stands."""
        places = {source.name: place for place, source in enumerate(self.sources)}
        object.__setattr__(self, "_places", places)

    @property
    def path(self) -> Path:
        """The file that was read first."""
        return self.folder / MAIN

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed and probably not meant, in words."""
        host = urlsplit(self.public_url).hostname
        return tuple(_warnings(self, host or ""))

    def sources_of(self, feed: FeedSettings) -> tuple[SourceSettings, ...]:
        """The sources of `feed`, those that are switched off too: what they gave stays in it."""
        return tuple(self.sources[place] for place in sorted(chosen(feed.sources, self._places)))


def _warnings(settings: Settings, host: str) -> Iterator[str]:
    if host == "localhost" or host.startswith("127.") or host == "::1":
        yield f"public_url is {settings.public_url}: only this machine can reach that"
    if not settings.sources:
        yield f"there are no sources in {settings.folder / 'sources'}"
    for source in settings.sources:
        yield from (f"source {source.name}: {note}" for note in source.notes)


def chosen(patterns: Iterable[str], places: Mapping[str, int]) -> set[int]:
    """Where those sources stand that any of the patterns matches, by the places of all names.

    A name is looked up: with a thousand sources and as many feeds, to try each would take seconds.
    """
    found: set[int] = set()
    for pattern in patterns:
        if _WILDCARD.search(pattern):
            found.update(n for name, n in places.items() if fnmatchcase(name, pattern))
        elif pattern in places:
            found.add(places[pattern])
    return found


_WILDCARD = re.compile(r"[*?\[]")
