"""A draft becomes an article, by the cleaner for its shape."""

from __future__ import annotations

from dataclasses import fields, replace

from feeder.cleaner.scrape.extract import extract_text
from feeder.models import Article, Draft, Evidence, Facts
from feeder.rules.model import RulesFor


def clean(draft: Draft, rules_for: RulesFor | None = None) -> Article:
    """The article in a draft. One without text and markup means that there is none in it.

    Rules are for pages and fragments: a scrape has no markup, and of what is whole (Markdown)
    nothing is to be found or to go.

    Raises:
        TooLargeError: the article is over the limit; it is refused whole.
        PluginError: a plug-in's step cannot be loaded or placed.
        UnforeseenError: a plug-in's step failed.
    """
    if draft.shape == "scrape":
        return _told_beside(extract_text(draft.content), draft.facts)
    # 150 ms to import: nothing that commands without pages should wait for.
    from feeder.cleaner.markup.extract import clean_markup

    whole = draft.shape == "whole"
    rules = None if whole or rules_for is None else rules_for(draft.base_url, draft.content)
    return clean_markup(
        draft.content,
        draft.base_url,
        fragment=draft.shape != "page",
        whole=whole,
        rules=rules,
        further=draft.pages,
        facts=draft.facts,
    )


def _told_beside(article: Article, facts: Facts) -> Article:
    """The article with the facts that were told beside it; they win over its own."""
    told = {f.name: getattr(facts, f.name) for f in fields(facts) if getattr(facts, f.name)}
    evidence = tuple(Evidence(name, "told by the source", "") for name in told)
    return replace(article, **told, evidence=(*article.evidence, *evidence))
