"""Pages that show nothing as they were sent: a browser draws them, where the source allows it."""

from __future__ import annotations

import re

from feeder.errors import LayoutError, NoArticleError, SourceError, WallError
from feeder.fetch import Draws, Fetcher
from feeder.models import Page

_SCRIPT = re.compile(rb"<script[\s>/]", re.IGNORECASE)
_SHELL = "shell"


def may_help(page: Page, error: SourceError) -> bool:
    """Whether a browser may show what reading a page did not find (`error` says so): there are
    scripts that may bring it. More cannot be told of a page without running them."""
    return _shows_nothing(error) and _SCRIPT.search(page.body) is not None


def drawn(fetcher: Fetcher, page: Page, error: SourceError) -> Page | None:
    """The page as a browser draws it; None where that is not allowed, or would help nobody.

    Raises:
        SourceError: it should have been drawn, and was not.
    """
    if not isinstance(fetcher, Draws) or not may_help(page, error):
        return None
    shown = fetcher.draw(page)
    return None if shown is page else shown


def _shows_nothing(error: SourceError) -> bool:
    if isinstance(error, WallError):
        return error.wall == _SHELL
    return isinstance(error, LayoutError | NoArticleError)
