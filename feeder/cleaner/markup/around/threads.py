"""Threads of comments whose markup nobody here has heard of, in any language.

What gives them away is the same small thing in one sibling after the other: a link to
`#comment-123`, a button that says "reply", a writer's avatar; and beside it a date. A list of
teasers has no such things, and an interview has no dates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement

from feeder.cleaner.markup.around.prose import Prose, kinds_of, text_in
from feeder.cleaner.scrape.phrases import phrases
from feeder.dates import find_date

_TO_A_COMMENT = re.compile(
    r"#(?:c|com|comm|comment|comments|komment|kommentar|comentario|cmt|reply|respuesta|answer|r)"
    r"[-_]?\d|replytocom=|reply_?to=|comment_?id=|parent_?id=|/comments?/(?:reply/|\d)"
    r"|#comment-form|\bcomment[-_/]reply",
    re.IGNORECASE,
)
_TO_A_FACE = re.compile(r"avatar|userpic|user-pic|profile_?(?:pic|image|photo)", re.IGNORECASE)
_MOST_ANCHORS = 2000
_DEEPEST = 15  # elements between an anchor and the item that it stands in
_MOST_ASKED = 20  # groups that are looked at
_LONGEST_BUTTON = 48  # characters, white space included
_LONGEST_COMMENT = 6000
_LOOKED_AT = 5  # comments of a thread
_ADDRESS = 300  # characters of an address
_HEAD = 160  # characters of a comment in which its date stands
_FORUMS = re.compile(r"schema\.org/(?:QAPage|Question|DiscussionForumPosting)\b")
_FORUM_TYPES = ('"QAPage"', '"DiscussionForumPosting"', '"Question"')


class Thread(NamedTuple):
    """An element that is a thread of comments or one of them, and what gave it away."""

    element: HtmlElement
    rule: str


def threads_in(body: HtmlElement, prose: Prose) -> Iterator[Thread]:
    """The threads of a page that the page can spare, the outermost first."""
    anchors = _anchors(body)
    sure = len(anchors) > 1
    anchors = anchors if sure else _faces(body)
    if len(anchors) < 2 or _is_forum(body):
        return
    rule = "comments with links of their own" if sure else "comments with a face"
    gone: set[HtmlElement] = set()
    for around, children in _groups(anchors, body):
        items = _alike(children)
        if around in gone or not _are_comments(items):
            continue
        whole = not _has_more(around, items) and prose.spares(around, sure=sure)
        for element in [around] if whole else items:
            if whole or prose.spares(element, sure=sure):
                gone.update(element.iter())
                yield Thread(element, rule)


def _anchors(body: HtmlElement) -> list[HtmlElement]:
    """Links to comments, and links and buttons that say "reply"."""
    replies = _replies()
    found: list[HtmlElement] = []
    for element in body.iter("a", "button"):
        text, address = element.text, element.get("href")
        says = text and len(text) <= _LONGEST_BUTTON and text.strip().casefold() in replies
        if says or (address and _leads_to_a_comment(address)):
            found.append(element)
    return found[:_MOST_ANCHORS]


def _leads_to_a_comment(address: str) -> bool:
    may = "#" in address or "omment" in address or "repl" in address  # few do
    return may and bool(_TO_A_COMMENT.search(address[-_ADDRESS:]))


@lru_cache(maxsize=1)
def _replies() -> frozenset[str]:
    """How languages say "reply" on a button."""
    return frozenset(word for word, kinds in phrases().whole.items() if "reply" in kinds)


def _faces(body: HtmlElement) -> list[HtmlElement]:
    """The pictures of people who wrote."""
    images = (image for image in body.iter("img"))
    faces = (image for image in images if _TO_A_FACE.search((image.get("src") or "")[:_ADDRESS]))
    return list(islice(faces, _MOST_ANCHORS))


def _groups(
    anchors: Iterable[HtmlElement], body: HtmlElement
) -> list[tuple[HtmlElement, list[HtmlElement]]]:
    """Elements of which several children hold an anchor, with these children; outermost first."""
    children: dict[HtmlElement, dict[HtmlElement, None]] = {}
    depths: Counter[HtmlElement] = Counter()
    for anchor in anchors:
        child = anchor
        for depth, around in enumerate(anchor.iterancestors()):
            if child is body or depth > _DEEPEST:
                break
            known = children.setdefault(around, {})
            if child in known:
                break
            known[child] = None
            depths[around] = max(depths[around], depth)
            child = around
    several = [(around, list(items)) for around, items in children.items() if len(items) > 1]
    several.sort(key=lambda group: -depths[group[0]])
    return several[:_MOST_ASKED]


def _alike(children: list[HtmlElement]) -> list[HtmlElement]:
    """Those of siblings that are of the commonest make: the same element, called the same."""
    makes = [(child.tag, (child.get("class") or "").split(" ", 1)[0]) for child in children]
    make = Counter(makes).most_common(1)[0][0]
    return [child for child, its in zip(children, makes, strict=True) if its == make]


def _are_comments(items: list[HtmlElement]) -> bool:
    """Whether siblings are one comment and another: most of them are dated."""
    looked = items[:_LOOKED_AT]
    return len(items) > 1 and sum(map(_is_comment, looked)) * 2 >= len(looked)


def _is_comment(item: HtmlElement) -> bool:
    if item.tag in ("a", "td", "th", "span", "button"):
        return False
    text = text_in(item, _LONGEST_COMMENT)
    if len(text) > _LONGEST_COMMENT:
        return False
    if next(item.iter("time"), None) is not None:
        return True
    return bool(find_date(text[:_HEAD])) or "ago" in kinds_of(text[:40])


def _has_more(around: HtmlElement, items: list[HtmlElement]) -> bool:
    """Whether an element holds more than comments, their title and a form."""
    if around.tag in ("body", "main", "article"):
        return True
    ours = set(items)
    others = (child for child in around if child not in ours and child.tag.__class__ is str)
    return sum(len(text_in(child, _HEAD * 2)) for child in others) > _HEAD * 2


def _is_forum(body: HtmlElement) -> bool:
    """Whether the page says that what people write is its content."""
    if any(_FORUMS.search(element.get("itemtype")) for element in body.iterfind(".//*[@itemtype]")):
        return True
    for script in body.getroottree().iter("script"):
        data = script.text if "ld+json" in (script.get("type") or "") else None
        if data and any(kind in data for kind in _FORUM_TYPES):
            return True
    return False
