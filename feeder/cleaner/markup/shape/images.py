"""Images as readers can show them: one `<img>` each, with an address that holds the image.

Pages write them for their own scripts: a placeholder with the address in another attribute, a
`<noscript>` beside it, a `<picture>` of eight sizes. Images that are none go: counting pixels,
icons, emoji (which become their character), the same image again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.image_sources import (
    LISTS,
    address_of,
    is_image_file,
    names_a_script_source,
)
from feeder.cleaner.markup.shape.lists import known, listed
from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank, sweep
from feeder.cleaner.markup.shape.noscript import settle_noscripts
from feeder.cleaner.markup.work import Work
from feeder.cleaner.pixels import counts_only
from feeder.urls import resolve

_STEP = "images"
_TINY = 32
"""Pixels. What is not larger both ways is an icon, a bullet or a face beside a name."""
_CLIMB = 4
"""Elements at most between an image and the link or figure around it."""
_PARTS_OF_FIGURE = 8
"""Looked at for a caption; a figure with more pictures than that has none for each."""
_LONGEST_EMOJI = 8
_SIZE = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*", re.IGNORECASE)
_STYLED_PIXEL = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|\Z)")
# 74 images on 51 of the open pages of two sets: nearly all count or wait.
_STYLED_AWAY = re.compile(r"(?:^|[;\s])display\s*:\s*none\b", re.IGNORECASE)
_SIZE_IN_NAME = re.compile(r"(?:[-_]\d{2,4}x\d{2,4}|-scaled)(?=\.[a-z]{3,4}\Z)", re.IGNORECASE)
_KEPT = frozenset({"alt", "title", "lang", "dir"})


def repair_images(work: Work) -> None:
    """Make every image of the article one `<img>` that shows it; take out what shows nothing."""
    body, base = work.body, work.base or work.url
    _rename(body)
    settle_noscripts(body)
    last: HtmlElement | None = None
    shown = ""
    for image in list(body.iter("img")):
        fate = _repair(image, base)
        if fate is not None:
            _take_out(work, image, fate)
            continue
        file = _file(image.get("src") or "")
        if last is not None and file == shown:
            last = _keep_one(last, image)
        else:
            last, shown = image, file
    _unwrap_pictures(body)
    sweep(body)


def _rename(body: HtmlElement) -> None:
    """Elements that stand for `<img>` become one, without what they hold for old browsers."""
    for element in list(body.iter(*listed(LISTS, "element"))):
        if element is not body:
            for inner in element:
                inner.tag = GONE
                inner.tail = None
            element.text = None
            element.tag = "img"


def _unwrap_pictures(body: HtmlElement) -> None:
    for picture in body.iter("picture"):
        for source in picture.iter("source"):
            source.tag = UNWRAPPED
        picture.tag = UNWRAPPED


def _repair(image: HtmlElement, base: str | None) -> str | None:
    """Give an image its address and size; or say why it is none."""
    attributes = dict(image.attrib)
    names = frozenset(attributes.get("class", "").lower().split())
    if not names.isdisjoint(known(LISTS, "emoji")):
        return "emoji"
    if _is_pixel(attributes):
        return "pixel"
    if _is_hidden(attributes):
        return "hidden"
    link = _link_around(image)
    url = address_of(image, attributes, base)
    if link is not None and is_image_file(href := link.get("href", "")):
        url = url or resolve(href, base)
        link.tag = UNWRAPPED
    if url is None:
        return "no address"
    if counts_only(url):
        return "pixel"
    width, height = _sizes(attributes)
    if 1 < width <= _TINY and 1 < height <= _TINY and names.isdisjoint(known(LISTS, "formula")):
        return "icon"
    _write(image, attributes, url, width, height)
    return None


def _write(
    image: HtmlElement, attributes: Mapping[str, str], url: str, width: int, height: int
) -> None:
    for name in attributes:
        if name not in _KEPT:
            del image.attrib[name]
    image.set("src", url)
    if width > 1:
        image.set("width", str(width))
    if height > 1:
        image.set("height", str(height))


def _take_out(work: Work, image: HtmlElement, fate: str) -> None:
    alt = image.get("alt", "").strip()
    is_character = 0 < len(alt) <= _LONGEST_EMOJI and not any(map(str.isalnum, alt))
    if alt and (fate == "emoji" or (fate == "icon" and is_character)):
        image.text, image.tag = alt, UNWRAPPED
        return
    image.tag = GONE
    work.note(_STEP, fate, alt)


def _sizes(attributes: Mapping[str, str]) -> tuple[int, int]:
    """Width and height in pixels, 0 for what is not told."""
    width = attributes.get("width") or attributes.get("data-width", "")
    height = attributes.get("height") or attributes.get("data-height", "")
    if not width and not height:
        # As Squarespace writes them.
        width, _, height = attributes.get("data-image-dimensions", "").partition("x")
    return _pixels(width) or 0, _pixels(height) or 0


@lru_cache(maxsize=1024)
def _pixels(size: str) -> int | None:
    told = _SIZE.fullmatch(size) if size and len(size) < 16 else None
    return int(told[1]) if told else None


def _is_pixel(attributes: Mapping[str, str]) -> bool:
    """Whether an image is one pixel wide or high, and not only until a script has loaded it."""
    style = attributes.get("style", "")
    small = any(_pixels(attributes.get(side, "")) in (0, 1) for side in ("width", "height"))
    small = small or (style != "" and _STYLED_PIXEL.search(style[:1000]) is not None)
    return small and not names_a_script_source(attributes)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether no reader of the page sees the image, not even when a script has loaded it."""
    style = attributes.get("style", "")
    hidden = style != "" and _STYLED_AWAY.search(style[:1000]) is not None
    return hidden and not names_a_script_source(attributes)


def _link_around(image: HtmlElement) -> HtmlElement | None:
    """The link that holds the image and nothing else."""
    element = image
    for _ in range(_CLIMB):
        above = element.getparent()
        if above is None or not is_blank(above.text) or not is_blank(element.tail):
            return None
        if above.tag == "a":
            return above if _is_alone(element) else None
        element = above
    return None


def _is_alone(element: HtmlElement) -> bool:
    return all(
        beside is None or beside.tag in (GONE, UNWRAPPED)
        for beside in (element.getprevious(), element.getnext())
    )


@lru_cache(maxsize=512)
def _file(url: str) -> str:
    """What tells one image from another in an address, whatever the size that is asked for."""
    path, _, query = url.partition("://")[2].partition("?")
    path = _SIZE_IN_NAME.sub("", path)
    return path if is_image_file(path[-8:]) else f"{path}?{query}"


def _keep_one(earlier: HtmlElement, later: HtmlElement) -> HtmlElement:
    """Of the same image twice, the one with a caption, else the first."""
    gone, kept = (later, earlier)
    if _has_caption(later) and not _has_caption(earlier):
        gone, kept = earlier, later
    gone.tag = GONE
    return kept


def _has_caption(image: HtmlElement) -> bool:
    above = image.getparent()
    for _ in range(_CLIMB):
        if above is None or above.tag == "figure":
            break
        above = above.getparent()
    if above is None or above.tag != "figure":
        return False
    return any(part.tag == "figcaption" for part in islice(above, _PARTS_OF_FIGURE))
