"""The sounds and films that an article shows and that are files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from feeder.cleaner.markup.work import Work
from feeder.enclosures import MOST, enclosure_of
from feeder.models import Enclosure
from feeder.urls import resolve

_LOOKED_AT = 100


def tell_enclosures(work: Work) -> None:
    """Learn what readers that play podcasts are to be offered. The article shows it still."""
    found = dict.fromkeys(islice(_players(work), MOST))
    if found:
        work.tell("enclosures", tuple(found), "audio-or-video", next(iter(found)).url)


def _players(work: Work) -> Iterator[Enclosure]:
    for player in islice(work.body.iter("audio", "video"), _LOOKED_AT):
        for element in (player, *islice(player.iter("source"), _LOOKED_AT)):
            made = _enclosure(element, work.base)
            if made is not None:
                yield made
                break  # the others are the same in other formats


def _enclosure(element: HtmlElement, base: str | None) -> Enclosure | None:
    written = (element.get("src") or "").strip()
    return enclosure_of(resolve(written, base) if written else None, element.get("type") or "")
