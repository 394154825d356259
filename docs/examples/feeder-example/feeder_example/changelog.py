"""The releases in a changelog (https://keepachangelog.com/) as articles."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from markdown_it import MarkdownIt
from pydantic import Field

from feeder.config.options import Flag, Line, Options, WebUrl
from feeder.encoding import decode
from feeder.errors import LayoutError
from feeder.models import Candidate, Draft, Facts, Key, Page
from feeder.sources import Found

# "## [1.2.0] - 2026-05-12", "## 1.2.0 (2026-05-12)", "## v1.2.0"
_HEADING = re.compile(
    r"^## +\[?v?(?P<version>\d[^\s\])]*)\]?[^\n\d]*(?P<date>\d{4}-\d\d-\d\d)?[^\n]*$",
    re.MULTILINE,
)
_PRE_RELEASE = re.compile(r"\d(a|b|rc|-)", re.IGNORECASE)


class Changelog(Options):
    """Each release in a changelog, the newest first."""

    url: WebUrl = Field(description="the changelog itself, in Markdown, not a page that shows it")
    product: Line = Field(description="the name before each version, in titles")
    pre_releases: Flag = Field(default=False, description="whether 2.0rc1 is an entry")

    @property
    def start(self) -> str:
        """What is fetched first."""
        return self.url

    def discover(self, page: Page) -> Found:
        """The releases. All of an article is in the list, so no other page is fetched.

        Raises:
            LayoutError: there is no release in it.
        """
        text = decode(page.body, charset=page.charset).text
        headings = list(_HEADING.finditer(text))
        if not headings:
            raise LayoutError(
                "no headings such as `## 1.2.0 - 2026-05-12`",
                advice="is `url` the Markdown file, and not a page that shows it?",
            )
        ends = [heading.start() for heading in headings[1:]] + [len(text)]
        releases = zip(headings, ends, strict=True)
        return Found(
            candidates=tuple(
                self._candidate(heading, text[heading.end() : end])
                for heading, end in releases
                if self.pre_releases or not _PRE_RELEASE.search(heading["version"])
            )
        )

    def read(self, candidate: Candidate, page: Page) -> Draft:
        """Never asked for, since each candidate is complete."""
        raise LayoutError("a release has no page of its own")

    def _candidate(self, heading: re.Match[str], notes: str) -> Candidate:
        version = heading["version"]
        address = f"{self.url}#{version}"
        # What makes a release the same release: the version, wherever the file moves to.
        keys = (Key("guid", f"{self.product} {version}"),)
        facts = Facts(
            title=f"{self.product} {version}", url=address, published=_day(heading["date"])
        )
        html = MarkdownIt("commonmark").render(notes)
        # "whole": all of it is the article. It is sanitised like everything else.
        draft = Draft("whole", html, facts=facts, base_url=self.url, keys=keys)
        return Candidate(address, keys=keys, facts=facts, draft=draft, complete=True)


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:  # 2026-02-30
        return None
