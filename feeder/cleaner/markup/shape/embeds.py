"""What another site shows inside of an article becomes a link to it: players, posts, maps.

Readers show no frames, and nobody should be handed one. Which frames are worth a link, and where
people open them, is in `data/players.tsv`; a frame that is not listed gives nothing.
"""

from __future__ import annotations

from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.lists import known, listed
from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank, sweep
from feeder.cleaner.markup.shape.players import (
    LISTS,
    element_opened_at,
    elements,
    host_of,
    is_lazy_player,
    name_of,
    opened_at,
)
from feeder.cleaner.markup.work import Work
from feeder.urls import resolve

_FRAMES = ("iframe", "amp-iframe", "object", "script")
_LAZY = ("div", "figure")
_MEDIA = ("video", "audio", "amp-video", "amp-audio")
_KEPT = frozenset({"width", "height", "lang", "dir"})
_MOST_LOOKED_AT = 64
# In whichever of these the most widely played form is told first.
_PLAYED_EVERYWHERE = ("video/mp4", "audio/mpeg", "audio/mp3", "audio/mp4")


def link_embeds(work: Work) -> None:
    """Put a paragraph with one link in the place of each player, post or map."""
    body, base = work.body, work.base or work.url
    said: set[str] = set()
    for element in list(body.iter(*_LAZY)):
        if element is not body and is_lazy_player(element) and _holds_no_words(element):
            url = element_opened_at(element, base)
            if url is not None:
                _become_link(element, url, said)
    _close_embeds(body)
    last: str | None = None
    for element in list(body.iter(*_FRAMES, *elements())):
        url = _address(element, base)
        if url is None or url == last:
            _give_way(element)
        else:
            _become_link(element, url, said)
            last = url
    for player in list(body.iter(*_MEDIA)):
        _settle_media(player, base)
    for post in body.iter("blockquote"):
        if not known(LISTS, "post").isdisjoint((post.get("class") or "").split()):
            _settle_post(post, base)
    sweep(body)


def _close_embeds(body: HtmlElement) -> None:
    """An `<embed>` holds nothing, but libxml2 reads what comes after it as its content."""
    for embed in list(body.iter("embed")):
        if embed is not body:
            frame = embed.makeelement("iframe", dict(embed.attrib))
            embed.addprevious(frame)
            embed.tag = UNWRAPPED


def _address(element: HtmlElement, base: str | None) -> str | None:
    """Where people open what the element shows."""
    if element.tag in elements():
        return element_opened_at(element, base)
    if element.tag == "script" and "gist.github.com" not in (element.get("src") or ""):
        return None
    for written in _written(element):
        if url := opened_at(written, base):
            return url
    return None


def _written(element: HtmlElement) -> list[str]:
    """Every address that a frame has, for a browser or for a script."""
    found = [value for name, value in element.attrib.items() if name in known(LISTS, "address")]
    if element.tag == "object":
        params = islice(element.iter("param"), _MOST_LOOKED_AT)
        found += [param.get("value") or "" for param in params]
    return found


def _holds_no_words(element: HtmlElement) -> bool:
    """Whether a lazy player has nothing to lose but a picture and a button."""
    return next(element.iter("p", "figcaption", "blockquote"), None) is None


def _become_link(element: HtmlElement, url: str, said: set[str]) -> None:
    name = name_of(element, url)
    if name in said:  # some pages give all of their players the title of the page
        name = host_of(url)
    said.add(name)
    element.clear(keep_tail=True)
    element.tag = "p"
    link = etree.SubElement(element, "a", href=url)
    link.text = name


def _give_way(element: HtmlElement) -> None:
    """What is shown instead where the element cannot be is kept if it is a picture or a player."""
    if element.tag == "object" and next(element.iter("img", "iframe"), None) is not None:
        element.tag = UNWRAPPED
    else:
        element.tag = GONE


def _settle_media(player: HtmlElement, base: str | None) -> None:
    """One address, a poster and controls; without words for browsers that play nothing."""
    player.tag = str(player.tag).removeprefix("amp-")
    url = _played(player, base)
    if url is None:
        player.tag = GONE
        return
    kept = {name: value for name, value in player.attrib.items() if name in _KEPT}
    poster = resolve(player.get("poster") or "", base)
    player.clear(keep_tail=True)
    player.attrib.update(kept | {"src": url, "controls": ""})
    if poster and player.tag == "video":
        player.set("poster", poster)


def _played(player: HtmlElement, base: str | None) -> str | None:
    offered = [player, *islice(player.iter("source"), _MOST_LOOKED_AT)]
    offered.sort(key=lambda source: (source.get("type") or "") not in _PLAYED_EVERYWHERE)
    for source in offered:
        for name in ("src", "data-src"):
            if url := resolve(source.get(name) or "", base):
                return url
    return None


def _settle_post(post: HtmlElement, base: str | None) -> None:
    """What a post says stays, with a link to it."""
    for link in islice(post.iter("a"), _MOST_LOOKED_AT):
        if link.get("href") and not all(map(is_blank, islice(link.itertext(), _MOST_LOOKED_AT))):
            return
    places = (resolve(post.get(name) or "", base) for name in listed(LISTS, "permalink"))
    hrefs = (resolve(link.get("href") or "", base) for link in islice(post.iter("a"), 1))
    if url := next(filter(None, (*places, *hrefs)), None):
        link = etree.SubElement(etree.SubElement(post, "p"), "a", href=url)
        link.text = name_of(post, url)
