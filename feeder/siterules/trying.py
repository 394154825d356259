"""Rules tried on the pages that are kept: how often each matches, and whether the tests hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from feeder.app import App
from feeder.config.settings import SourceSettings
from feeder.errors import SourceError
from feeder.models import Candidate, Page
from feeder.rules.expressions import xpath
from feeder.rules.known import KnownRules
from feeder.rules.lines import Line, read_lines, text_of
from feeder.rules.options import ORIGIN, rules_of
from feeder.rules.rulebook import BUILT_IN, Rulebook, host_key
from feeder.siterules.examples import Example, examples_in
from feeder.siterules.showing import own_lines, sources_of
from feeder.siterules.tried import Hit, Tried, try_page
from feeder.text import fold
from feeder.urls import address_key

PAGES = 50
"""Articles' pages of a source that rules are tried on, the newest."""
ONLINE = 20
"""Pages that are asked for in one run: a collection has thousands of test addresses."""
COUNTED = frozenset(
    "title author date body strip strip_attr strip_id_or_class strip_image_src post_strip_attr"
    " native_ad_clue dissolve wrap_in move_into src_lazy_load_attr single_page_link"
    " next_page_link replace_string find_string".split()
)
_SECONDS = 120.0
"""For all that is asked of one site."""

Outcome = Literal["holds", "lacks", "failed", "not kept"]


@dataclass(frozen=True, slots=True)
class RuleTried:
    """A rule, the pages on which it was tried and those on which it found something."""

    path: Path
    line: int
    text: str
    tried: int
    matched: int


@dataclass(frozen=True, slots=True)
class ExampleTried:
    """A test of a rule file: `missing` are the texts that its article lacks."""

    path: Path
    line: int
    url: str
    outcome: Outcome
    missing: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class SiteTried:
    """The rules of one site, tried on `pages` of its pages; `notes` says what could not be."""

    host: str
    pages: int
    rules: tuple[RuleTried, ...] = ()
    tests: tuple[ExampleTried, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Trial:
    """Rules tried in one run. With `online`, pages that are not kept are asked for."""

    app: App
    online: bool = False
    _asked: int = 0
    _book: Rulebook = field(init=False)

    def __post_init__(self) -> None:
        rules = self.app.settings.rules
        self._book = Rulebook(rules.folders, impersonate=rules.impersonate)

    def site(self, address: str) -> SiteTried:
        """The rules of the site of an address."""
        host = host_key(address) or ""
        sources = [one for one in sources_of(self.app, address) if one.name in self.app.jobs]
        pages = [(one, *kept) for one in sources for kept in self._kept(one.name)]
        kinds = {one.name: self.app.jobs[one.name].manner.source for one in sources}
        tasks = [
            self.app.work.submit(try_page, kinds[one.name], self._rules_of([one]), candidate, page)
            for one, candidate, page in pages
        ]
        tried, notes = list[Tried](), list[str]()
        for task, (_, candidate, _) in zip(tasks, pages, strict=True):
            try:
                tried.append(task.result())
            except SourceError as error:
                tried.append(Tried(failure=error.message))
            notes += [f"{candidate.address}: {tried[-1].failure}"] if tried[-1].failure else []
            notes += tried[-1].notes
        paths = dict.fromkeys(
            path for _, _, page in pages for path in self._book.files_for(page.final_url, page.body)
        ) or dict.fromkeys(self._book.files_for(address))
        by_key = {
            address_key(each): one
            for (_, candidate, page), one in zip(pages, tried, strict=True)
            for each in (candidate.address, page.final_url)
        }
        return SiteTried(
            host,
            sum(not one.failure for one in tried),
            tuple(self._rules(sources, list(paths), tried)),
            tuple(self._tests(host, list(paths), by_key, sources)),
            tuple(dict.fromkeys(notes)),
        )

    def _kept(self, name: str) -> Iterator[tuple[Candidate, Page]]:
        """The newest articles' pages of a source that are kept."""
        newest = self.app.store.pages(name)[::-1]
        known = self.app.store.resources(name, [one.address for one in newest])
        found = 0
        for one in newest:
            resource = known.get(one.address)
            page = self.app.store.page(one) if resource and resource.candidate else None
            if page is not None and resource is not None and resource.candidate and found < PAGES:
                found += 1
                yield resource.candidate, page

    def _rules(
        self, sources: Sequence[SourceSettings], paths: Sequence[Path], tried: Sequence[Tried]
    ) -> Iterator[RuleTried]:
        seen, matched = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
        for hit in (hit for one in tried for hit in one.hits):
            seen[_key(hit)] += 1
            matched[_key(hit)] += hit.matches > 0
        for path, origin, line in _placed(sources, paths):
            directive, value = line.key
            key = directive, xpath(value) if origin == ORIGIN else value, origin
            yield RuleTried(path, line.number, line.text, seen[key], matched[key])

    def _tests(
        self,
        host: str,
        paths: Sequence[Path],
        kept: dict[str, Tried],
        sources: Sequence[SourceSettings],
    ) -> Iterator[ExampleTried]:
        names = {f"{host}.txt", f".{host.partition('.')[2]}.txt", f"_.{host.partition('.')[2]}.txt"}
        for path in paths:
            for one in examples_in(read_lines(text_of(path))) if path.name in names else ():
                tried = kept.get(address_key(one.url))
                if tried is None and self.online and self._asked < ONLINE:
                    tried = self._fetched(one, sources)
                yield _judged(path, one, tried)

    def _fetched(self, one: Example, sources: Sequence[SourceSettings]) -> Tried:
        self._asked += 1
        app = self.app
        fetch = sources[0].fetch if sources else app.settings.fetch
        web = app.door.client().begin(fetch, start=one.url, seconds=_SECONDS)
        candidate = Candidate(one.url)
        try:
            page = web.fetch(one.url)
            assert page is not None, "asked without conditions"
            task = app.work.submit(try_page, None, self._rules_of(sources), candidate, page)
            return task.result()
        except SourceError as error:
            return Tried(failure=error.message)

    def _rules_of(self, sources: Sequence[SourceSettings]) -> KnownRules:
        """The rules of a source's pages; of a site without a source, those of the files."""
        rules = self.app.settings.rules
        own = rules_of(**dict(sources[0].article)) if sources else rules_of()
        return KnownRules(own, rules.folders, rules.impersonate)


def _placed(
    sources: Sequence[SourceSettings], paths: Sequence[Path]
) -> Iterator[tuple[Path, str, Line]]:
    """The lines whose matches are counted, with their file and what rules name as their origin."""
    for source in sources:
        for line in own_lines(source):
            if line.directive in COUNTED:
                yield source.place.file.path, ORIGIN, line
    for path in paths:
        # What comes with feeder is for all sites of a system, and nobody here mends it.
        for line in read_lines(text_of(path)) if path.parent != BUILT_IN else ():
            is_pair = line.directive == "replace_string" and not line.argument
            if line.directive in COUNTED and not is_pair:
                yield path, f"{path.parent.name}/{path.name}", line


def _key(hit: Hit) -> tuple[str, ...]:
    return hit.directive, hit.value, hit.origin


def _judged(path: Path, one: Example, tried: Tried | None) -> ExampleTried:
    if tried is None:
        return ExampleTried(path, one.line, one.url, "not kept")
    if tried.failure or not tried.text:
        failure = tried.failure or "no article was found in it"
        return ExampleTried(path, one.line, one.url, "failed", failure=failure)
    text = fold(tried.text).casefold()
    missing = tuple(each for each in one.contains if fold(each).casefold() not in text)
    return ExampleTried(path, one.line, one.url, "lacks" if missing else "holds", missing)
