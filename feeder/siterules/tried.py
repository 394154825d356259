"""Site rules on one page, in a worker process: how often each matched, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from feeder.errors import SourceError
from feeder.models import Candidate, Page
from feeder.rules.model import RulesFor, SiteRules
from feeder.sources import Source
from feeder.sources.pages import draft_of


class Hit(NamedTuple):
    """How often a rule matched on a page on which it was tried, by what it says and its file."""

    directive: str
    value: str
    origin: str
    matches: int


class Tried(NamedTuple):
    """What rules did to a page: `text` is the article's, `html` how the page began."""

    hits: tuple[Hit, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = ()
    failure: str = ""


def try_page(kind: Source | None, rules_for: RulesFor, candidate: Candidate, page: Page) -> Tried:
    """The rules of a page's site, tried on it.

    Args:
        kind: reads the pages of its source; None: it is read as a page like any other.
    """
    # 150 ms to import, for a worker that has not read a page yet.
    from feeder.cleaner.markup.extract import clean_markup
    from feeder.cleaner.markup.site import SitePage

    try:
        draft = draft_of(candidate, page) if kind is None else kind.read(candidate, page)
        rules = rules_for(draft.base_url, draft.content)
        seen: list[SitePage] = []
        article = clean_markup(
            draft.content,
            draft.base_url,
            fragment=draft.shape != "page",
            rules=rules,
            facts=draft.facts,
            watch=seen.append,
        )
    except SourceError as error:
        return Tried(failure=error.message)
    counted = tuple(Hit(*hit) for site in seen for hit in site.hits)
    notes = tuple(note for site in seen for note in site.notes)
    return Tried((*counted, *_links(rules, draft.content)), article.text, notes)


def _links(rules: SiteRules, content: str) -> Iterator[Hit]:
    """The rules for an article's other pages, which the cleaner does not look at."""
    from feeder.cleaner.markup.tree import parse
    from feeder.rules.expressions import Evaluation

    told = (("single_page_link", rules.single_page_link), ("next_page_link", rules.next_page_link))
    if not (rules.single_page_link or rules.next_page_link) or (root := parse(content)) is None:
        return
    page = Evaluation(root)
    for directive, links in told:
        for rule, guard in links:
            found = page.find(rule.value) if guard is None or page.holds(guard) else []
            matches = int(bool(found)) if isinstance(found, str) else len(found)
            yield Hit(directive, rule.value, rule.origin, matches)
