"""`<noscript>`: what it shows takes the place of the image that a script was to load."""

from __future__ import annotations

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.image_sources import is_loaded_by_script
from feeder.cleaner.markup.shape.marks import GONE, UNWRAPPED, is_blank, sweep
from feeder.cleaner.pixels import counts_only

_CLIMB = 8
"""Elements at most between an image and the place that is looked for."""


def settle_noscripts(body: HtmlElement) -> None:
    """Each `<noscript>` gives its image to the one beside it, or shows it itself, or goes."""
    if next(body.iter("noscript"), None) is None:
        return
    before: HtmlElement | None = None
    open_: HtmlElement | None = None  # the last noscript that found no image before it
    for element in list(body.iter("img", "noscript")):
        if element.tag == "noscript":
            open_ = _settle(element, before)
        elif _noscript_around(element) is None:
            if open_ is not None and _take_place(open_, element, comes_after=True):
                open_.tag = GONE
            open_, before = None, element
    sweep(body)


def _settle(noscript: HtmlElement, before: HtmlElement | None) -> HtmlElement | None:
    inner = next(noscript.iter("img"), None)
    if inner is None or counts_only(inner.get("src") or ""):
        noscript.tag = GONE
        return None
    if before is not None and _take_place(noscript, before, comes_after=False):
        noscript.tag = GONE
        return None
    noscript.tag = UNWRAPPED
    return noscript


def _take_place(noscript: HtmlElement, image: HtmlElement, *, comes_after: bool) -> bool:
    """Give the image what the noscript knows of it, if they stand for the same one."""
    if not is_loaded_by_script(image.attrib) or not _beside(image, noscript, comes_after):
        return False
    inner = next(noscript.iter("img"))
    for name, value in inner.attrib.items():
        if name in ("src", "srcset") or name not in image.attrib:
            image.set(name, value)
    return True


def _noscript_around(image: HtmlElement) -> HtmlElement | None:
    above = image.getparent()
    for _ in range(_CLIMB):
        if above is None or above.tag in ("noscript", UNWRAPPED, GONE):
            return above
        above = above.getparent()
    return None


def _beside(image: HtmlElement, noscript: HtmlElement, comes_after: bool) -> bool:
    """Whether the image, with the elements around it, is next to the noscript."""
    box = noscript.getparent()
    element: HtmlElement | None = image
    for _ in range(_CLIMB):
        if element is None or element.getparent() is box:
            break
        element = element.getparent()
    if element is None or element.getparent() is not box:
        return False
    if comes_after:
        return noscript.getnext() is element and is_blank(noscript.tail)
    return noscript.getprevious() is element and is_blank(element.tail)
