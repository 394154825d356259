"""Where an image may be found: its sizes (`srcset`, `<picture>`), what scripts load, `src`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.lists import known, listed
from feeder.urls import resolve, without_tracking

LISTS = "images.tsv"
WIDEST = 2000
"""Pixels across. Twice the column of a wide reader; what is larger only costs."""
_DENSEST = 2.0
_RIAS_WIDTH = "1080"
"""What is written for `{width}` (lazysizes' rias, Shopify), where any width may be asked for."""
_MOST_SIZES = 64
"""Of one image; pages that list every width there is have up to 40."""
_LONGEST_SET = 100_000
_LONGEST_ADDRESS = 4096
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)(?=\Z|[?#&!:;@/])", re.IGNORECASE)
_PHOTO_FILE = re.compile(r"\.(?:jpe?g|webp)\Z", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"[{}<>\n]|\s\S+\s")
_NO_LETTERS = re.compile(r"\d+x\d+|[\W\d_]+")
_PLAIN = frozenset({"src", "alt", "title", "class", "width", "height", "id", "style", "loading"})
# Formats that readers have shown for ten years; the others only where there is nothing else.
_SHOWN_EVERYWHERE = ("image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp", "")


class Size(NamedTuple):
    """One size of an image: its address, and how wide or how dense it is said to be."""

    url: str
    width: int = 0
    density: float = 0.0


def address_of(image: HtmlElement, attributes: Mapping[str, str], base: str | None) -> str | None:
    """The absolute address that shows an image best, or None where it has none."""
    if attributes.keys() <= _PLAIN and _picture_of(image) is None:
        written = iter((attributes.get("src", ""),))
    else:
        written = _places(image, attributes)
    for place in written:
        if len(place) <= _LONGEST_ADDRESS and not is_placeholder(place):
            url = resolve(place, base)
            if url is not None:
                return without_tracking(url)
    src = attributes.get("src", "")
    # A photo may well be called grey.jpg; it is one where nothing would take its place.
    url = resolve(src, base) if _PHOTO_FILE.search(src[-6:]) else None
    return without_tracking(url) if url else None


def is_loaded_by_script(attributes: Mapping[str, str]) -> bool:
    """Whether a script was to put the image in its place, or nothing would."""
    src = attributes.get("src")
    return not src or is_placeholder(src) or names_a_script_source(attributes)


def names_a_script_source(attributes: Mapping[str, str]) -> bool:
    """Whether an image has an address beside `src`, for a script to put in its place."""
    return not (
        known(LISTS, "address").isdisjoint(attributes)
        and known(LISTS, "set").isdisjoint(attributes)
    )


def is_image_file(url: str) -> bool:
    """Whether an address names a file that is an image."""
    return _IMAGE_FILE.search(url[:_LONGEST_ADDRESS]) is not None


@lru_cache(maxsize=2048)
def is_placeholder(url: str) -> bool:
    """Whether an address stands for an image that is still to be loaded."""
    url = url[:_LONGEST_ADDRESS].strip().lower()
    if not url or url.startswith(("data:", "about:", "javascript:", "blob:", "#")):
        return True
    name = url.partition("?")[0].partition("#")[0].rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 4:
        return False
    return stem == "1x1" or _NO_LETTERS.sub("", stem) in known(LISTS, "placeholder")


def _places(image: HtmlElement, attributes: Mapping[str, str]) -> Iterator[str]:
    """Where an image may be found, the best place first.

    What a script puts in the place of `src` is what the page means to show; `src` may be small
    and blurred.
    """
    sets = chain(_sets(attributes), chain.from_iterable(map(_sets, _beside(image))))
    offered = [size for text in sets for size in sizes(text) if not size.url.startswith("data:")]
    chosen = best([size for size in offered if size.width or size.density])
    if chosen:
        yield chosen.url
    if not known(LISTS, "address").isdisjoint(attributes):
        yield from _told(attributes, listed(LISTS, "address"))
    yield attributes.get("src", "")
    yield from (size.url for size in offered)
    yield from _told(attributes, listed(LISTS, "fallback"))
    others = [name for name in attributes if name not in _PLAIN]
    yield from (value for value in _told(attributes, others) if is_image_file(value))


def _told(attributes: Mapping[str, str], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        value = attributes.get(name, "").strip().replace("{width}", _RIAS_WIDTH)
        looks_right = "/" in value or is_image_file(value)
        if looks_right and len(value) <= _LONGEST_ADDRESS and not _NO_ADDRESS.search(value):
            yield value


def _sets(attributes: Mapping[str, str]) -> Iterator[str]:
    """Its lists of sizes, those that a script would put in place first."""
    if not known(LISTS, "set").isdisjoint(attributes):
        yield from (attributes[name] for name in listed(LISTS, "set") if name in attributes)
    if "srcset" in attributes:
        yield attributes["srcset"]


def _picture_of(image: HtmlElement) -> HtmlElement | None:
    """The `<picture>` around an image; libxml2 nests its sources, and the image in them."""
    above = image.getparent()
    while above is not None and above.tag == "source":
        above = above.getparent()
    return above if above is not None and above.tag == "picture" else None


def _beside(image: HtmlElement) -> list[Mapping[str, str]]:
    """The attributes of the sources in its `<picture>`, those that readers show first."""
    picture = _picture_of(image)
    if picture is None:
        return []
    found = [dict(source.attrib) for source in islice(picture.iter("source"), _MOST_SIZES)]
    shown = [source for source in found if source.get("type", "") in _SHOWN_EVERYWHERE]
    return list(shown or found)


def sizes(srcset: str) -> list[Size]:
    """What a `srcset` offers, read as browsers do: commas may stand inside of addresses."""
    return list(islice(_read(srcset), _MOST_SIZES))


def _read(srcset: str) -> Iterator[Size]:
    url = descriptor = ""
    for token in srcset[:_LONGEST_SET].split():
        if not url:
            url = token.lstrip(",")
            if url.endswith(","):
                yield Size(url.rstrip(","))
                url = ""
            continue
        # Sloppy lists have no space after the comma: `a.jpg 1x,b.jpg 2x`.
        told, comma, following = token.partition(",")
        descriptor = descriptor or told
        if comma:
            yield _size(url, descriptor)
            url, descriptor = following, ""
    if url:
        yield _size(url, descriptor)


def _size(url: str, descriptor: str) -> Size:
    number, unit = descriptor[:-1], descriptor[-1:]
    try:
        if unit == "w":
            return Size(url, width=int(number))
        if unit == "x":
            return Size(url, density=float(number))
    except ValueError:
        pass
    return Size(url)


def best(offered: Sequence[Size]) -> Size | None:
    """The widest up to 2,000 pixels, else the densest up to twice, else the first.

    Where all are wider it is the least wide.
    """
    wide = [size for size in offered if size.width > 0]
    if wide:
        fitting = [size for size in wide if size.width <= WIDEST]
        if fitting:
            return max(fitting, key=lambda size: size.width)
        return min(wide, key=lambda size: size.width)
    dense = [size for size in offered if 0 < size.density <= _DENSEST]
    if dense:
        return max(dense, key=lambda size: size.density)
    return offered[0] if offered else None
