"""A page at which selectors are picked, and the real server that shows it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from feeder.models import Page
from feeder.previewing.picks import drawn
from feeder.previewing.target import unnamed
from feeder.server.picking import Table, address_of, application
from feeder.server.running import Server
from feeder.workers.here import Here

ADDRESS = "https://courier.example/news/"
TITLES = (
    "The harbour master counts the boats again", "Two mills share one miller this winter",
    "A ferry that nobody ordered arrives at noon", "The town clock is late, and so is everybody",
    "Three hundred letters were found in a wall", "What the night tram costs, and who pays for it",
    "The swimming hall opens with cold water", "An orchard is planted on the old depot",
)  # fmt: skip


def listing(more: str = "") -> Page:
    """A page with eight articles, a menu, and four that are most read."""
    cards = "".join(
        f'<article class="card"><h2 class="card-title"><a href="/2026/{number}-story">'
        f'{escape(title)}</a></h2><p class="byline"><span class="author">Ida Quill</span> '
        f'<time datetime="2026-03-{number + 10}">{number + 10} March</time></p>'
        f'<p class="teaser">What is more to be said of it stands in the article, number {number}.'
        "</p></article>"
        for number, title in enumerate(TITLES)
    )
    most = "".join(
        f'<li><a href="/2026/{number}-story">{escape(title)}</a></li>'
        for number, title in enumerate(TITLES[::2])
    )
    body = (
        '<!doctype html><html lang="en"><title>News</title><body><nav><a href="/">Home</a> '
        f'<a href="/sport">Sport</a></nav><main class="news">{cards}</main><aside class="popular">'
        f"<h3>Most read</h3><ul>{most}</ul></aside>{more}</body></html>"
    )
    return Page(ADDRESS, ADDRESS, body.encode(), "text/html", "utf-8")


def number_of(page: Page, words: str) -> int:
    """The number of the element that says these words, in the page as it is shown."""
    found = re.search(rf'data-n="(\d+)"[^<>]*>{re.escape(escape(words, quote=False))}', drawn(page))
    assert found is not None, words
    return int(found[1])


@contextmanager
def table(page: Page) -> Iterator[tuple[Table, str]]:
    """The page, served, and the address that is printed."""
    listening = socket.create_server(("127.0.0.1", 0))
    source = unnamed(ADDRESS, "listing", None)
    made = Table(source, page, Here(), drawn(page), listening.getsockname()[1])
    running = Server(application(made), [listening])
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield made, address_of(made)
    finally:
        running.stop()
        thread.join()
