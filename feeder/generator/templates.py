"""What pages for people are made with: templates, words and style from `data/`, and a strict look.

Everything that is put into a template is escaped, after what XML cannot carry was taken out. A page
is one document: its style stands in it, and its policy lets nothing else be applied or run.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from feeder.errors import PublishError
from feeder.models import Document, FormatLink
from feeder.text import one_line, xml_safe
from feeder.urls import is_uri

if TYPE_CHECKING:
    from jinja2 import Environment
    from lxml.html import HtmlElement

MEDIA_TYPE = "text/html; charset=utf-8"
ADVICE = "What was published before stays. This is a fault of feeder or of a plug-in: report it."

# `feed:` before an address is how browsers and desktops hand it to a feed reader.
_ADDRESS = re.compile(r"(?i)(?:feed:)?https?://[^/?#]")
_TAGS = frozenset(
    "html head meta title link style body a header h1 h2 h3 p main section div label input time"
    " ol ul li article img span bdi footer".split()
)
_ATTRIBUTES = frozenset(
    "lang dir charset http-equiv content name rel href type title class id for value readonly src"
    " alt loading decoding referrerpolicy datetime tabindex aria-labelledby".split()
)


class ShownFormat(NamedTuple):
    """A format as people are told of it."""

    label: str
    media_type: str
    url: str


def page(template: str, *, title: str, language: str | None, **told: object) -> bytes:
    """A page made of `template`. Its own words tell their language where the page's differs."""
    from markupsafe import Markup

    ours = words()["language"]
    language = language or ours
    lang = "" if language == ours else Markup(' lang="{}" dir="ltr"').format(ours)
    made = _environment().get_template(template)
    text = made.render(title=one_line(title), language=language, ours=lang, **told)
    return text.encode()


def shown_formats(formats: tuple[FormatLink, ...]) -> list[ShownFormat]:
    """All that can be subscribed to: not the pages for people."""
    return [
        ShownFormat(_label(one.format), one.media_type.partition(";")[0], one.url)
        for one in formats
        if one.format != "html"
    ]


def _label(kind: str) -> str:
    return words().get(f"format_{kind}", kind)


@cache
def words() -> Mapping[str, str]:
    """What pages say, by name."""
    lines = _data("words.tsv").splitlines()
    pairs = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {name: text for name, _, text in pairs}


@cache
def _style() -> str:
    return "\n" + _data("page.css")


@cache
def _policy() -> str:
    """Its own style and pictures from the web; nothing else is loaded, sent or run."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src http: https:;"
        " base-uri 'none'; form-action 'none'"
    )


def _data(name: str) -> str:
    return files("feeder.generator").joinpath("data", name).read_text("utf-8")


def environment(load: Callable[[str], str], fit: Callable[[object], object]) -> Environment:
    """Templates in which everything is escaped, and what nobody gave is a fault.

    Args:
        load: the text of a template by its name.
        fit: what each value becomes before it is escaped.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=fit,
    )


@cache
def _environment() -> Environment:
    from markupsafe import Markup

    made = environment(_data, _fit)
    made.filters |= {"stamp": _stamp, "day": _day}
    # The style is ours, and a style element's text is not escaped (HTML, 13.1.2).
    made.globals |= {"words": words(), "style": Markup(_style()), "policy": _policy()}  # noqa: S704
    return made


def _fit(value: object) -> object:
    """Texts as XML can carry them; markup of ours as it is."""
    return xml_safe(value) if type(value) is str else value


def _stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"the date {moment} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _day(moment: date) -> str:
    day = moment.astimezone(UTC) if isinstance(moment, datetime) else moment
    return f"{day.day} {words()[f'month_{day.month}']} {day.year}"


def check(document: Document) -> None:
    """Refuse a page that has anything in it but what our templates put there.

    Raises:
        PublishError: with the first fault found.
    """
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        root = html.document_fromstring(document.body, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise PublishError(f"{document.path}: not HTML: {error}", advice=ADVICE) from error
    for fault in _faults(document.body, root):
        raise PublishError(f"{document.path}: {fault}", advice=ADVICE)


def _faults(body: bytes, root: HtmlElement) -> Iterator[str]:
    if not body.startswith(b"<!doctype html>\n"):
        yield "it does not begin as HTML 5 does"
    titles = root.findall(".//title")
    if len(titles) != 1 or not (titles[0].text or "").strip():
        yield "it has not exactly one title"
    if [style.text for style in root.iter("style")] != [_style()]:
        yield "its style is not the one that its policy allows"
    policies = [meta.get("content") for meta in root.iter("meta") if meta.get("http-equiv")]
    if policies != [_policy()]:
        yield "its policy is not ours"
    for element in root.iter():
        yield from _faults_of(element)


def _faults_of(element: HtmlElement) -> Iterator[str]:
    tag = str(element.tag)
    if tag not in _TAGS:
        yield f"it has an element {tag}"
    for name, value in element.items():
        if name not in _ATTRIBUTES:
            yield f"{tag} has an attribute {name}"
        if name in {"href", "src"} and not _is_address(value):
            yield f"{tag} has no web address: {value!r}"


def _is_address(url: str) -> bool:
    return url == "#list" or (bool(_ADDRESS.match(url)) and is_uri(url))
