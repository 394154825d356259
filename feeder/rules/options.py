"""The `[article]` table of a source: rules of its own, in CSS or XPath."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from feeder.rules.expressions import xpath
from feeder.rules.model import LinkRule, Rule, SiteRules, merged

ORIGIN = "[article]"


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _selector(value: str) -> str:
    xpath(value)
    return value


Selectors = Annotated[
    tuple[Annotated[str, AfterValidator(_selector)], ...], BeforeValidator(_several)
]
"""One selector or a list of them: CSS, or XPath with a leading slash or bracket."""


class ArticleOptions(BaseModel):
    """Where things stand on the article pages of a source; the first selector to match counts."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    content: Selectors = Field(default=(), description="what holds the article")
    remove: Selectors = Field(default=(), description="what is taken out of it; all that match")
    title: Selectors = Field(default=(), description="the headline")
    author: Selectors = Field(default=(), description="each author, one an element")
    date: Selectors = Field(default=(), description="the date of publication")
    next: Selectors = Field(default=(), description="the link to the article's next page")
    whole: Selectors = Field(default=(), description="the link to the article on one page")
    comments: StrictBool = Field(default=False, description="whether comments are the content")


def rules_of(options: ArticleOptions) -> SiteRules:
    """A source's own rules, in the form that those of files have."""
    return SiteRules(
        body=_rules(options.content),
        strip=_rules(options.remove),
        title=_rules(options.title),
        author=_rules(options.author),
        date=_rules(options.date),
        next_page_link=tuple(map(LinkRule, _rules(options.next))),
        single_page_link=tuple(map(LinkRule, _rules(options.whole))),
        strip_comments=False if options.comments else None,
        origins=(ORIGIN,),
    )


def with_own(own: SiteRules, of_files: SiteRules) -> SiteRules:
    """The rules of files with a source's own before them: what it says itself wins."""
    return of_files if own.empty else merged([own, of_files])


def _rules(selectors: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(Rule(xpath(selector), ORIGIN) for selector in selectors)
