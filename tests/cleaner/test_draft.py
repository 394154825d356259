"""Whatever its shape, a draft becomes an article with the facts that were told beside it."""

from __future__ import annotations

import pytest

from feeder.cleaner.draft import clean
from feeder.models import Draft, Facts, Shape

GERMAN = (
    "Der Garten liegt hinter dem alten Bahnhof und ist von der Straße nicht zu sehen. Wer ihn "
    "sucht, muss durch das Tor und dann über die Gleise, auf denen kein Zug mehr fährt."
)


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        ("scrape", f"Ein Garten\n\n{GERMAN}\n"),
        ("fragment", f"\n<h1>Ein Garten</h1>\n<p>{GERMAN}</p>\n\n"),
        ("page", f"<html><title>Ein Garten</title><body><p>{GERMAN}</p></body></html>"),
    ],
)
def test_every_shape_tells_its_text_and_its_language(shape: Shape, content: str) -> None:
    article = clean(Draft(shape, content))
    assert (article.title, article.text, article.language) == ("Ein Garten", GERMAN, "de")
    assert article.html == article.html.strip()


@pytest.mark.parametrize("shape", ["scrape", "fragment"])
def test_facts_told_beside_the_content_win(shape: Shape) -> None:
    facts = Facts(title="Told", url="https://example.org/1", language="nds", authors=("A. Uthor",))
    article = clean(Draft(shape, f"Ein Garten\n\n{GERMAN}\n", facts=facts))
    told = (article.title, article.url, article.language, article.authors)
    assert told == ("Told", "https://example.org/1", "nds", ("A. Uthor",))
    assert "language" in {evidence.field for evidence in article.evidence}
