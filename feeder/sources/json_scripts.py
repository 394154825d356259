"""JSON that a web page carries in one of its scripts, for these to draw the page from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from feeder.errors import LayoutError
from feeder.models import Page

if TYPE_CHECKING:
    from feeder.sources.listing.sheet import Sheet

_MOST = 50
"""Scripts of a page that are looked at."""
_JSON = "application/json"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def script_in(page: Page, selector: str) -> Page:
    """The answer that the first script which a selector finds would be.

    Raises:
        LayoutError: it finds none, or there is no page to look in.
        NotTextError, TooLargeError: the page cannot be read.
    """
    from feeder.rules.expressions import Evaluation, xpath
    from feeder.sources.listing.sheet import open_sheet

    sheet = open_sheet(page)
    found = Evaluation(sheet.root).elements(xpath(selector))
    if not found:
        others = ", ".join(scripts_of(sheet))
        raise LayoutError(
            f"script = {selector!r} finds nothing on the page",
            advice=f"it has JSON in {others}"
            if others
            else "it carries no JSON: open it in a "
            "browser, whose network tools show where it comes from",
        )
    text = "".join(str(piece) for piece in found[0].itertext())
    return replace(page, body=text.encode("utf-8", "replace"), charset="utf-8", media_type=_JSON)


def scripts_of(sheet: Sheet) -> Iterator[str]:
    """Selectors of the scripts of a page that hold JSON and no linked data: by their id, or by
    their type where there is one of it. Others could be found by their place alone."""
    scripts = [one for one in islice(sheet.root.iter("script"), _MOST) if one.get("type") == _JSON]
    ids = Counter(one.get("id") for one in scripts)
    for one in scripts:
        name = one.get("id") or ""
        if _NAME.fullmatch(name) and ids[name] == 1:
            yield f"script#{name}"
        elif len(scripts) == 1:
            yield f'script[type="{_JSON}"]'
