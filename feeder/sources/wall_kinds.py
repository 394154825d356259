"""What each kind of wall looks like: its signs, and no article beside them.

Nearly every page has a link to log in, a cookie banner and scripts, and there are articles about
all of these; so a sign counts only where there is little else. Amounts of text are characters;
ideographs count three. The limits were chosen on the open pages of tests/sources/walls and on
1,189 pages of articles, none of which may be taken for a wall.
"""

from __future__ import annotations

from feeder.sources.wall_look import Look, weight
from feeder.sources.wall_signs import begins, count, marked, offers, rest, said, says, signs, titled

NOTICE = 300
"""A sentence or two, and what stands on buttons."""
_SHORT = 700
_REST = 150
"""What is beside the words that tell: a site's name and its slogan, but no paragraph."""
LONG = 1_500
"""What the longest of them say, besides those that ask for consent."""
_BUSY = 5
"""Links that read like headlines. A wall has none; the page around it may have some."""
_FEW_LINKS = 15
"""Imprint, privacy, languages; a site's menus have more."""


def _alone(look: Look, limit: int = LONG) -> bool:
    """Whether there is neither an article on the page nor a list of them."""
    return look.text <= limit and look.headlines < _BUSY and not look.article


def is_challenge(look: Look) -> bool:
    """A captcha, a test of the browser, or a notice that robots are blocked."""
    if not _alone(look) or look.textarea:  # a form for comments or messages has a captcha, too
        return False
    if marked(look, "challenge", "script"):
        return True
    tiny = look.links <= _FEW_LINKS // 2 and rest(look, "challenge") <= _REST
    if titled(look, "challenge"):
        runs = tiny and bool(look.scripts)
        return runs or offers(look, "challenge") or marked(look, "challenge", "widget")
    if look.text > _SHORT or look.paragraphs > 2 or look.links > _FEW_LINKS:
        return False
    return offers(look, "challenge") and (tiny or marked(look, "challenge", "widget"))


def is_log_in(look: Look) -> bool:
    """A form for a name and a password, or a notice that one has to log in."""
    title = titled(look, "log-in")
    if title and (look.password or look.user) and look.prose < _SHORT and look.text < LONG:
        return True
    if not _alone(look) or look.textarea:
        return False
    if look.text < NOTICE and marked(look, "log-in", "script"):
        return True
    # Told by its form alone, whatever its language: labels, a heading and hardly anything else.
    if look.password and look.text <= _REST and len(look.blocks) <= 8 and look.links <= _FEW_LINKS:
        return True
    if not says(look, "log-in"):
        return False
    return title or look.password or rest(look, "log-in") <= _REST


def is_consent(look: Look) -> bool:
    """A page that asks to accept cookies and says little else."""
    if not _alone(look, 2 * LONG) or not offers(look, "consent"):
        return False
    if signs("consent", "accepts").whole.isdisjoint(look.controls):
        return False
    about = signs("consent", "about").all
    others = sum(
        weight(text) for text in look.blocks if text not in look.headings and not said(text, about)
    )
    if titled(look, "consent"):
        return others < LONG
    # A short article with a banner has a headline, one about cookies has paragraphs, too.
    if look.paragraphs > 2 or not all(said(each, about) for each in look.headings):
        return False
    headed = not signs("consent", "title").whole.isdisjoint(look.blocks)
    outweighs = look.text - others > 2 * others + (0 if headed else _REST // 2)
    return outweighs and look.links <= _FEW_LINKS and others <= _REST // 3


def is_geo_block(look: Look) -> bool:
    """A notice that the page is not for the country that the request came from."""
    if not _alone(look):
        return False
    if titled(look, "geo block"):
        return True
    return look.links <= _FEW_LINKS and says(look, "geo block") and rest(look, "geo block") <= _REST


def is_not_found(look: Look) -> bool:
    """A page that says 404 where its status does not."""
    if look.prose > LONG:
        return False
    heads = look.heads & signs("not found", "title").whole
    if any(not head.isdigit() for head in heads) or begins(look, "not found"):
        return True
    if look.article or not says(look, "not found"):
        return False
    if any("404" in head for head in look.heads):
        return True
    return look.headlines < _BUSY and rest(look, "not found") <= _REST


def is_parking(look: Look) -> bool:
    """A domain without a site: for sale, expired, or with its hoster's first page."""
    if not _alone(look):
        return False
    if marked(look, "parking", "script"):
        return True
    if titled(look, "parking"):
        return True
    return offers(look, "parking") and rest(look, "parking") <= NOTICE


def is_maintenance(look: Look) -> bool:
    """A notice that the site is being worked on, or what a broken program says."""
    if not _alone(look, _SHORT) or look.links > _FEW_LINKS // 2:  # hosters write about theirs
        return False
    if says(look, "maintenance", "error"):
        return True
    return titled(look, "maintenance") and (look.text < NOTICE or says(look, "maintenance"))


def is_paywall(look: Look) -> bool:
    """The beginning of an article, and that the rest is for those who pay."""
    # Who sells subscriptions offers them on all pages, and marks articles that are shown whole.
    if look.prose > (LONG if look.not_free else _SHORT):
        return False
    if says(look, "paywall"):
        return True
    offered = count(look, "paywall", "offers")
    return offered > 1 or (look.not_free and (offered > 0 or look.prose < _SHORT))


def is_shell(look: Look) -> bool:
    """An application that scripts draw: no text, and an element for them to fill."""
    if not look.scripts or look.pictures > 1 or look.body_in_data:
        return False
    asks = signs("shell", "noscript").all
    others = sum(weight(text) for text in (*look.blocks, *look.controls) if not said(text, asks))
    if others > _REST:
        return False
    if said(look.everything, asks):
        return True
    return others <= _REST // 3 and not signs("shell", "root").whole.isdisjoint(look.ids)
