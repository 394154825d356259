"""A draft becomes an article, by the cleaner for its shape."""

from __future__ import annotations

from dataclasses import fields, replace

from feeder.cleaner.content import clean_html
from feeder.cleaner.extract import extract_text
from feeder.models import Article, Draft, Evidence, Facts


def clean(draft: Draft) -> Article:
    """The article in a draft. One without text and markup means that there is none in it.

    Raises:
        TooLargeError: the article is over the limit; it is refused whole.
    """
    if draft.shape == "scrape":
        return _told_beside(extract_text(draft.content), draft.facts)
    fragment = draft.shape == "fragment"
    return clean_html(draft.content, fragment=fragment, base_url=draft.base_url, facts=draft.facts)


def _told_beside(article: Article, facts: Facts) -> Article:
    """The article with the facts that were told beside it; they win over its own."""
    told = {f.name: getattr(facts, f.name) for f in fields(facts) if getattr(facts, f.name)}
    evidence = tuple(Evidence(name, "told by the source", "") for name in told)
    return replace(article, **told, evidence=(*article.evidence, *evidence))
