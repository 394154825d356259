"""Markup before and after a step."""

from __future__ import annotations

import time
from collections.abc import Callable

from lxml import etree
from lxml.html import HTMLParser

from feeder.cleaner.markup.work import Work
from feeder.cleaner.markup.writing import written

PAGE = "https://site.example/news/one"


def work_on(html: str, url: str | None = PAGE, base: str | None = None) -> Work:
    """What the steps are handed, with all of `html` for the article."""
    parser = HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    root = etree.fromstring(f"<html><body>{html}</body></html>".encode(), parser)
    body = root.find("body")
    assert body is not None
    return Work(root=root, body=body, url=url, base=base or url)


def after(step: Callable[[Work], None], html: str, url: str | None = PAGE) -> str:
    """`html` as a step leaves it, without classes and ids."""
    work = work_on(html, url)
    step(work)
    return written(work.body)


def seconds(step: Callable[[Work], None], html: str) -> float:
    """The CPU time that a step takes over `html`."""
    work = work_on(html)
    began = time.process_time()
    step(work)
    return time.process_time() - began
