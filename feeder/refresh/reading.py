"""What is done to strangers' bytes, in a worker process: a page is listed, an article is read.

Everything here is pure and importable by name; what goes in and comes out can be pickled. What
reads pages is imported when there is one: a process that only names these functions needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from feeder.changes.identity import Reading, keys_of
from feeder.changes.picking import resource_address
from feeder.encoding import decode
from feeder.errors import LayoutError, NoArticleError, SourceError, StatusError, WallError
from feeder.models import Candidate, Draft, Page
from feeder.refresh.faults import told, without_secrets
from feeder.refresh.job import Manner
from feeder.rules.further import NOTHING_FURTHER, Further, further_pages
from feeder.rules.model import SiteRules
from feeder.rules.rulebook import NO_RULES
from feeder.sources import Found, Scripted, Source


class Read(NamedTuple):
    """An article, and where the rest of it is if that is on other pages."""

    reading: Reading
    further: Further = NOTHING_FURTHER


def list_page(manner: Manner, page: Page, *, on_web: bool) -> Found:
    """What a listing page shows.

    Raises:
        WallError: something else stands there, such as a log-in.
        SourceError: it is no page that the kind can read.
    """
    from feeder.sources.walls import wall_of

    wall = wall_of(page, page.url, listing=True) if on_web else None
    if wall and not (wall.wall == "shell" and _reads_scripts(manner.source)):
        raise wall
    try:
        found = manner.source.discover(page)
    except SourceError as error:
        error.message = without_secrets(error.message, page)
        raise
    return replace(
        found,
        faults=tuple(
            replace(one, message=without_secrets(one.message, page), address=told(one.address))
            for one in found.faults
        ),
        hints=tuple(without_secrets(hint, page) for hint in found.hints),
    )


def read_article(
    manner: Manner, candidate: Candidate, page: Page | None, further: Sequence[Page] = ()
) -> Read:
    """The article that a candidate's page shows; without a page, that which its listing shows.

    Args:
        further: the article's further pages, in their order.

    Raises:
        WallError: something else stands there, such as a log-in.
        SourceError: there is no article in it.
    """
    from feeder.cleaner.draft import clean

    draft = _draft(manner, candidate, page)
    rules = _rules(manner, draft.base_url, draft.content)
    draft = replace(draft, pages=tuple(_text(one) for one in further))
    article = clean(draft, lambda url, html: rules)
    article = replace(article, language=article.language or manner.language)
    if not article.text and not article.html:
        raise _no_article(draft)
    keys = tuple(dict.fromkeys((*draft.keys, *candidate.keys)))
    reading = Reading(resource_address(candidate), article, keys, draft.fallback_date)
    keys_of(reading)  # computed here once, and taken along
    if draft.shape != "page" or further:
        return Read(reading)
    return Read(reading, _further(draft.content, draft.base_url, rules))


def _reads_scripts(source: Source) -> bool:
    return isinstance(source, Scripted) and source.reads_scripts


def wall_behind(error: StatusError, url: str) -> WallError | None:
    """The wall that an answer which says no shows, if it is one."""
    from feeder.sources.walls import wall_in_body

    return wall_in_body(error.body, error.status)


def _draft(manner: Manner, candidate: Candidate, page: Page | None) -> Draft:
    if page is not None:
        from feeder.sources.walls import wall_of

        if "://" in page.url and (wall := wall_of(page, candidate.address)):
            raise wall
        return manner.source.read(candidate, page)
    if candidate.draft is None:
        raise LayoutError("its listing tells nothing of it")
    return candidate.draft


def _text(page: Page) -> str:
    return decode(page.body, charset=page.charset, markup=True).text


def lead_on(manner: Manner, page: Page) -> Further:
    """Where an article goes on after one of its further pages."""
    text = _text(page)
    return _further(text, page.final_url, _rules(manner, page.final_url, text))


def _rules(manner: Manner, url: str | None, text: str) -> SiteRules:
    return NO_RULES if manner.rules is None else manner.rules(url, text)


def _further(text: str, url: str | None, rules: SiteRules) -> Further:
    """Where the rest of an article is, as the rules of its site find it in a page."""
    if not (rules.single_page_link or rules.next_page_link or rules.autodetect_next_page):
        return NOTHING_FURTHER
    # 150 ms to import, and only a few sites have such rules.
    from feeder.cleaner.markup.tree import parse

    root = parse(text)
    return NOTHING_FURTHER if root is None else further_pages(root, url, rules)


def _no_article(draft: Draft) -> NoArticleError:
    if draft.shape == "page" and draft.base_url:
        return NoArticleError(
            "no article was found in the page",
            advice="if there is one, name what holds it with content in [article]; if not, leave "
            "such addresses out with exclude in [list]",
        )
    return NoArticleError(
        "no article was found in it",
        advice="if it should be one, give it a title and at least one paragraph",
    )
