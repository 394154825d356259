"""feeder reads article sources and publishes clean, valid, stable feeds.

The library face, loaded when it is first asked for:

    >>> import feeder
    >>> article = feeder.extract("<h1>A headline</h1><p>What happened, in a paragraph.</p>")
    >>> article.title, article.html
    ('A headline', '<p>What happened, in a paragraph.</p>')

`extract` is for pages and fragments of HTML, `extract_text` for a page's text as it was copied.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feeder.cleaner.markup.extract import extract as extract
    from feeder.cleaner.scrape.extract import extract_text as extract_text
    from feeder.models import Article as Article

__all__ = ["Article", "extract", "extract_text"]

_HOMES = {
    "Article": "feeder.models",
    "extract": "feeder.cleaner.markup.extract",
    "extract_text": "feeder.cleaner.scrape.extract",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'feeder' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
