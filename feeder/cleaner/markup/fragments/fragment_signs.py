"""What a line below an article is, told by where its links lead and then by its words.

Nothing here knows what stands above the line: the run from the end decides (`fragment.py`). Words
without a link prove next to nothing, since articles end with all kinds of them ("Follow the river
north.", "Comments are closed."); feeds write their furniture as links.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from feeder.cleaner.markup.fragments.fragment_data import (
    invitations,
    is_below,
    is_more_link,
    link_kind,
    own_words,
    place_of,
)
from feeder.cleaner.markup.fragments.fragment_lines import Line, Link, says_something
from feeder.cleaner.scrape.lines import Line as Words
from feeder.cleaner.scrape.phrases import (
    LONGEST,
    MISS,
    NOTHING,
    Hit,
    Kinds,
    look,
    normalise,
    phrases,
)
from feeder.text import fold

Proof = Literal["sure", "weak", "item", "label", "nothing"]
"""`sure`: nothing of an article; `weak`: that too, beside furniture of its kind; `item`: of a list,
if a label stands above it; `label`: if something stands below it; `nothing`: to be passed over."""


class Sign(NamedTuple):
    """What a line is: the rule that says so, and how much it proves."""

    rule: str
    proof: Proof = "sure"


class Known(NamedTuple):
    """What is known of the article: its title, normalised, and its address."""

    title: str = ""
    url: str = ""

    def elsewhere(self, href: str) -> bool:
        """Whether an address is surely on another site than the article is."""
        host, mine = place_of(href)[0], place_of(self.url)[0]
        return bool(host and mine) and host != mine


SILENT = Sign("", "nothing")
READ_MORE = "read more"
ORIGIN = "originally published"
SOCIAL = frozenset({"share", "follow", "newsletter", "support", "host"})
"""Rules beside which a link to somebody's account is furniture too."""

_LONGEST_LINE = 400  # characters
_LABEL = 60  # characters of a label above a list: the longest that we know has 35
# Characters beside the links of a line. Of the phrases that we know, the longest around two places
# ("The post … appeared first on …", 24 wordings) has 42, of sharing, following and counting 35, of
# tags 22, and invitations to subscribe have up to 130.
_AROUND_TITLE = 60
_AROUND_LINKS = 60
_AROUND_INVITATION = 160
_AROUND_TAGS = 30
_MUCH_OF_TITLE = 20
_FEWEST_WORDS = 3  # of an invitation without a link
_SHORT_PLACE = 12  # characters in the place of "Continue reading {}" that are no title
_RULE_OF = re.compile(r"[-–—_*~=·•.#\s]+")
_BARS = re.compile(r"[|/·•‣,;:()\[\]–—\-&\s]+")
# "Download" is a tool of a page, but of an article where it leads to a file.
_FILE = re.compile(r"\.[a-z0-9]{2,4}(?:[?#]|$)|download", re.IGNORECASE)
_PIXEL = re.compile(r"\s*[01](?:px)?\s*")

# What a link may say that is all of a line, and the rule for it. Words that name things too
# ("Home", "News", "Facebook") are not among them, except beside one that does not.
_WORDS = {
    "form": "comments",
    "thread": "comments",
    "count": "comments",
    "reply": "comments",
    "cancel": "comments",
    "login": "comments",
    "comments": "comments",
    "click": "share",
    "share": "share",
    "like": "share",
    "tool": "page tools",
    "newsletter": "newsletter",
    "subscribe": "newsletter",
    "follow": "follow",
    "support": "support",
    "contact": "host",
    "navlabel": "navigation",
    "powered": "footer",
}
_ASIDE = frozenset({"network", "home", "legal", "nav", "search", "skip", "answer"})
_LABELS = {
    "share": frozenset({"share"}),
    "follow": frozenset({"share", "follow"}),
    "like": frozenset({"share"}),
    "related": frozenset({"related"}),
    "readalso": frozenset({"related"}),
    "sidebar": frozenset({"related"}),
    "thread": frozenset({"related"}),
    "tags": frozenset({"tags", "related"}),
    "ad": frozenset({"ad"}),
    "newsletter": frozenset({"newsletter", "form"}),
    "subscribe": frozenset({"newsletter", "form"}),
}
_INVITATIONS = {"follow": "follow", "subscribe": "newsletter", "newsletter": "newsletter",
                "click": "share", "share": "share"}  # fmt: skip


def sign_of(line: Line, known: Known) -> Sign | None:
    """What a line would be below an article, or None: a line of the article."""
    if line.box is not None and line.box.at_end:
        return Sign(line.box.rule)
    if line.media and not all(_counts(image, link) for image, link in line.media):
        return None
    text = line.text
    if not says_something(text):
        return _mute(line, text)
    if len(text) > _LONGEST_LINE:
        return None
    links, beside = line.with_addresses()
    key = normalise(text)
    own = own_words().look(key) if key else MISS
    if told := own.kinds & {"host", "counter"}:
        return Sign(min(told))
    if Words(text).is_copyright:
        return Sign("copyright")
    if not links:
        return _without_links(text, key)
    if "origin" in own.kinds and len(links) == 1:
        return Sign(ORIGIN)
    return _by_title(links, beside, own, known) or _by_links(line, links, beside, known)


def _mute(line: Line, text: str) -> Sign | None:
    """A line without a letter: a rule, a permanent link "★", a tracking image."""
    if line.links and text and not fold("".join(line.beside)):
        return Sign("permalink")
    return SILENT if not text or _RULE_OF.fullmatch(text) else None


def _counts(image: object, link: Link | None) -> bool:
    """Whether an image is a pixel that counts, or the picture of a button."""
    get = image.get  # type: ignore[attr-defined]
    if link is not None and link_kind(link.href) in ("share", "comments", "flare", "subscribe"):
        return True
    sizes = (get("width"), get("height"))
    style = (get("style") or "")[:200].replace(" ", "").lower()
    return (
        all(size is not None and _PIXEL.fullmatch(size) for size in sizes)
        or "display:none" in style
        or link_kind((get("src") or "")[:1000]) in ("flare", "comments")
    )


def _without_links(text: str, key: str) -> Sign | None:
    exact = phrases().whole.get(key, NOTHING) | own_words().whole.get(key, NOTHING)
    if len(text) <= _LABEL and any(kind in _LABELS for kind in exact):
        return Sign(",".join(sorted(exact)), "label")
    words = key.count(" ") + 1
    for kind, rule in _INVITATIONS.items():
        if kind in exact and words >= _FEWEST_WORDS:
            return Sign(rule, "weak")
    return Sign("tags", "weak") if "tags" in look(key).kinds and ":" in key else None


def _by_title(links: list[Link], beside: str, hit: Hit, known: Known) -> Sign | None:
    """ "The post … appeared first on …": a link to this article, and one to its site."""
    worded = "appeared" in hit.kinds
    if not worded and not (len(links) == 2 and 0 < len(beside) <= _AROUND_TITLE):
        return None
    below = len(links) == 2 and is_below(links[0].href, links[1].href)
    said = normalise(links[0].text)
    named = bool(known.title and said) and _same_title(said, known.title)
    same = bool(known.url) and place_of(links[0].href) == place_of(known.url)
    mine = named or same or not (known.title or known.url)
    if worded:
        sure = below or named or same or (len(links) == 1 and hit.found[:1] == (said,))
    else:
        sure = below and mine
    return Sign("appeared first") if sure else None


def _same_title(said: str, title: str) -> bool:
    return said == title or title in said or (len(said) >= _MUCH_OF_TITLE and said in title)


def _by_links(line: Line, links: list[Link], beside: str, known: Known) -> Sign | None:
    kinds = {_kind(link) for link in links}
    room = len(beside)
    if "host" in kinds:
        return Sign("host")
    if kinds <= {"comments", "flare", "feed"} and kinds != {"feed"} and room <= _AROUND_LINKS:
        return Sign("comments")
    if "share" in kinds and kinds <= {"share", "flare", "network", "comments"}:
        return Sign("share") if room <= _AROUND_LINKS else None
    if kinds == {"tag"} and room <= _AROUND_TAGS and _are_tags(links, beside):
        return Sign("tags")
    if "subscribe" in kinds and kinds <= {"subscribe", "feed", "network", "comments"}:
        return Sign("newsletter") if room <= _AROUND_INVITATION else None
    if kinds == {"feed"} and room <= _AROUND_INVITATION:
        return Sign("newsletter")
    found = _follows(links, beside) if kinds <= {"network", "payment"} else None
    return found or _by_words(line, links, beside, known)


def _are_tags(links: list[Link], beside: str) -> bool:
    """Whether links to what is tagged so are a list of tags, and no link of the author's."""
    return len(links) > 1 or _is_label(beside) or _has_rel(links[0], "tag")


def _follows(links: list[Link], beside: str) -> Sign | None:
    """Links to accounts: "Follow us on Facebook and Twitter"."""
    if len(beside) > _AROUND_LINKS or not all(map(_names_account, links)):
        return None
    key = normalise(beside)
    asks = bool(key) and (key.startswith(invitations()) or {"follow", "share"} & look(key).kinds)
    return Sign("follow", "sure" if asks else "weak")


def _names_account(link: Link) -> bool:
    """ "Facebook", "our YouTube channel", "@paper", or the address itself."""
    text = link.text
    return link.element is None or "@" in text[:1] or any(map(_is_network, (text, *text.split())))


def _by_words(line: Line, links: list[Link], beside: str, known: Known) -> Sign | None:
    """A line that is all links, each of which says what furniture says."""
    if line.box is not None and len(links) == 1 and len(beside) <= _AROUND_TAGS:
        return Sign(line.box.rule)
    whole = _said(normalise(line.text))
    if len(links) == 1 and (found := _by_label(links[0], beside, whole, known)):
        return found
    if _labelled(beside) and all(_is_network(link.text) for link in links):
        return Sign("share")
    if says_something(_BARS.sub("", beside)) and not (whole & {"more"} and len(links) == 1):
        return None
    rules = [_word_rule(link, known) for link in links if says_something(link.text)]
    if all(rules) and any(rule != "aside" for rule in rules):
        return Sign(next(rule for rule in rules if rule and rule != "aside"))
    if beside.strip():
        return None
    return Sign("share", "weak") if all(rules) and rules else Sign("related", "item")


def _by_label(link: Link, beside: str, whole: Kinds, known: Known) -> Sign | None:
    """ "Related: a headline", "Powered by a host"."""
    if "powered" in whole:
        return Sign("footer")
    if not _is_label(beside) or known.elsewhere(link.href):
        return None
    if "readalso" in whole:
        return Sign("related")
    return Sign("tags") if "tags" in whole else None


def _word_rule(link: Link, known: Known) -> str:
    key = normalise(link.text)
    kinds = phrases().whole.get(key, NOTHING) | own_words().whole.get(key, NOTHING)
    if leads_on(link, known):
        return READ_MORE
    for kind, rule in _WORDS.items():
        if kind in kinds and not (kind == "tool" and _FILE.search(link.href)):
            return rule
    hit = look(key)
    for kind in ("count", "form", "click", "newsletter", "follow"):
        if kind in hit.kinds and len(key) <= _AROUND_LINKS:
            return _WORDS[kind]
    return "aside" if kinds & _ASIDE else ""


def leads_on(link: Link, known: Known) -> bool:
    """Whether a link says "Read more", and of nothing but this article."""
    if known.elsewhere(link.href):
        return False  # what a link blog is about
    if is_more_link(link.element) or link_kind(link.href) == "more":
        return True
    key = normalise(link.text)
    if not key or len(key) > LONGEST:
        return False
    if "more" in phrases().whole.get(key, NOTHING) | own_words().whole.get(key, NOTHING):
        return True
    hit = look(key)
    if "more" not in hit.kinds or not hit.found:
        return False
    same = bool(known.url) and place_of(link.href) == place_of(known.url)
    named = bool(known.title) and known.title in (hit.found[0], normalise(hit.found[0]))
    return same or named or len(hit.found[0]) <= _SHORT_PLACE


def labels(sign: Sign) -> frozenset[str]:
    """The rules of what a label may stand above."""
    return frozenset().union(*(_LABELS.get(kind, frozenset()) for kind in sign.rule.split(",")))


def is_mine(items: list[Line], known: Known) -> bool:
    """Whether all links of a list lead to one site: the article's, where its address is known.

    Lists of links into the wide world are an author's: sources, further reading.
    """
    hosts = {place_of(link.href)[0] for line in items for link in line.links}
    return len(hosts) == 1 and (not known.url or hosts <= {"", place_of(known.url)[0]})


def _kind(link: Link) -> str:
    rels = (rel for rel in ("tag", "payment") if _has_rel(link, rel))
    return next(rels, "") or link_kind(link.href)


def _has_rel(link: Link, rel: str) -> bool:
    return link.element is not None and rel in (link.element.get("rel") or "")[:100].split()


def _said(key: str) -> Kinds:
    """What a whole line is worded like, in the feeds' own words too."""
    if not key or len(key) > LONGEST:
        return NOTHING
    return look(key).kinds | own_words().look(key).kinds


def _labelled(beside: str) -> bool:
    """ "Share: Facebook Twitter"."""
    return bool({"share", "follow"} & phrases().whole.get(normalise(beside), NOTHING))


def _is_label(beside: str) -> bool:
    return len(beside) <= _AROUND_TAGS and beside.rstrip().endswith((":", "："))


def _is_network(text: str) -> bool:
    return "network" in phrases().whole.get(normalise(text), NOTHING)
