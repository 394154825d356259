"""Which rules hold for a page, each with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from feeder.app import App
from feeder.config.settings import SourceSettings
from feeder.models import Page
from feeder.rules.fingerprints import fingerprint
from feeder.rules.lines import Line, read_lines, text_of
from feeder.rules.rulebook import Rulebook, host_key
from feeder.rules.standing import Standing, standings
from feeder.urls import address_key, resolve

_DIRECTIVES = {
    "content": "body",
    "remove": "strip",
    "next": "next_page_link",
    "whole": "single_page_link",
}
"""What rule files call a key of `[article]`, where that is not its name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What holds for a page: `system` is what made it, told by the page that is kept, if one is."""

    address: str
    system: str | None
    standings: tuple[Standing, ...]


def rules_for(app: App, called: str) -> Shown | None:
    """The rules for a host or an address; None where it is neither.

    The `[article]` of a source of that site comes first.

    Raises:
        UnreadableError: a folder of rules has gone.
    """
    address = resolve(called if "://" in called else f"https://{called}")
    if address is None or host_key(address) is None:
        return None
    page = _kept(app, address)
    html = page.body if page else b""
    settings = app.settings.rules
    book = Rulebook(settings.folders, impersonate=settings.impersonate)
    files = [(path, read_lines(text_of(path))) for path in book.files_for(address, html)]
    told = [*_own(app, address), *files]
    return Shown(address, fingerprint(html) if html else None, tuple(standings(told)))


def sources_of(app: App, address: str) -> Iterator[SourceSettings]:
    """The sources that are of the host of an address."""
    host = host_key(address)
    for source in app.settings.sources:
        job = app.jobs.get(source.name)
        if host_key(source.url or (job.manner.source.start if job else None)) == host:
            yield source


def own_lines(source: SourceSettings) -> list[Line]:
    """The `[article]` of a source as lines of rules, its selectors as they stand there."""
    lines: list[Line] = []
    for key, selectors in source.article.selectors.items():
        for index, selector in enumerate(selectors):
            number = source.place.fault(("article", key, index), "").line or 0
            directive = _DIRECTIVES.get(key, key)
            lines.append(Line(number, directive, "", selector, f"{key} = {selector!r}"))
    if source.article.comments:
        number = source.place.fault(("article", "comments"), "").line or 0
        lines.append(Line(number, "strip_comments", "", "no", "comments = true"))
    return lines


def _own(app: App, address: str) -> Iterator[tuple[Path, list[Line]]]:
    for source in sources_of(app, address):
        if lines := own_lines(source):
            yield source.place.file.path, lines


def _kept(app: App, address: str) -> Page | None:
    """The page at an address if it is kept, else the newest that is kept of its site."""
    newest: Page | None = None
    for source in sources_of(app, address):
        for kept in reversed(app.store.pages(source.name)):
            if address_key(kept.final_url) == address_key(address):
                return app.store.page(kept)
            newest = newest or app.store.page(kept)
    return newest
