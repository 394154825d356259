"""A draft becomes an article, by the cleaner for its shape."""

from __future__ import annotations

from dataclasses import fields, replace

from feeder.cleaner.content import clean_html
from feeder.cleaner.scrape.extract import extract_text
from feeder.cleaner.scrape.language import told_language
from feeder.models import DROPPED_TEXT_LIMIT, Article, Draft, Evidence, Facts
from feeder.text import shorten


def clean(draft: Draft) -> Article:
    """The article in a draft. One without text and markup means that there is none in it.

    Raises:
        TooLargeError: the article is over the limit; it is refused whole.
    """
    if draft.shape == "scrape":
        return _told_beside(extract_text(draft.content), draft.facts)
    fragment = draft.shape == "fragment"
    return _in_its_language(
        clean_html(draft.content, fragment=fragment, base_url=draft.base_url, facts=draft.facts)
    )


def _in_its_language(article: Article) -> Article:
    """The article with the language that its text is clearly in, where its markup tells none."""
    language = None if article.language else told_language(article.text)
    if language is None:
        return article
    evidence = Evidence(
        "language", "small-words-or-script", shorten(article.text, DROPPED_TEXT_LIMIT)
    )
    return replace(article, language=language, evidence=(*article.evidence, evidence))


def _told_beside(article: Article, facts: Facts) -> Article:
    """The article with the facts that were told beside it; they win over its own."""
    told = {f.name: getattr(facts, f.name) for f in fields(facts) if getattr(facts, f.name)}
    evidence = tuple(Evidence(name, "told by the source", "") for name in told)
    return replace(article, **told, evidence=(*article.evidence, *evidence))
