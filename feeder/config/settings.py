"""All that can be set: what stands in `feeder.toml` and in `sources/NAME.toml`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
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

from feeder.config.every import Cron, Every
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
    Regex,
    Size,
    Strings,
    WebUrl,
    Zone,
    check_web_url,
)
from feeder.config.places import MAIN
from feeder.config.quiet import Quiet, Window
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


UTC = ZoneInfo("UTC")


class Secret(Options):
    """A value that is never printed: itself, or the environment variable or file that holds it."""

    value: SecretStr | None = Field(default=None, description="itself, which text in quotes is too")
    env: str | None = Field(default=None, description="the environment variable that holds it")
    file: LocalPath | None = Field(default=None, description="the file that holds it")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _exactly_one(self) -> Secret:
        if [self.value, self.env, self.file].count(None) != 2:
            raise ValueError('expected text in quotes, { env = "NAME" } or { file = "path" }')
        return self

    def read(self) -> str:
        """The value, as it is now.

        Raises:
            ValueError: it is not there. The value is in no message.
        """
        if self.value is not None:
            return self.value.get_secret_value()
        if self.env is not None:
            if self.env not in os.environ:
                raise ValueError(f"there is no environment variable {self.env}")
            return os.environ[self.env]
        assert self.file is not None, "one of the three is given"
        try:
            # A line end that an editor put there is no part of it.
            return self.file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ValueError(f"{self.file} cannot be read: {reason.lower()}") from None


class AuthSettings(Options):
    """`[auth]`: the user of HTTP basic authentication."""

    username: str = Field(description="the user's name")
    password: Secret = Field(description="a secret")


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
    first_articles: Count = Field(
        default=30, ge=1, description="taken at a source's first refresh, the newest; no others"
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


class BrowserSettings(Options):
    """`[browser]`: whether a browser draws pages that have no text without their scripts."""

    use: Literal["never", "when-needed", "always"] = Field(
        default="never",
        description="when-needed: pages in which nothing was found, and that have scripts",
    )
    path: LocalPath | None = Field(
        default=None, description="the Chromium; by default one that is installed"
    )
    wait_for: Line | None = Field(
        default=None, description="CSS of what must be there before the page is read"
    )
    scroll: Count = Field(
        default=0, ge=0, le=50, description="how often to scroll to the end, for more to come"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=30), description="for a page to be drawn, once the browser runs"
    )
    memory: Size = Field(
        default=1_000_000_000, ge=400_000_000, description="of the browser with all its processes"
    )
    load: tuple[Literal["images", "fonts", "media"], ...] = Field(
        default=(), description="what is asked for besides; else it is left out"
    )
    sandbox: Flag = Field(
        default=True, description="whether Chromium's own is required; root never has one"
    )

    @field_validator("timeout")
    @classmethod
    def _bounded(cls, value: Duration) -> Duration:
        if not 1 <= value.total_seconds() <= 300:
            raise ValueError("must be from one second to five minutes")
        return value


def is_loopback(address: str) -> bool:
    """Whether an address, or the name `localhost`, leads to this machine alone."""
    if address == "localhost":
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


_WITH_PORT = re.compile(
    r"(?:https?://)?(?:\[(?P<bracketed>[^]]+)\](?::(?P<p>\d+))?|(?P<bare>[^:/]+):(?P<q>\d+))/?"
)


class ServerSettings(Options):
    """`[server]`: where the built-in server listens, and what it shows to whom."""

    enabled: Flag = Field(default=True, description="whether `feeder run` serves anything")
    bind: Line = Field(default="127.0.0.1", description='where it listens; "::" is all addresses')
    port: Count = Field(default=8080, ge=1, le=65_535, description="where it listens")
    socket: LocalPath | None = Field(
        default=None, description="Unix socket, instead of bind and port"
    )
    token_file: LocalPath | None = Field(
        default=None, description="holds the token for status pages, actions and private feeds"
    )
    status: Flag | None = Field(
        default=None,
        description="whether there are status pages; by default where only this machine can "
        "reach them, or there is a token",
    )
    actions: Flag | None = Field(
        default=None,
        description="whether these can change anything; by default with a token or on a socket",
    )

    @field_validator("bind")
    @classmethod
    def _without_port(cls, value: str) -> str:
        found = _WITH_PORT.fullmatch(value)
        if found:
            host, port = found["bare"] or found["bracketed"], found["p"] or found["q"]
            beside = f" and, beside it, port = {port}" if port else ""
            raise ValueError(f'expected an address alone: bind = "{host}"{beside}')
        return value

    @field_validator("status", "actions")
    @classmethod
    def _not_for_all(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        told = info.data
        if not value or told.get("socket") is not None or told.get("token_file") is not None:
            return value
        if info.field_name == "actions":
            raise ValueError("takes a token_file, or a socket in place of a port")
        if not is_loopback(told.get("bind", "localhost")):
            raise ValueError(f"takes a token_file, since all can connect to {told['bind']}")
        return value


class ListSettings(Options):
    """`[list]`: what the items of a listing look like, as CSS or, with a leading /, XPath."""

    item: str | None = Field(default=None, description="one article of the list")
    link: str | None = Field(default=None, description="the link to it, within its item")
    title: str | None = Field(default=None, description="the headline, within its item")
    date: str | None = Field(default=None, description="the date, within its item")
    summary: str | None = Field(default=None, description="a few sentences, within its item")
    image: str | None = Field(default=None, description="a picture, within its item")
    author: str | None = Field(default=None, description="the author, within its item")
    next: str | None = Field(default=None, description="the link to the next page of the list")
    repair: Literal["propose", "apply"] = Field(
        default="propose",
        description="where selectors find nothing any more: propose others, or read by these",
    )
    include: AddressPatterns = Field(default=(), description="addresses that count; no others")
    exclude: AddressPatterns = Field(default=(), description="addresses that do not count")


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

    name: Name = Field(description="what its document is called: a-z, 0-9 and -")
    title: str = Field(default="", description="for people; its name if there is none")

    @field_validator("title")
    @classmethod
    def _name_for_no_title(cls, value: str, info: ValidationInfo) -> str:
        return one_line(value) or str(info.data.get("name", ""))


class OfKind(Placed):
    """What is of a kind that a plug-in may bring; what only the kind knows is in `options`."""

    kind: str = Field(description="which kind it is of")
    options: Mapping[str, Any] = Field(default={}, repr=False)

    @classmethod
    def common_keys(cls) -> frozenset[str]:
        """The keys that every kind has."""
        return frozenset(cls.model_fields) - {"name", "options"}


class SourceSettings(Named, OfKind):
    """`sources/NAME.toml`; `every`, `quiet`, `timezone`, `fetch` and `browser` come from
    `feeder.toml` if not set."""

    url: WebUrl | None = Field(default=None, description="where it is; of files, their home page")
    every: Every = Field(default="auto", description="how often it is looked at")
    quiet: Quiet = Field(default=(), description="hours in which it is not looked at")
    language: Language | None = Field(default=None, description="of articles that tell none")
    timezone: Zone = Field(default=UTC, description="of dates that tell none")
    enabled: Flag = Field(
        default=True, description="false: it is left alone, and what it gave stays in its feeds"
    )
    guard: Flag = Field(default=True, description="whether batches that look wrong are held back")
    formerly: tuple[Name, ...] = Field(
        default=(), description="names that it had: its entries keep their ids"
    )
    list: ListSettings = ListSettings()
    article: ArticleSettings = ArticleSettings()
    fetch: FetchSettings = FetchSettings()
    browser: BrowserSettings = BrowserSettings()
    headers: Mapping[str, Secret] = Field(
        default={}, repr=False, description="headers of each request to its own site; secrets"
    )
    auth: AuthSettings | None = None
    cookies: Mapping[str, Secret] = Field(
        default={}, repr=False, description="cookies of each request to its own site; secrets"
    )

    @field_validator("quiet")
    @classmethod
    def _not_beside_its_own_times(
        cls, value: tuple[Window, ...], info: ValidationInfo
    ) -> tuple[Window, ...]:
        if value and (
            info.data.get("every") == "manual" or isinstance(info.data.get("every"), Cron)
        ):
            raise ValueError('goes with "auto" and durations; its every says all of when it is due')
        return value

    @property
    def notes(self) -> tuple[str, ...]:
        """What it is allowed, in words, and should not be without a reason."""
        return tuple(note for is_so, note in self._notes() if is_so)

    def _notes(self) -> Iterator[tuple[bool, str]]:
        yield not self.fetch.verify, "verify = false accepts any certificate"
        yield not self.fetch.robots, "robots = false takes no heed of robots.txt"
        draws = self.browser.use != "never"
        yield draws and not self.browser.sandbox, "sandbox = false has Chromium run without one"
        yield (
            not draws and self.browser.wait_for is not None,
            '[browser] says how and not when: write use = "when-needed" or "always" there',
        )


class PublishSettings(Options):
    """`[publish]`: how feeds are published; a `[[feed]]` may say otherwise."""

    formats: tuple[str, ...] = Field(
        default=("atom", "html"), description="in which it is published"
    )
    max_entries: Count = Field(default=60, ge=1, description="the oldest leave first")
    max_bytes: Size = Field(
        default=1_000_000, ge=1_000, description="of a document; the oldest entries leave first"
    )
    max_age: Duration | None = Field(default=None, description="older entries leave the feed")
    content: Literal["full", "excerpt"] = Field(
        default="full", description="excerpt: a summary and a link instead of the article"
    )
    images: Literal["all", "lead", "none"] = Field(
        default="all", description="lead: the first one only"
    )
    author: Line | None = Field(default=None, description="of the feed; its title if not set")
    rights: Line | None = Field(default=None, description="who may do what with it")
    credit: Flag = Field(
        default=False, description="whether each entry ends with where it is from, and a link there"
    )
    hubs: tuple[WebUrl, ...] = Field(default=(), description="WebSub hubs that are told of changes")
    history: Flag = Field(default=False, description="whether what leaves is kept in archives")
    tombstones: Flag = Field(default=False, description="whether what your rules remove is named")
    private: Flag = Field(default=False, description="kept in the state folder, not the outputs")
    merge: Flag = Field(default=True, description="whether one article of two sources is one entry")


class FilterSettings(Options):
    """`[[feed.keep]]`, `[[feed.drop]]`: what an entry is like; all that is told must hold.

    Texts are regular expressions, found anywhere, whatever the case.
    """

    title: Regex | None = Field(default=None, description="its title matches this")
    text: Regex | None = Field(default=None, description="its text matches this")
    author: Regex | None = Field(default=None, description="one of its authors matches this")
    category: Regex | None = Field(default=None, description="one of its categories matches this")
    url: Regex | None = Field(default=None, description="its address matches this")
    language: tuple[Language, ...] = Field(default=(), description="it is in one of these")
    min_words: Count | None = Field(default=None, description="its text has so many, or more")
    max_words: Count | None = Field(default=None, description="its text has so many, or fewer")
    newer_than: Duration | None = Field(default=None, description="published since then")
    older_than: Duration | None = Field(default=None, description="published before then")


class FeedSettings(Named, PublishSettings):
    """`[[feed]]`: a feed made of the sources that the patterns in `sources` match."""

    subtitle: Line | None = Field(default=None, description="a line about the feed")
    language: Language | None = Field(default=None, description="of the feed")
    icon: WebUrl | None = Field(default=None, description="address of a square picture")
    logo: WebUrl | None = Field(default=None, description="address of one twice as wide as high")
    site_url: WebUrl | None = Field(default=None, description="address of its site")
    sources: tuple[str, ...] = Field(
        default=("*",), description="names of sources; * stands for anything"
    )
    keep: tuple[FilterSettings, ...] = Field(default=(), description="nothing else is in the feed")
    drop: tuple[FilterSettings, ...] = Field(default=(), description="not in the feed")
    formerly: tuple[Name, ...] = Field(
        default=(), description="names that it had: the feed keeps its id"
    )


class AlarmSettings(Placed):
    """`[[alarm]]`: who is told when a source falls ill or is well again; one of the first three."""

    notify: Secret | None = Field(default=None, description="address in Apprise's form, for mail")
    webhook: Secret | None = Field(default=None, description="address that is sent JSON")
    command: tuple[str, ...] = Field(default=(), description="is run with JSON on standard input")
    sources: tuple[str, ...] = Field(
        default=("*",), description="names of sources; * stands for anything"
    )
    on: tuple[Literal["degraded", "blocked", "broken", "gone", "ok"], ...] = Field(
        default=("blocked", "broken", "gone", "ok"), description="conditions that are told"
    )


class PagesSettings(Options):
    """`[pages]`: pages as they were fetched, kept so that other rules can be tried on them."""

    keep: Size = Field(default=3_000_000, ge=0, description="bytes a source, compressed; 0: none")
    max_age: Duration = Field(default=timedelta(days=30), description="older ones are removed")


class OutputSettings(OfKind):
    """`[[output]]`: where documents are put; `path` is the public folder if not set."""

    kind: str = Field(default="directory", description="which kind it is of")
    path: LocalPath | None = Field(default=None, description="a folder; the public one if not set")


class FeederFile(Options):
    """`feeder.toml` itself; its feeds and outputs are checked one by one."""

    state: LocalPath | None = Field(
        default=None, description="where feeder keeps what it knows; var/state if not set"
    )
    public: LocalPath | None = Field(
        default=None, description="where the feeds are put; var/public if not set"
    )
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        default="http://localhost:8080/", description="where readers find the public folder"
    )
    every: Every = Field(default="auto", description="how often sources are looked at")
    quiet: Quiet = Field(default=(), description="hours in which they are not")
    timezone: Zone = Field(
        default=UTC, description="of dates that tell none, cron expressions and quiet hours"
    )
    database: Annotated[SecretStr, AfterValidator(check_database_url)] | None = Field(
        default=None, description="address of a PostgreSQL server, instead of SQLite"
    )
    fetch: FetchSettings = FetchSettings()
    browser: BrowserSettings = BrowserSettings()
    server: ServerSettings = ServerSettings()
    rules: RulesSettings = RulesSettings()
    pages: PagesSettings = PagesSettings()
    publish: PublishSettings = PublishSettings()
    feed: tuple[dict[str, Any], ...] = Field(
        default=(), description="feeds; with none, each source has one of its own name"
    )
    output: tuple[dict[str, Any], ...] = Field(
        default=(), description="where documents are put; with none, the public folder"
    )
    alarm: tuple[dict[str, Any], ...] = Field(
        default=(), description="who is told when a source falls ill or is well again"
    )


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
    pages: PagesSettings
    publish: PublishSettings
    feeds: tuple[FeedSettings, ...]
    outputs: tuple[OutputSettings, ...]
    alarms: tuple[AlarmSettings, ...]
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
        return tuple(_warnings(self))

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that documents are put into."""
        outputs = (output for output in self.outputs if output.kind == "directory")
        return tuple(output.path or self.public for output in outputs)

    def sources_of(self, feed: FeedSettings) -> tuple[SourceSettings, ...]:
        """The sources of `feed`, those that are switched off too: what they gave stays in it."""
        return tuple(self.sources[place] for place in sorted(chosen(feed.sources, self._places)))


def is_for_this_machine(url: str) -> bool:
    """Whether nobody but this machine can reach an address."""
    return is_loopback(urlsplit(url).hostname or "")


def _warnings(settings: Settings) -> Iterator[str]:
    if is_for_this_machine(settings.public_url):
        yield f"public_url is {settings.public_url}: only this machine can reach that"
        if any(feed.hubs and not feed.private for feed in settings.feeds):
            yield "no hub is told of changes, since none can reach public_url"
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
