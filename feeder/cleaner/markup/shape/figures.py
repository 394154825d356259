"""Pictures and what is written below them, as `<figure>` with `<figcaption>`."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from feeder.cleaner.markup.shape.lists import known
from feeder.cleaner.markup.shape.marks import MEDIA, is_blank
from feeder.cleaner.markup.shape.paragraphs import WRAPPERS

_LISTS = "shapes.tsv"
_CLIMB = 6
"""Elements at most between an image and the box that holds its caption, too."""
_LONGEST_CAPTION = 1_000
_WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+")
# WordPress' own code for a caption, where nobody has rendered it.
_SHORTCODE = re.compile(r"\[(?:wp_)?caption\b[^\]]{0,500}\]\s*\Z")
_SHORTCODE_END = re.compile(r"\[/(?:wp_)?caption\]")
_PARTS = frozenset("dt dd li td th tr tbody summary caption".split())
_BOXES = frozenset([*WRAPPERS, "p", "body", "li", "td", "dd", "blockquote", "details"])


def settle_figures(body: HtmlElement) -> None:
    """Bring each picture together with its caption."""
    for image in list(body.iter("img", "video")):
        picture = _widened(image, body)
        _render_shortcode(picture)
        caption = picture.getnext()
        if caption is not None and is_blank(picture.tail) and _is_caption(caption):
            _join(picture, caption, body)
    for figure in list(body.iter("figure")):
        if figure is not body and not _is_figure(figure):
            for caption in figure.iterchildren("figcaption"):
                caption.tag = "p"
            figure.tag = "div"


def _is_figure(figure: HtmlElement) -> bool:
    """Whether it holds a picture, or something else with a caption, and no further figures."""
    if next(figure.iterdescendants("figure"), None) is not None:
        return False
    if next(figure.iter(*MEDIA), None) is not None:
        return True
    held = next(figure.iter("table", "pre", "blockquote"), None)
    return held is not None and figure.find("figcaption") is not None


def _widened(image: HtmlElement, body: HtmlElement) -> HtmlElement:
    """The image with everything around it that holds nothing else."""
    element = image
    for _ in range(_CLIMB):
        above = element.getparent()
        if above is None or above is body or above.tag in ("figure", "body"):
            break
        if element.getprevious() is not None or element.getnext() is not None:
            break
        if not is_blank(above.text) or not is_blank(element.tail):
            break
        element = above
    return element


def _is_caption(element: HtmlElement) -> bool:
    if element.tag != "figcaption" and not _names_caption(element.get("class") or ""):
        return False
    length = 0
    for text in element.itertext():
        length += len(text)
        if length > _LONGEST_CAPTION:
            return False
    return next(element.iter("img", "table", "ul"), None) is None


@lru_cache(maxsize=1024)
def _names_caption(classes: str) -> bool:
    return not known(_LISTS, "caption").isdisjoint(
        word.lower() for word in _WORD.findall(classes[:300])
    )


def _join(picture: HtmlElement, caption: HtmlElement, body: HtmlElement) -> None:
    box = picture.getparent()
    if box is None:
        return
    if box.tag == "figure":
        caption.tag = "figcaption"
    elif box is not body and _holds_only(box, picture, caption):
        box.tag, caption.tag = "figure", "figcaption"
        if picture.tag in _PARTS:
            picture.tag = "div"
    elif (box is body or box.tag in _BOXES) and not {picture.tag, caption.tag} & _PARTS:
        caption.tag = "figcaption"
        _enclose(picture, caption)


def _enclose(picture: HtmlElement, caption: HtmlElement) -> HtmlElement:
    """A figure in the place of the picture."""
    figure = etree.SubElement(picture.getparent(), "figure")
    picture.addprevious(figure)
    figure.tail, caption.tail, picture.tail = caption.tail, None, None
    figure.append(picture)
    figure.append(caption)
    return figure


def _holds_only(box: HtmlElement, picture: HtmlElement, caption: HtmlElement) -> bool:
    return (
        (box.tag in WRAPPERS or box.tag in ("dl", "p"))
        and box[0] is picture
        and box[-1] is caption
        and is_blank(box.text)
        and is_blank(caption.tail)
    )


def _render_shortcode(picture: HtmlElement) -> None:
    before, box = picture.getprevious(), picture.getparent()
    text = before.tail if before is not None else box.text if box is not None else None
    if box is None or not text or not text.rstrip().endswith("]"):
        return
    start = _SHORTCODE.search(text, max(0, len(text) - _LONGEST_CAPTION))
    words, end, rest = _split_at_end(picture.tail or "")
    if start is None or not end:
        return
    if before is not None:
        before.tail = text[: start.start()]
    else:
        box.text = text[: start.start()]
    caption = etree.SubElement(box, "figcaption")
    caption.text, caption.tail = words.strip(), rest
    _enclose(picture, caption)


def _split_at_end(text: str) -> tuple[str, str, str]:
    end = _SHORTCODE_END.search(text)
    return (text[: end.start()], end.group(), text[end.end() :]) if end else (text, "", "")
