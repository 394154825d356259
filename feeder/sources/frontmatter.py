"""Front matter: what authors write above a text, in YAML (`---`) or TOML (`+++`), as facts.

Everything is read as text first, whatever its type: `title: 2024`, `title: yes` and a date that
does not exist are then no traps. Anchors are refused, since a few lines of them make gigabytes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import yaml

from feeder.dates import read_date
from feeder.errors import UnreadableError
from feeder.languages import read_language
from feeder.models import Attribution, Facts
from feeder.text import one_line
from feeder.urls import resolve

_LONGEST = 64_000
_BLOCK = re.compile(
    r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\n(?P<body>.*?)(?:^|\n)(?P=mark)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_NOTHING = frozenset({"", "~", "null", "none"})
_URI = re.compile(r"(?:urn:[a-z0-9][a-z0-9-]{0,31}|tag|https?):[!#-;=?-Z\[\]_a-z~]+", re.IGNORECASE)
_ZONE = re.compile(r"(?:[zZ]|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{2})\s*\)?$")
_SPACE_BEFORE_ZONE = re.compile(r"(?<=\d) (?=[+-]\d{2}:?\d{2}$)")

# The names that static site generators use for one thing (Hugo, Jekyll, Eleventy, Zola, Ghost).
_NAMES = {
    "id": "id guid uuid",
    "title": "title",
    "published": "date published pubdate publishdate date_published created",
    "modified": "updated modified lastmod last_modified date_modified",
    "authors": "author authors by byline creator",
    "categories": "tags categories category keywords tag",
    "language": "lang language locale",
    "summary": "summary description excerpt abstract",
    "url": "url link canonical_url canonical permalink",
    "image": "image cover featured_image thumbnail",
    "attribution": "source via original_source",
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above a text, by the name in small letters, and the text below it."""

    body: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        """Whether its author says that it is not to be published yet."""
        return _first(self.fields.get("draft")).lower() in ("true", "yes", "on", "1")

    @property
    def guid(self) -> str | None:
        """The document's own id where that is no URI."""
        written = self._first_of("id")
        return written if written and as_uri(written) is None else None

    def facts(self, base_url: str | None = None, zone: tzinfo = UTC) -> Facts:
        """All that it tells; what cannot be understood counts as not told.

        Args:
            base_url: resolves relative addresses.
            zone: of dates that name none.
        """
        language = read_language(self._first_of("language"))
        return Facts(
            id=as_uri(self._first_of("id")),
            url=self._address("url", base_url),
            title=self._first_of("title") or None,
            summary=self._first_of("summary") or None,
            authors=tuple(self._all_of("authors")),
            categories=tuple(self._categories()),
            published=self._moment("published", language, zone),
            modified=self._moment("modified", language, zone),
            image=self._address("image", base_url),
            language=language,
            attribution=self._attribution(base_url),
        )

    def _values(self, name: str) -> Iterator[Any]:
        return (self.fields[key] for key in _NAMES[name].split() if key in self.fields)

    def _all_of(self, name: str) -> list[str]:
        found = (text for value in self._values(name) for text in _texts(value))
        return list(dict.fromkeys(found))

    def _first_of(self, name: str) -> str:
        return next(iter(self._all_of(name)), "")

    def _categories(self) -> list[str]:
        """Lists are taken as they are; `tags: one, two` is a list that is written shorter."""
        values = (
            value.split(",") if isinstance(value, str) else value
            for value in self._values("categories")
        )
        return list(dict.fromkeys(text for value in values for text in _texts(value)))

    def _address(self, name: str, base_url: str | None) -> str | None:
        for value in self._values(name):
            for one in value if isinstance(value, list) else [value]:
                place = _first(one, "url", "src", "path", "image") if one else ""
                if url := resolve(place, base_url):
                    return url
        return None

    def _moment(self, name: str, language: str | None, zone: tzinfo) -> datetime | None:
        moments = (read_moment(text, language, zone) for text in self._all_of(name))
        return next((moment for moment in moments if moment), None)

    def _attribution(self, base_url: str | None) -> Attribution | None:
        for value in self._values("attribution"):
            name = _first(value, "name", "title")
            url = resolve(_first(value, "url", "link", "href"), base_url if name else None)
            if url and (not name or name == _first(value, "url")):
                name = (urlsplit(url).hostname or "").removeprefix("www.")
            if name:
                return Attribution(name, url)
        return None


def split(text: str) -> FrontMatter:
    """A text with its front matter taken off. One without it is all body.

    Raises:
        UnreadableError: there is front matter and it cannot be read; the message says where.
    """
    text = text.replace("\r\n", "\n")
    block = _BLOCK.match(text)
    if block is None:
        return FrontMatter(text)
    if len(block["body"]) > _LONGEST:
        raise _fault(f"it has over {_LONGEST:,} characters")
    fields = _toml(block["body"]) if block["mark"] == "+++" else _yaml(block["body"])
    if not isinstance(fields, Mapping):  # a rule above and below a text, and no front matter
        return FrontMatter(text)
    lowered = {str(key).strip().lower().replace("-", "_"): fields[key] for key in fields}
    return FrontMatter(text[block.end() :], lowered)


def read_moment(text: str, language: str | None = None, zone: tzinfo = UTC) -> datetime | None:
    """A date as an aware datetime, in `zone` where it names none; None where it is no date."""
    moment = read_date(_SPACE_BEFORE_ZONE.sub("", text), language, thoroughly=True)
    if moment is None or _ZONE.search(text):
        return moment
    return moment.replace(tzinfo=zone)


def as_uri(written: str) -> str | None:
    """A document's own id as a URI (RFC 4287, 4.2.6), or None where it cannot be one."""
    try:
        return UUID(written.strip("{}").lower().removeprefix("urn:uuid:")).urn
    except ValueError:
        return written if _URI.fullmatch(written) else None


class _Texts(yaml.BaseLoader):
    """Every scalar as text; no anchors."""

    def fetch_anchor(self) -> None:
        raise yaml.YAMLError("anchors (&) are not allowed; put the text in quotes")

    def fetch_alias(self) -> None:
        raise yaml.YAMLError("aliases (*) are not allowed; put the text in quotes")


def _yaml(text: str) -> Any:
    try:
        return yaml.load(text, _Texts) or {}  # noqa: S506  a BaseLoader makes nothing but texts
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1  # the first is ---
        raise _fault(f"line {line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise _fault(str(error)) from None
    except RecursionError:
        raise _fault("it is nested too deeply") from None


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise _fault(str(error)) from None
    except RecursionError:
        raise _fault("it is nested too deeply") from None


def _fault(reason: str) -> UnreadableError:
    return UnreadableError(
        f"the front matter cannot be read: {one_line(reason)}",
        advice="correct the lines between the two marks at the top of the file",
    )


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of any type: one, or each of a list, or the `name` of a table."""
    match value:
        case list():
            for one in value:
                if not isinstance(one, list):
                    yield from _texts(one)
        case Mapping():
            yield from _texts(value.get("name") or value.get("title") or value.get("value"))
        case datetime() | date() | time():
            yield value.isoformat()
        case str() | int() | float() if not isinstance(value, bool):
            text = one_line(_written(value))
            if text.lower() not in _NOTHING:
                yield text


def _written(value: str | int | float) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to write out over 4,300 digits, which `0xfff…` can be
        return ""


def _first(value: Any, *keys: str) -> str:
    """The first text in a value; of a table, that under the first of `keys` that it has."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in keys if value.get(key)), None)
    if isinstance(value, bool):
        return str(value)
    return next(_texts(value), "")
