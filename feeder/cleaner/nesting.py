"""Whether markup is nested as an HTML5 tree builder nests it, so that there is nothing to mend.

Tree builders move tags: a block out of a paragraph, a link out of a link, words out of a table.
Where tags are also taken away, what is left may be moved once more when it is next read. Markup
that passes here is read as it is written (HTML standard, 13.2.6), in linear time, and so is what
the sanitiser makes of it, for it takes no tag away.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"""<(/?[a-z][a-z0-9]*)((?: [^\s"'<>/=]+(?:="[^"<>]*"|='[^'<>]*')?){0,50})>""")
_DEEPEST = 64
"""Tree builders are quadratic in depth only far beyond it, and articles stay below 40."""

_VOID = frozenset({"br", "img", "wbr", "source"})
# Entries on the list of active formatting elements: a second one inside of itself changes it.
_FORMATTING = frozenset("a b code em i s small strong u".split())
_PHRASES = frozenset(
    "abbr audio cite del dfn ins kbd mark picture q samp span sub sup time var video".split()
)
_LINES = frozenset("p h1 h2 h3 h4 h5 h6".split())
"""A block in one of these ends it."""
_BOXES = frozenset(
    "blockquote details div dl figcaption figure ol pre section summary table ul".split()
)
# Where a part may stand. A list may hold anything, but its items end each other anywhere else.
_PARENTS = {
    "li": frozenset({"/ul", "/ol"}),
    "dt": frozenset({"/dl"}),
    "dd": frozenset({"/dl"}),
    "caption": frozenset({"/table"}),
    "thead": frozenset({"/table"}),
    "tbody": frozenset({"/table"}),
    "tfoot": frozenset({"/table"}),
    "tr": frozenset({"/table", "/thead", "/tbody", "/tfoot"}),
    "td": frozenset({"/tr"}),
    "th": frozenset({"/tr"}),
}
# Words and tags that stand here are moved before the table.
_ROWS = frozenset({"/table", "/thead", "/tbody", "/tfoot", "/tr"})
_TABLE_PARTS = frozenset("caption thead tbody tfoot tr td th".split())
_KNOWN = _VOID | _FORMATTING | _PHRASES | _LINES | _BOXES | frozenset(_PARENTS) | {"hr"}
_IN_LINES = _VOID | _FORMATTING | _PHRASES
_LINE_ENDS = ("\n", "\r", "&#", "&New")
_CLOSED_BY = {name: f"/{name}" for name in _KNOWN - _VOID - {"hr"}}


def nests_plainly(html: str) -> bool:
    """Whether a tree builder keeps every tag of `html` where it stands.

    False says nothing: only that nobody has looked further.
    """
    pieces = _TAG.split(html)  # text, name, attributes, text, …
    names = pieces[1::3]
    if html.count("<") != len(names):
        return False
    open_: list[str] = []  # the end tags that are waited for
    line = 0  # how many were open within the line that is open now, itself included
    for at, name in enumerate(names):
        above = open_[-1] if open_ else ""
        if above in _ROWS and (not pieces[3 * at].isspace() and pieces[3 * at]):
            return False
        if name[0] == "/":
            if name != above:
                return False
            open_.pop()
            if len(open_) < line:
                line = 0
            continue
        closed_by = _CLOSED_BY.get(name)
        if line and name not in _IN_LINES:
            return False
        if above in _ROWS and name not in _TABLE_PARTS:
            return False
        if closed_by is None:
            if name not in _KNOWN:
                return False
            continue
        if name in _FORMATTING:
            if closed_by in open_:
                return False
        elif name in _PARENTS:
            if above not in _PARENTS[name]:
                return False
        elif name == "pre" and pieces[3 * at + 3].startswith(_LINE_ENDS):
            return False  # a line end right behind it is not read
        open_.append(closed_by)
        if name in _LINES:
            line = len(open_)
        if len(open_) > _DEEPEST:
            return False
    return not open_
