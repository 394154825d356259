"""What each kind of wall looks like: its signs, and no article beside them.

Nearly every page has a link to log in, a cookie banner and scripts, and there are articles about
all of these; so a sign counts only where there is little else. Amounts of text are characters;
ideographs count three. The limits were chosen on the open pages of tests/sources/walls and on
1,189 pages of articles, none of which may be taken for a wall.
"""

from __future__ import annotations

from feeder.sources.wall_reading import Look, weight
from feeder.sources.wall_signs import begins, marked, said, says, signs, titled

_BUSY = 5
"""Links that read like headlines. A wall has none; the page around it may have some."""
_FEW_LINKS = 15
"""Imprint, privacy, languages; a site's menus have more."""
NOTICE = 300
"""A sentence or two, and what stands on buttons."""
_SHORT = 700
_LONG = 1_500


def is_log_in(look: Look) -> bool:
    quiet = look.headlines < _BUSY
    asks = look.password or look.user
    if asks and look.prose < _SHORT and titled(look, "log-in"):
        return True
    if look.article or not quiet or look.textarea:
        return False
    if look.password and look.text < NOTICE and look.links <= _FEW_LINKS:
        return True
    if look.text < NOTICE and marked(look, "log-in", "script"):
        return True
    likely = look.password or look.text < _SHORT or titled(look, "log-in")
    return look.text < _LONG and likely and says(look, "log-in")


def is_consent(look: Look) -> bool:
    if look.article or look.headlines >= _BUSY or look.text > 2 * _LONG:
        return False
    if not (
        signs("consent", "accepts").whole.intersection(look.controls) and says(look, "consent")
    ):
        return False
    about = signs("consent", "about").all
    others = [text for text in look.blocks if not any(word in text for word in about)]
    others = [text for text in others if text not in look.headings]
    if titled(look, "consent"):
        return sum(map(weight, others)) < _LONG
    # A short article about cookies has a headline and paragraphs.
    paragraphs = sum(weight(text) >= 80 for text in look.blocks)
    told = not look.headings or paragraphs <= 2
    return told and look.links <= _FEW_LINKS and sum(map(weight, others)) < 120


def is_challenge(look: Look) -> bool:
    if look.article or look.headlines >= _BUSY or look.textarea or look.text > _LONG:
        return False
    if marked(look, "challenge", "script"):
        return True
    told = says(look, "challenge")
    widget = marked(look, "challenge", "widget")
    tiny = look.text < NOTICE and look.links <= 8
    if titled(look, "challenge"):
        return told or widget or tiny
    return told and look.links <= _FEW_LINKS and (look.text < _SHORT if widget else tiny)


def is_geo_block(look: Look) -> bool:
    if look.article or look.headlines >= _BUSY or look.text > _LONG:
        return False
    if titled(look, "geo block"):
        return True
    return look.text < _SHORT and look.links <= _FEW_LINKS and says(look, "geo block")


def is_not_found(look: Look) -> bool:
    if look.prose > _LONG:
        return False
    heads = look.heads & signs("not found", "title").whole
    if any(not head.isdigit() for head in heads) or begins(look, "not found"):
        return True
    if not says(look, "not found") or look.article:
        return False
    return any("404" in head for head in look.heads) or (
        look.text < NOTICE and look.headlines < _BUSY
    )


def is_parking(look: Look) -> bool:
    if look.article or look.text > _LONG or look.headlines >= _BUSY:
        return False
    if marked(look, "parking", "script"):
        return True
    told = says(look, "parking")
    return (told and look.text < _SHORT) or (
        titled(look, "parking") and (told or look.text < _SHORT)
    )


def is_maintenance(look: Look) -> bool:
    if look.article or look.headlines >= _BUSY or look.text > _LONG:
        return False
    if look.links <= _FEW_LINKS and said(look.words, signs("maintenance", "error").all):
        return True
    if look.text > _SHORT or not titled(look, "maintenance"):
        return False
    return look.text < NOTICE or says(look, "maintenance")


def is_paywall(look: Look) -> bool:
    marked = said(look.markup.replace(" ", ""), signs("paywall", "mark").all)
    return look.prose < (_LONG if marked else _SHORT) and (says(look, "paywall") or marked)


def is_shell(look: Look) -> bool:
    if look.body_in_data or not look.scripts or look.pictures > 1:
        return False
    if look.text + sum(map(weight, look.controls)) > 200:
        return False
    asked_for = said(look.noscript + look.words, signs("shell", "noscript").all)
    return asked_for or not signs("shell", "root").whole.isdisjoint(look.ids)
