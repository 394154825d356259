"""The extractors that feeder is measured beside, each with its own usual settings.

`pip install -e '.[bench]'` installs them; the one that is not there is named and left out. Each
gives what the measures of the corpora read: title, author, published, and text or html.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

Extract = Callable[[bytes, str], object]


def _feeder() -> Extract:
    from feeder.cleaner.markup.extract import extract

    return lambda raw, url: extract(raw, url or None)


def _trafilatura() -> Extract:
    import trafilatura

    def run(raw: bytes, url: str) -> dict[str, Any]:
        found = trafilatura.bare_extraction(
            raw, url=url or None, with_metadata=True, include_comments=False
        )
        if found is None:
            return {}
        told = {"title": found.title, "author": found.author, "published": found.date}
        return {**told, "text": found.text or ""}

    return run


def _readability() -> Extract:
    import readability

    def run(raw: bytes, url: str) -> dict[str, Any]:
        page = readability.Document(_decoded(raw), url=url or None)
        author = page.author().removeprefix("[no-author]")
        return {"title": page.short_title(), "author": author, "html": page.summary()}

    return run


def _newspaper() -> Extract:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no nltk, which is not asked for anything
        import newspaper

    config = newspaper.Config()
    config.fetch_images = False

    def run(raw: bytes, url: str) -> dict[str, Any]:
        page = newspaper.Article(url or "https://site.example/", config=config)
        page.download(input_html=_decoded(raw))
        page.parse()
        told = {"title": page.title, "author": page.authors, "published": page.publish_date}
        return {**told, "text": page.text}

    return run


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def run(raw: bytes, url: str) -> dict[str, Any]:
        tree = HTMLTree.parse(_decoded(raw))
        text = extract_plain_text(
            tree, main_content=True, alt_texts=False, list_bullets=False, comments=False
        )
        return {"title": tree.title, "text": text}

    return run


def _decoded(raw: bytes) -> str:
    """A page for those who take text only; as the corpora's own programs decode it."""
    from tests.cleaner.figures import metrics

    return str(metrics().decode(raw))


_ALL: dict[str, tuple[str, Callable[[], Extract]]] = {
    "feeder": ("feeder", _feeder),
    "trafilatura": ("trafilatura", _trafilatura),
    "readability": ("readability", _readability),
    "newspaper4k": ("newspaper", _newspaper),
    "resiliparse": ("resiliparse", _resiliparse),
}
NAMES = tuple(_ALL)
UNTOLD = {"readability": frozenset({"date"}), "resiliparse": frozenset({"author", "date"})}
"""The facts that a peer does not look for; it has neither right nor made up any."""


def installed(name: str) -> bool:
    """Whether an extractor can be run here."""
    return importlib.util.find_spec(_ALL[name][0]) is not None


def extractor(name: str) -> Extract:
    """An extractor by its name."""
    return _ALL[name][1]()
