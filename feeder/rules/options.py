"""What a source's own configuration says of its pages, as rules like those of files."""

from __future__ import annotations

from feeder.rules.expressions import xpath
from feeder.rules.model import LinkRule, Rule, SiteRules, merged

ORIGIN = "[article]"
CONTENT_MISSED = "content in [article] finds nothing"
"""Evidence that a source's own selectors for the article did not find it."""

Selectors = tuple[str, ...]
"""CSS, or XPath with a leading slash or bracket; the first to match counts."""


def selector_fault(selector: str) -> str | None:
    """What is wrong with a selector; None where nothing is."""
    try:
        xpath(selector)
    except ValueError as error:
        return str(error)
    return None


def rules_of(
    *,
    content: Selectors = (),
    remove: Selectors = (),
    title: Selectors = (),
    author: Selectors = (),
    date: Selectors = (),
    next: Selectors = (),
    whole: Selectors = (),
    comments: bool = False,
) -> SiteRules:
    """A source's own rules, from what its `[article]` says.

    Raises:
        ValueError: a selector is neither CSS nor XPath.
    """
    return SiteRules(
        body=_rules(content),
        strip=_rules(remove),
        title=_rules(title),
        author=_rules(author),
        date=_rules(date),
        next_page_link=tuple(map(LinkRule, _rules(next))),
        single_page_link=tuple(map(LinkRule, _rules(whole))),
        strip_comments=False if comments else None,
        origins=(ORIGIN,),
    )


def with_own(own: SiteRules, of_files: SiteRules) -> SiteRules:
    """The rules of files with a source's own before them: what it says itself wins."""
    return of_files if own.empty else merged([own, of_files])


def _rules(selectors: Selectors) -> tuple[Rule, ...]:
    return tuple(Rule(xpath(selector), ORIGIN) for selector in selectors)
