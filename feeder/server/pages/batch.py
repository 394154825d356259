"""The page of a batch of articles that is held back."""

from __future__ import annotations

from typing import NamedTuple

from starlette.responses import Response

from feeder.app import App
from feeder.errors import StateError
from feeder.quarantines import readings_of
from feeder.refresh.faults import told
from feeder.server.pages.answering import Visit, missing, page
from feeder.store.quarantine import Quarantined
from feeder.text import one_line, shorten

FIRST_WORDS = 300


class Piece(NamedTuple):
    """An article of a batch."""

    title: str
    url: str
    text: str


def find(app: App, number: str) -> Quarantined | None:
    """The batch of that number."""
    is_number = number.isascii() and number.isdecimal() and len(number) < 19  # as databases count
    return app.store.browser.batch(int(number)) if is_number else None


def show(visit: Visit) -> Response:
    """The page of the batch that the path names."""
    batch = find(visit.app, visit.request.path_params["number"])
    if batch is None:
        return missing(visit, "batch")
    return page(
        visit,
        "batch.html",
        title=f"Held back: batch {batch.id}",
        batch=batch,
        waits=any(reason.is_intrinsic for reason in batch.reasons),
        articles=_articles(visit.app, batch),
    )


def _articles(app: App, batch: Quarantined) -> list[Piece] | None:
    try:
        readings = readings_of(app, batch)
    except StateError:
        return None
    return [
        Piece(
            one_line(one.article.title),
            one.article.url or told(one.address),
            shorten(one_line(one.article.text[: 4 * FIRST_WORDS]), FIRST_WORDS),
        )
        for one in readings
    ]
