"""A sentence that a page shows a second time, in large type, is no part of the text."""

from __future__ import annotations

from feeder.cleaner.markup.work import Work

_MARKS = " \n\"'“”„«»‘’‚‹›「」『』"
_SHORTEST = 25
"""Characters. What is shorter may stand in the text again by chance."""


class PullQuotes:
    """Takes out asides and quotes whose words stand in a paragraph as well."""

    after = "furniture"
    soup = False  # our own steps' tree, and what they put on record

    def __call__(self, work: Work) -> None:
        """Drop each of them, with a rule that `feeder status` and the status pages show."""
        quotes = work.body.xpath(".//aside | .//blockquote")
        inside = {paragraph for quote in quotes for paragraph in quote.iter("p")}
        told = [_words(p.text_content()) for p in work.body.iter("p") if p not in inside]
        for quote in quotes:
            words = _words(quote.text_content())
            if len(words) >= _SHORTEST and any(words in paragraph for paragraph in told):
                work.drop(quote, "pull-quotes", "stands in a paragraph too")


def _words(text: str) -> str:
    return " ".join(text.split()).strip(_MARKS)
