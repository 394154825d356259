"""Article files in a folder: plain-text scrapes, HTML pages and fragments, Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StrictBool

from feeder.config.options import LocalPath, Options, WebUrl, Zone
from feeder.encoding import decode
from feeder.errors import NoArticleError
from feeder.models import Candidate, Draft, Fault, Key, Page, Shape, Validators
from feeder.sources import Found
from feeder.urls import join_path, resolve

if TYPE_CHECKING:
    from feeder.sources.frontmatter import FrontMatter

_MARKDOWN = re.compile(r"\.(md|markdown|mdown|mkd)$", re.IGNORECASE)
_HTML = re.compile(r"\.(html?|xhtml?)$", re.IGNORECASE)
_IS_PAGE = re.compile(r"<(html|head|body)\b", re.IGNORECASE)
# Markup by its looks: how pages and fragments begin, and plain text does not.
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(<\?xml\b[^>]{0,200}>\s*)?(<!--.{0,2000}?-->\s*)*"
    r"<(!doctype\s+html|html|head|body|meta|title|article|section|main|div|p|h[1-6])\b[^<]*>",
    re.IGNORECASE | re.DOTALL,
)


def _glob(value: str) -> str:
    if not value.strip() or value.startswith("/") or ".." in value.split("/"):
        raise ValueError('expected a pattern below root such as "**/*.md"')
    return value


def _base(value: str) -> str:
    url = resolve(value)
    if url is None or "?" in url or "#" in url:
        raise ValueError('expected a web address such as "https://example.org/articles/"')
    return url


class Files(Options):
    """Every article file below a folder."""

    root: LocalPath = Field(description="the folder that holds the articles")
    glob: Annotated[str, AfterValidator(_glob)] = Field(
        default="**/*", description="which files below root; ** matches any folders"
    )
    link_base: Annotated[WebUrl, AfterValidator(_base)] | None = Field(
        default=None, description="the web address of root, for entries' links"
    )
    timezone: Zone = Field(default=ZoneInfo("UTC"), description="of dates that tell none")
    watch: StrictBool = Field(
        default=True,
        repr=False,  # how files are read does not depend on it
        description="whether the service reads what changes there within seconds",
    )

    @property
    def start(self) -> str:
        """The listing of the folder."""
        return ""

    def discover(self, page: Page) -> Found:
        """All files of a listing, in its order, and what could not be looked into."""
        listing = json.loads(page.body)
        return Found(
            candidates=tuple(_candidate(file) for file in listing["files"]),
            faults=tuple(Fault(**fault) for fault in listing["faults"]),
        )

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """The article that a file holds, by its name and its looks.

        Raises:
            NotTextError: it is an image, an archive, or other binary data.
            NoArticleError: it is empty, or its author marked it as a draft.
            UnreadableError: its front matter cannot be read.
        """
        is_html = _HTML.search(candidate.address) is not None
        markup = is_html or page.body.lstrip()[:1] == b"<"
        text = decode(page.body, charset=page.charset, markup=markup).text
        if not text.strip():
            raise NoArticleError("the file is empty")
        draft = self._draft(candidate.address, text, is_html)
        url = draft.facts.url or self._url(candidate.address)
        return replace(
            draft,
            facts=replace(draft.facts, url=url),
            base_url=url,
            fallback_date=page.modified or candidate.modified,
        )

    def _draft(self, address: str, text: str, is_html: bool) -> Draft:
        # Parsers of YAML and Markdown take 60 ms to import, and this class is needed to look at a
        # configuration.
        from feeder.sources.frontmatter import split

        if _MARKDOWN.search(address):
            return self._told(address, split(text), _markdown)
        if is_html or _LOOKS_LIKE_HTML.match(text):
            return self._told(address, split(text), _html)
        return Draft("scrape", text)

    def _told(self, address: str, matter: FrontMatter, shaped: _Shaped) -> Draft:
        if matter.is_draft:
            advice = "take `draft` out of its front matter to publish it"
            raise NoArticleError("its author marked it as a draft", advice=advice)
        facts = matter.facts(self._url(address), self.timezone)
        shape, title, content = shaped(matter.body, facts.title)
        keys = (Key("guid", matter.guid),) if matter.guid else ()
        return Draft(shape, content, facts=replace(facts, title=title), keys=keys)

    def _url(self, address: str) -> str | None:
        return join_path(self.link_base, address) if self.link_base else None


_Shaped = Callable[[str, str | None], tuple[Shape, str | None, str]]


def _markdown(body: str, title: str | None) -> tuple[Shape, str | None, str]:
    from feeder.sources.markdown import render

    return ("whole", *render(body, title))


def _html(body: str, title: str | None) -> tuple[Shape, str | None, str]:
    return ("page" if _IS_PAGE.search(body) else "fragment"), title, body


def _candidate(file: Mapping[str, Any]) -> Candidate:
    return Candidate(
        address=file["path"],
        # Names may hold any bytes: two that differ in one that is no UTF-8 are still two.
        keys=(Key("path", unquote(file["path"], errors="surrogateescape")),),
        validators=Validators(etag=file["etag"]),
        modified=_moment(file["mtime_ns"]),
    )


def _moment(nanoseconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    except (OverflowError, ValueError, OSError):  # some archives carry times of the year 60,000
        return None
