"""Raw text replaced before a page is parsed, once."""

from __future__ import annotations

from feeder.rules.model import Replacement, SiteRules

_LARGEST_GROWTH = 2
"""A page may become this many times as long, and `_ALLOWANCE` longer; rules that mend markup
change a page's length by a few percent."""
_ALLOWANCE = 65_536


def replace_text(html: str, rules: SiteRules) -> tuple[str, dict[Replacement, int]]:
    """A page's text with the replacements of its rules made in their order, and how often each was.

    One that would let the page grow beyond reason is left out, and counts as not found.
    """
    hits: dict[Replacement, int] = {}
    longest = _LARGEST_GROWTH * len(html) + _ALLOWANCE
    for one in rules.replacements:
        count = html.count(one.find)
        if len(html) + count * (len(one.replace) - len(one.find)) > longest:
            count = 0
        if count:
            html = html.replace(one.find, one.replace)
        hits[one] = count
    return html, hits
